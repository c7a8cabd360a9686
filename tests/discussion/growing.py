"""Whole threads at once for tests, and what must hold in any thread, counted from scratch."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from belowline.discussion import rows
from belowline.discussion.actions.facts import microseconds
from belowline.discussion.models import Comment, Thread, ThreadDelta, Vote
from belowline.domain import tree
from belowline.storage.ids import draw_ids, draw_positions
from tests.support.cast import NOON

if TYPE_CHECKING:
    from belowline.domain.tree import Place


@dataclass(frozen=True, slots=True)
class Sprout:
    """A comment to be: `parent` is the index of an earlier one; up and down are votes from an import."""

    parent: int | None = None
    up: int = 0
    down: int = 0
    state: str = "published"


def chain(length: int) -> list[Sprout]:
    return [Sprout(parent=None if number == 0 else number - 1) for number in range(length)]


def random_sprouts(size: int, *, seed: int, hidden: float = 0.1) -> list[Sprout]:
    """Wide and deep places both: half answer a recent comment, the rest any comment or none."""
    rng = random.Random(seed)
    sprouts: list[Sprout] = []
    for number in range(size):
        chance = rng.random()
        parent = None if number == 0 or chance < 0.2 else rng.randrange(number)
        if parent is not None and chance > 0.6:
            parent = rng.randrange(max(0, number - 3), number)
        state = rng.choice(["removed", "deleted", "held", "rejected"]) if rng.random() < hidden else "published"
        sprouts.append(Sprout(parent, rng.choice([0, 0, 1, 3, 40]), rng.choice([0, 0, 1, 2, 30]), state))
    return sprouts


def grow(thread: int, author: int, sprouts: Sequence[Sprout]) -> list[int]:
    """Store the comments as an import would, counts included; their ids in order."""
    with connection.cursor() as cursor:
        ids = draw_ids(cursor, "comment", count=len(sprouts))
        positions = draw_positions(cursor, thread_id=thread, count=len(sprouts))
        listed, replies = _listed(sprouts)
        places: list[Place] = []
        comments = []
        for number, sprout in enumerate(sprouts):
            above = sprout.parent
            place = (
                tree.root_place(ids[number])
                if above is None
                else tree.reply_place(ids[number], parent_id=ids[above], parent=places[above])
            )
            places.append(place)
            comments.append(
                rows.new_comment(
                    ids[number],
                    place=place,
                    votes=(sprout.up, sprout.down),
                    thread_id=thread,
                    author_id=author,
                    parent_id=None if above is None else ids[above],
                    position=positions[number],
                    state=sprout.state,
                    is_listed=listed[number],
                    listed_replies=replies[number],
                    published_event=number + 1,
                    time_key=microseconds(NOON) + number * 1000,
                )
            )
        rows.insert_comments(cursor, comments, [_words(comment_id) for comment_id in ids])
        Thread.objects.filter(pk=thread).update(comment_count=sum(s.state == "published" for s in sprouts))
    return ids


def _words(comment_id: int) -> rows.NewRevision:
    text = f"Comment {comment_id}"
    return rows.NewRevision(comment_id, 1, text, f"<p>{text}</p>", text, b"digest00", 1, microseconds(NOON), True, "[]")


def _listed(sprouts: Sequence[Sprout]) -> tuple[list[bool], list[int]]:
    listed = [sprout.state == "published" for sprout in sprouts]
    replies = [0] * len(sprouts)
    for number in range(len(sprouts) - 1, -1, -1):
        listed[number] = listed[number] or replies[number] > 0
        above = sprouts[number].parent
        if listed[number] and above is not None:
            replies[above] += 1
    return listed, replies


def shown_count(thread: int) -> int:
    deltas = ThreadDelta.objects.filter(thread_id=thread).values_list("comments", flat=True)
    return Thread.objects.get(pk=thread).comment_count + sum(deltas)


def check_lists(thread: int) -> None:
    """`is_listed`, `listed_replies` and the thread's count equal what the states say."""
    comments = {comment.pk: comment for comment in Comment.objects.filter(thread_id=thread).order_by("pk")}
    replies: dict[int | None, int] = defaultdict(int)
    for comment in reversed(comments.values()):
        is_listed = comment.state == "published" or replies[comment.pk] > 0
        assert (comment.is_listed, comment.listed_replies) == (is_listed, replies[comment.pk]), comment.pk
        replies[comment.parent_id] += is_listed
    assert shown_count(thread) == sum(comment.state == "published" for comment in comments.values())


def check_votes(thread: int) -> None:
    """Totals and keys of every comment equal what its votes say."""
    votes: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for comment_id, value, weight in Vote.objects.filter(comment__thread_id=thread).values_list(
        "comment_id", "value", "weight_milli"
    ):
        votes[comment_id].append((value, weight))
    for comment in Comment.objects.filter(thread_id=thread):
        cast = votes[comment.pk]
        up, down = sum(value == 1 for value, _ in cast), sum(value == -1 for value, _ in cast)
        up_milli = sum(weight for value, weight in cast if value == 1)
        down_milli = sum(weight for value, weight in cast if value == -1)
        assert (comment.up, comment.down, comment.up_milli, comment.down_milli) == (up, down, up_milli, down_milli)
        assert (comment.best_key, comment.net_key, comment.controversial_key) == _keys(comment, up_milli, down_milli)


def _keys(comment: Comment, up_milli: int, down_milli: int) -> tuple[int, int, int]:
    keys = rows.keys(
        comment_id=comment.pk,
        up_milli=up_milli,
        down_milli=down_milli,
        imported_up=comment.imported_up,
        imported_down=comment.imported_down,
    )
    return keys.best, keys.net, keys.controversial
