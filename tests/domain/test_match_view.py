"""The folded view of a text: what disguises become, what stays itself, and where it stood."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from belowline.domain.match_view import ADDRESS, MENTION, match_view, words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("TW@TIS", "twatis"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("ﬀ ﬃ", "ff ffi"),
        ("Straße STRASSE", "strasse strasse"),
        ("İSTANBUL", "istanbul"),
        ("cafe\u0301 ñandú Ångström", "cafe nandu angstrom"),
        ("sm\u200ball so\u00adft", "small soft"),
        ("pаypal", "paypal"),  # the second letter is Cyrillic
        ("ᴅᴏɢ 🅰", "dog a"),
        ("soooo goood", "soo good"),
        ("b1tch b0dy $ell !diot", "bitch body sell idiot"),
        ("п0р0г", "порог"),
        ("пoрoг", "порог"),  # Latin o in a Cyrillic word
        ("الكَلِمَة إلى آخر كـلمة", "الكلمه الي اخر كلمه"),
        ("שָׁלוֹם", "שלומ"),
        ("می‌روم", "ميروم"),
    ],
)
def test_a_disguise_is_read_as_what_it_stands_for(written: str, read: str) -> None:
    assert match_view(written).text == read


@pytest.mark.parametrize(
    "text",
    [
        "t-72 f-16 1990s 3rd m1a2 covid-19 f-16s su-35s 155mm 5g h2o 9k720 kh-47m2 m777a2 b52s mp3 10k",
        "сука ехать ёж мой їжак і весь текст",
        "αλφα βήτα",
        "नमस्ते दुनिया",
        "a@b 1000000 5$ stop!!! what??? c# a|b",
        "100 000 2022",
    ],
)
def test_what_is_no_disguise_stays_itself(text: str) -> None:
    kept = unicodedata.normalize("NFC", text)
    assert match_view(text).text == kept.replace("a@b", "aab").replace("a|b", "aib")


def test_a_decomposed_letter_of_another_script_is_the_letter() -> None:
    assert match_view("и\u0306 і\u0308 е\u0301").text == "й ї е"


def test_mentions_and_addresses_become_one_sign_each() -> None:
    view = match_view("@alice see https://example.org/a?b=c and www.example.org, TW@TIS bob@home")
    assert view.text.startswith(f"{MENTION} see {ADDRESS} and {ADDRESS} ")
    assert view.text.count(MENTION) == 1
    assert view.text.endswith("twatis bobahome")


def test_hidden_characters_are_counted_unless_they_do_their_work() -> None:
    assert match_view("wo\u200brd wo\u2060rd").had_invisible == 2
    assert match_view("ab\u202ecd").had_invisible == 1
    honest = "👨\u200d👩\u200d👧 ❤\ufe0f می\u200cروم \u200f(عربي)\u200f 1\ufe0f\u20e3"
    assert match_view(honest).had_invisible == 0


def test_a_masked_word_and_other_readings_are_kept_beside_the_text() -> None:
    text = "you F*CKING sh#t, s1ut @sshole *bold* 5*3"
    readings = {reading.text: text[reading.start : reading.end] for reading in match_view(text).readings}
    assert readings == {"f*cking": "F*CKING", "sh*t": "sh#t", "slut": "s1ut", "sshole": "@sshole", "asshole": "@sshole"}


def test_a_span_of_the_view_is_marked_in_the_words_as_they_were_written() -> None:
    text = "Sо BAAAAAD\u200b, ﬃ!"  # the о is Cyrillic
    view = match_view(text)
    spans = {found[0]: view.original_span(*found.span()) for found in words(view.text)}
    marked = {word: text[start:end] for word, (start, end) in spans.items()}
    assert marked == {"so": "Sо", "baad": "BAAAAAD\u200b", "ffi": "ﬃ"}
    start = view.text.index("ffi")
    assert view.original_span(start, start + 1) == (text.index("ﬃ"), text.index("ﬃ") + 1), "a part of it is all of it"


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60))
def test_the_offsets_always_lead_back_into_the_text(text: str) -> None:
    view = match_view(text)
    assert len(view.offsets) == len(view.text) + 1
    assert list(view.offsets) == sorted(view.offsets)
    assert view.offsets[-1] == len(text)
    assert view.offsets[0] >= 0
    assert len(view.text) <= 4 * len(text)
    for reading in view.readings:
        assert 0 <= reading.start < reading.end <= len(text)


@given(st.text(alphabet="aàаб1@!$*# .\u200b\u0301ا\u064eé", max_size=40))
@example("1a1a*1")
@example("а1@a")
def test_the_view_of_the_plain_words_is_those_words(text: str) -> None:
    for found in words(match_view(text).text):
        assert match_view(found[0]).text == found[0]


ATTACKS: dict[str, Callable[[int], str]] = {
    "one word": lambda size: "a" * size,
    "letters apart": lambda size: "a " * (size // 2),
    "marks": lambda size: "a" + "\u0301" * size,
    "marks on Cyrillic": lambda size: "и\u0306" * (size // 2),
    "characters that grow": lambda size: "\ufdfa" * size,
    "hidden": lambda size: "a\u200b" * (size // 2),
    "signs": lambda size: "a!" * (size // 2),
    "masks": lambda size: "a*" * (size // 2),
    "masked words": lambda size: "ab*d " * (size // 5),
    "mentions": lambda size: "@a " * (size // 3),
    "at signs": lambda size: "@" * size,
    "addresses": lambda size: "http://" * (size // 7),
    "mixed words": lambda size: "aб " * (size // 3),
    "a mixed word": lambda size: "aб" * (size // 2),
    "digits and letters": lambda size: "1a" * (size // 2),
    "repeats": lambda size: "aaab" * (size // 4),
}


def cpu(work: Callable[[], object]) -> float:
    """The shortest of three, in seconds."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_takes_more_than_its_length(attack: str) -> None:
    short, long = (ATTACKS[attack](size) for size in (2_000, 32_000))
    match_view(long)
    # Sixteen times the length: a quadratic step would take 256 times.
    assert cpu(lambda: match_view(long)) < 64 * max(cpu(lambda: match_view(short)), 0.0005)
