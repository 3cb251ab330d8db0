"""Scoring rounds, who scores whom in them, and what does not apply to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compacts.models import Season
from scoring.models.table import Criterion
from scoring.rules import AnswerState, CrossMethod, FinalMethod, RoundState, Stage
from units.fields import VietnameseCharField, VietnameseTextField
from units.models import Unit

if TYPE_CHECKING:
    from units.models import Person


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, person: Person) -> RoundQuerySet:
        """The rounds of the seasons that the person sees."""
        return self.filter(season__in=Season.objects.visible_to(person))


class Round(models.Model):
    """A scoring round of a season (đợt chấm điểm), and how its stages become final points.

    What is corrected after it went to the Council goes there again; the law that counts stays
    that of the first day.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(_("mã đợt"), max_length=60)
    name = VietnameseCharField(_("tên đợt"), max_length=200)
    state = models.CharField(
        _("trạng thái"), max_length=9, choices=RoundState, default=RoundState.DRAFT
    )
    opens_at = models.DateTimeField(_("mở từ"), null=True, blank=True)
    due_at = models.DateTimeField(_("hạn tự chấm"), null=True, blank=True)
    explanations_due_at = models.DateTimeField(_("hạn giải trình"), null=True, blank=True)
    objections_due_at = models.DateTimeField(_("hạn kiến nghị"), null=True, blank=True)
    scheduled_at = models.DateTimeField(_("đặt hạn lúc"), default=timezone.now, editable=False)
    first_sent_to_council_at = models.DateTimeField(
        _("trình Hội đồng lần đầu lúc"), null=True, editable=False
    )
    sent_to_council_at = models.DateTimeField(_("trình Hội đồng lúc"), null=True, editable=False)
    final_method = models.CharField(
        _("cách tính điểm cuối"), max_length=8, choices=FinalMethod, default=FinalMethod.STAGE
    )
    final_stage = models.CharField(
        _("lấy điểm của bước"), max_length=7, choices=Stage, default=Stage.VERIFY, blank=True
    )
    weights = models.JSONField(
        default=dict, blank=True, help_text="stage → weight as a decimal string"
    )
    cross_method = models.CharField(
        _("gộp điểm kiểm tra chéo"), max_length=12, choices=CrossMethod, default=CrossMethod.MEAN
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("đợt chấm điểm")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "code"],
                name="round_code_unique_in_season",
                violation_error_message=_("Mùa thi đua này đã có đợt chấm mang mã đó."),
            ),
            models.CheckConstraint(
                condition=Q(final_method="stage", final_stage__in=Stage.values)
                | Q(final_method="weighted", final_stage=""),
                name="round_final_method_complete",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(due_at__isnull=True)
                | Q(due_at__gt=F("opens_at")),
                name="round_due_after_it_opens",
                violation_error_message=_("Hạn phải sau lúc mở."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=RoundState.values), name="round_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """Who scores a unit at a stage: another unit, or the secretariat where ``scorer`` is empty.

    No criteria means all of them; several verifying bodies share the criteria out.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assignments")
    stage = models.CharField(_("bước"), max_length=7, choices=Stage)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    scorer = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    criteria = models.ManyToManyField(Criterion, blank=True, related_name="+")

    class Meta:
        verbose_name = _("phân công chấm")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "stage", "unit", "scorer"], name="assignment_once"
            ),
            models.CheckConstraint(
                condition=~Q(stage="cross") | Q(scorer__isnull=False) & ~Q(scorer=F("unit")),
                name="assignment_cross_is_by_another_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.unit}"


class ExemptionQuerySet(models.QuerySet["Exemption"]):
    def in_force(self) -> ExemptionQuerySet:
        """The exemptions that count: those that were accepted."""
        return self.filter(state=AnswerState.ACCEPTED)


class Exemption(models.Model):
    """A base leaf that does not apply to a unit (không áp dụng), with the reason.

    A unit asks for it before scoring starts (``waiting``); only accepted ones count.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    reason = VietnameseTextField(_("lý do"))
    state = models.CharField(
        _("trạng thái"), max_length=8, choices=AnswerState, default=AnswerState.ACCEPTED
    )
    answer = VietnameseTextField(_("trả lời"), blank=True)
    asked_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("tiêu chí không áp dụng")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["season", "unit", "criterion"], name="exemption_once"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.unit}"
