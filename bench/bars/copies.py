"""Copies that are found, strangers that are not, and the CPU of looking through a comment.

Texts are made: 6,000 words of syllables, drawn as often as words of a language are (Zipf), 12 to 120 in a text.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from random import Random

from belowline.domain.match_view import match_view
from belowline.domain.near_duplicates import ALIKE_FROM, Sketch, bands, likeness, sketch
from belowline.domain.personal_data import find_personal
from belowline.domain.wordlists import Entry, Kind, Match, Matcher, Severity
from bench.results import Check, Options, Result, at_least, at_most

BARS = ("copies", "words")
STRANGERS = 1_415  # 1,000,405 pairs
COPIES = 5_000
_SYLLABLES = ["ba", "ke", "lo", "mi", "nu", "ta", "re", "so", "di", "pa", "ch", "en", "ur", "ga", "ve", "ho"]


def made_texts(count: int, random: Random, *, words: tuple[int, int] = (12, 120)) -> list[str]:
    vocabulary = ["".join(random.choice(_SYLLABLES) for _ in range(random.randint(1, 4))) for _ in range(6_000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    return [" ".join(random.choices(vocabulary, weights, k=random.randint(*words))) for _ in range(count)]


def edited(text: str, share: float, random: Random) -> str:
    """That share of the words (one at least) replaced, left out, added to or misspelt, at random places."""
    words = text.split()
    for _ in range(max(1, round(share * len(words)))):
        place = random.randrange(len(words))
        kind = random.randrange(4)
        if kind == 0:
            words[place] = "".join(random.choices(_SYLLABLES, k=3))
        elif kind == 1:
            del words[place]
        elif kind == 2:
            words.insert(place, "".join(random.choices(_SYLLABLES, k=3)))
        else:
            words[place] += "x"
    return " ".join(words)


def measure(options: Options) -> Sequence[Result]:
    return [_copies(options), _words(options)]


def _copies(options: Options) -> Result:
    random = Random(15)
    count = 500 if options.is_quick else COPIES
    found: dict[str, float] = {}
    for name, share, words in (
        ("10 % of the words changed, 12 to 120 words", 0.10, (12, 120)),
        ("10 %, 8 to 20 words", 0.10, (8, 20)),
        ("25 %, 12 to 120 words", 0.25, (12, 120)),
    ):
        hits = alike = 0
        for text in made_texts(count, random, words=words):
            one, other = sketch(text), sketch(edited(text, share, random))
            if one is None or other is None:
                continue
            is_alike = likeness(one, other) >= ALIKE_FROM
            alike += is_alike
            hits += is_alike and not set(bands(one)).isdisjoint(bands(other))
        found[name] = hits / count
        found[f"{name}, without bands"] = alike / count
    strangers = [one for text in made_texts(200 if options.is_quick else STRANGERS, random) if (one := sketch(text))]
    false, candidates, pairs, most = _false_pairs(strangers)
    text = made_texts(1, random, words=(170, 170))[0][:1_000]
    cpu = _milliseconds(lambda: sketch(text), options)
    first = "10 % of the words changed, 12 to 120 words"
    checks = (
        Check(f"found: {first}", round(found[first], 4), "", at_least(0.97)),
        Check("found: 10 %, 8 to 20 words", round(found["10 %, 8 to 20 words"], 4), "", at_least(0.97)),
        Check(f"false pairs of {pairs:,}", false, "", at_most(0)),
        Check("a sketch of 1,000 characters", cpu, "ms CPU", at_most(5)),
    )
    details = found | {"likeness of strangers, most": most, "candidates among strangers": candidates}
    return Result("copies", "copies with changed words, by sketch and bands", checks, details=details)


def _false_pairs(sketches: Sequence[Sketch]) -> tuple[int, int, int, float]:
    false = candidates = pairs = 0
    most = 0.0
    known = [set(bands(one)) for one in sketches]
    for number, one in enumerate(sketches):
        for place in range(number):
            pairs += 1
            alike = likeness(one, sketches[place])
            most = max(most, alike)
            false += alike >= ALIKE_FROM
            candidates += not known[number].isdisjoint(known[place])
    return false, candidates, pairs, most


def _words(options: Options) -> Result:
    random = Random(16)
    matcher = Matcher(_entries(random), innocent=())
    prose = " ".join(made_texts(30, random))[:10_000]
    attacks = {
        "prose": prose,
        "masked": " ".join(f"{word[:2]}*{word[2:5]}" for word in prose.split() if len(word) > 4)[:10_000],
        "digits": " ".join(f"{word[0]}1{word[1:]}" for word in prose.split())[:10_000],
        "mixed": "aб " * 3_333,
        "phrases": "ab " * 3_333,
        "spelled": "a b " * 2_500,
        "marks": "и\u0306" * 5_000,
        "hidden": "a\u200b" * 5_000,
        "unspaced": "".join(chr(0x3400 + number) for number in range(10_000)),
    }
    views = {name: _milliseconds(partial(match_view, text), options) for name, text in attacks.items()}
    folded = {name: match_view(text) for name, text in attacks.items()}
    finds = {name: _milliseconds(partial(matcher.find, view), options) for name, view in folded.items()}
    personal = {name: _milliseconds(partial(find_personal, text), options) for name, text in attacks.items()}
    worst_view, worst_find = max(views, key=views.__getitem__), max(finds, key=finds.__getitem__)
    checks = (
        Check(f"the view of 10,000 characters, worst text ({worst_view})", views[worst_view], "ms CPU", at_most(20)),
        Check(f"5,000 entries in it, worst text ({worst_find})", finds[worst_find], "ms CPU", at_most(20)),
        Check("the view of prose", views["prose"], "ms CPU", at_most(20)),
        Check("5,000 entries in prose", finds["prose"], "ms CPU", at_most(20)),
    )
    details = {"view": views, "find": finds, "personal data": personal}
    return Result("words", "the view of a text, and the lists in it", checks, details=details)


def _entries(random: Random) -> list[Entry]:
    def word(syllables: int) -> str:
        return "".join(random.choices(_SYLLABLES, k=syllables))

    terms = [(word(4), Match.TOKEN) for _ in range(2_500)] + [(word(5), Match.STEM) for _ in range(2_000)]
    terms += [(f"{word(2)} {word(2)} {word(3)}", Match.PHRASE) for _ in range(495)]
    terms += [(" ".join(["ab"] * count), Match.PHRASE) for count in range(2, 7)]
    day = date(2026, 1, 1)
    return [Entry(term, Kind.SLUR, Severity.HELD, match, day, "bench") for term, match in terms]


def _milliseconds(work: Callable[[], object], options: Options) -> float:
    """The median, CPU of this process."""
    taken = []
    for _ in range(options.rounds(25)):
        start = time.process_time()
        work()
        taken.append(1000 * (time.process_time() - start))
    return round(statistics.median(taken), 2)
