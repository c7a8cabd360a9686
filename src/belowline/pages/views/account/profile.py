"""What others see of me: the choices about my public page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from belowline.accounts.models import Reader
from belowline.accounts.profiles import set_profile
from belowline.pages import links
from belowline.pages.model import AccountForm, Field, FormView, HeadView, Link
from belowline.pages.personal import Personal
from belowline.pages.views.account.mine import me_of
from belowline.pages.views.account.words import my_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

CHOICES = ("lists_comments", "is_indexed")


def profile(request: HttpRequest) -> HttpResponse:
    personal = Personal(request)
    me = me_of(personal)
    if request.method == "POST":
        lists_comments, is_indexed = (bool(personal.field(name, limit=5)) for name in CHOICES)
        set_profile(me.id, lists_comments=lists_comments, is_indexed=is_indexed)
        return personal.see_other(links.account("profile", personal.language))
    chosen = Reader.objects.values(*CHOICES).get(pk=me.id)
    form = FormView(
        head=HeadView(title=_("My profile"), is_indexed=False),
        action=links.account("profile", personal.language),
        token=personal.token,
        values={name: "yes" if chosen[name] else "" for name in CHOICES},
        cancel_url=links.account("", personal.language),
    )
    page = AccountForm(
        form,
        (
            Field("lists_comments", _("List what I wrote on my profile"), "check", is_required=False),
            Field("is_indexed", _("Search engines may show my profile"), "check", is_required=False),
        ),
        _("Save"),
        paragraphs=(
            _("Your profile shows your name, since when you are here, and your published comments."),
            _("Your comments stand in their discussions whatever you choose here."),
        ),
        links=(Link(links.profile(me.id, personal.language), _("See my profile")), my_page(personal)),
    )
    return personal.page("account_form.html", page)
