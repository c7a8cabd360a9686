"""The public history of an article: a version for each publication that changed its words, and taking words out of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import transaction

from belowline.newsroom.denials import WORDS_LEAST, WORDS_MOST, Denied
from belowline.newsroom.events import ArticleHistoryChanged
from belowline.newsroom.models import ArticleRendering, ArticleVersion, WithheldPassage
from belowline.newsroom.publishing import texts
from belowline.outbox.events import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from belowline.accounts.models import User
    from belowline.domain.differences import Passage
    from belowline.newsroom.models import Ground

# In place of words that are withheld. Always as long, so that it does not say how many there were.
CUT = "█████"


def remember_version(
    rendering: ArticleRendering, passages: Sequence[Passage], *, note: str, is_substantive: bool
) -> None:
    """Add what is public now to the history, unless it is what was public before. Inside the publishing transaction."""
    last = _versions(rendering.article_id).last()
    stored = [[one.key, one.kind, one.text] for one in passages]
    words = {"headline": rendering.headline, "standfirst": rendering.standfirst, "passages": stored}
    if last is not None and all(getattr(last, name) == value for name, value in words.items()):
        return
    ArticleVersion.objects.create(
        article_id=rendering.article_id,
        number=1 if last is None else last.number + 1,
        revision_id=rendering.revision_id,
        published_at=rendering.rendered_at,
        language=rendering.language,
        note=note if last is None or note != last.note else "",
        is_substantive=is_substantive,
        **words,
    )


@transaction.atomic
def withhold_version(article_id: int, *, number: int, ground: Ground, by: User, now: datetime) -> Denied | None:
    """Take every word out of a past version; its date and the ground stay. Withholding it again changes nothing."""
    version = _versions(article_id).select_for_update().filter(number=number).first()
    if version is None:
        return Denied("version_unknown")
    if _is_public_now(version):
        return Denied("version_is_public")
    if version.withheld_at is None:
        following = _versions(article_id).filter(number__gt=number).first()
        until = now if following is None else following.published_at
        texts.withhold_between(article_id, since=version.published_at, until=until)
        version.headline = version.standfirst = version.note = ""
        version.passages = []
        version.withheld_at, version.ground, version.withheld_by = now, ground, by
        version.save()
        record(ArticleHistoryChanged(article_id))
    return None


@transaction.atomic
def withhold_passage(article_id: int, *, words: str, ground: Ground, by: User, now: datetime) -> int | Denied:
    """Cut these words out of every past version; in how many they were. They must be gone from the article itself."""
    wanted = " ".join(words.split())
    if not WORDS_LEAST <= len(wanted) <= WORDS_MOST:
        return Denied("passage_length")
    # Any white space between two words is as good as another.
    pattern = re.compile(r"\s+".join(re.escape(word) for word in wanted.split(" ")), re.IGNORECASE)
    versions = list(_versions(article_id).select_for_update())
    changed = [version for version in versions if _cut(version, pattern)]
    if not changed:
        return Denied("passage_unknown")
    if any(_is_public_now(version) for version in changed):
        return Denied("passage_is_public")
    for version in changed:
        version.save()
    texts.withhold_words(article_id, pattern)
    WithheldPassage.objects.create(
        article_id=article_id, at=now, ground=ground, by=by, versions=[version.number for version in changed]
    )
    record(ArticleHistoryChanged(article_id))
    return len(changed)


def _cut(version: ArticleVersion, pattern: re.Pattern[str]) -> bool:
    """Whether anything was cut; not saved."""
    counts = []

    def without(text: str) -> str:
        text, count = pattern.subn(CUT, text)
        counts.append(count)
        return text

    version.headline, version.standfirst = without(version.headline), without(version.standfirst)
    version.note = without(version.note)
    version.passages = [[key, kind, without(text)] for key, kind, text in version.passages]
    return any(counts)


def _is_public_now(version: ArticleVersion) -> bool:
    """The last version is what readers see, as long as they see the article at all."""
    is_last = not _versions(version.article_id).filter(number__gt=version.number).exists()
    return is_last and ArticleRendering.objects.filter(pk=version.article_id).exists()


def _versions(article_id: int) -> Any:
    return ArticleVersion.objects.filter(article_id=article_id).order_by("number")
