"""A closed ballot box never changes, and always holds as many papers as people voted.

The guards of the scoring table are installed again on SQLite, where adding its columns rebuilt
the table without them.
"""

from __future__ import annotations

from django.db import migrations

POSTGRESQL = [
    """CREATE FUNCTION ballot_box_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM scoring_poll WHERE id = COALESCE(NEW.poll_id, OLD.poll_id) AND state = 'open') THEN
    RAISE EXCEPTION 'a ballot box changes only while its ballot is open' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a ballot box is never thrown away' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF jsonb_array_length(NEW.voted) <> NEW.count OR jsonb_array_length(NEW.receipts) <> NEW.count
    OR jsonb_array_length(NEW.papers) <> NEW.count THEN
    RAISE EXCEPTION 'a ballot box holds one paper for each who voted' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.count < OLD.count OR NEW.poll_id <> OLD.poll_id) THEN
    RAISE EXCEPTION 'no paper leaves a ballot box' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE TRIGGER ballot_box_guard BEFORE INSERT OR UPDATE OR DELETE ON scoring_ballotbox
FOR EACH ROW EXECUTE FUNCTION ballot_box_refused()""",
    """CREATE FUNCTION poll_closed_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a closed ballot never changes' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER poll_closed_update BEFORE UPDATE ON scoring_poll
FOR EACH ROW WHEN (OLD.state = 'closed') EXECUTE FUNCTION poll_closed_refused()""",
    """CREATE TRIGGER poll_closed_delete BEFORE DELETE ON scoring_poll
FOR EACH ROW WHEN (OLD.state <> 'set_up') EXECUTE FUNCTION poll_closed_refused()""",
]

POSTGRESQL_UNDO = [
    "DROP TRIGGER ballot_box_guard ON scoring_ballotbox",
    "DROP FUNCTION ballot_box_refused()",
    "DROP TRIGGER poll_closed_update ON scoring_poll",
    "DROP TRIGGER poll_closed_delete ON scoring_poll",
    "DROP FUNCTION poll_closed_refused()",
]

SQLITE_BOX = """CREATE TRIGGER ballot_box_{when} BEFORE {event} ON scoring_ballotbox
FOR EACH ROW
WHEN NOT EXISTS (SELECT 1 FROM scoring_poll WHERE id = NEW.poll_id AND state = 'open')
  OR json_array_length(NEW.voted) <> NEW.count OR json_array_length(NEW.receipts) <> NEW.count
  OR json_array_length(NEW.papers) <> NEW.count
BEGIN SELECT RAISE(ABORT, 'a ballot box changes only while its ballot is open, one paper for each who voted'); END"""

SQLITE = [
    SQLITE_BOX.format(when="insert", event="INSERT"),
    SQLITE_BOX.format(when="update", event="UPDATE"),
    """CREATE TRIGGER ballot_box_shrink BEFORE UPDATE ON scoring_ballotbox
FOR EACH ROW
WHEN NEW.count < OLD.count OR NEW.poll_id <> OLD.poll_id
BEGIN SELECT RAISE(ABORT, 'no paper leaves a ballot box'); END""",
    """CREATE TRIGGER ballot_box_delete BEFORE DELETE ON scoring_ballotbox
FOR EACH ROW
BEGIN SELECT RAISE(ABORT, 'a ballot box is never thrown away'); END""",
    """CREATE TRIGGER poll_closed_update BEFORE UPDATE ON scoring_poll
FOR EACH ROW
WHEN OLD.state = 'closed'
BEGIN SELECT RAISE(ABORT, 'a closed ballot never changes'); END""",
    """CREATE TRIGGER poll_closed_delete BEFORE DELETE ON scoring_poll
FOR EACH ROW
WHEN OLD.state <> 'set_up'
BEGIN SELECT RAISE(ABORT, 'a closed ballot never changes'); END""",
    "DROP TRIGGER IF EXISTS criteria_table_frozen_update",
    "DROP TRIGGER IF EXISTS criteria_table_frozen_delete",
    """CREATE TRIGGER criteria_table_frozen_update BEFORE UPDATE ON scoring_criteriatable
FOR EACH ROW
WHEN OLD.frozen_at IS NOT NULL AND (NEW.definition IS NOT OLD.definition OR NEW.code <> OLD.code
  OR NEW.version <> OLD.version OR NEW.frozen_at IS NOT OLD.frozen_at)
BEGIN SELECT RAISE(ABORT, 'a scoring table in use never changes'); END""",
    """CREATE TRIGGER criteria_table_frozen_delete BEFORE DELETE ON scoring_criteriatable
FOR EACH ROW
WHEN OLD.frozen_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a scoring table in use never changes'); END""",
]

SQLITE_UNDO = [
    "DROP TRIGGER ballot_box_insert",
    "DROP TRIGGER ballot_box_update",
    "DROP TRIGGER ballot_box_shrink",
    "DROP TRIGGER ballot_box_delete",
    "DROP TRIGGER poll_closed_update",
    "DROP TRIGGER poll_closed_delete",
]


def guard(apps, schema_editor):
    """Install what the database itself refuses; each database has its own words for it."""
    statements = {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    """Take the guards away again."""
    statements = {"postgresql": POSTGRESQL_UNDO, "sqlite": SQLITE_UNDO}
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("scoring", "0004_all_stages")]

    operations = [migrations.RunPython(guard, unguard)]
