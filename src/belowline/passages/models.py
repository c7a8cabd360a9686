"""Texts of subjects in all their revisions, and the passages in them that somebody spoke of.

A text belongs to a subject key, as a thread does; whose it is nobody here knows. Around it: whoever publishes calls
`actions.texts.revise` in its own transaction; `actions.placing.place_passages` is woken by the event of that
(project/handlers.py) and finds every passage again in the newest revision.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from belowline.domain.anchoring import State

STATES = [(state.value, state.value) for state in State]


class Text(models.Model):
    """What is public of one subject. `number` is its newest revision, `placed_number` the one in which all passages were
    found again: the marks of a page belong to that one. `is_hidden`: its subject is not public, and neither is a word."""

    subject_key = models.CharField(max_length=255, unique=True)
    number = models.PositiveIntegerField(default=0)
    placed_number = models.PositiveIntegerField(default=0)
    is_hidden = models.BooleanField(default=False)


class TextRevision(models.Model):
    """The canonical text of one publication, written only when it differs from the one before. Never shown by itself:
    passages are found again from it.

    `blocks` is [[id, start, end, is figure, picture], …] in code points of `text`. Words that were withheld are filled in
    `text` (as long as they were, so that places stay).
    """

    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    words = models.TextField()
    blocks = models.JSONField(default=list)
    digest = models.CharField(max_length=64, help_text="Of the words: a change that was undone is known by it.")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "number"], name="passages_revision_number")]


class Passage(models.Model):
    """A span of words, or a figure as a whole. The same span chosen twice is one passage.

    `made_…` is what was chosen, in the revision in which it was: it never changes. `good_…` is the last revision in which
    the passage stood word for word: from there it is looked for in every later one, so that errors do not add up.
    `now_number` is the revision that `state` is about, with its place there (that of an orphan is where it was last).
    Places are code points of the canonical text; `now_offset` counts from the start of the block, as pages do.

    `wording` is what stands there now, where that is not `exact`. `is_withheld`: the newsroom took the words out of what
    was published, so they are nowhere any more. `comment_count` are its published comments; `beside_count` what is public at
    it besides (requests, questions and sources: feedback/ keeps it), `open_count` the requests among them that wait.
    """

    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="passages", db_index=False)
    is_figure = models.BooleanField(default=False)
    made_number = models.PositiveIntegerField()
    made_block = models.CharField(max_length=40)
    made_start = models.PositiveIntegerField()
    made_end = models.PositiveIntegerField()
    exact = models.TextField(blank=True)
    prefix = models.CharField(max_length=32, blank=True)
    suffix = models.CharField(max_length=32, blank=True)

    state = models.CharField(max_length=8, choices=STATES, default=State.SAME.value)
    confidence = models.FloatField(default=1.0)
    good_number = models.PositiveIntegerField()
    good_block = models.CharField(max_length=40)
    good_start = models.PositiveIntegerField()
    good_end = models.PositiveIntegerField()
    now_number = models.PositiveIntegerField()
    now_block = models.CharField(max_length=40)
    now_offset = models.PositiveIntegerField()
    now_start = models.PositiveIntegerField()
    now_end = models.PositiveIntegerField()
    wording = models.TextField(blank=True)
    changed_at = models.DateTimeField(null=True, help_text="When the revision was published that gave it this state.")
    is_withheld = models.BooleanField(default=False)
    comment_count = models.IntegerField(default=0)
    beside_count = models.IntegerField(default=0)
    open_count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["text", "made_number", "made_block", "made_start", "made_end", "is_figure"],
                name="passages_passage_span",
            ),
            models.CheckConstraint(
                condition=Q(made_end__gt=F("made_start")) | Q(is_figure=True), name="passages_passage_not_empty"
            ),
            models.CheckConstraint(condition=Q(comment_count__gte=0), name="passages_count_not_negative"),
        ]
        indexes = [
            models.Index(
                "text",
                "now_start",
                "id",
                condition=Q(comment_count__gt=0) | Q(beside_count__gt=0),
                name="passages_spoken_of",
            ),
            models.Index(fields=["text", "now_number"], name="passages_waiting"),
        ]
