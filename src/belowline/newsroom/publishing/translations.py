"""Articles that are translations of one another: one group around the article that was there first.

An article names the one it translates; what that one translates counts for both. In the public rows each member lists
the others, so that a page needs no question for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from belowline.newsroom.events import TranslationsChanged
from belowline.newsroom.models import ArticlePage, ArticleRendering
from belowline.outbox.events import record

if TYPE_CHECKING:
    from collections.abc import Mapping


def original_of(page: ArticlePage) -> int | None:
    """The id of the article around which the group stands; None when the page names none."""
    if page.translation_of_id is None:
        return None
    named = ArticlePage.objects.filter(pk=page.translation_of_id).values_list("translation_of_id", flat=True).first()
    # Two that name each other: the form refuses it, an import or an old revision may bring it back.
    return page.translation_of_id if named is None or named == page.pk else named


def problem_of(*, article_id: int | None, chosen: ArticlePage | None, language: str) -> str:
    """Why `chosen` cannot be what this article translates, as a sentence for the field; "" when it can."""
    if chosen is None:
        return ""
    values = {"title": chosen.title, "language": chosen.get_language_display()}
    if article_id is not None and chosen.pk == article_id:
        return _("An article is no translation of itself. Choose the article in the other language.")
    if chosen.language == language:
        return _("“%(title)s” is in the same language (%(language)s). Choose one in another language.") % values
    if article_id is not None:
        children = ArticlePage.objects.filter(translation_of_id=article_id)
        first = children.values_list("title", flat=True).first()
        if first is not None:
            return _(
                "“%(child)s” is a translation of this article already. Leave this empty, and choose this article in the "
                "other ones."
            ) % {"child": first}
    root = chosen.translation_of_id or chosen.pk
    others = ArticlePage.objects.filter(Q(pk=root) | Q(translation_of_id=root), language=language).exclude(
        pk=article_id or 0
    )
    other = others.values_list("title", flat=True).first()
    if other is not None:
        return _(
            "“%(title)s” has a translation in this language already: “%(other)s”. Take the choice out there first."
        ) % {"title": chosen.title, "other": other}
    return ""


def renew(*roots: int, changed_id: int) -> None:
    """Let the public articles of these groups list one another. `changed_id` has an event of its own."""
    for root in dict.fromkeys(roots):
        members = list(
            ArticleRendering.objects.filter(Q(pk=root) | Q(group_id=root))
            .order_by("article_id")
            .values("article_id", "slug", "language", "translations")
        )
        # Two in one language cannot be chosen in the desk; of such the older one is listed.
        by_language = {one["language"]: one for one in reversed(members)}
        for member in members:
            _list_others(member, by_language, changed_id)


def _list_others(member: Mapping[str, Any], by_language: Mapping[str, Mapping[str, Any]], changed_id: int) -> None:
    listed = [[code, one["slug"]] for code, one in sorted(by_language.items()) if code != member["language"]]
    if listed == member["translations"]:
        return
    ArticleRendering.objects.filter(pk=member["article_id"]).update(translations=listed)
    if member["article_id"] != changed_id:
        record(TranslationsChanged(article_id=member["article_id"]))
