"""What readers object to, and the answer of another person than the one who decided."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from belowline.domain.appeals import ANSWER_CHARACTERS
from belowline.domain.commenting import Refused
from belowline.domain.moderating import ActKind
from belowline.moderation import appeals as matters
from belowline.moderation.models import Act, Appeal
from belowline.moderation.roles import MODERATE
from belowline.pages import links, refusals
from belowline.pages.model import (
    ActView,
    AppealLine,
    FormView,
    HeadView,
    Link,
    StaffAppealPage,
    StaffAppealsPage,
)
from belowline.pages.moderating import DONE, act_said
from belowline.pages.personal import Personal
from belowline.pages.views.decisions import appeal_view

# The form's words for the two answers.
ANSWERS = {"overturn": True, "uphold": False}


@login_required
@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and the latest answers."""
    personal = Personal(request)
    _moderator(personal)
    page = StaffAppealsPage(
        head=HeadView(title=_("Appeals"), is_indexed=False),
        waiting=tuple(_line(one, personal.language) for one in matters.waiting()),
        answered=tuple(_line(one, personal.language) for one in matters.answered()),
        queue=Link(links.queue(personal.language), _("To the queue")),
    )
    return personal.page("staff_appeals.html", page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """GET one appeal; POST the answer."""
    personal = Personal(request)
    moderator_id = _moderator(personal)
    found = matters.with_act(appeal_id)
    if found is None:
        raise Http404
    if request.method != "POST":
        return personal.page("staff_appeal.html", _page(personal, found, moderator_id=moderator_id))
    refused = _answer(personal, found, moderator_id=moderator_id)
    if refused is not None:
        page = _page(personal, found, moderator_id=moderator_id, refused=refused)
        return personal.page("staff_appeal.html", page, refused=refused)
    return personal.see_other(links.staff_appeals(personal.language))


def _moderator(personal: Personal) -> int:
    if not personal.request.user.has_perm(MODERATE) or personal.reader is None:
        raise PermissionDenied
    return personal.reader.id


def _answer(personal: Personal, found: Appeal, *, moderator_id: int) -> Refused | None:
    wanted = personal.field("act", limit=20)
    if wanted not in ANSWERS:
        return Refused("choice_unknown", status=400)
    return matters.answer(
        found.pk,
        is_overturned=ANSWERS[wanted],
        text=personal.field("text", limit=ANSWER_CHARACTERS + 1),
        moderator_id=moderator_id,
        now=personal.now,
    )


def _page(personal: Personal, found: Appeal, *, moderator_id: int, refused: Refused | None = None) -> StaffAppealPage:
    language = personal.language
    objection = matters.objection(found, moderator_id=moderator_id, now=personal.now)
    form = FormView(
        head=HeadView(title=_("An appeal"), is_indexed=False),
        action=links.staff_appeal(found.pk, language),
        token=personal.token,
        values={"text": personal.field("text", limit=ANSWER_CHARACTERS)},
        errors=refusals.form_errors(refused) if refused is not None else (),
        max_length=ANSWER_CHARACTERS,
    )
    if objection is not None and refused is None and found.state == Appeal.OPEN:
        form = replace(form, notice=" ".join(error.text for error in refusals.form_errors(objection)))
    return StaffAppealPage(
        head=form.head,
        form=form,
        act=_act(found.act, language),
        reader=Link(links.staff_reader(found.reader_id, language), found.reader.name),
        appeal=appeal_view(found),
        can_answer=objection is None,
        queue=Link(links.staff_appeals(language), _("To the appeals")),
    )


def _act(act: Act, language: str) -> ActView:
    comment = None
    if act.comment_id is not None:
        comment = Link(links.queue(language, find=act.comment_id), _("The comment"))
    return ActView(
        text=_said(act), at=act.at, by=act.actor.name if act.actor is not None else "", cause=act.cause, comment=comment
    )


def _said(act: Act) -> str:
    standing = act.detail.get("after", "") if act.kind == ActKind.STANDING else ""
    return act_said(ActKind(act.kind), standing=standing, rule=act.rule)


def _line(one: Appeal, language: str) -> AppealLine:
    said = _said(one.act)
    if one.state != Appeal.OPEN:
        kind = ActKind.APPEAL_OVERTURNED if one.state == Appeal.OVERTURNED else ActKind.APPEAL_UPHELD
        said = f"{said}: {DONE[kind]}"
    return AppealLine(Link(links.staff_appeal(one.pk, language), one.reader.name), one.decided_at or one.at, said)
