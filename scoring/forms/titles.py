"""Forms of titles: what the Council decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compacts.models import Season
from scoring.forms.rounds import offer
from scoring.queries.titles import ConditionLine, UnitTitles, check_as_text, check_text
from scoring.rules import AwardOutcome
from scoring.services.awards import CheckFacts, CouncilDecision, changed_meanwhile
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
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    helper = _helper()

    def take_seen(self, seen: str) -> None:
        """Go on what stands now: after a conflict the next saving is meant."""
        typed: Any = self.data
        again = typed.copy()
        again["seen"] = seen
        self.data = again

    def decision(self) -> CouncilDecision:
        """The decision as the service takes it."""
        given = self.cleaned_data
        return CouncilDecision(
            outcome=AwardOutcome(given["outcome"]),
            number=given["number"],
            decided_on=given["decided_on"],
            note=given["note"],
        )


@dataclass(slots=True)
class CheckLine:
    """A condition that people check, as it is typed on the page; ``error`` says what is wrong."""

    line: ConditionLine
    answer: str
    note: str
    seen: str
    error: str = ""

    def facts(self) -> CheckFacts:
        """What was typed, as the service takes it."""
        is_met = {"yes": True, "no": False}.get(self.answer)
        return CheckFacts(self.line.condition, is_met, self.note, self.seen)


def check_lines(
    found: UnitTitles, posted: Mapping[str, str] | None = None
) -> list[tuple[str, list[CheckLine]]]:
    """The lines of each title that has conditions, with what was typed into them."""
    titles = [(one.name, [_line(line, posted) for line in one.conditions]) for one in found.titles]
    return [(name, lines) for name, lines in titles if lines]


def _line(line: ConditionLine, posted: Mapping[str, str] | None) -> CheckLine:
    check, pk = line.check, line.condition.pk
    answer = ("yes" if check.is_met else "no") if check else ""
    typed = CheckLine(line, answer, check.note if check else "", check_as_text(check))
    if posted is not None:
        typed.answer = posted.get(f"met-{pk}", "")
        typed.note = posted.get(f"note-{pk}", "")[:300]
        typed.seen = posted.get(f"seen-{pk}", typed.seen)
        if not typed.answer and typed.note.strip():
            typed.error = gettext("Hãy chọn đạt hay không đạt, hoặc bỏ trống ghi chú.")
    return typed


def after_conflict(fresh: UnitTitles, typed: list[tuple[str, list[CheckLine]]]) -> None:
    """Tell which lines somebody else changed, and go on what stands there now."""
    now = {line.condition.pk: line for one in fresh.titles for line in one.conditions}
    for one in (one for _name, lines in typed for one in lines):
        line = now[one.line.condition.pk]
        stands = check_as_text(line.check)
        facts = one.facts()
        mine = check_text(facts.is_met, facts.note)
        if mine == one.seen:
            again = _line(line, None)
            one.answer, one.note = again.answer, again.note
        elif stands not in {one.seen, mine}:
            one.error = changed_meanwhile()
        one.line, one.seen = line, stands


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
        del self.fields["seen"]

    def decision(self) -> CouncilDecision:
        """The decision: what is recorded here was given."""
        self.cleaned_data["outcome"] = AwardOutcome.GIVEN
        return super().decision()
