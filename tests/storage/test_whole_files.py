"""A stored file is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File

from belowline.storage.whole_files import UNFINISHED, WholeFileStorage, remove_unfinished


class Watched(ContentFile):
    """Tells what lies in the folder after each piece that was written."""

    def __init__(self, folder: Path) -> None:
        super().__init__(b"x" * 9)
        self.folder, self.seen = folder, []

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for _ in range(3):
            yield b"xxx"
            self.seen.append(sorted(path.name for path in self.folder.iterdir()))


def test_a_file_has_its_name_when_its_last_byte_is_there(tmp_path: Path) -> None:
    content = Watched(tmp_path)
    assert WholeFileStorage(location=tmp_path).save("card.png", content) == "card.png"
    assert len(content.seen) == 3
    assert all(name.endswith(UNFINISHED) for names in content.seen for name in names)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"card.png": b"x" * 9}


def test_what_broke_off_is_not_there(tmp_path: Path) -> None:
    class Broken(File):
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"half"
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        WholeFileStorage(location=tmp_path).save("card.png", Broken(None, name="card.png"))
    assert list(tmp_path.iterdir()) == [], "not even a half of it"


def test_two_files_of_one_name_are_two_files(tmp_path: Path) -> None:
    storage = WholeFileStorage(location=tmp_path)
    first, second = (storage.save("card.png", ContentFile(data)) for data in (b"one", b"two"))
    assert first != second
    assert {(tmp_path / first).read_bytes(), (tmp_path / second).read_bytes()} == {b"one", b"two"}


def test_what_a_killed_process_left_goes_after_a_day_and_nothing_else(tmp_path: Path) -> None:
    """The worker's daily round (project/handlers.py)."""
    now = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
    ages = {
        f"media/maps/old.svg.x{UNFINISHED}": 25,
        f"private/originals/old.jpg.x{UNFINISHED}": 200,
        f"media/being-written.png.x{UNFINISHED}": 1,
        "media/maps/old.svg": 9_000,
        "media/unfinished": 9_000,
    }
    for name, hours in ages.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        at = (now - timedelta(hours=hours)).timestamp()
        os.utime(path, (at, at))
    folders = [tmp_path / "media", tmp_path / "private", tmp_path / "nowhere"]
    assert remove_unfinished(folders, before=now - timedelta(days=1)) == 2
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {f"media/being-written.png.x{UNFINISHED}", "media/maps/old.svg", "media/unfinished"}
