"""A ballot as it is held: the roll, the candidates, and the box that keeps no voter's secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compacts.models import Season
from scoring.models.ranking import Ballot
from scoring.models.round import Round
from scoring.rules import BallotBase, PollState, PollWay
from units.fields import VietnameseCharField
from units.models import Unit

if TYPE_CHECKING:
    from units.models import Person


class PollQuerySet(models.QuerySet["Poll"]):
    def visible_to(self, person: Person) -> PollQuerySet:
        """The ballots of the seasons that the person sees."""
        return self.filter(round__season__in=Season.objects.visible_to(person))


class Poll(models.Model):
    """A ballot of the bloc (cuộc bỏ phiếu): set up, opened, closed; ``ballot`` is its result.

    ``max_choices`` is how many units a paper may agree to (empty: all). ``min_share`` is the
    share of ``base`` that a unit needs, as a decimal of 1 ("0.7").
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="polls")
    code = models.SlugField(_("mã"), max_length=60)
    name = VietnameseCharField(_("nội dung bỏ phiếu"), max_length=300)
    is_secret = models.BooleanField(_("bỏ phiếu kín"), default=True)
    way = models.CharField(
        _("cách bỏ phiếu"), max_length=6, choices=PollWay, default=PollWay.ONLINE
    )
    base = models.CharField(
        _("tính tỷ lệ trên"), max_length=7, choices=BallotBase, default=BallotBase.ALL
    )
    min_share = models.DecimalField(
        _("tỷ lệ phải đạt"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    max_choices = models.PositiveSmallIntegerField(_("số đơn vị được chọn"), null=True, blank=True)
    state = models.CharField(
        _("trạng thái"), max_length=6, choices=PollState, default=PollState.SET_UP
    )
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    ballot = models.OneToOneField(Ballot, on_delete=models.PROTECT, null=True, related_name="poll")

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("cuộc bỏ phiếu")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "code"],
                name="poll_code_unique_in_round",
                violation_error_message=_("Đợt này đã có cuộc bỏ phiếu mang mã đó."),
            ),
            models.CheckConstraint(
                condition=Q(min_share__isnull=True) | Q(min_share__gt=0, min_share__lte=1),
                name="poll_share_is_a_part_of_one",
            ),
            models.CheckConstraint(
                condition=Q(state="set_up", opened_at__isnull=True, closed_at__isnull=True)
                | Q(state="open", opened_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False),
                name="poll_times_fit_its_state",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PollCandidate(models.Model):
    """A unit on the ballot paper."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="candidates")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("thứ tự"))

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "unit"], name="poll_candidate_once"),
        ]

    def __str__(self) -> str:
        return str(self.unit)


class PollVoter(models.Model):
    """A person on the roll (danh sách cử tri); ``is_present`` where the meeting saw them."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="roll")
    person = models.ForeignKey("units.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    is_present = models.BooleanField(_("có mặt"), default=False)

    class Meta:
        verbose_name = _("cử tri")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "person"], name="poll_voter_once"),
            models.UniqueConstraint(fields=["poll", "unit"], name="poll_one_paper_a_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.unit}"


class BallotBox(models.Model):
    """The papers of a secret or open ballot, in one row, so that no order of writing is kept.

    ``voted`` are the ids of the voters, sorted; ``receipts`` the random codes of the papers,
    sorted; ``papers`` what was chosen, sorted by content. Three lists without a link between
    them: neither transaction ids nor physical order, times or serials join a paper to its voter
    or its receipt (research on ballots; the one row is rewritten with each paper). In an open
    ballot ``open_papers`` tells each voter's choice instead.
    """

    poll = models.OneToOneField(Poll, on_delete=models.CASCADE, related_name="box")
    voted = models.JSONField(default=list)
    receipts = models.JSONField(default=list)
    papers = models.JSONField(default=list)
    count = models.PositiveSmallIntegerField(default=0)
    open_papers = models.JSONField(default=dict)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("hòm phiếu")

    def __str__(self) -> str:
        return f"{self.poll}: {self.count}"
