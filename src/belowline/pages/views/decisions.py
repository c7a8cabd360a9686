"""A decision as the reader sees whom it is about: what, why, by whom, and the form that objects."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from belowline.domain.appeals import APPEAL_CHARACTERS, APPEAL_FOR
from belowline.domain.commenting import Refused
from belowline.moderation import appeals, statements
from belowline.moderation.models import Act, Appeal
from belowline.pages import links, refusals
from belowline.pages.model import AppealView, DecisionPage, FormView, HeadView, Link
from belowline.pages.personal import Personal
from belowline.pages.statement_letters import answer_sentences
from belowline.pages.statements import sentences, subject


@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, act_id: int) -> HttpResponse:
    """GET what was decided; POST an appeal. 404 for everybody whom it is not about."""
    personal = Personal(request)
    act = None if personal.reader is None else appeals.decision(act_id, reader_id=personal.reader.id)
    if act is None or personal.reader is None:
        raise Http404
    if request.method != "POST":
        return personal.page("decision.html", _page(personal, act))
    text = personal.field("text", limit=APPEAL_CHARACTERS + 1)
    answer = appeals.appeal(act.pk, reader_id=personal.reader.id, text=text, now=personal.now)
    if isinstance(answer, Refused):
        return personal.page("decision.html", _page(personal, act, refused=answer), refused=answer)
    return personal.see_other(links.decision(act.pk, personal.language))


def _page(personal: Personal, act: Act, *, refused: Refused | None = None) -> DecisionPage:
    language, found = personal.language, statements.of_act(act)
    asked = appeals.appeal_to(act.pk)
    was_undone = Act.objects.filter(undoes=act).exists()
    is_late = personal.now > act.at + APPEAL_FOR
    form = FormView(
        head=HeadView(title=subject(found), is_indexed=False),
        action=links.decision(act.pk, language),
        token=personal.token,
        values={"text": personal.field("text", limit=APPEAL_CHARACTERS)},
        errors=refusals.form_errors(refused) if refused is not None else (),
        max_length=APPEAL_CHARACTERS,
    )
    if was_undone and asked is None:
        form = replace(form, notice=_("This was taken back. It does not hold any more."))
    elif is_late and asked is None:
        form = replace(form, notice=_("Six months have passed since this was decided. Write to the newsroom instead."))
    return DecisionPage(
        head=form.head,
        form=form,
        said=sentences(found, language),
        at=found.at,
        can_object=asked is None and not was_undone and not is_late,
        appeal=None if asked is None else appeal_view(asked),
        links=(*_comment(found, language), *_others(language)),
    )


def appeal_view(asked: Appeal) -> AppealView:
    says = () if asked.state == Appeal.OPEN else answer_sentences(asked)
    return AppealView(asked.text, asked.at, says, asked.answer, asked.decided_at)


def _comment(found: statements.Statement, language: str) -> tuple[Link, ...]:
    if found.comment_id is None:
        return ()
    return (Link(links.own_comment(found.comment_id, language), _("Your comment, and why")),)


def _others(language: str) -> tuple[Link, ...]:
    return (
        Link(links.standing("house-rules", language), _("The house rules")),
        Link(links.standing("contact", language), _("Write to the newsroom")),
    )
