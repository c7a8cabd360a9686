"""Invented comments for the demo thread and for bulk seeds: deterministic, endless, in constant memory.

Text is composed from the hand-written stock in content/comments/grammar.toml: each camp draws its own sentences, a
reply keeps its parent's subject and opens as its camp would. Nothing here knows Django or the clock.
"""

import math
import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from belowline.demo.grammar import Deck, grammar, subjects

REPEAT_WINDOW = 200  # comments within which no sentence comes twice
REPLY_SHARE = 0.62  # a little above 60 %, since the first comments have nothing to answer
EDITED_SHARE, DELETED_SHARE, REMOVED_SHARE, TYPO_SHARE = 0.03, 0.02, 0.01, 0.04
# exp(5.2) = 181: real threads have a median near 180 characters and a long tail.
LENGTH_MU, LENGTH_SIGMA = 5.2, 0.75
LENGTH_MOST = 1_300
SHORT_LENGTH = 62
HUBS = 2_048  # remembered parents; the bound that keeps a million comments in constant memory
CHAINS = 3
TIME_BIN_SECONDS = 900

_TYPO_WORDS = {"their": "there", "it's": "its", "you're": "your", "the": "teh", "because": "becuase", "would": "woudl"}


@dataclass(frozen=True, slots=True)
class InventedComment:
    """`parent_index` is always below `index`; `seconds_after_publication` never falls from one comment to the next.

    `state` is published, deleted (by its author) or removed (by a moderator).
    """

    index: int
    parent_index: int | None
    author_index: int
    seconds_after_publication: float
    text: str
    up: int
    down: int
    edited_seconds: float | None
    state: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a reply needs to know of the comment it answers."""

    index: int
    author: int
    side: str
    subject: str
    opening: str


class _Writer:
    """Composes texts; remembers the sentences of the last REPEAT_WINDOW comments so that none comes again."""

    def __init__(self, rng: random.Random) -> None:
        self._rng, self._draw = rng, rng.random
        self._decks = {name: Deck(templates, rng=rng) for name, templates in grammar().items()}
        self._recent: deque[list[int]] = deque([[] for _ in range(REPEAT_WINDOW)])
        self._said: set[int] = set()
        self._used: set[str] = set()  # skeletons in the comment being written

    def write(self, *, camp: str, side: str, subject: str, stance: str, parent: _Entry | None) -> tuple[str, str]:
        """The text and its first sentence. `stance` is agree, disagree, ask or none."""
        self._said.difference_update(self._recent.popleft())
        self._used.clear()
        said: list[int] = []
        target = min(self._rng.lognormvariate(LENGTH_MU, LENGTH_SIGMA), LENGTH_MOST)
        if target < SHORT_LENGTH:
            sentences = [self._short(stance, said=said)]
        else:
            sentences = self._sentences(camp=camp, side=side, subject=subject, stance=stance, target=target, said=said)
        self._recent.append(said)
        text = self._paragraphs(sentences)
        if parent is not None and parent.opening and self._draw() < 0.035:
            text = f"> {parent.opening}\n\n{text}"
        return text, sentences[0]

    def _sentences(
        self, *, camp: str, side: str, subject: str, stance: str, target: float, said: list[int]
    ) -> list[str]:
        sentences, length, story_left = [], 0, True
        if stance == "ask":
            sentences.append(self._new("openers.ask", said=said))
        elif stance != "none":
            sentences.append(self._opened(stance, camp=camp, side=side, subject=subject, said=said))
        length = sum(map(len, sentences))
        while not sentences or length + 48 < target:
            pool = self._pool(camp=camp, side=side, subject=subject, story_left=story_left)
            story_left = story_left and pool != "camps.story"
            sentence = self._new(pool, said=said)
            sentences.append(sentence)
            length += len(sentence) + 1
            if length > 420 and self._draw() < 0.3:  # long comments wander, as people do
                subject = self._any_subject()
        return sentences

    def _pool(self, *, camp: str, side: str, subject: str, story_left: bool) -> str:
        chance = self._draw()
        if side != "none" and chance < 0.38:
            return f"subjects.{subject}.{side}"
        if chance > 0.88 and story_left:
            return "camps.story"
        if chance > 0.55 and camp in _OWN_POOLS:
            return f"camps.{camp}"
        return f"subjects.{subject}.either"

    def _any_subject(self) -> str:
        names = subjects()
        return names[int(self._draw() * len(names))]

    def _short(self, stance: str, *, said: list[int]) -> str:
        return self._new(f"short.{stance if stance in ('agree', 'disagree') else 'any'}", said=said)

    def _new(self, pool: str, *, said: list[int]) -> str:
        """A sentence not heard lately. A dozen misses in a row are next to impossible; then another pool helps."""
        deck = self._decks[pool]
        for _ in range(12):
            template = deck.deal()
            if template.pattern in self._used:
                continue
            sentence = self._filled(template.pattern, template.options)
            if self._keep(sentence, said=said):
                self._used.add(template.pattern)
                return sentence
        return self._new(_STOREHOUSES[int(self._draw() * len(_STOREHOUSES))], said=said)

    def _opened(self, stance: str, *, camp: str, side: str, subject: str, said: list[int]) -> str:
        while True:
            template = self._decks[self._pool(camp=camp, side=side, subject=subject, story_left=True)].deal()
            if not template.may_follow_opener:
                continue
            opener = self._decks[f"openers.{stance}"].deal()
            claim = self._filled(template.fused_pattern, template.fused_options)
            sentence = f"{self._filled(opener.pattern, opener.options)} {claim}"
            if self._keep(claim, said=said):
                self._used.add(template.pattern)
                return sentence

    def _filled(self, pattern: str, options: tuple[tuple[str, ...], ...]) -> str:
        draw = self._draw
        for _ in range(4):
            words = [words[int(draw() * len(words))] for words in options]
            if len(set(words)) == len(words):  # "a piano, a piano" reads like a machine
                break
        return pattern % tuple(words) if options else pattern % ()

    def _keep(self, sentence: str, *, said: list[int]) -> bool:
        mark = hash(sentence.casefold())
        if mark in self._said:
            return False
        self._said.add(mark)
        said.append(mark)
        return True

    def _paragraphs(self, sentences: list[str]) -> str:
        if len(sentences) < 5:
            return " ".join(sentences)
        step = 2 + int(self._draw() * 3)
        return "\n\n".join(" ".join(sentences[at : at + step]) for at in range(0, len(sentences), step))


# Where to look when a small pool has run dry within one long comment.
_STOREHOUSES = (
    "camps.story",
    "camps.sceptic",
    "subjects.process.either",
    "subjects.money.either",
    "subjects.flood.either",
)
_OWN_POOLS = frozenset({"expert", "sceptic", "joker", "newcomer"})


class _Thread:
    """Chooses parents as threads grow: the recent, the already answered, and a few long quarrels."""

    def __init__(self, rng: random.Random) -> None:
        self._draw, self._rng = rng.random, rng
        self._recent: deque[_Entry] = deque(maxlen=90)
        self._hubs: list[_Entry] = []  # one place for each answer received: preferential attachment
        self._hub_at = 0
        self._chains: list[list[_Entry]] = []  # the last two of each quarrel
        self._left: list[int] = []
        self._first_chain = True

    def parent(self) -> tuple[_Entry, int | None] | None:
        """The comment to answer and the quarrel it continues, or None for a new comment of its own."""
        if not self._recent or self._draw() > REPLY_SHARE:
            return None
        chance = self._draw()
        if chance < 0.22 and self._chains:
            at = int(self._draw() * len(self._chains))
            return self._chains[at][-1], at
        if chance < 0.60 and self._hubs:
            return self._hubs[int(self._draw() * len(self._hubs))], None
        recent = self._recent
        return recent[len(recent) - 1 - int(self._draw() ** 2 * len(recent))], None

    def quarrel_author(self, chain: int) -> int | None:
        """Two people take turns: whoever wrote before the last one."""
        pair = self._chains[chain]
        return pair[-2].author if len(pair) > 1 and pair[-2].author != pair[-1].author else None

    def add(self, entry: _Entry, *, parent: _Entry | None, chain: int | None) -> None:
        self._recent.append(entry)
        if parent is not None:
            self._remember(parent)
        if chain is not None:
            self._chains[chain] = [self._chains[chain][-1], entry]
            self._left[chain] -= 1
            if self._left[chain] <= 0:
                del self._chains[chain], self._left[chain]
        elif parent is None and len(self._chains) < CHAINS:
            # The first quarrel is deeper than 60, so that even a small demo has one.
            self._left.append(75 if self._first_chain else min(160, int(5 * self._rng.paretovariate(0.9))))
            self._chains.append([entry])
            self._first_chain = False

    def _remember(self, entry: _Entry) -> None:
        if len(self._hubs) < HUBS:
            self._hubs.append(entry)
        else:
            self._hubs[self._hub_at] = entry
            self._hub_at = (self._hub_at + 1) % HUBS


def invent(
    rng_seed: int,
    count: int,
    *,
    camps: Sequence[str],
    span_seconds: float = 252_000,
    first_second: float = 240,
    published_hour: float = 13.0,
    most_votes: int = 400,
) -> Iterator[InventedComment]:
    """`count` comments in order of time, the same for the same arguments.

    `camps[i]` is the camp of author i; an empty one never writes. Times lie in [first_second, span_seconds), busiest
    near 8 and 20 o'clock (the article appeared at `published_hour`) and fading with age. Votes stay below `most_votes`.
    Raises ValueError when fewer than two authors may write.
    """
    rng = random.Random(rng_seed)  # noqa: S311  reproducible play, no secret
    writers = [index for index, camp in enumerate(camps) if camp]
    if len(writers) < 2:
        raise ValueError(f"invent() needs at least two authors with a camp, got {len(writers)}")
    sides = {index: _side(camps[index], index=index) for index in writers}
    styles = {index: rng.random() for index in writers}
    someone = _talkative(writers, rng=rng)
    times = _times(count, first=first_second, last=span_seconds, published_hour=published_hour, rng=rng)
    thread, writer, names = _Thread(rng), _Writer(rng), subjects()
    for index, seconds in enumerate(times):
        found = thread.parent()
        parent, chain = found or (None, None)
        author = thread.quarrel_author(chain) if chain is not None else None
        while author is None or (parent is not None and author == parent.author):
            author = someone()
        side, camp = sides[author], camps[author]
        is_new = parent is None or rng.random() < 0.12
        subject = names[int(rng.random() * len(names))] if is_new or parent is None else parent.subject
        stance = "none" if parent is None else _stance(side, parent.side, chance=rng.random())
        text, opening = writer.write(camp=camp, side=side, subject=subject, stance=stance, parent=parent)
        chance = rng.random()
        state = (
            "published"
            if chance > DELETED_SHARE + REMOVED_SHARE
            else "deleted"
            if chance < DELETED_SHARE
            else "removed"
        )
        quotable = opening if state == "published" else ""  # nobody quotes what was taken away
        thread.add(_Entry(index, author, side, subject, quotable), parent=parent, chain=chain)
        up, down = _votes(rng, is_reply=parent is not None, age=seconds / span_seconds, most=most_votes)
        yield InventedComment(
            index=index,
            parent_index=None if parent is None else parent.index,
            author_index=author,
            seconds_after_publication=seconds,
            text=_typed(text, style=styles[author], rng=rng),
            up=up,
            down=down,
            edited_seconds=seconds + 40 + rng.random() * 800 if rng.random() < EDITED_SHARE else None,
            state=state,
        )


def hero_crowd(camps: Sequence[str], *, rng_seed: int = 2011, count: int = 1_560) -> Iterator[InventedComment]:
    """What fills the contested story's thread to about 2,000 comments, behind the ones written by hand.

    It starts two hours in, ends well before the last hand-written comment and draws few votes, so that the first two
    screens of every order are written by people.
    """
    return invent(rng_seed, count, camps=camps, span_seconds=225_000, first_second=7_200, most_votes=24)


def _side(camp: str, *, index: int) -> str:
    if camp in ("pro", "against"):
        return camp
    return ("pro", "against")[index % 2] if camp in ("affected", "local") else "none"


def _stance(side: str, parent_side: str, *, chance: float) -> str:
    """How a reply opens. A third open with nothing: they just talk."""
    if "none" in (side, parent_side):
        return "agree" if chance < 0.25 else "disagree" if chance < 0.45 else "ask" if chance < 0.62 else "none"
    if side == parent_side:
        return "agree" if chance < 0.48 else "disagree" if chance < 0.55 else "ask" if chance < 0.65 else "none"
    return "agree" if chance < 0.07 else "disagree" if chance < 0.52 else "ask" if chance < 0.69 else "none"


def _talkative(writers: Sequence[int], *, rng: random.Random) -> Callable[[], int]:
    """Draws an author; the r-th most talkative writes about 1/(r+6) as often as the first."""
    order = rng.sample(list(writers), len(writers))
    urn = [author for rank, author in enumerate(order) for _ in range(max(1, round(120 / (rank + 6))))]
    return lambda: urn[int(rng.random() * len(urn))]


def _times(count: int, *, first: float, last: float, published_hour: float, rng: random.Random) -> Iterator[float]:
    """Rising times: the inverse of the summed intensity at evenly spread, jittered shares of it."""
    bins = max(1, math.ceil((last - first) / TIME_BIN_SECONDS))
    width = (last - first) / bins
    rates = [_rate(first + (at + 0.5) * width, last=last, published_hour=published_hour) for at in range(bins)]
    total, at, before = sum(rates), 0, 0.0
    for number in range(count):
        share = (number + rng.random()) / count * total
        while at < bins - 1 and before + rates[at] < share:
            before += rates[at]
            at += 1
        yield round(first + (at + min((share - before) / rates[at], 0.999)) * width, 6)


def _rate(seconds: float, *, last: float, published_hour: float) -> float:
    hour = (published_hour + seconds / 3600) % 24
    day = 0.12 + sum(
        size * math.exp(-(min(abs(hour - peak), 24 - abs(hour - peak)) ** 2) / (2 * wide**2))
        for peak, size, wide in ((8.2, 0.9, 1.7), (20.3, 1.3, 2.4))
    )
    return day * (0.75 * math.exp(-9 * seconds / last) + 0.25 * math.exp(-1.6 * seconds / last))


def _votes(rng: random.Random, *, is_reply: bool, age: float, most: int) -> tuple[int, int]:
    up = int(math.exp(rng.gauss(1.9 - 0.7 * is_reply - 0.9 * age, 1.15)))
    chance = rng.random()
    if chance < 0.11:  # contested: both sides vote
        down = int(up * (0.45 + 0.8 * rng.random()) + 2 * chance)
    else:
        down = int(up * (0.04 + 0.16 * rng.random()) + 2.2 * rng.random() ** 2)
    if up >= most or down >= most:
        shrink = most * (0.7 + 0.3 * rng.random()) / max(up + 1, down + 1)
        up, down = int(up * shrink), int(down * shrink)
    return up, down


def _typed(text: str, *, style: float, rng: random.Random) -> str:
    """The habits of one author's keyboard, and now and then a slip."""
    if "](" in text or "`" in text or "\n> " in text or text.startswith("> "):
        return text
    if rng.random() < TYPO_SHARE:
        text = _slipped(text, rng=rng)
    if style < 0.10:
        return text.lower()
    if style < 0.15:
        return text.replace("'", "")
    if style < 0.18:
        return text.removesuffix(".") + "!!"
    if style < 0.24:
        return text.removesuffix(".")
    return text


def _slipped(text: str, *, rng: random.Random) -> str:
    words = text.split(" ")
    at = int(rng.random() * len(words))
    word = words[at]
    if word in _TYPO_WORDS:
        words[at] = _TYPO_WORDS[word]
    elif len(word) > 4 and word.isalpha():
        spot = 1 + int(rng.random() * (len(word) - 3))
        kind = rng.random()
        if kind < 0.5:
            words[at] = word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
        else:
            words[at] = word[:spot] + (word[spot + 1 :] if kind < 0.8 else word[spot] + word[spot:])
    return " ".join(words)
