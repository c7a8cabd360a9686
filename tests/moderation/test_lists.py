"""The newsroom's own words on the lists: tried first, at once for a day, for good with a second person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.cast import NOON, Cast, make_reader, post, posted

from belowline.accounts.actions import create_staff
from belowline.accounts.models import Reader
from belowline.discussion.models import Comment, Revision, Thread
from belowline.domain.commenting import Refused
from belowline.domain.wordlists import Entry, Kind, Match, Severity, shipped_list
from belowline.moderation import lists
from belowline.moderation.models import Act, ListChange

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def moderator(name: str) -> int:
    user = create_staff(
        name=name, email=f"{name.lower()}@example.org", password="seven herons standing", role="moderator"
    )
    return Reader.objects.get(user=user).pk


@pytest.fixture
def mona(cast: Cast) -> int:
    return moderator("Mona")


@pytest.fixture
def osei(cast: Cast) -> int:
    return moderator("Osei")


def word(term: str = "zwurbel", *, match: Match = Match.TOKEN, language: str = "en", note: str = "") -> Entry:
    return Entry(term, Kind.RAID, Severity.HELD, match, NOON.date(), source="newsroom", note=note, language=language)


def propose(entry: Entry, by: int, *, is_removal: bool = False, hours: float = 0) -> int | Refused:
    return lists.propose(entry, is_removal=is_removal, actor_id=by, now=NOON + hours * HOUR)


def proposed(entry: Entry, by: int, **more: object) -> int:
    answer = propose(entry, by, **more)  # type: ignore[arg-type]
    assert isinstance(answer, int), answer
    return answer


def state_after(text: str, cast: Cast, *, hours: float) -> str:
    writer = make_reader(f"Writer {Reader.objects.count()}")
    return Comment.objects.get(pk=posted(writer, text, thread=cast.thread, minutes=hours * 60)).state


def code(answer: object) -> str:
    assert isinstance(answer, Refused), answer
    return answer.code


def test_a_word_of_one_person_holds_at_once_and_lapses_after_a_day(cast: Cast, mona: int, osei: int) -> None:
    assert state_after("You zwurbel.", cast, hours=0) == "published"
    # The word is in a comment now; one may be chance.
    proposed(word(), mona)
    assert state_after("You old zwurbel.", cast, hours=1) == "held"
    assert state_after("You bad ZWURB3L.", cast, hours=23.9) == "held"
    assert state_after("You good zwurbel.", cast, hours=24) == "published"


def test_a_second_person_makes_it_stay(cast: Cast, mona: int, osei: int) -> None:
    change = proposed(word(), mona)
    assert code(lists.confirm(change, actor_id=mona, now=NOON + HOUR)) == "second_person_needed"
    assert lists.confirm(change, actor_id=osei, now=NOON + HOUR) is None
    assert state_after("You zwurbel.", cast, hours=24 * 9) == "held"
    stored = ListChange.objects.get()
    assert (stored.state, stored.proposed_by_id, stored.decided_by_id, stored.is_alone) == (
        "in_force",
        mona,
        osei,
        False,
    )
    kinds = list(Act.objects.order_by("pk").values_list("kind", "actor_id"))
    assert kinds == [("list_propose", mona), ("list_confirm", osei)]
    assert code(lists.withdraw(change, actor_id=mona, now=NOON + 2 * HOUR)) == "list_change_over"


def test_a_word_that_lapsed_can_be_agreed_to_for_a_week(cast: Cast, mona: int, osei: int) -> None:
    change = proposed(word(), mona)
    assert [one.pk for one in lists.pending("en", now=NOON + 6 * DAY)] == [change]
    assert code(lists.confirm(change, actor_id=osei, now=NOON + 7 * DAY)) == "list_change_over"
    assert lists.pending("en", now=NOON + 7 * DAY) == []
    assert lists.confirm(change, actor_id=osei, now=NOON + 6 * DAY) is None
    assert state_after("You zwurbel.", cast, hours=24 * 6 + 1) == "held"


def test_whoever_is_alone_decides_a_day_later_and_that_is_recorded(cast: Cast, mona: int) -> None:
    change = proposed(word(), mona)
    assert code(lists.confirm(change, actor_id=mona, now=NOON + 23 * HOUR)) == "second_person_wait"
    assert lists.confirm(change, actor_id=mona, now=NOON + DAY) is None
    assert ListChange.objects.get().is_alone
    assert Act.objects.latest("pk").detail["is_alone"] is True
    stranger = proposed(word("grotzer"), mona)
    assert code(lists.confirm(stranger, actor_id=cast.alice, now=NOON + HOUR)) == "second_person_no_right"


def test_a_colleague_turns_it_down_and_it_counts_no_more(cast: Cast, mona: int, osei: int) -> None:
    change = proposed(word(), mona)
    assert lists.withdraw(change, actor_id=osei, now=NOON + HOUR) is None
    assert state_after("You zwurbel.", cast, hours=2) == "published"
    assert code(lists.confirm(change, actor_id=osei, now=NOON + 3 * HOUR)) == "list_change_over"
    assert code(lists.confirm(987654, actor_id=osei, now=NOON)) == "list_change_over"


def test_a_shipped_word_goes_when_two_agree_and_stays_until_then(cast: Cast, mona: int, osei: int) -> None:
    listed = next(one for one in shipped_list("en").entries if one.severity >= 2 and one.match is Match.TOKEN)
    change = proposed(listed, mona, is_removal=True)
    assert state_after(f"You {listed.term}.", cast, hours=1) == "held"
    assert lists.confirm(change, actor_id=osei, now=NOON + 2 * HOUR) is None
    assert listed not in lists.current("en", now=NOON + 3 * HOUR).entries
    # And comes back the same way.
    again = proposed(replace(listed, expires_at=None), osei, hours=4)
    assert lists.confirm(again, actor_id=mona, now=NOON + 5 * HOUR) is None
    assert state_after(f"You {listed.term}.", cast, hours=6) == "held"


def test_a_word_of_another_language_s_list_says_nothing_here(cast: Cast, mona: int, osei: int) -> None:
    proposed(word(language="fr"), mona)
    assert state_after("You zwurbel.", cast, hours=1) == "published"
    Thread.objects.filter(pk=cast.thread).update(language="fr")
    assert state_after("Tu zwurbel.", cast, hours=1) == "held"


def test_a_word_that_stands_in_what_was_published_is_refused(cast: Cast, mona: int) -> None:
    for n in range(3):
        state_after(f"The harbour froze, number {n}.", cast, hours=-n - 1)
    assert code(propose(word("harbour"), mona)) == "list_term_common"
    # What waits or was rejected says nothing about what is in order.
    Comment.objects.filter(revisions__source__contains="harbour").update(state="rejected")
    assert isinstance(propose(word("harbour"), mona), int)


@pytest.mark.parametrize(
    ("entry", "refused"),
    [
        (word(""), "term_empty"),
        (word("x" * 65), "term_too_long"),
        (word("(a+)+$"), "term_pattern"),
        (word("a"), "term_letters"),
        (word("zwu", match=Match.STEM), "term_letters"),
        (word("two words"), "term_words"),
        (word("alone", match=Match.PHRASE), "term_words"),
        (word("Scunthorpe"), "list_term_innocent"),
        (word(note="x" * 301), "list_note_long"),
        (word(language="tlh"), "list_language"),
    ],
)
def test_what_cannot_be_listed_is_refused_with_its_reason(cast: Cast, mona: int, entry: Entry, refused: str) -> None:
    assert code(propose(entry, mona)) == refused
    assert ListChange.objects.count() == 0


def test_the_same_word_is_proposed_once_in_whatever_disguise(cast: Cast, mona: int, osei: int) -> None:
    change = proposed(word(), mona)
    assert code(propose(word("ZWÜRBEL".replace("Ü", "U")), osei)) == "list_term_known"
    assert code(propose(word("grotzer"), osei, is_removal=True)) == "list_term_missing"
    lists.confirm(change, actor_id=osei, now=NOON)
    first = proposed(word(), mona, is_removal=True)
    assert code(propose(word(), osei, is_removal=True)) == "list_term_known"
    assert lists.confirm(first, actor_id=osei, now=NOON) is None
    assert code(propose(word(), osei, is_removal=True)) == "list_term_missing"


def test_findings_name_the_version_that_held_and_it_changes_with_the_list(cast: Cast, mona: int, osei: int) -> None:
    def version() -> str:
        return lists.current("en", now=NOON + HOUR).version

    shipped = version()
    change = proposed(word(), mona)
    changed = version()
    assert changed != shipped
    comment = posted(cast.alice, "You zwurbel.", thread=cast.thread, minutes=60)
    [finding] = Revision.objects.get(comment_id=comment).findings
    assert finding["evidence"]["lists"] == changed
    lists.withdraw(change, actor_id=osei, now=NOON + HOUR)
    assert version() == shipped


def test_who_writes_waits_for_no_list_to_be_read_anew(cast: Cast, mona: int, django_assert_num_queries: object) -> None:
    proposed(word(), mona)
    lists.current("en", now=NOON)
    with django_assert_num_queries(1):  # type: ignore[operator]
        lists.current("en", now=NOON)
    post(cast.alice, "Good morning.", thread=cast.thread)
