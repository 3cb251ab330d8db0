"""The days on which people were reminded of deadlines: a day without is made up for."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReminderDay(models.Model):
    """A day on which a run of the reminders came to its end."""

    day = models.DateField(_("ngày"), unique=True)
    done_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("ngày đã nhắc hạn")
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)

    @classmethod
    def newest(cls) -> datetime.date | None:
        """The last day on which people were reminded; None before the first."""
        return cls.objects.values_list("day", flat=True).first()
