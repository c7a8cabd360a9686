"""Who wants to be told what, and what there is to tell."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from belowline.accounts.models import Reader
from belowline.domain.notifying import About, Often

ABOUT = [(one.value, one.value) for one in About]
OFTEN = [(one.value, one.value) for one in Often]


class Subscription(models.Model):
    """One line of a reader's matrix: what, how, how often. `target` is the id of the comment, thread, passage, topic or
    author that it is about, 0 for what is about the reader: replies, mentions, requests for sources and what came of them,
    answers of the newsroom.

    A guest's counts when the address is confirmed.
    """

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="subscriptions", db_index=False)
    about = models.CharField(max_length=8, choices=ABOUT)
    target = models.BigIntegerField(default=0)
    by_mail = models.CharField(max_length=6, choices=OFTEN, default=Often.NOW.value)
    on_site = models.BooleanField(default=True)
    language = models.CharField(max_length=12)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "about", "target"], name="subscription_once")]
        indexes = [models.Index(fields=["about", "target", "reader"], name="subscription_target")]


class Preferences(models.Model):
    """How a reader wants to be told, whatever it is. No row: no quiet hours, in the newsroom's zone."""

    reader = models.OneToOneField(Reader, primary_key=True, on_delete=models.CASCADE, related_name="+")
    zone = models.CharField(max_length=64)
    quiet_from = models.SmallIntegerField(default=0)
    quiet_until = models.SmallIntegerField(default=0)
    no_mail = models.BooleanField(default=False, help_text="No mail at all, whatever the lines say.")


class Notice(models.Model):
    """One thing to tell one reader: a comment, a source that is asked for or given at one, an article, or what the
    newsroom decided about a request. Unique, so that nobody is told twice, however many subscriptions fit and however
    often the event comes.

    `due_at` is when a mail may go out, None for the bell alone. `letter` is the key of the letter that tells it.
    """

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="notices", db_index=False)
    about = models.CharField(max_length=8, choices=ABOUT)
    subscription = models.ForeignKey(Subscription, null=True, on_delete=models.SET_NULL, related_name="+")
    thread_id = models.BigIntegerField(null=True)
    comment_id = models.BigIntegerField(null=True)
    article_id = models.BigIntegerField(null=True)
    decision_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    on_site = models.BooleanField(default=True)
    seen_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    letter = models.CharField(max_length=120, blank=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "comment_id"],
                condition=Q(comment_id__isnull=False) & ~Q(about="source"),
                name="notice_comment_once",
            ),
            models.UniqueConstraint(
                fields=["reader", "comment_id"], condition=Q(about="source"), name="notice_source_once"
            ),
            models.UniqueConstraint(
                fields=["reader", "article_id"], condition=Q(article_id__isnull=False), name="notice_article_once"
            ),
            models.UniqueConstraint(
                fields=["reader", "decision_id"], condition=Q(decision_id__isnull=False), name="notice_decision_once"
            ),
            models.CheckConstraint(
                condition=Q(comment_id__isnull=False, article_id=None, decision_id=None)
                | Q(comment_id=None, article_id__isnull=False, decision_id=None)
                | Q(comment_id=None, article_id=None, decision_id__isnull=False),
                name="notice_is_about_one",
            ),
        ]
        indexes = [
            models.Index("due_at", "reader", condition=Q(letter="", due_at__isnull=False), name="notice_due"),
            models.Index("reader", "id", condition=Q(on_site=True), name="notice_bell"),
            models.Index("letter", condition=~Q(letter=""), name="notice_letter"),
            models.Index("made_at", name="notice_made"),
        ]
