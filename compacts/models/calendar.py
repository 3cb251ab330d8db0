"""The secret in a person's calendar address."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """Whoever has renewed the address of their calendar has one; the newest secret counts.

    Together with the person's password it makes the address: a new one of either voids it.
    """

    person = models.OneToOneField(
        "units.Person", on_delete=models.CASCADE, related_name="calendar_feed"
    )
    secret = models.CharField(max_length=43)
    renewed_at = models.DateTimeField(_("đổi địa chỉ lúc"))

    class Meta:
        verbose_name = _("lịch riêng")

    def __str__(self) -> str:
        return str(self.person)
