"""Legal bases and recipients of a compact."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations, models

TABLE = "compacts_compact"


def guard_again(apps, schema_editor):
    """SQLite builds a table anew to add a column with a default, and drops its triggers."""
    if schema_editor.connection.vendor != "sqlite":
        return
    first = import_module("compacts.migrations.0002_guards")
    second = import_module("compacts.migrations.0006_paper_guards")
    for statement in (*first.SQLITE, *second._sqlite()):
        if f" ON {TABLE}" in statement:
            name = statement.split()[2]
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("compacts", "0006_paper_guards")]

    operations = [
        migrations.AddField(
            model_name="compact",
            name="bases",
            field=models.JSONField(blank=True, default=list, verbose_name="căn cứ"),
        ),
        migrations.AddField(
            model_name="compact",
            name="recipients",
            field=models.JSONField(blank=True, default=list, verbose_name="nơi nhận"),
        ),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]
