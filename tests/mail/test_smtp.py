"""A password is told to a mail server only when it travels encrypted, wherever that is offered."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from belowline.mail.smtp import MailServer, ServerAway
from belowline.project.config import Config, Mail
from belowline.project.doctor import Level, check_mail

pytestmark = pytest.mark.once


class Server(socketserver.ThreadingTCPServer):
    """Says yes to everybody, writes down what it is told, and cannot really encrypt."""

    daemon_threads = True
    offers = b""
    heard: list[str]


class Talk(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            self.server.heard.append(word)
            if word == "EHLO":
                self.wfile.write(b"250-here\r\n" + self.server.offers + b"250 AUTH PLAIN\r\n")
            elif word == "STARTTLS":
                self.wfile.write(b"454 not today\r\n")
            else:
                self.wfile.write({"AUTH": b"235 yes\r\n", "QUIT": b"221 bye\r\n"}.get(word, b"250 yes\r\n"))


@contextmanager
def server(*, offers: bytes) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Talk) as made:
        made.offers, made.heard = offers, []
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def test_where_encryption_is_offered_nobody_signs_in_without_it() -> None:
    with server(offers=b"250-STARTTLS\r\n") as made:
        url = f"smtp://news:secret@127.0.0.1:{made.server_address[1]}"
        with pytest.raises(ServerAway):
            MailServer(url)
        assert check_mail(Config(mail=Mail(url=url, sender="n@news.example"))).level is Level.FAIL
    assert made.heard.count("STARTTLS") == 2
    assert "AUTH" not in made.heard


def test_where_it_is_not_offered_mail_goes_as_it_can() -> None:
    with server(offers=b"") as made:
        url = f"smtp://news:secret@127.0.0.1:{made.server_address[1]}"
        MailServer(url).close()
        assert check_mail(Config(mail=Mail(url=url, sender="n@news.example"))).level is Level.OK
    assert made.heard.count("AUTH") == 2
