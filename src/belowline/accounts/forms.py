"""allauth's forms with our names of fields, our checks and our limits.

What an unknown address gets differs in nothing from what a known one gets: not in the answer, and not in the work.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.models import EmailAddress
from allauth.account.utils import has_verified_email, setup_user_email
from allauth.core import context
from allauth.socialaccount import forms as social
from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from belowline.accounts import limits
from belowline.accounts.actions import store_reader
from belowline.accounts.models import User
from belowline.accounts.refusing import refuse
from belowline.domain.commenting import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

EMAIL_CHARACTERS = 254  # RFC 5321, 4.5.3.1.3: a path has 256, two of them are the angle brackets
# Longer ones are cut, at sign-up and at sign-in alike, so that nobody makes us hash megabytes.
PASSWORD_CHARACTERS = 1_000


def _is_mail_needed() -> bool:
    return settings.ACCOUNT_EMAIL_VERIFICATION == EmailVerificationMethod.MANDATORY


class Email(forms.EmailField):
    """One field for all of them: one sentence for whatever is wrong with an address."""

    def clean(self, value: Any) -> str:
        try:
            found = str(super().clean(str(value or "")[:500]))
        except ValidationError:
            raise refuse(Refused("email_invalid", status=422)) from None
        if len(found) > EMAIL_CHARACTERS:
            raise refuse(Refused("email_invalid", status=422))
        return found


class Password(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, widget=forms.PasswordInput, **options)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value))[:PASSWORD_CHARACTERS]


class _Renamed(forms.Form):
    """The fields keep the names that every other form of this site has."""

    names: dict[str, str] = {}

    def add_prefix(self, field_name: str) -> str:
        return self.names.get(field_name, field_name)


class SignInForm(_Renamed, account.LoginForm):
    names = {"login": "email"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What is no address has no account: the answer is that of a wrong password.
        self.fields["login"] = forms.CharField(max_length=500)
        self.fields["password"] = Password()
        self.fields.pop("remember", None)

    def clean(self) -> Any:
        cleaned = super().clean()
        user = self.user
        if user is not None and _is_mail_needed() and not has_verified_email(user):
            # The password is right, and the next page asks for a code that goes by mail.
            refused = limits.mail_refusal(self.request, user.email)
            if refused is not None:
                raise refuse(refused)
        return cleaned

    def user_credentials(self) -> dict[str, str]:
        return {"email": self.cleaned_data["login"].strip(), "password": self.cleaned_data["password"]}


class SignUpForm(_Renamed, account.SignupForm):
    names = {"password1": "password"}
    hashed_password = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = Email()
        if "password1" in self.fields:
            self.fields["password1"] = Password()

    def clean(self) -> Any:
        cleaned: Any = super().clean()
        if not self.errors:
            refused = limits.sign_up_refusal(context.request) or _mail(cleaned["email"])
            if refused is not None:
                raise refuse(refused)
        return cleaned

    def hash_password(self) -> None:
        """Before the transaction, and for a known address too."""
        password = self.cleaned_data.get("password1")
        self.hashed_password = make_password(password) if password else make_password(None)

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        if self.account_already_exists:
            _work_for_nothing(request, self.hashed_password)
        return super().try_save(request)


def _mail(email: str) -> Refused | None:
    return limits.mail_refusal(context.request, email) if _is_mail_needed() else None


def _work_for_nothing(request: HttpRequest, hashed: str) -> None:
    """The rows of a new member, taken back: a known address costs what a new one costs."""
    nobody = f"{secrets.token_hex(12)}@example.invalid"
    with transaction.atomic():
        user = User(email=nobody, password=hashed)
        user.save()
        store_reader(user, f"n{secrets.token_hex(12)}")
        setup_user_email(request, user, [EmailAddress(email=nobody)])
        has_verified_email(user)
        EmailAddress.objects.get_for_user(user, nobody)
        transaction.set_rollback(True)


class _Letter(forms.Form):
    """A form whose answer is a letter: to how many an address and a network are entitled, is asked before it is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = Email()

    def clean_email(self) -> str:
        email: str = super().clean_email()  # type: ignore[misc]
        refused = limits.mail_refusal(context.request, email)
        if refused is not None:
            raise refuse(refused)
        return email


class NewEmailForm(_Letter, account.AddEmailForm):
    pass


class ResetForm(_Letter, account.ResetPasswordForm):
    pass


class CodeForm(_Letter, account.RequestLoginCodeForm):
    pass


class _OnePassword(_Renamed):
    """A new password is typed once: a browser keeps it, and a code by mail opens the door again."""

    names = {"password1": "password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"] = Password()
        self.fields.pop("password2", None)
        if "oldpassword" in self.fields:
            self.fields["oldpassword"] = Password()

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        password_validation.validate_password(password, self.user)  # type: ignore[attr-defined]
        return password


class NewPasswordForm(_OnePassword, account.ChangePasswordForm):
    def clean_oldpassword(self) -> str:
        assert self.user is not None
        refused = limits.try_to_enter(context.request, self.user.email)
        if refused is not None:
            raise refuse(refused)
        password = super().clean_oldpassword()
        limits.entered(self.user.email)
        return password


class FirstPasswordForm(_OnePassword, account.SetPasswordForm):
    pass


class ResetPasswordForm(_OnePassword, account.ResetPasswordKeyForm):
    pass


class ProviderSignUpForm(social.SignupForm):
    """After signing in elsewhere for the first time: the name here, and an address if the other side told none."""

    hashed_password = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = Email()

    def clean(self) -> Any:
        cleaned: Any = super().clean()
        if not self.errors:
            refused = limits.sign_up_refusal(context.request) or _mail(cleaned["email"])
            if refused is not None:
                raise refuse(refused)
        return cleaned
