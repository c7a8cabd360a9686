"""Who may do what in a coverage: Wagtail's rights to the article itself, asked on the stored page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from belowline.live.models import EntryState

if TYPE_CHECKING:
    from belowline.accounts.models import User
    from belowline.live.models import LiveEntry
    from belowline.newsroom.models import ArticlePage


def may_publish(user: User, page: ArticlePage) -> bool:
    return bool(page.permissions_for_user(user).can_publish())


def may_write(user: User, page: ArticlePage) -> bool:
    """Drafts: whoever may write articles beside this one, or change this one."""
    if page.permissions_for_user(user).can_edit():
        return True
    parent = page.get_parent()
    return bool(parent is not None and parent.permissions_for_user(user).can_add_subpage())


def may_edit(user: User, page: ArticlePage, entry: LiveEntry) -> bool:
    """What is public belongs to those who publish; a draft also to the one who wrote it."""
    if may_publish(user, page):
        return True
    return entry.state == EntryState.DRAFT and entry.written_by_id == user.pk and may_write(user, page)


def may_withhold(user: User) -> bool:
    """Take words back that were public: a publisher's right, as in the versions of articles."""
    return bool(user.has_perm("newsroom.withhold_articlepage"))
