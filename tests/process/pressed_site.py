"""A small demo newsroom in which every form of readers has something to act on, as a program:

    python -m tests.process.pressed_site DATA      makes it; prints {name: [ids, or addresses, or tokens]}

A demo, because its letters stay on the machine and its gifts move no money. Of each thing there are several: each test
takes one that nobody has acted on.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from belowline.project.django_setup import set_up_django
from belowline.project.site import data_folder

MEMBERS = ("Alma", "Bruno", "Clara", "Dora", "Erna", "Frida")
OF_EACH = 24
# Of the one sentence of the story: for some of them a source is asked for, at the others nobody has asked for anything.
ASKED = ("The", "pier", "has", "two")
UNASKED = ("The pier", "pier has", "has two", "two holes", "The pier has", "pier has two", "has two holes", "holes.")


def main(data: Path) -> None:
    from belowline.project.cli.init import make_site

    folder = data_folder(data)
    make_site(folder, given={"demo": True, "site.name": "The Weir"})
    folder.seeded.touch()
    set_up_django(folder)
    print(json.dumps(make_cast()))


def make_cast() -> dict[str, list[int | str]]:
    from belowline.demo.payments import seed_campaign
    from belowline.discussion import actions
    from belowline.moderation.roles import ensure_roles
    from tests.support.cast import posted
    from tests.support.desk import make_member, publish, reader_of

    ensure_roles()
    now = datetime.now(UTC)
    members = {name: make_member(name) for name in MEMBERS}
    readers = {name: reader_of(user) for name, user in members.items()}
    seed_campaign(now=now)
    stories = [publish(), publish("the-lock", headline="The lock is shut")]
    thread = stories[0].thread
    told: dict[str, list[int | str]] = {
        "thread": [story.thread for story in stories],
        "article": [story.article.pk for story in stories],
        "followed": [story.thread for story in stories],
        "hour": [21, 22],
    }
    minutes = _minutes_since_noon(now)
    for name in ("Alma", "Bruno"):
        told[f"of {name}"] = [
            posted(readers[name], f"{name} says {n}.", thread=thread, minutes=minutes + n / 1_000)
            for n in range(OF_EACH)
        ]
    for comment in told["of Alma"]:
        actions.ask_for_source(readers["Clara"], comment_id=int(comment), is_asking=True, now=now)
    key = str(stories[0].article.subject_key)
    told["request"] = [_request(key, words, reader=readers["Bruno"], thread=thread, now=now) for words in ASKED]
    told["passage"] = [_passage(key, words) for words in UNASKED]
    told |= _told_of(readers["Alma"], thread=thread, now=now)
    actions.fold_counts(at_most=10_000)
    return told


def _minutes_since_noon(now: datetime) -> float:
    from tests.support.cast import NOON

    return (now - NOON).total_seconds() / 60


def _passage(key: str, words: str) -> str:
    from tests.support.passages import address

    return address(key, words)


def _request(key: str, words: str, *, reader: int, thread: int, now: datetime) -> int:
    from belowline.domain.feedback import Kind
    from belowline.feedback.actions import asking
    from belowline.feedback.models import Request
    from belowline.passages.actions.choosing import Wanted
    from tests.support.passages import wanted

    passage = wanted(key, words)
    assert isinstance(passage, Wanted), passage
    found = asking.ask(reader, passage, Kind.SOURCE, thread_id=thread, now=now)
    assert isinstance(found, Request), found
    return found.pk


def _told_of(reader: int, *, thread: int, now: datetime) -> dict[str, list[int | str]]:
    """Notices of this reader, and what the letters about four lines of theirs would carry."""
    from belowline.notifications.models import Notice, Subscription
    from belowline.notifications.sending import unsubscribe_token

    notices = [
        Notice.objects.create(reader_id=reader, about="thread", thread_id=thread, comment_id=n, made_at=now).pk
        for n in range(1, 5)
    ]
    lines = [
        Subscription.objects.create(reader_id=reader, about="branch", target=n, language="en", made_at=now).pk
        for n in range(1, 5)
    ]
    return {"notice": notices, "line": [unsubscribe_token([line]) for line in lines]}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
