"""A mail server for tests: a real one (aiosmtpd) on a free port of this machine. It shows what came, and says no or goes
away where a test wants it to."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP


@dataclass
class Mailbox:
    """`mails` in the order in which they came; `senders` and `recipients` are their envelopes.

    `refusals`: what it says to a recipient instead of 250, and to the end of a mail for "".
    """

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)

    def newest(self, *, within_seconds: float = 15) -> EmailMessage:
        """The mail that came last; waits for the first one."""
        return self.wait_for(1, within_seconds=within_seconds)[-1]

    def wait_for(self, count: int, *, within_seconds: float = 15) -> list[EmailMessage]:
        deadline = time.monotonic() + within_seconds
        while len(self.mails) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.mails) >= count, f"{len(self.mails)} of {count} mails came"
        return self.mails

    # What aiosmtpd calls.
    async def handle_RCPT(
        self, server: object, session: object, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        if "" in self.refusals:
            return self.refusals[""]
        self.senders.append(envelope.mail_from)
        self.recipients.extend(envelope.rcpt_tos)
        self.raw.append(envelope.content)
        self.mails.append(cast("EmailMessage", email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Its own loop in a thread: aiosmtpd's controller cannot take a port that the system chooses."""
    box, loop = Mailbox(), asyncio.new_event_loop()
    # In a thread of its own from the beginning: a browser's tests have a loop in theirs already.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_begun(box, loop), loop).result(5)
    box.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _begun(box: Mailbox, loop: asyncio.AbstractEventLoop) -> asyncio.Server:
    return await loop.create_server(lambda: SMTP(box, loop=loop, enable_SMTPUTF8=False), "127.0.0.1", 0)


async def _ended(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
