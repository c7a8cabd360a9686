"""Files that are there whole or not at all, whoever looks: a reader, a backup, a process that is killed."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from django.core.files import File

# The ending of a file that is being written. The front serves none with it, and a backup leaves it out.
UNFINISHED = ".unfinished"


class WholeFileStorage(FileSystemStorage):
    """Django's, which writes under the final name: here it is given when the last byte is there."""

    def _save(self, name: str, content: File) -> str:
        draft: str = super()._save(f"{name}.{uuid.uuid4().hex}{UNFINISHED}", content)  # type: ignore[misc]
        final = self.get_available_name(name)
        Path(self.path(draft)).replace(self.path(final))
        return final
