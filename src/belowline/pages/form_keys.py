"""The random field that makes one form one press, with the time at which the form was drawn.

`random.time.mark`: the mark is an HMAC of the two before it, so that nobody makes a form look older than it is. It is bound
to no reader, because a form may be drawn for a visitor and sent by a member; that one key is used once is seen to by whoever
stores what was sent (discussion.Submission, accounts/sent_forms.py). A key without a time, as scripts of others and forms
from before an update send it, says nothing about the time and is as good as any other.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

# mail-and-spam.md, "Time trap": an older form is drawn again with its text. Answers are kept as long (security.md, S22).
LIVES = timedelta(hours=24)
# Longer ones are cut off: 24 random characters, 8 of time, 22 of the mark, two dots.
CHARACTERS = 100
_RANDOM_BYTES = 18
_MARK_BYTES = 16
_SALT = "belowline.form-key"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_form_key(drawn_at: datetime) -> str:
    """56 characters from now until 2059."""
    head = f"{secrets.token_urlsafe(_RANDOM_BYTES)}.{int_to_base36((drawn_at - _EPOCH) // timedelta(milliseconds=1))}"
    return f"{head}.{_mark(head)}"


def is_spent(key: str, *, now: datetime) -> bool:
    """Whether the form has to be drawn again: it is older than a day, or its mark is not ours (any more)."""
    if "." not in key:
        return False
    at = _drawn_at(key)
    return at is None or now - at > LIVES


def seconds_since(key: str, *, now: datetime) -> float | None:
    """Since the form was drawn; None where nobody knows, and where a clock was set back since."""
    at = _drawn_at(key)
    return None if at is None or at > now else (now - at).total_seconds()


def _drawn_at(key: str) -> datetime | None:
    head, _dot, mark = key.rpartition(".")
    if not head or not constant_time_compare(mark, _mark(head)):
        return None
    return _EPOCH + timedelta(milliseconds=base36_to_int(head.rpartition(".")[2]))


def _mark(head: str) -> str:
    digest = salted_hmac(_SALT, head, algorithm="sha256").digest()[:_MARK_BYTES]
    return urlsafe_b64encode(digest).decode().rstrip("=")
