"""The audit trail is append-only; a unit is in a bloc once at a time."""

from __future__ import annotations

from django.db import migrations

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """ALTER TABLE units_membership ADD CONSTRAINT membership_not_twice_at_a_time
EXCLUDE USING gist (bloc_id WITH =, unit_id WITH =,
daterange(starts_on, ends_on, '[]') WITH &&)""",
    """CREATE FUNCTION audit_entry_append_only_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit entries are append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER audit_entry_append_only_update BEFORE UPDATE ON units_auditentry
FOR EACH ROW EXECUTE FUNCTION audit_entry_append_only_refused()""",
    """CREATE TRIGGER audit_entry_append_only_delete BEFORE DELETE ON units_auditentry
FOR EACH ROW EXECUTE FUNCTION audit_entry_append_only_refused()""",
    """CREATE FUNCTION stored_file_fixed_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'stored files never change' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER stored_file_fixed_update BEFORE UPDATE ON units_storedfile
FOR EACH ROW EXECUTE FUNCTION stored_file_fixed_refused()""",
    """CREATE TRIGGER stored_file_fixed_delete BEFORE DELETE ON units_storedfile
FOR EACH ROW EXECUTE FUNCTION stored_file_fixed_refused()""",
]

POSTGRESQL_UNDO = [
    "ALTER TABLE units_membership DROP CONSTRAINT membership_not_twice_at_a_time",
    "DROP TRIGGER audit_entry_append_only_update ON units_auditentry",
    "DROP TRIGGER audit_entry_append_only_delete ON units_auditentry",
    "DROP FUNCTION audit_entry_append_only_refused()",
    "DROP TRIGGER stored_file_fixed_update ON units_storedfile",
    "DROP TRIGGER stored_file_fixed_delete ON units_storedfile",
    "DROP FUNCTION stored_file_fixed_refused()",
]

SQLITE = [
    """CREATE TRIGGER audit_entry_append_only_update BEFORE UPDATE ON units_auditentry
FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END""",
    """CREATE TRIGGER audit_entry_append_only_delete BEFORE DELETE ON units_auditentry
FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END""",
    """CREATE TRIGGER stored_file_fixed_update BEFORE UPDATE ON units_storedfile
FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'stored files never change'); END""",
    """CREATE TRIGGER stored_file_fixed_delete BEFORE DELETE ON units_storedfile
FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'stored files never change'); END""",
]

SQLITE_UNDO = [
    "DROP TRIGGER audit_entry_append_only_update",
    "DROP TRIGGER audit_entry_append_only_delete",
    "DROP TRIGGER stored_file_fixed_update",
    "DROP TRIGGER stored_file_fixed_delete",
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
    dependencies = [("units", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
