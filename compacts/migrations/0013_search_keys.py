"""What is searched by: the folded texts of each row, filled for the rows that are there."""

import units.fields
from django.db import migrations

from units.vietnamese import fold

FOLDED = (
    "AdHocTask",
    "Conference",
    "Draft",
    "IssuedPaper",
    "KeyTask",
    "Movement",
    "Participant",
    "RoleModel",
)
# The kinds with so many rows that reading all of them would be felt.
MANY = ("compacts_keytask", "compacts_adhoctask", "compacts_issuedpaper")
AT_ONCE = 500

# Trigrams are in every usual PostgreSQL, but not every owner of a database may add them; without
# them the search reads the column row by row and finds the same.
_TRIGRAMS = """DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
  RAISE NOTICE 'no trigram index for the search';
END $$"""
_INDEX = """DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN
    CREATE INDEX {table}_search_key ON {table} USING gin (search_key gin_trgm_ops);
  END IF;
END $$"""


def fold_all(apps, schema_editor):
    """Fill the new columns of the rows that are there."""
    for name in FOLDED:
        model = apps.get_model("compacts", name)
        names = model._meta.get_field("search_key").of
        rows = model.objects.order_by("pk").only("pk", *names)
        batch = []
        for row in rows.iterator(chunk_size=AT_ONCE):
            row.search_key = fold(" ".join(str(getattr(row, one)) for one in names))
            batch.append(row)
            if len(batch) == AT_ONCE:
                model.objects.bulk_update(batch, ["search_key"])
                batch = []
        model.objects.bulk_update(batch, ["search_key"])


def index(apps, schema_editor):
    """Let PostgreSQL find a part of a word without reading all rows."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_TRIGRAMS)
        for table in MANY:
            schema_editor.execute(_INDEX.format(table=table))


def unindex(apps, schema_editor):
    """Take the indexes away again; the extension stays, others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        for table in MANY:
            schema_editor.execute(f"DROP INDEX IF EXISTS {table}_search_key")


class Migration(migrations.Migration):

    dependencies = [
        ('compacts', '0012_calendar_feeds'),
    ]

    operations = [
        migrations.AddField(
            model_name='adhoctask',
            name='search_key',
            field=units.fields.FoldedField(editable=False, null=True, of=('text', 'assigned_by', 'document_number', 'result')),
        ),
        migrations.AddField(
            model_name='conference',
            name='search_key',
            field=units.fields.FoldedField(editable=False, null=True, of=('title', 'place')),
        ),
        migrations.AddField(
            model_name='draft',
            name='search_key',
            field=units.fields.FoldedField(editable=False, null=True, of=('title', 'number')),
        ),
        migrations.AddField(
            model_name='issuedpaper',
            name='search_key',
            field=units.fields.FoldedField(editable=False, null=True, of=('title', 'number', 'verify_code')),
        ),
        migrations.AddField(
            model_name='keytask',
            name='search_key',
            field=units.fields.FoldedField(editable=False, null=True, of=('text', 'measure')),
        ),
        migrations.AddField(
            model_name='movement',
            name='search_key',
            field=units.fields.FoldedField(editable=False, null=True, of=('name', 'theme', 'aim', 'targets')),
        ),
        migrations.AddField(
            model_name='participant',
            name='search_key',
            field=units.fields.FoldedField(editable=False, null=True, of=('name', 'short_name')),
        ),
        migrations.AddField(
            model_name='rolemodel',
            name='search_key',
            field=units.fields.FoldedField(editable=False, null=True, of=('name', 'summary', 'story', 'multiplied')),
        ),
        migrations.RunPython(fold_all, migrations.RunPython.noop),
        migrations.RunPython(index, unindex),
    ]
