"""What waits for a moderator: in which queue, in which order, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from tests.support.cast import NOON, Cast, make_reader, posted

from belowline.discussion import actions
from belowline.discussion.bulk import BulkComment, KnownIds, add_comments
from belowline.discussion.models import Thread
from belowline.domain.commenting import CommentState
from belowline.domain.moderating import Queue
from belowline.moderation import queries
from belowline.moderation.models import Case, Origin
from belowline.moderation.queries import Narrowed

pytestmark = pytest.mark.django_db

THREE_LINKS = "https://one.example/ https://two.example/ https://three.example/"


def waiting(*queues: Queue, **narrowed: object) -> list[int]:
    with connection.cursor() as cursor:
        found = queries.waiting_cases(cursor, *(queues or (Queue.HELD,)), narrowed=Narrowed(**narrowed))
    return [case.comment_id for case in found]


def held(reader: int, thread: int, minutes: int = 0) -> int:
    comment = posted(reader, f"{THREE_LINKS} at {minutes}", thread=thread, minutes=minutes)
    assert waiting(Queue.HELD), "three links of a newcomer wait"
    return comment


def decide(act: str, comment: int, by: int) -> object:
    return actions.change_state(act, comment_id=comment, actor_id=by, reason="insult", now=NOON + timedelta(hours=1))


def report(comment: int, by: int, reason: str = "insult", minutes: int = 30) -> None:
    at = NOON + timedelta(minutes=minutes)
    assert actions.report_comment(by, comment_id=comment, reason=reason, note="", now=at) is None


def test_what_is_published_at_once_waits_for_nobody(cast: Cast) -> None:
    posted(cast.alice, "Plain words", thread=cast.thread)
    assert not Case.objects.exists()


@pytest.mark.parametrize("act", ["approve", "reject", "remove"])
def test_a_decision_takes_the_comment_out_of_the_queue(cast: Cast, act: str) -> None:
    comment = held(cast.alice, cast.thread)
    assert waiting() == [comment]
    decide(act, comment, cast.mona)
    assert not Case.objects.exists()


def test_what_its_author_deletes_waits_no_more_and_nothing_of_where_it_came_from_is_left(cast: Cast) -> None:
    comment = held(cast.alice, cast.thread)
    Origin.objects.create(comment_id=comment, network="a" * 32, at=NOON)
    actions.delete_comment(cast.alice, comment_id=comment, now=NOON)
    assert not Case.objects.exists()
    assert not Origin.objects.exists()


def test_an_edit_that_is_held_comes_into_the_queue_with_what_was_found_in_it(cast: Cast) -> None:
    comment = posted(cast.alice, "Plain words", thread=cast.thread)
    actions.edit_comment(cast.alice, comment_id=comment, markdown=THREE_LINKS, now=NOON + timedelta(minutes=1))
    case = Case.objects.get()
    assert (case.comment_id, case.queue, case.code) == (comment, "held", "many_links")
    # Words that would be fine do not let themselves out: somebody has begun to look.
    actions.edit_comment(cast.alice, comment_id=comment, markdown="Plain again", now=NOON + timedelta(minutes=2))
    assert waiting() == [comment]


def test_the_longest_waiting_stands_first_and_what_is_grave_before_it(cast: Cast) -> None:
    plain = [posted(cast.bob, f"Comment {n}", thread=cast.thread) for n in range(3)]
    report(plain[0], cast.alice, "spam", minutes=1)
    report(plain[1], cast.alice, "insult", minutes=2)
    report(plain[2], cast.alice, "private", minutes=3)
    assert waiting(Queue.REPORTED) == [plain[2], plain[0], plain[1]]
    report(plain[1], cast.charlie, "hate", minutes=4)
    assert waiting(Queue.REPORTED) == [plain[2], plain[1], plain[0]], "a graver reason moves it forward"
    report(plain[2], cast.charlie, "other", minutes=5)
    assert waiting(Queue.REPORTED)[0] == plain[2], "a lesser one does not move it back"


def test_a_report_reaches_the_queue_again_after_the_moderators_left_the_comment(cast: Cast) -> None:
    comment = posted(cast.bob, "Plain", thread=cast.thread)
    report(comment, cast.alice)
    actions.settle_reports(comment, now=NOON + timedelta(hours=1))
    assert waiting(Queue.REPORTED) == []
    report(comment, cast.charlie, minutes=90)
    assert waiting(Queue.REPORTED) == [comment]


def test_a_reported_comment_waits_in_one_queue_and_is_reported_again_when_it_stands_again(cast: Cast) -> None:
    comment = posted(cast.bob, "Plain", thread=cast.thread)
    report(comment, cast.alice, "spam", minutes=1)
    report(comment, cast.charlie, "private", minutes=1)
    actions.edit_comment(cast.bob, comment_id=comment, markdown=THREE_LINKS, now=NOON + timedelta(minutes=2))
    assert (waiting(Queue.HELD), waiting(Queue.REPORTED)) == ([comment], [])
    decide("approve", comment, cast.mona)
    assert (waiting(Queue.HELD), waiting(Queue.REPORTED)) == ([], [comment])
    assert Case.objects.get().code == "private"


def test_a_queue_is_narrowed_down_by_discussion_author_language_and_reason(cast: Cast) -> None:
    Thread.objects.filter(pk=cast.other_thread).update(language="ar")
    of = {
        (name, thread): held(reader, thread, minutes)
        for minutes, (name, reader, thread) in enumerate(
            (name, getattr(cast, name), thread)
            for name in ("alice", "bob")
            for thread in (cast.thread, cast.other_thread)
        )
    }
    everything = list(of.values())
    assert waiting() == everything
    assert waiting(author_id=cast.bob) == everything[2:]
    assert waiting(thread_id=cast.other_thread) == waiting(language="ar") == everything[1::2]
    assert waiting(thread_id=cast.thread, author_id=cast.alice) == everything[:1]
    assert waiting(code="many_links") == everything
    assert waiting(code="listed_words") == []


def test_the_next_page_goes_on_where_the_first_ended_and_two_queues_are_one_list(cast: Cast) -> None:
    comments = [held(cast.alice, cast.thread, minutes) for minutes in range(6)]
    Case.objects.filter(comment_id__in=comments[1::2]).update(queue="unconfirmed")
    both = (Queue.HELD, Queue.UNCONFIRMED)
    with connection.cursor() as cursor:
        first = queries.waiting_cases(cursor, *both, at_most=4)
        rest = queries.waiting_cases(cursor, *both, after=first[-1].place)
        assert [case.comment_id for case in (*first, *rest)] == comments
        assert queries.cases_waiting(cursor, *both) == 6
        assert queries.cases_waiting(cursor, *both, at_most=5) == 5
        assert queries.cases_waiting(cursor, Queue.HELD) == 3


def test_what_waited_in_the_system_that_a_site_comes_from_waits_here(cast: Cast) -> None:
    words = {"source": "Waits", "html": "<p>Waits</p>", "excerpt": "Waits", "renderer": 1}
    us = 1_700_000_000_000_000
    imported = [
        BulkComment(key=key, parent_key=None, author_id=cast.alice, written_us=us + n, state=state, **words)
        for n, (key, state) in enumerate([("a", CommentState.HELD), ("b", CommentState.PUBLISHED)])
    ]
    ids: KnownIds = {}
    add_comments(cast.thread, imported, ids=ids, origin="isso")
    assert waiting() == [ids["a"]]


def test_the_cases_of_a_guest_follow_into_the_account(cast: Cast) -> None:
    guest = make_reader("Rover", kind="guest")
    comment = posted(guest, "Waits", thread=cast.thread)
    actions.merge_reader(guest, into=cast.bob)
    assert waiting(author_id=cast.bob) == [comment]
