"""Pages need the built styles, and a newsroom its folder for files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.desk import build_static


@pytest.fixture
def served(settings: Any, tmp_path: Path) -> None:
    """What `belowline init` would have made: styles and scripts, and a folder for files."""
    build_static()
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
