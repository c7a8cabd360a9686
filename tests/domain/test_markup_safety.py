"""S1 (without a browser), S2, S3: nothing but the allowlist comes out, twice is once, and links lead where they may."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belowline.domain import markup
from belowline.domain.markup.links import link_target, shown_host, true_host_to_add
from tests.domain.allowlist import cases, findings, walked

HOSTILE = cases("xss.txt") + cases("naughty_strings.txt")
# FUZZ=1 tries 2,000 examples a test, FUZZ=50 the 100,000 of S2; without it the profile says how many.
EXAMPLES = 2_000 * int(os.environ.get("FUZZ", "0")) or settings.default.max_examples
fuzzed = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None, print_blob=True
)


def every_entrance(case: str) -> list[str]:
    return [markup.render(case).html, markup.sanitise(case), markup.from_html(case, newline_breaks=True)]


# Hundreds of cases are one test that names those which fail: as many tests would cost more than what they try.
def test_a_hostile_body_leaves_only_allowed_elements_by_every_entrance():
    found = {case: [findings(safe) for safe in every_entrance(case)] for case in HOSTILE}
    assert {case: all_findings for case, all_findings in found.items() if any(all_findings)} == {}


def test_sanitising_twice_changes_nothing():
    assert [case for case in HOSTILE for safe in every_entrance(case) if markup.sanitise(safe) != safe] == []


def test_the_strict_reader_finds_what_it_must():
    bad = [
        "<script>",
        "<p onclick=x>a</p>",
        "<a href='javascript:x'>a</a>",
        "<p>a",
        "a",
        "<p><p>a</p></p>",
        "<!-- x -->",
    ]
    assert all(findings(case) for case in [*bad, '<span class="spoiler evil">x</span>', "<ul><p>x</p></ul>"])


def test_raw_html_is_shown_as_it_was_typed():
    assert markup.render("<b>no</b> <script>hit(1)</script>").html == (
        "<p>&lt;b&gt;no&lt;/b&gt; &lt;script&gt;hit(1)&lt;/script&gt;</p>"
    )


def test_only_absolute_web_and_mail_addresses_stay_links():
    assert [url for fate, url in cases("urls.txt") if not has_its_fate(url, fate=fate)] == []


def has_its_fate(url: str, *, fate: str) -> bool:
    attribute = url.replace("&", "&amp;").replace('"', "&quot;")
    imported = walked(markup.sanitise(f'<a href="{attribute}">x</a>'))
    raw = walked(markup.sanitise(f"<a href='{url}'>x</a>"))
    written = walked(markup.render(f"[x](<{url}>) [y]({url})").html)
    if imported.findings + raw.findings + written.findings or bool(imported.hrefs) != (fate == "kept"):
        return False
    if fate == "kept":
        return link_target(imported.hrefs[0]) == imported.hrefs[0]
    is_evil = "evil" in url and "mailto" not in url
    return not is_evil or not any("evil" in href.split("/")[2] and "ok.example" in href for href in written.hrefs)


@pytest.mark.parametrize(
    ("words", "target", "hint"),
    [
        ("https://bank.example", "https://evil.example/", "evil.example"),
        ("bank.example", "https://evil.example/", "evil.example"),
        ("see (www.bank.example) now", "https://evil.example/", "evil.example"),
        ("ｂａｎｋ．ｅｘａｍｐｌｅ", "https://evil.example/", "evil.example"),
        ("ceo@bank.example", "mailto:x@evil.example", "evil.example"),
        ("https://bank.example@evil.example/", "https://evil.example/", "evil.example"),
        ("www.bank.example", "https://bank.example/", None),
        ("bank.example", "https://www.bank.example/login", None),
        ("https://bank.example/a.b/c.d?e=f.g", "https://bank.example/a.b/c.d?e=f.g", None),
        ("Node.js", "https://nodejs.org/", None),
        ("version 1.2", "https://evil.example/", None),
        ("https://bücher.example", "https://xn--bcher-kva.example/", None),
        ("https://pаypal.example", "https://pаypal.example/", "xn--pypal-4ve.example"),
        ("my bank", "https://evil.example/", None),
    ],
)
def test_words_that_name_another_host_get_the_true_one_behind_them(words: str, target: str, hint: str | None):
    assert true_host_to_add(words, target=target) == hint
    if hint:
        assert true_host_to_add(f"{words} [{hint}]", target=target) is None


def test_a_link_with_a_false_host_says_so_on_the_page():
    assert (
        ">https://bank.example [evil.example]</a>" in markup.render("[https://bank.example](https://evil.example)").html
    )
    assert ">bank.example [evil.example]</a>" in markup.render("[\u202ebank\u200b.example](https://evil.example)").html


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("xn--bcher-kva.example", "bücher.example"),
        ("xn--80ak6aa92e.example", "xn--80ak6aa92e.example"),  # all Cyrillic, reads "apple"
        ("xn--pypal-4ve.example", "xn--pypal-4ve.example"),
        ("xn--e1afmkfd.example", "пример.example"),
        ("аррӏе.example", "xn--80ak6aa92e.example"),
        ("xn--.example", "xn--.example"),
        ("ok.example", "ok.example"),
    ],
)
def test_a_punycode_host_is_decoded_only_when_it_deceives_nobody(host: str, shown: str):
    assert shown_host(host) == shown


_HTML = (  # a tab stands for the space inside a tag
    "<p> </p> <b> </b> <em> </em> <i> </i> <strong> <del> </del> <s> <br> <hr> <blockquote> </blockquote> <ul> "
    "</ul> <ol> <ol\tstart=5> </ol> <li> </li> <pre> </pre> <code> </code> <a\thref='https://ok.example/x'> <a "
    "href=javascript:x> </a> <span\tclass=spoiler> <span> </span> <div> </div> <h2> </h2> <table> <tr> <td> "
    "<th> </table> <img\tsrc=x\talt=y> <img\tsrc=https://ok.example/p> <svg> </svg> <math> <mtext> <style> "
    "</style> <script> </script> <template> <select> <option> <!-- --> <![CDATA[ ]]> <title> </title> "
    "<textarea> </textarea> <noscript> <xmp> <form> <mglyph> <u> </u> &lt; &amp; &nbsp; &#x202e; &#x2067; "
    "&#x2069; &#x300; &#x338; &#xe0041; &#8203; bank.example"
)
_html_pieces = st.sampled_from(_HTML.split(" "))
_texts = st.one_of(
    st.sampled_from(
        ["a", " ", "\n", "\n\n", "x y", "\xa0", "é", "\u0301", "\u200d", "\u2067", "\u202c", "\ufe0f", "👩", "ه"]
    ),
    st.text(max_size=4),
)


@fuzzed
@given(st.lists(st.one_of(_html_pieces, _texts), max_size=30).map(lambda parts: "".join(parts).replace("\t", " ")))
def test_any_html_becomes_allowed_and_stable(source: str):
    for safe in (markup.sanitise(source), markup.from_html(source, newline_breaks=True)):
        assert findings(safe) == []
        assert markup.sanitise(safe) == safe


_markdown_pieces = st.sampled_from(
    [
        "*",
        "**",
        "_",
        "~~",
        "||",
        "`",
        "```\n",
        "> ",
        ">> ",
        "- ",
        "1. ",
        "7. ",
        "  ",
        "    ",
        "\n",
        "\n\n",
        "[",
        "](",
        ")",
        "]",
        "![",
        "<",
        ">",
        "https://ok.example/",
        "www.ok.example",
        "a@ok.example",
        "javascript:",
        "&#x202e;",
        "&#x338;",
        "\\",
        "# ",
        "---\n",
        "[a]: https://ok.example\n",
        "<b>",
        "<div>\n",
        "<!--",
        "|",
        "\t",
        "&",
        "&lt;",
        "x",
        "bank.example",
    ]
)


@fuzzed
@given(st.lists(st.one_of(_markdown_pieces, _texts), max_size=40).map("".join))
def test_any_markdown_becomes_allowed_and_stable(source: str):
    text = markup.prepare(source)
    if isinstance(text, markup.Problem):
        assert text.code in ("text_empty", "text_too_nested")
        return
    assert text.html
    assert findings(text.html) == []
    assert markup.sanitise(text.html) == text.html
    assert markup.prepare(text.source) == text
