"""What happens to a form whose token is missing or old, and the error pages of personal addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.translation import gettext as _

from belowline.pages import links, refusals
from belowline.pages.model import Link
from belowline.pages.personal import Personal
from belowline.pages.views.votes import confirmation, pressed

if TYPE_CHECKING:
    from belowline.domain.commenting import Refused


def token_missing(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token changes nothing. A vote from a public page asks for one press more; a text is kept."""
    personal = Personal(request)
    if personal.wants_json:
        return personal.refusal(_expired())
    match = resolve(request.path_info)
    if match.url_name == "vote":
        wish = pressed(personal)
        return confirmation(personal, match.kwargs["thread_id"], wish[0] if wish else None)
    if match.url_name in {"write", "edit"}:
        return _write_again(personal, match.url_name, match.kwargs)
    home = Link(links.home(personal.language), _("To the front page"))
    return personal.message(_("Once more, please"), (refusals.sentence("form_expired"),), status=403, back=home)


def _expired() -> Refused:
    from belowline.domain.commenting import Refused

    return Refused("form_expired", status=403)


def _write_again(personal: Personal, name: str, arguments: dict[str, int]) -> HttpResponse:
    """The same form with a fresh token, the reason, and every word."""
    from belowline.pages.views import comments

    if name == "edit":
        found = comments._own(personal, arguments["comment_id"])
        return comments._edit_again(personal, found, personal.field("text"), _expired())
    thread, parent = comments._thread_and_comment(arguments["thread_id"], arguments.get("parent_id"))
    return comments._again(personal, thread, parent, _expired())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    personal = Personal(request)
    home = Link(links.home(personal.language), _("To the front page"))
    text = personal.field("text") if request.method == "POST" else ""
    words = (_("There is no page at this address, or it is not yours to see."),)
    return personal.message(_("Not found"), words, status=404, back=home, kept=text)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    personal = Personal(request)
    home = Link(links.home(personal.language), _("To the front page"))
    words = (_("This request came from another site, or you may not do this. Nothing was changed."),)
    return personal.message(_("Not allowed"), words, status=403, back=home)
