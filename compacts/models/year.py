"""What happens during the year: progress, ad-hoc tasks, exemplary models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compacts.models.registration import KeyTask
from compacts.models.season import Season
from compacts.rules import AdHocState, OfficeKind, Period
from units.fields import ExactDecimalField, FoldedField, VietnameseCharField, VietnameseTextField
from units.models import StoredFile, Unit
from units.rules import RoleKind
from units.vietnamese import fold

if TYPE_CHECKING:
    from units.models import Person


class Progress(models.Model):
    """How far a key task is at the end of a period; ``achieved`` is in the task's unit.

    A later report of the same period replaces the figure; the audit trail keeps what it was.
    """

    task = models.ForeignKey(KeyTask, on_delete=models.PROTECT, related_name="progress")
    period = models.CharField(_("kỳ báo cáo"), max_length=8, choices=Period)
    achieved = ExactDecimalField(_("thực hiện"), max_length=40)
    note = VietnameseTextField(_("ghi chú"), blank=True)
    link = models.URLField(_("đường dẫn minh chứng"), max_length=500, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reported_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reported_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("báo cáo tiến độ")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "period"], name="progress_once_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.achieved}"

    @property
    def evidence(self) -> str:
        """What proves the figure, for a list: the file's name, the link, or both."""
        return ", ".join(filter(None, [self.file.name if self.file else "", self.link]))


class AdHocTaskQuerySet(models.QuerySet["AdHocTask"]):
    def visible_to(self, person: Person) -> AdHocTaskQuerySet:
        """Own tasks in every state, all of them for the season's head, deputies and leaders.

        Other units see those that were confirmed.
        """
        roles = person.roles_on(timezone.localdate())
        seasons = Season.objects.visible_to(person)
        return (
            self.filter(season__in=seasons)
            .filter(
                Q(unit__in=roles.unit_ids)
                | Q(state=AdHocState.CONFIRMED)
                | Q(season__offices__unit__in=roles.unit_ids, season__offices__kind__in=OfficeKind)
                | Q(season__bloc__in=roles.ids(RoleKind.LEADER, "bloc"))
                | Q(season__bloc__council__in=roles.council_ids)
            )
            .distinct()
        )


class AdHocTask(models.Model):
    """A task given during the year and its result (nhiệm vụ đột xuất).

    Entered by the unit, confirmed by whoever assigned it or runs the season; only confirmed ones
    count for points.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="ad_hoc_tasks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = VietnameseTextField(_("nhiệm vụ"))
    assigned_by = VietnameseCharField(_("cơ quan, người giao"), max_length=200)
    document_number = VietnameseCharField(_("số văn bản giao"), max_length=100, blank=True)
    assigned_on = models.DateField(_("ngày giao"))
    due_on = models.DateField(_("hạn hoàn thành"), null=True, blank=True)
    result = VietnameseTextField(_("kết quả"), blank=True)
    done_on = models.DateField(_("ngày hoàn thành"), null=True, blank=True)
    state = models.CharField(
        _("trạng thái"), max_length=9, choices=AdHocState, default=AdHocState.ENTERED
    )
    link = models.URLField(_("đường dẫn minh chứng"), max_length=500, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    judged_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True)
    refusal_reason = VietnameseTextField(_("lý do không xác nhận"), blank=True)
    version = models.PositiveIntegerField(default=1)
    search_key = FoldedField(of=("text", "assigned_by", "document_number", "result"))

    objects = AdHocTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhiệm vụ đột xuất")
        ordering = ["-assigned_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["entered", "done"], judged_at__isnull=True)
                | Q(state__in=["confirmed", "refused"], judged_at__isnull=False),
                name="ad_hoc_task_judged_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["entered", "refused"])
                | Q(done_on__isnull=False) & ~Q(result=""),
                name="ad_hoc_task_done_has_a_result",
                violation_error_message=_("Hãy ghi kết quả và ngày hoàn thành."),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal_reason=""),
                name="ad_hoc_task_refused_with_a_reason",
                violation_error_message=_("Hãy ghi lý do không xác nhận."),
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(done_on__gte=models.F("assigned_on")),
                name="ad_hoc_task_done_after_it_was_given",
                violation_error_message=_("Ngày hoàn thành phải từ ngày giao trở đi."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RoleModelQuerySet(models.QuerySet["RoleModel"]):
    def visible_to(self, person: Person) -> RoleModelQuerySet:
        """The exemplary models of the seasons that the person sees."""
        return self.filter(season__in=Season.objects.visible_to(person))


class RoleModel(models.Model):
    """An exemplary model (gương điển hình): who, what they did, how it was multiplied.

    ``multiplied`` tells in general how; who learned from it are rows of ``Multiplication``.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="role_models")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    is_collective = models.BooleanField(_("tập thể"), default=False)
    name = VietnameseCharField(_("tên cá nhân, tập thể, mô hình"), max_length=200)
    summary = VietnameseCharField(_("tóm tắt"), max_length=300)
    story = VietnameseTextField(_("câu chuyện"))
    multiplied = VietnameseTextField(_("cách nhân rộng"), blank=True)
    picture = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    found_on = models.DateField(_("ngày phát hiện"))
    entered_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    search_key = FoldedField(of=("name", "summary", "story", "multiplied"))

    objects = RoleModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("gương điển hình")
        ordering = ["-found_on", "-pk"]

    def __str__(self) -> str:
        return self.name

    def multiplied_in(self) -> int:
        """In how many units and other places it was multiplied; lists prefetch the entries."""
        return len({one.unit_id or fold(one.elsewhere) for one in self.multiplications.all()})


class Multiplication(models.Model):
    """Who learned from an exemplary model and what they did with it (nhân rộng).

    Either a ``unit`` of the season, or ``elsewhere``: a place outside it, or a part of the
    model's own unit. ``people`` is how many people it reached, where somebody counted.
    """

    role_model = models.ForeignKey(
        RoleModel, on_delete=models.PROTECT, related_name="multiplications"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    elsewhere = VietnameseCharField(_("nơi khác"), max_length=200, blank=True)
    deed = VietnameseTextField(_("việc đã làm"))
    done_on = models.DateField(_("ngày"))
    people = models.PositiveIntegerField(_("số người được phổ biến"), null=True, blank=True)
    entered_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    search_key = FoldedField(of=("elsewhere", "deed"))

    class Meta:
        verbose_name = _("lần nhân rộng")
        ordering = ["done_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=True) & ~Q(elsewhere="")
                | Q(unit__isnull=False, elsewhere=""),
                name="multiplication_in_a_unit_or_elsewhere",
                violation_error_message=_("Hãy chọn đơn vị, hoặc ghi nơi khác."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.where}: {self.deed}"

    @property
    def where(self) -> str:
        """The unit's name, or the other place as it was written."""
        return self.unit.name if self.unit else self.elsewhere
