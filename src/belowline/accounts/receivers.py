"""The few signals of allauth and Django that have no other door, each becoming a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from belowline.accounts import ports, sessions
from belowline.accounts.models import Reader, SignIn
from belowline.mail.actions import open_address

if TYPE_CHECKING:
    from django.http import HttpRequest

    from belowline.accounts.models import User


@receiver(user_logged_in)
def remember_browser(request: HttpRequest, user: User, **_: Any) -> None:
    if hasattr(request, "session"):
        sessions.remember(request, user)


@receiver(user_logged_out)
def forget_browser(request: HttpRequest, user: User | None, **_: Any) -> None:
    key = getattr(getattr(request, "session", None), "session_key", None)
    if user is not None and key:
        SignIn.objects.filter(session_key=key).delete()


@receiver([account.password_changed, account.password_set, account.password_reset])
def end_other_sessions(request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever knew the old password is out."""
    if request.user == user:
        sessions.follow_id(request)
    sessions.end_all(user, but=request.session.session_key or "" if request.user == user else "")


@receiver([mfa.authenticator_added, mfa.authenticator_removed, mfa.authenticator_reset])
def new_session_id(request: HttpRequest, user: User, **_: Any) -> None:
    if request.user == user:
        sessions.rotate(request)


@receiver(account.email_confirmed)
def take_over(email_address: Any, **_: Any) -> None:
    """What somebody wrote as a guest under this address becomes theirs, and mail reaches them there."""
    open_address(email_address.email)
    reader = Reader.objects.filter(user_id=email_address.user_id).first()
    if reader is not None:
        ports.address_proved(reader.pk, email_address.email)


@receiver(account.email_changed)
def follow_address(user: User, to_email_address: Any, **_: Any) -> None:
    """The reader's address is that of the user."""
    Reader.objects.filter(user=user).update(email=to_email_address.email)
