"""Request bodies, read whole before the desk hears of them: a slow reader then costs a file, not one of its threads."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from belowline.front.rsgi import Exchange

MEMORY_BYTES_MAX = 1024 * 1024
# All bodies in memory together; beyond it even small ones go to files.
MEMORY_ROOM_BYTES = 16 * 1024 * 1024
# All bodies together, so that uploads cannot fill the disk that the database is on.
SPOOL_ROOM_BYTES = 1024 * 1024 * 1024
# Slower than this on the whole (after a grace) is no reader but an attempt to hold the place.
BYTES_PER_SECOND_MIN = 4 * 1024
GRACE_SECONDS = 20.0


class BodyRefused(Exception):
    """`status` says why: 400 cut short, 408 too slow, 413 too large, 503 no room."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(slots=True)
class SpoolRoom:
    """Bytes that bodies hold now, of this process."""

    memory_bytes: int = 0
    total_bytes: int = 0


class Spool:
    """A context manager around one body; leaving it frees the memory or the file."""

    def __init__(self, room: SpoolRoom, *, directory: Path, limit_bytes: int, idle_seconds: float) -> None:
        self._room = room
        self._directory = directory
        self._limit_bytes = limit_bytes
        self._idle_seconds = idle_seconds
        self._parts: list[bytes] = []
        self._held_bytes = 0
        self._file: BinaryIO | None = None
        self.size_bytes = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._room.memory_bytes -= self._held_bytes
        self._room.total_bytes -= self.size_bytes
        if self._file is not None:
            self._file.close()

    async def read(self, exchange: Exchange, *, declared_bytes: int | None) -> None:
        """Take in the whole body. Raises BodyRefused."""
        if declared_bytes is not None and declared_bytes > self._limit_bytes:
            raise BodyRefused(413)
        began = time.monotonic()
        chunks = aiter(exchange)
        while (chunk := await self._next(chunks)) is not None:
            await self._add(chunk)
            if time.monotonic() - began > GRACE_SECONDS + self.size_bytes / BYTES_PER_SECOND_MIN:
                raise BodyRefused(408)
        if declared_bytes is not None and self.size_bytes != declared_bytes:
            raise BodyRefused(400)

    async def _next(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        try:
            async with asyncio.timeout(self._idle_seconds):
                # Not anext(chunks, None): with a default, CPython 3.11 crashes on awaitables that are no coroutines.
                return await chunks.__anext__()
        except StopAsyncIteration:
            return None
        except TimeoutError:
            raise BodyRefused(408) from None
        except RuntimeError:  # the server's word for a connection that broke
            raise BodyRefused(400) from None

    async def _add(self, chunk: bytes) -> None:
        if self.size_bytes + len(chunk) > self._limit_bytes:
            raise BodyRefused(413)
        if self._room.total_bytes + len(chunk) > SPOOL_ROOM_BYTES:
            raise BodyRefused(503)
        self.size_bytes += len(chunk)
        self._room.total_bytes += len(chunk)
        self._parts.append(chunk)
        self._held_bytes += len(chunk)
        self._room.memory_bytes += len(chunk)
        if self._held_bytes > MEMORY_BYTES_MAX or self._room.memory_bytes > MEMORY_ROOM_BYTES:
            await asyncio.to_thread(self._spill)

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._directory)  # noqa: SIM115 - closed on leaving
        self._file.writelines(self._parts)
        self._parts.clear()
        self._room.memory_bytes -= self._held_bytes
        self._held_bytes = 0

    async def body(self) -> bytes | BinaryIO:
        """The whole body, from its beginning."""
        if self._file is None:
            return b"".join(self._parts)
        await asyncio.to_thread(self._spill)
        await asyncio.to_thread(self._file.seek, 0)
        return self._file

    def small_body(self, *, limit_bytes: int) -> bytes | None:
        """The body if it is in memory and no longer than the limit."""
        return b"".join(self._parts) if self._file is None and self.size_bytes <= limit_bytes else None
