"""S6 and S7: what is hidden, what reorders, and what towers above its line."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain import markup
from belowline.domain.text import BIDI_CONTROLS, BLANKS, MAX_MARKS, Flow, canonical, harmless, is_visible
from tests.domain.allowlist import cases

OPENERS = "\u202a\u202b\u2066\u2067\u2068"
CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e"
BIDI = ["".join(pair) for size in (1, 2, 3) for pair in itertools.product(CONTROLS, repeat=size)][:260]


def shown(source: str) -> str:
    return markup.plain_text(markup.render(source).html)


def is_balanced(line: str) -> bool:
    opened: list[str] = []
    for character in line:
        if character in OPENERS:
            opened.append("\u202c" if character in "\u202a\u202b" else "\u2069")
        if character in "\u202c\u2069" and (not opened or opened.pop() != character):
            return False
    return not opened


def most_marks(text: str) -> int:
    runs, run = [0], 0
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.category(character) in ("Mn", "Me"):
            run += 1
        elif unicodedata.category(character) != "Cf":
            run = 0
        runs.append(run)
    return max(runs)


def test_directional_controls_are_balanced_in_each_line():
    bodies = {controls: shown(f"abc {controls} def **{controls}x**\nnext *{controls[::-1]}* line") for controls in BIDI}
    assert [ascii(controls) for controls, body in bodies.items() if not all(map(is_balanced, body.split("\n")))] == []
    assert not {"\u202d", "\u202e"} & set("".join(bodies.values()))


@given(st.lists(st.sampled_from([*CONTROLS, "a", "*", "`", "\n", " ", "> ", "||", "&#8295;", "&#x202e;"]), max_size=25))
def test_no_mixture_of_markup_and_controls_leaves_a_line_open(parts: list[str]):
    assert all(map(is_balanced, shown("".join(["x", *parts])).split("\n")))


def test_code_shows_what_hides():
    html = markup.render("`a\u202eb\u2066c\u200bd\ufeff` and\n\n    x\u202ey").html
    assert "<code>a[U+202E]b[U+2066]c[U+200B]d</code>" in html
    assert "<pre><code>x[U+202E]y</code></pre>" in html


@pytest.mark.parametrize("count", [1, 2, 4, 5, 10, 100, 1_000])
@pytest.mark.parametrize("mark", ["\u0301", "\u0316", "\u0489", "\u0e47", "\u20d2"])
def test_at_most_four_marks_stand_on_one_letter(mark: str, count: int):
    for source in (
        "a" + mark * count + "b",
        "é" + mark * count,
        "a" + "&#768;" * count,
        "a" + (mark + "\u200d") * count,
    ):
        assert most_marks(shown(source[:9_000])) <= MAX_MARKS
    assert most_marks(canonical("a" + mark * count)) == min(count, MAX_MARKS)


def test_markup_does_not_help_marks_to_pile_up():
    assert most_marks(shown("a\u0301\u0301\u0301*\u0301\u0301\u0301x*")) <= MAX_MARKS
    assert most_marks(shown("a\u0301\u0301\u0301||\u0301\u0301\u0301|| *\u0301*")) <= MAX_MARKS


@pytest.mark.parametrize(
    "honest",
    [
        "Tiếng Việt",
        "Tie\u0302\u0301ng Vie\u0323\u0302t",
        "مُحَمَّد",
        "שָׁלוֹם",
        "क्षत्रिय",
        "न\u093fर\u094d\u0926",
        "น้ำ",
        "မြန်မာ",
        "བསྒྲུབས",
        "نمی\u200cخواهم",
        "क्\u200dष",
        "👨\u200d👩\u200d👧",
        "👍🏿",
        "❤️",
        "1️⃣",
        "🇩🇪",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "葛\U000e0100",
        "Ὀδυσσεύς",
        "한글",
        "が",
    ],
)
def test_honest_writing_is_not_touched(honest: str):
    assert shown(honest) == unicodedata.normalize("NFC", honest)


@pytest.mark.parametrize(
    ("hiding", "seen"),
    [
        ("i\u200bd\u00adi\u2060o\u200dt\ufeff", "idiot"),
        ("a\U000e0068\U000e0069b", "ab"),
        ("\U0001f3f4\U000e0075\U000e0073\U000e0063\U000e0061\U000e007f", "\U0001f3f4"),
        ("a\ufe0fb\ufe00\ufe01", "ab"),
        ("x\u2061\u2064\u206ay", "xy"),
        ("&#x200b;a&#xe0041;b", "ab"),
        ("a\u202eb", "ab"),
    ],
)
def test_hidden_characters_are_gone(hiding: str, seen: str):
    assert shown(hiding) == seen


def test_a_name_of_somebody_else_keeps_its_letters_and_nothing_that_hides_or_reorders() -> None:
    """From an import; what somebody types as a name is looked at more closely (domain/names)."""
    assert harmless("  Ann\u202e \u2067Lee\u2069\n") == "Ann Lee"
    assert harmless("Zoë ❤️ 👩\u200d👧 نمی\u200cخواهم") == "Zoë ❤️ 👩\u200d👧 نمی\u200cخواهم"
    assert harmless("\u3164\u2800\u034f") == ""
    for hiding in cases("hidden.txt"):
        shown = harmless(f"A{hiding}n")
        assert not set(shown) & (BIDI_CONTROLS | BLANKS | {"\u034f", "\u200b"}), ascii(hiding)
        assert (shown[0], shown[-1]) == ("A", "n"), ascii(hiding)
        assert harmless(shown) == shown, ascii(hiding)
    assert most_marks(harmless("a" + "\u0301" * 1_000)) == MAX_MARKS


def test_canonical_text_is_encodable_and_stable():
    for case in cases("naughty_strings.txt"):
        once = canonical(case)
        once.encode("utf-8")
        assert canonical(once) == once, ascii(case)
        assert not any(unicodedata.category(c) == "Cc" and c not in "\t\n" for c in once), ascii(case)


@given(st.text())
def test_canonical_is_stable_for_any_text(text: str):
    assert canonical(canonical(text)) == canonical(text)


@given(
    st.text(
        alphabet=st.sampled_from([*BIDI_CONTROLS, "a", "ه", "\u0301", "\ufe0f", "\u200d", "👩", "\u200b", "\U000e0041"])
    )
)
def test_text_that_flowed_once_flows_unchanged(text: str):
    def flowed(piece: str) -> str:
        flow = Flow()
        return flow.feed(piece) + flow.end()

    assert flowed(flowed(text)) == flowed(text)


def test_line_ends_and_surrogates():
    assert canonical("a\r\nb\rc\u2028d\x85e") == "a\nb\nc\nd\ne"
    assert canonical("\ud83d\ude00 \ud800") == "😀 \ufffd"


def test_blank_letters_are_not_visible():
    assert not is_visible(" \u3164\u2800\u115f\u0301\u200b\ufe0f\x00")
    assert is_visible("۔")
