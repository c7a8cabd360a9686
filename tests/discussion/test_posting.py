"""Posting, replying, editing, deleting: what a reader would notice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from belowline.discussion import actions
from belowline.discussion.actions import comment_post
from belowline.discussion.models import Comment, Revision, Submission, Thread, ThreadDelta
from belowline.domain.commenting import CommentState, Refused
from belowline.project import handlers
from tests.support.cast import NOON, Cast, make_reader, post, posted

pytestmark = pytest.mark.django_db


def count(thread: int) -> int:
    return Thread.objects.get(pk=thread).comment_count + sum(
        ThreadDelta.objects.filter(thread_id=thread).values_list("comments", flat=True)
    )


def test_a_comment_is_published_with_its_rendered_words(cast: Cast) -> None:
    comment = Comment.objects.get(pk=posted(cast.alice, "The *river* rose.", thread=cast.thread))
    assert comment.state == "published"
    assert comment.is_listed
    revision = Revision.objects.get(comment=comment, number=1)
    assert revision.source == "The *river* rose."
    assert revision.html == "<p>The <em>river</em> rose.</p>"
    assert count(cast.thread) == 1


def test_a_reply_hangs_below_its_parent_and_is_counted_there(cast: Cast) -> None:
    root = posted(cast.alice, "One", thread=cast.thread)
    reply = Comment.objects.get(pk=posted(cast.bob, "Two", thread=cast.thread, parent=root, minutes=1))
    assert (reply.parent_id, reply.root_id, reply.depth) == (root, root, 2)
    assert Comment.objects.get(pk=root).listed_replies == 1


def test_comments_of_one_thread_are_numbered_from_one_without_gaps(cast: Cast) -> None:
    ids = [posted(cast.alice, f"Number {n}", thread=cast.thread, minutes=n) for n in range(5)]
    assert list(Comment.objects.filter(pk__in=ids).order_by("pk").values_list("position", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_empty"),
        (" \n\t ", "text_empty"),
        ("a" * 10_001, "text_too_long"),
        ("> " * 20 + "x", "text_too_nested"),
    ],
)
def test_a_text_that_cannot_be_stored_is_refused_with_its_reason(cast: Cast, text: str, code: str) -> None:
    answer = post(cast.alice, text, thread=cast.thread)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.status) == (code, 422)
    assert count(cast.thread) == 0


def test_the_same_form_sent_again_gives_the_first_answer(cast: Cast) -> None:
    first = posted(cast.alice, "Once", thread=cast.thread, form_key="k1")
    again = post(cast.alice, "Once", thread=cast.thread, form_key="k1")
    assert again == actions.Posted(first, cast.alice, CommentState.PUBLISHED, is_repeat=True)
    assert count(cast.thread) == 1


def test_the_same_form_with_another_text_is_offered_as_an_edit(cast: Cast) -> None:
    first = posted(cast.alice, "Once", thread=cast.thread, form_key="k1")
    again = post(cast.alice, "Once more", thread=cast.thread, form_key="k1")
    assert again == actions.Posted(first, cast.alice, CommentState.PUBLISHED, is_other_text=True)
    assert count(cast.thread) == 1


def test_the_answer_to_a_form_is_forgotten_after_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comment_post, "FORGET_ROWS", 2)
    for number in range(5):
        posted(cast.alice, f"Once {number}", thread=cast.thread, form_key=f"k{number}")
    latest = posted(cast.alice, "Later", thread=cast.thread, form_key="k9", minutes=1)
    assert (3600.0, actions.forget_submissions) in handlers.CLOCK
    actions.forget_submissions(NOON + timedelta(hours=24))
    assert Submission.objects.count() == 6
    actions.forget_submissions(NOON + timedelta(hours=24, seconds=1))
    assert list(Submission.objects.values_list("comment_id", flat=True)) == [latest]


def test_the_same_words_at_the_same_place_are_a_double_post(cast: Cast) -> None:
    posted(cast.alice, "Source?", thread=cast.thread, form_key="k1")
    answer = post(cast.alice, "Source?", thread=cast.thread, form_key="k2")
    assert isinstance(answer, Refused)
    assert answer.code == "same_text"


def test_the_same_words_may_answer_two_people(cast: Cast) -> None:
    one, two = (posted(cast.bob, f"Claim {n}", thread=cast.thread) for n in (1, 2))
    posted(cast.alice, "Source?", thread=cast.thread, parent=one)
    posted(cast.alice, "Source?", thread=cast.thread, parent=two)


def test_a_reply_never_stands_before_what_it_answers_when_the_clock_was_set_back(cast: Cast) -> None:
    root = posted(cast.alice, "Later", thread=cast.thread, minutes=60)
    reply = posted(cast.bob, "Earlier?", thread=cast.thread, parent=root, minutes=0)
    assert Comment.objects.get(pk=reply).time_key == Comment.objects.get(pk=root).time_key + 1


def test_two_comments_of_the_same_microsecond_get_different_time_keys(cast: Cast) -> None:
    keys = {Comment.objects.get(pk=posted(who, "Now", thread=cast.thread)).time_key for who in (cast.alice, cast.bob)}
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("make_parent", "code", "status"),
    [
        (lambda cast: 987_654, "parent_missing", 404),
        (lambda cast: posted(cast.bob, "There", thread=cast.other_thread), "parent_elsewhere", 409),
    ],
)
def test_a_reply_to_a_missing_or_foreign_comment_is_refused(cast: Cast, make_parent, code: str, status: int) -> None:
    answer = post(cast.alice, "Hello", thread=cast.thread, parent=make_parent(cast))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.status) == (code, status)


def test_a_reply_to_a_deleted_comment_is_refused(cast: Cast) -> None:
    root = posted(cast.bob, "Gone soon", thread=cast.thread)
    actions.delete_comment(cast.bob, comment_id=root, now=NOON)
    answer = post(cast.alice, "But", thread=cast.thread, parent=root)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.status) == ("parent_deleted", 410)


def test_nobody_comments_in_a_closed_thread(cast: Cast) -> None:
    actions.close_thread(cast.thread, reason="The trial has begun.")
    answer = post(cast.alice, "One more", thread=cast.thread)
    assert isinstance(answer, Refused)
    assert answer.code == "thread_closed"


def test_a_guest_is_held_for_a_moderator_by_default(cast: Cast) -> None:
    guest = make_reader("greta", kind="guest")
    answer = post(guest, "Hello", thread=cast.thread)
    assert isinstance(answer, actions.Posted)
    assert answer.state is CommentState.HELD
    assert count(cast.thread) == 0
    findings = Revision.objects.get(comment_id=answer.comment_id).findings
    assert [finding["code"] for finding in findings] == ["guest_awaits_moderator"]


def test_an_approved_comment_is_published_and_counted(cast: Cast) -> None:
    guest = make_reader("greta", kind="guest")
    held = posted(guest, "Hello", thread=cast.thread)
    actions.change_state("approve", comment_id=held, actor_id=cast.mona, reason="fine", now=NOON)
    comment = Comment.objects.get(pk=held)
    assert comment.is_listed
    assert comment.published_event
    assert count(cast.thread) == 1


def edited(reader: int, comment: int, text: str, *, minutes: float) -> actions.Posted | Refused:
    return actions.edit_comment(reader, comment_id=comment, markdown=text, now=NOON + timedelta(minutes=minutes))


def test_an_edit_within_two_minutes_leaves_no_public_revision(cast: Cast) -> None:
    comment = posted(cast.alice, "Teh river", thread=cast.thread)
    edited(cast.alice, comment, "The river", minutes=1.5)
    assert list(Revision.objects.filter(comment=comment, is_public=True).values_list("source", flat=True)) == [
        "The river"
    ]
    assert Comment.objects.get(pk=comment).edited_us is None


def test_a_later_edit_keeps_the_earlier_words_public(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    edited(cast.alice, comment, "The rivers", minutes=10)
    assert Revision.objects.filter(comment=comment, is_public=True).count() == 2
    assert Comment.objects.get(pk=comment).edited_us is not None


def test_after_fifteen_minutes_a_comment_stays_as_it_is(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    answer = edited(cast.alice, comment, "Changed", minutes=15.1)
    assert isinstance(answer, Refused)
    assert answer.code == "edit_window_over"
    assert answer.until == NOON + timedelta(minutes=15)


def test_once_somebody_replied_only_the_first_five_minutes_are_left(cast: Cast) -> None:
    comment = posted(cast.alice, "The river", thread=cast.thread)
    posted(cast.bob, "Which?", thread=cast.thread, parent=comment, minutes=3)
    assert isinstance(edited(cast.alice, comment, "The river Ald", minutes=4), actions.Posted)
    assert Comment.objects.get(pk=comment).is_edited_after_reply
    answer = edited(cast.alice, comment, "No, the lake", minutes=6)
    assert isinstance(answer, Refused)
    assert answer.code == "edit_window_over"


def test_nobody_edits_or_deletes_another_readers_comment(cast: Cast) -> None:
    comment = posted(cast.alice, "Mine", thread=cast.thread)
    for answer in (
        edited(cast.bob, comment, "Ours", minutes=1),
        actions.delete_comment(cast.bob, comment_id=comment, now=NOON),
    ):
        assert isinstance(answer, Refused)
        assert (answer.code, answer.status) == ("not_yours", 403)


def test_a_deleted_comment_loses_its_words_in_every_revision(cast: Cast) -> None:
    comment = posted(cast.alice, "First words", thread=cast.thread)
    edited(cast.alice, comment, "Second words", minutes=5)
    actions.delete_comment(cast.alice, comment_id=comment, now=NOON + timedelta(minutes=6))
    rows = Revision.objects.filter(comment=comment)
    assert {r.source + r.html + r.excerpt for r in rows} == {""}
    assert {bytes(r.digest) for r in rows} == {b""}, "whoever tries all telephone numbers finds none by its digest"
    assert not Comment.objects.get(pk=comment).is_listed
    assert count(cast.thread) == 0


def test_a_deleted_comment_with_replies_stays_as_a_tombstone(cast: Cast) -> None:
    root = posted(cast.alice, "Root", thread=cast.thread)
    posted(cast.bob, "Reply", thread=cast.thread, parent=root)
    actions.delete_comment(cast.alice, comment_id=root, now=NOON)
    assert Comment.objects.get(pk=root).is_listed


def test_a_row_of_tombstones_goes_when_the_last_reply_below_it_goes(cast: Cast) -> None:
    root = posted(cast.alice, "Root", thread=cast.thread)
    middle = posted(cast.bob, "Middle", thread=cast.thread, parent=root)
    leaf = posted(cast.charlie, "Leaf", thread=cast.thread, parent=middle)
    actions.delete_comment(cast.alice, comment_id=root, now=NOON)
    actions.delete_comment(cast.bob, comment_id=middle, now=NOON)
    assert Comment.objects.filter(is_listed=True).count() == 3
    actions.change_state("remove", comment_id=leaf, actor_id=cast.mona, reason="insult", now=NOON)
    assert not Comment.objects.filter(is_listed=True).exists()
    actions.change_state("restore", comment_id=leaf, actor_id=cast.mona, reason="mistake", now=NOON)
    assert Comment.objects.filter(is_listed=True).count() == 3
    assert count(cast.thread) == 1


def test_folding_the_deltas_does_not_change_the_count(cast: Cast) -> None:
    for n in range(3):
        posted(cast.alice, f"Number {n}", thread=cast.thread)
    assert actions.fold_counts() == 3
    assert Thread.objects.get(pk=cast.thread).comment_count == 3
    assert actions.fold_counts() == 0
