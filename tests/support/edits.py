"""Edits whose truth is known: every character of a document carries a number, and keeps it wherever it goes.

Three profiles, after how editors really work: a light hand, a story that goes on, a rewriting; and a fourth against
anchors, with near copies of what is cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from random import Random

# (character, its number); a character that an edit has written has none.
Char = tuple[str, int | None]
Sentence = list[Char]
Document = list[list[Sentence]]

_SENTENCE = re.compile(r".+?(?:[.!?](?=\s)|$)\s*")
_WORDS = (
    "the", "of", "harbour", "council", "new", "report", "people", "water", "budget", "service", "team", "record",
    "open", "readers", "plan", "agency", "years", "work", "meeting", "river", "office", "public", "staff", "build",
    "support", "review", "process", "quay", "lock", "survey", "engineer",
)  # fmt: skip
_EDITABLE = 20  # letters; shorter ones are headings and fragments


def document_of(blocks: Iterable[str]) -> Document:
    number = 0
    document: Document = []
    for block in blocks:
        sentences: list[Sentence] = []
        for words in _SENTENCE.findall(block):
            sentences.append([(one, number + place) for place, one in enumerate(words)])
            number += len(words)
        document.append(sentences)
    return document


def copied(document: Document) -> Document:
    return [[list(sentence) for sentence in block] for block in document]


def written_out(document: Document) -> list[Char]:
    """As canonical text, with the numbers."""
    chars: list[Char] = []
    for block in document:
        found = _collapsed([char for sentence in block for char in sentence])
        if found:
            chars += ([("\n", None), ("\n", None)] if chars else []) + found
    return chars


def _collapsed(chars: list[Char]) -> list[Char]:
    found: list[Char] = []
    for char in chars:
        if char[0] != " " or (found and found[-1][0] != " "):
            found.append(char)
    return found[:-1] if found and found[-1][0] == " " else found


def light(document: Document, random: Random) -> None:
    """Six slips of the finger, three words, one sentence."""
    _misspell(document, random, 6)
    _change_words(document, random, 3)
    random.choice(document).append(_sentence(random))


def update(document: Document, random: Random) -> None:
    """News on top, three sentences gone, four words changed, and the quotation marks made curly."""
    document.insert(0, [_sentence(random), _sentence(random)])
    for _ in range(2):
        document.insert(random.randrange(len(document)), [_sentence(random)])
    for _ in range(3):
        block, place = _place(document, random)
        del document[block][place]
    _change_words(document, random, 4)
    for sentences in document:
        for sentence in sentences:
            sentence[:] = [({"'": "’", '"': "“"}.get(one, one), number) for one, number in sentence]


def heavy(document: Document, random: Random) -> None:
    """Eight sentences rewritten, four moved, four paragraphs cut, six new ones."""
    for _ in range(8):
        block, place = _place(document, random)
        document[block][place] = _rewritten(document[block][place], random)
    for _ in range(4):
        block, place = _place(document, random)
        sentence = document[block].pop(place)
        target = random.choice(document)
        target.insert(random.randrange(len(target) + 1), [*sentence, (" ", None)])
    for _ in range(4):
        if len(document) > 5:
            del document[random.randrange(len(document))]
    for _ in range(6):
        document.insert(random.randrange(len(document) + 1), [_sentence(random), _sentence(random)])


def with_near_copies(document: Document, random: Random) -> Callable[[Document], None]:
    """Put near copies of six sentences into the document; the edit that then cuts the originals."""
    doomed: list[Sentence] = []
    for _ in range(6):
        block, place = _place(document, random)
        original = document[block][place]
        copy = _in_words([(one, None) for one, _ in original])
        for _ in range(max(1, len(copy) // 8)):
            copy[random.randrange(len(copy))] = _new(random.choice(_WORDS) + " ")
        random.choice(document).append([char for word in copy for char in word] + _new(" "))
        doomed.append(original)
    _number_anew(document)

    def cut(edited: Document) -> None:
        numbers = {sentence[0][1] for sentence in doomed}
        for block in edited:
            block[:] = [sentence for sentence in block if sentence[0][1] not in numbers]
        _misspell(edited, random, 4)

    return cut


def _number_anew(document: Document) -> None:
    number = 10_000_000
    for block in document:
        for sentence in block:
            for place, (one, known) in enumerate(sentence):
                if known is None:
                    sentence[place] = (one, number)
                    number += 1


def _new(words: str) -> Sentence:
    return [(one, None) for one in words]


def _sentence(random: Random) -> Sentence:
    return _new(" ".join(random.choice(_WORDS) for _ in range(random.randint(8, 20))).capitalize() + ". ")


def _place(document: Document, random: Random) -> tuple[int, int]:
    places = [
        (block, place)
        for block, sentences in enumerate(document)
        for place, sentence in enumerate(sentences)
        if len(sentence) > _EDITABLE
    ]
    return random.choice(places)


def _misspell(document: Document, random: Random, times: int) -> None:
    for _ in range(times):
        block, place = _place(document, random)
        sentence = document[block][place]
        at = random.randrange(len(sentence))
        match random.choice(("other", "more", "less")):
            case "other":
                sentence[at] = (random.choice("abcdefgh"), None)
            case "more":
                sentence.insert(at, (random.choice("abcdefgh"), None))
            case _:
                del sentence[at]


def _change_words(document: Document, random: Random, times: int) -> None:
    for _ in range(times):
        block, place = _place(document, random)
        words = _in_words(document[block][place])
        words[random.randrange(len(words))] = _new(random.choice(_WORDS) + " ")
        document[block][place] = [char for word in words for char in word]


def _rewritten(sentence: Sentence, random: Random) -> Sentence:
    words: list[Sentence] = []
    for word in _in_words(sentence):
        chance = random.random()
        if chance < 0.18:
            words.append(_new(random.choice(_WORDS) + " "))
        elif chance > 0.28:
            words.append(word)
    if random.random() < 0.4:
        words.insert(random.randrange(len(words) + 1), _new("meanwhile "))
    return [char for word in words for char in word]


def _in_words(sentence: Sentence) -> list[Sentence]:
    text = "".join(one for one, _ in sentence)
    return [sentence[found.start() : found.end()] for found in re.finditer(r"\S+\s*", text)]
