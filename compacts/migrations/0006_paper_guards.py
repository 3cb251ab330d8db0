"""What was issued or signed never changes; the compact's check code is part of it."""

from __future__ import annotations

from django.db import migrations

_ISSUED = """OLD.content {is_not} NEW.content OR OLD.content_hash <> NEW.content_hash
  OR OLD.number <> NEW.number OR OLD.verify_code <> NEW.verify_code OR OLD.kind <> NEW.kind
  OR OLD.subject <> NEW.subject OR OLD.season_id <> NEW.season_id OR OLD.edition <> NEW.edition
  OR OLD.issued_on <> NEW.issued_on OR OLD.issued_at <> NEW.issued_at OR OLD.title <> NEW.title
  OR (OLD.pdf_sha256 <> '' AND (OLD.pdf_sha256 <> NEW.pdf_sha256 OR OLD.pdf <> NEW.pdf))"""
_CODE = "OLD.verify_code <> '' AND OLD.verify_code <> NEW.verify_code"
_DRAFT = """OLD.state = 'issued' AND (NEW.state <> 'issued' OR OLD.number <> NEW.number
  OR OLD.issued_on <> NEW.issued_on OR OLD.title <> NEW.title)"""

# table, name, condition of a refused UPDATE (None: any), is DELETE refused, what is said
GUARDS = [
    ("compacts_issuedpaper", "issued_paper_fixed", _ISSUED, True, "an issued paper never changes"),
    ("compacts_signedfile", "signed_file_fixed", None, True, "a signed file never changes"),
    ("compacts_draftversion", "draft_version_fixed", None, True, "a version never changes"),
    ("compacts_compact", "compact_code_fixed", _CODE, False, "the check code never changes"),
    ("compacts_draft", "issued_draft_fixed", _DRAFT, False, "an issued text never changes"),
]


def _postgresql():
    for table, name, condition, delete, text in GUARDS:
        yield f"""CREATE FUNCTION {name}_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{text}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
        when = f"WHEN ({condition.format(is_not='IS DISTINCT FROM')})" if condition else ""
        yield f"""CREATE TRIGGER {name}_update BEFORE UPDATE ON {table}
FOR EACH ROW {when} EXECUTE FUNCTION {name}_refused()"""
        if delete:
            yield f"""CREATE TRIGGER {name}_delete BEFORE DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {name}_refused()"""


def _sqlite():
    for table, name, condition, delete, text in GUARDS:
        when = f"WHEN {condition.format(is_not='IS NOT')}" if condition else ""
        yield f"""CREATE TRIGGER {name}_update BEFORE UPDATE ON {table}
FOR EACH ROW {when} BEGIN SELECT RAISE(ABORT, '{text}'); END"""
        if delete:
            yield f"""CREATE TRIGGER {name}_delete BEFORE DELETE ON {table}
FOR EACH ROW BEGIN SELECT RAISE(ABORT, '{text}'); END"""


def guard(apps, schema_editor):
    """Install what the database itself refuses; each database has its own words for it."""
    made = {"postgresql": _postgresql, "sqlite": _sqlite}[schema_editor.connection.vendor]
    for statement in made():
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    """Take the guards away again."""
    vendor = schema_editor.connection.vendor
    for table, name, _condition, delete, _text in GUARDS:
        where = f" ON {table}" if vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {name}_update{where}")
        if delete:
            schema_editor.execute(f"DROP TRIGGER {name}_delete{where}")
        if vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION {name}_refused()")


class Migration(migrations.Migration):
    dependencies = [("compacts", "0005_papers_and_signing")]

    operations = [migrations.RunPython(guard, unguard)]
