"""What a unit registers for a season: titles and key tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from compacts.models.season import OfferedTitle, Season
from compacts.rules import OfficeKind, RegistrationState
from units.fields import ExactDecimalField, FoldedField, VietnameseCharField, VietnameseTextField
from units.models import Unit

if TYPE_CHECKING:
    from units.models import Person


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, person: Person) -> RegistrationQuerySet:
        """Own registrations in every state; those of others once they are sent.

        The season's head and deputies see all of them from the first draft on.
        """
        roles = person.roles_on(timezone.localdate())
        seasons = Season.objects.visible_to(person)
        return (
            self.filter(season__in=seasons)
            .filter(
                Q(unit__in=roles.unit_ids)
                | ~Q(state=RegistrationState.DRAFT)
                | Q(season__offices__unit__in=roles.unit_ids, season__offices__kind__in=OfficeKind)
            )
            .distinct()
        )


class Registration(models.Model):
    """A unit's emulation registration in a season (đăng ký thi đua).

    A representative fills it in; it is sent once the unit's head has approved it
    (``approved_by_name``; by the head in person, or noted by the representative where the head has
    no account). ``version`` grows with every write and guards against two people overwriting
    each other.
    ``submitted_late`` is recorded against the deadline in force at the moment of the first
    sending: when it is returned is not the unit's doing.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="registrations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("trạng thái"), max_length=9, choices=RegistrationState, default=RegistrationState.DRAFT
    )
    approval_asked_at = models.DateTimeField(_("trình thủ trưởng lúc"), null=True)
    approved_by_name = VietnameseCharField(_("thủ trưởng duyệt"), max_length=150, blank=True)
    submitted_at = models.DateTimeField(_("gửi lúc"), null=True)
    first_submitted_at = models.DateTimeField(_("gửi lần đầu lúc"), null=True, editable=False)
    submitted_late = models.BooleanField(_("gửi muộn"), default=False)
    submitted_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    return_reason = VietnameseTextField(_("lý do trả lại"), blank=True)
    accepted_at = models.DateTimeField(_("chấp nhận lúc"), null=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("bản đăng ký thi đua")
        ordering = ["season", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "unit"], name="registration_one_per_unit_and_season"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True, accepted_at__isnull=True)
                | Q(state__in=["submitted", "returned"], accepted_at__isnull=True)
                & Q(submitted_at__isnull=False)
                | Q(state="accepted", accepted_at__isnull=False, submitted_at__isnull=False),
                name="registration_times_fit_its_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(return_reason=""),
                name="registration_returned_with_a_reason",
                violation_error_message=_("Hãy ghi lý do trả lại."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} – {self.season}"


class RegisteredTitle(models.Model):
    """A title that a unit registered."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="titles")
    title = models.ForeignKey(OfferedTitle, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "title"], name="registered_title_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title.name


class KeyTask(models.Model):
    """A key task with a concrete indicator (nhiệm vụ trọng tâm): what, how measured, by when.

    ``target`` is in ``unit_of_measure`` and keeps the places it was written with. In a draft parts
    may still be open; what is sent is complete.
    """

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    text = VietnameseTextField(_("nhiệm vụ"))
    measure = VietnameseCharField(_("chỉ số đo"), max_length=300)
    unit_of_measure = VietnameseCharField(_("đơn vị tính"), max_length=60)
    target = ExactDecimalField(_("chỉ tiêu"), max_length=40, null=True)
    due_on = models.DateField(_("hạn hoàn thành"), null=True)
    ad_hoc = models.BooleanField(_("nhiệm vụ đột xuất"), default=False)
    search_key = FoldedField(of=("text", "measure"))

    class Meta:
        verbose_name = _("nhiệm vụ trọng tâm")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "position"], name="key_task_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.text
