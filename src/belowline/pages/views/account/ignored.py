"""Whom I ignore, and the end of it. Nobody else is told of either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from belowline.discussion import actions
from belowline.discussion.queries import choices
from belowline.pages import links
from belowline.pages.answer import as_number
from belowline.pages.comments import shown_name
from belowline.pages.faces import face_svg
from belowline.pages.model import HeadView, IgnoredPage, IgnoredRow
from belowline.pages.personal import Personal
from belowline.pages.views.account.mine import me_of
from belowline.pages.views.account.words import my_page
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def ignored(request: HttpRequest) -> HttpResponse:
    """POST `reader` takes one off the list; somebody who is not on it changes nothing."""
    personal = Personal(request)
    me = me_of(personal)
    if request.method == "POST":
        wanted = as_number(personal.field("reader", limit=20))
        if wanted is not None:
            actions.stop_ignoring(me.id, ignored_id=wanted)
        return personal.see_other(links.account("ignored", personal.language))
    with snapshot() as cursor:
        found = choices.ignored_readers(cursor, me.id)
    page = IgnoredPage(
        head=HeadView(title=_("Whom you ignore"), is_indexed=False, styles=("profile.css",)),
        action=links.account("ignored", personal.language),
        token=personal.token,
        rows=tuple(
            IgnoredRow(one.reader_id, shown_name(one.name, ""), one.since, face_svg(one.reader_id, one.name))
            for one in found
        ),
        links=(my_page(personal),),
    )
    return personal.page("ignored.html", page)
