"""What a page says of itself to programs, in the words of schema.org. tests/pages/test_structured.py holds every type
and property against the vocabulary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from belowline.pages import links
from belowline.pages.json_ld import script

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from markupsafe import Markup

    from belowline.newsroom.pictures.public import PublicPicture
    from belowline.newsroom.queries.standing import Furniture
    from belowline.newsroom.queries.values import Article, Teaser, Topic

CONTEXT = "https://schema.org"
# A fact check of ours rates nobody's claim in numbers, so it is no ClaimReview.
TYPES = {
    "report": "ReportageNewsArticle",
    "analysis": "AnalysisNewsArticle",
    "opinion": "OpinionNewsArticle",
    "page": "Article",
}
OTHER_TYPE = "NewsArticle"
# Which standing page answers which question about a newsroom. A page with gaps answers none.
POLICIES = {
    "publishingPrinciples": "about",
    "ethicsPolicy": "about",
    "ownershipFundingInfo": "ownership",
    "actionableFeedbackPolicy": "contact",
}


def article(
    found: Article,
    *,
    furniture: Furniture,
    card_url: str,
    thread_url: str = "",
    comment_count: int | None = None,
    coverage: Mapping[str, Any] | None = None,
) -> Markup:
    """`coverage` are the facts of a live coverage, which make it a LiveBlogPosting."""
    address = links.absolute(links.article(found.slug, found.language))
    data: dict[str, Any] = {
        "@type": TYPES.get(found.kind, OTHER_TYPE),
        "@id": f"{address}#article",
        "url": address,
        "mainEntityOfPage": address,
        "headline": found.headline,
        "description": found.standfirst,
        "inLanguage": found.language,
        "datePublished": _moment(found.published_at),
        # Only a change of substance sets it: a comma is no news.
        "dateModified": _moment(found.updated_at or found.published_at),
        "author": [
            {"@type": "Person", "name": one.name, "url": links.absolute(links.author(one.slug, found.language))}
            | _given({"jobTitle": one.role})
            for one in found.bylines
        ],
        "publisher": organisation(furniture, language=found.language),
        "isPartOf": {"@type": "WebSite", "name": settings.CONFIG.site.name, "url": links.absolute("/")},
        "articleSection": found.topic.title if found.topic else "",
        "wordCount": found.word_count,
        "isAccessibleForFree": True,
        "image": [
            *([picture(found.picture, furniture)] if found.picture and not found.picture.is_sensitive else []),
            *([card_url] if card_url else []),
        ],
        "correction": [
            {"@type": "CorrectionComment", "text": one.text, "datePublished": _moment(one.at)}
            for one in found.corrections
            if one.kind in {"correction", "clarification", "removal"}
        ],
    }
    if thread_url:
        data |= {"discussionUrl": links.absolute(thread_url), "commentCount": comment_count or 0}
    if coverage is not None:
        data |= {"@type": "LiveBlogPosting", **coverage}
    return _script([data, breadcrumbs(found)])


def breadcrumbs(found: Article) -> dict[str, Any]:
    steps = [(settings.CONFIG.site.name, links.home(found.language))]
    if found.topic is not None:
        steps.append((found.topic.title, links.topic(found.topic.slug, found.language)))
    steps.append((found.headline, links.article(found.slug, found.language)))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": links.absolute(path)}
            for place, (name, path) in enumerate(steps, 1)
        ],
    }


def organisation(furniture: Furniture, *, language: str) -> dict[str, Any]:
    """This newsroom, with the policies that it has written."""
    home = links.absolute("/")
    policies = {
        name: links.absolute(links.standing(kind, furniture.pages[kind].language))
        for name, kind in POLICIES.items()
        if kind in furniture.pages and furniture.pages[kind].is_ready
    }
    said = {"correctionsPolicy": links.absolute(links.corrections(language))}
    return {
        "@type": "NewsMediaOrganization",
        "@id": f"{home}#newsroom",
        "name": settings.CONFIG.site.name,
        "url": home,
    } | _given(said | policies)


def picture(found: PublicPicture, furniture: Furniture) -> dict[str, Any]:
    """With whose it is, and where to ask for it."""
    contact = furniture.pages.get("contact")
    asked = contact is not None and not found.licence_url
    return {
        "@type": "ImageObject",
        "url": links.absolute(found.full_url),
        "contentUrl": links.absolute(found.full_url),
    } | _given(
        {
            "caption": found.caption,
            "creditText": found.credit,
            "license": found.licence_url,
            "acquireLicensePage": links.absolute(links.standing("contact", contact.language))
            if contact is not None and asked
            else "",
            "creator": {"@type": "Person", "name": found.creator} if found.creator else None,
        }
    )


def author(*, name: str, role: str, bio: str, path: str, language: str) -> Markup:
    address = links.absolute(path)
    person = {"@type": "Person", "@id": f"{address}#person", "name": name, "url": address}
    return _script(
        [
            {
                "@type": "ProfilePage",
                "url": address,
                "inLanguage": language,
                "mainEntity": person | _given({"jobTitle": role, "description": bio}),
            }
        ]
    )


def topic(found: Topic, articles: Iterable[Teaser], *, path: str) -> Markup:
    address = links.absolute(path)
    return _script(
        [
            {"@type": "CollectionPage", "url": address, "name": found.title, "inLanguage": found.language}
            | _given({"description": found.description})
            | {
                "mainEntity": {
                    "@type": "ItemList",
                    "itemListElement": [
                        {
                            "@type": "ListItem",
                            "position": place,
                            "url": links.absolute(links.article(one.slug, one.language)),
                        }
                        for place, one in enumerate(articles, 1)
                    ],
                }
            }
        ]
    )


def front(furniture: Furniture, *, language: str) -> Markup:
    return _script([organisation(furniture, language=language)])


def _script(things: list[dict[str, Any]]) -> Markup:
    said = [_given(one) for one in things]
    return script({"@context": CONTEXT} | said[0] if len(said) == 1 else {"@context": CONTEXT, "@graph": said})


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known: an empty value says something false."""
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
