from django.db import migrations, models


def take_the_first_sending(apps, schema_editor):
    """The trail kept every sending to the Council; the round kept the last one alone."""
    entries = apps.get_model("units", "AuditEntry").objects.filter(action="send_to_council")
    for found in apps.get_model("scoring", "Round").objects.filter(
        sent_to_council_at__isnull=False
    ):
        first = entries.filter(target=f"round:{found.pk}").order_by("at").first()
        found.first_sent_to_council_at = first.at if first else found.sent_to_council_at
        found.save(update_fields=["first_sent_to_council_at"])


class Migration(migrations.Migration):
    dependencies = [("scoring", "0011_first_sending")]

    operations = [
        migrations.AddField(
            model_name="round",
            name="first_sent_to_council_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="trình Hội đồng lần đầu lúc"
            ),
        ),
        migrations.RunPython(take_the_first_sending, migrations.RunPython.noop),
    ]
