"""Keeping the text of a subject: every revision of it, and no word longer than it may be known."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from django.db import transaction

from belowline.domain.anchoring.blocks import Block, Canonical, canonical_of_blocks
from belowline.domain.anchoring.canonical import BETWEEN_BLOCKS
from belowline.outbox.events import record
from belowline.passages.events import PassagesHidden, PassagesPlaced, TextRevised
from belowline.passages.models import Passage, Text, TextRevision

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

# Stands for each letter of words that were withheld: places of other passages stay.
FILLED = "█"


def revise(subject_key: str, blocks: Iterable[Block], *, now: datetime) -> None:
    """What is public of the subject from now on. Inside the transaction that publishes; the same words are no revision."""
    canonical = canonical_of_blocks(blocks)
    text, _ = Text.objects.select_for_update().get_or_create(subject_key=subject_key)
    if text.is_hidden:
        text.is_hidden = False
        text.save(update_fields=["is_hidden"])
        _tell(text, PassagesPlaced(text.pk))
    if text.number and _stands(text, canonical):
        return
    text.number += 1
    TextRevision.objects.create(
        text=text,
        number=text.number,
        words=canonical.text,
        blocks=canonical.blocks,
        digest=digest_of(canonical),
        made_at=now,
    )
    if not Passage.objects.filter(text=text).exists():
        text.placed_number = text.number
    text.save(update_fields=["number", "placed_number"])
    if text.placed_number != text.number:
        record(TextRevised(text.pk))


def _stands(text: Text, canonical: Canonical) -> bool:
    newest = TextRevision.objects.get(text=text, number=text.number)
    return newest.words == canonical.text and newest.blocks == [list(one) for one in canonical.blocks]


def digest_of(canonical: Canonical) -> str:
    """Of the words alone: whoever writes a paragraph again that was cut gives it another id, and means the same one."""
    return hashlib.sha256(canonical.text.encode("utf-8", "surrogatepass")).hexdigest()


def hide(subject_key: str) -> None:
    """The subject is not public any more: no passage shows a word of it until it is revised again."""
    text = Text.objects.select_for_update().filter(subject_key=subject_key, is_hidden=False).first()
    if text is not None:
        text.is_hidden = True
        text.save(update_fields=["is_hidden"])
        _tell(text, PassagesHidden(text.pk))


@transaction.atomic
def forget(subject_key: str) -> None:
    """The subject is deleted: its words go. Passages stay as rows without a word, because comments name them."""
    text = Text.objects.select_for_update().filter(subject_key=subject_key).first()
    if text is None:
        return
    TextRevision.objects.filter(text=text).delete()
    _blank(text, Passage.objects.filter(text=text))
    text.is_hidden = True
    text.number = text.placed_number = 0
    text.save()


@transaction.atomic
def withhold_words(subject_key: str, pattern: re.Pattern[str]) -> None:
    """Take words that match out of every revision but the newest, and out of every passage that quotes them."""
    text = Text.objects.select_for_update().filter(subject_key=subject_key).first()
    if text is None:
        return
    for revision in TextRevision.objects.filter(text=text, number__lt=text.number):
        filled = pattern.sub(_filled, revision.words)
        if filled != revision.words:
            revision.words = filled
            # Undoing the change would bring the words back: no revision may be taken for this one any more.
            revision.digest = ""
            revision.save(update_fields=["words", "digest"])
    quoting, near = [], []
    for passage in Passage.objects.filter(text=text, is_withheld=False):
        if pattern.search(passage.wording) or _touches(pattern, passage, within=True):
            quoting.append(passage.pk)
        elif _touches(pattern, passage, within=False):
            near.append(passage.pk)
    _blank(text, Passage.objects.filter(pk__in=quoting))
    Passage.objects.filter(pk__in=near).update(prefix="", suffix="")


def _touches(pattern: re.Pattern[str], passage: Passage, *, within: bool) -> bool:
    """Whether the words are among the passage's own, or in its context."""
    start, end = len(passage.prefix), len(passage.prefix) + len(passage.exact)
    found = pattern.finditer(f"{passage.prefix}{passage.exact}{passage.suffix}")
    return any(not within or (one.start() < end and one.end() > start) for one in found)


@transaction.atomic
def withhold_revisions(subject_key: str, *, since: datetime, until: datetime) -> None:
    """Take every word out of the revisions that were public from `since` up to, not including, `until`, and out of the
    passages that were chosen in them. The newest is what readers see, and stays."""
    text = Text.objects.select_for_update().filter(subject_key=subject_key).first()
    if text is None:
        return
    revisions = list(TextRevision.objects.filter(text=text, number__lt=text.number).order_by("number"))
    gone = [one for one in revisions if since <= one.made_at < until]
    for revision in gone:
        revision.words = _filled_whole(revision.words)
        revision.digest = ""
        revision.save(update_fields=["words", "digest"])
    _blank(text, Passage.objects.filter(text=text, made_number__in=[one.number for one in gone]))


def _filled(match: re.Match[str]) -> str:
    return _filled_whole(match[0])


def _filled_whole(words: str) -> str:
    return BETWEEN_BLOCKS.join(FILLED * len(part) for part in words.split(BETWEEN_BLOCKS))


def _blank(text: Text, passages: QuerySet[Passage]) -> None:
    if passages.update(exact="", prefix="", suffix="", wording="", is_withheld=True):
        record(PassagesHidden(text.pk))


def _tell(text: Text, event: PassagesHidden | PassagesPlaced) -> None:
    """Where nobody spoke of the text, no page shows anything of it."""
    if Passage.objects.filter(text=text).exists():
        record(event)
