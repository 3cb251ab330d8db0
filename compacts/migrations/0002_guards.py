"""What was issued and rendered never changes."""

from __future__ import annotations

from django.db import migrations

POSTGRESQL = [
    """CREATE FUNCTION compact_issued_text_fixed_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'an issued compact never changes' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER compact_issued_text_fixed_update BEFORE UPDATE ON compacts_compact
FOR EACH ROW
WHEN (OLD.issued_at IS NOT NULL AND (NEW.snapshot IS DISTINCT FROM OLD.snapshot OR NEW.number <> OLD.number
  OR NEW.snapshot_hash <> OLD.snapshot_hash OR NEW.issued_at IS DISTINCT FROM OLD.issued_at)) EXECUTE FUNCTION compact_issued_text_fixed_refused()""",
    """CREATE TRIGGER compact_issued_text_fixed_delete BEFORE DELETE ON compacts_compact
FOR EACH ROW
WHEN (OLD.issued_at IS NOT NULL) EXECUTE FUNCTION compact_issued_text_fixed_refused()""",
    """CREATE FUNCTION document_fixed_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rendered documents never change' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER document_fixed_update BEFORE UPDATE ON compacts_document
FOR EACH ROW EXECUTE FUNCTION document_fixed_refused()""",
    """CREATE TRIGGER document_fixed_delete BEFORE DELETE ON compacts_document
FOR EACH ROW EXECUTE FUNCTION document_fixed_refused()""",
]

POSTGRESQL_UNDO = [
    "DROP TRIGGER compact_issued_text_fixed_update ON compacts_compact",
    "DROP TRIGGER compact_issued_text_fixed_delete ON compacts_compact",
    "DROP FUNCTION compact_issued_text_fixed_refused()",
    "DROP TRIGGER document_fixed_update ON compacts_document",
    "DROP TRIGGER document_fixed_delete ON compacts_document",
    "DROP FUNCTION document_fixed_refused()",
]

SQLITE = [
    """CREATE TRIGGER compact_issued_text_fixed_update BEFORE UPDATE ON compacts_compact
FOR EACH ROW
WHEN OLD.issued_at IS NOT NULL AND (NEW.snapshot IS NOT OLD.snapshot OR NEW.number <> OLD.number
  OR NEW.snapshot_hash <> OLD.snapshot_hash OR NEW.issued_at IS NOT OLD.issued_at)
BEGIN SELECT RAISE(ABORT, 'an issued compact never changes'); END""",
    """CREATE TRIGGER compact_issued_text_fixed_delete BEFORE DELETE ON compacts_compact
FOR EACH ROW
WHEN OLD.issued_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an issued compact never changes'); END""",
    """CREATE TRIGGER document_fixed_update BEFORE UPDATE ON compacts_document
FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'rendered documents never change'); END""",
    """CREATE TRIGGER document_fixed_delete BEFORE DELETE ON compacts_document
FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'rendered documents never change'); END""",
]

SQLITE_UNDO = [
    "DROP TRIGGER compact_issued_text_fixed_update",
    "DROP TRIGGER compact_issued_text_fixed_delete",
    "DROP TRIGGER document_fixed_update",
    "DROP TRIGGER document_fixed_delete",
]


def guard(apps, schema_editor):
    """Install what the database itself refuses; each database has its own words for it."""
    statements = {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    """Take the guards away again."""
    statements = {"postgresql": POSTGRESQL_UNDO, "sqlite": SQLITE_UNDO}
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("compacts", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
