"""The shortcuts through the renderer give the bytes that the long way gives, and nothing that a page may not hold."""

import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import belowline
from belowline.domain import markup, text
from belowline.domain.markup import plain
from belowline.domain.markup.shortcuts import unmarked, usually_shaped
from tests.domain.allowlist import findings
from tests.domain.test_markup_safety import HOSTILE, fuzzed


@contextmanager
def the_long_way() -> Iterator[None]:
    """Every text through every stage, every character judged by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markup, "unmarked", lambda source: None)
        patch.setattr(markup, "usually_shaped", lambda html: None)
        patch.setattr(plain, "is_usual", lambda words: False)
        patch.setattr(text, "_prints", lambda source: False)
        patch.setattr(text, "_NEEDS_A_LOOK", re.compile("(?s:.)"))
        yield


def check_both_ways(source: str) -> None:
    short = markup.prepare(source), markup.render(source)
    with the_long_way():
        assert short == (markup.prepare(source), markup.render(source))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('It\'s "fine" (really), 5 > 3 & more!', '<p>It\'s "fine" (really), 5 &gt; 3 &amp; more!</p>'),
        ("I <3 it & so on; 2 < 3", "<p>I &lt;3 it &amp; so on; 2 &lt; 3</p>"),
        ("one \ntwo\n \n\nthree  times", "<p>one<br>two</p><p>three times</p>"),
        ("well-known #1 a+b = c: 50% / $5 {x} ^", "<p>well-known #1 a+b = c: 50% / $5 {x} ^</p>"),
        ("„Ja“ – sagte sie…\nДа. 是的。", "<p>„Ja“ – sagte sie…<br>Да. 是的。</p>"),
        ("1986 was good\n3 times", "<p>1986 was good<br>3 times</p>"),
        ("Tiếng Việt 👍🏿", "<p>Tiếng Việt 👍🏿</p>"),
        ("❤\ufe0f 🤷\u200d♀\ufe0f", "<p>❤\ufe0f 🤷\u200d♀\ufe0f</p>"),
    ],
)
def test_a_text_without_markup_becomes_paragraphs_directly(source: str, html: str):
    assert unmarked(source) == html
    check_both_ways(source)


_MARKS = (
    "*a* _a_ `a` ~a~ ||a|| [a] a@b.example https://a.example www.a.example WWW.a.example &amp; &#38; <b> </b> <!-- "
    "<a:b> \\a #a -a +a >a =a 1.a 1)a 1. :a <3"
)
MEANS_SOMETHING = _MARKS.split()
DISTURBS = [
    "- a",
    "# a",
    "> a",
    "    a",
    "\ta",
    " a",
    "---",
    "a\u0301\u0301",
    "a\xa0b",
    "a\u202eb",
    "a\ufe0f",
    "👩\u200d",
    "\u3000a",
]


@pytest.mark.parametrize("start", [*MEANS_SOMETHING, *DISTURBS], ids=ascii)
def test_what_may_be_markup_goes_the_long_way(start: str):
    for source in (start, f"text\n{start}", f"text\n\n{start} text"):
        assert unmarked(source) is None
        check_both_ways(source)


@pytest.mark.parametrize(
    "source",
    [
        "A *b* **c** ~~d~~ `e` f",
        "> said\n> twice\n\nanswer",
        "[the report](https://a.example/x?y=1&z=2) says https://b.example/~c",
        "[bank.example](https://evil.example/) [it](https://bank.example)",
        "a\\*b &lt; &quot;c&quot;\n*d*",
    ],
)
def test_usual_markup_needs_no_second_parser(source: str):
    parsed = markup._parsed(source)
    assert isinstance(parsed, str)
    assert usually_shaped(parsed) is not None
    check_both_ways(source)


def test_most_comments_have_no_markup():
    folder = Path(belowline.__file__).parent / "demo" / "content" / "comments"
    sources = [json.loads(line)["text"] for line in (folder / "hero.jsonl").read_text("utf-8").splitlines()]
    assert sum(unmarked(source) is not None for source in sources) > 0.75 * len(sources)
    for source in sources[::20]:
        check_both_ways(source)


_CALM = ["a", "word ", "It's ", "\n", "b. ", "\n\n", " "]
_SIGNS = (  # "·" stands for a space, "¶" for a newline
    "· ·· ···· ¶ ¶¶ ¶·¶ ·¶ ··¶ 1.· 1. 12)· 3· 123456789.· 1234567890.· -· - --- ---¶ +· + = === # #· #tag >· > < <· <3 "
    "<b> </b> <br> <!-- & &· &amp; &amp &#60; &copy &; &1; : :// :· http: https://ok.example/x www. www.ok.example "
    "WWW.ok.example ww @ a@ok.example mailto:a@ok.example ~ ~~ | || * ** _ __ ` `` ```¶ [ ] ( ) ]( \\ \\¶ ! ![ \" ' "
    "% $ ^ { } . , ; ? / 0 1 é e\u0301 \u0301 — … 字 。 ж ع \u200d \u202e \ufe0f 👍 👍🏿 ❤ ♀ "
    "\u200d♀\ufe0f न \u0940 \u094d ก \u0e48 \xa0 \u3000 \u0378 \u3164 "
    "\t \r \r¶ \x00 \x1f \x7f \x85 \ufeff \u2028"
)
_signs = st.sampled_from([sign.replace("·", " ").replace("¶", "\n") for sign in re.split(" +", _SIGNS)])
_PHRASES = (
    "*x*|**x**|*a b*|***x***|~~x~~|`c`|`c d`|> q\n|> q\n\n|>> q\n|[t](https://ok.example/a?b=1&c=2)|"
    "[t u](http://ok.example)|[t](https://OK.example)|[t](https://xn--a.example/)|[t](https://a.1/)|"
    "[t](https://ok.example:80/)|[bank.example](https://evil.example/)|[*t*](https://ok.example)|[t](/r)|"
    "[t](https://ok.example 'title')|[t](javascript:x)|https://ok.example/~a_b|www.ok.example|a@ok.example|"
    "http://192.168.0.1/|https://a-.example|https://a--b.example|https://ok.example/é%zz|&lt;b&gt;|&quot;|&nbsp;|"
    '<b>|"q"|\\*|- i\n|1. n\n|# h\n|!|![i](https://ok.example/i.png)|*\u0378*|*&nbsp;*|*\u0301*|    c|---\n'
)
_phrases = st.sampled_from([*_PHRASES.split("|"), "||s||"])
_calm = st.sampled_from(_CALM)


def _mixed(*strategies: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(_calm, *strategies), max_size=12).map("".join)


@fuzzed
@given(st.one_of(_mixed(_signs), _mixed(_phrases), _mixed(_signs, _phrases), _mixed(st.characters(), _calm)))
def test_both_ways_give_the_same_bytes(source: str):
    check_both_ways(source)


_FOREIGN = (
    "<p> </p> <br> <br/> <br>¶ ¶ ¶¶ <em> </em> <b> </b> <strong> </strong> <code> </code> <del> </del> <blockquote> "
    "</blockquote> </a> <a·href='https://ok.example/x?a=1&b=2'> <a·href=https://xn--a.example> <a·href=javascript:x> "
    "<a·href='https://ok.example/&#39;x'> <a·href=https://bank.example·title=x> a word·word · ·· &amp; &lt; &quot; "
    "&nbsp; é <p>one</p> <p>a·<em>b</em>·c</p> <p><a·href='https://ok.example'>bank.example</a></p> "
    "<blockquote><p>q</p></blockquote> \u0301 \u202e <div> </div> <span·class=spoiler> </span> <p>x<br>y</p>"
)
_foreign = st.sampled_from([piece.replace("·", " ").replace("¶", "\n") for piece in _FOREIGN.split(" ")])


@fuzzed
@given(st.lists(_foreign, max_size=12).map("".join), st.booleans())
def test_foreign_html_takes_the_same_shape_both_ways(foreign: str, newline_breaks: bool):
    short = markup.from_html(foreign, newline_breaks=newline_breaks)
    words = markup.excerpt(short)
    with the_long_way():
        assert markup.from_html(foreign, newline_breaks=newline_breaks) == short
        assert markup.excerpt(short) == words


def check_unmarked_is_safe(source: str) -> None:
    """The argument of `unmarked`, held against what it gives: literals of ours, and text that cannot be a tag."""
    html = unmarked(markup._trimmed(text.canonical(source)))
    if html is not None:
        parts = re.split("</?p>|<br>", html)
        assert not re.search("[<>]|&(?!amp;|lt;|gt;)", "".join(parts))
        assert findings(html) == []
        assert markup.sanitise(html) == html


def test_no_hostile_text_passes_unescaped_for_want_of_markup():
    for case in HOSTILE:
        for source in (case, f"A word. {case}", f"a\n{case}\n\nb"):
            check_unmarked_is_safe(source)


@fuzzed
@given(st.one_of(_mixed(_signs), _mixed(st.text(max_size=4))))
def test_a_text_without_markup_is_safe_without_a_sanitiser(source: str):
    check_unmarked_is_safe(source)


def test_usual_characters_all_show_and_none_changes_its_neighbours():
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    usual = text._IS_UNUSUAL.sub("", every).replace(" ", "").replace("\n", "")
    assert len(usual) > 40_000
    assert all(map(text.is_visible, usual))
    assert not any(map(str.isspace, usual))
    assert {unicodedata.category(c) for c in usual}.isdisjoint(_NO_LETTERS)
    assert text.Flow().feed(usual) == usual


def test_what_needs_no_closer_look_is_no_mark_and_no_control():
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    plain_text = text._NEEDS_A_LOOK.sub("", every)
    assert {unicodedata.category(c) for c in plain_text.replace("\t", "").replace("\n", "")}.isdisjoint(_NO_LETTERS)


_NO_LETTERS = {"Mn", "Me", "Cf", "Cc", "Cs"}
