"""How discussions are kept: who may write, how fast, when, until when; and raid mode, in one of them or everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from belowline.discussion.queries.threads import latest_threads, thread
from belowline.domain.commenting import Refused, ThreadMode
from belowline.domain.keeping import REASON_CHARACTERS, Keeping, clock_time, minute_of_day
from belowline.moderation import alarms, keeping, kept, queries, raids
from belowline.moderation.roles import MODERATE
from belowline.pages import links, refusals
from belowline.pages.model import (
    ActView,
    Choice,
    FormView,
    HeadView,
    KeptLine,
    Link,
    PagerView,
    RaidView,
    StaffDiscussionPage,
    StaffDiscussionsPage,
)
from belowline.pages.moderating import DONE, hours_long
from belowline.pages.personal import Personal
from belowline.pages.render import moment
from belowline.pages.thread import mode_notice
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django_stubs_ext import StrPromise

    from belowline.discussion.queries.threads import ThreadRow

CAUSE_CHARACTERS = 500
ON_A_PAGE = 50
# What the forms offer; how long is too long says domain.keeping.
RAID_HOURS = (1, 3, 6, 12, 24, 72)
WAITS = (0, 30, 60, 120, 300, 900, 3600, 21_600)
# The form's word for the mode that the subject has.
SUBJECT = "subject"
MODES: dict[str, StrPromise] = {
    ThreadMode.OPEN: gettext_lazy("Open"),
    ThreadMode.MEMBERS: gettext_lazy("Members only"),
    ThreadMode.PREMODERATED: gettext_lazy("Every comment is read before it appears"),
    ThreadMode.CLOSED: gettext_lazy("Closed: nobody writes or votes"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discussions(request: HttpRequest) -> HttpResponse:
    """GET which discussions are kept how; POST raid mode everywhere."""
    personal, moderator_id = _moderator(request)
    here = links.staff_discussions(personal.language)
    refused = None
    if request.method == "POST":
        refused = _raid(personal, None, moderator_id=moderator_id)
        if refused is None:
            return personal.see_other(here)
    return personal.page("staff_discussions.html", _list(personal, here, refused=refused), refused=refused)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discussion(request: HttpRequest, thread_id: int) -> HttpResponse:
    """GET the rules of one; POST others, or raid mode."""
    personal, moderator_id = _moderator(request)
    with snapshot() as cursor:
        row = thread(cursor, thread_id, with_hidden=True)
    if row is None or row.merged_into_id is not None:
        raise Http404
    if request.method != "POST":
        return personal.page("staff_discussion.html", _page(personal, row))
    refused = _changed(personal, thread_id, moderator_id=moderator_id)
    if refused is not None:
        return personal.page("staff_discussion.html", _page(personal, row, refused=refused), refused=refused)
    return personal.see_other(links.staff_discussion(thread_id, personal.language))


def _moderator(request: HttpRequest) -> tuple[Personal, int]:
    personal = Personal(request)
    if not request.user.has_perm(MODERATE) or personal.reader is None:
        raise PermissionDenied
    return personal, personal.reader.id


def _changed(personal: Personal, thread_id: int, *, moderator_id: int) -> Refused | None:
    if personal.field("act", limit=20) != "keep":
        return _raid(personal, thread_id, moderator_id=moderator_id)
    wanted = _wanted(personal)
    if isinstance(wanted, Refused):
        return wanted
    cause = personal.field("cause", limit=CAUSE_CHARACTERS).strip()
    return keeping.keep(thread_id, wanted, actor_id=moderator_id, cause=cause, now=personal.now)


def _raid(personal: Personal, thread_id: int | None, *, moderator_id: int) -> Refused | None:
    act = personal.field("act", limit=20)
    if act == "raid_end":
        return raids.end(thread_id, actor_id=moderator_id, now=personal.now)
    if act == "raid_decline" and thread_id is not None:
        return alarms.decline(thread_id, actor_id=moderator_id, now=personal.now)
    if act != "raid_begin":
        return Refused("choice_unknown", status=400)
    hours = personal.field("hours", limit=4)
    if hours not in {str(one) for one in RAID_HOURS}:
        return Refused("raid_until", status=422)
    cause = personal.field("cause", limit=CAUSE_CHARACTERS).strip()
    until = personal.now + timedelta(hours=int(hours))
    return raids.begin(thread_id, until=until, actor_id=moderator_id, cause=cause, now=personal.now)


def _wanted(personal: Personal) -> Keeping | Refused:
    """What the form says. A time that is none is refused with the others of its kind (domain.keeping)."""
    mode, slow = personal.field("mode", limit=20), personal.field("slow", limit=6)
    if mode not in {SUBJECT, *MODES}:
        return Refused("choice_unknown", status=400)
    if slow not in {str(one) for one in WAITS}:
        return Refused("keeping_slow", status=422)
    hours = [personal.field(name, limit=5) for name in ("opens", "closes")]
    minutes = [minute_of_day(text) for text in hours]
    if any(text and minute is None for text, minute in zip(hours, minutes, strict=True)):
        return Refused("keeping_hours", status=422)
    ends, ends_at = personal.field("ends", limit=16), None
    if ends:
        ends_at = _local(ends)
        if ends_at is None:
            return Refused("keeping_end", status=422)
    return Keeping(
        mode=None if mode == SUBJECT else ThreadMode(mode),
        # One character more than fits is refused, not cut off.
        reason="" if mode == SUBJECT else personal.field("public", limit=REASON_CHARACTERS + 1).strip(),
        slow_seconds=int(slow),
        opens=minutes[0],
        closes=minutes[1],
        ends_at=ends_at,
    )


def _local(text: str) -> datetime | None:
    """The moment that a field for day and time names, in the newsroom's zone; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=settings.CONFIG.zone)
    except ValueError:
        return None


