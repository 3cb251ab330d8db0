"""Movements and drives of a season: what they aim at, when, who launched them, how they ended."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compacts.models.season import Participant, Season
from compacts.rules import MovementKind, MovementPhase, ReviewKind
from units.fields import FoldedField, VietnameseCharField, VietnameseTextField
from units.models import StoredFile

if TYPE_CHECKING:
    from units.models import Person


class MovementQuerySet(models.QuerySet["Movement"]):
    def visible_to(self, person: Person) -> MovementQuerySet:
        """The movements of the seasons that the person sees."""
        return self.filter(season__in=Season.objects.visible_to(person))


class Movement(models.Model):
    """A movement (phong trào thi đua) or a drive (đợt thi đua), on its own or part of a movement.

    ``targets`` holds a target with its indicator on each line. The time of the movement may reach
    beyond its season. It is launched once: ``launched_on`` and ``launched_by`` come together.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(
        _("loại"), max_length=8, choices=MovementKind, default=MovementKind.MOVEMENT
    )
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="drives"
    )
    name = VietnameseCharField(_("tên"), max_length=300)
    theme = VietnameseCharField(_("chủ đề"), max_length=300, blank=True)
    aim = VietnameseTextField(_("mục tiêu"))
    targets = VietnameseTextField(_("chỉ tiêu"), blank=True)
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến ngày"))
    launched_on = models.DateField(_("ngày phát động"), null=True)
    launched_by = VietnameseCharField(_("người phát động"), max_length=200, blank=True)
    participants = models.ManyToManyField(Participant, related_name="+", verbose_name=_("đơn vị"))
    entered_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    search_key = FoldedField(of=("name", "theme", "aim", "targets"))

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("phong trào thi đua")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="movement_ends_after_it_starts",
                violation_error_message=_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
            ),
            models.CheckConstraint(
                condition=Q(part_of__isnull=True) | Q(kind="drive"),
                name="movement_only_a_drive_is_part_of_another",
            ),
            models.CheckConstraint(
                condition=Q(launched_on__isnull=True, launched_by="")
                | Q(launched_on__isnull=False) & ~Q(launched_by=""),
                name="movement_launched_on_a_day_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def target_lines(self) -> list[str]:
        """The targets, one a line, without empty lines."""
        return [line.strip() for line in self.targets.splitlines() if line.strip()]

    def phase_on(self, day: datetime.date) -> MovementPhase:
        """Where the movement is on ``day``; reads its reviews, which lists prefetch."""
        if any(review.kind == ReviewKind.FINAL for review in self.reviews.all()):
            return MovementPhase.REVIEWED
        if self.launched_on is None:
            return MovementPhase.PLANNED
        return MovementPhase.RUNNING if day <= self.ends_on else MovementPhase.ENDED


class MovementReview(models.Model):
    """What came of a movement: at a mid-term review (sơ kết) or at its end (tổng kết)."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(_("loại"), max_length=7, choices=ReviewKind)
    held_on = models.DateField(_("ngày"))
    text = VietnameseTextField(_("kết quả"))
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("sơ kết, tổng kết phong trào")
        ordering = ["held_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["movement"],
                condition=Q(kind="final"),
                name="movement_review_one_final",
                violation_error_message=_("Phong trào này đã có tổng kết."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.movement}"
