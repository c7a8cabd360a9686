"""Campaigns, gifts, and the ledger. Entries, what providers told, and changes of a goal are written once and never again:
triggers in the database refuse every UPDATE and DELETE (migration 0002)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from belowline.domain.ledger import EntryKind, FactKind, GiftState, Repeat

# Kinds that take from the total; adjustments may do either.
TAKING = (EntryKind.REFUND.value, EntryKind.DISPUTE_LOST.value)
CURRENCY_CHARACTERS = 3
REF_CHARACTERS = 100


class Show(models.TextChoices):
    """What the meter says beside its bar."""

    AMOUNT = "amount", _("The amount")
    PERCENT = "percent", _("The percentage")
    BOTH = "both", _("Both")


class Basis(models.TextChoices):
    """What of a payment counts: all of it, or what is left after the provider's fee."""

    GROSS = "gross", _("What people gave")
    NET = "net", _("What arrived, without the provider's fees")


class RepeatChoice(models.TextChoices):
    NONE = Repeat.NONE.value, _("No: one goal for the whole time")
    MONTHLY = Repeat.MONTHLY.value, _("Every month anew")
    YEARLY = Repeat.YEARLY.value, _("Every year anew")


class Every(models.TextChoices):
    ONCE = "once", _("Once")
    MONTH = "month", _("Every month")


class Consent(models.TextChoices):
    """What of a gift its donor lets be public."""

    NOTHING = "nothing", _("Nothing")
    NAME = "name", _("The name")
    AMOUNT = "amount", _("The name and the amount")


class Campaign(models.Model):
    """What money is asked for: a goal, its counting dates, and apart from them the dates at which it is shown.

    Currency, time zone, repetition, basis and the counting start are fixed with the first entry, because its period and
    its counted amount depend on them. The goal changes through `actions.change_goal`, which keeps the former one.
    """

    title = models.CharField(_("title"), max_length=80)
    language = models.CharField(_("language"), max_length=12, default="en")
    purpose = models.TextField(_("what the money is for"), max_length=2_000, blank=True)
    other_ways = models.TextField(_("other ways to give"), max_length=2_000, blank=True)
    currency = models.CharField(_("currency"), max_length=CURRENCY_CHARACTERS)
    goal_minor = models.BigIntegerField()
    time_zone = models.CharField(_("time zone"), max_length=60)
    repeat = models.CharField(_("repeats"), max_length=8, choices=RepeatChoice.choices, default=RepeatChoice.NONE)
    basis = models.CharField(_("counts"), max_length=8, choices=Basis.choices, default=Basis.GROSS)
    show = models.CharField(_("the meter shows"), max_length=8, choices=Show.choices, default=Show.BOTH)
    counts_from = models.DateTimeField(_("counts from"))
    counts_to = models.DateTimeField(_("counts until"), null=True, blank=True)
    shown_from = models.DateTimeField(_("shown from"))
    shown_to = models.DateTimeField(_("shown until"), null=True, blank=True)
    amounts = models.JSONField(default=list, help_text="Suggested amounts in minor units, rising.")
    second_person_above_minor = models.BigIntegerField(default=0)
    is_test = models.BooleanField(_("test"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        permissions = [("keep_accounts", "Can keep the accounts")]
        constraints = [
            models.CheckConstraint(condition=Q(goal_minor__gt=0), name="campaign_goal_positive"),
            models.CheckConstraint(condition=Q(second_person_above_minor__gte=0), name="campaign_limit_not_negative"),
            models.CheckConstraint(
                condition=Q(counts_to__isnull=True) | Q(counts_to__gt=F("counts_from")), name="campaign_counting_dates"
            ),
            models.CheckConstraint(
                condition=Q(shown_to__isnull=True) | Q(shown_to__gt=F("shown_from")), name="campaign_shown_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CampaignWords(models.Model):
    """A campaign's words in another language of the site."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    purpose = models.TextField(max_length=2_000, blank=True)
    other_ways = models.TextField(max_length=2_000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "language"], name="campaign_words_language")]


class GoalChange(models.Model):
    """Append-only: the goal was set or changed. `before_minor` is 0 at the beginning."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="goal_changes")
    before_minor = models.BigIntegerField()
    after_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()


class Gift(models.Model):
    """What somebody began to give here. `token` is the secret of its page, and what the provider repeats to us.

    A donor is no reader: nothing leads from here to an account. `donor_key` is a keyed digest of the address, so that
    people can be counted without comparing addresses. `consent` is for this gift alone and may be withdrawn.
    """

    token = models.CharField(max_length=32, unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="gifts")
    provider = models.CharField(max_length=20)
    every = models.CharField(max_length=6, choices=Every.choices, default=Every.ONCE)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=CURRENCY_CHARACTERS)
    state = models.SmallIntegerField(
        choices=[(one.value, one.name) for one in GiftState], default=GiftState.STARTED.value
    )
    subscription_ref = models.CharField(max_length=REF_CHARACTERS, blank=True)
    stopped_at = models.DateTimeField(null=True)
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=80, blank=True)
    consent = models.CharField(max_length=8, choices=Consent.choices, default=Consent.NOTHING)
    donor_key = models.CharField(max_length=32)
    language = models.CharField(max_length=12)
    started_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="gift_amount_positive")]
        indexes = [models.Index(fields=["provider", "subscription_ref"], name="gift_subscription")]


