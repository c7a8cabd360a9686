"""The ledger, what providers told, and the changes of goals are written once: the database itself refuses the rest.

On SQLite, INSERT OR REPLACE deletes the row in its way without asking the triggers of DELETE (unless
`recursive_triggers` is on), therefore an id or a reference that is there may not be inserted again either.
"""

from django.db import migrations

TABLES = ["support_entry", "support_told", "support_goalchange"]
UNIQUE = {
    "support_entry": "id = NEW.id OR (provider_ref <> '' AND provider = NEW.provider AND kind = NEW.kind "
    "AND provider_ref = NEW.provider_ref) OR reverses_id = NEW.reverses_id",
    "support_told": "id = NEW.id OR (provider = NEW.provider AND event_id = NEW.event_id)",
    "support_goalchange": "id = NEW.id",
}
MESSAGE = "is append-only: answer a mistake by another row"


def protect(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION support_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '% {MESSAGE}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
            "END $$",
            params=None,  # the % is PL/pgSQL's
        )
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION support_append_only()"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION support_append_only()"
            )
        return
    for table in TABLES:
        for change in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} {MESSAGE}'); END"
            )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {UNIQUE[table]}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} {MESSAGE}'); END"
        )


def release(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        names = ["append_only", "kept"] if is_postgresql else ["no_update", "no_delete", "no_replace"]
        for name in names:
            on = f" ON {table}" if is_postgresql else ""
            schema_editor.execute(f"DROP TRIGGER {table}_{name}{on}")
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION support_append_only()")


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
