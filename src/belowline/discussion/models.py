"""Threads, comments, votes. The shape is fixed here because it is dear to change: see docs/decisions/0003 to 0007."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from belowline.accounts.models import Reader
from belowline.domain.commenting import CommentState, ThreadMode
from belowline.passages.models import Passage
from belowline.storage.fields import RowIdField

STATES = [(state.value, state.value) for state in CommentState]
MODES = [(mode.value, mode.value) for mode in ThreadMode]


class Site(models.Model):
    """A registered origin whose pages may carry discussions: this newsroom itself, an embedding site, an import."""

    origin = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()


class Thread(models.Model):
    """One discussion. It belongs to a subject key, not to a page: an article's UUID, or an address on another site.

    `comment_count` is exact together with the ThreadDelta rows that the worker has not folded yet. `last_position` is
    drawn by storage.ids. A thread's version is its latest outbox position. `mode` and `mode_reason` are what holds.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="threads")
    subject_key = models.CharField(max_length=255)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=500, help_text="Where the subject is read; a path here or an address elsewhere.")
    language = models.CharField(max_length=12, default="en")
    mode = models.CharField(max_length=14, choices=MODES, default=ThreadMode.OPEN.value)
    mode_reason = models.CharField(max_length=300, blank=True)
    subject_mode = models.CharField(
        max_length=14, choices=MODES, default=ThreadMode.OPEN.value, help_text="What the subject asks for."
    )
    subject_reason = models.CharField(max_length=300, blank=True)
    is_mode_kept = models.BooleanField(default=False, help_text="Moderators have set the mode: the subject's waits.")
    default_sort = models.CharField(max_length=14, blank=True)
    comment_count = models.IntegerField(default=0)
    last_position = models.BigIntegerField(default=0)
    staff_reader = models.ForeignKey(
        Reader, null=True, on_delete=models.SET_NULL, related_name="+", help_text="The subject's author, who is marked."
    )
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    is_hidden = models.BooleanField(
        default=False, help_text="Its subject is not public: neither is what was said of it."
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "subject_key"], name="thread_subject"),
            models.CheckConstraint(condition=Q(comment_count__gte=0), name="thread_count_not_negative"),
        ]


class ThreadAlias(models.Model):
    """Another address or key under which a thread is found: moved pages, old systems, merged threads."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    subject_key = models.CharField(max_length=255)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "subject_key"], name="thread_alias_subject")]


class ThreadDelta(models.Model):
    """A change of a thread's count, so that two readers who post never wait for one row. Folded by the worker."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+")
    comments = models.IntegerField()


class Comment(models.Model):
    """A comment's place, state, counts and keys. Its words are in Revision: a vote rewrites no text.

    Around it: storage.ids draws `id` and `position`; domain.tree makes `depth`, `root`, `segment`, `path`;
    domain.ranking makes the keys, in the vote's transaction; `is_listed` is true for a published comment and for a
    tombstone above a listed one (discussion.listing keeps it); `published_event` is the outbox position at which it
    became public, which "new" and live use.
    """

    id = RowIdField(primary_key=True)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="comments", db_index=False)
    author = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="comments", db_index=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replies", db_index=False)
    root_id = models.BigIntegerField()
    depth = models.IntegerField()
    segment = models.BigIntegerField(default=0)
    path = models.BinaryField()
    position = models.BigIntegerField()

    state = models.CharField(max_length=10, choices=STATES)
    is_listed = models.BooleanField()
    listed_replies = models.IntegerField(default=0)
    first_reply_us = models.BigIntegerField(null=True)
    published_event = models.BigIntegerField(null=True)
    is_branch_closed = models.BooleanField(default=False)  # takes no more replies: its author stopped them
    passage = models.ForeignKey(
        Passage, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="What it speaks of."
    )

    revision = models.IntegerField(default=1, help_text="The current revision's number.")
    edited_us = models.BigIntegerField(null=True)
    is_edited_after_reply = models.BooleanField(default=False)

    up = models.IntegerField(default=0)
    down = models.IntegerField(default=0)
    up_milli = models.BigIntegerField(default=0)
    down_milli = models.BigIntegerField(default=0)
    imported_up = models.IntegerField(default=0)
    imported_down = models.IntegerField(default=0)

    source_asks = models.IntegerField(default=0, help_text="How many readers ask for a source: the rows of SourceAsk.")
    source_url = models.CharField(max_length=2_048, blank=True, help_text="The link that its author gave then.")

    time_key = models.BigIntegerField(help_text="Microseconds since 1970, unique in the thread.")
    best_key = models.BigIntegerField()
    net_key = models.BigIntegerField()
    controversial_key = models.BigIntegerField()

    class Meta:
        permissions = [("moderate", "Can decide about comments")]
        constraints = [
            models.UniqueConstraint(fields=["thread", "position"], name="comment_position"),
            models.UniqueConstraint(fields=["thread", "time_key"], name="comment_time"),
            models.CheckConstraint(condition=Q(listed_replies__gte=0), name="comment_replies_not_negative"),
            models.CheckConstraint(condition=Q(up__gte=0) & Q(down__gte=0), name="comment_votes_not_negative"),
            models.CheckConstraint(condition=Q(source_asks__gte=0), name="comment_asks_not_negative"),
            models.CheckConstraint(
                condition=(Q(parent__isnull=True) & Q(depth=1)) | Q(depth__gt=1), name="comment_root_depth"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="comment_not_its_own_parent"),
        ]
        indexes = [
            # One index per order: roots have parent NULL, which both databases search like a value.
            *(
                models.Index("thread", "parent", key, condition=Q(is_listed=True), name=f"comment_{name}")
                for name, key in [
                    ("best", "best_key"),
                    ("net", "net_key"),
                    ("controversial", "controversial_key"),
                    ("time_order", "time_key"),
                ]
            ),
            models.Index("thread", "segment", "path", name="comment_path"),
            models.Index("author", "time_key", name="comment_author"),
            models.Index("thread", "published_event", name="comment_published"),
            models.Index("passage", "time_key", condition=Q(passage__isnull=False), name="comment_passage"),
            models.Index("time_key", condition=Q(state="held"), name="comment_held"),
            models.Index("time_key", condition=Q(state="removed"), name="comment_removed"),
        ]


