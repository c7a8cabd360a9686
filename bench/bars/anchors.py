"""P16: passages moved to a new revision. CPU of this process; the texts are made, and edited, the same way every time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from random import Random

from belowline.demo.content import load_content
from belowline.domain.anchoring import Span, canonical_text, move_anchors
from bench.results import Check, Options, Result, at_most

BARS = ("P16",)
PASSAGES = 1_000
SIZES = ((5_500, 150.0, 50.0), (100_000, 600.0, 200.0), (400_000, 6_000.0, 600.0))


def measure(options: Options) -> Sequence[Result]:
    checks, details = [], {}
    for characters, must, reach in SIZES:
        old, new = _texts(characters)
        spans = _spans(old, Random(5))
        taken = []
        for _ in range(options.rounds(10)):
            start = time.process_time()
            move_anchors(old, new, spans)
            taken.append(1000 * (time.process_time() - start))
        name = f"{PASSAGES:,} passages of a text of {characters:,} characters"
        checks.append(Check(name, round(statistics.median(taken), 1), "ms CPU", at_most(must), reach))
        details[str(characters)] = [round(one, 1) for one in taken]
    return [Result(bar="P16", title="passages moved to a new revision", checks=tuple(checks), details=details)]


def _texts(characters: int) -> tuple[str, str]:
    """The demo's English articles one after the other, again and again; and the same after an editor's evening: a word in
    forty is another, a sentence in twenty is gone, a paragraph in thirty stands elsewhere."""
    random = Random(16)
    blocks = [
        text for one in load_content().articles if one.language == "en" for block in one.blocks if (text := block.text)
    ]
    old: list[str] = []
    while sum(map(len, old)) < characters:
        number = len(old) // len(blocks)
        old += [f"{one} {number}" if number else one for one in blocks]
    text = canonical_text(old)[:characters]
    paragraphs = text.split("\n\n")
    new = [
        " ".join(_sentence(one, random) for one in block.split(". ") if random.random() > 0.05) for block in paragraphs
    ]
    for _ in range(max(1, len(new) // 30)):
        new.insert(random.randrange(len(new)), new.pop(random.randrange(len(new))))
    return text, canonical_text(new)


def _sentence(words: str, random: Random) -> str:
    return " ".join(f"new{one}" if random.random() < 0.025 else one for one in words.split(" "))


def _spans(text: str, random: Random) -> list[Span]:
    found = []
    while len(found) < PASSAGES:
        start = random.randrange(len(text) - 200)
        end = start + random.randrange(5, 150)
        if text[start].isalnum() and "\n" not in text[start:end]:
            found.append(Span(start, end))
    return found
