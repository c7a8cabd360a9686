"""The same page in other languages, for `hreflang`: every member of a group names them all, itself among them
(https://developers.google.com/search/docs/specialty/international/localized-versions)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from belowline.pages import links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Alternates = tuple[tuple[str, str], ...]

DEFAULT = "x-default"


def in_every_language(address: Callable[[str], str]) -> Alternates:
    """Of a page that there is in every language of the site; `address` makes its path in one."""
    return _whole({code: address(code) for code, _name in settings.LANGUAGES})


def in_languages(codes: Iterable[str], address: Callable[[str], str]) -> Alternates:
    """Of a page that there is in these languages; nothing when it is one."""
    paths = {code: address(code) for code in codes}
    return _whole(paths) if len(paths) > 1 else ()


def of_article(slug: str, language: str, translations: Iterable[tuple[str, str]]) -> Alternates:
    """Of an article with its translations, (language, slug) each; nothing when it has none."""
    group = {language: links.article(slug, language)}
    group |= {code: links.article(other, code) for code, other in translations}
    return in_languages(group, group.__getitem__)


def _whole(paths: dict[str, str]) -> Alternates:
    """Whoever speaks another language gets the site's own, where there is one."""
    found = [(code, links.absolute(path)) for code, path in sorted(paths.items())]
    fallback = paths.get(settings.LANGUAGE_CODE)
    return (*found, (DEFAULT, links.absolute(fallback))) if fallback is not None else tuple(found)
