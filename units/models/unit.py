"""Units and what happened to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from units.fields import VietnameseCharField
from units.models.bloc import Council
from units.rules import UnitEventKind, UnitSystem

if TYPE_CHECKING:
    from units.models.person import Person


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, person: Person) -> UnitQuerySet:
        """Own units, and all units of councils and blocs in which the person has a role."""
        roles = person.roles_on(timezone.localdate())
        if roles.is_operator:
            return self.all()
        return self.filter(
            Q(pk__in=roles.unit_ids)
            | Q(council__in=roles.council_ids)
            | Q(council__blocs__in=roles.bloc_ids)
            | Q(memberships__bloc__memberships__unit__in=roles.unit_ids)
        ).distinct()


class Unit(models.Model):
    """A body that takes part in emulation (đơn vị)."""

    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, related_name="units", verbose_name=_("Hội đồng")
    )
    code = models.CharField(
        _("mã đơn vị"), max_length=60, help_text=_("Ngắn, không dấu, ví dụ: ubkt")
    )
    name = VietnameseCharField(_("tên đơn vị"), max_length=300)
    short_name = VietnameseCharField(_("tên viết tắt"), max_length=100)
    system = models.CharField(
        _("hệ thống"), max_length=10, choices=UnitSystem, default=UnitSystem.STATE
    )
    valid_from = models.DateField(_("thành lập ngày"), null=True, blank=True)
    valid_to = models.DateField(_("kết thúc ngày"), null=True, blank=True)
    sort_key = models.TextField(editable=False)
    search_key = models.TextField(editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "code"],
                name="unit_code_unique_in_council",
                violation_error_message=_("Hội đồng này đã có đơn vị mang mã đó."),
            ),
            models.CheckConstraint(
                condition=Q(system__in=UnitSystem.values), name="unit_system_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="unit_ends_after_it_starts",
                violation_error_message=_("Ngày kết thúc phải sau ngày thành lập."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitEvent(models.Model):
    """A merger, split, renaming or dissolution (sáp nhập, chia tách, đổi tên, giải thể)."""

    kind = models.CharField(_("việc"), max_length=8, choices=UnitEventKind)
    happened_on = models.DateField(_("từ ngày"))
    decision_number = VietnameseCharField(_("số quyết định"), max_length=100, blank=True)
    before = models.ManyToManyField(
        Unit, related_name="events_ending", verbose_name=_("đơn vị cũ")
    )
    after = models.ManyToManyField(
        Unit, related_name="events_starting", blank=True, verbose_name=_("đơn vị mới")
    )

    class Meta:
        verbose_name = _("biến động đơn vị")
        ordering = ["-happened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=UnitEventKind.values), name="unit_event_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_on}"
