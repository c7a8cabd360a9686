"""Unicode in one place: what of a person's text is kept, and what may stand on a page beside other people's.

Two levels. `canonical` is for the source that we store: nothing a reader can see is lost. `Flow` is for text on its way
into a page: bidirectional controls are balanced, hidden characters that only carry messages or break filters are gone.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

MAX_MARKS: Final = 4  # Vietnamese needs 2, polytonic Greek 3, vocalised Arabic and Hebrew 4; "zalgo" starts above


@dataclass(frozen=True)
class Problem:
    """Why a text or a name is refused: a stable code for the wording, and the numbers that belong in it."""

    code: str
    limit: int = 0
    actual: int = 0


_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# C0 and C1 controls except tab and newline, the byte order mark, and noncharacters (Unicode 23.7).
_PLANE_ENDS = "".join(chr(plane * 0x10000 + end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_NOT_TEXT = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufdd0-\ufdef{_PLANE_ENDS}]")
# Blocks in which no character is a mark (Mn, Me) or a control (Cc, Cf): text of only these needs no closer look.
_PLAIN = (
    "\t\n -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u05ea\u060c\u061b\u061f-\u064a\u0660-\u066f"
    "\u0671-\u06d4\u06f0-\u06f9\u0904-\u0939\u093d-\u0940\u0949-\u094c\u0958-\u0961\u0964-\u0980\u0e01-\u0e30"
    "\u0e32\u0e33\u0e3f-\u0e46\u0e4f-\u0e5b\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20cf\u2100-\u2cee"
    "\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3165-\u9fff\uac00-\ud7a3\uff01-\uff9f\U0001f300-\U0001faff"
)
_NEEDS_A_LOOK = re.compile(f"[^{_PLAIN}]")
# Of these, blocks in which each character shows and none is a space. Unicode 14 (Python 3.11) has no gap in them.
_SHOWN = (
    "!-~\xa1-\xac\xae-\u02ff\u0388-\u038a\u038e-\u03a1\u03a3-\u0482\u048a-\u052f\u05d0-\u05ea\u060c\u061b"
    "\u061f-\u064a\u0660-\u066f\u0671-\u06d4\u06f0-\u06f9\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
    "\u2100-\u218b\u2190-\u2426\u2460-\u27ff\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u3131-\u3163\u3400-\u4dbf"
    "\u4e00-\u9ffc\uac00-\ud7a3\uff01-\uff9f\U0001f300-\U0001f64f\U0001f680-\U0001f6d5\U0001f900-\U0001f978"
)
_IS_UNUSUAL = re.compile(f"[^ \n{_SHOWN}]")
# Emoji of several characters: U+FE0F behind a pictogram (So, Sk), a joiner between two. `Flow` keeps both there.
_EMOJI = "\u2600-\u2767\U0001f300-\U0001f64f\U0001f680-\U0001f6d5\U0001f900-\U0001f978"
_IS_MORE_THAN_EMOJI = re.compile(
    f"[^ \n\ufe0f\u200d{_SHOWN}]|(?<![{_EMOJI}])\ufe0f|(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"
)
# Letters and symbols by category that nothing shows: Hangul fillers, the blank Braille cell, Khmer inherent vowels,
# the musical null notehead. Sources: Unicode DerivedCoreProperties (Default_Ignorable_Code_Point) and the charts.
BLANKS: Final = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")

EMBEDDINGS: Final = frozenset("\u202a\u202b")  # LRE RLE
OVERRIDES: Final = frozenset("\u202d\u202e")  # LRO RLO
ISOLATES: Final = frozenset("\u2066\u2067\u2068")  # LRI RLI FSI
POP_EMBEDDING: Final = "\u202c"
POP_ISOLATE: Final = "\u2069"
DIRECTION_MARKS: Final = frozenset("\u200e\u200f\u061c")  # LRM RLM ALM: they name a direction and open nothing
BIDI_CONTROLS: Final = EMBEDDINGS | OVERRIDES | ISOLATES | {POP_EMBEDDING, POP_ISOLATE} | DIRECTION_MARKS
_JOINERS = frozenset("\u200c\u200d")
_ZERO_WIDTH_SPACE = "\u200b"
_GRAPHEME_JOINER = "\u034f"  # a mark by category that nothing shows
# Scripts written without spaces, where a zero-width space is a place to break the line.
_UNSPACED = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1980-\u19ff\u1a20-\u1aaf\u3040-\u30ff\u3400-\u9fff]")
_SELECTORS = (("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"), ("\u180b", "\u180f"))
# The three flags that exist as tag sequences (UTS #51, emoji-sequences.txt): England, Scotland, Wales.
_FLAGS = tuple(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)
_TAGS = re.compile("|".join(_FLAGS) + "|[\U000e0000-\U000e007f]")
_FLAG_TAGS = frozenset("".join(_FLAGS)[1:])


def canonical(source: str) -> str:
    """The text as we store it: NFC, LF only, no control characters, at most MAX_MARKS marks on a character.

    Surrogate pairs are joined, lone surrogates become U+FFFD. Directional and zero-width characters stay: inside code
    they are content. Applying it twice changes nothing.
    """
    if not _prints(source):
        source = _NOT_TEXT.sub("", _LINE_ENDS.sub("\n", without_surrogates(source)))
    # Cap before normalising: ordering a run of 10,000 marks costs quadratic time.
    return source if source.isascii() else unicodedata.normalize("NFC", _with_marks_capped(source))


def _prints(text: str) -> bool:
    """Without controls, surrogates, byte order marks and noncharacters (Cc, Cs, Cf, Cn). Errs towards no."""
    return text.replace("\n", "").replace("\t", "").isprintable()


def is_usual(text: str) -> bool:
    """Characters that show, spaces and newlines; but for emoji nothing stacks, joins, reorders or hides.

    Such a text flows unchanged (`Flow`). Errs towards no.
    """
    found = _IS_UNUSUAL.search(text)
    return not found or not _IS_MORE_THAN_EMOJI.search(text, found.start())


def without_surrogates(text: str) -> str:
    """Pairs joined, lone ones as U+FFFD, so that the text can be encoded."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_mark(character: str) -> bool:
    """Does it stack on the character before it? (Spacing marks do not, and Indic scripts use many.)"""
    return unicodedata.category(character) in ("Mn", "Me")


