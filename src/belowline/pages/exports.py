"""Everything that is stored about one reader, as a ZIP of JSON and a readable page. It grows on disk, not in memory."""

from __future__ import annotations

import json
import tempfile
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _

from belowline.accounts.models import Confirmation, FormerName, Reader, SignIn
from belowline.discussion.models import GivenSource, IgnoredReader, Mention, MutedBranch, Report, SourceAsk
from belowline.discussion.queries import own
from belowline.feedback.models import Asker, Offer
from belowline.mail.models import Letter
from belowline.moderation.models import Act, Appeal, ReaderStanding, UrgentReport
from belowline.notifications.models import Notice, Preferences, Subscription
from belowline.pages import links
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import Model

IN_MEMORY = 1_000_000
# A file on somebody's own disk: no style sheet of the site reaches it.
_STYLE = (
    "body{max-inline-size:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}"
    "h2{margin-block-start:2.5rem;border-block-end:1px solid}dl{display:grid;grid-template-columns:11rem 1fr;gap:.2rem 1rem;"
    "padding-block-end:.75rem}dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}pre{white-space:pre-wrap}"
    "@media(max-width:30rem){dl{grid-template-columns:1fr}}"
)
CHUNK = 200


def archive(reader_id: int, *, language: str, now: datetime) -> IO[bytes]:
    """The finished file, at its beginning."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    account = account_facts(reader_id)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("account.json", _json(account))
        _write_list(made, "comments.json", comments(reader_id, language=language))
        _write_list(made, "votes.json", votes(reader_id, language=language))
        with made.open("index.html", "w") as page:
            for part in _page(reader_id, account, language=language, now=now):
                page.write(part.encode())
    file.seek(0)
    return file


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _write_list(made: zipfile.ZipFile, name: str, items: Iterator[dict[str, Any]]) -> None:
    with made.open(name, "w") as file:
        file.write(b"[")
        for place, item in enumerate(items):
            file.write(b",\n" if place else b"\n")
            file.write(_json(item).encode())
        file.write(b"]\n")


@dataclass(frozen=True, slots=True)
class Kept:
    """One table that says something about a reader: by which column, and which others are printed."""

    model: type[Model]
    key: str
    columns: tuple[str, ...]


# What is a secret (hashes, keys, tokens) is left out, and named in tests/accounts/test_leaving.py, which knows every column.
OF_READER = {
    "former_names": Kept(FormerName, "reader", ("skeleton", "kept_until")),
    "confirmations": Kept(Confirmation, "reader", ("email", "made_at", "used_at")),
    "ignored_readers": Kept(IgnoredReader, "reader", ("ignored_id", "at")),
    "muted_branches": Kept(MutedBranch, "reader", ("comment_id", "at")),
    "reports": Kept(Report, "reporter", ("comment_id", "reason", "concern", "note", "email", "at", "settled_at")),
    "urgent_reports": Kept(UrgentReport, "reporter", ("comment_id", "reason", "at", "was_right")),
    "sources_asked_for": Kept(SourceAsk, "reader", ("comment_id", "at")),
    "sources_given": Kept(GivenSource, "comment__author", ("comment_id", "url", "given_us")),
    "named_in": Kept(Mention, "reader", ("comment_id", "name", "is_current")),
    "requests": Kept(Asker, "reader", ("request_id", "request__kind", "comment_id", "is_counted", "at")),
    "offered_sources": Kept(
        Offer,
        "reader",
        (
            "article_id", "passage_id", "words", "url", "contact", "name", "consent", "language", "state", "note",
            "received_at", "settled_at",
        ),
    ),
    "subscriptions": Kept(
        Subscription, "reader", ("id", "about", "target", "by_mail", "on_site", "language", "made_at")
    ),
    "standing": Kept(ReaderStanding, "reader", ("standing", "until", "since")),
    "decisions_about_you": Kept(Act, "reader", ("kind", "comment_id", "rule", "at")),
    "appeals": Kept(
        Appeal, "reader", ("act_id", "text", "at", "state", "answer", "decided_at", "is_alone", "was_given_back")
    ),
    "notification_times": Kept(Preferences, "reader", ("zone", "quiet_from", "quiet_until", "no_mail")),
    "notices": Kept(
        Notice,
        "reader",
        (
            "id", "about", "subscription_id", "thread_id", "comment_id", "article_id", "decision_id", "made_at", "on_site",
            "seen_at", "due_at", "letter", "mailed_at",
        ),
    ),
}  # fmt: skip
OF_USER = {
    "addresses": Kept(EmailAddress, "user", ("email", "verified", "primary")),
    "sessions": Kept(SignIn, "user", ("browser", "began_at", "used_at")),
    "accounts_elsewhere": Kept(SocialAccount, "user", ("provider", "uid", "extra_data", "last_login", "date_joined")),
}
READER = (
    "id", "name", "skeleton", "email", "kind", "badge", "source", "source_key", "joined_at", "renamed_at", "confirmed_at",
    "is_indexed", "lists_comments",
)  # fmt: skip


def account_facts(reader_id: int) -> dict[str, Any]:
    """Everything but comments and votes."""
    reader = Reader.objects.select_related("user").get(pk=reader_id)
    user = reader.user
    emails = [reader.email]
    facts: dict[str, Any] = {"reader": {name: getattr(reader, name) for name in READER}}
    if user is not None:
        facts["user"] = {
            "email": user.email,
            "joined_at": user.date_joined,
            "last_sign_in_at": user.last_login,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "has_password": user.has_usable_password(),
            "roles": [group.name for group in user.groups.all()],
        }
    facts |= {name: _rows(one, reader_id) for name, one in OF_READER.items()}
    if user is not None:
        facts |= {name: _rows(one, user.pk) for name, one in OF_USER.items()}
        facts["second_factors"] = [
            {
                "kind": one.type,
                "name": one.data.get("name", ""),
                "added_at": one.created_at,
                "used_at": one.last_used_at,
            }
            for one in Authenticator.objects.filter(user=user)
        ]
        emails += [user.email, *(one["email"] for one in facts["addresses"])]
    letters = Letter.objects.filter(email__in=[one for one in emails if one])
    facts["letters"] = list(letters.values("kind", "email", "language", "subject", "text", "state", "queued_at"))
    return facts


def _rows(kept: Kept, pk: int) -> list[dict[str, Any]]:
    return list(kept.model._default_manager.filter(**{kept.key: pk}).order_by("pk").values(*kept.columns))


def comments(reader_id: int, *, language: str) -> Iterator[dict[str, Any]]:
    """With every wording, the newest first."""
    before = own.FAR
    while True:
        with snapshot() as cursor:
            rows = own.written(cursor, reader_id=reader_id, before=before, at_most=CHUNK)
            texts = own.wordings(cursor, [row.id for row in rows])
        for row in rows:
            yield {
                "id": row.id,
                "discussion": row.title,
                "address": links.absolute(links.comment(row.thread_id, row.id, language)),
                "state": row.state,
                "written_at": row.written_at,
                "wordings": [{"number": n, "text": text, "at": at} for n, text, at in texts.get(row.id, [])],
            }
        if len(rows) < CHUNK:
            return
        before = rows[-1].time_key


def votes(reader_id: int, *, language: str) -> Iterator[dict[str, Any]]:
    before = own.FAR
    while True:
        with snapshot() as cursor:
            rows = own.voted(cursor, reader_id=reader_id, before=before, at_most=CHUNK)
        for row in rows:
            yield {
                "comment": row.comment_id,
                "address": links.absolute(links.comment(row.thread_id, row.comment_id, language)),
                "value": row.value,
                "at": row.cast_at,
            }
        if len(rows) < CHUNK:
            return
        before = rows[-1].time_key


def section_titles() -> dict[str, str]:
    """What the parts of account.json are called on the readable page, in the active language."""
    return {
        "reader": _("The reader"),
        "user": _("The account"),
        "former_names": _("Names that you gave up"),
        "confirmations": _("Letters that asked whether an address is yours"),
        "ignored_readers": _("Whom you ignore"),
        "muted_branches": _("Branches that you muted"),
        "reports": _("Comments that you reported"),
        "urgent_reports": _("Reports of yours that hid a comment"),
        "sources_asked_for": _("Comments that you asked for a source"),
        "sources_given": _("Sources that you gave"),
        "named_in": _("Comments that name you"),
        "requests": _("What you asked of the newsroom"),
        "offered_sources": _("Sources that you offered"),
        "subscriptions": _("What you are told of"),
        "standing": _("What the newsroom decided about you"),
        "decisions_about_you": _("When it decided, and by which rule"),
        "appeals": _("What you objected to, and the answers"),
        "notification_times": _("When nobody writes to you"),
        "notices": _("What happened"),
        "addresses": _("E-mail addresses"),
        "sessions": _("Where you are signed in"),
        "accounts_elsewhere": _("Accounts elsewhere"),
        "second_factors": _("Passkeys, apps and recovery codes"),
        "letters": _("Letters to you"),
    }


def _readable(value: dict[str, Any] | list[dict[str, Any]]) -> Iterator[str]:
    """The columns are called as in account.json, so that both can be held beside each other."""
    rows = value if isinstance(value, list) else [value]
    if not rows:
        nothing = _("Nothing is stored.")
        yield f"<p>{escape(nothing)}</p>"
    for row in rows:
        yield "<dl>"
        for name, one in row.items():
            yield f'<dt dir="ltr">{escape(name)}</dt><dd dir="auto">{escape(_said(one))}</dd>'
        yield "</dl>"


def _said(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return _plain(value)


def _page(reader_id: int, account: dict[str, Any], *, language: str, now: datetime) -> Iterator[str]:
    direction = "rtl" if language == "ar" else "ltr"
    title = escape(_("What %(site)s knows about you") % {"site": settings.CONFIG.site.name})
    yield (
        f'<!doctype html><html lang="{language}" dir="{direction}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1><p>{escape(now.isoformat(timespec='minutes'))}</p>"
    )
    titles = section_titles()
    for name, value in account.items():
        yield f"<h2>{escape(titles[name])}</h2>"
        yield from _readable(value)
    yield f"<h2>{escape(_('My comments'))}</h2>"
    for one in comments(reader_id, language=language):
        yield f'<article><h3 dir="auto"><a href="{escape(one["address"])}">{escape(one["discussion"])}</a></h3>'
        yield f"<p>{escape(_plain(one['written_at']))}, {escape(one['state'])}</p>"
        for text in one["wordings"]:
            yield f'<pre dir="auto">{escape(text["text"])}</pre>'
        yield "</article>"
    yield f"<h2>{escape(_('My votes'))}</h2><ul>"
    for one in votes(reader_id, language=language):
        yield f'<li dir="ltr"><a href="{escape(one["address"])}">{escape(one["address"])}</a>: {one["value"]:+d}</li>'
    yield "</ul></html>"
