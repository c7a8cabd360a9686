"""Children for the supervisor's tests: `python fakes.py ROLE ...`. They stand in for programs that take seconds."""

from __future__ import annotations

import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def front(port: str, journal: str) -> None:
    server = HTTPServer(("127.0.0.1", int(port)), Page)
    signal.signal(signal.SIGTERM, lambda *_: leave(journal, "front ended"))
    server.serve_forever()


def desk(journal: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: leave(journal, "desk ended"))
    while True:
        time.sleep(60)


def deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(60)


def die(code: str) -> None:
    sys.exit(int(code))


def leave(journal: str, words: str) -> None:
    with Path(journal).open("a") as file:
        file.write(words + "\n")
    sys.exit(0)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
