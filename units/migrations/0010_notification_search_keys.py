"""What messages are searched by: their folded texts, filled for those that are there."""

import units.fields
from django.db import migrations

from units.vietnamese import fold

AT_ONCE = 500


def fold_all(apps, schema_editor):
    """Fill the new column of the messages that are there."""
    messages = apps.get_model("units", "Notification").objects
    batch = []
    for row in messages.order_by("pk").only("pk", "subject", "text").iterator(chunk_size=AT_ONCE):
        row.search_key = fold(f"{row.subject} {row.text}")
        batch.append(row)
        if len(batch) == AT_ONCE:
            messages.bulk_update(batch, ["search_key"])
            batch = []
    messages.bulk_update(batch, ["search_key"])


class Migration(migrations.Migration):

    dependencies = [
        ('units', '0009_invitations'),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='search_key',
            field=units.fields.FoldedField(editable=False, null=True, of=('subject', 'text')),
        ),
        migrations.RunPython(fold_all, migrations.RunPython.noop),
    ]
