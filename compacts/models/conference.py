"""Conferences of a season: their agenda, who is there, what they conclude."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compacts.models.movement import Movement
from compacts.models.season import Participant, Season
from compacts.rules import ConferenceKind, ConferenceState, Presence, ScreenKind
from units.fields import FoldedField, VietnameseCharField, VietnameseTextField

if TYPE_CHECKING:
    from units.models import Person


class ConferenceQuerySet(models.QuerySet["Conference"]):
    def visible_to(self, person: Person) -> ConferenceQuerySet:
        """The conferences of the seasons that the person sees."""
        return self.filter(season__in=Season.objects.visible_to(person))


class Conference(models.Model):
    """A conference of a season (hội nghị): the signing, the mid-year or the year-end one.

    ``chair`` and ``minute_taker`` hold name and position as the minutes print them. ``version``
    guards its facts and agenda, ``attendance_version`` who is there: two people write them.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="conferences")
    kind = models.CharField(_("loại"), max_length=7, choices=ConferenceKind)
    title = VietnameseCharField(_("tên hội nghị"), max_length=300)
    place = VietnameseCharField(_("địa điểm"), max_length=300)
    starts_at = models.DateTimeField(_("thời gian"))
    chair = VietnameseCharField(_("chủ trì"), max_length=300, blank=True)
    minute_taker = VietnameseCharField(_("thư ký"), max_length=300, blank=True)
    state = models.CharField(
        _("trạng thái"), max_length=7, choices=ConferenceState, default=ConferenceState.PLANNED
    )
    opened_at = models.DateTimeField(_("khai mạc lúc"), null=True)
    closed_at = models.DateTimeField(_("bế mạc lúc"), null=True)
    version = models.PositiveIntegerField(default=1)
    attendance_version = models.PositiveIntegerField(default=1)
    search_key = FoldedField(of=("title", "place"))

    objects = ConferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("hội nghị")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", opened_at__isnull=True, closed_at__isnull=True)
                | Q(state="running", opened_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False),
                name="conference_times_fit_its_state",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ConferenceKind.values), name="conference_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """An item of the agenda; ``text`` is shown in the hall below ``what``.

    ``movement`` is the one that is launched. ``page`` is where the screen stands within the item:
    the unit whose registration is shown, counted from 0. ``conclusion`` goes into the minutes.
    """

    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    what = VietnameseCharField(_("nội dung"), max_length=300)
    presenter = VietnameseCharField(_("người trình bày"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("số phút"))
    screen = models.CharField(_("màn hình"), max_length=13, choices=ScreenKind)
    text = VietnameseTextField(_("nội dung trên màn hình"), blank=True)
    movement = models.ForeignKey(
        Movement, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_current = models.BooleanField(_("đang diễn ra"), default=False)
    page = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField(_("bắt đầu lúc"), null=True)
    conclusion = VietnameseTextField(_("kết luận"), blank=True)
    conclusion_version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("mục chương trình")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference"],
                condition=Q(is_current=True),
                name="agenda_item_one_current_in_a_conference",
            ),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(began_at__isnull=False),
                name="agenda_item_current_has_begun",
            ),
            models.CheckConstraint(
                condition=Q(movement__isnull=True) | Q(screen="launch"),
                name="agenda_item_movement_is_launched",
            ),
            models.CheckConstraint(
                condition=Q(screen__in=ScreenKind.values), name="agenda_item_screen_known"
            ),
        ]

    def __str__(self) -> str:
        return self.what


class Attendance(models.Model):
    """Who is at a conference for a unit of the season, or as a guest (``participant`` empty).

    A represented unit names who came; an excused one says why in ``note``. A guest has a name and
    the body they come from in ``organisation``.
    """

    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="attendance")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, related_name="+"
    )
    presence = models.CharField(_("có mặt"), max_length=11, choices=Presence)
    name = VietnameseCharField(_("họ tên"), max_length=150, blank=True)
    title = VietnameseCharField(_("chức vụ"), max_length=200, blank=True)
    organisation = VietnameseCharField(_("cơ quan"), max_length=300, blank=True)
    note = VietnameseCharField(_("lý do, ghi chú"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("thành phần dự hội nghị")
        ordering = ["participant__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "participant"], name="attendance_once_for_a_unit"
            ),
            models.CheckConstraint(
                condition=Q(participant__isnull=False) | Q(presence="present") & ~Q(name=""),
                name="attendance_guest_has_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(presence="represented") | ~Q(name=""),
                name="attendance_represented_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(presence="excused") | ~Q(note=""),
                name="attendance_excused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(presence__in=Presence.values), name="attendance_presence_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.participant)