def _page(personal: Personal, row: ThreadRow, *, refused: Refused | None = None) -> StaffDiscussionPage:
    language = personal.language
    holds = keeping.keeping_of(row.id) or Keeping()
    is_sent_again = refused is not None and personal.field("act", limit=20) == "keep"
    names = ("mode", "public", "slow", "opens", "closes", "ends", "cause")
    sent = {name: personal.field(name, limit=CAUSE_CHARACTERS) for name in names}
    form = FormView(
        head=HeadView(title=row.title, is_indexed=False),
        action=links.staff_discussion(row.id, language),
        token=personal.token,
        values=sent if is_sent_again else _as_values(holds),
        errors=refusals.form_errors(refused) if refused is not None else (),
        max_length=REASON_CHARACTERS,
    )
    on = {one.thread_id: one for one in raids.running(personal.now)}
    return StaffDiscussionPage(
        head=form.head,
        form=form,
        discussion=Link(links.thread(row.id, language), row.title),
        said=mode_notice(row) or _("Everybody can write here."),
        modes=(
            Choice(_("As the article, or its topic, says"), value=SUBJECT),
            *(Choice(str(text), value=value) for value, text in MODES.items()),
        ),
        waits=tuple(Choice(_wait(seconds), value=str(seconds)) for seconds in WAITS),
        zone=settings.CONFIG.site.time_zone,
        raid=_raid_view(personal, on.get(row.id), alarms.proposed(personal.now, thread_id=row.id)),
        acts=tuple(_act(one) for one in queries.acts_in(row.id)),
        links=(
            Link(links.queue(language, thread=row.id), _("All that waits in this discussion")),
            Link(links.queue(language, queue="reported", thread=row.id), _("All that is reported in this discussion")),
            Link(links.staff_discussions(language), _("All discussions")),
        ),
    )


def _as_values(holds: Keeping) -> Mapping[str, str]:
    ends = "" if holds.ends_at is None else holds.ends_at.astimezone(settings.CONFIG.zone).strftime("%Y-%m-%dT%H:%M")
    return {
        "mode": SUBJECT if holds.mode is None else holds.mode.value,
        "public": holds.reason,
        "slow": str(holds.slow_seconds),
        "opens": "" if holds.opens is None else clock_time(holds.opens),
        "closes": "" if holds.closes is None else clock_time(holds.closes),
        "ends": ends,
    }


def _list(personal: Personal, here: str, *, refused: Refused | None) -> StaffDiscussionsPage:
    language, now = personal.language, personal.now
    on = {one.thread_id: one for one in raids.running(now)}
    before = personal.request.GET.get("before", "")
    with snapshot() as cursor:
        latest = latest_threads(
            cursor, before_id=int(before) if before.isdecimal() and len(before) < 19 else None, at_most=ON_A_PAGE
        )
    form = FormView(
        head=HeadView(title=_("Discussions"), is_indexed=False),
        action=here,
        token=personal.token,
        errors=refusals.form_errors(refused) if refused is not None else (),
    )
    return StaffDiscussionsPage(
        head=form.head,
        form=form,
        raid=_raid_view(personal, on.get(None)),
        proposed=proposals(personal),
        kept=tuple(
            KeptLine(
                Link(links.staff_discussion(one.thread_id, language), one.title),
                _kept(one, is_raided=one.thread_id in on),
            )
            for one in kept.kept_threads(raided=[pk for pk in on if pk is not None])
        ),
        latest=tuple(KeptLine(Link(links.staff_discussion(one.id, language), one.title)) for one in latest),
        pager=PagerView(
            next_url=links.staff_discussions(language, before=latest[-1].id) if len(latest) == ON_A_PAGE else "",
            first_url=here if before else "",
        ),
    )


def _kept(one: kept.Kept, *, is_raided: bool) -> str:
    said = [_("raid mode")] if is_raided else []
    if one.is_mode_kept:
        said.append(str(MODES[ThreadMode(one.mode)]))
    if one.is_ruled:
        said.append(_("with its own pace, hours or end"))
    return " · ".join(said)


def proposals(personal: Personal) -> tuple[KeptLine, ...]:
    """Discussions in which raid mode is proposed."""
    return tuple(
        KeptLine(Link(links.staff_discussion(one.thread_id, personal.language), one.title), _alarm(one))
        for one in alarms.proposed(personal.now)
    )


def _alarm(one: alarms.Alarm) -> str:
    said = (
        _("%(recent)s comments of newcomers and guests in half an hour; usual are %(usual)s of all readers.")
        if one.is_posting
        else _("%(recent)s reports in half an hour; usual are %(usual)s.")
    )
    return said % {"recent": one.recent, "usual": one.usual}


def _raid_view(personal: Personal, on: raids.Running | None, proposed: Sequence[alarms.Alarm] = ()) -> RaidView:
    text = ""
    if on is not None:
        text = _("Raid mode is on until %(until)s, switched on by %(name)s.") % {
            "until": moment(on.until, language=personal.language),
            "name": on.by,
        }
    return RaidView(
        text=text,
        is_on=on is not None,
        proposal=_alarm(proposed[0]) if proposed and on is None else "",
        lengths=tuple(Choice(hours_long(hours), value=str(hours)) for hours in RAID_HOURS),
    )


def _act(one: queries.Recorded) -> ActView:
    return ActView(text=str(DONE[one.kind]), at=one.at, by=one.by, cause=one.cause)


def _wait(seconds: int) -> str:
    if seconds == 0:
        return _("No wait")
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = seconds // 60
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return hours_long(minutes // 60)
