"""Mail as docs/operate/mail.md promises it: STARTTLS wherever the server offers it, and a password never in the open."""

from __future__ import annotations

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
            if not self.use_ssl and self.connection.has_extn("starttls"):
                self.connection.starttls(context=self.ssl_context)
            if self.username:
                self.connection.login(self.username, self.password)
        return opened
