"""A site with mail, and a letterbox: what the mail room was given, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from tests.pages.conftest import served

__all__ = ["served"]


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    body: str
    language: str

    @property
    def code(self) -> str:
        """The line that stands alone and is no sentence."""
        found = [line for line in self.body.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,12}", line)]
        assert len(found) == 1, self.body
        return found[0]


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[Letter]:
    """Mail is set up: addresses have to be proved."""
    settings.HAS_MAIL = settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = settings.MFA_PASSKEY_SIGNUP_ENABLED = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    box: list[Letter] = []

    def take(key: str, *, to: str, language: str, subject: str, body: str, kind: str) -> None:
        assert kind == "account"
        box.append(Letter(to, subject, body, language))

    monkeypatch.setattr("belowline.accounts.letters.queue_mail", take)
    return box
