"""The one field that every way of signing up asks for. In a file of its own: allauth imports it while it makes the forms
from which ours are derived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from belowline.accounts.queries import name_refusal
from belowline.accounts.refusing import refuse

if TYPE_CHECKING:
    from django.http import HttpRequest

    from belowline.accounts.models import User


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=500)

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        problem = name_refusal(name)
        if problem is not None:
            raise refuse(problem)
        return name

    def signup(self, request: HttpRequest, user: User) -> None:
        """The reader is stored with its user (adapter.py)."""
