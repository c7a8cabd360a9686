"""Passages of a text that is published again and again: kept, found again, or honestly lost."""

from __future__ import annotations

import re
from datetime import timedelta
from random import Random

import pytest
from django.db import connection

from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.domain.anchoring import State
from belowline.domain.anchoring.blocks import text_block
from belowline.domain.anchoring.choosing import Chosen
from belowline.domain.anchoring.following import own_place
from belowline.domain.commenting import Refused
from belowline.outbox.models import Event
from belowline.passages import queries
from belowline.passages.actions import placing, texts
from belowline.passages.actions.choosing import Wanted, keep_passage, wanted_passage
from belowline.passages.models import Passage, Text, TextRevision
from belowline.storage.reading import snapshot
from tests.support.cast import NOON, Cast, posted
from tests.support.passages import address, blocks_of, comment_on, wanted, write_text

KEY = "river"
HOLES, RULER = "The pier at Hob's Landing has two empty bolt holes.", "Until March they held the ruler."


def passage(words: str, *, key: str = KEY) -> Passage:
    """Kept as posting keeps it."""
    found = wanted(key, words)
    assert isinstance(found, Wanted), found
    with connection.cursor() as cursor:
        return Passage.objects.get(pk=keep_passage(cursor, found, now=NOON))


def shown(one: Passage) -> tuple[str, str]:
    """Its state, and the words that stand there now."""
    one.refresh_from_db()
    text = Text.objects.get(pk=one.text_id)
    words = TextRevision.objects.get(text=text, number=one.now_number).words
    return one.state, "" if one.state == State.ORPHANED else words[one.now_start : one.now_end]


# --- revisions --------------------------------------------------------------------------------------------------------


def test_the_same_words_are_no_revision(db: None) -> None:
    assert write_text(KEY, HOLES, RULER).number == 1
    assert write_text(KEY, HOLES, RULER).number == 1
    assert write_text(KEY, RULER, HOLES).number == 2


def test_the_same_span_chosen_twice_is_one_passage(db: None) -> None:
    write_text(KEY, HOLES, RULER)
    assert passage("two empty bolt holes") == passage("two empty bolt holes")
    write_text(KEY, "A new first paragraph.", HOLES, RULER)
    assert passage("two empty bolt holes") == passage("two empty bolt holes"), "also where it went"
    assert Passage.objects.count() == 1
    assert passage("empty bolt holes") != passage("two empty bolt holes"), "one that overlaps is another"


def test_a_passage_follows_its_words_and_says_what_became_of_them(db: None) -> None:
    write_text(KEY, HOLES, RULER)
    same, edited, gone = passage("two empty bolt holes"), passage("at Hob's Landing has two"), passage(RULER)
    write_text(KEY, "First.", HOLES.replace("Landing", "Jetty"), minutes=5)
    assert shown(same) == ("same", "two empty bolt holes")
    assert shown(edited) == ("edited", "at Hob's Jetty has two")
    assert edited.wording == "at Hob's Jetty has two"
    assert shown(gone) == ("orphaned", "")
    assert gone.exact == RULER
    assert gone.changed_at == NOON + timedelta(minutes=5)


def test_what_was_undone_brings_passages_back_to_the_letter(db: None) -> None:
    write_text(KEY, HOLES, RULER)
    found = [passage("two empty bolt holes"), passage("at Hob's Landing has two"), passage(RULER)]
    places = [(one.now_block, one.now_offset, one.now_start, one.now_end) for one in found]
    write_text(KEY, "First.", HOLES.replace("Landing", "Jetty"))
    write_text(KEY, "Nothing of it is left here.")
    write_text(KEY, HOLES, RULER)
    for one in found:
        one.refresh_from_db()
    assert [one.state for one in found] == ["same"] * 3
    assert [(one.now_block, one.now_offset, one.now_start, one.now_end) for one in found] == places
    assert all(one.changed_at is None and one.wording == "" for one in found)


