"""The database's habits: one fair writer on SQLite, ids before rows, read-only connections."""
