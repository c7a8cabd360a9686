"""A mailbox for tests that `imaplib` reads: as much of IMAP (RFC 3501) as one folder takes, on a free port of this machine."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Folder:
    """`mails` by their numbers; `moved` are those that were put into another folder. `says_no_to`: commands refused."""

    mails: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    moved: dict[str, list[bytes]] = field(default_factory=dict)
    says_no_to: set[str] = field(default_factory=set)
    capabilities: str = "IMAP4rev1 MOVE UIDPLUS"
    commands: list[str] = field(default_factory=list)
    url: str = ""

    def put(self, *mails: bytes) -> None:
        for raw in mails:
            self.mails[max(self.mails, default=0) + 1] = raw


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    folder: Folder


class _Talk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.wfile.write(b"* OK here\r\n")
        while line := self.rfile.readline().decode().strip():
            tag, words = line.split(" ", 1)
            name = words.split()[0].upper()
            name = f"UID {words.split()[1].upper()}" if name == "UID" else name
            folder = self.server.folder
            folder.commands.append(name)
            if name in folder.says_no_to:
                self.wfile.write(f"{tag} NO not {name} for secret@example.org\r\n".encode())
                continue
            self.wfile.write(self._answer(folder, name, words) + f"{tag} OK done\r\n".encode())
            if name == "LOGOUT":
                return

    def _answer(self, folder: Folder, name: str, words: str) -> bytes:
        if name == "CAPABILITY":
            return f"* CAPABILITY {folder.capabilities}\r\n".encode()
        if name == "SELECT":
            return f"* {len(folder.mails)} EXISTS\r\n".encode()
        if name == "LOGOUT":
            return b"* BYE now\r\n"
        if name == "UID SEARCH":
            without = "\\Seen" if "UNSEEN" in words else "\\Deleted"
            ids = [str(one) for one in folder.mails if without not in folder.flags.get(one, set())]
            return f"* SEARCH {' '.join(ids)}\r\n".encode()
        if not name.startswith("UID "):
            return b""
        uid = int(words.split()[2])
        if name == "UID FETCH":
            found = re.search(r"<0\.(\d+)>", words)
            assert found is not None
            raw = folder.mails[uid][: int(found[1])]
            return f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        if name == "UID STORE":
            folder.flags.setdefault(uid, set()).update(re.findall(r"\\\w+", words))
        if name in {"UID MOVE", "UID COPY"}:
            folder.moved.setdefault(words.split(" ", 3)[3].strip('"'), []).append(folder.mails[uid])
        if name in {"UID MOVE", "UID EXPUNGE"}:
            del folder.mails[uid]
        return b""


@contextmanager
def imap_folder() -> Iterator[Folder]:
    server = _Server(("127.0.0.1", 0), _Talk)
    server.folder = Folder(url=f"imap://returns:secret@127.0.0.1:{server.server_address[1]}/INBOX")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.folder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
