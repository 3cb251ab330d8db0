"""The compact itself: its articles, its signatures and the documents made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compacts.models.season import Season
from compacts.rules import CompactState, SignatureMethod
from units.fields import VietnameseCharField
from units.models import Job, StoredFile, Unit

if TYPE_CHECKING:
    from units.models import Person


class CompactQuerySet(models.QuerySet["Compact"]):
    def visible_to(self, person: Person) -> CompactQuerySet:
        """The compacts of the seasons that the person sees."""
        return self.filter(season__in=Season.objects.visible_to(person))


class Compact(models.Model):
    """A season's emulation compact (giao ước thi đua), signed by all its units.

    ``bases`` (căn cứ) and ``recipients`` (nơi nhận) are lines of text; no recipients means the
    usual ones.

    ``snapshot`` is what was issued: the whole text with units, targets and titles of that day, in
    canonical JSON. It is written once, at issue; the database refuses any later change of it
    (trigger in the migration). ``in_force_at`` is the moment the last unit's signature came in.
    """

    season = models.OneToOneField(Season, on_delete=models.PROTECT, related_name="compact")
    state = models.CharField(
        _("trạng thái"), max_length=8, choices=CompactState, default=CompactState.DRAFTING
    )
    number = VietnameseCharField(_("số, ký hiệu"), max_length=60, blank=True)
    place = VietnameseCharField(_("địa danh"), max_length=100, blank=True)
    signed_on = models.DateField(_("ngày ký kết"), null=True, blank=True)
    bases = models.JSONField(_("căn cứ"), default=list, blank=True)
    recipients = models.JSONField(_("nơi nhận"), default=list, blank=True)
    snapshot = models.JSONField(null=True, editable=False)
    snapshot_hash = models.CharField(max_length=64, blank=True, editable=False)
    verify_code = models.CharField(max_length=16, blank=True, editable=False)
    issued_at = models.DateTimeField(_("ban hành lúc"), null=True, editable=False)
    in_force_at = models.DateTimeField(_("có hiệu lực từ"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = CompactQuerySet.as_manager()

    class Meta:
        verbose_name = _("giao ước thi đua")
        constraints = [
            models.UniqueConstraint(
                fields=["verify_code"],
                condition=~Q(verify_code=""),
                name="compact_verify_code_unique",
            ),
            models.CheckConstraint(
                condition=Q(state="drafting", issued_at__isnull=True, snapshot__isnull=True)
                & Q(in_force_at__isnull=True)
                | Q(state="signing", issued_at__isnull=False, snapshot__isnull=False)
                & Q(in_force_at__isnull=True)
                & ~Q(number="")
                | Q(state="in_force", issued_at__isnull=False, snapshot__isnull=False)
                & Q(in_force_at__isnull=False)
                & ~Q(number=""),
                name="compact_facts_fit_its_state",
            ),
        ]

    def __str__(self) -> str:
        return f"Giao ước thi đua {self.season}"


class Article(models.Model):
    """A numbered section of the compact; ``items`` are its paragraphs, each a line of text."""

    compact = models.ForeignKey(Compact, on_delete=models.PROTECT, related_name="articles")
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    heading = VietnameseCharField(_("tiêu đề mục"), max_length=300)
    items = models.JSONField(_("nội dung"), default=list)

    class Meta:
        verbose_name = _("mục của giao ước")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["compact", "position"], name="article_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.heading


class Signature(models.Model):
    """A unit's signature under the compact: who signed, as what, when and how.

    ``certificate`` tells of the certificate of a digital signature: subject, issuer, serial,
    validity, SHA-256, and the moment of signing.
    """

    compact = models.ForeignKey(Compact, on_delete=models.PROTECT, related_name="signatures")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    signatory_name = VietnameseCharField(_("người ký"), max_length=150)
    signatory_position = VietnameseCharField(_("chức vụ"), max_length=200)
    signed_on = models.DateField(_("ngày ký"))
    method = models.CharField(
        _("cách ký"), max_length=7, choices=SignatureMethod, default=SignatureMethod.WET
    )
    scan = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("bản chụp trang ký"),
    )
    certificate = models.JSONField(_("chứng thư số"), null=True, editable=False)
    recorded_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("chữ ký")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["compact", "unit"], name="signature_one_per_unit"),
            models.CheckConstraint(
                condition=Q(method__in=SignatureMethod.values), name="signature_method_known"
            ),
            models.CheckConstraint(
                condition=Q(method="wet", certificate__isnull=True)
                | Q(method="digital", certificate__isnull=False),
                name="signature_digital_iff_it_has_a_certificate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signatory_name} – {self.unit}"


class Document(models.Model):
    """A rendered file, immutable: what it shows (``input_hash``), its bytes (``sha256``).

    ``kind`` says which paper it is; a new rendering of changed input is a new version.
    """

    compact = models.ForeignKey(Compact, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("loại văn bản"), max_length=30, default="compact")
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    file = models.FileField(upload_to="documents/%Y/%m", editable=False)
    sha256 = models.CharField(max_length=64)
    input_hash = models.CharField(max_length=64)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("tệp văn bản")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["compact", "kind", "version"], name="document_version_unique"
            ),
            models.UniqueConstraint(
                fields=["compact", "kind", "input_hash"], name="document_once_per_input"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"
