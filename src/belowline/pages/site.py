"""The frame of every page: masthead, topics, languages, foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language_info, pgettext
from django.utils.translation import gettext as _

from belowline.newsroom.queries import articles as newsroom
from belowline.newsroom.queries.standing import Furniture, furniture
from belowline.pages import links
from belowline.pages.model import Choice, LanguageLink, Link, LinkGroup, SiteView
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from belowline.pages.answer import Ask


def site_view(cursor: CursorWrapper, ask: Ask, *, account: str = "", found: Furniture | None = None) -> SiteView:
    """The frame for one page, in its language. Two queries, one when `found` is known already. `account` is the reader's
    name, on uncached pages only."""
    config = settings.CONFIG
    language = ask.language
    found = found or furniture(cursor, language=language)
    return SiteView(
        name=config.site.name,
        strap=config.site.strap,
        language=language,
        direction=direction(language),
        home_url=links.home(language),
        discussions_url=links.discussions(language),
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
        footer=_footer(found, language),
        search_url=links.search(language),
        card_url=links.absolute(f"{settings.MEDIA_URL}{found.card}") if found.card else "",
        demo=demo_roles() if config.demo else (),
        account_url=links.account("", language),
        account=Link(links.account("sign-out", language), account) if account else None,
        notices_url=links.notices(language) if account else "",
    )


def _footer(found: Furniture, language: str) -> tuple[LinkGroup, ...]:
    """Four short lists. A standing page that is not public is not linked; a title is the newsroom's own."""

    def standing(*kinds: str) -> list[Link]:
        return [
            Link(
                links.standing(kind, language),
                found.pages[kind].title,
                lang=_other(found.pages[kind].language, language),
            )
            for kind in kinds
            if kind in found.pages
        ]

    groups = (
        LinkGroup(_("The newsroom"), tuple(standing("about", "ownership", "imprint", "contact"))),
        LinkGroup(
            pgettext("footer", "Rules"),
            (
                *standing("house-rules", "privacy", "accessibility"),
                Link(links.corrections(language), _("Corrections and updates")),
                Link(links.moderation_log(language), _("What moderators did")),
            ),
        ),
        LinkGroup(
            pgettext("footer", "Follow"),
            (
                Link(links.search(language), _("Search")),
                Link(links.discussions(language), _("Discussions")),
                Link(links.feeds(language), _("Feeds")),
            ),
        ),
        LinkGroup(
            pgettext("footer", "Support"),
            (Link(links.support(language), _("Support us")), Link(links.accounts(language), _("Our accounts"))),
        ),
    )
    return tuple(group for group in groups if group.links)


def _other(found: str, language: str) -> str:
    return found if found != language else ""


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
            ("treasurer", _("Treasurer")),
        ]
    )


def contact_page(language: str) -> Link | None:
    """How to write to the newsroom, if it has said that anywhere."""
    with snapshot() as cursor:
        page = furniture(cursor, language=language).pages.get("contact")
    return None if page is None or not page.is_ready else Link(links.standing("contact", page.language), page.title)
