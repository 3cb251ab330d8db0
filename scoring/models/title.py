"""Titles with their legal basis, and what the Council decided about a proposal."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.models.round import Round
from scoring.rules import AwardOutcome
from units.fields import VietnameseCharField, VietnameseTextField
from units.models import Unit


class Title(models.Model):
    """A title or form of commendation as the law knows it over a time (danh hiệu thi đua).

    ``legal_basis`` names the provision; ``valid_to`` is the last day, empty while in force.
    """

    code = models.SlugField(_("mã"), max_length=60)
    name = VietnameseCharField(_("danh hiệu"), max_length=300)
    authority = VietnameseCharField(_("cấp quyết định"), max_length=200)
    legal_basis = VietnameseTextField(_("căn cứ pháp lý"))
    valid_from = models.DateField(_("áp dụng từ"))
    valid_to = models.DateField(_("đến hết"), null=True, blank=True)

    class Meta:
        verbose_name = _("danh hiệu")
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="title_once_from_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="title_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TitleCondition(models.Model):
    """A condition of a title that people check, as the law words it."""

    title = models.ForeignKey(Title, on_delete=models.CASCADE, related_name="conditions")
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    text = VietnameseTextField(_("điều kiện"))

    class Meta:
        verbose_name = _("điều kiện của danh hiệu")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["title", "position"], name="title_condition_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ConditionCheck(models.Model):
    """Whether a unit meets a condition of a title that no number tells, and who checked it."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="condition_checks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    condition = models.ForeignKey(TitleCondition, on_delete=models.PROTECT, related_name="+")
    is_met = models.BooleanField(_("đạt"))
    note = VietnameseCharField(_("căn cứ, ghi chú"), max_length=300, blank=True)
    checked_by = models.ForeignKey(
        "units.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("kiểm tra điều kiện")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit", "condition"], name="condition_checked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.condition}: {self.unit}"


class Award(models.Model):
    """A title proposed for a unit, and what the Council decided (khen thưởng).

    ``title_code`` is the code in the scoring table; ``proposed`` is false where the Council gave
    what the bloc had not proposed.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="awards")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title_code = models.CharField(_("mã danh hiệu"), max_length=60)
    title_name = VietnameseCharField(_("danh hiệu"), max_length=300)
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed = models.BooleanField(_("khối đề nghị"), default=True)
    proposed_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        _("Hội đồng quyết định"),
        max_length=8,
        choices=AwardOutcome,
        default=AwardOutcome.WAITING,
    )
    decision_number = VietnameseCharField(_("số quyết định"), max_length=100, blank=True)
    decided_on = models.DateField(_("ngày quyết định"), null=True, blank=True)
    note = VietnameseCharField(_("ghi chú"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("đề nghị khen thưởng")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit", "title_code"], name="award_once_a_unit_and_title"
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", decided_on__isnull=True)
                | Q(outcome__in=["given", "refused"], decided_on__isnull=False),
                name="award_decided_has_a_date",
                violation_error_message=_("Hãy ghi ngày quyết định."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_name}: {self.unit}"
