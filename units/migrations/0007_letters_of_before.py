"""Letters for what was mailed, or waits to be mailed, before letters had rows of their own."""

from __future__ import annotations

from django.db import migrations
from django.utils import timezone

TASK = "units.send_notification"


def make_letters(apps, schema_editor):
    Notification = apps.get_model("units", "Notification")
    Letter = apps.get_model("units", "Letter")
    Job = apps.get_model("units", "Job")
    for told in Notification.objects.filter(emailed_at__isnull=False).iterator():
        made = Letter.objects.create(
            person_id=told.person_id,
            notification_id=told.pk,
            occasion=told.occasion,
            state="sent",
            attempts=1,
            due_at=told.created_at,
            sent_at=told.emailed_at,
        )
        Letter.objects.filter(pk=made.pk).update(created_at=told.created_at)
    for job in Job.objects.filter(task=TASK, subject__startswith="notification:"):
        told = Notification.objects.filter(pk=int(job.subject.partition(":")[2])).first()
        if told is None or told.emailed_at is not None:
            continue
        state = "waiting" if job.state in ("queued", "running") else "failed"
        made = Letter.objects.create(
            person_id=told.person_id,
            notification_id=told.pk,
            occasion=told.occasion,
            state=state,
            attempts=job.attempts,
            answer=job.error or job.message,
            due_at=timezone.now(),
        )
        Job.objects.filter(pk=job.pk).update(subject=f"letter:{made.pk}")


class Migration(migrations.Migration):

    dependencies = [
        ("units", "0006_letters"),
    ]

    operations = [migrations.RunPython(make_letters, migrations.RunPython.noop)]
