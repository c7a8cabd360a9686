"""Waiting for those who do the same thing at the same moment."""

from __future__ import annotations

from hashlib import sha256

from django.db import connection


def one_at_a_time(name: str) -> None:
    """Whoever says the same name waits here until this transaction ends, and then sees what it wrote. Call it first of
    all in a transaction, before any row is locked. On SQLite there is one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # 60 bits: a bigint of PostgreSQL has a sign.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256(name.encode()).hexdigest()[:15], 16)])
