"""The frame of every page: masthead, topics, languages, foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from belowline.newsroom import queries as newsroom
from belowline.pages import links
from belowline.pages.model import Choice, LanguageLink, Link, SiteView

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.pages.answer import Ask


def site_view(cursor: CursorWrapper, ask: Ask, *, account: str = "") -> SiteView:
    """The frame for one page, in its language. One query. `account` is the reader's name, on uncached pages only."""
    config = settings.CONFIG
    language = ask.language
    return SiteView(
        name=config.site.name,
        strap=config.site.strap,
        language=language,
        direction=direction(language),
        home_url=links.home(language),
        discussions_url=links.discussions(language),
        search_url=links.search(language),
        sign_in_url=links.account("sign-in", language),
        languages=tuple(
            LanguageLink(
                links.home(code), get_language_info(code)["name_local"], code, direction(code), code == language
            )
            for code, _name in settings.LANGUAGES
        ),
        topics=tuple(
            Link(links.topic(one.slug, language), one.title, ask.path == f"/t/{one.slug}")
            for one in newsroom.nav_topics(cursor, language=language)
        ),
        footer=(
            Link(links.corrections(language), _("Corrections and updates")),
            Link(links.feeds(language), _("Feeds")),
            Link(links.support(language), _("Support us")),
            Link(links.accounts(language), _("Our accounts")),
        ),
        demo=demo_roles() if config.demo else (),
        account=Link(links.account("sign-out", language), account) if account else None,
    )


def direction(language: str) -> str:
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def demo_roles() -> tuple[Choice, ...]:
    return tuple(
        Choice(text, value=value)
        for value, text in [
            ("visitor", _("Visitor")),
            ("reader", _("Reader")),
            ("moderator", _("Moderator")),
            ("editor", _("Editor")),
        ]
    )
