"""What a person is told: in the page, and by e-mail where they have an address."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from units.fields import VietnameseCharField, VietnameseTextField


class Notification(models.Model):
    """A message to one person that leads to the place where something is to be done.

    ``key`` says what it is about and when (``remind:round:3:2026-11-23``); the same message is
    stored once for a person, however often it is sent. ``path`` is the page it leads to.
    """

    person = models.ForeignKey(
        "units.Person", on_delete=models.CASCADE, related_name="notifications"
    )
    key = models.CharField(max_length=200)
    subject = VietnameseCharField(_("việc"), max_length=300)
    text = VietnameseTextField(_("nội dung"), blank=True)
    path = models.CharField(_("trang"), max_length=300)
    sent_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("gửi lúc"), auto_now_add=True)
    read_at = models.DateTimeField(_("đọc lúc"), null=True)
    emailed_at = models.DateTimeField(_("gửi thư lúc"), null=True)

    class Meta:
        verbose_name = _("thông báo")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notification_once_a_person"),
        ]

    def __str__(self) -> str:
        return self.subject
