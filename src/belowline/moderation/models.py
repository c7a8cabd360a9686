"""What the newsroom decides about readers and discussions, what waits for it, and the record of every act."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from belowline.accounts.models import Reader
from belowline.discussion.models import Comment, Thread
from belowline.domain.moderating import ActKind, Queue
from belowline.domain.readers import ENDING, Standing


class Act(models.Model):
    """One act of staff, or of a rule (no actor). Append-only: an act is undone by another one that names it.

    `rule` is the item of the house rules; `cause` says what the actor wrote, for the staff; `batch` joins acts that were
    one press, and are undone as one.
    """

    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in ActKind])
    actor = models.ForeignKey(Reader, null=True, on_delete=models.PROTECT, related_name="+")
    reader = models.ForeignKey(Reader, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    comment = models.ForeignKey(Comment, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    thread = models.ForeignKey(Thread, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    rule = models.CharField(max_length=40, blank=True)
    cause = models.CharField(max_length=500, blank=True)
    detail = models.JSONField(default=dict, help_text="Ids, numbers and codes that undoing needs; no text of a reader.")
    batch = models.BigIntegerField(null=True)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index("reader", "id", name="act_reader"),
            models.Index("comment", "id", name="act_comment"),
            models.Index("thread", "kind", "id", condition=Q(comment__isnull=True), name="act_thread"),
            models.Index("batch", condition=Q(batch__isnull=False), name="act_batch"),
            models.Index("at", name="act_at"),
        ]


class ReaderStanding(models.Model):
    """What somebody decided about a reader; without a row there is nothing. `until` for those that end by themselves."""

    reader = models.OneToOneField(Reader, primary_key=True, on_delete=models.CASCADE, related_name="standing")
    standing = models.CharField(max_length=14, choices=[(one.value, one.value) for one in Standing])
    until = models.DateTimeField(null=True)
    since = models.DateTimeField()
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(standing__in=sorted(one.value for one in ENDING), until__isnull=False)
                | (~Q(standing__in=sorted(one.value for one in ENDING)) & Q(until__isnull=True)),
                name="standing_ends",
            )
        ]
        indexes = [models.Index("standing", "until", name="standing_until")]


class Raid(models.Model):
    """Raid mode, in one discussion or (no thread) everywhere. It ends by itself; `ended_at` when somebody was faster."""

    thread = models.ForeignKey(Thread, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index("until", condition=Q(ended_at__isnull=True), name="raid_open")]


class RaidAlarm(models.Model):
    """More is written by newcomers (`POSTING`), or reported (`FLAGGING`), in this discussion than is normal there: raid mode
    is proposed. `recent` came in the last half hour, `usual` are normal. Silent until `quiet_until` when somebody said no."""

    POSTING, FLAGGING = "posting", "flagging"

    thread = models.OneToOneField(Thread, primary_key=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=[(POSTING, POSTING), (FLAGGING, FLAGGING)])
    recent = models.IntegerField()
    usual = models.IntegerField()
    at = models.DateTimeField()
    quiet_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("at", name="raid_alarm_at")]


class ThreadRules(models.Model):
    """How one discussion is kept, beside its mode. Hours are minutes of the day in the newsroom's zone, the closing one may
    lie after midnight; none: open all hours. `slow_seconds`: so long each reader waits between two comments. `ends_at`:
    then it is closed."""

    thread = models.OneToOneField(Thread, primary_key=True, on_delete=models.CASCADE, related_name="rules")
    slow_seconds = models.IntegerField(default=0)
    opens = models.SmallIntegerField(null=True)
    closes = models.SmallIntegerField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("ends_at", condition=Q(ends_at__isnull=False), name="rules_end")]
        constraints = [
            models.CheckConstraint(condition=Q(slow_seconds__range=(0, 86_400)), name="rules_slow"),
            models.CheckConstraint(
                condition=(Q(opens__isnull=True) & Q(closes__isnull=True))
                | (Q(opens__range=(0, 1439)) & Q(closes__range=(0, 1439))),
                name="rules_hours",
            ),
        ]


class ListChange(models.Model):
    """A word that a newsroom adds to the list of a language, or takes from it. The list itself is made of the shipped one
    and of these (moderation.lists).

    An addition holds texts at once and lapses after a day unless somebody else agrees (`confirmed_by`); a removal waits for
    that. `revision` grows by one with every change of a row of that language: whoever has read the list knows whether it
    is still the same. `texts` and `fired` say on how many texts in order it was tried, and on how many it fired.
    """

    PROPOSED, IN_FORCE, WITHDRAWN = "proposed", "in_force", "withdrawn"

    language = models.CharField(max_length=12)
    revision = models.IntegerField()
    is_removal = models.BooleanField(default=False)
    term = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    severity = models.SmallIntegerField()
    match = models.CharField(max_length=8)
    target = models.CharField(max_length=12)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=[(one, one) for one in (PROPOSED, IN_FORCE, WITHDRAWN)])
    texts = models.IntegerField(default=0)
    fired = models.IntegerField(default=0)
    proposed_by = models.ForeignKey(Reader, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Reader, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_alone = models.BooleanField(default=False, help_text="Decided without a second person.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "revision"], name="list_revision")]


class Case(models.Model):
    """A comment that waits for a person, in one queue; gone when it is decided. Everything by which a queue is narrowed
    down stands here, so that a hundred thousand of them cost no more than ten.

    `place` orders a queue (domain.moderating.place): the urgent before the others, the older first. Whoever has it in hand
    decides alone until `in_hand_until`.
    """

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+", db_index=False)
    queue = models.CharField(max_length=12, choices=[(queue.value, queue.value) for queue in Queue])
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    author = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=12)
    code = models.CharField(max_length=30, blank=True, help_text="What was found or reported first; empty: imported.")
    place = models.BigIntegerField()
    opened_at = models.DateTimeField()
    in_hand_of = models.ForeignKey(Reader, null=True, on_delete=models.SET_NULL, related_name="+")
    in_hand_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "queue"], name="case_once")]
        indexes = [
            models.Index("queue", "place", name="case_queue"),
            models.Index("queue", "thread", "place", name="case_thread"),
            models.Index("queue", "author", "place", name="case_author"),
            models.Index("queue", "language", "place", name="case_language"),
            models.Index("queue", "code", "place", name="case_code"),
        ]


class UrgentReport(models.Model):
    """A report that hid a comment at once, until a person decides. `was_right` is what they decided: a comment that stands
    again is not hidden this way any more, and who was wrong twice hides nothing."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+", db_index=False)
    reporter = models.ForeignKey(Reader, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=20)
    at = models.DateTimeField()
    was_right = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index("comment", "id", name="urgent_comment")]


