"""Signing up, guests, staff. Names are checked here, inside the transaction that takes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from belowline.accounts.events import ReaderChanged
from belowline.accounts.models import Badge, Reader, User
from belowline.accounts.queries import name_refusal
from belowline.domain import names
from belowline.domain.commenting import ReaderKind, Refused
from belowline.domain.text import harmless
from belowline.outbox.events import record
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Sequence

# The roles of staff and the badge each is shown with. Rights hang on the group, never on the badge.
ROLES = {
    "contributor": Badge.REPORTER,
    "author": Badge.REPORTER,
    "editor": Badge.EDITOR,
    "publisher": Badge.EDITOR,
    "moderator": Badge.MODERATOR,
    "administrator": Badge.EDITOR,
    "treasurer": Badge.NONE,
}


PROVED_WITHIN = timedelta(days=3)
FORGET_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class NewGuest:
    """A first-time guest: becomes a reader in the transaction of their first comment."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class SignUp:
    """Without a password none opens the account: the demo's, which its bar opens."""

    name: str
    email: str
    password: str = ""


def admit_guest(guest: NewGuest) -> int | Refused:
    """Make a guest reader. Call inside a transaction. A guest may not look like a member or a staff member."""
    problem = name_refusal(guest.name)
    if problem is not None:
        return problem
    clean = names.check_name(guest.name)
    assert not isinstance(clean, names.Problem)
    reader = Reader.objects.create(
        kind=ReaderKind.GUEST,
        name=clean.name,
        skeleton=clean.skeleton,
        email=guest.email,
        joined_at=datetime.now(UTC),
    )
    return reader.pk


def sign_up(form: SignUp) -> User | Refused:
    """Make a member whose address needs no proof: the demo's. Readers sign up by a form (forms.py). Refused with
    `name_…` codes, or `email_taken` when the address already has an account."""

    def make() -> User | Refused:
        problem = name_refusal(form.name)
        if problem is not None:
            return problem
        if User.objects.filter(email__iexact=form.email).exists():
            return Refused("email_taken", status=409)
        return _create_member(form)

    try:
        return write(make)
    except IntegrityError:
        # Two sign-ups raced for one name or address; the constraint let the first one through.
        return Refused("name_taken", status=409)


def _create_member(form: SignUp, *, badge: str = "", **user_fields: object) -> User:
    user = User.objects.create_user(form.email, form.password or None, **user_fields)
    store_reader(user, form.name, badge=badge)
    EmailAddress.objects.create(user=user, email=user.email.lower(), verified=True, primary=True)
    return user


def store_reader(user: User, name: str, *, badge: str = "") -> Reader:
    """The reader of a new user. Call inside the transaction that made the user; the name was checked."""
    clean = names.check_name(name)
    assert not isinstance(clean, names.Problem), name
    reader = Reader.objects.create(
        kind=ReaderKind.MEMBER,
        user=user,
        name=clean.name,
        skeleton=clean.skeleton,
        email=user.email,
        badge=badge,
        joined_at=datetime.now(UTC),
    )
    # Somebody may have asked for this profile before there was one.
    record(ReaderChanged(reader.pk))
    return reader


def forget_unproved(now: datetime) -> None:
    """The worker's clock: accounts whose address nobody proved, and which nobody ever entered. Their names are free."""
    late = User.objects.filter(last_login=None, is_staff=False, date_joined__lt=now - PROVED_WITHIN)
    found = late.filter(emailaddress__verified=False).exclude(emailaddress__verified=True)[:FORGET_AT_ONCE]
    for user in found:
        write(lambda user=user: _forget_user(user))  # type: ignore[misc]


def _forget_user(user: User) -> None:
    Reader.objects.filter(user=user).delete()
    user.delete()


def create_staff(*, name: str, email: str, password: str, role: str) -> User | Refused:
    """Make a staff member with the rights of `role`. Staff may carry reserved names."""
    if role not in ROLES:
        raise ValueError(f"unknown role {role!r}; known: {', '.join(sorted(ROLES))}")
    with transaction.atomic():
        problem = name_refusal(name, is_staff=True)
        if problem is not None:
            return problem
        if User.objects.filter(email__iexact=email).exists():
            return Refused("email_taken", status=409)
        is_administrator = role == "administrator"
        user = _create_member(
            SignUp(name, email, password), badge=ROLES[role], is_staff=True, is_superuser=is_administrator
        )
        user.groups.add(ensure_role(role))
        return user


def _stored_people(source: str, keys: Sequence[str]) -> list[tuple[str, int, str]]:
    """(key, id, name) of those that are there. SQLite takes the partial index only where its condition stands in the
    query word for word: with parameters it reads every reader, at a million comments half of an import's time."""
    if not keys:
        return []
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source_key, id, name FROM accounts_reader "
            f"WHERE NOT (source = '') AND source = %s AND source_key IN ({marks})",
            [source, *keys],
        )
        return cursor.fetchall()


def imported_readers(source: str, people: Sequence[tuple[str, str, str]], *, now: datetime) -> dict[str, int]:
    """The readers of these (key, name, e-mail) of another system, made where they are new; ids by key.

    An imported name needs not be unique: nobody signs in with it. It is kept as it was, but for what hides or reorders
    the words around it. A person who was first met as a voter gets the name of their first comment.
    """
    people = [(key, harmless(name), email) for key, name, email in people]

    def ensure() -> dict[str, int]:
        keys = [key for key, _name, _email in people]
        found = _stored_people(source, keys)
        known = {key: pk for key, pk, _name in found}
        nameless = {key for key, _pk, name in found if not name}
        new = [
            Reader(
                kind=ReaderKind.IMPORTED,
                name=name[:80],
                skeleton=names.skeleton(name)[:160],
                email=email[:254],
                source=source,
                source_key=key,
                joined_at=now,
            )
            for key, name, email in people
            if key not in known
        ]
        for reader in Reader.objects.bulk_create(new):
            known[reader.source_key] = reader.pk
        for key, name, _email in people:
            if name and key in nameless:
                Reader.objects.filter(pk=known[key]).update(name=name[:80], skeleton=names.skeleton(name)[:160])
        return known

    return write(ensure)


def ensure_role(role: str) -> Group:
    """The group of a role. The floors above give it its permissions (moderation, newsroom)."""
    return Group.objects.get_or_create(name=role)[0]
