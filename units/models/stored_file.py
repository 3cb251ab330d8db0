"""Files that people uploaded: scans of signed pages, evidence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from units.fields import VietnameseCharField


class StoredFile(models.Model):
    """An uploaded file as it came: never changed, its kind read from its content.

    ``name`` is the cleaned name that people see; the path on disk is made from the id of the
    upload, never from the name. ``size`` is in bytes.
    """

    file = models.FileField(upload_to="uploads/%Y/%m", editable=False)
    name = VietnameseCharField(_("tên tệp"), max_length=200)
    content_type = models.CharField(_("loại tệp"), max_length=100)
    size = models.PositiveBigIntegerField(_("kích thước (byte)"))
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey("units.Person", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("tệp")
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
