"""Tables, timelines, pull quotes, related links, questions and embed cards: what a reader gets, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from belowline.newsroom.body import made
from belowline.newsroom.body.made import Stored
from belowline.newsroom.models import ArticleRendering
from belowline.newsroom.models.blocks import COLUMNS_MAX, ROWS_MAX, BodyBlock
from belowline.newsroom.publishing import renderings
from tests.newsroom.conftest import Newsroom

pytestmark = pytest.mark.once

HOSTILE = "<script>alert(1)</script>\"'&"
SHEET = {
    "data": [
        ["Gauge", "1998", "2014"],
        ["Hob's Landing", "4.72", "−0.27 m"],
        ["Pell Ness", "", "٤٫٧٨"],
        ["", None, ""],
    ],
    "table_header_choice": "both",
}
EMBED: dict[str, Any] = {
    "url": "https://youtu.be/abc",
    "text": "A crane lifts the gauge.\n\nNobody speaks.",
    "author": "River Patrol",
    "published_on": "2026-03-03",
    "archive_url": "https://archive.example.org/1",
}


def shown(newsroom: Newsroom, *blocks: Stored, **words: Any) -> Tag:
    newsroom.publish(blocks=blocks, **words)
    found = BeautifulSoup(ArticleRendering.objects.get(slug="the-gauge").body_html, "html.parser").find(recursive=False)
    assert isinstance(found, Tag)
    return found


def cleaned(kind: str, **value: Any) -> Any:
    block = BodyBlock().child_blocks[kind]
    return block.clean(block.to_python(value))


def test_a_table_names_its_columns_and_rows_and_sets_figures_apart(newsroom: Newsroom) -> None:
    found = shown(newsroom, Stored("table", {"caption": "Datums", "sheet": SHEET, "source": "Harbour office"}))
    assert [th.text for th in found.select("thead th[scope=col]")] == ["Gauge", "1998", "2014"]
    assert [th.text for th in found.select("tbody th[scope=row]")] == ["Hob's Landing", "Pell Ness"]
    assert [td.text for td in found.select("td.figure")] == ["4.72", "−0.27 m", "٤٫٧٨"]
    assert [th.text for th in found.select("th.figure")] == ["1998", "2014"]
    assert found.caption is not None
    assert found.caption.text == "Datums"
    assert found.select_one("[role=region][tabindex='0'][aria-label=Datums]")
    assert "Harbour office" in found.text


def test_a_timeline_is_a_list_in_order_with_days_for_programs(newsroom: Newsroom) -> None:
    moments = [
        {"when": "Early on 3 March", "on": "2026-03-03", "text": "<p>The <b>lock</b> shut.<script>x</script></p>"},
        {"when": "Later", "on": None, "text": "<p>It opened.</p>"},
    ]
    found = shown(newsroom, Stored("timeline", {"title": "The night", "moments": moments}))
    assert [str(li.div) for li in found.select("ol > li")] == [
        "<div>The <b>lock</b> shut.</div>",
        "<div>It opened.</div>",
    ]
    assert [one["datetime"] for one in found.select("time")] == ["2026-03-03"]
    assert found["aria-labelledby"] == found.h2["id"]  # type: ignore[index]


def test_an_embed_card_is_readable_and_asks_nobody_anything(newsroom: Newsroom) -> None:
    found = shown(newsroom, Stored("embed", EMBED))
    assert [p.text for p in found.select("blockquote p")] == ["A crane lifts the gauge.", "Nobody speaks."]
    assert "River Patrol" in found.text
    assert [a["href"] for a in found.select("figcaption a")] == [EMBED["url"], EMBED["archive_url"]]
    button = found.select_one("button[hidden]")
    assert button is not None
    assert button["data-player"] == "https://www.youtube-nocookie.com/embed/abc"
    assert "their server will see your address" in button.text
    assert not found.select("img, iframe, script, link")


def test_a_post_without_a_known_player_is_a_card_with_its_link_alone(newsroom: Newsroom) -> None:
    found = shown(newsroom, Stored("embed", EMBED | {"url": "https://forum.example.org/post/7"}))
    assert found.select_one("button") is None
    assert "See it at forum.example.org" in found.text


def test_a_question_leads_to_the_discussion(newsroom: Newsroom) -> None:
    found = shown(newsroom, Stored("question", {"text": "Who saw it?", "context": "We print the answers."}))
    assert "Who saw it?" in found.h2.text  # type: ignore[union-attr]
    assert found.select_one("a[href='#discussion']")


def test_a_pull_quote_is_named_and_its_words_are_counted_once(newsroom: Newsroom) -> None:
    newsroom.publish(
        blocks=[made.Paragraph("One two three."), Stored("pull_quote", {"text": "One two", "attribution": ""})]
    )
    assert ArticleRendering.objects.get().word_count == 3


def test_a_related_link_names_the_article_while_it_is_public(newsroom: Newsroom) -> None:
    other = newsroom.publish("other", headline="The <other> story")
    newsroom.publish(blocks=[Stored("related", {"article": other.pk, "url": "", "title": ""})])
    body = lambda: ArticleRendering.objects.get(slug="the-gauge").body_html  # noqa: E731
    link = BeautifulSoup(body(), "html.parser").a
    assert link is not None
    assert (link["href"], link.text) == ("/a/other", "The <other> story")
    other.title = "Another headline"
    other.save_revision().publish()
    assert "Another headline" in body()
    other.unpublish()
    assert "headline" not in body()
    assert "/a/other" not in body()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    "block",
    [
        Stored("pull_quote", {"text": HOSTILE, "attribution": HOSTILE}),
        Stored("table", {"caption": HOSTILE, "sheet": {"data": [[HOSTILE], [HOSTILE]]}, "source": HOSTILE}),
        Stored("timeline", {"title": HOSTILE, "moments": [{"when": HOSTILE, "on": None, "text": HOSTILE}]}),
        Stored("related", {"article": None, "url": "https://e.org/?a=" + HOSTILE, "title": HOSTILE}),
        Stored("question", {"text": HOSTILE, "context": HOSTILE}),
        Stored("embed", EMBED | {"text": HOSTILE, "author": HOSTILE, "url": "https://youtu.be/abc?" + HOSTILE}),
    ],
    ids=lambda block: block if isinstance(block, str) else block.kind,
)
def test_no_words_of_an_editor_become_markup(newsroom: Newsroom, block: Stored, language: str) -> None:
    newsroom.publish(blocks=[block], language=language)
    html = ArticleRendering.objects.get().body_html
    assert "<script" not in html
    plain = {"id", "class", "role", "tabindex", "dir", "href", "rel", "cite", "datetime", "scope", "type", "hidden"}
    allowed = plain | {"aria-label", "aria-labelledby", "aria-hidden", "data-player", "data-title"}
    assert {name for tag in BeautifulSoup(html, "html.parser").find_all(True) for name in tag.attrs} <= allowed


@pytest.mark.parametrize(
    ("kind", "value", "field", "words"),
    [
        ("embed", EMBED | {"url": "https://10.0.0.8/camera"}, "url", "10.0.0.8/camera is no public address"),
        ("embed", EMBED | {"url": "http://example.org/"}, "url", "begins with https://"),
        ("embed", EMBED | {"archive_url": "https://nas.local/"}, "archive_url", "no public address"),
        ("related", {"article": None, "url": "", "title": "x"}, "article", "one of the two"),
        ("related", {"article": None, "url": "https://e.org/", "title": ""}, "title", "what is behind"),
        ("table", {"caption": "c", "sheet": {"data": [["x"]] * (ROWS_MAX + 1)}}, "sheet", f"{ROWS_MAX + 1} rows"),
        ("table", {"caption": "c", "sheet": {"data": [["x"] * (COLUMNS_MAX + 1)]}}, "sheet", "columns are too many"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    db: None, kind: str, value: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(StructBlockValidationError) as caught:
        cleaned(kind, **value)
    assert list(caught.value.block_errors) == [field]
    assert words in str(caught.value.block_errors[field])


@pytest.mark.parametrize("kind", ["pull_quote", "table", "timeline", "related", "question", "embed"])
def test_a_draft_may_be_half_written_and_is_previewed(newsroom: Newsroom, kind: str) -> None:
    """What the desk saves by itself a second after the block was put in."""
    body = BodyBlock()
    block = body.child_blocks[kind]
    empty = body.to_python([{"type": kind, "value": block.get_prep_value(block.get_default()), "id": "x"}])
    body.clean_deferred(empty)
    article = newsroom.publish()
    article.body = empty
    article.save_revision()
    assert renderings.preview_of(article).headline
    with pytest.raises(StreamBlockValidationError):
        body.clean(empty)
