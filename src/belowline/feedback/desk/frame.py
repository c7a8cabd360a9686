"""What the pages of requests, offers and questions share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _

from belowline.accounts.models import User
from belowline.feedback import rights
from belowline.newsroom.desk.frame import Crumb, crumb, desk_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from belowline.newsroom.models import ArticlePage
    from belowline.passages.models import Passage

ON_A_PAGE = 50


def answering_user(request: HttpRequest) -> User:
    """Whoever may answer readers at all; on which article is asked of the stored page."""
    assert isinstance(request.user, User)
    if not rights.may_answer_any(request.user):
        raise PermissionDenied
    return request.user


def page(
    request: HttpRequest, name: str, title: str, above: Sequence[Crumb], values: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return desk_page(request, f"feedback/{name}.html", title, values, icon="help", above=above, status=status)


def home() -> Crumb:
    return crumb(reverse("feedback_requests"), _("Readers ask"))


def number(text: str) -> int:
    """An id or a version as a form sends it; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0


def public_url(article: ArticlePage, passage: Passage | None) -> str:
    """Where the passage stands; the article where it stands no more, nothing where that is not public."""
    if not article.live:
        return ""
    block = "" if passage is None or passage.state == "orphaned" else f"#{passage.now_block}"
    return f"{article.public_path()}{block}"