def is_visible(text: str) -> bool:
    """Would a reader see anything at all?"""
    return any(_shows(character) for character in text)


def _shows(character: str) -> bool:
    if character.isascii():
        return "!" <= character <= "~"
    return (
        unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp", "Mn", "Me")
        and character not in BLANKS
    )


def without_controls(text: str) -> str:
    """For a short one-line extract: every format character out, because its partner may have been cut off."""
    return _NEEDS_A_LOOK.sub(_without_control, text)


def _without_control(found: re.Match[str]) -> str:
    character = found.group()
    return character if character in _JOINERS or unicodedata.category(character) != "Cf" else ""


def harmless(text: str) -> str:
    """A short text of somebody else's for a line among others', such as a name from an import: as canonical, and without
    what hides or gives directions. The box around it has a direction of its own."""
    line = " ".join(canonical(text).replace(_GRAPHEME_JOINER, "").split())
    if is_usual(line):
        return line
    flow = Flow()
    return " ".join("".join(one for one in flow.feed(line) if one not in BIDI_CONTROLS and one not in BLANKS).split())


def is_variation_selector(character: str) -> bool:
    return (
        "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or "\u180b" <= character <= "\u180f"
    )


def _with_marks_capped(text: str) -> str:
    if not _NEEDS_A_LOOK.search(text):
        return text
    kept: list[str] = []
    marks = position = 0
    for found in _NEEDS_A_LOOK.finditer(text):
        character = found.group()
        if found.start() > position:
            kept.append(text[position : found.start()])
            marks = _marks_within(text[found.start() - 1])
        position = found.end()
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += max(1, len(unicodedata.normalize("NFD", character)))
            if marks > MAX_MARKS:
                continue
        elif category != "Cf":  # a joiner between two marks is no new base
            marks = _marks_within(character)
        kept.append(character)
    return "".join([*kept, text[position:]])


def _marks_within(character: str) -> int:
    """Marks already part of a precomposed character: 2 for ệ."""
    if character < "\xc0":
        return 0
    return sum(map(is_mark, unicodedata.normalize("NFD", character)))


