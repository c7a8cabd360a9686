"""A site whose mail goes to a real server of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from belowline.project.config import Mail
from tests.support.mailbox import Mailbox, mailbox


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with mailbox() as made:
        point_at(settings, made)
        yield made


def point_at(settings: Any, box: Mailbox, *, bounces: str = "") -> None:
    mail = Mail(url=box.url, sender="The Weir <desk@weir.example>", bounces=bounces)
    settings.CONFIG = settings.CONFIG.model_copy(update={"mail": mail, "demo": False})
