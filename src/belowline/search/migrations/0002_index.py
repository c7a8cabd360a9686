"""The index beside the table, which the database keeps in step by itself.

SQLite: an FTS5 table over the tokens (https://sqlite.org/fts5.html, "External Content Tables" with their three
triggers). Its tokenizer `ascii` parts at spaces alone, because our tokens hold no other ASCII sign; `detail=none` keeps
only which rows a token stands in, and `columnsize=0` no lengths: the rest is decided on the tokens themselves.
PostgreSQL: a tsvector of the same tokens, without the parser of any language.
"""

from django.db import migrations

FIELDS = "words_title, words_lead, words_body, words_more"


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        joined = " || ".join(FIELDS.split(", "))
        schema_editor.execute(
            "ALTER TABLE search_document ADD COLUMN word_index tsvector GENERATED ALWAYS AS "
            f"(array_to_tsvector(array_remove(string_to_array({joined}, ' '), ''))) STORED"
        )
        schema_editor.execute("CREATE INDEX search_word_index ON search_document USING gin (word_index)")
        return
    schema_editor.execute(
        f"CREATE VIRTUAL TABLE search_index USING fts5({FIELDS}, content='search_document', content_rowid='id', "
        "tokenize='ascii', detail='none', columnsize=0)"
    )
    old, new = (", ".join(f"{row}.{field}" for field in FIELDS.split(", ")) for row in ("old", "new"))
    added = f"INSERT INTO search_index (rowid, {FIELDS}) VALUES (new.id, {new});"
    taken = f"INSERT INTO search_index (search_index, rowid, {FIELDS}) VALUES ('delete', old.id, {old});"
    for change, body in (("insert", added), ("delete", taken), ("update", taken + " " + added)):
        schema_editor.execute(
            f"CREATE TRIGGER search_document_{change} AFTER {change.upper()} ON search_document BEGIN {body} END"
        )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_document DROP COLUMN word_index")
        return
    for change in ("insert", "delete", "update"):
        schema_editor.execute(f"DROP TRIGGER search_document_{change}")
    schema_editor.execute("DROP TABLE search_index")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(make_index, drop_index)]
