from django.db import migrations, models
from django.db.models import F


def take_the_last_sending(apps, schema_editor):
    """What was sent before is judged by the one moment that was kept of it."""
    model = apps.get_model("scoring", "Sheet")
    sent = model.objects.filter(submitted_at__isnull=False)
    sent.update(first_submitted_at=F("submitted_at"))


class Migration(migrations.Migration):
    dependencies = [("scoring", "0010_round_scheduled_at")]

    operations = [
        migrations.AddField(
            model_name="sheet",
            name="first_submitted_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="gửi lần đầu lúc"),
        ),
        migrations.RunPython(take_the_last_sending, migrations.RunPython.noop),
    ]
