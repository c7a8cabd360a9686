"""What the catalogues must hold, and what an Arabic page says."""

from __future__ import annotations

import ast
import dataclasses
import gettext
import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from tasks import words

from belowline.front.notices import Notices, kept_form
from belowline.pages import script_words
from belowline.pages.environment import environment
from tests.pages import stories

PLACEHOLDER = re.compile(r"%\(\w+\)[^a-zA-Z%]*[a-z]|\{\w*\}")
TAG = re.compile(r"</?\w+>")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
ARABIC_INDIC_DIGIT = re.compile(r"[٠-٩۰-۹]")
# What a screen reader says or a pointer shows, beside the text itself.
SPOKEN = ("aria-label", "alt", "title", "placeholder")
ASSETS = {name: f"/static/{name}" for name in ("site.css", "profile.css", "core.js")}
# From the glossary: where the English has the word, the Arabic has one of these stems.
# Without vowel signs.
TERMS = {
    r"\bcomments?\b": ("تعليق", "يعلق"),
    r"\bdelet(e|ed|es)\b": ("حذف", "محذوف"),
    r"\bremov(e|ed|es)\b": ("إزال", "أزال", "أزيل", "مزال"),
    r"\bmoderators?\b": ("مشرف",),
    r"\breplies\b": ("ردود", "رد"),
    r"\bdiscussions?\b": ("نقاش",),
    r"\bsign(ed)? in\b": ("دخول",),
    r"\bsign(ed)? out\b": ("خروج",),
    r"\bmembers?\b": ("عضو", "أعضاء"),
    r"\bnot helpful\b": ("غير مفيد",),
    r"\bpasswords?\b": ("كلمة المرور", "كلمتا المرور", "كلمات مرور", "كلمات المرور"),
    r"\bbackups?\b(?![-`])": ("احتياطي", "النسخة", "نسخة"),
}
VOWEL_SIGNS = re.compile(r"[\u064b-\u0652]")


@pytest.fixture(scope="module")
def arabic() -> gettext.GNUTranslations:
    """As the front and the commands read it."""
    found = gettext.translation("django", words.LOCALE, ["ar"])
    assert isinstance(found, gettext.GNUTranslations)
    return found


ARABIC = list(words.stored("ar"))


def originals(message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def translations(message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def pairs() -> Iterator[tuple[str, str]]:
    """(English, Arabic), the forms of counted sentences each beside the English plural."""
    for message in ARABIC:
        for text in translations(message):
            yield originals(message)[-1], text


def test_every_sentence_of_the_sources_is_in_both_catalogues_translated_and_compiled() -> None:
    assert words.problems() == []


def test_the_check_sees_a_sentence_that_is_missing_untranslated_or_not_compiled(monkeypatch, tmp_path) -> None:
    for language in words.LANGUAGES:
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        text = words.po_path(language).read_text("utf-8")
        text = re.sub(r'msgid "Sign out\?"\nmsgstr ".*"', 'msgid "Was never said"\nmsgstr "x"', text)
        text = re.sub(r'(msgid "Sign out")\nmsgstr ".*"', r'\1\nmsgstr ""', text)
        (folder / "django.po").write_text(text, "utf-8")
        (folder / "django.mo").write_bytes(words.mo_path(language).read_bytes())
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    said = "\n".join(words.problems())
    assert "ar: not in the catalogue: 'Sign out?'" in said
    assert "ar: not in the sources any more: 'Was never said'" in said
    assert "ar: not translated: 'Sign out'" in said
    assert "ar: django.mo is not the compiled django.po" in said
    assert "en: not translated" not in said


def test_every_marked_text_is_a_plain_string() -> None:
    """A text put together at run time is in no catalogue."""
    for path in words.PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in words.KEYWORDS:
                has_two = bool(set(node.func.id.partition("gettext")[0]) & set("np"))
                texts = node.args[: 2 if has_two else 1]
                assert all(isinstance(text, ast.Constant) for text in texts), f"{path.name}:{node.lineno}"


def test_placeholders_and_markup_survive_translation() -> None:
    for message in ARABIC:
        wanted = Counter(PLACEHOLDER.findall(originals(message)[-1]))
        assert Counter(PLACEHOLDER.findall(originals(message)[0])) == wanted, message.id
        forms = translations(message)
        for number, text in enumerate(forms):
            found = Counter(PLACEHOLDER.findall(text))
            # The forms for 0, 1 and 2 are one number each and may say it as a word.
            may_omit = 1 if len(forms) > 1 and number < 3 else 0
            assert not found - wanted, (message.id, text)
            assert (wanted - found).total() <= may_omit, (message.id, text)
            assert Counter(TAG.findall(text)) == Counter(TAG.findall(originals(message)[-1])), (message.id, text)


def test_a_sentence_can_be_filled_in_every_form() -> None:
    values = {name: 7 for message in ARABIC for name in re.findall(r"[%{]\(?(\w+)", str(message.id))}
    for _, text in pairs():
        filled = text % values if "%(" in text else text
        if re.search(r"\{\w+\}", filled):
            filled = filled.format_map(values)
        assert not PLACEHOLDER.search(filled)


def test_counted_sentences_have_six_forms_of_their_own() -> None:
    counted = [message for message in ARABIC if message.pluralizable]
    assert len(counted) > 15
    for message in counted:
        forms = translations(message)
        assert len(forms) == 6
        # Words in ة look the same after 11 and after 100; all else differs.
        assert len(set(forms)) >= 5, message.id
        assert len(set(forms[:4])) == 4, message.id


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, "لا تعليقات"), (1, "تعليق واحد"), (2, "تعليقان"), (3, "3 تعليقات"), (10, "10 تعليقات"), (11, "11 تعليقًا"),
        (99, "99 تعليقًا"), (100, "100 تعليق"), (102, "102 تعليق"), (103, "103 تعليقات"), (111, "111 تعليقًا"),
        (1000, "1000 تعليق"),
    ],
)  # fmt: skip
def test_comments_are_counted_as_arabic_counts(arabic: gettext.GNUTranslations, count: int, says: str) -> None:
    assert arabic.ngettext("%(n)s comment", "%(n)s comments", count) % {"n": count} == says


