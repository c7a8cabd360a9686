"""Searching, following and being found: the search page, feeds, sitemaps and languages, as the front would be given them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import feedparser
import pytest
from django.conf import settings
from django.utils.html import escape
from PIL import Image
from tests.domain.allowlist import cases
from tests.newsroom.test_record import edited, staff
from tests.support.cast import NOON
from tests.support.desk import Story, page, publish, shape, soup, words

from belowline.newsroom.actions import pages
from belowline.newsroom.body import made
from belowline.newsroom.models import (
    ArticlePage,
    ArticleRendering,
    Correction,
    Picture,
    TopicPage,
    WithdrawalKind,
    WithdrawnDiscussion,
)
from belowline.newsroom.publishing import withdrawal
from belowline.outbox.models import Event
from belowline.search.actions import Document, put_document

PUBLISHED = NOON - timedelta(hours=4)
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
BREAKOUTS = [case for case in cases("breakouts.txt") if "\x00" not in case]


@pytest.fixture
def story(story_database: None, db: None, served: None) -> Story:
    return publish()


def another(story: Story, slug: str, headline: str, *texts: str, **values: Any) -> ArticlePage:
    return pages.publish_article(
        slug=slug,
        topic=TopicPage.objects.get(slug="the-barrier"),
        headline=headline,
        blocks=[made.Paragraph(text) for text in texts or ("Words.",)],
        **{"published_at": PUBLISHED, "authors": [pages.create_author(slug="ines", name="Ines Marrick")]} | values,
    )


def saved(article: ArticlePage, **values: Any) -> ArticlePage:
    found = ArticlePage.objects.get(pk=article.pk)
    for name, value in values.items():
        setattr(found, name, value)
    found.save_revision().publish()
    return ArticlePage.objects.get(pk=article.pk)


@pytest.fixture
def newsroom_picture(tmp_path: Path) -> Callable[[str], Picture]:
    def make(name: str) -> Picture:
        path = tmp_path / f"{name}.jpg"
        Image.new("RGB", (320, 180), "teal").save(path)
        return pages.create_picture(
            path,
            title=name,
            alt=f"What {name} shows",
            caption=f"Of {name}",
            credit=f"Photograph: {name}",
            licence="own",
        )

    return make


# --- search ----------------------------------------------------------------------------------------------------------


def test_a_search_shows_what_it_found_and_marks_it(story: Story) -> None:
    answer = page("/search?q=hole")
    html = soup(answer.body)
    assert answer.status == 200
    assert [str(one["href"]) for one in html.select(".results h2 a")] == ["/a/the-gauge"]
    assert [one.text for one in html.select(".results mark")] == ["holes"]
    assert "1 result" in words(answer.body)
    assert (answer.is_indexed, answer.is_admitted_late, set(answer.tags)) == (False, True, {"front", "site"})


def test_the_form_keeps_what_was_asked_and_stands_alone(story: Story) -> None:
    html = soup(page("/search?q=hole&topic=the-barrier&kind=report&from=2026-01-01&lang=en").body)
    form = html.select_one("main form")
    assert form is not None
    assert (form["action"], form["method"]) == ("/search", "get")
    given = {str(one["name"]): str(one.get("value")) for one in form.select("input")}
    chosen = {str(one.find_parent("select")["name"]): str(one["value"]) for one in form.select("option[selected]")}
    assert given == {"q": "hole", "from": "2026-01-01", "to": ""}
    assert chosen == {"topic": "the-barrier", "kind": "report", "lang": "en"}
    assert page("/search").is_indexed


BAD_INPUT = [
    ("q=" + "x" * 201, "at most 200 characters"),
    ("q=%22!", "There is no word in"),
    ("q=-pier", "Say also what to look for"),
    ("q=" + "+".join(f"w{n}" for n in range(13)), "At most 12 words"),
    ("q=pier&from=2026-02-30", "“2026-02-30” is no day"),
    ("q=pier&to=yesterday", "“yesterday” is no day"),
    ("q=pier&from=0001-01-01", "is no day"),
    ("q=pier&from=2026-03-02&to=2026-03-01", "lies before"),
    ("q=pier&kind=whale", "There is no kind “whale”"),
    ("q=pier&topic=whale", "There is no topic “whale”"),
    ("q=pier&lang=xx", "Nothing is written in “xx” here"),
]


def test_bad_input_is_named_at_its_field_and_nothing_is_lost(story: Story) -> None:
    for query, said in BAD_INPUT:
        answer = page(f"/search?{query}")
        html = soup(answer.body)
        assert (answer.status, answer.tags) == (400, ())
        errors = html.select("main .error")
        assert [said in one.text for one in errors] == [True]
        field = html.find(id=str(errors[0]["id"]).removesuffix("-error"))
        assert field is not None
        assert field["aria-invalid"] == "true"
        assert str(errors[0]["id"]) in str(field["aria-describedby"]).split()
        assert "value=" in str(html.select_one("input[name=q]"))


def test_an_empty_answer_says_what_to_try(story: Story) -> None:
    text = words(page("/search?q=%22holes+two%22").body)
    assert "Nothing was found" in text
    assert "Leave the quotation marks out" in text
    filtered = soup(page("/search?q=pier&kind=opinion").body)
    link = filtered.find("a", string=re.compile("Search without the filters: 1 result"))
    assert link is not None
    assert link["href"] == "/search?q=pier"


def test_a_search_is_answered_in_its_own_language_and_direction(story: Story) -> None:
    another(story, "arabic", "بوابات المدينة", "أُغلِقت البوّابة.", language="ar")
    answer = page("/ar/search?q=%D8%A8%D9%88%D8%A7%D8%A8%D8%A9")
    html = soup(answer.body)
    assert [(one["lang"], one["dir"]) for one in html.select(".results li")] == [("ar", "rtl")]
    assert [one.text for one in html.select(".results p mark")] == ["البوّابة"]
    assert "نتيجة واحدة" in words(answer.body)


def document(slug: str, title: str, **words: str) -> Document:
    texts = {"standfirst": "", "names": "", "body": ""} | words
    return Document(
        key=f"test:{slug}", path=f"/a/{slug}", language="en", title=title, kind="report", topic_id=None,
        published_at=PUBLISHED, **texts,
    )  # fmt: skip


def test_results_come_in_pages(story: Story) -> None:
    for number in range(21):
        put_document(document(f"more-{number}", f"Heron {number}"))
    first = soup(page("/search?q=heron").body)
    assert len(first.select(".results li")) == 20
    following = first.select_one("a[rel=next]")
    assert following is not None
    assert following["href"] == "/search?q=heron&page=2"
    assert len(soup(page("/search?q=heron&page=2").body).select(".results li")) == 1
    assert page("/search?q=heron&page=3").status == 404


@pytest.mark.once
def test_what_is_searched_for_and_found_stays_inside_its_place(story: Story) -> None:
    put_document(document("x", "Gate plain", standfirst="Lead plain", names="Ann plain", body="Gate plain"))
    plain = shape(page("/search?q=gate").body)
    for case in BREAKOUTS:
        put_document(
            document("x", f"Gate {case}"[:250], standfirst=case, names=f"Ann {case.split()[0]}", body=f"Gate {case}")
        )
        html = page("/search?q=gate").body
        assert shape(html) == plain, case
        assert shape(page(f"/search?q={quote(case[:150])}&lang={quote(case[:50])}").body)[:20] == plain[:20], case


# --- feeds -----------------------------------------------------------------------------------------------------------


def parsed(address: str) -> Any:
    answer = page(address)
    assert answer.status == 200
    found = feedparser.parse(answer.body.encode(), response_headers={"content-type": answer.content_type})
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_a_feed_reader_reads_every_feed(story: Story) -> None:
    for place in ("", "/t/the-barrier", "/by/ines"):
        for form in ("rss", "atom"):
            assert_is_read(story, place, form)


def assert_is_read(story: Story, place: str, form: str) -> None:
    found = parsed(f"{place}/feed.{form}")
    (entry,) = found.entries
    assert entry.title == "The gauge that moved"
    assert entry.link == f"{settings.PUBLIC_URL}/a/the-gauge"
    assert entry.id == f"urn:uuid:{story.article.subject_key}"
    assert "The pier has two holes." in entry.content[-1].value
    assert entry.author == "Ines Marrick"
    assert "front" in page(f"{place}/feed.{form}").tags


def test_a_json_feed_is_one(story: Story) -> None:
    answer = page("/feed.json")
    found = json.loads(answer.body)
    assert answer.content_type == "application/feed+json; charset=utf-8"
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["feed_url"] == f"{settings.PUBLIC_URL}/feed.json"
    (item,) = found["items"]
    assert item["id"] == f"urn:uuid:{story.article.subject_key}"
    assert item["authors"] == [{"name": "Ines Marrick", "url": f"{settings.PUBLIC_URL}/by/ines"}]
    assert item["date_published"].startswith(f"{PUBLISHED:%Y-%m-%dT%H:%M}")


def test_a_feed_holds_the_articles_of_its_language(story: Story) -> None:
    another(story, "arabic", "بوابات", language="ar")
    assert [one.title for one in parsed("/feed.atom").entries] == ["The gauge that moved"]
    assert [one.title for one in parsed("/ar/feed.atom").entries] == ["بوابات"]
    assert parsed("/ar/feed.rss").feed.language == "ar"


def test_updated_moves_for_substance_alone(story: Story) -> None:
    before = parsed("/feed.atom").entries[0].updated
    edited(story.article, "The pier has two holes!")
    assert parsed("/feed.atom").entries[0].updated == before
    saved(story.article, updated_at=NOON)
    assert parsed("/feed.atom").entries[0].updated > before


def test_a_correction_is_in_its_article_s_entry_and_an_entry_of_its_own(story: Story) -> None:
    article = ArticlePage.objects.get(pk=story.article.pk)
    article.corrections = [Correction(kind="correction", text="There are three.", was="two", now="three", at=NOON)]
    article.save_revision().publish()
    entry = parsed("/feed.atom").entries[0]
    assert "There are three." in entry.content[0].value
    assert entry.updated_parsed[:5] == NOON.timetuple()[:5]
    (own,) = parsed("/corrections/feed.rss").entries
    assert own.title == "Correction: The gauge that moved"
    assert "There are three." in own.summary
    assert own.link.endswith("/a/the-gauge#corrections")


def test_without_full_text_a_feed_has_the_standfirst(story: Story, settings: Any) -> None:
    saved(story.article, standfirst="Two holes in a pier.")
    config = settings.CONFIG
    settings.CONFIG = config.model_copy(update={"feeds": config.feeds.model_copy(update={"full_text": False})})
    entry = parsed("/feed.rss").entries[0]
    assert "Two holes in a pier." in entry.content[-1].value
    assert "The pier has" not in page("/feed.rss").body


def test_pictures_have_their_credit_and_absolute_addresses(
    story: Story, newsroom_picture: Callable[[str], Picture]
) -> None:
    picture = newsroom_picture("pier")
    pages.publish_article(
        slug="pictured", topic=TopicPage.objects.get(slug="the-barrier"), headline="Pictured", picture=picture,
        blocks=[made.Paragraph('See <a href="https://example.org/x">it</a>.'), made.Figure(picture, "At dawn")],
        published_at=NOON, authors=[],
    )  # fmt: skip
    entry = parsed("/feed.atom").entries[0]
    html = soup(entry.content[0].value)
    assert len(html.select("img")) == 2
    addresses = [str(one[name]) for name in ("src", "href") for one in html.select(f"[{name}]")]
    assert all(one.startswith(("http://", "https://")) for one in addresses)
    assert html.text.count("Photograph: pier") == 2
    assert "At dawn" in html.text
    assert entry.media_content[0]["url"].startswith(settings.PUBLIC_URL)
    assert entry.media_credit[0]["content"] == "Photograph: pier"
    assert not html.select("[srcset], [loading], picture, button")


def test_a_sensitive_picture_is_in_no_feed(story: Story, newsroom_picture: Callable[[str], Picture]) -> None:
    picture = newsroom_picture("wound")
    picture.sensitivity, picture.content = "graphic", "An injured hand"
    picture.save()
    pages.publish_article(
        slug="covered", topic=TopicPage.objects.get(slug="the-barrier"), headline="Covered", picture=picture,
        blocks=[made.Figure(picture, "The caption")], published_at=NOON, authors=[],
    )  # fmt: skip
    for form in ("rss", "atom", "json"):
        body = page(f"/feed.{form}").body
        assert "Covered" in body
        assert "An injured hand" in body
        assert "/media/" not in body
        assert "<img" not in body
        assert "&lt;img" not in body


@pytest.mark.once
def test_a_hostile_title_name_or_quote_stays_text_in_every_feed_and_sitemap(story: Story) -> None:
    """S4: the documents have the same elements, and a parser gives the very words back."""
    addresses = ("/feed.rss", "/feed.atom", "/corrections/feed.rss", "/sitemap-news.xml", "/sitemap-articles-0.xml")
    article = ArticlePage.objects.get(pk=story.article.pk)
    article.standfirst = "Lead"
    article.corrections = [Correction(kind="correction", text="There are three.", was="two", now="three", at=NOON)]
    article.save_revision().publish()
    row = ArticleRendering.objects.filter(pk=article.pk)
    plain = {one: elements(one) for one in addresses}
    for case in BREAKOUTS:
        said = row.get().corrections[0] | {"text": f"Text {case}", "was": f"Was {case}", "now": f"Now {case}"}
        row.update(
            headline=f"Head {case}"[:250], standfirst=f"Lead {case}", corrections=[said],
            bylines=[{"name": f"Ann {case}", "slug": f"x{case}".replace("/", "")[:100], "role": "", "reader": None}],
            body_html=f'<blockquote id="b-1">{escape(case)}<footer>{escape(case)}</footer></blockquote>',
        )  # fmt: skip
        assert {one: elements(one) for one in addresses} == plain, case
        item = json.loads(page("/feed.json").body)["items"][0]
        assert item["title"] == f"Head {case}"[:250]
        for form, place in (("rss", ".//item/description"), ("atom", f".//{ATOM}entry/{ATOM}summary")):
            summary = ElementTree.fromstring(page(f"/feed.{form}").body).findall(place)[0].text or ""
            assert soup(summary).find_all(True) == [], case
            assert soup(summary).text == in_xml(f"Lead {case}"), case
        assert parsed_title(page("/feed.rss").body) == in_xml(f"Head {case}"[:250])
        content = soup(item["content_html"])
        assert {one.name for one in content.find_all(True)} == {"p", "blockquote", "footer", "strong", "del", "ins"}, (
            case
        )
        assert not any(one.attrs for one in content.find_all(True)), case


def elements(address: str) -> list[tuple[str, ...]]:
    return [(one.tag, *sorted(one.attrib)) for one in ElementTree.fromstring(page(address).body).iter()]


def parsed_title(body: str) -> str:
    return ElementTree.fromstring(body).findall(".//item/title")[0].text or ""


def in_xml(text: str) -> str:
    """What an XML parser makes of it: without what XML cannot hold, line ends as one."""
    plain = "".join(one for one in text if one in "\t\n\r" or (one >= " " and one not in "\ufffe\uffff"))
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def test_a_feed_without_entries_is_the_same_each_time(story: Story) -> None:
    first = page("/ar/feed.rss", now=NOON).body
    assert first == page("/ar/feed.rss", now=NOON + timedelta(hours=5)).body
    ElementTree.fromstring(first)


def test_feeds_are_found_by_the_address_of_the_page(story: Story) -> None:
    for address, feed in [
        ("/", "/feed.atom"), ("/t/the-barrier", "/t/the-barrier/feed.atom"), ("/by/ines", "/by/ines/feed.atom"),
        ("/corrections", "/corrections/feed.atom"), ("/a/the-gauge", "/feed.atom"), ("/feeds", "/feed.atom"),
        ("/ar/t/the-barrier", "/ar/t/the-barrier/feed.atom"),
    ]:  # fmt: skip
        links = soup(page(address).body).select('link[rel=alternate][type="application/atom+xml"]')
        assert [str(one["href"]) for one in links] == [feed], address
        assert page(feed).status == 200
    listed = {str(one["href"]) for one in soup(page("/feeds").body).select(".feeds td a")}
    assert {"/feed.rss", "/feed.json", "/t/the-barrier/feed.atom", "/corrections/feed.rss"} <= listed
    assert soup(page("/").body).select_one('a[href="/feeds"]') is not None


def test_the_feed_of_a_renamed_topic_moves_and_of_an_unknown_one_is_not_there(story: Story) -> None:
    topic = TopicPage.objects.get(slug="the-barrier")
    topic.slug = "barrier"
    topic.save_revision().publish()
    moved = page("/t/the-barrier/feed.rss")
    assert (moved.status, moved.location) == (301, "/t/barrier/feed.rss")
    assert page("/t/whale/feed.rss").status == 404
    assert page("/by/whale/feed.json").status == 404


# --- sitemaps and languages ------------------------------------------------------------------------------------------


def locations(address: str) -> list[str]:
    answer = page(address)
    assert answer.content_type == "application/xml; charset=utf-8"
    return [str(one.text) for one in ElementTree.fromstring(answer.body).iter(f"{MAP}loc")]


def test_robots_lead_to_sitemaps_and_sitemaps_to_every_public_page(story: Story) -> None:
    base = settings.PUBLIC_URL
    assert f"Sitemap: {base}/sitemap.xml" in page("/robots.txt").body.splitlines()
    assert f"Sitemap: {base}/sitemap-news.xml" in page("/robots.txt").body.splitlines()
    named = [one.removeprefix(base) for one in locations("/sitemap.xml")]
    everything = {one.removeprefix(base) for name in named for one in locations(name)}
    assert {
        "/",
        "/ar/",
        "/t/the-barrier",
        "/ar/t/the-barrier",
        "/by/ines",
        "/corrections",
        "/a/the-gauge",
    } <= everything
    for address in everything:
        shown = page(address)
        assert shown.status == 200, address
        assert soup(shown.body).select_one("link[rel=canonical]")["href"] == base + address  # type: ignore[index]


def test_the_news_sitemap_holds_two_days_and_knows_when_it_ends(story: Story) -> None:
    fresh = page("/sitemap-news.xml", now=NOON)
    assert "The gauge that moved" in fresh.body
    assert fresh.fresh_until == PUBLISHED + timedelta(hours=48)
    late = page("/sitemap-news.xml", now=PUBLISHED + timedelta(hours=48))
    assert "The gauge that moved" not in late.body
    assert late.fresh_until is None


def test_a_sitemap_has_a_bound(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("belowline.newsroom.queries.feeds.SITEMAP_MAX", 1)
    another(story, "second", "Second")
    named = [one for one in locations("/sitemap.xml") if "articles" in one]
    assert len(named) == 2
    assert all(len(locations(one.removeprefix(settings.PUBLIC_URL))) == 1 for one in named)
    assert page("/sitemap-articles-999999.xml").status == 404


def alternates(address: str) -> dict[str, str]:
    rows = soup(page(address).body).select("link[rel=alternate][hreflang]")
    return {str(one["hreflang"]): str(one["href"]).removeprefix(settings.PUBLIC_URL) for one in rows}


def test_translations_lead_to_each_other_in_the_page_its_head_and_the_sitemap(story: Story) -> None:
    arabic = another(story, "arabic", "المقياس", language="ar")
    assert alternates("/a/the-gauge") == {}
    before = Event.objects.latest("id").pk
    saved(arabic, translation_of=story.article)
    told = Event.objects.filter(id__gt=before, kind="TranslationsChanged").values_list("tags", flat=True)
    assert list(told) == [f"article:{story.article.pk}"]
    group = {"en": "/a/the-gauge", "ar": "/ar/a/arabic", "x-default": "/a/the-gauge"}
    assert alternates("/a/the-gauge") == alternates("/ar/a/arabic") == group
    link = soup(page("/a/the-gauge").body).select_one("article.story a[hreflang=ar]")
    assert link is not None
    assert (link["href"], link["lang"], link["dir"]) == ("/ar/a/arabic", "ar", "rtl")
    listed = ElementTree.fromstring(page("/sitemap-articles-0.xml").body)
    pairs = [{one.get("hreflang") for one in url.findall(f"{XHTML}link")} for url in listed]
    assert pairs == [{"en", "ar", "x-default"}] * 2
    saved(story.article, slug="the-gauge-again")
    assert alternates("/ar/a/arabic")["en"] == "/a/the-gauge-again"
    arabic.refresh_from_db()
    arabic.unpublish()
    assert alternates("/a/the-gauge-again") == {}


def test_topics_and_lists_name_themselves_in_every_language(story: Story) -> None:
    for path in ("/t/the-barrier", "/corrections", "/feeds", "/search", "/by/ines"):
        group = {"en": path, "ar": f"/ar{path}", "x-default": path}
        assert alternates(path) == alternates(f"/ar{path}") == group
    assert alternates("/") == {"en": "/", "ar": "/ar/", "x-default": "/"}


def canonical(address: str) -> str:
    link = soup(page(address).body).select_one("link[rel=canonical]")
    return "" if link is None else str(link["href"]).removeprefix(settings.PUBLIC_URL)


def titled(address: str) -> str:
    found = soup(page(address).body).title
    assert found is not None
    return str(found.string)


@pytest.mark.parametrize("path", ["/t/the-barrier", "/by/ines", "/corrections", "/ar/corrections"])
def test_every_page_of_a_list_is_its_own_and_says_which_it_is(
    story: Story, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("belowline.pages.articles.ARTICLES_ON_A_PAGE", 1)
    monkeypatch.setattr("belowline.pages.record.LINES_ON_A_PAGE", 1)
    for number in range(2):
        article = another(story, f"more-{number}", f"More {number}", "Words.")
        saved(article, corrections=[Correction(kind="correction", text=f"Wrong {number}.", at=NOON)])
    first, second = path, f"{path}?page=2"
    assert canonical(first) == first
    assert canonical(f"{path}?page=1") == first, "the first page has one address"
    assert canonical(second) == second
    assert alternates(first)
    assert alternates(second) == {}, "lists of two languages are not equally long"
    assert "2" in titled(second)
    assert "2" not in titled(first)
    assert page(second).is_indexed
    back = soup(page(second).body).select_one("a[rel=prev]")
    assert back is not None
    assert back["href"] == first


def test_a_question_to_the_search_is_listed_nowhere_and_stands_for_nothing(story: Story) -> None:
    assert (canonical("/search"), page("/search").is_indexed) == ("/search", True)
    assert (canonical("/search?q=pier&page=2"), page("/search?q=pier").is_indexed) == ("", False)


def test_earlier_discussions_are_a_page_of_their_own(story: Story) -> None:
    assert canonical("/d") == "/d"
    assert canonical("/d?after=999999") == "/d?after=999999"
    assert titled("/d?after=999999").startswith("Earlier discussions")


def test_nothing_that_is_not_public_is_in_a_feed_or_a_sitemap(story: Story) -> None:
    """S19: what was withdrawn, and what was never published."""
    marker = "Quillwort"
    taken = another(story, "quillwort", marker, marker)
    assert marker in page("/feed.rss").body
    editor = staff("Hanne")
    pages.draft_article(
        slug="quillwort-draft", topic=TopicPage.objects.get(slug="the-barrier"), headline=marker, standfirst=marker,
        blocks=[made.Paragraph(marker)], authors=[], editor=editor,
    )  # fmt: skip
    withdrawal.ask_for_withdrawal(
        taken.pk, kind=WithdrawalKind.WITHDRAWN, text="It was not ours to publish.",
        discussion=WithdrawnDiscussion.HIDDEN, by=editor, now=NOON,
    )  # fmt: skip
    places = ("", "/t/the-barrier", "/by/ines", "/corrections")
    addresses = [f"{place}/feed.{form}" for place in places for form in ("rss", "atom", "json")]
    addresses += ["/sitemap.xml", "/sitemap-pages.xml", "/sitemap-news.xml", "/sitemap-articles-0.xml", "/feeds"]
    for address in [*addresses, "/search?q=pier", "/search?kind=report"]:
        assert marker.lower() not in page(address).body.lower(), address
    assert "Nothing was found" in page(f"/search?q={marker}").body
