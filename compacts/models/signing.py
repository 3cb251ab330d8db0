"""Digital signatures: each signed state of the compact's file, and signing begun elsewhere."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from compacts.models.compact import Compact, Document, Signature
from units.models import Unit


class SignedFile(models.Model):
    """The compact's PDF after one more digital signature, or one more timestamp over it all.

    Each is the one before with bytes appended (an incremental update), so that every earlier
    signature stays valid; ``number`` counts from 1, ``document`` is the file it all began with.
    A file without ``signature`` holds a timestamp of the archive, good until ``protected_until``,
    or only the data for checking the signatures later, where the last unit signed on paper.
    """

    compact = models.ForeignKey(Compact, on_delete=models.PROTECT, related_name="signed_files")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("lần ký"))
    signature = models.OneToOneField(
        Signature, on_delete=models.PROTECT, related_name="signed_file", null=True
    )
    file = models.FileField(upload_to="signed/%Y/%m", editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    base_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    protected_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("tệp đã ký số")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["compact", "number"], name="signed_file_in_a_row"),
            models.CheckConstraint(
                condition=models.Q(signature__isnull=True)
                | models.Q(protected_until__isnull=True),
                name="signed_file_is_no_signature_and_timestamp",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compact}: {self.number}"


class SigningRequest(models.Model):
    """A signature begun by the server and to be made by the signer's token or remote service.

    ``prepared`` is the file with room for the signature, ``attributes`` are the bytes that the
    signer's key signs (DER, the signed attributes of CMS), ``digest`` their hash input. One use,
    for one file, until ``expires_at``.
    """

    compact = models.ForeignKey(Compact, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=64, unique=True)
    certificate = models.TextField()
    base_sha256 = models.CharField(max_length=64)
    prepared = models.FileField(upload_to="signing/%Y/%m", editable=False)
    plan = models.JSONField(default=dict)
    attributes = models.BinaryField()
    signatory = models.JSONField(default=dict)
    requested_by = models.ForeignKey("units.Person", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("yêu cầu ký số")

    def __str__(self) -> str:
        return f"{self.unit}: {self.requested_at:%d/%m/%Y}"
