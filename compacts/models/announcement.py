"""What the secretariat puts up for the whole bloc: announcements, shared documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compacts.models.season import Season
from compacts.rules import AnnouncementKind
from units.fields import FoldedField, VietnameseCharField, VietnameseTextField
from units.models import StoredFile

if TYPE_CHECKING:
    import datetime

    from units.models import Person


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def visible_to(self, person: Person) -> AnnouncementQuerySet:
        """What was put up in the seasons that the person sees."""
        return self.filter(season__in=Season.objects.visible_to(person))

    def current(self, today: datetime.date) -> AnnouncementQuerySet:
        """What still counts on a day; what has run out stays in the list only."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=today))


class Announcement(models.Model):
    """An announcement (thông báo) with its words, or a shared document (tài liệu) with its file.

    ``until`` is the last day on which it counts; without one it counts to the end.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="announcements")
    kind = models.CharField(
        _("loại"), max_length=8, choices=AnnouncementKind, default=AnnouncementKind.NOTICE
    )
    title = VietnameseCharField(_("tiêu đề"), max_length=300)
    text = VietnameseTextField(_("nội dung"), blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    until = models.DateField(_("hiệu lực đến hết ngày"), null=True, blank=True)
    posted_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    posted_at = models.DateTimeField(_("đăng lúc"), auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    search_key = FoldedField(of=("title", "text"))

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("bài trên bảng tin")
        ordering = ["-posted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="notice") | ~Q(text=""),
                name="announcement_notice_has_words",
                violation_error_message=_("Hãy ghi nội dung thông báo."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="document") | Q(file__isnull=False),
                name="announcement_document_has_a_file",
                violation_error_message=_("Hãy chọn tệp của tài liệu."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
