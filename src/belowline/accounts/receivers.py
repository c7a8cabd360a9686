"""The few signals of allauth and Django that have no other door, each becoming a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import m2m_changed, pre_save
from django.dispatch import receiver

from belowline.accounts import ports, sessions
from belowline.accounts.events import ReaderHidden
from belowline.accounts.models import Reader, SignIn, User
from belowline.mail.actions import open_address
from belowline.outbox.events import record

if TYPE_CHECKING:
    from django.http import HttpRequest

# What a user is beside the groups.
STANDING = frozenset({"is_active", "is_staff", "is_superuser"})


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
def end_sessions_of_other_factors(request: HttpRequest, user: User, **_: Any) -> None:
    """What opens the account is another now. A session that was taken before does not count as one of the new kind."""
    if request.user == user:
        sessions.rotate(request)
        sessions.end_all(user, but=request.session.session_key or "")


@receiver(account.authentication_step_completed)
def new_id_at_each_step(request: HttpRequest, **_: Any) -> None:
    """Whoever planted a session id has no part in the password that was typed with it: signing in may take steps, and
    Django gives a new id at the last one alone."""
    if not request.user.is_authenticated and request.session.session_key:
        request.session.cycle_key()


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
def end_sessions_of_other_rights(
    action: str, instance: User | Group | Permission, pk_set: set[int] | None, reverse: bool, **_: Any
) -> None:
    """Other rights begin with signing in again: a session that was taken, or left open, does not grow with its owner."""
    if action not in {"post_add", "post_remove", "pre_clear"} or (pk_set is not None and not pk_set):
        return
    if not reverse:
        users = [instance] if isinstance(instance, User) else []
    elif pk_set is not None:
        users = list(User.objects.filter(pk__in=pk_set))
    else:
        assert not isinstance(instance, User)
        users = list(instance.user_set.all())
    for user in users:
        sessions.end_all(user)


@receiver(pre_save, sender=User)
def end_sessions_of_another_standing(instance: User, update_fields: Any = None, **_: Any) -> None:
    """The same where somebody becomes staff or administrator, or stops being it, or the account is closed or opened."""
    if instance.pk is None or (update_fields is not None and not STANDING & set(update_fields)):
        return
    before = User.objects.filter(pk=instance.pk).values(*STANDING).first()
    if before is None or before == {name: getattr(instance, name) for name in STANDING}:
        return
    sessions.end_all(instance)
    reader_id = Reader.objects.filter(user_id=instance.pk).values_list("pk", flat=True).first()
    if before["is_active"] != instance.is_active and reader_id is not None:
        record(ReaderHidden(reader_id))  # the profile of a closed account lists nothing


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
