"""Column types."""

from __future__ import annotations

from django.db import models


class RowIdField(models.BigIntegerField):
    """A primary key given by the application (storage.ids). On SQLite it is the row's own address: one lookup less."""

    def db_type(self, connection) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)

    def rel_db_type(self, connection) -> str | None:
        return super().db_type(connection)
