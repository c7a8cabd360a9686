"""Standing pages: what the program knows of itself, gaps for what it cannot know, and the newsroom's own words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db.backends.utils import CursorWrapper
from wagtail.models import PageViewRestriction

from belowline.newsroom.actions.standing import ensure_standing_pages
from belowline.newsroom.models import StandingKind, StandingPage, StandingText
from belowline.newsroom.publishing import standing
from belowline.newsroom.queries.standing import furniture, house_rules
from belowline.newsroom.queries.standing import standing as standing_query
from belowline.newsroom.standing_texts import first_text, languages
from tests.newsroom.conftest import Newsroom

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def first_pages(founded: None) -> None:
    """Written once for all tests."""
    assert ensure_standing_pages() == len(StandingKind) * len(languages())


@pytest.fixture
def pages(first_pages: None, newsroom: Newsroom) -> Newsroom:
    return newsroom


def rewritten(kind: str, *blocks: tuple[str, Any], language: str = "en", **values: Any) -> StandingPage:
    page = StandingPage.objects.get(kind=kind, language=language)
    page.body = json.dumps([{"type": name, "value": value} for name, value in blocks])
    for name, value in values.items():
        setattr(page, name, value)
    page.full_clean()
    page.save_revision().publish()
    return page


def test_both_languages_have_the_same_pages_with_the_same_gaps_and_rules() -> None:
    assert set(languages()) == {"ar", "en"}
    for kind in StandingKind.values:
        english, arabic = (first_text(kind, code, prefix="") for code in ("en", "ar"))
        assert [name for name, _ in english.blocks] == [name for name, _ in arabic.blocks], kind
        assert any(name in {"gap", "rules"} for name, _ in english.blocks), kind
    codes = [
        [one["code"] for one in dict(first_text("house-rules", code, prefix="").blocks)["rules"]]
        for code in ["en", "ar"]
    ]
    assert codes[0] == codes[1]


def test_the_first_text_says_what_is_missing_and_invents_nothing(pages: Newsroom) -> None:
    shown = BeautifulSoup(StandingText.objects.get(kind="imprint", language="en").body_html, "html.parser")
    gaps = shown.select("p.gap")
    assert len(gaps) == 4
    assert all(gap.get_text().startswith("The newsroom has not written this yet:") for gap in gaps)
    # No name, number or address stands there that a reader could take for the newsroom's.
    assert not re.search(r"\d|@", shown.get_text())


def test_nothing_is_written_twice_and_nothing_of_the_newsroom_is_overwritten(pages: Newsroom) -> None:
    rewritten("imprint", ("paragraph", "<p>The Weir, Lock Lane 3</p>"))
    assert ensure_standing_pages() == 0
    assert "Lock Lane" in StandingText.objects.get(kind="imprint", language="en").body_html


def test_a_page_counts_as_written_when_its_gaps_are_gone(pages: Newsroom) -> None:
    def waits() -> set[tuple[str, str]]:
        return {(one.kind, one.language) for one in standing.unedited()}

    assert len(waits()) == len(StandingKind) * 2
    rewritten("imprint", ("paragraph", "<p>The Weir</p>"), ("gap", "The telephone number"))
    assert ("imprint", "en") in waits()
    rewritten("imprint", ("paragraph", "<p>The Weir</p>"))
    assert ("imprint", "en") not in waits()
    assert ("imprint", "ar") in waits()


def test_saving_the_first_text_as_it_is_edits_nothing(pages: Newsroom) -> None:
    page = StandingPage.objects.get(kind="house-rules", language="en")
    for block in page.body.raw_data:
        if block["type"] == "paragraph":  # as the desk's editor writes it
            block["value"] = block["value"].replace("<p>", '<p data-block-key="a1b2c">')
    page.save_revision().publish()
    assert StandingText.objects.get(kind="house-rules", language="en").is_first


def test_a_rule_keeps_its_anchor_when_it_moves_and_is_worded_anew(pages: Newsroom, cursor: CursorWrapper) -> None:
    assert [one.code for one in house_rules(cursor, language="en")][:2] == ["insult", "hate"]
    hate, insult = (
        {"code": code, "title": title, "text": "<p>Why.</p>"} for code, title in [("hate", "Equal"), ("insult", "Kind")]
    )
    rewritten("house-rules", ("rules", [hate, insult]))
    assert [(one.number, one.code, one.title) for one in house_rules(cursor, language="en")] == [
        (1, "hate", "Equal"),
        (2, "insult", "Kind"),
    ]
    html = BeautifulSoup(StandingText.objects.get(kind="house-rules", language="en").body_html, "html.parser")
    assert [li["id"] for li in html.select("ol.rules > li")] == ["rule-hate", "rule-insult"]


@pytest.mark.parametrize(
    ("codes", "said"),
    [(("Off Topic",), "“Off Topic” does not work"), (("spam", "spam"), "Another rule is called “spam” already.")],
)
def test_a_rules_name_has_to_be_one(pages: Newsroom, codes: tuple[str, ...], said: str) -> None:
    page = StandingPage.objects.get(kind="house-rules", language="en")
    block = page.body.stream_block.child_blocks["rules"]
    value = block.to_python([{"code": code, "title": "A rule", "text": ""} for code in codes])
    with pytest.raises(ValidationError) as refused:
        block.clean(value)
    assert said in str(refused.value.as_data() if False else _sentences(refused.value))


def _sentences(error: Any) -> list[str]:
    """Every sentence of an error that nests as its blocks do."""
    found = [str(one.message % (one.params or {})) for one in getattr(error, "error_list", []) if one.message]
    for inner in (getattr(error, "block_errors", None) or {}).values() if hasattr(error, "block_errors") else []:
        found += _sentences(inner)
    return found


def test_what_editors_write_is_sanitised_like_an_article(pages: Newsroom) -> None:
    rewritten(
        "about",
        ("paragraph", '<p onclick="hit(1)">A<script>hit(1)</script> <a href="javascript:hit(1)">b</a></p>'),
        ("gap", "<img src=x onerror=hit(1)>"),
        ("rules", [{"code": "a_b", "title": "<b>x</b>", "text": "<p><iframe></iframe>y</p>"}]),
    )
    html = StandingText.objects.get(kind="about", language="en").body_html
    found = BeautifulSoup(html, "html.parser")
    assert {tag.name for tag in found.find_all(True)} <= {"p", "a", "b", "ol", "li", "h2"}
    assert not [tag for tag in found.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
    assert "javascript" not in html


def test_there_is_one_page_for_each_purpose_and_language(pages: Newsroom) -> None:
    twin = StandingPage(title="Imprint, too", kind="imprint", language="en")
    with pytest.raises(ValidationError) as refused:
        twin.clean()
    assert "“Imprint”" in str(refused.value)


def test_a_page_is_read_in_the_best_language_there_is(pages: Newsroom, cursor: CursorWrapper) -> None:
    found = standing_query(cursor, kind="imprint", language="ar")
    assert found is not None
    assert (found.language, found.direction, found.languages) == ("ar", "rtl", ("ar", "en"))
    StandingPage.objects.get(kind="imprint", language="ar").unpublish()
    found = standing_query(cursor, kind="imprint", language="ar")
    assert found is not None
    assert (found.language, found.direction) == ("en", "ltr")
    StandingPage.objects.get(kind="imprint", language="en").unpublish()
    assert standing_query(cursor, kind="imprint", language="ar") is None
    assert "imprint" not in furniture(cursor, language="en").pages
    assert standing.missing_kinds() == ["imprint"]


def test_the_foot_of_every_page_is_one_query(pages: Newsroom, cursor: CursorWrapper, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = furniture(cursor, language="ar")
    assert found.pages["contact"].title == "اتصلوا بنا"
    assert not found.pages["contact"].is_ready


def test_pages_go_stale_with_what_they_show(pages: Newsroom) -> None:
    page = StandingPage.objects.get(kind="imprint", language="en")
    rewritten("imprint", ("paragraph", "<p>A</p>"))
    before = pages.position()
    rewritten("imprint", ("paragraph", "<p>B</p>"))
    assert pages.events(before) == [("StandingChanged", f"standing:{page.pk}", False)]
    before = pages.position()
    rewritten("imprint", ("paragraph", "<p>B</p>"), title="Impressum")
    assert pages.events(before) == [("StandingChanged", f"standing:{page.pk} site", False)]
    before = pages.position()
    page.unpublish()
    assert pages.events(before) == [("StandingHidden", f"standing:{page.pk} site", True)]


def test_a_restricted_page_is_gone(pages: Newsroom, cursor: CursorWrapper) -> None:
    page = StandingPage.objects.get(kind="imprint", language="en")
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert not StandingText.objects.filter(pk=page.pk).exists()
    restriction.delete()
    assert StandingText.objects.filter(pk=page.pk).exists()
