"""What a live coverage says to machines, and that no word of it can leave its place."""

from __future__ import annotations

import json

from belowline.pages import json_ld
from tests.live.conftest import Night
from tests.support.desk import page, soup

HOSTILE = "</script><script>steal()</script><!-- \u2028 & \u2029 end"


def test_whatever_a_value_holds_it_stays_a_value() -> None:
    markup = str(json_ld.script({"headline": HOSTILE}))
    assert markup.count("<") == 2
    assert not set("\u2028\u2029&") & set(markup)
    inside = markup.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert json.loads(inside) == {"headline": HOSTILE}


def test_a_coverage_is_a_live_blog_posting_with_its_updates(night: Night) -> None:
    night.write("The gates are closed.", headline=HOSTILE, authors=[night.newsroom.author])
    night.write("The pier is under water.", minutes=5)
    night.write("PLANTED draft.", is_public=False)
    scripts = soup(page(night.url).body).select("script[type='application/ld+json']")
    assert len(scripts) == 1
    told = json.loads(str(scripts[0].string))["@graph"][0]
    assert (told["@type"], told["headline"]) == ("LiveBlogPosting", "Surge night")
    assert told["publisher"]["@type"] == "NewsMediaOrganization"
    assert "coverageEndTime" not in told
    newest, oldest = told["liveBlogUpdate"]
    assert newest["articleBody"] == "The pier is under water."
    assert (oldest["headline"], oldest["author"][0]["name"]) == (HOSTILE, "Ines Marrick")
    assert oldest["url"].endswith("/a/surge/e/1")
    assert told["coverageStartTime"] <= newest["datePublished"] == told["dateModified"]
