"""Sending what waits. One connection for many letters; a killed sender loses none and doubles none (decision 0030)."""

from __future__ import annotations

import hmac
import logging
import time
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parseaddr
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import override

from belowline.mail import actions
from belowline.mail.message import Composed, message_bytes
from belowline.mail.ports import composes
from belowline.mail.queries import closed_because
from belowline.mail.smtp import Abandoned, MailServer, NotTaken, ServerAway
from belowline.storage.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from belowline.mail.models import Letter

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
AT_ONCE = 50
AWAY_FIRST, AWAY_MOST = 2.0, 300.0
# These letters are the ones a closed address asked for by itself, to open it again.
ASKED_FOR = frozenset({"account", "confirm", "receipt"})
STOP = "List-Unsubscribe"
# A server that takes longer than this with a letter is not given its end before we have looked again whether it says
# what is true: a timeout is twenty seconds (smtp.py), and there are four of them.
SLOW_SECONDS = 1.0


class Server(Protocol):
    def deliver(self, message: bytes, *, sender: str, recipient: str, before_end: Callable[[], bool]) -> None: ...
    def close(self) -> None: ...


def message_id(key: str) -> str:
    """The same for the same letter, so that programs that get it twice show it once (RFC 5322, 3.6.4). A mail that comes
    back may name its letter by this alone: nobody else can make one."""
    safe = "".join(c if (c.isalnum() and c.isascii()) or c in "-." else "." for c in key)
    mark = hmac.digest(settings.SECRET_KEY.encode(), f"message {key}".encode(), sha256).hex()[:16]
    return f"<{safe}.{mark}@{domain()}>"


def domain() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


class Mailer(Rounds):
    """The thread that sends. It belongs to the worker; several may run. Stopping waits for the letter in hand."""

    name = "mailer"
    failed_pause = 5.0

    def __init__(self) -> None:
        super().__init__()
        self._away = 0

    def round(self) -> float:
        """One batch; how many seconds to wait before the next."""
        try:
            count = send_due(now=datetime.now(UTC), is_stopping=self._stopping.is_set)
        except ServerAway as away:
            self._away += 1
            pause = min(AWAY_FIRST * 2 ** (self._away - 1), AWAY_MOST)
            log.warning("mail_server_away", extra={"said": str(away), "pause_seconds": pause})
            return pause
        self._away = 0
        return 0.0 if count == AT_ONCE else LOOK_SECONDS


def send_due(*, now: datetime, is_stopping: Callable[[], bool] = lambda: False, most: int = AT_ONCE) -> int:
    """Send the letters that are due; how many there were. Raises ServerAway, with those that were not sent waiting on."""
    if not settings.CONFIG.mail.url and not settings.CONFIG.demo:
        return 0  # they wait until mail is set up, or too late
    letters = actions.claim_due(now=now, most=most)
    if not letters:
        return 0
    if not settings.CONFIG.mail.url:
        for letter in letters:
            _keep(letter, now=now)
        return len(letters)
    _Batch(letters, now=now).send(is_stopping)
    return len(letters)


def composed(letter: Letter) -> Composed | None:
    if letter.subject:
        return Composed(letter.subject, letter.text)
    with override(letter.language):
        return composes[letter.kind](letter.payload, letter.language)


def _keep(letter: Letter, *, now: datetime) -> None:
    said = composed(letter)
    if said is None:
        actions.drop_letter(letter.pk, why="nothing_to_say", now=now)
    else:
        actions.keep_in_demo(letter.pk, subject=said.subject, text=said.text, now=now)


class _Batch:
    """Letters that were claimed together, over one connection."""

    def __init__(self, letters: list[Letter], *, now: datetime) -> None:
        self._waiting = list(letters)
        self._taken: list[int] = []
        self._now = now
        self._server: Server | None = None

    def send(self, is_stopping: Callable[[], bool]) -> None:
        try:
            while self._waiting and not is_stopping():
                self._send(self._waiting[0])
                self._waiting.pop(0)
        except ServerAway as away:
            actions.note_away(said=str(away), now=self._now)
            raise
        finally:
            actions.note_taken(self._taken, now=self._now)
            if self._waiting:
                actions.give_back([one.pk for one in self._waiting], due_at=self._now)
            if self._server is not None:
                self._server.close()

    def _send(self, letter: Letter) -> None:
        if letter.kind not in ASKED_FOR and (why := closed_because(letter.email)):
            actions.drop_letter(letter.pk, why=why, now=self._now)
            return
        began = time.monotonic()
        said = composed(letter)
        if said is None:
            actions.drop_letter(letter.pk, why="nothing_to_say", now=self._now)
            return
        try:
            message = self._message(letter, said)
        except ValueError:
            log.exception("letter_unsendable", extra={"letter": letter.pk, "kind": letter.kind})
            actions.drop_letter(letter.pk, why="unsendable", now=self._now)
            return
        self._hand_over(letter, message, said, began=began)

    def _message(self, letter: Letter, said: Composed) -> bytes:
        return message_bytes(
            _with_address_to_stop(said, letter.token),
            sender=settings.CONFIG.mail.sender,
            recipient=letter.email,
            message_id=_id_of(letter, said),
            language=letter.language,
            now=self._now,
        )

    def _hand_over(self, letter: Letter, message: bytes, said: Composed, *, began: float) -> None:
        def before_end() -> bool:
            is_old = time.monotonic() - began > SLOW_SECONDS and composed(letter) != said
            return not is_old and self._begin_to_end(letter, _id_of(letter, said))

        if self._server is None:
            self._server = MailServer(settings.CONFIG.mail.url)
        try:
            self._server.deliver(
                message,
                sender=return_path(letter.token),
                recipient=letter.email,
                before_end=before_end,
            )
        except NotTaken as no:
            actions.note_not_taken(
                letter, code=no.code, is_for_now=no.is_for_now, is_address=no.is_address, now=self._now
            )
        except Abandoned:
            self._server = None
        except ServerAway:
            self._server = None
            raise
        else:
            self._taken.append(letter.pk)

    def _begin_to_end(self, letter: Letter, message_id: str) -> bool:
        finished, self._taken = self._taken, []
        return actions.begin_to_end(letter.pk, message_id=message_id, finished=finished, now=self._now)


def return_path(token: str) -> str:
    """Where a mail that cannot be delivered comes back to: an address that names the letter (variable envelope return
    path), if the site has a place for those; else the sender's own."""
    place = settings.CONFIG.mail.bounces
    return _named(place, token) if place else parseaddr(settings.CONFIG.mail.sender)[1]


def _named(place: str, token: str) -> str:
    local, _, host = place.rpartition("@")
    return f"{local}+{token}@{host}"


def _id_of(letter: Letter, said: Composed) -> str:
    return said.message_id or message_id(letter.key)


def _with_address_to_stop(said: Composed, token: str) -> Composed:
    """Beside the link that ends these mails (RFC 8058) an address (RFC 2369), for programs that know only this one."""
    place, link = settings.CONFIG.mail.unsubscribes, said.headers.get(STOP)
    if not place or not link:
        return said
    return replace(said, headers={**said.headers, STOP: f"{link}, <mailto:{_named(place, token)}?subject=unsubscribe>"})