def test_a_paragraph_that_is_written_anew_is_the_one_that_was_cut(db: None) -> None:
    """Its block has another id then; the words are what counts."""
    write_text(KEY, HOLES, RULER)
    one = passage(RULER)
    write_text(KEY, HOLES)
    texts.revise(KEY, [*blocks_of(HOLES), text_block("b-anew", RULER)], now=NOON)
    placing.place_passages(one.text_id)
    assert shown(one) == ("same", RULER)
    assert (one.now_block, one.now_offset) == ("b-anew", 0)


def test_what_was_undone_brings_those_back_who_had_come_along_from_earlier(db: None) -> None:
    write_text(KEY, HOLES, RULER)
    found = [passage("two empty bolt holes"), passage("at Hob's Landing has two"), passage(RULER)]
    write_text(KEY, "First.", RULER, HOLES.replace("Landing", "Jetty"))
    before = [(*shown(one), one.now_block, one.now_offset) for one in found]
    write_text(KEY, "First.", "Second.", HOLES, "And the end.")
    write_text(KEY, "First.", RULER, HOLES.replace("Landing", "Jetty"))
    assert [(*shown(one), one.now_block, one.now_offset) for one in found] == before


def test_an_orphan_is_tried_again_from_where_it_was_last_whole(db: None) -> None:
    write_text(KEY, HOLES, RULER)
    gone = passage("Until March they held the ruler")
    write_text(KEY, HOLES)
    assert shown(gone)[0] == "orphaned"
    write_text(KEY, HOLES, "Something else came in between.", RULER)
    assert shown(gone) == ("same", "Until March they held the ruler")


def test_ten_thousand_passages_come_back_to_the_same_places(db: None) -> None:
    random = Random(5)
    words = ["lock", "weir", "gauge", "ferry", "council", "harbour", "night", "tide", "ruler", "pier", "march", "bolt"]
    paragraphs = [
        " ".join(f"{random.choice(words)}{random.randrange(90)}" for _ in range(60)).capitalize() + "."
        for _ in range(60)
    ]
    text = write_text(KEY, *paragraphs)
    whole = TextRevision.objects.get(text=text).words
    spans: set[tuple[int, int]] = set()
    while len(spans) < 10_000:
        start = random.randrange(len(whole) - 80)
        end = start + random.randrange(3, 80)
        if whole[start].isalnum() and whole[end - 1].isalnum() and "\n" not in whole[start:end]:
            spans.add((start, end))
    edition = queries.edition_of(1, whole, TextRevision.objects.get(text=text).blocks, "x")
    blocks = edition.canonical.blocks
    rows = []
    for start, end in sorted(spans):
        block = next(one for one in blocks if one.start <= start < one.end)
        place = own_place(edition, Chosen(block.id, start, end, whole[start:end], "", ""))
        rows.append(
            Passage(
                text=text, made_number=1, made_block=block.id, made_start=start, made_end=end, exact=whole[start:end],
                good_number=1, good_block=block.id, good_start=start, good_end=end, now_number=1, now_block=block.id,
                now_offset=place.offset, now_start=start, now_end=end,
            )
        )  # fmt: skip
    Passage.objects.bulk_create(rows, batch_size=500)
    write_text(KEY, *[one.replace("lock", "sluice") for one in paragraphs[:20]], *paragraphs[35:], "A new last one.")
    assert Passage.objects.filter(state="orphaned").count() > 1_000
    write_text(KEY, *paragraphs)
    came_back = Passage.objects.filter(state="same", now_number=3, confidence=1.0, wording="", changed_at=None)
    assert came_back.count() == 10_000
    exactly = Passage.objects.values_list("made_start", "made_end", "now_start", "now_end", "made_block", "now_block")
    assert all(one[:2] == one[2:4] and one[4] == one[5] for one in exactly)


