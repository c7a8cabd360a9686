"""`./dev replay FILE`: real revisions of real articles, published one after the other, with passages planted in the first.

FILE has one JSON object a line: {"path", "revisions": [{"at", "markdown"}, …]}, oldest first. Each article is published
for real on a scratch site, as often as it has revisions; the worker's part is done after each. Nobody knows the truth of
real edits, so it is approached: letters carry numbers through all the small steps, and a passage lives if more than 65 %
of its letters are still there, and is dead if fewer than 35 % are. (A sentence that was moved loses its numbers, so a part
of what counts as an error is right.)
"""

from __future__ import annotations

import argparse
import html
import json
import re
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from fast_diff_match_patch import diff

from belowline.domain.anchoring import Span, move_anchors
from belowline.domain.anchoring.documents import canonical_of_markdown
from belowline.project.django_setup import set_up_django
from belowline.project.site import data_folder
from bench.sites import belowline, scratch

if TYPE_CHECKING:
    from belowline.newsroom.models import ArticlePage

SEED = 18
ALIVE, DEAD, OVERLAP = 0.65, 0.35, 0.6
_WORD = re.compile(r"\w+|\W")
START = datetime(2015, 1, 1, tzinfo=UTC)


@dataclass
class Score:
    """Of living passages: found, and of all that were given a place: right ones; of dead ones, given a place."""

    alive: int = 0
    found: int = 0
    placed: int = 0
    right: int = 0
    dead: int = 0
    dead_placed: int = 0
    dead_verbatim: int = 0

    def judge(self, kept: Sequence[int], letters: int, span: Span | None, *, is_verbatim: bool) -> None:
        share = len(kept) / letters
        if DEAD <= share <= ALIVE:
            return
        is_right = bool(kept and span and _overlap(span, min(kept), max(kept) + 1) >= OVERLAP)
        self.placed += span is not None
        if share > ALIVE:
            self.alive += 1
            self.found += is_right
            self.right += is_right
        else:
            self.dead += 1
            self.dead_placed += span is not None
            self.dead_verbatim += span is not None and is_verbatim

    def __str__(self) -> str:
        return (
            f"recall {self.found / max(1, self.alive):.1%} of {self.alive}, "
            f"precision {self.right / max(1, self.placed):.1%}, dead with a place {self.dead_placed} of {self.dead}, "
            f"{self.dead_verbatim} of them the very words (moved, which the numbers do not see)"
        )


def _overlap(span: Span, start: int, end: int) -> float:
    return max(0, min(span.end, end) - max(span.start, start)) / (max(span.end, end) - min(span.start, start))


@dataclass
class Told:
    articles: int = 0
    publications: int = 0
    states: Counter[str] = field(default_factory=Counter)
    stored: Score = field(default_factory=Score)
    jump: Score = field(default_factory=Score)
    seconds: list[float] = field(default_factory=list)
    wrong_words: int = 0
    undone: int = 0
    undone_back: int = 0


def main() -> None:
    reading = argparse.ArgumentParser(description="Publish real revisions, and see what becomes of passages.")
    reading.add_argument("file", type=Path)
    reading.add_argument("--articles", type=int, default=1_000)
    reading.add_argument("--passages", type=int, default=100, help="in each article")
    given = reading.parse_args()
    with scratch("replay") as folder:
        belowline("init", "--data", folder / "site")
        set_up_django(data_folder(folder / "site"))
        told = Told()
        for number, line in enumerate(given.file.read_text(encoding="utf-8").splitlines()[: given.articles]):
            _replay(json.loads(line), number, told, count=given.passages)
        _print(told)


def _replay(post: dict[str, Any], number: int, told: Told, *, count: int) -> None:
    from belowline.passages.models import Passage, Text, TextRevision

    texts = [canonical_of_markdown(one["markdown"]) for one in post["revisions"]]
    texts = [one for place, one in enumerate(texts) if one and (not place or one != texts[place - 1])]
    if len(texts) < 2:
        return
    random = Random(SEED + number)
    page = _published(None, texts[0], number=number)
    text = Text.objects.get(subject_key=str(page.subject_key))
    spans = _plant(text, random, count=count)
    first = TextRevision.objects.get(text=text, number=1).words
    numbered: list[int | None] = list(range(len(first)))
    for step, words in enumerate(texts[1:], start=1):
        before = TextRevision.objects.get(text=text, number=text.number).words
        page = _published(page, words, number=number)
        told.seconds.append(_placed(text.pk))
        text.refresh_from_db()
        after = TextRevision.objects.get(text=text, number=text.number).words
        numbered = _carried(before, after, numbered)
        told.publications += step > 0
    told.articles += 1
    where = {one: place for place, one in enumerate(numbered) if one is not None}
    last = TextRevision.objects.get(text=text, number=text.number).words
    stored = {(one.made_start, one.made_end): one for one in Passage.objects.filter(text=text)}
    for span, jumped in zip(spans, move_anchors(first, last, spans), strict=True):
        row = stored[span.start, span.end]
        letters = [place for place in range(span.start, span.end) if first[place].isalnum()]
        kept = [where[place] for place in letters if place in where]
        now = None if row.state == "orphaned" else Span(row.now_start, row.now_end)
        told.states[row.state] += 1
        for score, place in ((told.stored, now), (told.jump, jumped.span)):
            is_verbatim = place is not None and _folded(last[place.start : place.end]) == _folded(row.exact)
            score.judge(kept, len(letters), place, is_verbatim=is_verbatim)
        # What the page quotes is what stands there, letter by letter.
        shown = row.exact if row.state == "same" else row.wording
        told.wrong_words += now is not None and _folded(shown) != _folded(last[now.start : now.end])
    _undo(page, texts[0], number, text.pk, spans, told)