def test_english_has_its_plural_from_the_catalogue() -> None:
    english = gettext.translation("django", words.LOCALE, ["en"])
    assert [english.ngettext("%(n)s reply", "%(n)s replies", n) % {"n": n} for n in (0, 1, 2)] == [
        "0 replies", "1 reply", "2 replies",
    ]  # fmt: skip


def test_blanks_at_the_ends_are_kept() -> None:
    for english, text in pairs():
        assert (english[:1].isspace(), english[-1:].isspace()) == (text[:1].isspace(), text[-1:].isspace()), text
        assert "  " not in text


def test_sentences_end_as_they_do_in_english() -> None:
    ends = {".": ".", "?": "؟", ":": ":", ",": "،"}
    for english, text in pairs():
        wanted = ends.get(english[-1])
        if wanted:
            assert text.endswith(wanted), (english, text)


def test_arabic_has_no_foreign_words_punctuation_or_digits_of_its_own() -> None:
    for english, text in pairs():
        bare = PLACEHOLDER.sub("", text)
        assert set(LATIN_WORD.findall(bare)) <= set(LATIN_WORD.findall(english)), (english, text)
        assert not re.search(r"[\u0621-\u064a\u064b-\u0652][,;?]", bare), text
        assert not ARABIC_INDIC_DIGIT.search(text), text


@pytest.mark.parametrize("pattern", TERMS)
def test_one_word_has_one_meaning(pattern: str) -> None:
    found = [(english, text) for english, text in pairs() if re.search(pattern, english, re.IGNORECASE)]
    assert found
    for english, text in found:
        assert any(stem in VOWEL_SIGNS.sub("", text) for stem in TERMS[pattern]), (english, text)


class Said(HTMLParser):
    """The text of a page and the words of its controls."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += [value for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def content_of(value: object) -> Iterator[str]:
    """Every text that a page was given: names, headlines, comments, what the newsroom wrote."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from content_of(getattr(value, field.name))
    elif isinstance(value, dict):
        for item in value.items():
            yield from content_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from content_of(item)


@pytest.mark.parametrize("name", stories.all_pages("rtl"))
def test_an_arabic_page_says_nothing_in_english(arabic: gettext.GNUTranslations, name: str) -> None:
    template, view = stories.all_pages("rtl")[name]
    site = stories.site("rtl")
    jinja = environment(ASSETS, arabic, language="ar", zone="Asia/Damascus")
    html = jinja.get_template(template).render(site=site, page=view)
    said = " ".join(Said(html).text)
    given = " ".join([*content_of(view), *content_of(site)])
    assert set(LATIN_WORD.findall(said)) - set(LATIN_WORD.findall(given)) == set()
    assert re.search(r"[\u0621-\u064a]{3}", said)
    assert set(ARABIC_INDIC_DIGIT.findall(said)) <= set(ARABIC_INDIC_DIGIT.findall(given))


def test_an_arabic_thread_reads_as_arabic(arabic: gettext.GNUTranslations) -> None:
    template, view = stories.all_pages("rtl")["article"]
    jinja = environment(ASSETS, arabic, language="ar", zone="Asia/Damascus")
    said = " ".join(
        " ".join(Said(jinja.get_template(template).render(site=stories.site("rtl"), page=view)).text).split()
    )
    assert "814 تعليقًا" in said
    assert "14 مارس 2026، " in said
    assert "اكتب تعليقًا" in said


def test_scripts_get_six_arabic_forms_and_the_rule_that_chooses() -> None:
    module = script_words.module("ar")
    found = re.search(r"forms = (\{.*?\});", module)
    assert found
    assert {len(forms) for forms in json.loads(found[1]).values()} == {6}
    assert "n%100>=3" in module
    assert 'locale = "ar-u-hc-h23-nu-' in module
    assert set(LATIN_WORD.findall("".join(re.findall(r'":\s*"([^"]*)"', module)))) == set()


def test_the_front_speaks_from_the_same_catalogue() -> None:
    page = Notices().page(503, path="/ar/a/x").decode()
    assert "لحظة من فضلك" in page
    assert 'dir="rtl"' in page
    kept = kept_form(
        b"text=a", content_type="application/x-www-form-urlencoded", language="ar", action="/ar/_d/1/reply"
    )
    assert "نصّك محفوظ هنا" in kept
    assert "One moment, please" in Notices().page(503, path="/a/x").decode()
