"""A table in use and a published ranking never change."""

from __future__ import annotations

from django.db import migrations

POSTGRESQL = [
    """CREATE FUNCTION criteria_table_frozen_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a scoring table in use never changes' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER criteria_table_frozen_update BEFORE UPDATE ON scoring_criteriatable
FOR EACH ROW
WHEN (OLD.frozen_at IS NOT NULL AND (NEW.definition IS DISTINCT FROM OLD.definition OR NEW.code <> OLD.code
  OR NEW.version <> OLD.version OR NEW.frozen_at IS DISTINCT FROM OLD.frozen_at)) EXECUTE FUNCTION criteria_table_frozen_refused()""",
    """CREATE TRIGGER criteria_table_frozen_delete BEFORE DELETE ON scoring_criteriatable
FOR EACH ROW
WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION criteria_table_frozen_refused()""",
    """CREATE FUNCTION publication_fixed_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a published ranking never changes' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER publication_fixed_update BEFORE UPDATE ON scoring_publication
FOR EACH ROW EXECUTE FUNCTION publication_fixed_refused()""",
    """CREATE TRIGGER publication_fixed_delete BEFORE DELETE ON scoring_publication
FOR EACH ROW EXECUTE FUNCTION publication_fixed_refused()""",
]

POSTGRESQL_UNDO = [
    "DROP TRIGGER criteria_table_frozen_update ON scoring_criteriatable",
    "DROP TRIGGER criteria_table_frozen_delete ON scoring_criteriatable",
    "DROP FUNCTION criteria_table_frozen_refused()",
    "DROP TRIGGER publication_fixed_update ON scoring_publication",
    "DROP TRIGGER publication_fixed_delete ON scoring_publication",
    "DROP FUNCTION publication_fixed_refused()",
]

SQLITE = [
    """CREATE TRIGGER criteria_table_frozen_update BEFORE UPDATE ON scoring_criteriatable
FOR EACH ROW
WHEN OLD.frozen_at IS NOT NULL AND (NEW.definition IS NOT OLD.definition OR NEW.code <> OLD.code
  OR NEW.version <> OLD.version OR NEW.frozen_at IS NOT OLD.frozen_at)
BEGIN SELECT RAISE(ABORT, 'a scoring table in use never changes'); END""",
    """CREATE TRIGGER criteria_table_frozen_delete BEFORE DELETE ON scoring_criteriatable
FOR EACH ROW
WHEN OLD.frozen_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a scoring table in use never changes'); END""",
    """CREATE TRIGGER publication_fixed_update BEFORE UPDATE ON scoring_publication
FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'a published ranking never changes'); END""",
    """CREATE TRIGGER publication_fixed_delete BEFORE DELETE ON scoring_publication
FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'a published ranking never changes'); END""",
]

SQLITE_UNDO = [
    "DROP TRIGGER criteria_table_frozen_update",
    "DROP TRIGGER criteria_table_frozen_delete",
    "DROP TRIGGER publication_fixed_update",
    "DROP TRIGGER publication_fixed_delete",
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
    dependencies = [("scoring", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
