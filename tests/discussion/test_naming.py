"""`@name` on the server: members and who writes here, at most so many, and nobody by a look-alike."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.actions.facts import moment
from belowline.discussion.models import Comment, Mention
from belowline.discussion.queries import comments
from belowline.domain.names import skeleton
from tests.support.cast import NOON, Cast, make_reader, posted

pytestmark = pytest.mark.django_db


def reader(name: str, *, kind: str = "member") -> int:
    made = make_reader(name, kind=kind)
    Reader.objects.filter(pk=made).update(skeleton=skeleton(name), confirmed_at=NOON)
    return made


def written_at(comment: int) -> datetime:
    return moment(Comment.objects.get(pk=comment).time_key)


def named(comment: int) -> set[int]:
    rows = Mention.objects.filter(comment_id=comment, is_current=True)
    return set(rows.values_list("reader_id", flat=True))


@pytest.fixture
def pilot(cast: Cast) -> int:
    return reader("Old Pilot")


def practised(cast: Cast) -> None:
    """Alice has written before."""
    for n in range(3):
        posted(cast.alice, f"Earlier {n}.", thread=cast.other_thread, minutes=n)


def test_the_longest_name_that_somebody_bears_is_meant(cast: Cast, pilot: int) -> None:
    old, karim = reader("Old"), reader("كريم منصور")
    comment = posted(cast.alice, "@old pilot knows; @Old man; @كريم منصور وغيره", thread=cast.thread)
    assert named(comment) == {pilot, old}, "a new author names two"
    practised(cast)
    assert named(posted(cast.alice, "@كريم منصور وغيره", thread=cast.thread, minutes=9)) == {karim}


def test_beyond_five_names_the_others_are_plain_words(cast: Cast) -> None:
    practised(cast)
    crowd = [reader(f"Reader {letter}") for letter in "ABCDEFG"]
    text = " ".join(f"@Reader {letter}" for letter in "ABCDEFG")
    comment = posted(cast.alice, text, thread=cast.thread, minutes=9)
    assert named(comment) == set(crowd[:5])
    edited = " ".join(f"@Reader {letter}" for letter in "GFEDCBA")
    actions.edit_comment(cast.alice, comment_id=comment, markdown=f"{edited}!", now=written_at(comment))
    assert named(comment) == set(crowd[:5]), "an edit names nobody beyond them"


def test_a_guest_is_named_where_they_write_and_nowhere_else(cast: Cast) -> None:
    guest = reader("Gretchen", kind="guest")
    assert named(posted(cast.alice, "@Gretchen?", thread=cast.thread)) == set()
    Comment.objects.filter(pk=posted(guest, "Here.", thread=cast.thread)).update(state="published")
    assert named(posted(cast.alice, "@Gretchen!", thread=cast.thread, minutes=1)) == {guest}
    assert named(posted(cast.alice, "@Gretchen", thread=cast.other_thread, minutes=2)) == set()
    twin = reader("Gretchen", kind="guest")
    Comment.objects.filter(pk=posted(twin, "Here, too.", thread=cast.thread)).update(state="published")
    assert named(posted(cast.alice, "@Gretchen…", thread=cast.thread, minutes=3)) == set(), "who is meant?"


def test_nobody_names_themselves_nor_by_a_name_that_only_looks_alike(cast: Cast, pilot: int) -> None:
    assert named(posted(pilot, "I, @Old Pilot, say so.", thread=cast.thread)) == set()
    assert named(posted(cast.alice, "@Оld Pilot", thread=cast.thread)) == set()  # a Cyrillic O


def test_an_edit_takes_a_name_out_and_deleting_takes_all(cast: Cast, pilot: int) -> None:
    comment = posted(cast.alice, "@Old Pilot knows", thread=cast.thread)
    actions.edit_comment(cast.alice, comment_id=comment, markdown="Somebody knows", now=NOON)
    assert named(comment) == set()
    assert Mention.objects.count() == 1
    actions.delete_comment(cast.alice, comment_id=comment, now=NOON)
    assert not Mention.objects.exists()


def test_only_names_under_public_comments_here_are_offered(cast: Cast, pilot: int) -> None:
    posted(cast.bob, "First.", thread=cast.thread)
    posted(cast.charlie, "Second.", thread=cast.thread, minutes=1)
    posted(cast.mona, "Elsewhere.", thread=cast.other_thread)
    held = posted(reader("Hilde"), "Held.", thread=cast.thread, minutes=2)
    Comment.objects.filter(pk=held).update(state="held")

    def offered(to: int) -> list[str]:
        with connection.cursor() as cursor:
            return comments.names_in_thread(cursor, cast.thread, except_for=to, at_most=50)

    assert offered(cast.alice) == ["charlie", "bob"]
    actions.ignore_author(cast.alice, comment_id=Comment.objects.get(author_id=cast.bob).pk, is_ignored=True, now=NOON)
    assert offered(cast.alice) == ["charlie"]
    assert offered(cast.charlie) == ["bob"]
