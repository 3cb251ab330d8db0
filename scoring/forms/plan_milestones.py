"""The milestones of the next season's plan, as many years later as the seasons are apart."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models import Milestone
from compacts.rules import Step, usual_due_day
from scoring.forms.plan_steps import Line, PlanForm, Typed
from scoring.queries.season_plan import later_by_years
from scoring.services.next_season import PlannedMilestone
from units.form_fields import DateField
from units.rules import end_of_day, last_day
from units.vietnamese import date_text

SATURDAY = 5


def _due_day(step: Step, earlier: Milestone | None, years: int, year: int) -> datetime.date | None:
    if earlier is None:
        return usual_due_day(step, year)
    return later_by_years(last_day(earlier.due_at), years) if earlier.due_at else None


def _opening_day(earlier: Milestone | None, years: int) -> datetime.date | None:
    if earlier is None or earlier.opens_at is None:
        return None
    return later_by_years(timezone.localdate(earlier.opens_at), years)


def proposed_milestones(before: Mapping[str, Milestone], years: int, year: int) -> Typed:
    """Every step on the same days, so many years later; what was skipped stays skipped."""
    typed: Typed = {}
    for step in Step:
        earlier = before.get(step)
        if earlier is None or earlier.is_on:
            typed[f"{step}-on"] = ["on"]
        opens, due = _opening_day(earlier, years), _due_day(step, earlier, years, year)
        typed[f"{step}-opens"] = [date_text(opens) if opens else ""]
        typed[f"{step}-due"] = [date_text(due) if due else ""]
    return typed


class MilestonesForm(PlanForm):
    """Whether a step is done, from which day on and until which; the hour stays last year's."""

    def __init__(
        self,
        *args: Any,
        before: Mapping[str, Milestone],
        season: tuple[datetime.date, datetime.date],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._before, self._season = before, season
        for step in Step:
            self.fields[f"{step}-on"] = forms.BooleanField(label=_("Có thực hiện"), required=False)
            self.fields[f"{step}-opens"] = DateField(label=_("Mở từ ngày"), required=False)
            self.fields[f"{step}-due"] = DateField(
                label=_("Hạn (ngày cuối cùng)"), required=False, help_text=self._hour(step)
            )

    def _hour(self, step: Step) -> str:
        due = self._before[step].due_at if step in self._before else None
        time = timezone.localtime(due).time() if due else datetime.time()
        if time == datetime.time():
            return ""
        return _("Đến %(time)s, như mùa trước.") % {"time": f"{time:%H:%M}"}

    def clean(self) -> None:
        super().clean()
        for step in Step:
            opens = self.cleaned_data.get(f"{step}-opens")
            due = self.cleaned_data.get(f"{step}-due")
            if opens and due and due < opens:
                self.add_error(f"{step}-due", _("Hạn phải sau lúc mở."))

    def planned(self) -> dict[Step, PlannedMilestone]:
        """The steps with their instants."""
        return {
            step: PlannedMilestone(
                opens_at=self._opening(step), due_at=self._due(step), is_on=self._is_on(step)
            )
            for step in Step
        }

    def _is_on(self, step: Step) -> bool:
        return bool(self.cleaned_data.get(f"{step}-on"))

    def _opening(self, step: Step) -> datetime.datetime | None:
        day = self.cleaned_data.get(f"{step}-opens")
        if day is None:
            return None
        before = self._before[step].opens_at if step in self._before else None
        return _at(day, before)

    def _due(self, step: Step) -> datetime.datetime | None:
        day = self.cleaned_data.get(f"{step}-due")
        if day is None:
            return None
        before = self._before[step].due_at if step in self._before else None
        at = _at(day, before)
        return end_of_day(day) if timezone.localtime(at).time() == datetime.time() else at

    def hints(self, step: Step) -> list[str]:
        """What one should look at twice: weekends, days outside the season."""
        if not self._is_on(step):
            return []
        due = self.cleaned_data.get(f"{step}-due")
        if due is None:
            return [_("Bước này chưa có hạn.")]
        found = []
        if due.weekday() >= SATURDAY:
            day = _("thứ Bảy") if due.weekday() == SATURDAY else _("Chủ nhật")
            monday = due + datetime.timedelta(days=7 - due.weekday())
            facts = {"day": day, "date": date_text(due), "monday": date_text(monday)}
            found.append(_("%(date)s là %(day)s; thứ Hai sau đó là %(monday)s.") % facts)
        if due < self._season[0]:
            found.append(_("Hạn này trước ngày bắt đầu mùa."))
        return found

    def lines(self) -> list[Line]:
        found = []
        for step in Step:
            due = self.cleaned_data[f"{step}-due"]
            opens = self.cleaned_data[f"{step}-opens"]
            if not self._is_on(step):
                words = _("không thực hiện")
            elif due is None:
                words = _("chưa có hạn")
            elif opens is None:
                words = _("hạn %(due)s") % {"due": date_text(due)}
            else:
                facts = {"opens": date_text(opens), "due": date_text(due)}
                words = _("từ %(opens)s, hạn %(due)s") % facts
            found.append((str(step.label), words))
        return found


def _at(day: datetime.date, before: datetime.datetime | None) -> datetime.datetime:
    time = timezone.localtime(before).time() if before else datetime.time()
    return datetime.datetime.combine(day, time, tzinfo=timezone.get_default_timezone())
