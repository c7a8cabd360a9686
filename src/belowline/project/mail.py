"""Mail as docs/operate/mail.md promises it: STARTTLS wherever the server offers it, and a password never in the open."""

from __future__ import annotations

import smtplib
import ssl

from django.core.mail.backends.smtp import EmailBackend


class OfferedTlsBackend(EmailBackend):
    """Django's own either demands STARTTLS or never asks for it."""

    def open(self) -> bool | None:
        user, self.username = self.username, ""  # signing in comes after the encryption
        try:
            opened = super().open()
        finally:
            self.username = user
        if opened and self.connection is not None:
            encrypt_where_offered(self.connection)
            if self.username:
                self.connection.login(self.username, self.password)
        return opened


def encrypt_where_offered(server: smtplib.SMTP) -> None:
    """What a server offers is known only when it was greeted; without that, nothing would ever be encrypted."""
    server.ehlo_or_helo_if_needed()
    if not isinstance(server, smtplib.SMTP_SSL) and server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
