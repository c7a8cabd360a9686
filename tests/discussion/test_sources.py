"""Asking for a source: one row for one reader, an exact count, an answer with a history, and never another order."""

from __future__ import annotations

import pytest
from django.db import connection

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.actions import Asked
from belowline.discussion.models import Comment, GivenSource, SourceAsk, Thread
from belowline.discussion.queries import conversation
from belowline.discussion.queries.orders import Sort
from belowline.domain.commenting import Refused
from belowline.outbox.models import Event
from tests.discussion.crowds import at_once
from tests.discussion.test_writer import live_cast
from tests.support.cast import NOON, Cast, make_reader, posted

__all__ = ["live_cast"]

in_a_transaction = pytest.mark.django_db


def ask(reader: int, comment: int, *, yes: bool = True) -> Asked | Refused:
    return actions.ask_for_source(reader, comment_id=comment, is_asking=yes, now=NOON)


def give(reader: int, comment: int, url: str) -> str | Refused:
    return actions.give_source(reader, comment_id=comment, url=url, now=NOON)


@in_a_transaction
def test_readers_join_and_leave_and_the_same_press_again_changes_nothing(cast: Cast) -> None:
    comment = posted(cast.alice, "It was paid twice.", thread=cast.thread)
    assert [ask(one, comment) for one in (cast.bob, cast.bob, cast.charlie)] == [Asked(1), Asked(1), Asked(2)]
    assert ask(cast.bob, comment, yes=False) == ask(cast.bob, comment, yes=False) == Asked(1)
    assert Comment.objects.get(pk=comment).source_asks == SourceAsk.objects.count() == 1
    told = Event.objects.filter(kind__startswith="SourceAsk")
    assert [one.tags for one in told] == [f"thread:{cast.thread}"] * 3


@in_a_transaction
def test_a_link_is_given_changed_and_withdrawn_and_each_stays_in_the_history(cast: Cast) -> None:
    comment = posted(cast.alice, "It was paid twice.", thread=cast.thread)
    assert give(cast.alice, comment, "https://example.org/a") == Refused("source_not_asked", status=409)
    ask(cast.bob, comment)
    assert give(cast.bob, comment, "https://example.org/a") == Refused("not_yours")
    assert give(cast.alice, comment, "example.org") == Refused("source_address", status=422)
    for url in ("https://example.org/a", "https://example.org/a", "https://example.org/b", ""):
        assert give(cast.alice, comment, url) == url
    assert [one.url for one in GivenSource.objects.order_by("number")] == [
        "https://example.org/a", "https://example.org/b", "",
    ]  # fmt: skip
    assert Event.objects.filter(kind="SourceGiven").count() == 3
    give(cast.alice, comment, "https://example.org/c")
    actions.delete_comment(cast.alice, comment_id=comment, now=NOON)
    assert set(GivenSource.objects.values_list("url", flat=True)) == {""}
    assert Comment.objects.get(pk=comment).source_url == ""


@in_a_transaction
def test_asking_and_giving_changes_no_order(cast: Cast) -> None:
    comments = [posted(cast.alice, f"Number {n}.", thread=cast.thread, minutes=n) for n in range(6)]
    for n, comment in enumerate(comments):
        if n % 2:
            actions.cast_vote(cast.bob, comment_id=comment, value=1, now=NOON)

    def orders() -> dict[Sort, list[int]]:
        found = {}
        with connection.cursor() as cursor:
            for sort in Sort:
                page = conversation.conversation_page(cursor, conversation.Selection(cast.thread, sort))
                found[sort] = [node.comment.id for node in page.roots]
        return found

    before = orders()
    for reader in (cast.bob, cast.charlie, cast.mona):
        ask(reader, comments[0])
        ask(reader, comments[3])
    give(cast.alice, comments[3], "https://example.org/")
    assert orders() == before


@in_a_transaction
def test_neither_a_guest_who_did_not_confirm_nor_the_author_asks(cast: Cast) -> None:
    comment = posted(cast.alice, "It was paid twice.", thread=cast.thread)
    guest = make_reader("Gretchen", kind="guest")
    assert ask(guest, comment) == Refused("ask_unconfirmed")
    assert ask(cast.alice, comment) == Refused("ask_own", status=409)
    Reader.objects.filter(pk=guest).update(confirmed_at=NOON)
    assert ask(guest, comment) == Asked(1)
    Thread.objects.filter(pk=cast.thread).update(mode="closed")
    assert ask(cast.bob, comment) == Refused("thread_closed")


@in_a_transaction
def test_two_readers_who_are_one_ask_once_and_never_themselves(cast: Cast) -> None:
    guest = make_reader("Gretchen", kind="guest")
    Reader.objects.filter(pk=guest).update(confirmed_at=NOON)
    hers, his = (posted(one, "So it was.", thread=cast.thread) for one in (cast.alice, cast.bob))
    for reader, comment in ((guest, hers), (cast.bob, hers), (cast.charlie, hers), (guest, his), (cast.charlie, his)):
        ask(reader, comment)
    actions.merge_reader(guest, into=cast.bob)
    assert {one.pk: one.source_asks for one in Comment.objects.all()} == {hers: 2, his: 1}
    assert set(SourceAsk.objects.values_list("comment_id", "reader_id")) == {
        (hers, cast.bob), (hers, cast.charlie), (his, cast.charlie),
    }  # fmt: skip


def test_twenty_readers_who_press_at_once_are_counted_exactly(live_cast: Cast) -> None:
    comment = posted(live_cast.alice, "It was paid twice.", thread=live_cast.thread)
    readers = [make_reader(f"reader {n}") for n in range(20)]
    # Each presses twice, as an impatient hand does, and every fourth takes it back.
    answers = at_once(lambda reader: ask(reader, comment), [one for one in readers for _ in range(2)], threads=20)
    assert all(isinstance(one, Asked) for one in answers), answers
    at_once(lambda reader: ask(reader, comment, yes=False), readers[::4], threads=5)
    assert SourceAsk.objects.count() == Comment.objects.get(pk=comment).source_asks == 15
