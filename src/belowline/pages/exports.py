"""Everything that is stored about one reader, as a ZIP of JSON and a readable page. It grows on disk, not in memory."""

from __future__ import annotations

import json
import tempfile
import zipfile
from typing import IO, TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _

from belowline.accounts.models import Confirmation, FormerName, Reader, SignIn
from belowline.discussion.models import IgnoredReader, MutedBranch, Report
from belowline.discussion.queries import own
from belowline.feedback.models import Asker, Offer
from belowline.mail.models import Letter
from belowline.notifications.models import Notice, Preferences, Subscription
from belowline.pages import links
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

IN_MEMORY = 1_000_000
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


def account_facts(reader_id: int) -> dict[str, Any]:
    """Everything but comments and votes. What is a secret (hashes, keys, tokens) is named and not printed."""
    reader = Reader.objects.select_related("user").get(pk=reader_id)
    user = reader.user
    emails = [reader.email]
    facts: dict[str, Any] = {
        "ignored_readers": list(IgnoredReader.objects.filter(reader=reader).values("ignored_id", "at")),
        "muted_branches": list(MutedBranch.objects.filter(reader=reader).values("comment_id", "at")),
        "reports": list(Report.objects.filter(reporter=reader).values("comment_id", "reason", "note", "at")),
        "subscriptions": list(Subscription.objects.filter(reader=reader).values()),
        "requests": list(Asker.objects.filter(reader=reader).values("request_id", "request__kind", "comment_id", "at")),
        "offered_sources": list(
            Offer.objects.filter(reader=reader).values(
                "article_id", "words", "url", "contact", "name", "consent", "state", "received_at"
            )
        ),
        "notification_times": list(Preferences.objects.filter(reader=reader).values()),
        "notices": list(Notice.objects.filter(reader=reader).order_by("pk").values()),
        "reader": {
            name: getattr(reader, name)
            for name in (
                "id",
                "name",
                "skeleton",
                "email",
                "kind",
                "badge",
                "source",
                "source_key",
                "joined_at",
                "renamed_at",
            )
        },
        "former_names": list(FormerName.objects.filter(reader=reader).values("skeleton", "kept_until")),
        "confirmations": list(Confirmation.objects.filter(reader=reader).values("email", "made_at", "used_at")),
    }
    if user is not None:
        addresses = list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary"))
        emails += [user.email, *(one["email"] for one in addresses)]
        facts |= {
            "user": {
                "email": user.email,
                "joined_at": user.date_joined,
                "last_sign_in_at": user.last_login,
                "first_name": user.first_name,
                "last_name": user.last_name,
                "has_password": user.has_usable_password(),
                "roles": [group.name for group in user.groups.all()],
            },
            "addresses": addresses,
            "sessions": list(SignIn.objects.filter(user=user).values("browser", "began_at", "used_at")),
            "second_factors": [
                {
                    "kind": one.type,
                    "name": one.data.get("name", ""),
                    "added_at": one.created_at,
                    "used_at": one.last_used_at,
                }
                for one in Authenticator.objects.filter(user=user)
            ],
            "accounts_elsewhere": list(
                SocialAccount.objects.filter(user=user).values("provider", "uid", "last_login", "date_joined")
            ),
        }
    letters = Letter.objects.filter(email__in=[one for one in emails if one])
    facts["letters"] = list(letters.values("kind", "email", "language", "subject", "text", "state", "queued_at"))
    return facts


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


def _page(reader_id: int, account: dict[str, Any], *, language: str, now: datetime) -> Iterator[str]:
    direction = "rtl" if language == "ar" else "ltr"
    title = escape(_("What %(site)s knows about you") % {"site": settings.CONFIG.site.name})
    yield (
        f'<!doctype html><html lang="{language}" dir="{direction}"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><p>{escape(now.isoformat(timespec='minutes'))}</p>"
    )
    yield f"<h2>{escape(_('The account'))}</h2>"
    yield f'<pre dir="ltr">{escape(_json(account))}</pre>'
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
