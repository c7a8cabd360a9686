"""Every address that a page prints, in one place. A language that is not the site's own stands in front of the path."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings


def prefix(language: str) -> str:
    """ "" for the site's own language, else "/ar"."""
    return "" if language == settings.LANGUAGE_CODE else f"/{language}"


def absolute(path: str) -> str:
    return settings.PUBLIC_URL + path


def home(language: str) -> str:
    return f"{prefix(language)}/"


def topic(slug: str, language: str) -> str:
    return f"{prefix(language)}/t/{slug}"


def article(slug: str, language: str, **query: str | int | None) -> str:
    return f"{prefix(language)}/a/{slug}{_query(query)}"


def versions(slug: str, language: str) -> str:
    return f"{prefix(language)}/a/{slug}/history"


def version(slug: str, number: int, language: str) -> str:
    return f"{prefix(language)}/a/{slug}/history/{number}"


def live_entry(slug: str, number: int, language: str) -> str:
    return f"{article(slug, language)}/e/{number}"


def live_wordings(slug: str, number: int, language: str) -> str:
    return f"{article(slug, language)}/e/{number}/history"


def live_before(slug: str, number: int, language: str) -> str:
    """The page of the entries that are older than that one."""
    return f"{article(slug, language)}/before/{number}"


def live_updates(slug: str, language: str) -> str:
    return f"{article(slug, language)}/updates"


def corrections(language: str) -> str:
    return f"{prefix(language)}/corrections"


def moderation_log(language: str, **query: str | int | None) -> str:
    """What moderators did, for everybody."""
    return f"{prefix(language)}/moderation{_query(query)}"


def moderation_year(year: int, language: str) -> str:
    return f"{prefix(language)}/moderation/{year}"


def author(slug: str, language: str) -> str:
    return f"{prefix(language)}/by/{slug}"


def standing(kind: str, language: str) -> str:
    """`kind` is a StandingKind as value: its address."""
    return f"{prefix(language)}/{kind}"


def error_form(article_id: int, language: str) -> str:
    return f"{prefix(language)}/_error/{article_id}"


def offer_form(article_id: int, language: str, *, passage: str = "") -> str:
    """Where a source is offered. `passage` is an address of one (domain/anchoring/choosing.py)."""
    return f"{prefix(language)}/_offer/{article_id}{_query({'passage': passage})}"


def request(request_id: int, language: str) -> str:
    """Where a reader joins a request, or leaves it."""
    return f"{prefix(language)}/_d/request/{request_id}"


def search(language: str, **query: str | int | None) -> str:
    return f"{prefix(language)}/search{_query(query)}"


def feeds(language: str) -> str:
    return f"{prefix(language)}/feeds"


def feed(page: str, form: str, language: str) -> str:
    """The feed of a page, given by its path without the language ("/", "/t/ferry"); `form` is rss, atom or json."""
    return f"{prefix(language)}{page.rstrip('/')}/feed.{form}"


def sitemap(name: str = "") -> str:
    """Without a name the index of them all. In no language: each lists the pages of every one."""
    return f"/sitemap-{name}.xml" if name else "/sitemap.xml"


def discussions(language: str, **query: str | int | None) -> str:
    return f"{prefix(language)}/d{_query(query)}"


def thread(thread_id: int, language: str, **query: str | int | None) -> str:
    return f"{prefix(language)}/d/{thread_id}{_query(query)}"


def comment(thread_id: int, comment_id: int, language: str, **query: str | int | None) -> str:
    return f"{prefix(language)}/d/{thread_id}/c/{comment_id}{_query(query)}"


def history(thread_id: int, comment_id: int, language: str) -> str:
    return f"{prefix(language)}/d/{thread_id}/c/{comment_id}/history"


def inline(thread_id: int, language: str, block: str = "", **query: str | int | None) -> str:
    """All inline feedback, or what is said at one block."""
    return f"{prefix(language)}/d/{thread_id}/inline{'/' if block else ''}{block}{_query(query)}"


def choose_passage(thread_id: int, language: str, **query: str | int | None) -> str:
    return f"{prefix(language)}/d/{thread_id}/passages{_query(query)}"


def web_annotations(target: str, *, page: int | None = None) -> str:
    """The comments on passages of an article, for programs. In no language: they are in the languages they were written in."""
    return f"/annotations{_query({'target': target, 'page': page})}"


def profile(reader_id: int, language: str, **query: str | int | None) -> str:
    """What anybody may see of a member."""
    return f"{prefix(language)}/r/{reader_id}{_query(query)}"


def post_form(thread_id: int, language: str, *, passage: str = "", asks: str = "") -> str:
    """`passage` is an address of one (domain/anchoring/choosing.py), `asks` what is asked for there (a Kind)."""
    return f"{prefix(language)}/_d/{thread_id}/reply{_query({'passage': passage, 'asks': asks})}"