class Flow:
    """Text of one line of a page, piece by piece as the markup around it comes and goes.

    `feed` returns the piece as it may be shown; `end` returns the closing controls for what the line left open and
    starts the next line. Embeddings and isolates are kept and balanced, overrides are dropped with their ends (nobody
    writes one honestly in a comment), tag characters stay only in the three flags, joiners and variation selectors only
    where they do something. With `show_hidden` (code) what would be dropped is written out as [U+202E].
    """

    def __init__(self, *, show_hidden: bool = False) -> None:
        self._show_hidden = show_hidden
        self._opened: list[str] = []
        self._previous = ""
        self._marks: int | None = None
        self._has_base = False  # since the last tag

    def feed(self, text: str) -> str:
        if not _NEEDS_A_LOOK.search(text):
            return self._passed(text)
        text = _TAGS.sub(self._tag, text)
        kept: list[str] = []
        position = 0
        for found in _NEEDS_A_LOOK.finditer(text):
            kept.append(self._passed(text[position : found.start()]))
            kept.append(self._kept(found.group()))
            position = found.end()
        return "".join([*kept, self._passed(text[position:])])

    def _passed(self, plain: str) -> str:
        if plain:
            self._previous, self._marks = plain[-1], None
            self._has_base = self._has_base or not plain.isspace()
        return plain

    def end(self) -> str:
        closers = [
            POP_ISOLATE if opener in ISOLATES else POP_EMBEDDING for opener in self._opened if opener not in OVERRIDES
        ]
        self._opened.clear()
        self._previous, self._marks, self._has_base = "", None, False
        return "".join(reversed(closers))

    def _tag(self, match: re.Match[str]) -> str:
        found = match.group()
        return found if len(found) > 1 else self._hidden(found)

    def _hidden(self, character: str) -> str:
        return f"[U+{ord(character):04X}]" if self._show_hidden else ""

    def _kept(self, character: str) -> str:
        kept = self._judged(character)
        if kept.startswith("[U+"):
            self._marks, self._has_base = None, True
        self._previous = kept[-1:] or self._previous
        return kept

    def _judged(self, character: str) -> str:
        if character in BIDI_CONTROLS:
            return self._hidden(character) if self._show_hidden else self._balanced(character)
        category = unicodedata.category(character)
        if is_variation_selector(character):
            return character if _takes_selector(self._previous, character) else self._hidden(character)
        if category in ("Mn", "Me"):
            return self._mark(character)
        if category == "Cf" and character not in _FLAG_TAGS:
            return character if self._is_useful(character) else self._hidden(character)
        if category in ("Cc", "Cs") and character not in "\t\n":
            return self._hidden(character)
        if category != "Cf":
            self._marks = None
            self._has_base = self._has_base or not character.isspace()
        return character

    def _balanced(self, control: str) -> str:
        if control in DIRECTION_MARKS:
            return control if self._previous != control else ""
        if control in EMBEDDINGS or control in OVERRIDES or control in ISOLATES:
            self._opened.append(control)
            return "" if control in OVERRIDES else control
        return self._popped_isolate() if control == POP_ISOLATE else self._popped_embedding()

    def _popped_embedding(self) -> str:
        # UAX #9 X7: it ends the last embedding or override, and nothing outside the isolate that it stands in.
        if not self._opened or self._opened[-1] in ISOLATES:
            return ""
        return "" if self._opened.pop() in OVERRIDES else POP_EMBEDDING

    def _popped_isolate(self) -> str:
        # UAX #9 X6a: it ends the last isolate and with it every embedding opened inside.
        if not any(opener in ISOLATES for opener in self._opened):
            return ""
        inner = ""
        while self._opened[-1] not in ISOLATES:
            inner += "" if self._opened.pop() in OVERRIDES else POP_EMBEDDING
        self._opened.pop()
        return inner + POP_ISOLATE

    def _mark(self, mark: str) -> str:
        # U+0338 with no letter before it would melt with the ">" of a tag if anyone ever normalised the page.
        if mark == "\u0338" and not self._has_base:
            return ""
        if self._marks is None:
            self._marks = _marks_within(self._previous) if self._previous else 0
        self._marks += len(unicodedata.normalize("NFD", mark))
        return mark if self._marks <= MAX_MARKS else ""

    def _is_useful(self, character: str) -> bool:
        """Joiners between letters that join, and the zero-width space where words have no spaces."""
        previous = self._previous
        if previous < "\u0300" or unicodedata.category(previous) == "Cf":
            return False
        if character in _JOINERS:
            return not unicodedata.category(previous).startswith("Z")
        if character == _ZERO_WIDTH_SPACE:
            return bool(_UNSPACED.match(previous))
        # Arabic number signs and the like are category Cf, but they are drawn.
        return "\u0600" <= character <= "\u08e2" or "\U000110bd" <= character <= "\U000110cd"

    def tag_written(self) -> None:
        """Markup now stands between the last piece and the next."""
        if self._marks is None and self._previous:
            self._marks = _marks_within(self._previous)
        self._previous, self._has_base = "", False


def _takes_selector(previous: str, selector: str) -> bool:
    """A selector after an ordinary letter shows nothing and only carries hidden data."""
    if not previous or is_variation_selector(previous):
        return False
    if selector >= "\U000e0100":  # ideographic variants
        return "\u3400" <= previous <= "\u9fff" or previous >= "\U00020000"
    if selector in "\ufe0e\ufe0f":
        return previous in "#*0123456789\xa9\xae" or unicodedata.category(previous) in ("So", "Sm", "Sk", "Po")
    return previous > "\u0fff" or previous in "0"
