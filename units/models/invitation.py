"""Invitations: letters that ask a person in, and bring the first login to who needs it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from units.models.notification import Notification


class Invitation(models.Model):
    """One invitation of a person to an ``occasion`` (``season:12``), the ``number``-th to it.

    What is said is its ``notification``; how far its letter is says that one's ``Letter``, and
    without one the person is asked in the page alone. The first login that a letter carries is
    made when it is sent and stored nowhere. ``brings_login``: the person had no password yet.
    """

    person = models.ForeignKey(
        "units.Person", on_delete=models.CASCADE, related_name="invitations"
    )
    occasion = models.CharField(max_length=80, db_index=True)
    number = models.PositiveSmallIntegerField(_("lần mời"))
    notification = models.OneToOneField(
        Notification, on_delete=models.CASCADE, related_name="invitation"
    )
    brings_login = models.BooleanField(_("có liên kết đăng nhập lần đầu"))
    sent_by = models.ForeignKey("units.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("mời lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("lời mời")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "occasion", "number"], name="invitation_once_a_number"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="invitation_number_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.occasion} ({self.number})"
