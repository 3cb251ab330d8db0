"""A file that somebody uploaded and has not yet confirmed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportDraft(models.Model):
    """An uploaded exchange file between its preview and its confirmation.

    ``kind`` is ``season`` or ``criteria`` (exchange files), ``table`` or ``sheet`` (workbooks);
    ``subject`` names what it goes into (``sheet:12``). Read and checked again when confirmed.
    """

    person = models.ForeignKey("units.Person", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    subject = models.CharField(max_length=80, blank=True)
    name = models.CharField(_("tên tệp"), max_length=200)
    content = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("tệp chờ nhập")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["season", "criteria", "table", "sheet"]),
                name="import_draft_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name
