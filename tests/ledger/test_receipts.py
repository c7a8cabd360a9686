"""A receipt comes at most once, whenever the process that sends it is killed (decision 0020)."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from belowline.project.config import Mail
from belowline.support.models import Entry, Receipt
from belowline.support.queries import doubtful_receipts
from belowline.support.receipts import send_receipt
from tests.ledger.conftest import Till
from tests.ledger.test_side_by_side import till
from tests.support.mailbox import mailbox

__all__ = ["till"]

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("moment", "mails"), [("before", 0), ("between", 1)])
def test_a_killed_sender_never_makes_two_of_one_and_what_may_be_lost_is_named(
    till: Till, settings: Any, moment: str, mails: int
) -> None:
    till.paid(email="ann@example.org")
    entry = Entry.objects.get()
    with mailbox() as box:
        address = box.url.removeprefix("smtp://")
        database = str(connection.settings_dict["NAME"])
        command = [sys.executable, "-m", "tests.ledger.sending_process", database, address, str(entry.pk), moment]
        assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
        assert len(box.mails) == mails
        # The worker that starts after it is given the same event again.
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = address.split(":")
        settings.CONFIG = settings.CONFIG.model_copy(update={"mail": Mail(url=box.url, sender="d@weir.example")})
        assert not send_receipt(entry.pk, gift_url=lambda _token, _language: "x")
        assert len(box.mails) == mails
    assert Receipt.objects.get().sent_at is None
    now = datetime.now(UTC)
    assert doubtful_receipts(now=now) == [], "it may still be on its way"
    assert doubtful_receipts(now=now + timedelta(hours=1)) == [entry.pk]
