"""What lists, patterns and earlier texts say of a text that is posted."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from tests.support.cast import NOON, Cast, make_reader, posted

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import Comment, Revision, Thread
from belowline.domain.commenting import Refused
from belowline.domain.match_view import match_view
from belowline.domain.readers import Standing
from belowline.domain.wordlists import Matcher, shipped_list
from belowline.moderation import screener, standings
from belowline.moderation.models import Origin, Sketch, SketchBand

pytestmark = pytest.mark.django_db

DAYS = 24 * 60
LEAFLET = (
    "Everybody who lives by the river should come to the town hall on Tuesday evening and say what they think of the "
    "new bridge, because the council decides on Wednesday."
)


def findings(comment: int) -> list[dict[str, object]]:
    return Revision.objects.get(comment_id=comment, number=1).findings


def codes(comment: int) -> list[object]:
    return [one["code"] for one in findings(comment)]


def state(comment: int) -> str:
    return Comment.objects.get(pk=comment).state


def known(name: str) -> int:
    """A reader who has been here for long."""
    reader = make_reader(name)
    Reader.objects.filter(pk=reader).update(joined_at=NOON - timedelta(days=400))
    return reader


def word_of(language: str, *, unknown_in: str) -> str:
    """A word that waits in one language and means nothing bad in the other."""
    other = Matcher(shipped_list(unknown_in).entries)
    for entry in shipped_list(language).entries:
        if entry.severity >= 2 and entry.term.isalpha() and not other.find(match_view(entry.term)):
            return entry.term
    raise AssertionError("none")


def test_a_listed_word_waits_with_its_place_and_the_version_of_the_list(cast: Cast) -> None:
    word = word_of("en", unknown_in="fr")
    comment = posted(cast.alice, f"You {word}.", thread=cast.thread)
    assert state(comment) == "held"
    [finding] = findings(comment)
    assert finding["code"] == "listed_words"
    assert finding["passages"] == [[4, 4 + len(word)]]
    assert str(finding["evidence"]["lists"]).startswith("en ")  # type: ignore[index]


def test_a_text_is_read_by_the_list_of_its_discussion_s_language(cast: Cast) -> None:
    Thread.objects.filter(pk=cast.thread).update(language="fr-CA")
    assert state(posted(cast.alice, f"{word_of('en', unknown_in='fr')}.", thread=cast.thread)) == "published"
    assert state(posted(cast.alice, f"{word_of('fr', unknown_in='en')}.", thread=cast.thread)) == "held"


def test_changed_words_are_read_like_new_ones(cast: Cast) -> None:
    comment = posted(cast.alice, "Good morning.", thread=cast.thread)
    words = f"You {word_of('en', unknown_in='fr')}."
    assert not isinstance(
        actions.edit_comment(cast.alice, comment_id=comment, markdown=words, now=NOON + timedelta(minutes=1)), Refused
    )
    assert state(comment) == "held"


def test_private_details_wait(cast: Cast) -> None:
    comment = posted(cast.alice, "Write to him: jan.kowalski@example.org, he will love it.", thread=cast.thread)
    assert (state(comment), codes(comment)) == ("held", ["personal_data"])
    [finding] = findings(comment)
    assert finding["passages"] == [[14, 38]]


def test_one_author_s_text_in_a_third_discussion_waits(cast: Cast) -> None:
    third = actions.ensure_thread(
        Thread.objects.get(pk=cast.thread).site_id, subject_key="mill", now=NOON, title="Mill", url="/a/mill"
    )
    first, second, again = (
        posted(cast.alice, LEAFLET.replace("town hall", place), thread=thread, minutes=n)
        for n, (thread, place) in enumerate(
            [(cast.thread, "town hall"), (cast.other_thread, "city hall"), (third, "town hall")]
        )
    )
    assert (state(first), state(second)) == ("published", "published")
    assert (state(again), codes(again)) == ("held", ["sent_around"])


def test_a_text_that_many_send_waits_under_another_name_and_one_reader_counts_once(cast: Cast) -> None:
    for n in range(4):
        posted(cast.alice, f"{LEAFLET} {n}", thread=cast.thread, minutes=n)
    assert "shared_text" not in codes(posted(cast.bob, LEAFLET, thread=cast.thread, minutes=10))
    posted(cast.charlie, LEAFLET, thread=cast.thread, minutes=11)
    fourth = posted(known("Dora"), LEAFLET, thread=cast.thread, minutes=12)
    assert (state(fourth), codes(fourth)) == ("held", ["shared_text"])


def test_a_trusted_reader_s_text_may_go_around(cast: Cast) -> None:
    for n, reader in enumerate([cast.alice, cast.bob, cast.charlie]):
        posted(reader, LEAFLET, thread=cast.thread, minutes=n)
    trusted = known("Dora")
    assert standings.set_standing(trusted, Standing.TRUSTED, actor_id=None, rule="trusted", cause="", now=NOON) is None
    assert state(posted(trusted, LEAFLET, thread=cast.thread, minutes=5)) == "published"


def test_what_a_text_is_like_is_forgotten_after_fourteen_days_and_where_it_came_from_after_seven(cast: Cast) -> None:
    def sent(minutes: float) -> None:
        submission = actions.Submission(
            reader=cast.alice, thread_id=cast.thread, parent_id=None, form_key="", network="a" * 22
        )
        answer = actions.post_comment(
            submission, markdown=f"{LEAFLET} {minutes}", now=NOON + timedelta(minutes=minutes)
        )
        assert not isinstance(answer, Refused)

    sent(0)
    sent(8 * DAYS)
    assert (Sketch.objects.count(), Origin.objects.count()) == (2, 2)
    bands = SketchBand.objects.count()
    screener.forget_old(NOON + timedelta(days=13))
    assert (Sketch.objects.count(), Origin.objects.count()) == (2, 1)
    screener.forget_old(NOON + timedelta(days=15, minutes=-1))
    assert (Sketch.objects.count(), Origin.objects.count()) == (1, 1)
    assert SketchBand.objects.count() == bands // 2
    screener.forget_old(NOON + timedelta(days=30))
    assert (Sketch.objects.count(), SketchBand.objects.count(), Origin.objects.count()) == (0, 0, 0)


def test_other_words_are_compared_in_place_of_the_old_ones(cast: Cast) -> None:
    comment = posted(cast.alice, LEAFLET, thread=cast.thread)
    change = partial(actions.edit_comment, cast.alice, comment_id=comment, now=NOON + timedelta(minutes=1))
    assert not isinstance(
        change(markdown="Sorry, this was the wrong page, I take everything back that I said."), Refused
    )
    assert Sketch.objects.count() == 1
    for n, reader in enumerate([cast.bob, cast.charlie]):
        posted(reader, LEAFLET, thread=cast.thread, minutes=2 + n)
    assert state(posted(known("Dora"), LEAFLET, thread=cast.thread, minutes=6)) == "published"


def test_in_a_busy_network_newcomers_wait_and_others_go_on(cast: Cast) -> None:
    def sent(reader: int, *, is_busy: bool) -> str:
        submission = actions.Submission(
            reader=reader, thread_id=cast.thread, parent_id=None, form_key="", is_network_busy=lambda: is_busy
        )
        answer = actions.post_comment(submission, markdown=f"I am {reader} {is_busy}", now=NOON)
        assert not isinstance(answer, Refused)
        return answer.state

    old = known("Dora")
    for n in range(3):
        posted(old, f"Long ago {n}", thread=cast.thread, minutes=-60 * 24 * 9 + n)
    assert [sent(cast.alice, is_busy=False), sent(cast.alice, is_busy=True), sent(old, is_busy=True)] == [
        "published",
        "held",
        "published",
    ]


def test_who_is_suspended_neither_votes_nor_asks_for_a_source(cast: Cast) -> None:
    comment = posted(cast.bob, "The bridge cost three times as much.", thread=cast.thread)
    until = NOON + timedelta(days=2)
    assert (
        standings.set_standing(
            cast.alice, Standing.SUSPENDED, actor_id=None, rule="insult", cause="", now=NOON, until=until
        )
        is None
    )
    asked = actions.ask_for_source(cast.alice, comment_id=comment, is_asking=True, now=NOON)
    voted = actions.cast_vote(cast.alice, comment_id=comment, value=1, now=NOON)
    codes_said = [one.code for one in (asked, voted) if isinstance(one, Refused)]
    assert codes_said == ["reader_suspended", "reader_suspended"]
