"""What readers ask of the newsroom at a passage, sources that they offer, and what editors ask them there.

Around it: `discussion` tells of every comment on a passage that becomes public or stops being it (ports.py), in its own
transaction, and passages keep the counts that marks show (`passages.actions.choosing.note_beside`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from belowline.accounts.models import Reader
from belowline.discussion.models import Comment, Thread
from belowline.domain.feedback import (
    CONTACT_CHARACTERS,
    NAME_CHARACTERS,
    NOTE_CHARACTERS,
    OFFER_CHARACTERS,
    REASON_CHARACTERS,
    URL_CHARACTERS,
    WAITING,
    Consent,
    Kind,
    OfferState,
    State,
)
from belowline.newsroom.models import ArticlePage
from belowline.passages.models import Passage

WAITING_VALUES = sorted(state.value for state in WAITING)


class Request(models.Model):
    """Readers ask for one thing at one passage. It is public while somebody is counted (`asker_count`): held and removed
    words do not count, and neither does whoever has not confirmed an address. While it waits, others join it; there is one
    that waits for each kind.

    `opened_at` is when it first was public: amber and the rate begin there. `version` is raised by every act of the desk.
    `answer_html` is the one rendering of `answer_source`.
    """

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Kind])
    state = models.CharField(max_length=12, choices=[(one.value, one.value) for one in State], default=State.OPEN.value)
    asker_count = models.IntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=REASON_CHARACTERS, blank=True)
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")
    answer_source = models.TextField(blank=True)
    answer_html = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["passage", "kind"], condition=Q(state__in=WAITING_VALUES), name="feedback_request_waits_once"
            ),
            models.CheckConstraint(condition=Q(asker_count__gte=0), name="feedback_askers_not_negative"),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False) | ~Q(state="answered"),
                name="feedback_answer_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="duplicate", duplicate_of__isnull=False)
                | ~Q(state="duplicate") & Q(duplicate_of__isnull=True),
                name="feedback_duplicate_names_another",
            ),
            models.CheckConstraint(condition=~Q(duplicate_of=F("id")), name="feedback_not_its_own_duplicate"),
        ]
        indexes = [
            models.Index(fields=["state", "opened_at", "id"], name="feedback_request_list"),
            models.Index("opened_at", condition=Q(asker_count__gt=0), name="feedback_request_rate"),
        ]


class Asker(models.Model):
    """Somebody who asks. `comment` are their words, where they wrote any; `is_counted` while these are public, and without
    words from the beginning."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="askers", db_index=False)
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    comment = models.OneToOneField(Comment, null=True, on_delete=models.SET_NULL, related_name="+")
    is_counted = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "reader"], name="feedback_asks_once")]


class Decision(models.Model):
    """What the newsroom did to a request: who, when, from what to what. Never changed. `is_told`: whoever asked hears."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="decisions")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    act = models.CharField(max_length=12)
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    text = models.TextField(blank=True)
    is_told = models.BooleanField(default=False)


class Question(models.Model):
    """What editors ask readers at a passage; the answers are the comments on it that came since."""

    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.TextField()
    html = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["passage"], condition=Q(closed_at__isnull=True), name="feedback_question_once"
            )
        ]


class Offer(models.Model):
    """A source that somebody offers, for the editors alone until one of them publishes it, with its sender's consent.

    Public is the link with what the newsroom says of it (`note`), never the sender's words. Around it: offers.forget_old
    takes the contact away 30 days after the offer was settled or published, and what was not published after a year.
    No network address is kept.
    """

    article = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, related_name="+")
    passage = models.ForeignKey(Passage, null=True, on_delete=models.SET_NULL, related_name="+")
    reader = models.ForeignKey(Reader, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(max_length=OFFER_CHARACTERS)
    url = models.CharField(max_length=URL_CHARACTERS, blank=True)
    contact = models.CharField(max_length=CONTACT_CHARACTERS, blank=True)
    name = models.CharField(max_length=NAME_CHARACTERS, blank=True)
    consent = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Consent])
    language = models.CharField(max_length=12)
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in OfferState], default=OfferState.OPEN.value
    )
    version = models.PositiveIntegerField(default=1)
    note = models.CharField(max_length=NOTE_CHARACTERS, blank=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published", consent="none"), name="feedback_offer_public_by_consent"
            ),
            models.CheckConstraint(condition=Q(consent="named") | Q(name=""), name="feedback_offer_name_by_consent"),
        ]
        indexes = [models.Index(fields=["state", "-received_at", "-id"], name="feedback_offer_list")]
