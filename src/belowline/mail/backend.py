"""What Django, Wagtail and allauth send becomes letters that wait: no request ever speaks to a mail server."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import get_language

from belowline.mail.actions import queue_mail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.mail import EmailMessage


class QueueBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for recipient in message.recipients():
                queue_mail(
                    f"account-{secrets.token_hex(12)}",
                    to=recipient,
                    language=get_language() or "en",
                    kind="account",
                    subject=" ".join(str(message.subject).split()),
                    body=str(message.body),
                )
        return len(email_messages)
