"""What readers decide for themselves: whom to ignore, which branch to mute; and as authors, where replies end."""

from __future__ import annotations

import pytest
from django.db import connection

from belowline.discussion import actions
from belowline.discussion.actions import reader_choice
from belowline.discussion.models import IgnoredReader, MutedBranch
from belowline.discussion.queries import choices, comments
from belowline.domain.commenting import Refused
from belowline.notifications.telling import LEVELS
from belowline.outbox.models import Event
from tests.support.cast import NOON, Cast, make_reader, post, posted

pytestmark = pytest.mark.django_db


def ignore(reader: int, comment: int, *, yes: bool = True) -> str:
    answer = actions.ignore_author(reader, comment_id=comment, is_ignored=yes, now=NOON)
    return answer.code if answer else ""


def mute(reader: int, comment: int, *, yes: bool = True) -> str:
    answer = actions.mute_branch(reader, comment_id=comment, is_muted=yes, now=NOON)
    return answer.code if answer else ""


def is_muted(reader: int, comment: int) -> bool:
    """As whoever tells of a comment asks."""
    with connection.cursor() as cursor:
        place = comments.spot(cursor, comment)
        assert place is not None
        above = comments.ancestor_ids(cursor, place, at_most=LEVELS)
        return reader in choices.turned_away(cursor, author_id=0, branch=[*above, comment])


def ignored(reader: int, *comments: int) -> list[int]:
    with connection.cursor() as cursor:
        return choices.ignored_among(cursor, reader, comments)


def test_an_ignored_reader_is_folded_for_one_reader_and_nobody_is_told(cast: Cast) -> None:
    hers, his = posted(cast.alice, "Hers", thread=cast.thread), posted(cast.bob, "His", thread=cast.thread)
    events = Event.objects.count()
    assert ignore(cast.charlie, hers) == ""
    assert ignore(cast.charlie, hers) == ""
    assert ignored(cast.charlie, hers, his) == [hers]
    assert ignored(cast.bob, hers, his) == []
    with connection.cursor() as cursor:
        assert choices.is_ignored(cursor, cast.charlie, author_id=cast.alice)
        assert not choices.is_ignored(cursor, cast.alice, author_id=cast.charlie)
        assert [one.name for one in choices.ignored_readers(cursor, cast.charlie)] == ["alice"]
    assert Event.objects.count() == events
    assert ignore(cast.charlie, hers, yes=False) == ""
    assert ignored(cast.charlie, hers, his) == []


def test_nobody_ignores_themselves_or_more_than_the_list_holds(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    comment = posted(cast.alice, "Mine", thread=cast.thread)
    assert ignore(cast.alice, comment) == "ignore_yourself"
    monkeypatch.setattr(reader_choice, "IGNORED_MAX", 1)
    monkeypatch.setattr(reader_choice, "MUTED_MAX", 1)
    other = posted(cast.bob, "Other", thread=cast.thread)
    assert ignore(cast.charlie, comment) == ""
    assert ignore(cast.charlie, other) == "ignored_full"
    assert mute(cast.charlie, comment) == ""
    assert mute(cast.charlie, other) == "muted_full"
    assert (IgnoredReader.objects.count(), MutedBranch.objects.count()) == (1, 1)


def test_a_held_comment_says_nothing_by_its_id(cast: Cast) -> None:
    held = posted(make_reader("Gretchen", kind="guest"), "Held", thread=cast.thread)
    assert ignore(cast.alice, held) == mute(cast.alice, held) == "comment_missing"
    assert ignore(cast.alice, 987_654) == "comment_missing"


def test_a_muted_branch_is_the_comment_and_all_below_it_for_one_reader(cast: Cast) -> None:
    root = posted(cast.alice, "Root", thread=cast.thread)
    other = posted(cast.alice, "Another root", thread=cast.thread)
    reply = posted(cast.bob, "Reply", thread=cast.thread, parent=root)
    below = posted(cast.alice, "Below", thread=cast.thread, parent=reply)
    assert mute(cast.charlie, reply) == ""
    assert [is_muted(cast.charlie, one) for one in (root, reply, below, other)] == [False, True, True, False]
    assert not is_muted(cast.bob, below)
    assert mute(cast.charlie, reply, yes=False) == ""
    assert not is_muted(cast.charlie, below)


def test_a_muted_comment_is_found_across_the_segments_of_a_deep_branch(cast: Cast) -> None:
    comment = top = posted(cast.alice, "Level 1", thread=cast.thread)
    for level in range(2, 140):
        comment = posted(cast.bob, f"Level {level}", thread=cast.thread, parent=comment, minutes=level / 100)
    assert mute(cast.charlie, top) == ""
    assert is_muted(cast.charlie, comment)


def test_an_author_stops_the_replies_to_one_comment_and_takes_them_again(cast: Cast) -> None:
    comment = posted(cast.alice, "Enough said.", thread=cast.thread)
    reply = posted(cast.bob, "An answer.", thread=cast.thread, parent=comment)
    refused = actions.stop_replies(cast.bob, comment_id=comment, is_stopped=True)
    assert refused == Refused("not_yours")
    assert actions.stop_replies(cast.alice, comment_id=comment, is_stopped=True) is None
    answer = post(cast.bob, "One more.", thread=cast.thread, parent=comment)
    assert answer == Refused("branch_closed")
    # What was answered can still be answered.
    posted(cast.alice, "Thank you.", thread=cast.thread, parent=reply)
    assert Event.objects.filter(kind="RepliesStopped", tags=f"thread:{cast.thread}").count() == 1
    assert actions.stop_replies(cast.alice, comment_id=comment, is_stopped=True) is None
    assert Event.objects.filter(kind="RepliesStopped").count() == 1
    assert actions.stop_replies(cast.alice, comment_id=comment, is_stopped=False) is None
    posted(cast.bob, "One more.", thread=cast.thread, parent=comment)
