"""Reporting a comment: a small form, open to everybody. What it says reaches the moderators alone."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from belowline.accounts.networks import count_use
from belowline.discussion import actions
from belowline.domain.commenting import REPORT_NOTE_CHARACTERS, Refused
from belowline.domain.rates import Rate
from belowline.moderation import receipts
from belowline.pages import links, refusals
from belowline.pages.comments import comment_view
from belowline.pages.model import Choice, FormError, FormView, HeadView, Link
from belowline.pages.personal import Personal
from belowline.pages.refusals import EMAIL_CHARACTERS, email_refusal
from belowline.pages.views.choices import public_or_404
from belowline.pages.views.shown import context_of, thread_link, without_buttons
from belowline.storage.writer import write

# Whoever reads a bad night's discussion reports a dozen comments; a program reports thousands.
RATE = Rate("report", most=20, window=timedelta(hours=1))


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, comment_id: int) -> HttpResponse:
    """GET the form; POST it. 404 for a comment that is not public."""
    personal = Personal(request)
    thread, _row = public_or_404(comment_id)
    if request.method != "POST":
        return personal.page("report.html", _form(personal, comment_id))
    answer = personal.once(lambda: _sent(personal, comment_id) or "")
    if isinstance(answer, Refused):
        return report_again(personal, comment_id, answer)
    if personal.wants_json:
        return personal.data({"state": "received"})
    return personal.message(
        _("Thank you"),
        (_("Your report is with the moderators. A person reads it and decides."),),
        back=Link(links.comment(thread.id, comment_id, personal.language), _("Back to the comment")),
    )


def _sent(personal: Personal, comment_id: int) -> Refused | None:
    until = count_use(RATE, personal.client_address, now=personal.now)
    if until is not None:
        return Refused("reports_often", status=429, until=until)
    email = personal.field("email", limit=EMAIL_CHARACTERS + 1).strip()
    refused = email_refusal(email) if email else None
    if refused is not None:
        return refused

    def change() -> Refused | None:
        refused = actions.report_comment(
            personal.reader.id if personal.reader else None,
            comment_id=comment_id,
            reason=personal.field("reason", limit=20),
            note=personal.field("note", limit=REPORT_NOTE_CHARACTERS + 1).strip(),
            concern=personal.field("concern", limit=20),
            email=email,
            now=personal.now,
        )
        if refused is None and email:
            receipts.received(comment_id, email, language=personal.language, now=personal.now)
        return refused

    return write(change)


def report_again(personal: Personal, comment_id: int, refused: Refused) -> HttpResponse:
    """The form with the reason why not, and every word that was sent."""
    if personal.wants_json:
        return personal.refusal(refused)
    form = _form(personal, comment_id, errors=refusals.form_errors(refused))
    return personal.page("report.html", form, refused=refused)


def reasons() -> tuple[Choice, ...]:
    """What a reader may say is wrong; the codes are those of domain.commenting.REPORT_REASONS."""
    return (
        Choice(_("It insults somebody"), value="insult"),
        Choice(_("It attacks a group of people"), value="hate"),
        Choice(_("It tells private things about somebody"), value="private"),
        Choice(_("It threatens a person"), value="threat"),
        Choice(_("It endangers a child"), value="child"),
        Choice(_("It shows somebody undressed or in private, without their consent"), value="intimate"),
        Choice(_("It is advertising"), value="spam"),
        Choice(_("It is against the law"), value="illegal"),
        Choice(
            _("This reader follows and attacks me"),
            value="follows",
            help=_("The moderators then see all replies of this reader to you at once. For that you need a name here."),
        ),
        Choice(_("Something else"), value="other"),
    )


def _form(personal: Personal, comment_id: int, *, errors: tuple[FormError, ...] = ()) -> FormView:
    thread, row = public_or_404(comment_id)
    return FormView(
        head=HeadView(title=_("Report a comment"), is_indexed=False),
        action=links.own_comment(comment_id, personal.language, "report"),
        token=personal.token,
        key=personal.form_key,
        values={name: personal.field(name, limit=2_000) for name in ("reason", "note", "concern", "email")},
        errors=errors,
        comment=without_buttons(comment_view(row, context_of(personal, thread, row))),
        thread=thread_link(personal, thread),
        choices=reasons(),
        cancel_url=links.comment(thread.id, comment_id, personal.language),
        max_length=REPORT_NOTE_CHARACTERS,
    )
