"""What the site writes to the owner of an account. Nothing is sent here: it is queued, and the worker sends it.

The text is in the language of the page on which somebody pressed the button. No letter has a link that does something:
programs open the links of a mail before its reader does. What is to be typed is a code.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_noop

from belowline.mail.actions import queue_mail

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = "account"


_ASKED_BY_ANOTHER = gettext_noop("If it was not you, do nothing: without the code nobody gets any further.")
_CHANGED = gettext_noop("Your password at %(site)s was changed.")
_NOT_YOU = gettext_noop("If it was not you, change your password and end the other sessions on your page: %(page)s")
# What allauth calls the letter: (subject, paragraphs).
LETTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "email_confirmation_signup": (
        gettext_noop("Your code for %(site)s"),
        (
            gettext_noop("Welcome to %(site)s. This code finishes your account. Type it where you were asked for it:"),
            "%(code)s",
            gettext_noop(
                "It is good for an hour. If it was not you who signed up, do nothing: the account will be gone soon."
            ),
        ),
    ),
    "email_confirmation": (
        gettext_noop("Your code for %(site)s"),
        (
            gettext_noop("This code shows that this address is yours. Type it where you were asked for it:"),
            "%(code)s",
            _ASKED_BY_ANOTHER,
        ),
    ),
    "login_code": (
        gettext_noop("Your code for %(site)s"),
        (
            gettext_noop("With this code you sign in. Type it where you were asked for it, within 15 minutes:"),
            "%(code)s",
            _ASKED_BY_ANOTHER,
        ),
    ),
    "again_code": (
        gettext_noop("Your code for %(site)s"),
        (
            gettext_noop(
                "With this code you show that it is you. Type it where you were asked for it, within 15 minutes:"
            ),
            "%(code)s",
            gettext_noop(
                "If it was not you, somebody is signed in to your account: end the other sessions on %(page)s"
            ),
        ),
    ),
    "password_reset_code": (
        gettext_noop("A new password for %(site)s"),
        (
            gettext_noop(
                "With this code you choose a new password. Type it where you were asked for it, within 15 minutes:"
            ),
            "%(code)s",
            _ASKED_BY_ANOTHER,
        ),
    ),
    "unknown_account": (
        gettext_noop("No account with this address at %(site)s"),
        (
            gettext_noop(
                "Somebody, perhaps you, wanted to sign in at %(site)s with this address. It has no account there."
            ),
            gettext_noop("You can make one, or try another address of yours: %(sign_up)s"),
            gettext_noop("If it was not you, do nothing. This address is not kept."),
        ),
    ),
    "account_already_exists": (
        gettext_noop("You already have an account at %(site)s"),
        (
            gettext_noop(
                "Somebody, perhaps you, wanted to make an account at %(site)s with this address. It has one already."
            ),
            gettext_noop("You can sign in, with a code by mail if the password is gone: %(sign_in)s"),
            gettext_noop("If it was not you, do nothing."),
        ),
    ),
    "password_changed": (
        gettext_noop("Your password was changed"),
        (_CHANGED, _NOT_YOU),
    ),
    "password_reset": (
        gettext_noop("Your password was changed"),
        (_CHANGED, _NOT_YOU),
    ),
    "password_set": (
        gettext_noop("Your account has a password now"),
        (gettext_noop("Your account at %(site)s has a password now."), _NOT_YOU),
    ),
    "email_changed": (
        gettext_noop("Your e-mail address was changed"),
        (
            gettext_noop("Your account at %(site)s has another e-mail address now. Letters go there from now on."),
            _NOT_YOU,
        ),
    ),
    "totp_activated": (
        gettext_noop("An authenticator app was added"),
        (
            gettext_noop("Signing in to your account at %(site)s now asks for a code of your authenticator app."),
            _NOT_YOU,
        ),
    ),
    "totp_deactivated": (
        gettext_noop("The authenticator app was taken off"),
        (gettext_noop("Signing in to your account at %(site)s asks for no code of an app any more."), _NOT_YOU),
    ),
    "recovery_codes_generated": (
        gettext_noop("New recovery codes"),
        (gettext_noop("Your account at %(site)s has new recovery codes; the old ones are worth nothing."), _NOT_YOU),
    ),
    "webauthn_added": (
        gettext_noop("A passkey was added"),
        (gettext_noop("Your account at %(site)s has a new passkey."), _NOT_YOU),
    ),
    "webauthn_removed": (
        gettext_noop("A passkey was taken off"),
        (gettext_noop("A passkey of your account at %(site)s was taken off."), _NOT_YOU),
    ),
    "account_connected": (
        gettext_noop("Another way to sign in"),
        (gettext_noop("Your account at %(site)s can now be opened with an account elsewhere."), _NOT_YOU),
    ),
    "account_disconnected": (
        gettext_noop("One way less to sign in"),
        (gettext_noop("Your account at %(site)s can no longer be opened with that account elsewhere."), _NOT_YOU),
    ),
}


def send(letter: str, *, to: str, code: str = "") -> None:
    """Queue one of LETTERS, in the language of this request."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    values = _values(language) | {"code": code}
    subject, paragraphs = LETTERS[letter]
    body = "\n\n".join(translation.gettext(text) % values for text in paragraphs) + "\n"
    key = f"{KIND}:{letter}:{secrets.token_urlsafe(12)}"
    queue_mail(key, to=to, language=language, subject=translation.gettext(subject) % values, body=body, kind=KIND)


def _values(language: str) -> dict[str, Any]:
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    root = f"{settings.PUBLIC_URL}{prefix}/_account"
    return {
        "site": settings.CONFIG.site.name,
        "page": root,
        "sign_in": f"{root}/sign-in",
        "sign_up": f"{root}/sign-up",
    }