class Appeal(models.Model):
    """Somebody objects to what was done to them, once for each act. `answer` is for them; `was_given_back` says whether there
    was anything left to give back."""

    OPEN, UPHELD, OVERTURNED = "open", "upheld", "overturned"

    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="appeal")
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=1_000)
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(one, one) for one in (OPEN, UPHELD, OVERTURNED)], default=OPEN)
    answer = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Reader, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_alone = models.BooleanField(default=False, help_text="Decided without a second person.")
    was_given_back = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index("at", condition=Q(state="open"), name="appeal_open")]


class Origin(models.Model):
    """From which network a comment came, by the key of its day (accounts.networks); forgotten after seven days."""

    comment = models.OneToOneField(Comment, primary_key=True, on_delete=models.CASCADE, related_name="origin")
    network = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("network", "at", name="origin_network"), models.Index("at", name="origin_age")]


class Sketch(models.Model):
    """What a text is like (domain.near_duplicates), for fourteen days."""

    comment = models.OneToOneField(Comment, primary_key=True, on_delete=models.CASCADE, related_name="sketch")
    author = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    sketch = models.BinaryField()
    at_us = models.BigIntegerField()

    class Meta:
        indexes = [models.Index("at_us", name="sketch_age")]


class SketchBand(models.Model):
    """Texts that share a band may be alike: that is how they are found."""

    pk = models.CompositePrimaryKey("value", "comment_id")
    value = models.BigIntegerField()
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
