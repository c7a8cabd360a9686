"""Reporting an error in an article: a small form, open to everybody. What it says reaches the newsroom alone."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from belowline.accounts.networks import count_use
from belowline.domain.commenting import Refused
from belowline.domain.rates import Rate
from belowline.newsroom.actions.error_reports import Wrong, report_error
from belowline.newsroom.models.error_reports import TEXT_CHARACTERS
from belowline.newsroom.queries import articles as newsroom
from belowline.pages import honeypot, links, refusals
from belowline.pages.model import FormError, FormView, HeadView, Link
from belowline.pages.personal import Personal
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.newsroom.queries.values import Subject

# No newspaper makes more mistakes than that within an hour that one network would find.
RATE = Rate("error", most=6, window=timedelta(hours=1))


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, article_id: int) -> HttpResponse:
    """GET the form; POST it. 404 for an article that is not public."""
    personal = Personal(request)
    subject = public_subject(article_id)
    if request.method != "POST":
        return personal.page("error_form.html", _form(personal, subject, values={}))
    errors = _errors(personal)
    if errors:
        return _again(personal, subject, errors)
    answer = personal.once(partial(_send, personal, article_id))
    if isinstance(answer, Refused):
        return _refused(personal, subject, answer)
    if personal.wants_json:
        return personal.data({"state": "received"})
    return personal.message(
        _("Thank you"),
        (
            _("Your report is with the newsroom. If we were wrong, the article will be corrected, and say so."),
            _("We write to you only if you gave an address and we have a question or an answer."),
        ),
        back=back_link(subject),
    )


def _send(personal: Personal, article_id: int) -> str | Refused:
    # Counted last, so that a slip of the hand costs nothing.
    until = count_use(RATE, personal.client_address, now=personal.now)
    if until is not None:
        return Refused("errors_often", status=429, until=until)
    wrong = Wrong(
        article_id=article_id,
        text=personal.field("text"),
        passage=personal.field("passage"),
        email=personal.field("email", limit=500).strip(),
        language=personal.language,
    )
    answer = report_error(wrong, now=personal.now)
    return answer if isinstance(answer, Refused) else ""


def report_again(personal: Personal, article_id: int, refused: Refused) -> HttpResponse:
    """The form with the reason, and every word that was sent."""
    return _refused(personal, public_subject(article_id), refused)


def public_subject(article_id: int) -> Subject:
    with snapshot() as cursor:
        subject = newsroom.subject(cursor, article_id=article_id)
    if subject is None:
        raise Http404
    return subject


def back_link(subject: Subject) -> Link:
    return Link(links.prefix(subject.language) + subject.path, _("Back to the article"))


def _errors(personal: Personal) -> tuple[FormError, ...]:
    errors: tuple[FormError, ...] = ()
    if honeypot.is_filled(personal):
        # A program, or a browser that fills in too much: people see the reason and press once more.
        errors += refusals.form_errors(Refused("errors_filled", status=422))
    email = personal.field("email", limit=500).strip()
    problem = refusals.email_refusal(email) if email else None
    return errors + (refusals.form_errors(problem) if problem is not None else ())


def _refused(personal: Personal, subject: Subject, refused: Refused) -> HttpResponse:
    if personal.wants_json:
        return personal.refusal(refused)
    return _again(personal, subject, refusals.form_errors(refused), refused=refused)


def _again(
    personal: Personal,
    subject: Subject,
    errors: tuple[FormError, ...],
    *,
    status: int = 422,
    refused: Refused | None = None,
) -> HttpResponse:
    values = {name: personal.field(name, limit=20_000) for name in ("text", "passage", "email")}
    return personal.page(
        "error_form.html", _form(personal, subject, values=values, errors=errors), status=status, refused=refused
    )


def _form(
    personal: Personal, subject: Subject, *, values: dict[str, str], errors: tuple[FormError, ...] = ()
) -> FormView:
    return FormView(
        head=HeadView(title=_("Report an error"), is_indexed=False),
        action=links.error_form(subject.article_id, personal.language),
        token=personal.token,
        key=personal.form_key,
        honeypot=honeypot.name_on(personal.now.date()),
        values=values,
        errors=errors,
        thread=Link(back_link(subject).url, subject.title),
        cancel_url=back_link(subject).url,
        max_length=TEXT_CHARACTERS,
    )
