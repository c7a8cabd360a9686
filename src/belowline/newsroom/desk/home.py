"""What the desk's first page says of ours: standing pages that nobody has written yet, and reported errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from belowline.newsroom.actions.error_reports import RIGHT
from belowline.newsroom.desk.errors import waiting_sentence
from belowline.newsroom.languages import LANGUAGES
from belowline.newsroom.publishing import standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from belowline.newsroom.models import StandingText


class Waiting(Component):
    """Nothing when nothing waits."""

    name = "newsroom_waiting"
    template_name = "newsroom/waiting.html"
    order = 40

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        request: HttpRequest = (parent_context or {})["request"]
        may_edit = request.user.has_perm(EDIT_RIGHT)
        return {
            "errors": waiting_sentence() if request.user.has_perm(RIGHT) else "",
            "errors_url": reverse("newsroom_errors"),
            "pages": [
                (one, reverse("wagtailadmin_pages:edit", args=[one.page_id]), _language_of(one), _state_of(one))
                for one in (standing.unedited() if may_edit else [])
            ],
        }


def _language_of(one: StandingText) -> str:
    return str(dict(LANGUAGES).get(one.language, one.language))


def _state_of(one: StandingText) -> str:
    if one.gaps:
        return ngettext("%(n)s gap", "%(n)s gaps", one.gaps) % {"n": one.gaps}
    return _("as the program brought it")


# Whoever may settle what readers report answers for what stands there.
EDIT_RIGHT = RIGHT
