"""Background work: the row is the queue's truth, the broker only the bell."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from units.rules import JobState


class Job(models.Model):
    """What a task is to do, how far it is, how often it was tried.

    ``task`` is the Celery task's name and takes the row's id as its only argument; ``key`` makes
    the same request one job; ``subject`` says on what it works (``compact:12``). ``progress`` is
    percent, 0…100.
    """

    task = models.CharField(max_length=80)
    key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=80, db_index=True)
    state = models.CharField(max_length=9, choices=JobState, default=JobState.QUEUED)
    progress = models.PositiveSmallIntegerField(_("tiến độ (%)"), default=0)
    message = models.CharField(_("đang làm"), max_length=300, blank=True)
    error = models.TextField(_("lỗi"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    requested_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("việc nền")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="job_progress_is_percent"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="job_finished_at_iff_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.key}"
