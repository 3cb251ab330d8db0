from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("units", "0007_letters_of_before"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="notification",
            name="emailed_at",
        ),
    ]
