"""`python -m bench.making --data DIR --comments N`: a site whose one article has a discussion of N comments.

By the bulk path, as an import does it; the texts are the demo's. Runs in a process of its own, because Django serves
one site a process.
"""

from __future__ import annotations

import argparse
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from belowline.project.cli.init import make_site
from belowline.project.django_setup import set_up_django
from belowline.project.progress import progress
from belowline.project.site import data_folder

SLUG = "the-weir"
CHUNK = 400
AUTHORS = 2_000
CAMPS = ("pro", "against", "affected", "local", "expert", "sceptic", "joker", "newcomer")
SEED = 7
SPAN_DAYS = 30
# An article of usual length (bar P16 speaks of 5,500 characters).
PARAGRAPHS = 14
# Whoever measures writes as a guest: no password is hashed, and nothing waits for a moderator.
SETTINGS = {
    "site.name": "The Weir",
    "discussion.guests": "publish",
    "discussion.guest_votes": True,
    "discussion.hide_counts_minutes": 0,
}


def make(root: Path, *, comments: int) -> None:
    folder = data_folder(root)
    make_site(folder, given=SETTINGS)
    set_up_django(folder)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")
    now = datetime.now(UTC).replace(microsecond=0)
    thread = _article(now)
    _fill(thread, comments=comments, now=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _article(now: datetime) -> int:
    from belowline.accounts.actions import imported_readers
    from belowline.discussion import actions
    from belowline.newsroom.actions import pages as newsroom
    from belowline.newsroom.body import made

    newsroom.ensure_front_page(name="The Weir")
    topic = newsroom.create_topic(slug="river", title="River")
    reader = imported_readers("bench", [("author", "Ida Weir", "")], now=now)["author"]
    author = newsroom.create_author(slug="ida", name="Ida Weir", reader_id=reader)
    sentence = "The committee met on the bank, looked at the water, and went home without a vote on the second gate. "
    page = newsroom.publish_article(
        slug=SLUG,
        topic=topic,
        headline="Who opens the weir when nobody is on duty?",
        standfirst="Three floods in two winters, and a rota with holes.",
        authors=[author],
        blocks=[made.Paragraph(f"{number}. {sentence * 4}") for number in range(PARAGRAPHS)],
        published_at=now - timedelta(days=SPAN_DAYS),
    )
    site = actions.ensure_site(actions.OWN_SITE, now=now)
    return actions.ensure_thread(
        site, subject_key=str(page.subject_key), now=now, title=page.title, url=f"/a/{SLUG}", language="en"
    )


def _fill(thread: int, *, comments: int, now: datetime) -> None:
    from belowline.accounts.actions import imported_readers
    from belowline.demo.invent import invent
    from belowline.discussion import actions, bulk
    from belowline.domain import markup
    from belowline.domain.commenting import CommentState

    people = [(f"reader-{number}", f"Reader {number}", "") for number in range(AUTHORS)]
    readers = list(imported_readers("bench", people, now=now).values())
    start = now - timedelta(days=SPAN_DAYS)
    start_us = int(start.timestamp() * 1_000_000)

    def stored() -> Iterator[bulk.BulkComment]:
        camps = [CAMPS[number % len(CAMPS)] for number in range(AUTHORS)]
        for one in invent(SEED, comments, camps=camps, span_seconds=SPAN_DAYS * 86_400 - 3_600):
            text = markup.render(one.text)
            written_us = start_us + int(one.seconds_after_publication * 1_000_000)
            yield bulk.BulkComment(
                key=one.index,
                parent_key=one.parent_index,
                author_id=readers[one.author_index],
                written_us=written_us,
                source=text.source,
                html=text.html,
                excerpt=text.excerpt,
                renderer=text.renderer,
                state=CommentState(one.state),
                imported_up=one.up,
                imported_down=one.down,
            )

    ids: dict[Hashable, int] = {}
    waiting = stored()
    with progress("thread", total=comments, unit="") as advance:
        while chunk := list(islice(waiting, CHUNK)):
            bulk.add_comments(thread, chunk, ids=ids)
            advance(len(chunk))
    bulk.recount(thread)
    actions.fold_counts(at_most=1_000_000)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--comments", type=int, required=True)
    given = parser.parse_args()
    make(given.data, comments=given.comments)
