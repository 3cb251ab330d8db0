"""What a unit answers to a mark, and what is said against a published ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compacts.models import Season
from scoring.models.ranking import Publication
from scoring.models.round import Round
from scoring.models.table import Criterion
from scoring.rules import AnswerState
from units.fields import VietnameseTextField
from units.models import StoredFile, Unit
from units.rules import RoleKind

if TYPE_CHECKING:
    from units.models import Person


def own_and_run(person: Person) -> Q:
    """Own units' rows, and all rows for those who run the season or lead its bloc or council."""
    roles = person.roles_on(timezone.localdate())
    leads = roles.ids(RoleKind.LEADER, "council") | roles.ids(RoleKind.OFFICER, "council")
    return (
        Q(unit__in=roles.unit_ids)
        | Q(round__season__in=Season.objects.served_by(person))
        | Q(round__season__bloc__in=roles.ids(RoleKind.LEADER, "bloc"))
        | Q(round__season__bloc__council__in=leads)
    )


class AnsweredOnce(models.Model):
    """What a unit says and is answered to, once: who and when, accepted or not and why."""

    written_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(
        _("trạng thái"), max_length=8, choices=AnswerState, default=AnswerState.WAITING
    )
    answer = VietnameseTextField(_("trả lời"), blank=True)
    answered_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def answered_completely(name: str) -> models.CheckConstraint:
    """The constraint that an answer has its words and its time."""
    return models.CheckConstraint(
        condition=Q(state="waiting", answered_at__isnull=True)
        | Q(state__in=["accepted", "declined"], answered_at__isnull=False) & ~Q(answer=""),
        name=name,
        violation_error_message=_("Hãy ghi trả lời."),
    )


class ExplanationQuerySet(models.QuerySet["Explanation"]):
    def visible_to(self, person: Person) -> ExplanationQuerySet:
        """Own explanations; all of them for secretariat, leaders and officers."""
        seasons = Season.objects.visible_to(person)
        found = self.filter(own_and_run(person), round__season__in=seasons)
        return found.distinct()


class Explanation(AnsweredOnce):
    """A unit's answer to how one of its criteria was verified (giải trình), and the reply.

    ``accepted``: the criterion is scored again in the second round (``recheck``).
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="explanations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    text = VietnameseTextField(_("giải trình"))
    link = models.URLField(_("đường dẫn minh chứng"), max_length=500, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        verbose_name = _("giải trình")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit", "criterion"],
                name="explanation_one_per_criterion",
                violation_error_message=_("Đã giải trình tiêu chí này."),
            ),
            answered_completely("explanation_answered_completely"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.unit}"


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, person: Person) -> ObjectionQuerySet:
        """Own objections; all of them for secretariat, leaders and officers."""
        seasons = Season.objects.visible_to(person)
        return self.filter(own_and_run(person), round__season__in=seasons).distinct()


class Objection(AnsweredOnce):
    """A unit's objection to a published ranking (kiến nghị), within its window, and the reply.

    ``accepted``: a correction follows, as a new version of the publication.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="objections")
    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="objections"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = VietnameseTextField(_("kiến nghị"))

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("kiến nghị")
        ordering = ["pk"]
        constraints = [
            answered_completely("objection_answered_completely"),
        ]

    def __str__(self) -> str:
        return self.text
