"""Councils, blocs and who is a member of which bloc when."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from units.fields import VietnameseCharField
from units.rules import BlocKind, Letterhead

if TYPE_CHECKING:
    from units.models.person import Person


def on_date(day: datetime.date) -> Q:
    """Rows with ``starts_on``/``ends_on`` that are in force on ``day`` (both ends included)."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class CouncilQuerySet(models.QuerySet["Council"]):
    def visible_to(self, person: Person) -> CouncilQuerySet:
        """The councils in which the person has any role today; an operator sees all."""
        today = timezone.localdate()
        roles = person.roles_on(today)
        if roles.is_operator:
            return self.all()
        return self.filter(
            Q(pk__in=roles.council_ids) | Q(blocs__in=roles.bloc_ids) | Q(units__in=roles.unit_ids)
        ).distinct()


class Council(models.Model):
    """Emulation and Commendation Council of a province or sector (Hội đồng TĐKT)."""

    name = VietnameseCharField(_("tên Hội đồng"), max_length=300, unique=True)
    place = VietnameseCharField(
        _("địa danh"), max_length=100, help_text=_("Ghi trước ngày tháng trên văn bản: Hà Nam")
    )

    objects = CouncilQuerySet.as_manager()

    class Meta:
        verbose_name = _("Hội đồng Thi đua - Khen thưởng")

    def __str__(self) -> str:
        return self.name


class BlocQuerySet(models.QuerySet["Bloc"]):
    def visible_to(self, person: Person) -> BlocQuerySet:
        """Blocs of the person's councils (officer, leader), own blocs, and those of own units."""
        roles = person.roles_on(timezone.localdate())
        if roles.is_operator:
            return self.all()
        return self.filter(
            Q(council__in=roles.council_ids)
            | Q(pk__in=roles.bloc_ids)
            | Q(memberships__unit__in=roles.unit_ids)
        ).distinct()


class Bloc(models.Model):
    """Emulation bloc or cluster (khối, cụm thi đua): the units that are compared together."""

    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, related_name="blocs", verbose_name=_("Hội đồng")
    )
    code = models.SlugField(
        _("mã khối"),
        max_length=60,
        unique=True,
        help_text=_("Không dấu, dùng trong địa chỉ trang"),
    )
    name = VietnameseCharField(_("tên khối"), max_length=300)
    kind = models.CharField(_("loại"), max_length=4, choices=BlocKind, default=BlocKind.KHOI)
    letterhead = models.CharField(
        _("thể thức văn bản"), max_length=5, choices=Letterhead, default=Letterhead.STATE
    )
    sort_key = models.TextField(editable=False)
    search_key = models.TextField(editable=False)

    objects = BlocQuerySet.as_manager()

    class Meta:
        verbose_name = _("khối thi đua")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BlocKind.values), name="bloc_kind_known"),
            models.CheckConstraint(
                condition=Q(letterhead__in=Letterhead.values), name="bloc_letterhead_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A unit's membership in a bloc over dates (đơn vị thành viên), both ends included.

    PostgreSQL refuses overlapping memberships of one unit in one bloc by an exclusion
    constraint; the service refuses them on every database.
    """

    bloc = models.ForeignKey(Bloc, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="memberships")
    division = VietnameseCharField(_("bảng"), max_length=60, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("đơn vị thành viên")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} – {self.bloc}"
