"""A mail server for tests: takes every mail on a free port of this machine, and shows what came."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import cast


@dataclass
class Mailbox:
    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)

    def newest(self, *, within_seconds: float = 15) -> EmailMessage:
        """The mail that came last; waits for the first one."""
        deadline = time.monotonic() + within_seconds
        while not self.mails and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self.mails, "no mail came"
        return self.mails[-1]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(box)) as server:
        server.daemon_threads = True
        box.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box
        server.shutdown()


def _handler(box: Mailbox) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        """As much of RFC 5321 as smtplib speaks."""

        def handle(self) -> None:
            self._say("220 ready")
            while line := self.rfile.readline().decode().strip():
                word = line.split(" ")[0].upper()
                if word == "DATA":
                    self._say("354 go on")
                    self._take()
                self._say({"QUIT": "221 bye"}.get(word, "250 ok"))
                if word == "QUIT":
                    return

        def _take(self) -> None:
            lines = []
            while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            box.mails.append(
                cast("EmailMessage", email.message_from_bytes(b"".join(lines), policy=email.policy.default))
            )

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    return Handler
