"""Files that are there whole or not at all, whoever looks: a reader, a backup, a process that is killed."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.core.files import File

# The ending of a file that is being written. The front serves none with it, and a backup leaves it out.
UNFINISHED = ".unfinished"


class WholeFileStorage(FileSystemStorage):
    """Django's, which writes under the final name: here it is given when the last byte is there."""

    def _save(self, name: str, content: File) -> str:
        wanted = f"{name}.{uuid.uuid4().hex}{UNFINISHED}"
        try:
            draft: str = super()._save(wanted, content)  # type: ignore[misc]
        except BaseException:
            with suppress(OSError):
                Path(self.path(wanted)).unlink(missing_ok=True)
            raise
        final = self.get_available_name(name)
        Path(self.path(draft)).replace(self.path(final))
        return final


def remove_unfinished(folders: Iterable[Path], *, before: datetime) -> int:
    """Take away what processes that were killed left half written, untouched since `before`; how many files."""
    count = 0
    for folder in folders:
        for root, _folders, names in os.walk(folder):
            for name in names:
                path = Path(root) / name
                if name.endswith(UNFINISHED) and _is_older(path, before):
                    with suppress(OSError):
                        path.unlink()
                        count += 1
    return count


def _is_older(path: Path, before: datetime) -> bool:
    """False also when it was finished in this moment."""
    try:
        return path.stat().st_mtime < before.timestamp()
    except OSError:
        return False