def _folded(words: str) -> str:
    """Without what the comparison takes for alike: quotation marks, dashes, invisible signs."""
    return "".join(one for one in words if one.isalnum())


def _undo(page: ArticlePage, first: str, number: int, text_id: int, spans: Sequence[Span], told: Told) -> None:
    """Back to the first revision: every passage where it was chosen."""
    from belowline.passages.models import Passage

    _published(page, first, number=number)
    _placed(text_id)
    back = set(
        Passage.objects.filter(text_id=text_id, state="same").values_list(
            "made_start", "now_start", "made_end", "now_end"
        )
    )
    told.undone += len(spans)
    told.undone_back += sum(one[0] == one[1] and one[2] == one[3] for one in back)


def _published(page: ArticlePage | None, words: str, *, number: int) -> ArticlePage:
    """With a block for each paragraph; blocks whose words stay keep their ids, as in the editor."""
    from belowline.newsroom.actions import pages as newsroom
    from belowline.newsroom.body import made
    from belowline.newsroom.models import ArticlePage, TopicPage

    paragraphs = [f"<p>{html.escape(one)}</p>" for one in words.split("\n\n")]
    if page is None:
        newsroom.ensure_front_page()
        topic = TopicPage.objects.first() or newsroom.create_topic(slug="replay", title="Replay")
        return newsroom.publish_article(
            slug=f"replay-{number}", topic=topic, headline=f"Replay {number}",
            blocks=[made.Paragraph(one) for one in paragraphs], published_at=START + timedelta(days=number),
        )  # fmt: skip
    known = {one["value"]: one["id"] for one in page.body.raw_data}
    stream = [{"type": "paragraph", "value": one, "id": known.pop(one, str(uuid.uuid4()))} for one in paragraphs]
    page.body = type(page.body)(page.body.stream_block, stream, is_lazy=True)
    page.save_revision().publish()
    return ArticlePage.objects.get(pk=page.pk)


def _plant(text: Any, random: Random, *, count: int) -> list[Span]:
    """Spans of one word to twenty, each within a block."""
    from belowline.domain.anchoring.blocks import block_at
    from belowline.passages.models import Passage, TextRevision
    from belowline.passages.queries import edition_of

    row = TextRevision.objects.get(text=text, number=text.number)
    canonical = edition_of(row.number, row.words, row.blocks, row.digest).canonical
    words = canonical.text
    starts = [place for place, one in enumerate(words) if one.isalnum() and (not place or words[place - 1].isspace())]
    spans: set[Span] = set()
    for _ in range(20 * count):
        first = random.randrange(len(starts) - 1)
        last = min(first + random.choice((1, 2, 3, 5, 8, 12, 20)), len(starts) - 1)
        passage = words[starts[first] : starts[last]].split("\n")[0].rstrip()
        if len(spans) < count and passage:
            spans.add(Span(starts[first], starts[first] + len(passage)))
    rows = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        block = block_at(canonical.blocks, span.start)
        assert block is not None
        place = {"block": block.id, "start": span.start, "end": span.end, "number": row.number}
        fields = {f"{when}_{name}": value for when in ("made", "good", "now") for name, value in place.items()}
        rows.append(
            Passage(text=text, exact=words[span.start : span.end], now_offset=span.start - block.start, **fields)
        )
    Passage.objects.bulk_create(rows, batch_size=500)
    return [Span(one.made_start, one.made_end) for one in rows]


def _placed(text_id: int) -> float:
    from belowline.passages.actions.placing import place_passages

    start = time.process_time()
    place_passages(text_id)
    return time.process_time() - start


def _carried(before: str, after: str, numbered: Sequence[int | None]) -> list[int | None]:
    """The numbers of the letters after a small step: those that the comparison of letters calls the same keep theirs."""
    return list(_steps(before, after, numbered))


def _steps(before: str, after: str, numbered: Sequence[int | None]) -> Iterator[int | None]:
    """By words: letters of one word that stand in another are no letters that stayed."""
    codes: dict[str, str] = {}

    def coded(text: str) -> tuple[str, list[str]]:
        words = _WORD.findall(text)
        return "".join(codes.setdefault(one, chr(0xF0000 + len(codes))) for one in words), words

    old, old_words = coded(before)
    new, new_words = coded(after)
    one = other = place = 0
    for sign, length in diff(old, new, timelimit=5.0, checklines=False, cleanup="No"):
        if sign == "+":
            yield from [None] * sum(map(len, new_words[other : other + length]))
            other += length
            continue
        letters = sum(map(len, old_words[one : one + length]))
        if sign == "=":
            yield from numbered[place : place + letters]
            other += length
        one += length
        place += letters


def _print(told: Told) -> None:
    seconds = sorted(told.seconds)
    print(f"articles {told.articles}, publications after the first {told.publications}, passages {told.undone}")
    print(f"states at the end: {dict(told.states)}")
    print(f"as stored, by every publication: {told.stored}")
    print(f"first to last in one jump:       {told.jump}")
    print(f"quoted words that are not those that stand there: {told.wrong_words}")
    print(f"back to the first revision: {told.undone_back} of {told.undone} the same at the same place")
    print(
        f"CPU of placing an article's passages: median {1000 * seconds[len(seconds) // 2]:.0f} ms, "
        f"most {1000 * seconds[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
