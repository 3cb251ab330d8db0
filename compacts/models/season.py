"""A bloc's emulation period: who takes part, who heads it, what is due when."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compacts.rules import OfficeKind, SelectionWay, Step
from units.fields import FoldedField, VietnameseCharField, VietnameseTextField
from units.models import Bloc, Unit
from units.rules import RoleKind

if TYPE_CHECKING:
    from units.models import Person


class SeasonQuerySet(models.QuerySet["Season"]):
    def visible_to(self, person: Person) -> SeasonQuerySet:
        """Seasons in which an own unit takes part, and those of own blocs and councils.

        An operator sees none: seasons hold scores.
        """
        roles = person.roles_on(timezone.localdate())
        return self.filter(
            Q(participants__unit__in=roles.unit_ids)
            | Q(bloc__in=roles.bloc_ids)
            | Q(bloc__council__in=roles.council_ids)
        ).distinct()

    def served_by(self, person: Person) -> SeasonQuerySet:
        """Seasons that the person serves as secretary: ``secretary_units`` as a query."""
        wanted = Q(pk__in=[])
        for role in person.roles_on(timezone.localdate()).roles:
            if role.kind == RoleKind.SECRETARY:
                wanted |= Q(bloc=role.bloc_id, offices__unit=role.unit_id)
        return self.filter(wanted).distinct()

    def managed_by(self, person: Person) -> SeasonQuerySet:
        """Seasons that the person runs: ``permissions.can_manage_season`` as a query."""
        councils = person.roles_on(timezone.localdate()).ids(RoleKind.OFFICER, "council")
        served = self.served_by(person).values("pk")
        return self.filter(Q(pk__in=served) | Q(bloc__council__in=councils)).distinct()


class Season(models.Model):
    """One emulation period of a bloc (kỳ thi đua), named by its label year.

    ``starts_on`` and ``ends_on`` may be the calendar, school or court year or a part of one.
    """

    bloc = models.ForeignKey(
        Bloc, on_delete=models.PROTECT, related_name="+", verbose_name=_("khối")
    )
    year = models.PositiveSmallIntegerField(_("năm"))
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến ngày"))
    theme = VietnameseTextField(_("chủ đề"), blank=True)
    leader_name = VietnameseCharField(_("lãnh đạo phụ trách"), max_length=150, blank=True)
    leader_position = VietnameseCharField(
        _("chức vụ của lãnh đạo phụ trách"), max_length=200, blank=True
    )
    # What the exchange file spelled out though it was empty, so that its export is equal to it.
    exchange_shape = models.JSONField(default=list, editable=False)

    objects = SeasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("mùa thi đua")
        ordering = ["-year", "bloc__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["bloc", "year"],
                name="season_one_per_bloc_and_year",
                violation_error_message=_("Khối này đã có mùa thi đua của năm đó."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="season_ends_after_it_starts",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bloc} {self.year}"

    def has_near(self, day: datetime.date) -> bool:
        """May a paper of the season bear the day? One years away is a slip in the year.

        A year before the season to a year after it, or after today: it may be entered late.
        """
        last = max(self.ends_on.year, timezone.localdate().year) + 1
        return self.starts_on.year - 1 <= day.year <= last

    @property
    def audit_chain(self) -> str:
        """The name of the season's chain in the audit trail."""
        return f"season:{self.bloc.code}:{self.year}"


class Participant(models.Model):
    """A unit in a season (đơn vị tham gia), with its name as of the season.

    Copied from the bloc's membership when the season is made: later renamings and moves do not
    rewrite what was signed and ranked.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="participants")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    division = VietnameseCharField(_("bảng"), max_length=60, blank=True, default="")
    name = VietnameseCharField(_("tên đơn vị"), max_length=300)
    short_name = VietnameseCharField(_("tên viết tắt"), max_length=100)
    signatory_name = VietnameseCharField(_("người ký"), max_length=150, blank=True)
    signatory_position = VietnameseCharField(_("chức vụ người ký"), max_length=200, blank=True)
    sort_key = models.TextField(editable=False)
    search_key = FoldedField(of=("name", "short_name"))

    class Meta:
        verbose_name = _("đơn vị tham gia")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "unit"], name="participant_once_in_a_season"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """A unit's office in a season: one head, up to two deputies (trưởng khối, phó khối)."""

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="offices")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("cương vị"), max_length=6, choices=OfficeKind)
    chosen_by = models.CharField(
        _("cách chọn"), max_length=17, choices=SelectionWay, default=SelectionWay.ROTATION
    )

    class Meta:
        verbose_name = _("cương vị trong khối")
        ordering = ["-kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["season", "unit"], name="office_one_per_unit"),
            models.UniqueConstraint(
                fields=["season"], condition=Q(kind="head"), name="office_one_head_in_a_season"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OfficeKind.values), name="office_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.unit}"


class Milestone(models.Model):
    """When a step of the season opens and is due; times are instants, shown in Hà Nội time."""

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="milestones")
    step = models.CharField(_("bước"), max_length=12, choices=Step)
    opens_at = models.DateTimeField(_("mở từ"), null=True, blank=True)
    due_at = models.DateTimeField(_("hạn"), null=True, blank=True)
    extended_to = models.DateTimeField(_("gia hạn đến"), null=True, blank=True)
    extension_reason = VietnameseCharField(_("lý do gia hạn"), max_length=300, blank=True)
    is_on = models.BooleanField(_("có thực hiện"), default=True)
    changed_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    class Meta:
        verbose_name = _("mốc thời gian")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["season", "step"], name="milestone_one_per_step"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(due_at__isnull=True)
                | Q(due_at__gte=F("opens_at")),
                name="milestone_due_after_it_opens",
                violation_error_message=_("Hạn phải sau lúc mở."),
            ),
            models.CheckConstraint(
                condition=Q(extended_to__isnull=True)
                | (Q(due_at__isnull=False) & Q(extended_to__gt=F("due_at"))),
                name="milestone_extended_past_its_due",
                violation_error_message=_("Hạn mới phải sau hạn cũ."),
            ),
            models.CheckConstraint(
                condition=Q(extended_to__isnull=True) | ~Q(extension_reason=""),
                name="milestone_extension_has_a_reason",
                violation_error_message=_("Hãy ghi lý do gia hạn."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_step_display())

    @property
    def deadline(self) -> datetime.datetime | None:
        """The due time that counts: the extended one where there is one."""
        return self.extended_to or self.due_at


class OfferedTitle(models.Model):
    """A title that units may register in a season (danh hiệu), as the adopted table lists it."""

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="offered_titles")
    code = models.CharField(max_length=60)
    name = VietnameseCharField(_("danh hiệu"), max_length=300)
    position = models.PositiveSmallIntegerField(_("thứ tự"))

    class Meta:
        verbose_name = _("danh hiệu được đăng ký")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "code"], name="offered_title_once_in_a_season"
            ),
        ]

    def __str__(self) -> str:
        return self.name
