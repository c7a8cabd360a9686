"""A code that goes to the address of an account and is typed by whoever reads its mail. What is kept of it is a digest, in
the session of who asked."""

from __future__ import annotations

import hmac
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.conf import settings

from belowline.accounts import letters, limits
from belowline.domain.commenting import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest

# As long as a code to sign in lives; a third wrong one ends it, as there.
CODE_SECONDS, TRIES = 15 * 60, 3


@dataclass(frozen=True, slots=True)
class MailedCode:
    """`purpose` is what the code is good for: its name in the session. `letter` is one of accounts.letters.LETTERS."""

    purpose: str
    letter: str

    def is_sent(self, request: HttpRequest) -> bool:
        return request.session.get(self.purpose) is not None

    def send(self, request: HttpRequest, email: str) -> Refused | None:
        refused = limits.mail_refusal(request, email)
        if refused is not None:
            return refused
        code = get_adapter().generate_login_code()
        request.session[self.purpose] = {"digest": _digest(code), "at": time.time(), "tries": 0, "to": _digest(email)}
        letters.send(self.letter, to=email, code=code)
        return None

    def check(self, request: HttpRequest, email: str, code: str) -> Refused | None:
        """None when it is right; it is spent then. An address that was changed meanwhile is not proved by it."""
        waiting = request.session.get(self.purpose)
        if waiting is None or time.time() - waiting["at"] > CODE_SECONDS or waiting["to"] != _digest(email):
            return Refused("code_wrong", status=403)
        refused = limits.try_to_enter(request, email)
        if refused is not None:
            return refused
        if not hmac.compare_digest(_digest(code), waiting["digest"]):
            waiting["tries"] += 1
            is_spent = waiting["tries"] >= TRIES
            request.session[self.purpose] = None if is_spent else waiting
            return Refused("code_spent" if is_spent else "code_wrong", status=403)
        del request.session[self.purpose]
        limits.entered(email)
        return None


def _digest(code: str) -> str:
    """Codes are typed with and without the dash, in either case."""
    plain = "".join(one for one in code.upper() if one.isalnum())
    return hmac.digest(settings.SECRET_KEY.encode(), plain.encode(), sha256).hex()
