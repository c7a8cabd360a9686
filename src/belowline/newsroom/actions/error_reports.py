"""Reports of errors: taken from readers, settled at the desk, forgotten after a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from belowline.domain.commenting import Refused
from belowline.domain.text import canonical, is_visible
from belowline.newsroom.models import ArticleRendering, ArticleVersion, ErrorReport, ReportState
from belowline.newsroom.models.error_reports import PASSAGE_CHARACTERS, TEXT_CHARACTERS
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

RIGHT = "newsroom.settle_errorreport"
ADDRESS_KEPT = timedelta(days=30)
REPORT_KEPT = timedelta(days=365)
# More than a newsroom of fifteen works off in a day, and less than a flood costs to store.
OPEN_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Wrong:
    """What somebody says is wrong. `email` is checked by whoever asks."""

    article_id: int
    text: str
    language: str
    passage: str = ""
    email: str = ""


def report_error(wrong: Wrong, *, now: datetime) -> ErrorReport | Refused:
    """Store it."""
    text, passage = canonical(wrong.text).strip(), " ".join(canonical(wrong.passage).split())
    if not is_visible(text):
        return Refused("text_empty", status=422)
    if len(text) > TEXT_CHARACTERS:
        return Refused("error_text_long", status=422)
    if len(passage) > PASSAGE_CHARACTERS:
        return Refused("error_passage_long", status=422)

    def store() -> ErrorReport | Refused:
        if not ArticleRendering.objects.filter(pk=wrong.article_id).exists():
            return Refused("page_missing", status=404)
        if ErrorReport.objects.filter(state=ReportState.OPEN)[OPEN_MAX:].exists():
            return Refused("errors_full", status=503)
        versions = ArticleVersion.objects.filter(article_id=wrong.article_id).order_by("-number")
        return ErrorReport.objects.create(
            article_id=wrong.article_id,
            version=versions.values_list("number", flat=True).first() or 0,
            passage=passage,
            text=text,
            email=wrong.email,
            language=wrong.language,
            received_at=now,
        )

    return write(store)


def settle_report(report_id: int, *, state: str, note: str, by_id: int, now: datetime) -> ErrorReport | None:
    """Answered, done, or open again. None when there is no such report."""

    def change() -> ErrorReport | None:
        found = ErrorReport.objects.select_for_update().filter(pk=report_id).first()
        if found is None:
            return None
        found.state = ReportState(state)
        found.note = note
        is_open = found.state == ReportState.OPEN
        found.settled_at = None if is_open else now
        found.settled_by_id = None if is_open else by_id
        found.save(update_fields=["state", "note", "settled_at", "settled_by"])
        return found

    return write(change)


def open_reports() -> int:
    """How many wait. At most OPEN_MAX + 1 are counted."""
    return ErrorReport.objects.filter(state=ReportState.OPEN)[: OPEN_MAX + 1].count()


def forget_old_reports(now: datetime) -> None:
    """The worker's clock: addresses go 30 days after a report was settled, reports after a year."""

    def forget() -> None:
        settled = ErrorReport.objects.exclude(state=ReportState.OPEN)
        settled.filter(settled_at__lt=now - ADDRESS_KEPT).exclude(email="").update(email="")
        settled.filter(settled_at__lt=now - REPORT_KEPT).delete()

    write(forget)
