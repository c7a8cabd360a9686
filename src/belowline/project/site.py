"""The data folder of one site: its layout, its making, and the lock that keeps a second supervisor away.

belowline.toml   the settings              run/        sockets, lock, what the supervisor tells its children
secret           signs cookies, cursors    static/     built files, can be made again
belowline.db     the database (SQLite)     media/      published pictures and documents
backups/         what `backup` made        private/    files that are never public
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from belowline.project.words import gettext as _

# config.FILE_NAME, written out: importing it would bring the settings' library into the supervisor.
SETTINGS_FILE = "belowline.toml"
# sockaddr_un.sun_path holds 108 bytes with the closing NUL (unix(7)).
SOCKET_PATH_BYTES_MAX = 107


class SiteError(Exception):
    """The site cannot be used like this. The message is one line for the operator: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    root: Path

    @property
    def settings(self) -> Path:
        return self.root / SETTINGS_FILE

    @property
    def secret(self) -> Path:
        return self.root / "secret"

    @property
    def database(self) -> Path:
        return self.root / "belowline.db"

    @property
    def media(self) -> Path:
        return self.root / "media"

    @property
    def private(self) -> Path:
        return self.root / "private"

    @property
    def static(self) -> Path:
        return self.root / "static"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def last_backup(self) -> Path:
        """A link to the last finished backup, also to one outside the data folder."""
        return self.backups / "last"

    @property
    def spool(self) -> Path:
        return self.run / "spool"

    @property
    def lock(self) -> Path:
        return self.run / "lock"

    @property
    def status(self) -> Path:
        return self.run / "status.json"

    @property
    def seeded(self) -> Path:
        """Exists once the demo newsroom was written completely."""
        return self.root / "demo-seeded"

    @property
    def socket(self) -> Path:
        """The desk's socket: in the data folder, or, where its path would be too long for a socket, in a folder of the
        system's temporary one that only this user can enter."""
        inside = self.run / "desk.sock"
        if len(os.fsencode(inside)) <= SOCKET_PATH_BYTES_MAX:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"belowline-{os.getuid()}-{digest}" / "desk.sock"

    @property
    def unfinished(self) -> Path:
        """Exists while `init` works. Left behind by one that was killed: what lies beside it is half a site."""
        return self.root / "init-unfinished"

    def is_site(self) -> bool:
        return self.settings.exists() and not self.unfinished.exists()


def data_folder(path: Path | str) -> DataFolder:
    return DataFolder(Path(path).expanduser().resolve())


def make_folders(folder: DataFolder) -> None:
    """The folders of a site; those that exist are left as they are. Raises SiteError."""
    try:
        folder.root.mkdir(parents=True, exist_ok=True, mode=0o750)
        for path in (folder.media, folder.static):
            path.mkdir(exist_ok=True, mode=0o755)
        for path in (folder.run, folder.private, folder.backups, folder.spool):
            path.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise SiteError(
            _("cannot make the data folder {path}: {reason}").format(path=folder.root, reason=error)
        ) from None


def make_secret(folder: DataFolder) -> None:
    """64 random bytes, readable by this user alone. An existing secret stays: sessions and links depend on it."""
    try:
        descriptor = os.open(folder.secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64) + "\n")


def refuse_unusable(folder: DataFolder) -> None:
    """Raises SiteError unless the folder is a site that this user can write."""
    if not folder.is_site():
        message = _("{path} is not the data folder of a site; make one with: belowline init --data {path}")
        raise SiteError(message.format(path=folder.root))
    for path in (folder.root, *(part for part in (folder.run, folder.media, folder.database) if part.exists())):
        if not is_writable(path):
            message = _("{path} cannot be written by this user (uid {uid}); change its owner: chown -R")
            raise SiteError(message.format(path=path, uid=os.getuid()))


def is_writable(path: Path) -> bool:
    """Whether this user may write there. A folder is tried out, because a read-only mount fools the permission bits."""
    if not path.is_dir():
        return os.access(path, os.W_OK)
    try:
        with tempfile.TemporaryFile(dir=path):
            return True
    except OSError:
        return False


def take_lock(folder: DataFolder, *, purpose: str) -> int:
    """The folder's lock as a descriptor; it is free again when the descriptor, or the process, is gone.

    Raises SiteError naming the process that has it. `purpose` is shown to whoever comes second.
    """
    descriptor = os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 200).decode(errors="replace").strip()
        os.close(descriptor)
        message = _("the data folder {path} is in use by {holder}; stop it first")
        raise SiteError(message.format(path=folder.root, holder=holder or _("another process"))) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"belowline {purpose} (process {os.getpid()})\n".encode(), 0)
    return descriptor


def is_locked(folder: DataFolder) -> bool:
    if not folder.lock.exists():
        return False
    descriptor = os.open(folder.lock, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def write_privately(path: Path, values: Any) -> None:
    """Write JSON that only this user can read, in one step."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(values, file, indent=1)
    draft.replace(path)
