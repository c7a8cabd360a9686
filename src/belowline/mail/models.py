"""Letters that wait for the mail server, the addresses that took one no more, and whether mail works at all."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class LetterState(models.TextChoices):
    """`ending` is written before the last line is sent: from then on the server may have taken it, and it is never
    sent again (decision 0030). `returned`: taken, and then it came back or was called unwanted."""

    WAITING = "waiting"
    ENDING = "ending"
    SENT = "sent"
    REFUSED = "refused"
    DROPPED = "dropped"
    RETURNED = "returned"


class Letter(models.Model):
    """One mail to one address. `key` says what it is about: the same is queued once.

    Around it: actions.queue_mail makes it in the transaction of what it tells about; mailer.py sends it; what it says is
    taken away when it has ended, and the row a month later. A letter without a subject is composed when it is sent, by
    what ports.composes was given for its kind.
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20)
    email = models.EmailField()
    language = models.CharField(max_length=12)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    payload = models.JSONField(default=dict)
    token = models.CharField(max_length=32, unique=True, help_text="What a returned mail names it by; says nothing.")
    message_id = models.CharField(max_length=200, blank=True, help_text="Of one that was handed over, as it was sent.")
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.WAITING)
    why = models.CharField(max_length=40, blank=True, help_text="Of an ended one: the server's code, or our reason.")
    tries = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Later than this it would only confuse.")
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("due_at", condition=Q(state="waiting"), name="letter_due"),
            models.Index("queued_at", condition=Q(state="ending"), name="letter_in_doubt"),
            models.Index("email", condition=Q(state="waiting"), name="letter_by_address"),
            models.Index("ended_at", name="letter_ended"),
            models.Index("message_id", condition=~Q(message_id=""), name="letter_by_message_id"),
        ]


class Address(models.Model):
    """What became of mails to one address. It is known by a digest: nothing here leads back to it.

    `closed_at` is set when mail to it makes no sense, or was complained about; only its owner opens it again, by
    confirming the address anew.
    """

    digest = models.CharField(primary_key=True, max_length=32)
    hard_bounces = models.IntegerField(default=0)
    soft_bounces = models.JSONField(default=list, help_text="Unix times of those of two weeks.")
    closed_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=20, blank=True)


class MailHealth(models.Model):
    """One row: when the mail server last took something, and since when it does not."""

    taken_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    said = models.CharField(max_length=200, blank=True)


class ReturnCount(models.Model):
    """How many mails of one kind came back on one day (UTC); kinds are those of mail/returning.py."""

    day = models.DateField()
    outcome = models.CharField(max_length=16)
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "outcome"], name="return_count_once")]


class MailboxHealth(models.Model):
    """One row: when the mailbox for returned mail was last read, and since when it cannot be."""

    read_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    said = models.CharField(max_length=200, blank=True)