def reply_form(thread_id: int, comment_id: int, language: str) -> str:
    return f"{prefix(language)}/_d/{thread_id}/reply/{comment_id}"


def names(thread_id: int, language: str) -> str:
    """Whom a comment in this discussion may name (JSON)."""
    return f"{prefix(language)}/_d/{thread_id}/names"


def vote(thread_id: int, language: str) -> str:
    return f"{prefix(language)}/_d/{thread_id}/vote"


def own_comment(comment_id: int, language: str, act: str = "") -> str:
    """`act` is edit, delete, report, choices or source; empty for the author's own view."""
    return f"{prefix(language)}/_d/comment/{comment_id}{'/' if act else ''}{act}"


def decision(act_id: int, language: str) -> str:
    """What was decided about whoever reads it, and where they object."""
    return f"{prefix(language)}/_decision/{act_id}"


def notify_passage(thread_id: int, passage_id: int, language: str) -> str:
    return f"{prefix(language)}/_d/{thread_id}/notify{_query({'passage': passage_id})}"


def me(thread_id: int, language: str) -> str:
    return f"{prefix(language)}/_me/thread/{thread_id}"


def account(act: str, language: str, **query: str | int | None) -> str:
    """`act` is sign-in, sign-up, sign-out, ...; empty for my page."""
    return f"{prefix(language)}/_account{'/' if act else ''}{act}{_query(query)}"


def guest(language: str) -> str:
    """What this browser knows of a reader without an account."""
    return f"{prefix(language)}/_guest"


def confirm(token: str, language: str) -> str:
    """Where the owner of an address says yes or no to it."""
    return f"{prefix(language)}/_confirm/{token}"


def unsubscribe(token: str, language: str) -> str:
    """Where one press ends the mails that a letter was one of (RFC 8058)."""
    return f"{prefix(language)}/_u/{token}"


def subscriptions(language: str) -> str:
    """What a reader is told, how, and how often."""
    return f"{prefix(language)}/_notify"


def notify_of(thread_id: int, language: str, **query: str | int | None) -> str:
    """The form to follow a discussion, or a branch of it (`branch=`)."""
    return f"{prefix(language)}/_d/{thread_id}/notify{_query(query)}"


def follow(about: str, target: int, language: str) -> str:
    """The form to follow a topic or an author."""
    return f"{prefix(language)}/_notify/{about}/{target}"


def notices(language: str) -> str:
    """What happened that the reader wanted to know."""
    return f"{prefix(language)}/_notices"


def in_language(path: str, language: str) -> str:
    """A path of ours, in the language of what stands there."""
    return f"{prefix(language)}{path}"


def queue(language: str, **query: str | int | None) -> str:
    return f"{prefix(language)}/_staff/comments{_query(query)}"


def staff_reader(reader_id: int, language: str) -> str:
    """What moderators know of a reader."""
    return f"{prefix(language)}/_staff/readers/{reader_id}"


def staff_discussions(language: str, **query: str | int | None) -> str:
    """How the discussions are kept."""
    return f"{prefix(language)}/_staff/discussions{_query(query)}"


def staff_discussion(thread_id: int, language: str) -> str:
    return f"{prefix(language)}/_staff/discussions/{thread_id}"


def staff_appeals(language: str) -> str:
    """What readers object to."""
    return f"{prefix(language)}/_staff/appeals"


def staff_appeal(appeal_id: int, language: str) -> str:
    return f"{prefix(language)}/_staff/appeals/{appeal_id}"


def word_lists(language: str) -> str:
    """The lists of words."""
    return f"{prefix(language)}/_staff/lists"


def word_list(of: str, language: str, **query: str | int | None) -> str:
    return f"{prefix(language)}/_staff/lists/{of}{_query(query)}"


def support(language: str) -> str:
    return f"{prefix(language)}/support"


def accounts(language: str) -> str:
    return f"{prefix(language)}/support/accounts"


def give(language: str) -> str:
    return f"{prefix(language)}/_support/give"


def gift(token: str, language: str, act: str = "") -> str:
    """`act` is cancelled or stop; empty for the gift's own page."""
    return f"{prefix(language)}/_support/gift/{token}{'/' if act else ''}{act}"


def draft(token: str) -> str:
    """A draft for whoever has the link. Its own language decides about the page: none stands in front."""
    return f"/_preview/{token}"


def draft_picture(token: str, picture_id: int) -> str:
    return f"/_preview/{token}/picture/{picture_id}"


def _query(values: dict[str, str | int | None]) -> str:
    given = {name: value for name, value in values.items() if value not in {None, ""}}
    return f"?{urlencode(given)}" if given else ""
