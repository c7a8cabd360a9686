"""What moderators did, for everybody: no names, no words of a reader, nothing that can still be undone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from belowline.discussion.models import Report
from belowline.domain.moderating import UNDO_FOR, ActKind
from belowline.moderation.models import Act, Appeal, UrgentReport

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

# What readers notice, or what takes something from one of them. That a comment was let through is counted, not listed.
LOGGED = frozenset(
    {
        ActKind.REJECT,
        ActKind.REMOVE,
        ActKind.RESTORE,
        ActKind.URGENT_HIDE,
        ActKind.STANDING,
        ActKind.RAID_BEGIN,
        ActKind.RAID_END,
        ActKind.THREAD_RULES,
        ActKind.THREAD_END,
        ActKind.APPEAL_UPHELD,
        ActKind.APPEAL_OVERTURNED,
    }
)


@dataclass(frozen=True, slots=True)
class Logged:
    """One act. `is_person`: a person did it, not a rule; `thread_title` is empty for one that is not public."""

    id: int
    kind: ActKind
    at: datetime
    rule: str
    standing: str
    is_person: bool
    is_alone: bool
    thread_id: int | None
    thread_title: str
    thread_language: str


def logged(*, before: int | None, at_most: int, now: datetime) -> list[Logged]:
    """The newest first; `before`: the id of the last one seen."""
    found = _standing_acts().filter(kind__in=sorted(LOGGED), at__lt=now - UNDO_FOR)
    if before is not None:
        found = found.filter(pk__lt=before)
    return [_logged(act) for act in found.select_related("thread", "comment__thread").order_by("-pk")[:at_most]]


def _logged(act: Act) -> Logged:
    thread = act.thread or (act.comment.thread if act.comment is not None else None)
    is_public = thread is not None and not thread.is_hidden
    return Logged(
        id=act.pk,
        kind=ActKind(act.kind),
        at=act.at,
        rule=act.rule,
        standing=str(act.detail.get("after", "")) if act.kind == ActKind.STANDING else "",
        is_person=act.actor_id is not None,
        is_alone=bool(act.detail.get("is_alone")),
        thread_id=thread.pk if thread is not None and is_public else None,
        thread_title=thread.title if thread is not None and is_public else "",
        thread_language=thread.language if thread is not None else "",
    )


def _standing_acts() -> QuerySet[Act]:
    """Without what its author took back within ten minutes: a slip of the hand is nobody's business."""
    return Act.objects.exclude(undone_by__kind=ActKind.UNDO)


@dataclass(frozen=True, slots=True)
class YearReport:
    """One year in numbers. `by_rule` counts what was taken away by the item of the house rules, `standings` what was
    decided about readers; times are hours, None: nothing to measure."""

    year: int
    people: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)
    standings: Counter[str] = field(default_factory=Counter)
    reports: Counter[str] = field(default_factory=Counter)
    hours_to_settle: float | None = None
    urgent: Counter[bool | None] = field(default_factory=Counter)
    appeals: Counter[str] = field(default_factory=Counter)
    appeals_alone: int = 0
    hours_to_answer: float | None = None


def years(now: datetime) -> tuple[int, ...]:
    """Those of which there is something to report, the latest first."""
    first = Act.objects.order_by("at").values_list("at", flat=True).first()
    return tuple(range(now.year, first.year - 1, -1)) if first is not None else ()


def year_report(year: int, *, now: datetime) -> YearReport:
    """Counted from the record itself, for the year in UTC; what can still be undone is not counted."""
    begins, ends = datetime(year, 1, 1, tzinfo=UTC), min(datetime(year + 1, 1, 1, tzinfo=UTC), now - UNDO_FOR)
    inside = Q(at__gte=begins, at__lt=ends)
    acts = _standing_acts().filter(inside)
    report = YearReport(
        year,
        reports=_counted(Report.objects.filter(inside).values_list("reason").annotate(Count("pk"))),
        hours_to_settle=_hours(Report.objects.filter(inside, settled_at__isnull=False).values_list("at", "settled_at")),
        urgent=Counter(dict(UrgentReport.objects.filter(inside).values_list("was_right").annotate(n=Count("pk")))),
        appeals=_counted(Appeal.objects.filter(inside).values_list("state").annotate(Count("pk"))),
        appeals_alone=Appeal.objects.filter(inside, is_alone=True).count(),
        hours_to_answer=_hours(Appeal.objects.filter(inside, decided_at__isnull=False).values_list("at", "decided_at")),
    )
    for kind, rule, is_rule, count in _by_kind(acts):
        (report.rules if is_rule else report.people)[kind] += count
        if rule and kind in {ActKind.REJECT, ActKind.REMOVE}:
            report.by_rule[rule] += count
    for detail in acts.filter(kind=ActKind.STANDING).values_list("detail", flat=True).iterator():
        report.standings[str(detail.get("after", ""))] += 1
    return report


def _by_kind(acts: QuerySet[Act]) -> Iterable[tuple[str, str, bool, int]]:
    grouped = acts.annotate(is_rule=Q(actor__isnull=True)).values("kind", "rule", "is_rule").annotate(n=Count("pk"))
    return ((one["kind"], one["rule"], bool(one["is_rule"]), one["n"]) for one in grouped)


def _counted(found: Iterable[tuple[str, int]]) -> Counter[str]:
    return Counter(dict(found))


def _hours(pairs: Iterable[tuple[datetime, datetime | None]]) -> float | None:
    """The median of what is over."""
    waits = [(after - before).total_seconds() / 3600 for before, after in pairs if after is not None]
    return median(waits) if waits else None
