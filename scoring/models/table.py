"""Scoring tables and their criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compacts.models import Season
from compacts.models.draft import CommentOnText, answered_completely
from scoring.rules import RecordSource
from units.fields import VietnameseTextField
from units.rules import POINT_PLACES

if TYPE_CHECKING:
    from units.models import Person


class CriteriaTableQuerySet(models.QuerySet["CriteriaTable"]):
    def visible_to(self, person: Person) -> CriteriaTableQuerySet:
        """The tables adopted in the seasons that the person sees, and drafts open for comments."""
        seasons = Season.objects.visible_to(person)
        opened = Q(season__in=seasons, comments_due_at__isnull=False)
        return self.filter(Q(adoptions__season__in=seasons) | opened).distinct()

    def newest(self, code: str) -> CriteriaTable | None:
        """The newest version of the table with this code, or None."""
        return self.filter(code=code).order_by("-version").first()


class CriteriaTable(models.Model):
    """A version of a scoring table (bảng tiêu chí, bảng điểm).

    ``definition`` is the whole table in the exchange format ``giao-uoc/criteria/1``, validated:
    the engine reads it and an export gives it back. The criteria are kept as rows beside it for
    marks to point at. A table that a season has adopted never changes (``frozen_at`` and a
    trigger in the migration); a change is a new version. ``season`` is the one it is drafted for,
    empty in the library; ``edition`` grows with each write, so that nobody overwrites another's.
    """

    code = models.CharField(_("mã bảng"), max_length=60)
    version = models.PositiveSmallIntegerField(_("phiên bản"), default=1)
    title = VietnameseTextField(_("tên bảng"))
    year = models.PositiveSmallIntegerField(_("năm"))
    max_total = models.DecimalField(
        _("tổng điểm chuẩn"), max_digits=14, decimal_places=POINT_PLACES
    )
    definition = models.JSONField(editable=False)
    warnings = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    frozen_at = models.DateTimeField(_("khóa lúc"), null=True, editable=False)
    season = models.ForeignKey(
        Season, on_delete=models.PROTECT, null=True, editable=False, related_name="drafted_tables"
    )
    edition = models.PositiveIntegerField(default=1, editable=False)
    comments_due_at = models.DateTimeField(_("hạn góp ý"), null=True, blank=True)

    objects = CriteriaTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("bảng tiêu chí chấm điểm")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="criteria_table_version_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Criterion(models.Model):
    """A criterion (tiêu chí): a group of others, or a leaf with the rule that gives points.

    ``position`` counts through the whole table in reading order; ``depth`` is 0 at the top.
    """

    table = models.ForeignKey(CriteriaTable, on_delete=models.CASCADE, related_name="criteria")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="children"
    )
    code = models.CharField(_("mã"), max_length=60)
    name = VietnameseTextField(_("tiêu chí"))
    position = models.PositiveSmallIntegerField()
    depth = models.PositiveSmallIntegerField()
    max_points = models.DecimalField(_("điểm chuẩn"), max_digits=14, decimal_places=POINT_PLACES)
    adds = models.CharField(max_length=5, default="base")
    rule = models.JSONField(null=True)
    note = VietnameseTextField(_("cách chấm"), blank=True)
    evidence_required = models.BooleanField(_("phải có minh chứng"), default=False)

    class Meta:
        verbose_name = _("tiêu chí")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["table", "code"], name="criterion_code_unique"),
            models.UniqueConstraint(
                fields=["table", "position"], name="criterion_position_unique"
            ),
            models.CheckConstraint(
                condition=Q(max_points__gte=0), name="criterion_max_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(adds__in=["base", "bonus", "minus"]), name="criterion_adds_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"

    @property
    def is_leaf(self) -> bool:
        return self.rule is not None


class TableComment(CommentOnText):
    """A unit's comment on a drafted table; ``criterion_code`` is empty for the whole table."""

    table = models.ForeignKey(CriteriaTable, on_delete=models.PROTECT, related_name="comments")
    criterion_code = models.CharField(_("tiêu chí"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("ý kiến về bảng điểm")
        ordering = ["pk"]
        constraints = [answered_completely("table_comment_answered_completely")]


class CriterionSource(models.Model):
    """What the season's own records fill in by themselves for a criterion.

    Confirmed ad-hoc tasks are counted into a ``count`` rule; the days by which something came
    late go into ``ladder`` and ``per_day`` rules.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("nguồn"), max_length=17, choices=RecordSource)

    class Meta:
        verbose_name = _("tiêu chí tự lấy số liệu")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "criterion"], name="criterion_source_one_per_criterion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.get_source_display()}"


class Adoption(models.Model):
    """The scoring table that a season uses; adopting it freezes the table."""

    season = models.OneToOneField(Season, on_delete=models.PROTECT, related_name="+")
    table = models.ForeignKey(CriteriaTable, on_delete=models.PROTECT, related_name="adoptions")
    adopted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bảng điểm được thông qua")

    def __str__(self) -> str:
        return f"{self.season}: {self.table}"