def test_a_long_text_is_compared_by_a_process_of_its_own(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "IN_PLACE_CHARACTERS", 10)
    monkeypatch.setattr(placing, "move_anchors", None)
    write_text(KEY, HOLES, RULER)
    one = passage(RULER)
    write_text(KEY, "First.", HOLES, RULER)
    assert shown(one) == ("same", RULER)


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    write_text(KEY, HOLES, RULER)
    found = [passage(words) for words in ("pier", "two", "empty", "bolt holes", "March", "ruler")]
    monkeypatch.setattr(placing, "CHUNK", 2)
    texts.revise(KEY, blocks_of("First.", RULER, HOLES), now=NOON)
    text = Text.objects.get(subject_key=KEY)
    assert (text.number, text.placed_number) == (2, 1)
    calls = 0

    def killed(rows: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        save(rows)  # type: ignore[arg-type]

    save = placing._save
    monkeypatch.setattr(placing, "_save", killed)
    with pytest.raises(KeyboardInterrupt):
        placing.place_passages(text.pk)
    text.refresh_from_db()
    assert text.placed_number == 1, "the page still says to which version its marks belong"
    assert Passage.objects.filter(now_number=2).count() == 2
    monkeypatch.setattr(placing, "_save", save)
    assert placing.place_passages(text.pk) == 4, "only those that are left"
    assert [shown(one)[1] for one in found] == ["pier", "two", "empty", "bolt holes", "March", "ruler"]
    assert placing.place_passages(text.pk) == 0


def test_a_passage_that_was_chosen_while_the_text_was_published_is_found_again(db: None) -> None:
    write_text(KEY, HOLES, RULER)
    early = wanted(KEY, RULER)
    assert isinstance(early, Wanted)
    text = write_text(KEY, "First.", HOLES, RULER)
    with connection.cursor() as cursor:
        one = Passage.objects.get(pk=keep_passage(cursor, early, now=NOON))
    assert Event.objects.order_by("-id").values_list("kind", flat=True).first() == "TextRevised"
    placing.place_passages(text.pk)
    one.refresh_from_db()
    assert one.now_number == 2
    assert shown(one) == ("same", RULER)


# --- what can be chosen -----------------------------------------------------------------------------------------------


def refusal(where: str, words: str = "") -> str:
    with snapshot() as cursor:
        answer = wanted_passage(cursor, KEY, where, exact=words)
    assert isinstance(answer, Refused), answer
    return answer.code


@pytest.mark.parametrize(
    ("where", "words", "code"),
    [
        ("1.b-0.4.8", "peer", "passage_differs"),
        ("1.b-9.0.4", "", "passage_missing"),
        ("7.b-0.0.4", "", "passage_missing"),
        ("1.b-0.0.9999", "", "passage_missing"),
        ("1.b-0.400.410", "", "passage_missing"),
        ("nonsense", "", "passage_missing"),
        ("1.b-0.3.4", "", "passage_empty"),
        ("1.b-0.8.4", "", "passage_empty"),
        ("1.b-2", "", "passage_long"),
    ],
)
def test_what_is_no_passage_is_refused(db: None, where: str, words: str, code: str) -> None:
    write_text(KEY, HOLES, RULER, "long " * 500)
    assert refusal(where, words) == code


def test_words_that_were_chosen_in_an_earlier_version_are_followed_or_said_to_be_gone(db: None) -> None:
    write_text(KEY, HOLES, RULER)
    before = {words: address(KEY, words) for words in ("two empty bolt holes", "at Hob's Landing has two", RULER)}
    write_text(KEY, "First.", HOLES.replace("Landing", "Jetty"))
    with snapshot() as cursor:
        same = wanted_passage(cursor, KEY, before["two empty bolt holes"], exact="two empty bolt holes")
        edited = wanted_passage(cursor, KEY, before["at Hob's Landing has two"])
    assert isinstance(same, Wanted)
    assert (same.number, same.chosen.exact) == (2, "two empty bolt holes")
    assert isinstance(edited, Wanted)
    assert (edited.number, edited.place.state, edited.place.wording) == (1, State.EDITED, "at Hob's Jetty has two")
    assert refusal(before[RULER]) == "passage_gone"


def test_a_passage_is_never_cut_within_a_character(db: None) -> None:
    write_text(KEY, "Yes 👩‍👩‍👧‍👦 and 🇨🇭🇸🇾.")
    with snapshot() as cursor:
        found = wanted_passage(cursor, KEY, "1.b-0.4.6")
        flag = wanted_passage(cursor, KEY, "1.b-0.17.18")
    assert isinstance(found, Wanted)
    assert found.chosen.exact == "👩‍👩‍👧‍👦"
    assert isinstance(flag, Wanted)
    assert flag.chosen.exact == "🇨🇭"


# --- comments ---------------------------------------------------------------------------------------------------------


def test_only_published_comments_are_counted_on_their_passage(cast: Cast) -> None:
    write_text(KEY, HOLES, RULER)
    where = {"key": KEY, "thread": cast.thread}
    first, one = comment_on(RULER, reader=cast.alice, **where)
    second, again = comment_on(RULER, reader=cast.bob, **where)
    posted(cast.charlie, "On nothing in particular.", thread=cast.thread)
    assert one == again

    def count() -> int:
        one.refresh_from_db()
        return one.comment_count

    assert count() == 2
    actions.delete_comment(cast.alice, comment_id=first, now=NOON)
    assert count() == 1
    for act, left in (("remove", 0), ("restore", 1), ("remove", 0)):
        actions.change_state(act, comment_id=second, actor_id=cast.mona, reason="insult", now=NOON)
        assert count() == left
    with snapshot() as cursor:
        marks = queries.marks(cursor, KEY)
    assert marks is not None
    assert marks.marks == ()


def test_one_reader_may_say_the_same_of_two_passages_but_not_twice_of_one(cast: Cast) -> None:
    write_text(KEY, HOLES, RULER)
    where = {"key": KEY, "thread": cast.thread, "reader": cast.alice, "text": "Who says so?"}
    comment_on(RULER, **where)
    comment_on(HOLES, **where)
    again = actions.post_comment(
        actions.Submission(reader=cast.alice, thread_id=cast.thread, parent_id=None, passage=wanted(KEY, RULER)),  # type: ignore[arg-type]
        markdown="Who says so?",
        now=NOON,
    )
    assert again == Refused("same_text", status=409)
    assert Comment.objects.filter(passage__isnull=False).count() == 2


# --- words that may not be known any more -----------------------------------------------------------------------------


def test_withheld_words_are_in_no_passage_and_in_no_earlier_revision(db: None) -> None:
    write_text(KEY, HOLES, "Ann Weir lives at the lock.", RULER)
    quoting, near, other = passage("Ann Weir lives"), passage("at the lock"), passage("two empty bolt holes")
    write_text(KEY, HOLES, "Somebody lives at the lock.", RULER)
    texts.withhold_words(KEY, re.compile("Ann Weir"))
    for one in (quoting, near, other):
        one.refresh_from_db()
    assert (quoting.exact, quoting.wording, quoting.is_withheld) == ("", "", True)
    assert (near.prefix, near.exact, near.is_withheld) == ("", "at the lock", False), "its context said them, too"
    assert not other.is_withheld
    assert not any("Ann" in words for words in TextRevision.objects.values_list("words", flat=True))
    write_text(KEY, "First.", HOLES, "Somebody lives at the lock.")
    assert shown(other) == ("same", "two empty bolt holes")
    quoting.refresh_from_db()
    assert quoting.wording == ""


def test_a_text_that_is_not_public_shows_no_word(cast: Cast) -> None:
    write_text(KEY, HOLES, RULER)
    _, one = comment_on(RULER, key=KEY, thread=cast.thread, reader=cast.alice)
    texts.hide(KEY)
    with snapshot() as cursor:
        assert queries.marks(cursor, KEY) is None
        row = queries.passages(cursor, [one.pk])[one.pk]
        assert queries.revision(cursor, KEY) is None
    assert (row.exact, row.wording, row.block, row.is_withheld) == ("", "", "", True)
    assert refusal("1.b-1") == "passage_missing"
    write_text(KEY, HOLES, RULER)
    with snapshot() as cursor:
        assert queries.passages(cursor, [one.pk])[one.pk].exact == RULER
