"""A reader as moderators see them: what holds, what was decided and why, and the form that decides anew."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from belowline.accounts.models import Reader
from belowline.domain.commenting import Refused
from belowline.domain.readers import ENDING, Standing
from belowline.moderation import queries, standings
from belowline.moderation.roles import MODERATE
from belowline.pages import links, refusals
from belowline.pages.model import ActView, Choice, FormView, HeadView, Link, StaffReaderPage
from belowline.pages.moderating import GROUNDS, STANDINGS, act_said, hours_long, known_of
from belowline.pages.personal import Personal
from belowline.pages.render import moment
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrPromise

CAUSE_CHARACTERS = 500
# What the form offers; how long is too long says domain.readers.
HOURS = (1, 24, 3 * 24, 7 * 24, 30 * 24, 365 * 24)
# The form's word for taking back what holds.
NOTHING = "nothing"
OFFERED: dict[str, StrPromise] = {
    NOTHING: gettext_lazy("Nothing: take back what holds"),
    Standing.TRUSTED: gettext_lazy("Trust: rules for newcomers do not apply"),
    Standing.PREMODERATED: gettext_lazy("Hold everything they write"),
    Standing.TIMED_OUT: gettext_lazy("Time-out: reads and votes, writes nothing; at most 7 days"),
    Standing.SUSPENDED: gettext_lazy("Suspend: neither writes nor votes; at most a year"),
    Standing.BANNED: gettext_lazy("Ban: neither writes nor votes, for good"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reader(request: HttpRequest, reader_id: int) -> HttpResponse:
    """GET what is known; POST what is decided about them."""
    personal = Personal(request)
    if not request.user.has_perm(MODERATE) or personal.reader is None:
        raise PermissionDenied
    known = Reader.objects.filter(pk=reader_id, merged_into=None).first()
    if known is None:
        raise Http404
    if request.method != "POST":
        return personal.page("staff_reader.html", _page(personal, known))
    refused = _decided(personal, known, moderator_id=personal.reader.id)
    if refused is not None:
        page = _page(personal, known, refused=refused)
        return personal.page("staff_reader.html", page, refused=refused)
    return personal.see_other(links.staff_reader(known.pk, personal.language))


def _decided(personal: Personal, known: Reader, *, moderator_id: int) -> Refused | None:
    wanted = personal.field("standing", limit=20)
    if wanted not in OFFERED:
        return Refused("choice_unknown", status=400)
    standing = None if wanted == NOTHING else Standing(wanted)
    rule = personal.field("reason", limit=40)
    return standings.set_standing(
        known.pk,
        standing,
        actor_id=moderator_id,
        rule=rule if rule in GROUNDS else "",
        cause=personal.field("cause", limit=CAUSE_CHARACTERS).strip(),
        now=personal.now,
        until=_until(personal) if standing in ENDING else None,
    )


def _until(personal: Personal) -> datetime | None:
    hours = personal.field("hours", limit=6)
    return personal.now + timedelta(hours=int(hours)) if hours in {str(one) for one in HOURS} else None


def _page(personal: Personal, known: Reader, *, refused: Refused | None = None) -> StaffReaderPage:
    language = personal.language
    with snapshot() as cursor:
        history = queries.histories(cursor, [known.pk]).get(known.pk)
    holding = queries.standing_of(known.pk, now=personal.now)
    form = FormView(
        head=HeadView(title=known.name, is_indexed=False),
        action=links.staff_reader(known.pk, language),
        token=personal.token,
        values={
            name: personal.field(name, limit=CAUSE_CHARACTERS) for name in ("standing", "hours", "reason", "cause")
        },
        errors=refusals.form_errors(refused) if refused is not None else (),
        max_length=CAUSE_CHARACTERS,
    )
    return StaffReaderPage(
        head=form.head,
        form=form,
        name=known.name,
        known=known_of(history),
        standing=_holds(holding, language=language),
        since=holding.since if holding is not None else None,
        standings=tuple(Choice(str(text), value=value) for value, text in OFFERED.items()),
        lengths=tuple(Choice(hours_long(hours), value=str(hours)) for hours in HOURS),
        rules=tuple(Choice(str(text), value=value) for value, text in GROUNDS.items()),
        acts=tuple(_act(one, language=language) for one in queries.acts_about(known.pk)),
        links=(
            Link(links.queue(language, author=known.pk), _("All that waits of this author")),
            Link(links.queue(language, queue="reported", author=known.pk), _("All that is reported of this author")),
        ),
    )


def _holds(holding: queries.Holding | None, *, language: str) -> str:
    if holding is None:
        return ""
    named = str(STANDINGS[holding.standing])
    if holding.until is None:
        return named
    return _("%(standing)s, until %(until)s") % {
        "standing": named,
        "until": moment(holding.until, language=language),
    }


def _act(one: queries.Recorded, *, language: str) -> ActView:
    said = act_said(one.kind, standing=one.standing, rule=one.rule)
    comment = Link(links.queue(language, find=one.comment_id), _("The comment")) if one.comment_id is not None else None
    return ActView(text=said, at=one.at, by=one.by, cause=one.cause, comment=comment)
