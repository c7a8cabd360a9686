"""What readers can search: one row for each public text, with the tokens that it is found by.

Beside the table stands an index that the database itself keeps in step (migrations/0001): on SQLite the FTS5 table
`search_index`, fed by triggers; on PostgreSQL the generated column `word_index`. A migration that lets Django make the
table anew on SQLite has to make the triggers anew, too.
"""

from __future__ import annotations

from django.db import models


class SearchDocument(models.Model):
    """`key` is the owner's name for it; `path` where it is read, without the language in front; `names` the people who
    made it. `words_…` are tokens between single spaces (domain/search_words.py), `indexer` what made them."""

    key = models.CharField(max_length=80, unique=True)
    path = models.CharField(max_length=300)
    language = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    topic_id = models.BigIntegerField(null=True)
    published_at = models.DateTimeField()
    indexer = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=255)
    standfirst = models.CharField(max_length=600, blank=True)
    names = models.CharField(max_length=600, blank=True)
    words_title = models.TextField(blank=True)
    words_lead = models.TextField(blank=True)
    # Last, because most questions do not read so far.
    words_more = models.TextField(blank=True)
    words_body = models.TextField(blank=True)
    body = models.TextField(blank=True)

    class Meta:
        db_table = "search_document"
