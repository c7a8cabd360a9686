"""Who may speak for the newsroom at the passages of an article: whoever may change it, asked on the stored page. Moderators
decide about the words of readers, not about what the newsroom says of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wagtail.permission_policies.pages import PagePermissionPolicy

from belowline.newsroom.models import ArticlePage

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from belowline.accounts.models import User

_POLICY = PagePermissionPolicy()


def may_answer(user: User, article: ArticlePage) -> bool:
    """Not who may only write drafts of their own: an answer is public at once."""
    tester = article.permissions_for_user(user)
    return bool(user.is_active and (user.is_superuser or "change" in tester.permissions))


def may_answer_any(user: User) -> bool:
    """Whether there is anything to answer. Who may only change pages of their own has that right of no folder."""
    folders = _POLICY.get_cached_permissions_for_user(user)
    return bool(
        user.is_active and (user.is_superuser or any(one.permission.codename == "change_page" for one in folders))
    )


def articles_of(user: User) -> QuerySet[ArticlePage]:
    """Those whose requests the user works on."""
    pages = _POLICY.instances_user_has_permission_for(user, "change")
    return ArticlePage.objects.filter(pk__in=pages.values("pk"))
