"""What is said when something about money cannot be done: what happened, why, what now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from belowline.domain.ledger import EntryKind
from belowline.domain.money import MINOR_MAX, plain_text, shown

if TYPE_CHECKING:
    from belowline.domain.money import MoneyProblem

_EXAMPLE_MINOR = 1_250  # 12.50 in most currencies
# code: (the form's field it belongs to, the sentence); pages/refusals.py adds them to its own.
SENTENCES = {
    "campaign_fixed": (
        "",
        gettext_lazy(
            "Currency, time zone, repetition, basis and the counting start are fixed once something was counted by them. "
            "Begin a new campaign instead."
        ),
    ),
    "campaign_missing": ("", gettext_lazy("Nothing is collected at the moment. Nothing was taken.")),
    "entry_from_provider": (
        "",
        gettext_lazy("This money went through a payment provider. Refund it there; the ledger follows."),
    ),
    "entry_is_reversal": ("", gettext_lazy("This entry takes back another one. Enter what is right anew.")),
    "entry_missing": ("", gettext_lazy("There is no such entry.")),
    "entry_reversed": ("", gettext_lazy("This entry was taken back before.")),
    "gift_not_monthly": ("", gettext_lazy("This gift is given once: there is nothing to stop.")),
    "gifts_often": (
        "",
        gettext_lazy(
            "So many gifts were begun from your network within an hour that we wait a little. Nothing was taken: press the "
            "button again at %(until)s."
        ),
    ),
    "hook_old": ("", gettext_lazy("The message was signed more than five minutes ago, or a clock is wrong.")),
    "hook_signature": ("", gettext_lazy("The signature does not match the message. Nothing was stored.")),
    "hook_too_large": ("", gettext_lazy("The message is larger than 256 KiB.")),
    "hook_unreadable": ("", gettext_lazy("The message is signed, and cannot be read as an event. Nothing was stored.")),
    "provider_away": (
        "",
        gettext_lazy("The payment page cannot be reached at the moment. Nothing was taken: try again in a minute."),
    ),
    "provider_missing": ("", gettext_lazy("There is no payment provider of this name here.")),
    "hook_test_mode": (
        "",
        gettext_lazy("Play money is not counted by a live campaign, nor live money by a test. Nothing was stored."),
    ),
    "own_proposal": ("", gettext_lazy("A second person approves this, not the one who entered it.")),
    "own_proposal_wait": (
        "",
        gettext_lazy("Nobody else keeps the accounts. You can approve it yourself 24 hours after you entered it."),
    ),
    "proposal_decided": ("", gettext_lazy("Somebody else decided about this in the meantime.")),
    "proposal_missing": ("", gettext_lazy("There is no such entry to decide about.")),
    "rate_missing": (
        "rate",
        gettext_lazy("This is another currency than the campaign's: give the rate of that day, and where it is from."),
    ),
    "reason_missing": ("reason", gettext_lazy("Say why, in a few words: others will read it.")),
    "reference_taken": (
        "reference",
        gettext_lazy("Money with this reference was entered before. If it is other money, make the reference differ."),
    ),
}

# What a line of the ledger is called.
KINDS = {
    EntryKind.PAYMENT: gettext_lazy("Payment"),
    EntryKind.REFUND: gettext_lazy("Refund"),
    EntryKind.DISPUTE_LOST: gettext_lazy("Lost dispute"),
    EntryKind.OFFLINE: gettext_lazy("By bank or in cash"),
    EntryKind.MATCHING: gettext_lazy("Matching gift or grant"),
    EntryKind.ADJUSTMENT: gettext_lazy("Correction"),
    EntryKind.OPENING: gettext_lazy("Carried over from before"),
}


def amount_sentence(problem: MoneyProblem, *, text: str, currency: str, language: str) -> str:
    """Why `text` is no amount of `currency`, with an example that is one."""
    values = {
        "value": text.strip()[:40],
        "currency": currency,
        "plain": plain_text(_EXAMPLE_MINOR, currency),
        "most": shown(MINOR_MAX, currency, language),
    }
    sentences = {
        "amount_empty": _("Write an amount, such as %(plain)s."),
        "amount_unreadable": _("“%(value)s” is no amount. Write it in digits, such as %(plain)s."),
        "amount_not_positive": _("“%(value)s” is not above zero. Write an amount such as %(plain)s."),
        "amount_too_fine": _("“%(value)s” has more decimal places than %(currency)s has. Write it like %(plain)s."),
        "amount_too_large": _("“%(value)s” is more than can be entered, which is %(most)s."),
    }
    return sentences[problem.code] % values


def currency_sentence(code: str, near: str) -> str:
    """Why this is no currency, and which one may have been meant."""
    if near:
        return _("There is no currency “%(code)s”. Did you mean %(near)s?") % {"code": code[:10], "near": near}
    return _("There is no currency “%(code)s”. Write three letters, such as USD or EUR.") % {"code": code[:10]}
