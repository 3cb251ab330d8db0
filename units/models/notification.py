"""What a person is told: in the page, and by e-mail where they have an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from units.fields import FoldedField, VietnameseCharField, VietnameseTextField
from units.rules import MailChoice, Occasion

if TYPE_CHECKING:
    from units.models.letter import Letter


class Notification(models.Model):
    """A message to one person that leads to the place where something is to be done.

    ``key`` says what it is about and when (``remind:round:3:2026-11-23``); the same message is
    stored once for a person, however often it is sent. ``path`` is the page it leads to, ``about``
    the season it belongs to. ``mail`` is how it was to come by e-mail when it was sent: alone
    (``letter``), or with others in the ``digest`` of a day, which is empty until then.
    """

    person = models.ForeignKey(
        "units.Person", on_delete=models.CASCADE, related_name="notifications"
    )
    key = models.CharField(max_length=200)
    occasion = models.CharField(_("dịp"), max_length=10, choices=Occasion, default=Occasion.WORK)
    about = VietnameseCharField(_("mùa thi đua"), max_length=300, blank=True)
    subject = VietnameseCharField(_("việc"), max_length=300)
    text = VietnameseTextField(_("nội dung"), blank=True)
    path = models.CharField(_("trang"), max_length=300)
    sent_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("gửi lúc"), auto_now_add=True)
    read_at = models.DateTimeField(_("đọc lúc"), null=True)
    mail = models.CharField(max_length=8, choices=MailChoice, default=MailChoice.NONE)
    digest = models.ForeignKey(
        "units.Letter", on_delete=models.SET_NULL, null=True, related_name="gathered"
    )
    search_key = FoldedField(of=("subject", "text"))

    class Meta:
        verbose_name = _("thông báo")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notification_once_a_person"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def carried_by(self) -> Letter | None:
        """The e-mail that carries the message: its own, or a digest; None while there is none."""
        return getattr(self, "letter", None) or self.digest
