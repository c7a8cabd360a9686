"""The desk's pages for taking published words back: withdrawing an article, withholding words of former versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from belowline.accounts.models import User
from belowline.newsroom.denials import WORDS_MOST, Denied, sentence
from belowline.newsroom.desk.frame import crumb, desk_page
from belowline.newsroom.models import (
    ArticlePage,
    ArticleVersion,
    Ground,
    Withdrawal,
    WithdrawalKind,
    WithdrawnDiscussion,
)
from belowline.newsroom.publishing import history, withdrawal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

WITHHOLD = "newsroom.withhold_articlepage"


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a page; `act` tells it from the others."""

    act: str
    form: forms.Form
    button: str
    title: str = ""
    lines: tuple[str, ...] = ()
    is_serious: bool = False


class WithdrawalForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What happens"), choices=WithdrawalKind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("The notice at its address"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Why it is gone, in full sentences. A retraction also shows the headline."),
    )
    discussion = forms.ChoiceField(
        label=gettext_lazy("Its discussion"), choices=WithdrawnDiscussion.choices, widget=forms.RadioSelect
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it may be published again"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For the second person, and for the newsroom’s own log."),
    )


class VersionForm(forms.Form):
    number = forms.TypedChoiceField(label=gettext_lazy("Version"), coerce=int)
    ground = forms.ChoiceField(label=gettext_lazy("Because of"), choices=Ground.choices)

    def __init__(self, *args: Any, versions: Sequence[ArticleVersion], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["number"].choices = [  # type: ignore[attr-defined]
            (one.number, f"{one.number}: {date_format(timezone.localtime(one.published_at), 'DATETIME_FORMAT')}")
            for one in versions
        ]


class PassageForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Words"),
        max_length=WORDS_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Exactly as they stood there. They are cut out of every former version."),
    )
    ground = forms.ChoiceField(label=gettext_lazy("Because of"), choices=Ground.choices)


