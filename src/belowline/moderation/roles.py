"""What each role of staff may do. Rights hang on groups; a badge gives none."""

from __future__ import annotations

from django.contrib.auth.models import Permission

from belowline.accounts.actions import ensure_role
from belowline.accounts.models import Reader
from belowline.accounts.queries import holders_of
from belowline.newsroom.actions.rights import ensure_desk_rights

MODERATE = "discussion.moderate"
ACCOUNTS = "support.keep_accounts"
DESK = "wagtailadmin.access_admin"

RIGHTS: dict[str, tuple[str, ...]] = {
    "moderator": (MODERATE, DESK),
    "contributor": (DESK,),
    "author": (DESK,),
    "editor": (MODERATE, DESK),
    "publisher": (MODERATE, DESK),
    "treasurer": (ACCOUNTS, DESK),
    "administrator": (MODERATE, ACCOUNTS, DESK),
}


def ensure_roles() -> None:
    """Make every role's group and give it its rights; run again, it changes nothing."""
    for role, rights in RIGHTS.items():
        group = ensure_role(role)
        for right in rights:
            app, _, codename = right.partition(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    ensure_desk_rights()


def moderator_ids() -> frozenset[int]:
    """The readers who may decide about comments."""
    return frozenset(Reader.objects.filter(user__in=holders_of(MODERATE)).values_list("pk", flat=True))
