"""What pages say of themselves to programs: in schema.org's words, true, and never more than readers are told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.domain.allowlist import cases
from tests.support.cast import NOON, Cast, posted
from tests.support.desk import Story, page, publish, shape, soup, write_standing
from tests.support.vocabulary import faults_of

from belowline.newsroom.actions import pages as newsroom
from belowline.newsroom.actions.standing import ensure_standing_pages
from belowline.newsroom.models import ArticlePage, Correction
from belowline.pages import json_ld

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("story_database")]


@pytest.fixture
def story(served: None, cast: Cast) -> Story:
    return publish()


def data_of(address: str) -> dict[str, Any]:
    scripts = soup(page(address).body).select('script[type="application/ld+json"]')
    assert len(scripts) == 1, address
    return json.loads(scripts[0].string)


def article_data(address: str) -> dict[str, Any]:
    return data_of(address)["@graph"][0]


def changed(story: Story, **values: Any) -> None:
    article = ArticlePage.objects.get(pk=story.article.pk)
    for name, value in values.items():
        setattr(article, name, value)
    article.save_revision().publish()


def test_the_check_itself_finds_faults() -> None:
    wrong = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headlin": "x",
        "ownershipFundingInfo": "https://a.example/",
        "commentCount": "many",
        "author": {"@type": "ImageObject", "url": "https://a.example/"},
        "datePublished": "yesterday",
    }
    assert len(list(faults_of(wrong))) == 5
    assert list(faults_of({"@context": "https://schema.org", "@type": "Blogg"}))


def test_every_page_passes_the_vocabulary_of_schema_org(story: Story, cast: Cast, tmp_path: Any) -> None:
    posted(cast.alice, "First", thread=story.thread)
    changed(
        story,
        kind="opinion",
        updated_at=NOON,
        corrections=[Correction(kind="correction", text="There are three.", at=NOON)],
    )
    ensure_standing_pages()
    for kind in ("about", "ownership", "contact"):
        write_standing(kind)
    for address in ("/", "/t/the-barrier", "/by/ines", story.url, "/ar", "/ar/t/the-barrier"):
        assert list(faults_of(data_of(address))) == [], address


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("report", "ReportageNewsArticle"),
        ("analysis", "AnalysisNewsArticle"),
        ("opinion", "OpinionNewsArticle"),
        ("interview", "NewsArticle"),
        ("fact_check", "NewsArticle"),
        ("page", "Article"),
    ],
)
def test_an_article_says_what_kind_it_is(story: Story, kind: str, expected: str) -> None:
    changed(story, kind=kind)
    assert article_data(story.url)["@type"] == expected
    assert "ClaimReview" not in page(story.url).body


def test_the_dates_move_with_the_substance_alone(story: Story) -> None:
    published = article_data(story.url)["datePublished"]
    changed(story, title="The gauge that moved, indeed")
    assert article_data(story.url)["dateModified"] == published
    changed(story, updated_at=NOON)
    assert article_data(story.url)["dateModified"] == NOON.isoformat(timespec="seconds")


def test_an_article_names_its_discussion_its_corrections_and_its_place(story: Story, cast: Cast) -> None:
    posted(cast.alice, "First", thread=story.thread)
    newsroom_note = Correction(kind="note", text="We were asked.", at=NOON)
    changed(story, corrections=[Correction(kind="correction", text="There are three.", at=NOON), newsroom_note])
    data = data_of(story.url)
    article, crumbs = data["@graph"]
    assert article["commentCount"] == 1
    assert article["discussionUrl"].endswith(f"/d/{story.thread}")
    assert [one["text"] for one in article["correction"]] == ["There are three."]
    assert article["author"][0]["url"].endswith("/by/ines")
    assert [one["name"] for one in crumbs["itemListElement"]][1:] == ["The Barrier", "The gauge that moved"]


def test_a_policy_is_told_when_the_newsroom_has_written_it(story: Story) -> None:
    ensure_standing_pages()
    assert "publishingPrinciples" not in article_data(story.url)["publisher"]
    assert "about" not in page("/trust.txt").body
    write_standing("about")
    publisher = article_data(story.url)["publisher"]
    assert publisher["publishingPrinciples"].endswith("/about")
    assert "ownershipFundingInfo" not in publisher
    trust = page("/.well-known/trust.txt")
    assert trust.content_type.startswith("text/plain")
    lines = [line for line in trust.body.splitlines() if not line.startswith("#")]
    assert all(line.partition("=")[0] in {"disclosure", "contact"} for line in lines)
    assert any(line.endswith("/about") for line in lines)


HOSTILE = [case for case in cases("breakouts.txt") if "\x00" not in case]


def test_nothing_breaks_out_of_the_data(story: Story) -> None:
    """S4: in a name, a title, a topic; and the data still say what was written."""
    author = newsroom.create_author(slug="ines", name="Ines Marrick")
    author.role = "Reporter"
    author.save()
    changed(story, title="Plain", standfirst="Plain")
    before = {address: shape(page(address).body) for address in (story.url, "/by/ines")}
    for case in [*HOSTILE, "</script><script>hit(1)</script>", "a\u2028b\u2029c", "<!--<script>", "]]>&amp;"]:
        author.name = case[:120]
        author.role = case[:120]
        author.save()
        changed(story, title=case[:255], standfirst=case[:600])
        for address in before:
            body = page(address, now=NOON + timedelta(hours=2)).body
            # A blank standfirst has no element of its own.
            if case.strip() and address == "/by/ines":
                assert shape(body) == before[address], (address, case)
            raw = body.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
            assert not set(raw) & set("<>&\u2028\u2029"), case
            json.loads(raw)
        assert article_data(story.url)["headline"] == ArticlePage.objects.get(pk=story.article.pk).title


def test_whatever_the_values_hold_the_element_ends_where_it_should() -> None:
    said = {"a": '</script><!-- & \u2028 "', "b": ["\ud800", "ش"]}
    element = json_ld.script(said)
    inner = element.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set(inner) & set("<>&\u2028\u2029")
    assert json.loads(inner) == {"a": said["a"], "b": ["?", "ش"]}
