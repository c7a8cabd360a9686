"""The newsroom of tests/newsroom, and what a reader's search answers."""

from __future__ import annotations

from tests.newsroom.conftest import Newsroom, cursor, founded, newsroom

__all__ = ["Newsroom", "cursor", "founded", "newsroom"]
