from django.db import models


class Event(models.Model):
    """Something that happened, recorded in the transaction that did it; ids only, never text.

    The front reads `tags` and `is_drop` with its own SQL; the worker delivers the rest (outbox/delivery.py). On SQLite
    the order of ids is the order of commits, because there is one writer at a time; on PostgreSQL a reader stops before
    the first uncommitted transaction, which `xid` tells. Rows are kept for 7 days.
    """

    id = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    thread_id = models.BigIntegerField(null=True)
    tags = models.CharField(max_length=400)
    is_drop = models.BooleanField(default=False)
    payload = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["recorded_at"], name="outbox_event_recorded")]


class Delivery(models.Model):
    """How far one consumer has come, and what it could not deliver yet."""

    consumer = models.CharField(primary_key=True, max_length=40)
    position = models.BigIntegerField(default=0)
    attempts = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
