"""`python -m bench.weighing --data DIR`: how many bytes a page with 200 comments has; prints JSON.

In a process of its own with the site's Django: the page is built as for the front's cache, and the texts come from the
same rows, whatever the page looks like. It is weighed as a newsroom serves it: without the bar that leads through a demo.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from belowline.project.django_setup import set_up_django
from belowline.project.site import data_folder

SIZE = 200


def weigh(root: Path) -> dict[str, int]:
    os.environ["BELOWLINE_DEMO"] = "no"
    set_up_django(data_folder(root))
    from belowline.discussion.models import Thread
    from belowline.pages import fill

    thread = Thread.objects.order_by("-comment_count").values_list("pk", flat=True)[0]
    page, _position = fill.answer(fill.ask_from(f"/d/{thread}", f"n={SIZE}", now=datetime.now(UTC)))
    texts = shown_texts(thread)
    return {
        "thread": thread,
        "comments": len(texts),
        "median_characters": sorted(len(text) for text in texts)[len(texts) // 2],
        "html": len(page.body.encode()),
        "html_gzip": gzipped(page.body),
        "texts_gzip": gzipped("\n".join(texts)),
    }


def shown_texts(thread: int) -> list[str]:
    """The words of the comments on the first page, in the page's order, without markup and names."""
    from django.conf import settings
    from django.utils.html import strip_tags

    from belowline.discussion.queries.comments import comment_rows
    from belowline.discussion.queries.conversation import Selection, conversation_page
    from belowline.discussion.queries.orders import Sort
    from belowline.domain.paging import document_order
    from belowline.storage.reading import snapshot

    with snapshot() as cursor:
        selection = Selection(thread, Sort(settings.CONFIG.discussion.default_sort), budget=SIZE)
        ids = [node.comment.id for node in document_order(conversation_page(cursor, selection).roots)]
        rows = comment_rows(cursor, ids)
    return [strip_tags(rows[one].html) for one in ids]


def gzipped(text: str) -> int:
    """Level 6, as most servers pack."""
    return len(gzip.compress(text.encode(), compresslevel=6, mtime=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    print(json.dumps(weigh(parser.parse_args().data)))
