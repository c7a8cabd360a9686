"""Offering a source: a form open to everybody. What it says reaches the editors of the article alone."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from belowline.accounts.networks import count_use
from belowline.domain.anchoring import State
from belowline.domain.commenting import Refused
from belowline.domain.feedback import CONTACT_CHARACTERS, OFFER_CHARACTERS
from belowline.domain.rates import Rate
from belowline.feedback.actions.offers import Offered, offer_source
from belowline.pages import honeypot, links, refusals
from belowline.pages.comments import shortened
from belowline.pages.model import FormError, FormView, HeadView, Link, PassageView
from belowline.pages.personal import Personal
from belowline.pages.site import contact_page
from belowline.pages.views.errors import back_link, public_subject
from belowline.passages.actions.choosing import Wanted, wanted_passage
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from belowline.newsroom.queries.values import Subject

# As for reports of errors.
RATE = Rate("offer", most=6, window=timedelta(hours=1))
ADDRESS_CHARACTERS = 80
FIELDS = ("text", "url", "contact", "name", "consent", "without")


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, article_id: int) -> HttpResponse:
    """GET the form; POST it. 404 for an article that is not public."""
    personal = Personal(request)
    subject = public_subject(article_id)
    passage = _passage(personal, subject)
    if request.method != "POST":
        errors = refusals.form_errors(passage) if isinstance(passage, Refused) else ()
        return personal.page("offer_form.html", _form(personal, subject, errors=errors), status=409 if errors else 200)
    errors = _errors(personal)
    if isinstance(passage, Refused):
        errors += refusals.form_errors(passage)
    if errors:
        return _again(personal, subject, errors)
    answer = personal.once(partial(_send, personal, article_id, passage if isinstance(passage, Wanted) else None))
    if isinstance(answer, Refused):
        return _refused(personal, subject, answer)
    if personal.wants_json:
        return personal.data({"state": "received"})
    return personal.message(
        _("Thank you"),
        (
            _("What you wrote is with the editors of this article. It is not public."),
            _("The link is published only if an editor finds that it belongs there.")
            if _consents(personal)
            else _("You did not agree that anything of it is published: nothing will be."),
        ),
        back=back_link(subject),
    )


def _send(personal: Personal, article_id: int, passage: Wanted | None) -> str | Refused:
    # Counted last, so that a slip of the hand costs nothing.
    until = count_use(RATE, personal.client_address, now=personal.now)
    if until is not None:
        return Refused("offers_often", status=429, until=until)
    offered = Offered(
        article_id=article_id,
        words=personal.field("text"),
        url=personal.field("url", limit=5_000),
        contact=_contact(personal),
        name=personal.field("name", limit=1_000),
        consents=_consents(personal),
        language=personal.language,
        reader_id=personal.reader.id if personal.reader is not None and personal.is_member else None,
        passage=passage,
    )
    answer = offer_source(offered, now=personal.now)
    return answer if isinstance(answer, Refused) else ""


def _consents(personal: Personal) -> bool:
    return bool(personal.field("consent", limit=5))


def offer_again(personal: Personal, article_id: int, refused: Refused) -> HttpResponse:
    """The form with the reason, and every word that was sent."""
    return _refused(personal, public_subject(article_id), refused)


def _contact(personal: Personal) -> str:
    return " ".join(personal.field("contact", limit=1_000).split())


def _errors(personal: Personal) -> tuple[FormError, ...]:
    errors: tuple[FormError, ...] = ()
    if honeypot.is_filled(personal):
        errors += refusals.form_errors(Refused("errors_filled", status=422))
    if len(_contact(personal)) > CONTACT_CHARACTERS:
        errors += refusals.form_errors(Refused("offer_contact_long", status=422))
    return errors


def _address(personal: Personal) -> str:
    sent = personal.field("passage", limit=ADDRESS_CHARACTERS)
    return sent or personal.request.GET.get("passage", "")[:ADDRESS_CHARACTERS]


def _passage(personal: Personal, subject: Subject) -> Wanted | Refused | None:
    """What the form is about, checked; None for the article as a whole."""
    address = _address(personal)
    if not address or personal.field("without", limit=5):
        return None
    with snapshot() as cursor:
        return wanted_passage(cursor, subject.subject_key, address)


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
    return personal.page("offer_form.html", _form(personal, subject, errors=errors), status=status, refused=refused)


def safe_contact(language: str) -> Link | None:
    """The way for what must stay secret: the setting, else the standing page, if the newsroom has written it."""
    if settings.CONFIG.site.safe_contact:
        return Link(settings.CONFIG.site.safe_contact, settings.CONFIG.site.safe_contact)
    return contact_page(language)


def _form(personal: Personal, subject: Subject, *, errors: tuple[FormError, ...] = ()) -> FormView:
    values = {name: personal.field(name, limit=20_000) for name in FIELDS}
    address = _address(personal)
    view = None
    if address:
        values["passage"] = address
        found = _passage(personal, subject)
        if isinstance(found, Wanted):
            view = PassageView(shortened(found.chosen.exact), State.SAME, is_figure=found.chosen.is_figure)
    safe = safe_contact(personal.language)
    return FormView(
        head=HeadView(title=_("Offer a source"), is_indexed=False),
        action=links.offer_form(subject.article_id, personal.language),
        token=personal.token,
        key=personal.form_key,
        honeypot=honeypot.name_on(personal.now.date()),
        values=values,
        errors=errors,
        thread=Link(back_link(subject).url, subject.title),
        cancel_url=back_link(subject).url,
        max_length=OFFER_CHARACTERS,
        passage=view,
        links=(safe,) if safe is not None else (),
    )
