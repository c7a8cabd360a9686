"""What happens to a form whose token is missing or old, and the error pages of personal addresses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.translation import gettext as _

from belowline.domain.commenting import Refused
from belowline.pages import links, refusals
from belowline.pages.model import Link
from belowline.pages.personal import Personal
from belowline.pages.views import errors, offers, own, posting, reports, requests, support
from belowline.pages.views.votes import confirmation, pressed


def token_missing(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token changes nothing. A vote from a public page asks for one press more; a text is kept."""
    personal = Personal(request)
    if personal.wants_json:
        return personal.refusal(Refused("form_expired"))
    match = resolve(request.path_info)
    if match.view_name == "vote":
        wish = pressed(personal)
        return confirmation(personal, match.kwargs["thread_id"], wish[0] if wish else None)
    if match.view_name in {"write", "edit"}:
        return _write_again(personal, match.view_name, match.kwargs, Refused("form_expired"))
    if match.view_name == "give":
        return support.give_again(personal, Refused("form_expired"))
    if match.view_name == "report-error":
        return errors.report_again(personal, match.kwargs["article_id"], Refused("form_expired"))
    if match.view_name == "report":
        return reports.report_again(personal, match.kwargs["comment_id"], Refused("form_expired"))
    if match.view_name == "offer-source":
        return offers.offer_again(personal, match.kwargs["article_id"], Refused("form_expired"))
    if match.view_name == "request":
        return requests.join_again(personal, match.kwargs["request_id"], Refused("form_expired"))
    return _error(personal, _("Once more, please"), Refused("form_expired"))


def _write_again(personal: Personal, name: str, arguments: dict[str, int], refused: Refused) -> HttpResponse:
    """The same form with a fresh token, the reason, and every word."""
    if name == "edit":
        return own.edit_again(personal, arguments["comment_id"], refused)
    return posting.write_again(personal, arguments["thread_id"], arguments.get("parent_id"), refused)


def storage_busy(request: HttpRequest, *, retry_after: int) -> HttpResponse:
    """The writer could not take this write now. Nothing of it is stored; what the reader wrote comes back."""
    personal = Personal(request)
    refused = Refused("storage_busy", status=503)
    match = resolve(request.path_info)
    if personal.wants_json:
        response: HttpResponse = personal.refusal(refused)
    elif match.view_name in {"write", "edit"}:
        response = _write_again(personal, match.view_name, match.kwargs, refused)
    elif match.view_name == "give":
        response = support.give_again(personal, refused)
    elif match.view_name == "report-error":
        response = errors.report_again(personal, match.kwargs["article_id"], refused)
    elif match.view_name == "report":
        response = reports.report_again(personal, match.kwargs["comment_id"], refused)
    elif match.view_name == "offer-source":
        response = offers.offer_again(personal, match.kwargs["article_id"], refused)
    else:
        response = _error(personal, _("One moment, please"), refused)
    response.headers["Retry-After"] = str(retry_after)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The body cannot be read, so nothing of it can be kept here; the browser still has it."""
    return _error(Personal(request), _("This address does not work"), Refused("request_unreadable", status=400))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    personal = Personal(request)
    kept = personal.field("text") if request.method == "POST" else ""
    return _error(personal, _("Not found"), Refused("page_missing", status=404), kept=kept)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(Personal(request), _("Not allowed"), Refused("not_allowed"))


def _error(personal: Personal, title: str, refused: Refused, *, kept: str = "") -> HttpResponse:
    if personal.wants_json:
        return personal.refusal(refused)
    home = Link(links.home(personal.language), _("To the front page"))
    return personal.message(title, (refusals.sentence(refused.code),), status=refused.status, back=home, kept=kept)
