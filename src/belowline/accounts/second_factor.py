"""Second factors: authenticator apps, passkeys, recovery codes. What they are made of is imported when one is used:
most processes never see one."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.utils.translation import gettext as _

from belowline.accounts import limits
from belowline.accounts.refusing import refuse
from belowline.domain.commenting import Refused
from belowline.storage.writer import write

if TYPE_CHECKING:
    from django.core.exceptions import ValidationError
    from django.http import HttpResponse

    from belowline.accounts.models import User

PASSKEY = Authenticator.Type.WEBAUTHN
# In the data of an app: the half minute whose code was used last.
_SPENT = "spent"
_SAID = {
    "incorrect_code": Refused("code_wrong", status=403),
    "unverified_email": Refused("email_unproved", status=403),
}


def has_second_factor(user: Any) -> bool:
    kinds = [Authenticator.Type.TOTP, PASSKEY]
    return Authenticator.objects.filter(user_id=user.pk, type__in=kinds).exists()


def opens_alone(user: User) -> bool:
    """Whether the only passkey is that of the sign-up: no recovery codes stand behind it, as they do behind one that was
    added. It is no second factor, then, but what a password is to others: whoever loses it gets in by a code in a mail.
    Of staff more is asked."""
    return not user.is_staff and not Authenticator.objects.filter(user_id=user.pk).exclude(type=PASSKEY).exists()


class SecondStep(AuthenticateStage):
    """After password or code, for those who have a second factor."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if user is not None and opens_alone(user):
            came_by = [one["method"] for one in get_authentication_records(self.request, user)]
            if came_by[-1:] == ["code"]:
                # Asked again before a change, they would have to show the passkey that they may have lost.
                record_authentication(self.request, user, method="code", reauthenticated=True)
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer


def _cipher() -> Any:
    from cryptography.fernet import Fernet

    key = sha256(b"belowline.second-factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class SecondFactorAdapter(DefaultMFAAdapter):
    def validation_error(self, code: str, *args: Any) -> ValidationError:
        known = _SAID.get(code)
        return super().validation_error(code, *args) if known is None else refuse(known)

    def encrypt(self, text: str) -> str:
        """A copy of the database alone opens no account."""
        return str(_cipher().encrypt(text.encode()).decode())

    def decrypt(self, encrypted_text: str) -> str:
        return str(_cipher().decrypt(encrypted_text.encode()).decode())

    def _get_site_name(self) -> str:
        return str(settings.CONFIG.site.name)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": settings.PASSKEY_HOST, "name": settings.CONFIG.site.name}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}


def _spend(authenticator_id: int, code: str) -> bool:
    """Whether a code that is right was not used before, nor a later one. allauth remembers that in the memory of one
    process, and for a third of the time for which it takes the code (RFC 6238, 5.2: "one-time only")."""

    def store() -> bool:
        row = Authenticator.objects.select_for_update().get(pk=authenticator_id)
        secret = SecondFactorAdapter().decrypt(row.data["secret"])
        spent: int = row.data.get(_SPENT, -1)
        later = (at for at in yield_hotp_counters_from_time() if at > spent)
        found = next((at for at in later if _is_code_at(secret, at, code)), None)
        if found is None:
            return False
        row.data[_SPENT] = found
        row.save(update_fields=["data"])
        return True

    return write(store)


def _is_code_at(secret: str, counter: int, code: str) -> bool:
    return compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter)))


class _Limited:
    """A code has six digits: guesses are counted, the right one takes its guess back."""

    user: User

    def clean_code(self) -> str:
        whom = f"user {self.user.pk}"
        refused = limits.try_to_enter(context.request, whom)
        if refused is not None:
            raise refuse(refused)
        code: str = super().clean_code()  # type: ignore[misc]
        used: Authenticator | None = getattr(self, "authenticator", None)  # none yet where one is added
        if used is not None and used.type == Authenticator.Type.TOTP and not _spend(used.pk, code):
            raise refuse(_SAID["incorrect_code"])
        limits.entered(whom)
        return code


class CodeForm(_Limited, AuthenticateForm):
    pass


class CodeAgainForm(_Limited, ReauthenticateForm):
    pass


class FirstCodeForm(_Limited, ActivateTOTPForm):
    pass
