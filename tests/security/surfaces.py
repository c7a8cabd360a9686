"""Every place where a comment's words, the source that its author gave, or its author's name can be seen (S28).

`SURFACES` is the list. Each has a name, ways to look at it, and what is to be seen there as long as the comment stands.
Whoever builds a new place where comments are shown adds it here, and to docs/security-tests.md:
`test_gone_from_everywhere.py` finds what is missing.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from belowline.accounts.models import Reader
from belowline.discussion.queries.orders import Sort
from belowline.domain.notifying import About
from belowline.mail.mailer import composed
from belowline.mail.models import Letter, LetterState
from belowline.notifications import sending
from belowline.notifications.models import Subscription
from belowline.outbox.models import Event
from belowline.pages import exports
from tests.security.planted import EVERYTHING, FIRST, NAME, NOTHING, READERS, WORDS, World
from tests.support.databases import dump
from tests.support.desk import reader_of


@dataclass(frozen=True)
class Look:
    """One way to look at a surface; `shows` is what is to be seen while the comment stands, no more and no less."""

    name: str
    text: Callable[[World], str]
    shows: frozenset[str]


@dataclass(frozen=True)
class Surface:
    """`where` says it to a reader of docs/security-tests.md."""

    name: str
    where: str
    looks: tuple[Look, ...]


def public(shows: Iterable[str], *patterns: str) -> tuple[Look, ...]:
    return tuple(
        Look(one, lambda world, one=one: world.public(one), frozenset(shows))  # type: ignore[misc]
        for one in patterns
    )


def shown_to(who: str, shows: Iterable[str], *patterns: str) -> tuple[Look, ...]:
    """Personal pages, as this one sees them."""
    return tuple(
        Look(f"{who}: {one}", lambda world, one=one: world.shown_to(who, one), frozenset(shows))  # type: ignore[misc]
        for one in patterns
    )


def letters(to: str) -> Callable[[World], str]:
    """The letters that wait for this one, as they would be handed over at this moment."""

    def text(world: World) -> str:
        address = world.planted.author.email if to == "author" else world.planted.readers[to].email
        said = [composed(one) for one in Letter.objects.filter(email=address, state=LetterState.WAITING)]
        return "\n".join(f"{one.subject}\n{one.headers}\n{one.text}\n{one.html}" for one in said if one is not None)

    return text


def export(of: str) -> Callable[[World], str]:
    def text(world: World) -> str:
        user = world.planted.author if of == "author" else world.planted.readers[of]
        reader = Reader.objects.filter(user=user).first()
        if reader is None:
            return ""
        with exports.archive(reader.pk, language="en", now=datetime.now(UTC)) as file, zipfile.ZipFile(file) as made:
            return "\n".join(made.read(name).decode() for name in made.namelist())

    return text


def ending_mails(world: World) -> str:
    """The page behind the link in a letter about the branch."""
    line = Subscription.objects.get(reader=reader_of(world.planted.readers["bruno"]), about=About.BRANCH)
    return world.shown_to("nobody", f"/_u/{sending.unsubscribe_token([line.pk])}")


def events(world: World) -> str:
    """What the front reads and what streams are made of."""
    return repr(list(Event.objects.values()))


SORTS = tuple(sort.value for sort in Sort)
TEXTS = frozenset({WORDS, NAME})
ONLY_NAME = frozenset({NAME})

SURFACES: tuple[Surface, ...] = (
    Surface("article", "the first page of the discussion in the article's own page", public(EVERYTHING, "{a}")),
    Surface(
        "discussion",
        "the discussion's own page, in every order, size and language",
        public(EVERYTHING, "{d}", "/ar{d}", "{d}?n=25", *(f"{{d}}?sort={one}" for one in SORTS)),
    ),
    Surface("timeline", "the flat view by time", public(EVERYTHING, "{d}?view=timeline")),
    Surface("permalink", "the comment's own page with its replies", public(EVERYTHING, "{d}/c/{c}")),
    Surface(
        "replies",
        "pages of replies: ancestors above, the trail of names, “in reply to NAME: first words”",
        public(EVERYTHING, "{d}/c/{r}", "{d}/c/{deep}"),
    ),
    Surface("history", "earlier wordings, and the sources that were given", public(EVERYTHING, "{d}/c/{c}/history")),
    Surface(
        "new comments",
        "what is new since a moment, as a page and as the JSON that streams repeat",
        (*public(EVERYTHING, "{d}?since=0"), *public(NOTHING, "{d}/updates?since=0")),
    ),
    Surface(
        "inline feedback",
        "the list of all passages and the panel of one, with readers' requests",
        public(EVERYTHING, "{d}/inline", "{d}/inline/{block}"),
    ),
    Surface(
        "annotations", "comments on passages for other programs (JSON-LD)", public(TEXTS, "/annotations?target={a}")
    ),
    Surface(
        "profiles",
        "the author's profile, and the reply lines in those of who answered",
        (*public(EVERYTHING, "/r/{author}"), *public(TEXTS, "/r/{bruno}")),
    ),
    Surface(
        "forms",
        "forms that show the comment or its reply line: reply, report, choices, source; a reply's own page and form",
        (
            *shown_to("nobody", EVERYTHING, "/_d/{t}/reply/{c}", "/_d/comment/{c}/report"),
            *shown_to("carla", EVERYTHING, "/_d/comment/{c}/choices", "/_d/comment/{c}/source"),
            *shown_to("carla", TEXTS, "/_d/{t}/reply/{r}", "/_d/comment/{r}/choices"),
            *shown_to("bruno", TEXTS, "/_d/comment/{r}", "/_d/comment/{r}?fragment=1", "/_d/comment/{r}/delete"),
        ),
    ),
    Surface("names", "the names that are offered after “@”", shown_to("carla", ONLY_NAME, "/_d/{t}/names")),
    Surface(
        "bell",
        "notices on the site: of the comment, of answers to it, of the source",
        (*shown_to("bruno", TEXTS, "/_notices"), *shown_to("carla", TEXTS, "/_notices")),
    ),
    Surface(
        "letters",
        "mails that wait: about the comment, about the source, about replies, which quote it",
        (
            Look("to bruno", letters("bruno"), TEXTS),
            Look("to carla", letters("carla"), EVERYTHING),
            Look("to its author", letters("author"), frozenset({WORDS})),
        ),
    ),
    Surface(
        "lists of others",
        "what others follow or ignore: the matrix, its forms, the page that ends mails, the ignore list",
        (
            *shown_to("bruno", ONLY_NAME, "/_notify", "/_d/{t}/notify?branch={c}"),
            Look("the page that ends mails", ending_mails, ONLY_NAME),
            *shown_to("dora", ONLY_NAME, "/_account/ignored"),
            *shown_to("bruno", NOTHING, "/_account/votes"),
        ),
    ),
    Surface(
        "exports of others",
        "what others take home",
        tuple(Look(name, export(name), NOTHING) for name in READERS),
    ),
    Surface(
        "author's own",
        "the author's own page of the comment, its forms, the list of what they wrote, their export",
        (
            *shown_to("author", EVERYTHING, "/_d/comment/{c}", "/_d/comment/{c}/delete"),
            *shown_to("author", TEXTS, "/_d/comment/{c}/edit", "/_account/comments"),
            Look("export", export("author"), EVERYTHING | {FIRST}),
        ),
    ),
    Surface(
        "moderators' page",
        "what is reported and what waits; the replies of one reader",
        (
            *shown_to("moderator", EVERYTHING, "/_staff/comments?queue=reported", "/_staff/comments?find={c}"),
            *shown_to("moderator", TEXTS, "/_staff/comments?find={r}"),
            *shown_to("moderator", NOTHING, "/_staff/comments", "/_staff/comments?queue=removed"),
        ),
    ),
    Surface(
        "editors' desk",
        "readers' requests with the words of who asks",
        (
            *shown_to("editor", TEXTS, "/_desk/readers-ask/{request}/"),
            *shown_to("editor", NOTHING, "/_desk/", "/_desk/readers-ask/", "/_desk/readers-ask/offers/"),
            *shown_to(
                "editor", NOTHING, "/_desk/readers-ask/offers/{offer}/", "/_desk/readers-ask/questions/{article}/"
            ),
        ),
    ),
    Surface("events", "the outbox, of which pages, streams and the worker learn", (Look("outbox", events, NOTHING),)),
    Surface(
        "elsewhere in public",
        "front page, topics, authors, feeds, search, sitemaps, the article's versions: they know of comments how many",
        public(
            NOTHING,
            *(
                "/",
                "/d",
                "/t/the-barrier",
                "/by/ines",
                "/corrections",
                "/moderation",
                f"/moderation/{datetime.now(UTC).year}",
                "/search?q=holes",
                "/support",
                "/support/accounts",
            ),
            *(f"{page}/feed.{form}" for page in ("", "/t/the-barrier", "/by/ines") for form in ("rss", "atom", "json")),
            *("/feeds", "/corrections/feed.json", "/robots.txt", "/words.js", "/house-rules", "/trust.txt"),
            *("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-news.xml", "/sitemap-articles-0.xml"),
            *("{a}/history", "{a}/history/1", "{d}/passages", "{d}/from/isso/7"),
            # There is no live coverage here; what it shows it has from entries alone.
            *("{a}/updates?since=0", "{a}/before/1", "{a}/e/1", "{a}/e/1/history", "{a}/feed.json"),
        ),
    ),
    Surface(
        "elsewhere for readers",
        "everything else that a reader is shown: my page, the account, other forms, a draft's preview",
        (
            *shown_to(
                "carla",
                NOTHING,
                *("/_me", "/_me/thread/{t}?c=1,2,3", "/_d/{t}/reply", "/_d/request/{request}", "/_d/comment/{c}"),
                *("/_notify/topic/{topic}", "/_account", "/_account/profile", "/_account/name", "/_account/export"),
                *("/_account/delete", "/_account/mail", "/_account/email", "/_account/security", "/_account/sessions"),
                *("/_account/password", "/_account/again", "/_account/with/mine", "/_account/security/codes"),
                *(
                    "/_account/security/app",
                    "/_account/security/passkeys/add",
                    "/_error/{article}",
                    "/_offer/{article}",
                ),
                *("/_support/give", "/_preview/{preview}", "/_preview/{preview}/picture/1", "/_account/sign-out"),
            ),
            *shown_to("nobody", NOTHING, "/_guest", "/_account/sign-in", "/_account/sign-up", "/_account/code"),
        ),
    ),
    Surface(
        "database",
        "every row of every table, as a copy of it would show them",
        (Look("dump", lambda world: dump(), EVERYTHING | {FIRST}),),
    ),
)
