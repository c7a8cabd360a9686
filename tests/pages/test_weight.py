"""How heavy a page of comments is, in bytes. The bar: 60 bytes a comment and 10 KB a page, beyond the texts alone."""

from __future__ import annotations

import gzip
import statistics
from gettext import NullTranslations

import pytest
from tests.pages import cast, stories

from belowline.pages.environment import environment
from belowline.pages.model import HeadView, ThreadPage

COMMENTS = 200
ALLOWED = 60 * COMMENTS + 10 * 1024
ALLOWED_IN_ALL = 35 * 1024


def gzipped(text: str) -> int:
    return len(gzip.compress(text.encode(), compresslevel=9))


def page_of(rows: list) -> str:
    names = ("site.css", "core.js", "favicon.svg", "newsreader-latin-wght-normal.woff2")
    urls = {name: f"/static/{name.replace('.', '.0123456789ab.', 1)}" for name in names}
    jinja = environment(urls, NullTranslations(), zone="Europe/Berlin")
    view = ThreadPage(
        HeadView("Discussion", "What was said", "https://example.invalid/d/7"), cast.thread_view(rows, count=814)
    )
    return jinja.get_template("thread.html").render(site=stories.site(), page=view)


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_two_hundred_comments_weigh_little_more_than_their_texts(seed: int) -> None:
    rows = cast.comments(COMMENTS, seed=seed)
    assert 120 <= statistics.median(len(row.body_html.striptags()) for row in rows) <= 240
    page = gzipped(page_of(rows))
    assert page - gzipped(cast.plain_text(rows)) <= ALLOWED
    assert page <= ALLOWED_IN_ALL


def test_a_page_without_comments_is_small() -> None:
    assert gzipped(page_of([])) <= 4 * 1024


def test_one_comment_more_costs_the_same_at_any_depth() -> None:
    shallow, deep = (page_of(cast.chain(depth)) for depth in (20, 120))
    per_comment = (len(deep) - len(shallow)) / 100
    assert per_comment <= 1_600
