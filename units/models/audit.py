"""The audit trail: an append-only hash chain for each season or council."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Who did what to what, when, with what it was before and after.

    ``canonical`` is the text that was hashed together with ``previous_hash``; it is stored, never
    rebuilt. A chain can't fork (unique previous hash) and the database refuses to change or
    delete an entry (triggers in the migration).
    """

    chain = models.CharField(_("chuỗi nhật ký"), max_length=100)
    sequence = models.PositiveIntegerField(_("số thứ tự"))
    at = models.DateTimeField(_("lúc"))
    actor = models.ForeignKey(
        "units.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("người làm"),
    )
    actor_name = models.CharField(_("người làm"), max_length=150)
    action = models.CharField(_("việc"), max_length=60)
    target = models.CharField(_("đối tượng"), max_length=120)
    summary = models.TextField(_("nội dung"))
    canonical = models.TextField(editable=False)
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("nhật ký")
        ordering = ["-at", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "previous_hash"], name="audit_never_forks"),
            models.UniqueConstraint(fields=["chain", "sequence"], name="audit_sequence_unique"),
        ]

    def __str__(self) -> str:
        return self.summary
