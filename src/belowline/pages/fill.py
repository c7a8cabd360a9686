"""The desk's door for the front: public pages, built without a session, a cookie or a request object.

Which page an address means is the table `ROUTES`; everything about a page is decided by (path, query, language, now)
and one snapshot of the database.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.utils import translation
from django.utils.encoding import iri_to_uri

from belowline.front.keys import SEARCH_PARAMETERS, SEARCH_VALUE_CHARACTERS_MAX
from belowline.outbox.events import position
from belowline.pages import (
    feeds,
    live,
    moderation_log,
    passages,
    profiles,
    public,
    record,
    search,
    sitemaps,
    standing,
    support,
    web_annotations,
)
from belowline.pages.answer import Answer, Ask, BadQuestion, Gone, NotHere
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    View = Callable[..., Answer]

log = logging.getLogger(__name__)

PARAMETERS = {"sort", "view", "page", "after", "n", "since", "target"}
# What lies behind this many is nobody's question: an address has six parameters.
FIELDS_MAX = 20
ID = r"[1-9][0-9]{0,17}"
# No control characters: PostgreSQL takes no NUL, and nothing of ours has one.
SLUG = r"[^/\x00-\x1f\x7f]{1,255}"
SOURCE_ID = r"[^/\x00-\x1f\x7f]{1,120}"
BLOCK = r"b-[0-9a-z-]{1,38}"
LIVE_NUMBER = r"[1-9][0-9]{0,5}"

ROUTES: list[tuple[re.Pattern[str], View]] = [
    (re.compile(r"/"), public.front),
    (re.compile(rf"/t/(?P<slug>{SLUG})"), public.topic),
    (re.compile(rf"/a/(?P<slug>{SLUG})"), public.article),
    (re.compile(rf"/a/(?P<slug>{SLUG})/history"), record.versions),
    (re.compile(rf"/a/(?P<slug>{SLUG})/history/(?P<number>[1-9][0-9]{{0,5}})"), record.difference),
    (re.compile(rf"/a/(?P<slug>{SLUG})/updates"), live.updates),
    (re.compile(rf"/a/(?P<slug>{SLUG})/before/(?P<number>{LIVE_NUMBER})"), live.earlier),
    (re.compile(rf"/a/(?P<slug>{SLUG})/e/(?P<number>{LIVE_NUMBER})"), live.entry),
    (re.compile(rf"/a/(?P<slug>{SLUG})/e/(?P<number>{LIVE_NUMBER})/history"), live.wordings),
    (re.compile(rf"/by/(?P<slug>{SLUG})"), record.author),
    (re.compile(r"/corrections"), record.corrections),
    (re.compile(r"/moderation"), moderation_log.log),
    (re.compile(r"/moderation/(?P<number>[1-9][0-9]{3})"), moderation_log.year),
    (re.compile(r"/d"), public.discussions),
    (re.compile(rf"/d/(?P<thread_id>{ID})"), public.thread),
    (re.compile(rf"/d/(?P<thread_id>{ID})/inline"), passages.inline),
    (re.compile(rf"/d/(?P<thread_id>{ID})/inline/(?P<block>{BLOCK})"), passages.block),
    (re.compile(rf"/d/(?P<thread_id>{ID})/passages"), passages.choose),
    (re.compile(rf"/d/(?P<thread_id>{ID})/updates"), public.updates),
    (re.compile(rf"/d/(?P<thread_id>{ID})/c/(?P<comment_id>{ID})"), public.branch),
    (re.compile(rf"/d/(?P<thread_id>{ID})/c/(?P<comment_id>{ID})/history"), public.history),
    (re.compile(rf"/d/(?P<thread_id>{ID})/from/(?P<source>[a-z0-9]+)/(?P<source_id>{SOURCE_ID})"), public.imported),
    (re.compile(rf"/r/(?P<reader_id>{ID})"), profiles.profile),
    (re.compile(r"/annotations"), web_annotations.collection),
    (re.compile(r"/support"), support.support),
    (re.compile(r"/support/accounts"), support.accounts),
    (re.compile(r"/search"), search.search),
    (re.compile(r"/feeds"), feeds.feeds),
    (re.compile(r"/feed\.(?P<form>rss|atom|json)"), feeds.of_site),
    (re.compile(rf"/t/(?P<slug>{SLUG})/feed\.(?P<form>rss|atom|json)"), feeds.of_topic),
    (re.compile(rf"/by/(?P<slug>{SLUG})/feed\.(?P<form>rss|atom|json)"), feeds.of_author),
    (re.compile(rf"/a/(?P<slug>{SLUG})/feed\.(?P<form>rss|atom|json)"), feeds.of_coverage),
    (re.compile(r"/corrections/feed\.(?P<form>rss|atom|json)"), feeds.of_corrections),
    (re.compile(r"/sitemap\.xml"), sitemaps.index),
    (re.compile(r"/sitemap-pages\.xml"), sitemaps.pages),
    (re.compile(r"/sitemap-news\.xml"), sitemaps.news),
    (re.compile(r"/sitemap-articles-(?P<number>[0-9]{1,9})\.xml"), sitemaps.articles),
    (re.compile(rf"/(?P<kind>{standing.ADDRESSES})"), standing.page),
    (re.compile(r"/(?:\.well-known/)?trust\.txt"), standing.trust),
    (re.compile(r"/words\.js"), public.words),
    (re.compile(r"/robots\.txt"), public.robots),
]


def ask_from(path: str, query: str, *, now: datetime) -> Ask:
    """Read an address: the language in front, the known parameters, the first of each."""
    language: str = settings.LANGUAGE_CODE
    for code, _name in settings.LANGUAGES:
        if code != settings.LANGUAGE_CODE and (path == f"/{code}" or path.startswith(f"/{code}/")):
            language, path = code, path[len(code) + 1 :] or "/"
    values: dict[str, str] = {}
    known, longest = (SEARCH_PARAMETERS, SEARCH_VALUE_CHARACTERS_MAX) if path == "/search" else (PARAMETERS, 500)
    for name, value in parse_qsl("&".join(query.split("&", FIELDS_MAX)[:FIELDS_MAX])):
        if name in known:
            values.setdefault(name, value[:longest])
    return Ask(path=path, language=language, now=now, query=values)


def answer(ask: Ask) -> tuple[Answer, int]:
    """The page and the outbox position that its snapshot had seen."""
    with translation.override(ask.language), snapshot() as cursor:
        seen = position(cursor)
        return _routed(cursor, replace(ask, position=seen)), seen


def _routed(cursor: CursorWrapper, ask: Ask) -> Answer:
    try:
        view, arguments = _view(ask.path)
        return view(cursor, ask, **arguments)
    except NotHere:
        return public.not_found(cursor, ask)
    except Gone:
        return public.gone(cursor, ask)
    except BadQuestion as problem:
        return public.bad_question(cursor, ask, code=problem.code)


def _view(path: str) -> tuple[View, dict[str, Any]]:
    for pattern, view in ROUTES:
        match = pattern.fullmatch(path)
        if match is not None:
            found = match.groupdict()
            return view, {
                name: int(text) if name.endswith("_id") and name != "source_id" else text
                for name, text in found.items()
            }
    raise NotHere


def application(environ: Mapping[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """WSGI. Reads the path and the query from the environment, and nothing else."""
    ask = ask_from(
        environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace"),
        environ.get("QUERY_STRING", ""),
        now=datetime.now(UTC),
    )
    try:
        page, seen = answer(ask)
    except OperationalError:
        log.exception("fill_without_database")
        close_old_connections()
        start_response("503 Service Unavailable", [("Retry-After", "2"), ("Content-Length", "0")])
        return [b""]
    body = page.body.encode()
    start_response(f"{page.status} {_REASONS.get(page.status, 'OK')}", _headers(page, seen, len(body)))
    return [body]


_REASONS = {
    200: "OK",
    301: "Moved Permanently",
    308: "Permanent Redirect",
    400: "Bad Request",
    404: "Not Found",
    410: "Gone",
}


def _headers(page: Answer, seen: int, length: int) -> list[tuple[str, str]]:
    headers = [("Content-Type", page.content_type), ("Content-Length", str(length)), ("Belowline-Position", str(seen))]
    if page.tags:
        headers.append(("Belowline-Tags", " ".join(page.tags)))
    if page.fresh_until is not None:
        headers.append(("Belowline-Fresh-Until", f"{page.fresh_until.timestamp():.3f}"))
    if page.is_admitted_late:
        headers.append(("Belowline-Admit", "second"))
    if page.location:
        headers.append(("Location", iri_to_uri(page.location) or ""))
    if not page.is_indexed:
        headers.append(("X-Robots-Tag", "noindex"))
    return headers
