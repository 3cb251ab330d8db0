"""Sheets, marks and their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compacts.models import Season
from scoring.models.round import Round
from scoring.models.table import Criterion
from scoring.rules import RoundState, SheetState, Stage, stages_before
from units.fields import VietnameseCharField, VietnameseTextField
from units.models import StoredFile, Unit
from units.rules import POINT_PLACES, RoleKind

if TYPE_CHECKING:
    from units.models import Person


def _before_own_stage() -> Q:
    """The sheets of the stages before the one that an assignment is for."""
    found = Q()
    for stage in Stage:
        found |= Q(round__assignments__stage=stage, stage__in=stages_before(stage))
    return found


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, person: Person) -> SheetQuerySet:
        """The sheets that the person may read.

        Own self sheets and sheets one's unit scores, always; of a unit one has to score, the sent
        sheets of the stages before one's own, so that nobody who scores at the same stage sees
        another's points; what others scored about the own unit, once it was sent; all sheets for
        leaders and officers, and for the secretariat (units that are head or deputy). After
        publication everybody in the season sees every sheet.
        """
        today = timezone.localdate()
        roles = person.roles_on(today)
        own = roles.unit_ids
        readers = roles.ids(RoleKind.LEADER, "bloc")
        councils = roles.ids(RoleKind.LEADER, "council") | roles.ids(RoleKind.OFFICER, "council")
        sent = ~Q(state__in=[SheetState.OPEN])
        return (
            self.filter(round__season__in=Season.objects.visible_to(person))
            .filter(
                Q(round__state=RoundState.PUBLISHED)
                | Q(stage=Stage.SELF, unit__in=own)
                | Q(scorer__in=own)
                | Q(unit__in=own) & sent
                | _before_own_stage()
                & Q(round__assignments__unit=F("unit"), round__assignments__scorer__in=own)
                & sent
                | Q(round__season__bloc__in=readers)
                | Q(round__season__bloc__council__in=councils)
                | Q(round__season__in=Season.objects.served_by(person))
            )
            .distinct()
        )


class Sheet(models.Model):
    """One scorer's scoring of one unit at one stage (phiếu chấm điểm).

    ``scorer`` is empty where the secretariat scores; ``scorer_code`` is the unit's code or
    ``secretariat`` and makes a sheet unique on every database. ``version`` grows with each write.
    Whether it came in time is judged by its first sending: when it is returned is not the sender's
    doing.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="sheets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(_("bước"), max_length=7, choices=Stage)
    scorer = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    scorer_code = models.CharField(max_length=60, editable=False)
    state = models.CharField(
        _("trạng thái"), max_length=9, choices=SheetState, default=SheetState.OPEN
    )
    submitted_at = models.DateTimeField(_("gửi lúc"), null=True)
    first_submitted_at = models.DateTimeField(_("gửi lần đầu lúc"), null=True, editable=False)
    submitted_late = models.BooleanField(_("gửi muộn"), default=False)
    submitted_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    return_reason = VietnameseTextField(_("lý do trả lại"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiếu chấm điểm")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit", "stage", "scorer_code"], name="sheet_one_per_scorer"
            ),
            models.CheckConstraint(
                condition=~Q(stage="self") | Q(scorer=F("unit")),
                name="sheet_self_is_the_units_own",
            ),
            models.CheckConstraint(
                condition=~Q(stage="cross") | Q(scorer__isnull=False) & ~Q(scorer=F("unit")),
                name="sheet_cross_is_by_another_unit",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="sheet_returned_with_a_reason",
                violation_error_message=_("Hãy ghi lý do trả lại."),
            ),
            models.CheckConstraint(
                condition=Q(state="open")
                | Q(state__in=["submitted", "returned", "locked"], submitted_at__isnull=False),
                name="sheet_sent_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.unit}"


class Mark(models.Model):
    """What a scorer noted for one leaf: the entry, and the points the engine made of it.

    ``entry`` is what the rule's kind asks for, decimals as strings (formats.md, Rules).
    ``from_records``: taken from the season's records (``CriterionSource``), not typed.
    ``points`` are rounded to the table's precision; empty for gates and, as they depend on the
    other units, for ``relative`` rules.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    entry = models.JSONField()
    points = models.DecimalField(_("điểm"), max_digits=14, decimal_places=POINT_PLACES, null=True)
    comment = VietnameseTextField(_("lý do, ghi chú"), blank=True)
    from_records = models.BooleanField(_("tự lấy từ hồ sơ"), default=False)
    version = models.PositiveIntegerField(default=1)
    marked_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    marked_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("điểm chấm")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="mark_one_per_criterion"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0),
                name="mark_points_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.points}"


class Evidence(models.Model):
    """What proves a mark (minh chứng): an uploaded file or a link, with number, date, page."""

    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    link = models.URLField(_("đường dẫn"), max_length=500, blank=True)
    description = VietnameseCharField(_("số, ngày văn bản, trang"), max_length=300, blank=True)
    added_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True)

    class Meta:
        verbose_name = _("minh chứng")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False, link="") | Q(file__isnull=True) & ~Q(link=""),
                name="evidence_is_a_file_or_a_link",
                violation_error_message=_("Hãy tải tệp lên hoặc ghi đường dẫn."),
            ),
        ]

    def __str__(self) -> str:
        return self.description or self.link
