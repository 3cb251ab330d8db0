"""Ballot results, decisions on equal totals, and published rankings."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.models.round import Round
from scoring.rules import BallotBase
from units.fields import VietnameseCharField, VietnameseTextField
from units.models import Unit


class Ballot(models.Model):
    """The counted result of a ballot (kết quả bỏ phiếu): people, papers, and what 100 % is."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="ballots")
    code = models.CharField(_("mã"), max_length=60)
    name = VietnameseCharField(_("nội dung bỏ phiếu"), max_length=300)
    voters = models.PositiveSmallIntegerField(_("tổng số thành viên"))
    present = models.PositiveSmallIntegerField(_("có mặt"))
    valid = models.PositiveSmallIntegerField(_("phiếu hợp lệ"))
    base = models.CharField(
        _("tính tỷ lệ trên"), max_length=7, choices=BallotBase, default=BallotBase.ALL
    )

    class Meta:
        verbose_name = _("kết quả bỏ phiếu")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="ballot_code_unique_in_round"),
            models.CheckConstraint(
                condition=Q(present__lte=F("voters"), valid__lte=F("present")),
                name="ballot_counts_do_not_exceed_each_other",
                violation_error_message=_("Có mặt ≤ tổng số, phiếu hợp lệ ≤ có mặt."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BallotVote(models.Model):
    """How many agreed to a unit in a ballot."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="votes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    yes = models.PositiveSmallIntegerField(_("số phiếu đồng ý"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "unit"], name="ballot_vote_one_per_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.yes}"


class Decision(models.Model):
    """A recorded decision on the order of units with equal totals, with its reason."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="decisions")
    reason = VietnameseTextField(_("lý do"))
    decided_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("quyết định thứ tự")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.reason


class DecisionPlace(models.Model):
    """A unit's place in a decision; ``listed`` keeps the order in which the units were named."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="places")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(_("thứ tự"))
    listed = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "unit"], name="decision_unit_once"),
            models.UniqueConstraint(fields=["decision", "place"], name="decision_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.unit}"


class Publication(models.Model):
    """A published ranking: the frozen standings and the hash of what they were made of.

    ``standings`` is the exchange format ``giao-uoc/standings/1``; ``inputs`` is all the engine
    read, so that every number can be explained again. The database refuses any change (trigger in
    the migration); a correction is a new version that says why.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="publications")
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    standings = models.JSONField(editable=False)
    inputs = models.JSONField(editable=False)
    inputs_hash = models.CharField(max_length=64, editable=False)
    reason = VietnameseTextField(_("lý do đính chính"), blank=True)
    published_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("công bố lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("kết quả công bố")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "version"], name="publication_version_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} v{self.version}"
