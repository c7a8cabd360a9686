"""My page: what I wrote and voted, my name, everything to take home, and the end of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth import logout
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from belowline.accounts import confirming
from belowline.accounts.identity import forget
from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.queries import own
from belowline.domain.commenting import Refused
from belowline.moderation import appeals
from belowline.moderation.statements import of_act
from belowline.pages import links, refusals
from belowline.pages.exports import archive
from belowline.pages.faces import face_svg
from belowline.pages.model import (
    AccountForm,
    Choice,
    Field,
    FormError,
    FormView,
    HeadView,
    Link,
    MyLine,
    MyLines,
    MyPage,
    Section,
)
from belowline.pages.personal import Personal
from belowline.pages.statements import subject
from belowline.pages.views.account.mails import stopped_section
from belowline.pages.views.account.sections import sections
from belowline.pages.views.account.words import house_rules, my_page
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.accounts.queries import ReaderFacts

PAGE = 50
APP = "belowline.accounts"


def me_of(personal: Personal) -> ReaderFacts:
    """404 for a user without a reader: one that Django's own command made."""
    if personal.reader is None:
        raise Http404
    return personal.reader


def overview(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    me = me_of(personal)
    since = Reader.objects.values_list("joined_at", flat=True).get(pk=me.id)
    head = HeadView(title=_("My page"), is_indexed=False, styles=("profile.css",))
    face = face_svg(me.id, me.name)
    return personal.page("my_page.html", MyPage(head, me.name, face, since, _sections(personal, me.id)))


def _sections(personal: Personal, reader_id: int) -> tuple[Section, ...]:
    return (*stopped_section(personal, confirming.address_of(reader_id)), *sections(personal))


def _before(request: HttpRequest) -> int:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else own.FAR


def _state(state: str) -> str:
    said = {
        "held": _("waits for a moderator"),
        "rejected": _("was not published"),
        "removed": _("was removed by the moderators"),
        "deleted": _("you deleted it"),
    }
    return said.get(state, "")


def comments(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    with snapshot() as cursor:
        rows = own.written(cursor, reader_id=me_of(personal).id, before=_before(request), at_most=PAGE + 1)
    lines = tuple(
        MyLine(
            Link(links.own_comment(row.id, personal.language), row.title, lang=row.language),
            row.excerpt,
            row.written_at,
            _state(row.state),
        )
        for row in rows[:PAGE]
    )
    older = rows[PAGE - 1].time_key if len(rows) > PAGE else 0
    return _lines(personal, "comments", _("My comments"), lines, _("You have written nothing yet."), older)


def votes(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    with snapshot() as cursor:
        rows = own.voted(cursor, reader_id=me_of(personal).id, before=_before(request), at_most=PAGE + 1)
    lines = tuple(
        MyLine(
            Link(links.comment(row.thread_id, row.comment_id, personal.language), row.title, lang=row.language),
            "",
            row.cast_at,
            _("helpful") if row.value > 0 else _("not helpful"),
        )
        for row in rows[:PAGE]
    )
    older = rows[PAGE - 1].time_key if len(rows) > PAGE else 0
    return _lines(personal, "votes", _("My votes"), lines, _("You have not voted yet."), older)


def decisions(request: HttpRequest) -> HttpResponse:
    """What moderators and rules decided about whoever reads it."""
    personal = Personal(request)
    found = appeals.decisions_about(me_of(personal).id, before=_before(request), at_most=PAGE + 1)
    lines = tuple(
        MyLine(
            Link(links.decision(act.pk, personal.language), subject(of_act(act))),
            "",
            act.at,
            _("taken back") if hasattr(act, "undone_by") else "",
        )
        for act in found[:PAGE]
    )
    empty = _("Nothing was decided about you.")
    older = found[PAGE - 1].pk if len(found) > PAGE else 0
    return _lines(personal, "decisions", _("Decisions about you"), lines, empty, older)


def _lines(personal: Personal, act: str, title: str, lines: tuple[MyLine, ...], empty: str, older: int) -> HttpResponse:
    page = MyLines(
        head=HeadView(title=title, is_indexed=False),
        lines=lines,
        empty=empty,
        older_url=links.account(act, personal.language, before=older) if older else "",
        links=(my_page(personal),),
    )
    return personal.page("my_lines.html", page)


def _form(
    personal: Personal, act: str, title: str, values: dict[str, str], errors: tuple[FormError, ...] = ()
) -> FormView:
    return FormView(
        head=HeadView(title=title, is_indexed=False),
        action=links.account(act, personal.language),
        token=personal.token,
        values=values,
        errors=errors,
        cancel_url=links.account("", personal.language),
    )


def name(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    me = me_of(personal)
    wanted, refused = me.name, None
    if request.method == "POST":
        wanted = personal.field("name", limit=500)
        refused = actions.rename_reader(me.id, wanted, now=personal.now)
        if refused is None:
            return personal.see_other(links.account("", personal.language))
    errors = refusals.form_errors(refused) if refused else ()
    help_text = _("Your comments stand under it everywhere. The old name is kept from others for half a year.")
    page = AccountForm(
        _form(personal, "name", _("My name"), {"name": wanted}, errors),
        (Field("name", _("Name"), help=help_text, autocomplete="nickname"),),
        _("Take this name"),
        links=(house_rules(personal),),
    )
    return personal.page("account_form.html", page, refused=refused)


def export(request: HttpRequest) -> HttpResponse | FileResponse:
    """GET says what comes; POST brings it, after it was shown once more who asks."""
    personal = Personal(request)
    me = me_of(personal)
    if request.method == "POST":
        _ask_again(request)
        file = archive(me.id, language=personal.language, now=personal.now)
        return FileResponse(file, as_attachment=True, filename="belowline-export.zip", content_type="application/zip")
    page = AccountForm(
        _form(personal, "export", _("Take everything home"), {}),
        (),
        _("Make the file"),
        paragraphs=(
            _(
                "One archive with everything that is stored about you: a page to read, and the same for programs (JSON)."
            ),
        ),
    )
    return personal.page("account_form.html", page)


def _ask_again(request: HttpRequest) -> None:
    if is_reauthentication_required(request, app=APP):
        raise ReauthenticationRequired


def delete(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    me, user = me_of(personal), request.user
    errors: tuple[FormError, ...] = ()
    if request.method == "POST":
        wanted = personal.field("texts", limit=20)
        if user.is_staff:
            errors = refusals.form_errors(Refused("staff_stay", status=403))
        elif wanted not in set(actions.Texts):
            errors = (FormError("texts", _("Choose what becomes of your comments.")),)
        else:
            _ask_again(request)
            return _leave(personal, me.id, actions.Texts(wanted))
    choices = (
        Choice(
            _("They stay, under “Deleted reader”"), value="keep", help=_("Nobody can tell any more who wrote them.")
        ),
        Choice(_("They are deleted"), value="delete", help=_("Where others answered, an empty place stays.")),
    )
    form = _form(personal, "delete", _("Delete the account"), {"texts": personal.field("texts", limit=20)}, errors)
    page = AccountForm(
        FormView(**{field: getattr(form, field) for field in form.__slots__} | {"choices": choices}),
        (Field("texts", _("What becomes of your comments?"), "choice"),),
        _("Delete it for good"),
        paragraphs=(
            _("Name, address and everything else that says who you are is deleted at once. Nobody can bring it back."),
            _("If you want a copy, take everything home first."),
        ),
        links=(Link(links.account("export", personal.language), _("Take everything home")),),
        is_grave=True,
    )
    return personal.page("account_form.html", page, status=422 if errors else 200)


def _leave(personal: Personal, reader_id: int, texts: actions.Texts) -> HttpResponse:
    logout(personal.request)
    actions.erase_reader(reader_id, texts=texts, now=personal.now)
    gone = Personal(personal.request)
    home = Link(links.home(gone.language), _("To the front page"))
    response = gone.message(_("Your account is deleted"), (_("Nothing here leads back to you any more."),), back=home)
    forget(response)
    return response
