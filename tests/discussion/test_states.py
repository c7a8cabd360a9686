"""Whatever people and staff do, in any order: lists, counts and words stay what the states say."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection

from belowline.discussion import actions
from belowline.discussion.models import Comment, Revision, StateChange
from belowline.discussion.queries.comments import public_revisions
from belowline.domain.commenting import STAFF_ACTS, CommentState, Refused
from belowline.outbox.models import Event
from tests.discussion.growing import check_lists
from tests.support.cast import NOON, Cast, make_reader, post, posted

pytestmark = pytest.mark.django_db

STEPS = 20_000 if os.environ.get("SOAK") else 400
# More links than any author may post without being held.
LINKS = " ".join(f"https://example.org/{n}" for n in range(12))


class Crowd:
    """Readers and staff who act at random, from a seed."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast = cast
        self.rng = random.Random(seed)
        self.readers = [cast.alice, cast.bob, make_reader(f"greta {seed}", kind="guest")]
        self.comments: list[int] = []
        self.step = 0

    def act(self) -> None:
        self.step += 1
        act = self.rng.choice(["post", "post", "post", "delete", "edit", *STAFF_ACTS, *STAFF_ACTS])
        if act == "post" or not self.comments:
            self.write()
        elif act == "delete":
            self.by_author(lambda author, comment: actions.delete_comment(author, comment_id=comment, now=self.now))
        elif act == "edit":
            words = self.rng.choice([f"Edited in step {self.step}", LINKS + str(self.step)])
            self.by_author(
                lambda author, comment: actions.edit_comment(author, comment_id=comment, markdown=words, now=self.now)
            )
        else:
            comment = self.rng.choice(self.comments)
            actions.change_state(act, comment_id=comment, actor_id=self.cast.mona, reason="test", now=self.now)

    @property
    def now(self):
        return NOON + timedelta(seconds=self.step / 10)

    def write(self) -> None:
        parent = self.rng.choice([None, *self.comments[-6:]])
        words = self.rng.choice([f"Step {self.step}", f"Step {self.step}", f"{LINKS} {self.step}"])
        answer = post(
            self.rng.choice(self.readers), words, thread=self.cast.thread, parent=parent, minutes=self.step / 600
        )
        if not isinstance(answer, Refused):
            self.comments.append(answer.comment_id)

    def by_author(self, change) -> None:
        comment = self.rng.choice(self.comments)
        change(Comment.objects.get(pk=comment).author_id, comment)


@pytest.mark.parametrize("seed", range(6))
def test_lists_and_counts_are_right_after_any_sequence_of_acts(cast: Cast, seed: int) -> None:
    crowd = Crowd(cast, seed)
    for step in range(STEPS):
        crowd.act()
        if step % 50 == 0:
            check_lists(cast.thread)
    check_lists(cast.thread)
    check_words(crowd)
    check_history(crowd)
    states = {state for change in StateChange.objects.all() for state in (change.before, change.after)}
    assert states == {state.value for state in CommentState}, "the crowd must reach every state"


def check_words(crowd: Crowd) -> None:
    """Nothing of a deleted comment is left, and nothing of a hidden one is shown."""
    assert not Revision.objects.filter(comment__state="deleted").exclude(source="", html="", excerpt="").exists()
    with connection.cursor() as cursor:
        for comment in Comment.objects.exclude(state="published"):
            assert public_revisions(cursor, comment.pk) == []


def check_history(crowd: Crowd) -> None:
    """Each comment's changes of state form one chain that ends where it stands."""
    for comment in Comment.objects.all():
        changes = list(StateChange.objects.filter(comment=comment).order_by("pk"))
        for earlier, later in pairwise(changes):
            assert earlier.after == later.before
        if changes:
            assert changes[-1].after == comment.state


def test_an_edit_full_of_links_takes_a_comment_out_of_the_lists(cast: Cast) -> None:
    comment = posted(cast.alice, "Fine words", thread=cast.thread)
    answer = actions.edit_comment(cast.alice, comment_id=comment, markdown=LINKS, now=NOON + timedelta(minutes=1))
    assert answer == actions.Posted(comment, cast.alice, CommentState.HELD)
    assert not Comment.objects.get(pk=comment).is_listed
    actions.change_state("approve", comment_id=comment, actor_id=cast.mona, reason="fine", now=NOON)
    assert Comment.objects.get(pk=comment).is_listed
    check_lists(cast.thread)


@pytest.mark.parametrize("act", ["remove", "restore"])
def test_the_second_of_two_moderators_hears_that_it_was_decided(cast: Cast, act: str) -> None:
    comment = posted(cast.alice, "Fine words", thread=cast.thread)
    for who in (cast.mona, cast.bob):
        if act == "restore" and who == cast.mona:
            actions.change_state("remove", comment_id=comment, actor_id=who, reason="off", now=NOON)
        answer = actions.change_state(act, comment_id=comment, actor_id=who, reason="off", now=NOON)
    assert answer == Refused("state_changed", status=409)


@pytest.mark.parametrize("hide", ["reject", "remove", "delete"])
def test_a_tombstone_that_changes_its_reason_tells_its_pages(cast: Cast, hide: str) -> None:
    """A comment held after an edit, with a reply below: what stands in its place changes with its state."""
    root = posted(cast.alice, "Fine words", thread=cast.thread)
    posted(cast.bob, "Indeed", thread=cast.thread, parent=root)
    actions.edit_comment(cast.alice, comment_id=root, markdown=LINKS, now=NOON + timedelta(minutes=1))
    before = Event.objects.filter(tags__contains=f"thread:{cast.thread}").count()
    if hide == "delete":
        actions.delete_comment(cast.alice, comment_id=root, now=NOON)
    else:
        actions.change_state(hide, comment_id=root, actor_id=cast.mona, reason="off", now=NOON)
    assert Event.objects.filter(tags__contains=f"thread:{cast.thread}").count() == before + 1
    check_lists(cast.thread)
