"""What each role may do in the desk, in Wagtail's words."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from belowline.newsroom.actions import review
from belowline.newsroom.actions.pages import ensure_front_page

# What a role may do to pages, in Wagtail's words: with add_page alone one's own drafts, with change_page everybody's.
_DESK = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
_PAGE_RIGHTS = {
    "contributor": ("add_page",),
    "author": ("add_page", "change_page"),
    "editor": _DESK,
    "publisher": _DESK,
    "administrator": _DESK,
}
# Taking published words back is a publisher's: an article (publishing/withdrawal.py), words of former versions
# (publishing/history.py).
_RECORD_RIGHTS = ("withdraw_articlepage", "withhold_articlepage")
_RECORD_ROLES = ("publisher", "administrator")
# What readers say is wrong: whoever may write in the desk under a name of their own.
_ERROR_ROLES = ("author", "editor", "publisher", "administrator")
# Wagtail asks for these under the name of its own model, whatever model the site uses.
_FILE_RIGHTS = ("add_image", "change_image", "choose_image")
# What a role may do to the gazetteer and the ground of maps. Two persons must agree on the exact place of a home.
_GROUND = ("add_place", "change_place", "delete_place", "approve_place", "add_baselayer", "change_baselayer")
_MAP_RIGHTS = {
    "contributor": ("add_place",),
    "author": ("add_place", "change_place"),
    "editor": _GROUND,
    "publisher": _GROUND,
    "administrator": _GROUND,
}


@transaction.atomic
def ensure_desk_rights() -> None:
    """Give the groups of staff their rights to pages and pictures; run again, it changes nothing."""
    front = ensure_front_page()
    collection = Collection.get_first_root_node()
    for role, rights in _PAGE_RIGHTS.items():
        group = Group.objects.get_or_create(name=role)[0]
        for codename in rights:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
            GroupPagePermission.objects.get_or_create(group=group, page=front, permission=permission)
        for codename in _MAP_RIGHTS[role]:
            group.permissions.add(Permission.objects.get(content_type__app_label="maps", codename=codename))
        for codename in _FILE_RIGHTS:
            permission = Permission.objects.get(content_type__app_label="wagtailimages", codename=codename)
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
    for role in _RECORD_ROLES:
        permissions = Permission.objects.filter(content_type__app_label="newsroom", codename__in=_RECORD_RIGHTS)
        Group.objects.get(name=role).permissions.add(*permissions)
    review.ensure_review(front)
    for role in _ERROR_ROLES:
        settles = Permission.objects.get(content_type__app_label="newsroom", codename="settle_errorreport")
        Group.objects.get(name=role).permissions.add(settles)