class Told(models.Model):
    """Append-only: one event of a provider, reduced to the fact it tells. The same event twice is one row."""

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=REF_CHARACTERS)
    type = models.CharField(max_length=80, help_text="In the provider's words.")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in FactKind])
    payment_ref = models.CharField(max_length=REF_CHARACTERS, blank=True)
    txn_ref = models.CharField(max_length=REF_CHARACTERS, blank=True)
    subscription_ref = models.CharField(max_length=REF_CHARACTERS, blank=True)
    gift_token = models.CharField(max_length=32, blank=True)
    amount_minor = models.BigIntegerField(default=0)
    fee_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=CURRENCY_CHARACTERS, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="told_event")]
        indexes = [
            models.Index(fields=["provider", "payment_ref"], name="told_payment"),
            models.Index(fields=["provider", "txn_ref"], condition=Q(kind="linked"), name="told_link"),
            models.Index(fields=["provider", "subscription_ref"], name="told_subscription"),
        ]


class Entry(models.Model):
    """Append-only: one line of the ledger. What was raised is the sum of `counted_minor`, and nothing else.

    `amount_minor` is signed, in `currency`; `counted_minor` is what it adds in the campaign's, at a rate that was fixed
    with the entry. `period` is the key of the period that `effective_at` falls into, "" outside the counting dates. A
    mistake is answered by an entry that `reverses` it.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="entries", db_index=False)
    period = models.CharField(max_length=7, blank=True)
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in EntryKind])
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=CURRENCY_CHARACTERS)
    fee_minor = models.BigIntegerField(default=0)
    fx_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    fx_on = models.DateField(null=True)
    fx_source = models.CharField(max_length=80, blank=True)
    counted_minor = models.BigIntegerField()
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    provider = models.CharField(max_length=20)
    provider_ref = models.CharField(max_length=REF_CHARACTERS, blank=True)
    payment_ref = models.CharField(max_length=REF_CHARACTERS, blank=True)
    gift = models.ForeignKey(Gift, null=True, on_delete=models.PROTECT, related_name="entries")
    note = models.CharField(max_length=300, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "kind", "provider_ref"], condition=~Q(provider_ref=""), name="entry_provider_ref"
            ),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="entry_amount_not_zero"),
            models.CheckConstraint(
                condition=Q(kind="adjustment")
                | (Q(kind__in=TAKING) & Q(amount_minor__lt=0))
                | (~Q(kind__in=TAKING) & Q(amount_minor__gt=0)),
                name="entry_sign",
            ),
            models.CheckConstraint(
                condition=Q(fx_rate__isnull=True, fx_on__isnull=True) | Q(fx_rate__gt=0, fx_on__isnull=False),
                name="entry_rate",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "period", "kind"], name="entry_period"),
            models.Index(fields=["provider", "payment_ref"], name="entry_payment"),
        ]


class Total(models.Model):
    """The sums of one period, changed in the transaction that adds an entry, so that a page adds nothing up.

    `held_minor` are open disputes, which the meter leaves out until they are decided.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="totals")
    period = models.CharField(max_length=7, blank=True)
    counted_minor = models.BigIntegerField(default=0)
    held_minor = models.BigIntegerField(default=0)
    offline_minor = models.BigIntegerField(default=0)
    payments = models.IntegerField(default=0)
    rate_on = models.DateField(null=True, help_text="The newest day of an exchange rate; null: nothing was converted.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "period"], name="total_period")]


class Hold(models.Model):
    """What is held out for the open disputes of one payment."""

    provider = models.CharField(max_length=20)
    payment_ref = models.CharField(max_length=REF_CHARACTERS)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=7, blank=True)
    held_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "payment_ref"], name="hold_payment")]


class Decision(models.TextChoices):
    WAITING = "waiting", _("Waits for a second person")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")


class OfflineKind(models.TextChoices):
    OFFLINE = EntryKind.OFFLINE.value, _("Gift by bank, cash or cheque")
    MATCHING = EntryKind.MATCHING.value, _("Matching gift or grant")
    OPENING = EntryKind.OPENING.value, _("Carried over from before")
    ADJUSTMENT = EntryKind.ADJUSTMENT.value, _("Fees, or something else to take off")


class Proposal(models.Model):
    """An entry by hand, as the treasurer wrote it. Above the campaign's limit it waits for a second person."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=12, choices=OfflineKind.choices, default=OfflineKind.OFFLINE)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=CURRENCY_CHARACTERS)
    fx_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    fx_on = models.DateField(null=True)
    fx_source = models.CharField(max_length=80, blank=True)
    received_on = models.DateField()
    reference = models.CharField(max_length=REF_CHARACTERS)
    note = models.CharField(max_length=300, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    entry = models.OneToOneField(Entry, null=True, on_delete=models.PROTECT, related_name="proposal")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="proposal_amount_positive"),
            models.UniqueConstraint(
                fields=["kind", "reference"], condition=~Q(decision="declined"), name="proposal_reference"
            ),
        ]


class Reconciliation(models.Model):
    """One comparison of the ledger with a provider's own list. `problem` says why there is none."""

    provider = models.CharField(max_length=20)
    since = models.DateTimeField()
    until = models.DateTimeField()
    ran_at = models.DateTimeField()
    compared = models.IntegerField(default=0)
    differences = models.JSONField(default=list)
    problem = models.CharField(max_length=300, blank=True)
