"""The next season of a bloc while it is being prepared: what was typed, step by step."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scoring.rules import PlanStep


class SeasonPlan(models.Model):
    """A bloc's next season before it is opened; all who set the bloc up share it.

    ``edition`` grows with every change of a step, so that nobody opens what they have not read.
    Opening the season, or discarding the plan, deletes it.
    """

    bloc = models.OneToOneField("units.Bloc", on_delete=models.CASCADE, related_name="+")
    edition = models.PositiveIntegerField(default=0)
    begun_by = models.ForeignKey("units.Person", on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bản chuẩn bị mùa thi đua")

    def __str__(self) -> str:
        return f"{self.bloc}"


class PlannedStep(models.Model):
    """What was typed on one page of the plan, whether it is right or not.

    ``typed`` maps the fields of the page's form to the list of what was sent for them.
    ``version`` serves optimistic locking: two people may work on two pages at once.
    """

    plan = models.ForeignKey(SeasonPlan, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=10, choices=PlanStep)
    typed = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_by = models.ForeignKey("units.Person", on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("bước chuẩn bị mùa thi đua")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "step"], name="planned_step_once_in_a_plan"),
            models.CheckConstraint(
                condition=Q(step__in=PlanStep.values), name="planned_step_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_step_display())