def withdraw(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask for a withdrawal or a retraction, decide one that was asked for, or take the question back."""
    page = get_object_or_404(ArticlePage, pk=page_id)
    by = _staff(request, withdrawal.RIGHT)
    act = request.POST.get("act") if request.method == "POST" else ""
    form = WithdrawalForm(request.POST if act == "ask" else None, initial={"discussion": WithdrawnDiscussion.CLOSED})
    return_form = ReturnForm(request.POST if act == "ask_return" else None)
    answer: object = None
    now = timezone.now()
    if act == "ask" and form.is_valid():
        answer = withdrawal.ask_for_withdrawal(page.pk, by=by, now=now, **form.cleaned_data)
    elif act == "decide":
        answer = withdrawal.decide_withdrawal(page.pk, by=by, now=now)
    elif act == "ask_return" and return_form.is_valid():
        answer = withdrawal.ask_for_return(page.pk, by=by, now=now, **return_form.cleaned_data)
    elif act == "allow_return":
        answer = withdrawal.allow_return(page.pk, by=by, now=now)
    elif act == "drop_return":
        withdrawal.drop_return(page.pk)
        return HttpResponseRedirect(request.path)
    elif act == "drop":
        withdrawal.drop_withdrawal(page.pk)
        return HttpResponseRedirect(request.path)
    if isinstance(answer, Withdrawal):
        messages.success(request, _said_of(answer))
        return HttpResponseRedirect(request.path)
    return _page(
        request,
        page,
        title=_("Withdraw"),
        refusals=_refusals(answer),
        paragraphs=_state_of(page),
        forms=tuple(_withdrawal_forms(page, form, return_form)),
    )


def _staff(request: HttpRequest, right: str) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(right):
        raise PermissionDenied
    return request.user


def _withdrawal_forms(page: ArticlePage, form: WithdrawalForm, return_form: ReturnForm) -> list[Form]:
    retracted = Withdrawal.objects.filter(pk=page.pk).select_related("return_asked_by").first()
    if retracted is not None and retracted.holds_back:
        return _return_forms(retracted, return_form)
    waiting = Withdrawal.objects.filter(pk=page.pk, decided_at__isnull=True).first()
    if waiting is not None:
        asked = _("%(name)s asked for this retraction on %(date)s.") % {
            "name": waiting.asked_by.get_full_name() if waiting.asked_by else _("Somebody who has left"),
            "date": date_format(timezone.localtime(waiting.asked_at), "DATETIME_FORMAT"),
        }
        return [
            Form("decide", forms.Form(), _("Retract the article"), lines=(asked, waiting.text), is_serious=True),
            Form("drop", forms.Form(), _("Drop the question")),
        ]
    return [Form("ask", form, _("Take it away"), is_serious=True)] if page.live else []


def _return_forms(found: Withdrawal, form: ReturnForm) -> list[Form]:
    if found.return_asked_at is None:
        return [Form("ask_return", form, _("Ask for it"), _("Publish it again"))]
    asked = _("%(name)s asked on %(date)s that it may be published again.") % {
        "name": found.return_asked_by.get_full_name() if found.return_asked_by else _("Somebody who has left"),
        "date": date_format(timezone.localtime(found.return_asked_at), "DATETIME_FORMAT"),
    }
    return [
        Form("allow_return", forms.Form(), _("Allow it"), lines=(asked, found.return_reason), is_serious=True),
        Form("drop_return", forms.Form(), _("Drop the question")),
    ]


def _state_of(page: ArticlePage) -> tuple[str, ...]:
    decided = Withdrawal.objects.filter(pk=page.pk, decided_at__isnull=False).first()
    if decided is not None and not page.live:
        return (_said_of(decided), decided.text, _what_undoes(decided))
    if not page.live:
        return (_("The article is not public: there is nothing to withdraw."),)
    return (
        _("At once the article is gone from every page, list and feed, and a dated notice stands at its address."),
        _("A retraction says that the newsroom was wrong. It needs a second person."),
    )


def _what_undoes(found: Withdrawal) -> str:
    if found.holds_back:
        return _("Publishing it again takes two people, as the retraction did: one asks, another allows it.")
    if found.kind == WithdrawalKind.RETRACTED:
        return _("It may be published again. That takes the notice away.")
    return _("Publishing the article again takes the notice away.")


def _said_of(found: Withdrawal) -> str:
    if found.return_asked_at is not None and found.holds_back:
        return _("Publishing it again waits for a second person.")
    if found.decided_at is None:
        return _("The retraction waits for a second person.")
    if found.kind == WithdrawalKind.RETRACTED:
        return _("The article is retracted.")
    return _("The article is withdrawn.")


def versions(request: HttpRequest, page_id: int) -> HttpResponse:
    """The published versions; withhold one, or words of all of them."""
    page = get_object_or_404(ArticlePage, pk=page_id)
    by = _staff(request, WITHHOLD)
    found = list(ArticleVersion.objects.filter(article_id=page.pk).order_by("-number"))
    past = [one for one in found[1 if page.live else 0 :] if one.withheld_at is None]
    act = request.POST.get("act") if request.method == "POST" else ""
    version_form = VersionForm(request.POST if act == "version" else None, versions=past)
    passage_form = PassageForm(request.POST if act == "passage" else None)
    answer: int | Denied | None = None
    now = timezone.now()
    if act == "version" and version_form.is_valid():
        values = version_form.cleaned_data
        answer = history.withhold_version(page.pk, by=by, now=now, **values)
        if answer is None:
            messages.success(request, _("Version %(n)s is withheld.") % {"n": values["number"]})
            return HttpResponseRedirect(request.path)
    elif act == "passage" and passage_form.is_valid():
        answer = history.withhold_passage(page.pk, by=by, now=now, **passage_form.cleaned_data)
        if isinstance(answer, int):
            said = ngettext("Cut out of %(n)s version.", "Cut out of %(n)s versions.", answer)
            messages.success(request, said % {"n": answer})
            return HttpResponseRedirect(request.path)
    offered = (
        [Form("version", version_form, _("Withhold it"), _("Withhold a version"), is_serious=True)] if past else []
    )
    return _page(
        request,
        page,
        title=_("Versions"),
        refusals=_refusals(answer),
        paragraphs=(
            _("What is withheld here cannot be brought back. The history says since when and on what ground."),
        ),
        forms=(*offered, Form("passage", passage_form, _("Cut them out"), _("Withhold words"), is_serious=True)),
        columns=(_("Version"), _("Published"), _("Headline"), _("State")),
        rows=[
            (
                one.number,
                date_format(timezone.localtime(one.published_at), "DATETIME_FORMAT"),
                one.headline,
                one.get_ground_display(),
            )
            for one in found
        ],
    )


def _refusals(answer: object) -> tuple[str, ...]:
    return (sentence(answer),) if isinstance(answer, Denied) else ()


def _page(request: HttpRequest, page: ArticlePage, *, title: str, **context: Any) -> HttpResponse:
    above = [
        crumb(reverse("wagtailadmin_explore_root"), _("Pages")),
        crumb(reverse("wagtailadmin_pages:edit", args=[page.pk]), page.get_admin_display_title()),
    ]
    return desk_page(request, "newsroom/record.html", title, context, icon="history", above=above)
