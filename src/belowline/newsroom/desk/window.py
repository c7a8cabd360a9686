"""Which open window of an editor saved a state of a page.

A window saves by itself while its editor writes. Whoever presses Publish before the answer to that has come sends a form
that does not know of it yet: that is no second editor, and nothing to merge.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.cache import cache
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page

if TYPE_CHECKING:
    from wagtail.models import Revision

FIELD = "window"
KEPT_SECONDS = 12 * 60 * 60


def _new_window() -> str:
    return uuid.uuid4().hex


class WindowForm(WagtailAdminPageForm):
    """Carries the name of the window that it was opened in."""

    window = forms.CharField(widget=forms.HiddenInput, required=False, initial=_new_window, max_length=32)


def remember(page: Page, window: str) -> None:
    """This window has just saved the page."""
    # As it is stored: autosaving writes its own revision over, and the page at hand may know the one before.
    stored = Page.objects.filter(pk=page.pk).select_related("latest_revision").first() if window and page.pk else None
    if stored is not None and stored.latest_revision is not None:
        cache.set(_key(stored.latest_revision), window, KEPT_SECONDS)


def saved_by(revision: Revision | None, window: str) -> bool:
    return bool(window) and revision is not None and cache.get(_key(revision)) == window


def _key(revision: Any) -> str:
    return f"window:{revision.pk}:{revision.created_at.timestamp()}"