class Revision(models.Model):
    """A comment's words at one time, with what screening found. Never changed, but blanked by an erasure or a removal.

    `is_public` is false for wordings replaced within the quiet minutes and for texts that were held when replaced.
    """

    pk = models.CompositePrimaryKey("comment_id", "number")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="revisions", db_index=False)
    number = models.IntegerField()
    source = models.TextField()
    html = models.TextField()
    excerpt = models.CharField(max_length=200)
    digest = models.BinaryField(help_text="First 8 bytes of the SHA-256 of the source, to find the same text again.")
    renderer = models.IntegerField()
    written_us = models.BigIntegerField()
    is_public = models.BooleanField(default=True)
    findings = models.JSONField(default=list)


class StateChange(models.Model):
    """Append-only: who changed a comment's state, from what to what, why. The actor is null for the pipeline."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="state_changes")
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    actor = models.ForeignKey(Reader, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)
    note = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()


class Vote(models.Model):
    """One reader's vote on one comment; the row stays when the vote is taken back (value 0)."""

    pk = models.CompositePrimaryKey("comment_id", "reader_id")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="votes", db_index=False)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="votes")
    value = models.SmallIntegerField()
    weight_milli = models.SmallIntegerField(default=1000)
    reason = models.CharField(max_length=40, blank=True, help_text="Why it counts less, if it does.")
    epoch = models.IntegerField(default=0)
    cast_us = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(value__in=[-1, 0, 1]), name="vote_value"),
            models.CheckConstraint(condition=Q(weight_milli__range=(0, 1000)), name="vote_weight"),
        ]


class IgnoredReader(models.Model):
    """One reader ignores another: comments folded, no notices. Known to the first one alone."""

    pk = models.CompositePrimaryKey("reader_id", "ignored_id")
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+", db_index=False)
    ignored = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reader=F("ignored")), name="ignored_reader_not_oneself"),
        ]


class MutedBranch(models.Model):
    """A reader wants no notices of what is said below a comment."""

    pk = models.CompositePrimaryKey("reader_id", "comment_id")
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+", db_index=False)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()


class Report(models.Model):
    """What a reader says is wrong with a comment, for the moderators alone. No reporter: somebody without a name here.

    Settled by a decision about the comment. `reason` is one of domain.commenting.REPORT_REASONS, `concern` one of
    REPORT_CONCERNS or empty. `email` is where the outcome goes, and is forgotten when it has gone.
    """

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports", db_index=False)
    reporter = models.ForeignKey(Reader, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=20)
    note = models.CharField(max_length=1_000, blank=True)
    concern = models.CharField(max_length=12, blank=True)
    email = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "reporter"], condition=Q(settled_at__isnull=True), name="report_once"
            ),
        ]
        indexes = [
            models.Index("comment", condition=Q(settled_at__isnull=True), name="report_open"),
            models.Index("at", name="report_at"),
        ]


class SourceAsk(models.Model):
    """One reader asks the author of a comment for a source; gone when it is taken back."""

    pk = models.CompositePrimaryKey("comment_id", "reader_id")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="asks", db_index=False)
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()


class GivenSource(models.Model):
    """A link that an author gave, in the order of `number`; empty where one was withdrawn. Public like the wordings of
    the comment, and blanked with them."""

    pk = models.CompositePrimaryKey("comment_id", "number")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="sources", db_index=False)
    number = models.IntegerField()
    url = models.CharField(max_length=2_048, blank=True)
    given_us = models.BigIntegerField()


class Mention(models.Model):
    """A reader whom a comment names (`@name`, in `name` as it is typed). A row stays when an edit takes the name out, so
    that no row of edits names ever more people; then it is not `is_current`."""

    pk = models.CompositePrimaryKey("comment_id", "reader_id")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions", db_index=False)
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    is_current = models.BooleanField(default=True)


class Submission(models.Model):
    """A form that was sent: the same form sent again gets the same answer (kept 24 hours).

    `body_digest` tells a repeated press from another text under the same form.
    """

    key = models.CharField(primary_key=True, max_length=64, help_text="Digest of reader, route and the form's key.")
    body_digest = models.BinaryField()
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    outcome = models.JSONField(default=dict)
    received_us = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["received_us"], name="submission_received")]


class ImportedComment(models.Model):
    """Which comment a record of another system became, so that a second run changes nothing and links still lead."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=20)
    source_id = models.CharField(max_length=120)
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "source", "source_id"], name="imported_comment_source")
        ]
