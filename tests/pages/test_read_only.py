"""Reading is only reading: where commits are real, on the connection that the public pages use."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connections
from tests.pages.test_public_pages import addresses, say
from tests.support.cast import invite_cast
from tests.support.desk import page, publish

from belowline.outbox.models import Event
from belowline.storage.reading import snapshot


def test_a_public_page_writes_nothing(real_database: None, served: None) -> None:
    """On its own connection, which cannot write; the control shows that it cannot."""
    cast = invite_cast()
    story = publish()
    root = say(cast.alice, "The river rose.", story)
    events = Event.objects.count()
    for address in [*addresses(story, root), "/nothing", f"/d/{story.thread}?sort=x"]:
        assert page(address).status in {200, 400, 404}, address
    assert Event.objects.count() == events
    with pytest.raises(DatabaseError), snapshot() as cursor:
        cursor.execute("UPDATE discussion_thread SET title = 'written'")
    connections.close_all()
