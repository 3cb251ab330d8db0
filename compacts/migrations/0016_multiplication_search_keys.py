"""Who learned from exemplary models is searched by a folded text, too."""

import units.fields
from django.db import migrations

from units.vietnamese import fold

AT_ONCE = 500


def fold_all(apps, schema_editor):
    """Fill the new column of the rows that are there."""
    model = apps.get_model("compacts", "Multiplication")
    rows = list(model.objects.only("pk", "elsewhere", "deed"))
    for row in rows:
        row.search_key = fold(f"{row.elsewhere} {row.deed}")
    model.objects.bulk_update(rows, ["search_key"], batch_size=AT_ONCE)


class Migration(migrations.Migration):

    dependencies = [
        ('compacts', '0015_multiplications'),
    ]

    operations = [
        migrations.AddField(
            model_name='multiplication',
            name='search_key',
            field=units.fields.FoldedField(editable=False, null=True, of=('elsewhere', 'deed')),
        ),
        migrations.RunPython(fold_all, migrations.RunPython.noop),
    ]
