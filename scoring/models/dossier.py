"""The papers of a whole year in one archive file."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from compacts.models import Season
from units.models import Job


class Dossier(models.Model):
    """All papers of one or more seasons as PDF and Word, in one zip (hồ sơ cả năm).

    ``plan`` lists what goes in, ``entries`` what became of each so far, in the same order: the
    file's path and the hash of what was rendered, or the reason why it could not be. A worker that
    takes over goes on behind the last entry.
    """

    requested_by = models.ForeignKey("units.Person", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("năm"))
    seasons = models.ManyToManyField(Season, related_name="+")
    plan = models.JSONField(default=list, editable=False)
    entries = models.JSONField(default=list, editable=False)
    file = models.FileField(upload_to="dossiers/%Y/%m", blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("hồ sơ cả năm")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.year}"

    @property
    def faults(self) -> list[dict[str, str]]:
        """The papers that could not be made, each with its reason."""
        return [entry for entry in self.entries if entry.get("error")]
