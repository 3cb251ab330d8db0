"""Papers of the season: what the secretariat worded otherwise, and what was issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compacts.models.season import Season
from units.fields import FoldedField, VietnameseCharField
from units.models import Job

if TYPE_CHECKING:
    from units.models import Person


class PaperWording(models.Model):
    """What the secretariat changed of a paper's words; its figures are never among it.

    ``kind`` and ``subject`` name the paper (``registration``, the unit's code). ``headings`` are
    the paper's headings in their order, ``opening`` and ``closing`` paragraphs added before the
    first and after the last of its content. Empty means: as the form has it.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=80, blank=True)
    number = VietnameseCharField(_("số, ký hiệu"), max_length=60, blank=True)
    place = VietnameseCharField(_("địa danh"), max_length=60, blank=True)
    day = models.DateField(_("ngày văn bản"), null=True, blank=True)
    about = VietnameseCharField(_("trích yếu"), max_length=500, blank=True)
    parent_body = VietnameseCharField(_("cơ quan cấp trên"), max_length=300, blank=True)
    issuing_body = VietnameseCharField(_("cơ quan ban hành"), max_length=300, blank=True)
    addressees = models.JSONField(_("kính gửi"), default=list, blank=True)
    bases = models.JSONField(_("căn cứ"), default=list, blank=True)
    headings = models.JSONField(_("tiêu đề các mục"), default=list, blank=True)
    opening = models.JSONField(_("đoạn mở đầu"), default=list, blank=True)
    closing = models.JSONField(_("đoạn kết"), default=list, blank=True)
    recipients = models.JSONField(_("nơi nhận"), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("thể thức văn bản")
        constraints = [
            models.UniqueConstraint(
                fields=["season", "kind", "subject"], name="paper_wording_one_per_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}".strip()


class IssuedPaperQuerySet(models.QuerySet["IssuedPaper"]):
    def visible_to(self, person: Person) -> IssuedPaperQuerySet:
        """The issued papers of the seasons that the person sees."""
        return self.filter(season__in=Season.objects.visible_to(person))


class IssuedPaper(models.Model):
    """A paper as it was issued (ban hành): numbered, dated, frozen.

    ``content`` is the whole paper in canonical JSON; printing it again gives the same words for
    ever and, while layout and engine stay, the same bytes. ``pdf`` is the file made at issue.
    The database refuses any other change (trigger in the migration). A later ``edition`` of the
    same paper is in force instead of the earlier ones.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="issued_papers")
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=80, blank=True)
    edition = models.PositiveSmallIntegerField(_("lần ban hành"), default=1)
    title = VietnameseCharField(_("văn bản"), max_length=600)
    number = VietnameseCharField(_("số, ký hiệu"), max_length=60)
    issued_on = models.DateField(_("ngày ban hành"))
    issued_at = models.DateTimeField(_("ban hành lúc"), auto_now_add=True)
    issued_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    content = models.JSONField(editable=False)
    content_hash = models.CharField(max_length=64, editable=False)
    verify_code = models.CharField(max_length=16, unique=True, editable=False)
    pdf = models.FileField(upload_to="papers/%Y/%m", blank=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    search_key = FoldedField(of=("title", "number", "verify_code"))

    objects = IssuedPaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản đã ban hành")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "kind", "subject", "edition"], name="issued_paper_edition_unique"
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(verify_code=""),
                name="issued_paper_has_number_and_code",
            ),
            models.CheckConstraint(
                condition=Q(pdf="", pdf_sha256="") | ~Q(pdf="") & ~Q(pdf_sha256=""),
                name="issued_paper_file_has_its_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class RenderedFile(models.Model):
    """A file once made of an input: the same input is not rendered again.

    ``input_hash`` covers content, layout, engine and fonts; ``ending`` is ``pdf`` or ``docx``.
    ``used_at`` is when it was last asked for, to the day: what nobody asks for any more is swept.
    """

    input_hash = models.CharField(max_length=64)
    ending = models.CharField(max_length=4)
    file = models.FileField(upload_to="rendered/%Y/%m", editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("tệp đã tạo")
        constraints = [
            models.UniqueConstraint(fields=["input_hash", "ending"], name="rendered_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.input_hash[:12]}.{self.ending}"
