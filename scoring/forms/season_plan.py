"""The next season's plan as it stands: every page read, checked and put into words."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.forms import BooleanField, MultipleChoiceField
from django.http import QueryDict
from django.utils.functional import cached_property

from compacts.models import Season
from compacts.queries.invitations import UnitSpeakers, speakers_by_unit
from compacts.rules import SelectionWay, Step
from scoring.forms.plan_milestones import MilestonesForm, proposed_milestones
from scoring.forms.plan_steps import (
    FrameForm,
    InvitationsForm,
    Line,
    PlanForm,
    PlannedOfficesForm,
    TableForm,
    Typed,
    UnitsForm,
    proposed_frame,
    proposed_invitations,
    proposed_offices,
    proposed_table,
    proposed_units,
)
from scoring.models import CriteriaTable
from scoring.queries.season_plan import (
    PlanGround,
    UnitsFound,
    last_headed,
    later_by_years,
    milestones_of,
    table_of,
    units_for,
)
from scoring.rules import PlanStep, TableChoice
from scoring.services.next_season import NextSeasonFacts
from units.models import Unit

# The pages that ask something.
ASKING = tuple(step for step in PlanStep if step != PlanStep.SUMMARY)
MOST_VALUES_OF_A_FIELD = 500


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """One page for the summary: what it says, what is wrong with it, what to look at twice."""

    step: PlanStep
    lines: list[Line]
    faults: list[str]
    hints: list[str]
    was_saved: bool


def typed_of(form: PlanForm, sent: QueryDict) -> Typed:
    """What was sent for the fields of the form, fit to be kept."""
    return {
        name: [value.replace("\0", "") for value in sent.getlist(name)[:MOST_VALUES_OF_A_FIELD]]
        for name in form.fields
        if name in sent
    }


class PlanReading:
    """A plan, its pages bound to what was typed, else to what last year proposes.

    The later pages go by what the earlier ones say, where that is valid. ``sent`` takes the place
    of what is stored for one page. There must be a season to go by.
    """

    def __init__(self, ground: PlanGround, sent: tuple[PlanStep, QueryDict] | None = None) -> None:
        self.ground = ground
        self._sent = dict([sent]) if sent else {}
        self._checked: dict[PlanStep, PlanForm] = {}

    # --- pages --------------------------------------------------------------------------------

    def checked(self, step: PlanStep) -> PlanForm:
        """The page, bound and checked."""
        if step not in self._checked:
            form = self._form(step, self._data(step))
            form.is_valid()
            self._checked[step] = form
        return self._checked[step]

    def shown(self, step: PlanStep) -> PlanForm:
        """The page as it is shown: a proposal that nobody has seen yet has no faults."""
        if self.was_typed(step):
            return self.checked(step)
        form = self._form(step, None)
        for name, values in self._proposed(step).items():
            field = form.fields[name]
            many = isinstance(field, MultipleChoiceField)
            single = bool(values) if isinstance(field, BooleanField) else "".join(values[:1])
            form.initial[name] = values if many else single
        return form

    def was_typed(self, step: PlanStep) -> bool:
        """Has anybody saved, or just sent, this page?"""
        return step in self._sent or step in self.ground.steps

    def page(self, step: PlanStep) -> PlannedPage:
        """The page in words."""
        form = self.checked(step)
        faults = [str(fault) for fault in form.non_field_errors()]
        for name, errors in form.errors.items():
            if name in form.fields:
                label = self._label(step, name)
                faults += [f"{label}: {error}" for error in errors]
        return PlannedPage(
            step=step,
            lines=[] if form.errors else form.lines(),
            faults=faults,
            hints=self.hints(form),
            was_saved=self.was_typed(step),
        )

    @staticmethod
    def hints(form: PlanForm) -> list[str]:
        """What to look at twice on a page of milestones; nothing on the others."""
        if not isinstance(form, MilestonesForm):
            return []
        return [f"{step.label}: {hint}" for step in Step for hint in form.hints(step)]

    def _label(self, step: PlanStep, name: str) -> str:
        label = str(self.checked(step).fields[name].label)
        if step == PlanStep.MILESTONES:
            return f"{Step(name.rpartition('-')[0]).label}, {label}"
        return label

    def _data(self, step: PlanStep) -> QueryDict:
        if step in self._sent:
            return self._sent[step]
        row = self.ground.steps.get(step)
        data = QueryDict(mutable=True)
        for name, values in (row.typed if row else self._proposed(step)).items():
            data.setlist(name, values)
        return data

    def _proposed(self, step: PlanStep) -> Typed:
        match step:
            case PlanStep.FRAME:
                return proposed_frame(self.ground.seasons[0])
            case PlanStep.MILESTONES:
                years = self.year - self.earlier.year
                return proposed_milestones(milestones_of(self.earlier), years, self.year)
            case PlanStep.UNITS:
                return proposed_units(self.units_found)
            case PlanStep.OFFICES:
                return proposed_offices(self.earlier, self.units)
            case PlanStep.TABLE:
                return proposed_table(self.table)
            case _:
                return proposed_invitations(self.speakers)

    def _form(self, step: PlanStep, data: QueryDict | None) -> PlanForm:
        match step:
            case PlanStep.FRAME:
                return FrameForm(data, seasons=self.ground.seasons)
            case PlanStep.MILESTONES:
                days = (self.starts_on, self.ends_on)
                return MilestonesForm(data, before=milestones_of(self.earlier), season=days)
            case PlanStep.UNITS:
                return UnitsForm(data, found=self.units_found)
            case PlanStep.OFFICES:
                headed = last_headed(self.ground.seasons)
                return PlannedOfficesForm(data, units=self.units, headed=headed)
            case PlanStep.TABLE:
                return TableForm(data, before=self.table)
            case _:
                return InvitationsForm(self._with_known_people(data), units=self.speakers)

    def _with_known_people(self, data: QueryDict | None) -> QueryDict | None:
        """Leave out who no longer speaks for a unit: that is nobody's fault on this page."""
        if data is None:
            return None
        known = {str(one.person.pk) for unit in self.speakers for one in unit.speakers}
        kept = data.copy()
        kept.setlist("invited", [pk for pk in data.getlist("invited") if pk in known])
        return kept

    # --- what the pages go by -----------------------------------------------------------------

    def _said(self, name: str) -> Any:
        return self.checked(PlanStep.FRAME).cleaned_data.get(name)

    @property
    def earlier(self) -> Season:
        """The season to go by."""
        found: Season = self._said("earlier") or self.ground.seasons[0]
        return found

    @property
    def year(self) -> int:
        """The label year."""
        year: int | None = self._said("year")
        return self.earlier.year + 1 if year is None else year

    @property
    def starts_on(self) -> datetime.date:
        """The first day."""
        day: datetime.date | None = self._said("starts_on")
        return day or later_by_years(self.earlier.starts_on, self.year - self.earlier.year)

    @property
    def ends_on(self) -> datetime.date:
        """The last day."""
        day: datetime.date | None = self._said("ends_on")
        return day or later_by_years(self.earlier.ends_on, self.year - self.earlier.year)

    @cached_property
    def units_found(self) -> UnitsFound:
        """Who may take part."""
        return units_for(self.ground.bloc, self.earlier, self.starts_on)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Who takes part; where that page is wrong, who is proposed."""
        form = self.checked(PlanStep.UNITS)
        if isinstance(form, UnitsForm) and not form.errors:
            return form.chosen()
        return tuple(line.unit for line in self.units_found.lines if line.suggested)

    @cached_property
    def table(self) -> CriteriaTable | None:
        """The scoring table of the season to go by."""
        return table_of(self.earlier)

    @cached_property
    def speakers(self) -> list[UnitSpeakers]:
        """Who may be invited."""
        return speakers_by_unit(self.units)

    # --- the whole ----------------------------------------------------------------------------

    def facts(self) -> NextSeasonFacts | None:
        """What the service opens the season with; None where a page is wrong."""
        if any(self.checked(step).errors for step in ASKING):
            return None
        milestones, offices = self.checked(PlanStep.MILESTONES), self.checked(PlanStep.OFFICES)
        said = offices.cleaned_data
        invited = self.checked(PlanStep.INVITATIONS).cleaned_data["invited"]
        return NextSeasonFacts(
            earlier=self.earlier,
            year=self.year,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            theme=self._said("theme"),
            milestones=milestones.planned() if isinstance(milestones, MilestonesForm) else {},
            units=self.units,
            head=said["head"],
            deputies=said["deputies"],
            chosen_by=SelectionWay(said["chosen_by"]),
            table=TableChoice(self.checked(PlanStep.TABLE).cleaned_data["table"]),
            invited=frozenset(map(int, invited)),
        )
