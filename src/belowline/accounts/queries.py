"""Questions about readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import Permission
from django.db.models import Q

from belowline.accounts.models import FormerName, Reader, User
from belowline.domain import names
from belowline.domain.commenting import ReaderKind, Refused
from belowline.storage.reading import aware

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class ReaderFacts:
    id: int
    name: str
    kind: ReaderKind
    badge: str
    is_confirmed: bool = True


def reader_facts(reader_id: int) -> ReaderFacts | None:
    """The reader, or the one it was merged into; None if there is none. One query, two for a merged reader."""
    fields = ("pk", "name", "kind", "badge", "confirmed_at", "merged_into_id")
    row = Reader.objects.filter(pk=reader_id).values_list(*fields).first()
    if row is None:
        return None
    pk, name, kind, badge, confirmed_at, merged_into = row
    if merged_into is not None:
        return reader_facts(merged_into)
    return ReaderFacts(pk, name, ReaderKind(kind), badge, kind != ReaderKind.GUEST or confirmed_at is not None)


@dataclass(frozen=True, slots=True)
class Profile:
    """What anybody may know of a member. `is_closed`: the newsroom closed the account."""

    id: int
    name: str
    kind: ReaderKind
    badge: str
    joined_at: datetime
    is_indexed: bool
    lists_comments: bool
    is_closed: bool


def profile(cursor: CursorWrapper, reader_id: int) -> Profile | None:
    """The member, or who was one and is erased; None for everybody else: guests and imported people have no profile.
    One query."""
    cursor.execute(
        "SELECT r.id, r.name, r.kind, r.badge, r.joined_at, r.is_indexed, r.lists_comments, u.is_active "
        "FROM accounts_reader r LEFT JOIN accounts_user u ON u.id = r.user_id "
        "WHERE r.id = %s AND r.kind IN ('member', 'erased') AND r.merged_into_id IS NULL",
        [reader_id],
    )
    row = cursor.fetchone()
    if row is None:
        return None
    pk, name, kind, badge, joined_at, is_indexed, lists_comments, is_active = row
    return Profile(
        pk, name, ReaderKind(kind), badge, aware(joined_at), bool(is_indexed), bool(lists_comments), is_active == 0
    )


def name_refusal(name: str, *, is_staff: bool = False, reader_id: int = 0) -> Refused | None:
    """Why this name cannot be taken: its shape, a reserved word, or a member who looks the same; None if it can.
    `reader_id` is who asks, if they have a name already: their own, present or former, stands in nobody's way."""
    clean = names.check_name(name)
    if isinstance(clean, names.Problem):
        return Refused(clean.code, status=422)
    # `looks` are the other ways to read the same letters (Greek and Cyrillic small ones).
    taken = (
        Reader.objects.filter(skeleton__in={clean.skeleton, *clean.looks}, kind=ReaderKind.MEMBER)
        .exclude(pk=reader_id)
        .exists()
    )
    if taken or _is_kept({clean.skeleton, *clean.looks}, except_for=reader_id):
        return Refused("name_taken", status=409)
    if not is_staff and names.is_reserved(clean, staff_skeletons()):
        return Refused("name_reserved", status=409)
    return None


def _is_kept(skeletons: set[str], *, except_for: int) -> bool:
    kept = FormerName.objects.filter(skeleton__in=skeletons, kept_until__gt=datetime.now(UTC))
    return kept.exclude(reader_id=except_for).exists()


def shown_name(user: User) -> str:
    """What somebody is called in a mail or in an authenticator app."""
    return user.get_full_name()


def staff_skeletons() -> frozenset[str]:
    """The skeletons of everyone who carries a badge."""
    return frozenset(Reader.objects.exclude(badge="").values_list("skeleton", flat=True))


def holders_of(right: str) -> frozenset[int]:
    """The active users who hold a right ("app.codename"), by a group or by themselves."""
    app, _, codename = right.partition(".")
    held = Permission.objects.filter(content_type__app_label=app, codename=codename)
    given = Q(groups__permissions__in=held) | Q(user_permissions__in=held) | Q(is_superuser=True)
    return frozenset(User.objects.filter(given, is_active=True).values_list("pk", flat=True))
