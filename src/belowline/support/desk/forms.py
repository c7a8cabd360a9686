"""What a treasurer fills in. Amounts are texts, read by `domain.money`, so that an error names what was written."""

from __future__ import annotations

import difflib
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.widgets import AdminDateInput

from belowline.domain.money import MoneyProblem, currency_problem, minor_from_text, plain_text
from belowline.support.actions import CampaignFacts, ProposedEntry
from belowline.support.actions.entry import Rate
from belowline.support.models import Basis, Campaign, OfflineKind, RepeatChoice, Show
from belowline.support.words import amount_sentence, currency_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import QueryDict

AMOUNTS_MAX = 6


def read_amount(text: str, currency: str) -> int:
    """Minor units. Raises ValidationError with a sentence that names the text."""
    found = minor_from_text(text, currency)
    if isinstance(found, MoneyProblem):
        words = amount_sentence(found, text=text, currency=currency, language=get_language() or "en")
        raise forms.ValidationError(words)
    return found


class CurrencyField(forms.CharField):
    """Three letters of ISO 4217."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=10, label=gettext_lazy("Currency"), **options)

    def clean(self, value: Any) -> str:
        code: str = super().clean(value).strip().upper()
        problem = currency_problem(code) if code else None
        if problem is not None:
            raise forms.ValidationError(currency_sentence(code, problem.near))
        return code


class MoneyForm(forms.Form):
    """A form whose amounts are read in the currency that it names, or that it is about."""

    fixed_currency = ""
    amount_fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        currency = cleaned.get("currency") or self.fixed_currency
        for name in self.amount_fields:
            if currency and cleaned.get(name):
                self._read(name, cleaned, currency)
        return cleaned

    def _read(self, name: str, cleaned: dict[str, Any], currency: str) -> None:
        try:
            cleaned[f"{name}_minor"] = read_amount(cleaned[name], currency)
        except forms.ValidationError as problem:
            self.add_error(name, problem)


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=required, help_text=help_text, widget=AdminDateInput())


class CampaignForm(MoneyForm):
    """A campaign, by days of its own time zone; the last day is counted, too."""

    amount_fields = ("goal", "second_person_above")

    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    purpose = forms.CharField(
        label=gettext_lazy("What the money is for"), required=False, max_length=2_000, widget=forms.Textarea
    )
    other_ways = forms.CharField(
        label=gettext_lazy("Other ways to give"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea,
        help_text=gettext_lazy("Bank details, an address for letters. An empty line begins a new paragraph."),
    )
    currency = CurrencyField(help_text=gettext_lazy("Three letters, such as USD, EUR, JPY."))
    goal = forms.CharField(label=gettext_lazy("Goal"), max_length=40)
    reason = forms.CharField(
        label=gettext_lazy("Why the goal changes"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Readers see every change of the goal, with this reason."),
    )
    amounts = forms.CharField(
        label=gettext_lazy("Suggested amounts"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("At most six, with spaces between them: 5 10 25 50"),
    )
    repeat = forms.ChoiceField(label=gettext_lazy("Repeats"), choices=RepeatChoice.choices)
    basis = forms.ChoiceField(label=gettext_lazy("Counts"), choices=Basis.choices)
    show = forms.ChoiceField(label=gettext_lazy("The meter shows"), choices=Show.choices)
    time_zone = forms.CharField(label=gettext_lazy("Time zone"), max_length=60)
    counts_from = _day(gettext_lazy("Counts from"))
    counts_to = _day(gettext_lazy("Counts until"), required=False)
    shown_from = _day(gettext_lazy("Shown from"))
    shown_to = _day(gettext_lazy("Shown until"), required=False)
    second_person_above = forms.CharField(
        label=gettext_lazy("A second person approves above"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("For money that is entered by hand. Empty: always."),
    )
    is_test = forms.BooleanField(label=gettext_lazy("Test: only play money of the provider counts"), required=False)

    def __init__(self, data: QueryDict | None = None, *, campaign: Campaign | None = None) -> None:
        self.campaign = campaign
        super().__init__(data, initial=_initial(campaign))
        for code, name in settings.LANGUAGES:
            for field, label in _WORDS.items():
                self.fields[f"{field}_{code}"] = forms.CharField(
                    label=f"{label} ({name})",
                    required=False,
                    max_length=80 if field == "title" else 2_000,
                    widget=forms.TextInput if field == "title" else forms.Textarea,
                )

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"].strip()
        if zone not in available_timezones():
            near = difflib.get_close_matches(zone, available_timezones(), n=1)
            words = _("There is no time zone “%(zone)s”.") % {"zone": zone}
            raise forms.ValidationError(f"{words} {_('Did you mean %(near)s?') % {'near': near[0]}}" if near else words)
        return zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for first, last in (("counts_from", "counts_to"), ("shown_from", "shown_to")):
            begin, end = cleaned.get(first), cleaned.get(last)
            if begin and end and end < begin:
                values = {"end": end.isoformat(), "begin": begin.isoformat()}
                self.add_error(last, _("%(end)s is before the beginning, %(begin)s.") % values)
        if cleaned.get("currency"):
            cleaned["amounts_minor"] = tuple(self._amounts(cleaned.get("amounts", ""), cleaned["currency"]))
        return cleaned

    def _amounts(self, text: str, currency: str) -> Iterator[int]:
        parts = [part for part in re.split(r"[\s;]+", text) if part]
        if len(parts) > AMOUNTS_MAX:
            self.add_error("amounts", _("These are %(n)s amounts; at most six have room.") % {"n": len(parts)})
        for part in parts[:AMOUNTS_MAX]:
            try:
                yield read_amount(part, currency)
            except forms.ValidationError as problem:
                self.add_error("amounts", problem)

    def facts(self) -> CampaignFacts:
        values, zone = self.cleaned_data, ZoneInfo(self.cleaned_data["time_zone"])
        words = {
            code: tuple(values[f"{field}_{code}"] for field in _WORDS)
            for code, _name in settings.LANGUAGES
            if code != values["language"] and values[f"title_{code}"]
        }
        names = ("title", "language", "purpose", "other_ways", "currency", "time_zone", "repeat", "basis", "show")
        return CampaignFacts(
            **{name: values[name] for name in (*names, "is_test")},
            goal_minor=values["goal_minor"],
            amounts=values["amounts_minor"],
            second_person_above_minor=values.get("second_person_above_minor", 0),
            counts_from=self._moment("counts_from", zone) or datetime.now(UTC),
            counts_to=self._moment("counts_to", zone),
            shown_from=self._moment("shown_from", zone) or datetime.now(UTC),
            shown_to=self._moment("shown_to", zone),
            words={code: (one[0], one[1], one[2]) for code, one in words.items()},
        )

    def _moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """The midnight that the day means: its own for a beginning, the next one for an end. A moment that lies within
        the same day already is left as it is."""
        day: date | None = self.cleaned_data[name]
        if day is None:
            return None
        before = getattr(self.campaign, name) if self.campaign else None
        if before is not None and _shown_day(name, before, zone) == day:
            return before
        first = day + timedelta(days=1) if name.endswith("_to") else day
        return datetime.combine(first, time(0), tzinfo=zone).astimezone(UTC)


_WORDS = {
    "title": gettext_lazy("Title"),
    "purpose": gettext_lazy("What the money is for"),
    "other_ways": gettext_lazy("Other ways to give"),
}


def _shown_day(name: str, at: datetime, zone: ZoneInfo) -> date:
    moment = at - timedelta(microseconds=1) if name.endswith("_to") else at
    return moment.astimezone(zone).date()


def _initial(campaign: Campaign | None) -> dict[str, Any]:
    if campaign is None:
        today = datetime.now(ZoneInfo(settings.TIME_ZONE)).date()
        return {
            "language": settings.LANGUAGE_CODE,
            "time_zone": settings.TIME_ZONE,
            "show": Show.BOTH,
            "counts_from": today,
            "shown_from": today,
        }
    zone = ZoneInfo(campaign.time_zone)
    names = (
        "title",
        "language",
        "purpose",
        "other_ways",
        "currency",
        "repeat",
        "basis",
        "show",
        "time_zone",
        "is_test",
    )
    initial: dict[str, Any] = {name: getattr(campaign, name) for name in names}
    for name in ("counts_from", "counts_to", "shown_from", "shown_to"):
        at = getattr(campaign, name)
        initial[name] = _shown_day(name, at, zone) if at else None
    initial["goal"] = plain_text(campaign.goal_minor, campaign.currency)
    initial["amounts"] = " ".join(plain_text(one, campaign.currency) for one in campaign.amounts)
    if campaign.second_person_above_minor:
        initial["second_person_above"] = plain_text(campaign.second_person_above_minor, campaign.currency)
    for words in campaign.words.all():
        initial |= {f"{name}_{words.language}": getattr(words, name) for name in _WORDS}
    return initial


class ProposalForm(MoneyForm):
    """Money that came by bank, in cash, or as a grant."""

    amount_fields = ("amount",)

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=OfflineKind.choices)
    amount = forms.CharField(label=gettext_lazy("Amount"), max_length=40)
    currency = CurrencyField()
    received_on = _day(gettext_lazy("Received on"))
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=100,
        help_text=gettext_lazy("The bank's reference, or the number of the receipt: the same money is entered once."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("For the newsroom. No names of donors: the ledger cannot forget."),
    )
    rate = forms.DecimalField(
        label=gettext_lazy("Exchange rate"),
        required=False,
        max_digits=20,
        decimal_places=10,
        help_text=gettext_lazy("Only for another currency: what one unit of it was worth in the campaign's."),
    )
    rate_on = _day(gettext_lazy("Day of the rate"), required=False)
    rate_source = forms.CharField(label=gettext_lazy("Source of the rate"), required=False, max_length=80)

    def __init__(self, data: QueryDict | None = None, *, campaign: Campaign) -> None:
        self.campaign = campaign
        super().__init__(data, initial={"currency": campaign.currency})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        rate: Decimal | None = cleaned.get("rate")
        if rate is not None and rate <= 0:
            self.add_error("rate", _("“%(value)s” is no rate: it is above zero.") % {"value": rate})
        if rate is not None and not (cleaned.get("rate_on") and cleaned.get("rate_source")):
            self.add_error("rate_on", _("Say of which day the rate is, and who published it."))
        day = cleaned.get("received_on")
        if day and day > (datetime.now(UTC) + timedelta(days=1)).date():
            self.add_error("received_on", _("%(day)s has not come yet.") % {"day": day.isoformat()})
        return cleaned

    def wish(self) -> ProposedEntry:
        values = self.cleaned_data
        rate = Rate(values["rate"], values["rate_on"], values["rate_source"]) if values.get("rate") else None
        return ProposedEntry(
            campaign_id=self.campaign.pk,
            kind=values["kind"],
            amount_minor=values["amount_minor"],
            currency=values["currency"],
            received_on=values["received_on"],
            reference=values["reference"].strip(),
            note=values["note"],
            rate=rate,
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class RefundForm(MoneyForm):
    amount_fields = ("amount",)
    amount = forms.CharField(label=gettext_lazy("Amount"), max_length=40)

    def __init__(self, data: QueryDict | None = None, *, currency: str, most_minor: int) -> None:
        self.fixed_currency = currency
        self._most_minor = most_minor
        super().__init__(data, initial={"amount": plain_text(most_minor, currency)})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        minor = cleaned.get("amount_minor")
        if minor is not None and minor > self._most_minor:
            values = {"value": cleaned["amount"], "most": plain_text(self._most_minor, self.fixed_currency)}
            self.add_error("amount", _("“%(value)s” is more than is left of this payment, which is %(most)s.") % values)
        return cleaned
