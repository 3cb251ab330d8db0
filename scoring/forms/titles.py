"""Forms of titles: what the Council decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from compacts.models import Season
from scoring.forms.rounds import offer
from scoring.rules import AwardOutcome
from scoring.services.awards import CouncilDecision
from units.form_fields import DateField
from units.models import Unit


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class CouncilDecisionForm(forms.Form):
    """The outcome, the decision's number and day."""

    outcome = forms.ChoiceField(
        label=_("Hội đồng quyết định"),
        choices=[(AwardOutcome.GIVEN.value, AwardOutcome.GIVEN.label),
                 (AwardOutcome.REFUSED.value, AwardOutcome.REFUSED.label)],
    )  # fmt: skip
    number = forms.CharField(label=_("Số quyết định"), max_length=100, required=False)
    decided_on = DateField(label=_("Ngày quyết định"))
    note = forms.CharField(label=_("Ghi chú"), max_length=300, required=False)
    helper = _helper()

    def decision(self) -> CouncilDecision:
        """The decision as the service takes it."""
        given = self.cleaned_data
        return CouncilDecision(
            outcome=AwardOutcome(given["outcome"]),
            number=given["number"],
            decided_on=given["decided_on"],
            note=given["note"],
        )


class UnproposedAwardForm(CouncilDecisionForm):
    """A title that the Council gave without a proposal."""

    unit = forms.ModelChoiceField(label=_("Đơn vị"), queryset=Unit.objects.none())
    title = forms.ChoiceField(label=_("Danh hiệu"))
    field_order = ("unit", "title", "outcome", "number", "decided_on", "note")

    def __init__(
        self, *args: Any, season: Season, titles: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", Unit.objects.filter(pk__in=season.participants.values("unit")))
        field: Any = self.fields["title"]
        field.choices = titles
        del self.fields["outcome"]

    def decision(self) -> CouncilDecision:
        """The decision: what is recorded here was given."""
        self.cleaned_data["outcome"] = AwardOutcome.GIVEN
        return super().decision()
