"""The pages of the next season's plan, each a form; what it proposes is what last year leaves."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.models import Season
from compacts.queries.invitations import UnitSpeakers
from compacts.rules import MAX_DEPUTIES, SelectionWay
from scoring.models import CriteriaTable
from scoring.queries.season_plan import UnitsFound, later_by_years, next_in_turn
from scoring.rules import TableChoice
from units.form_fields import DateField
from units.models import Unit
from units.vietnamese import date_text

Typed = dict[str, list[str]]
Line = tuple[str, str]


class PlanForm(forms.Form):
    """One page of the plan; bound to what was typed, or to what is proposed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    @abstractmethod
    def lines(self) -> list[Line]:
        """What a valid page says, as label and words, for the last page."""


# --- which season, from when to when --------------------------------------------------------


def proposed_frame(earlier: Season) -> Typed:
    """The year after, the same days of it."""
    return {
        "earlier": [str(earlier.pk)],
        "year": [str(earlier.year + 1)],
        "starts_on": [date_text(later_by_years(earlier.starts_on, 1))],
        "ends_on": [date_text(later_by_years(earlier.ends_on, 1))],
    }


class FrameForm(PlanForm):
    """The season to go by, the label year, the first and the last day, the theme."""

    earlier = forms.ChoiceField(label=gettext_lazy("Làm theo mùa"))
    year = forms.IntegerField(label=gettext_lazy("Năm"), min_value=1945, max_value=2200)
    starts_on = DateField(label=gettext_lazy("Từ ngày"))
    ends_on = DateField(label=gettext_lazy("Đến ngày"))
    theme = forms.CharField(
        label=gettext_lazy("Chủ đề"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, seasons: Sequence[Season], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seasons = {str(season.pk): season for season in seasons}
        field = self.fields["earlier"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (
                    key,
                    _("Năm %(year)s (%(from)s – %(to)s)")
                    % {
                        "year": season.year,
                        "from": date_text(season.starts_on),
                        "to": date_text(season.ends_on),
                    },
                )
                for key, season in self._seasons.items()
            ]

    def clean_earlier(self) -> Season:
        return self._seasons[self.cleaned_data["earlier"]]

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if any(season.year == year for season in self._seasons.values()):
            raise ValidationError(_("Khối này đã có mùa thi đua của năm đó."))
        return year

    def clean(self) -> None:
        super().clean()
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if first and last and last <= first:
            self.add_error("ends_on", _("Ngày kết thúc phải sau ngày bắt đầu."))

    def lines(self) -> list[Line]:
        said = self.cleaned_data
        return [
            (_("Làm theo mùa"), str(said["earlier"].year)),
            (_("Năm"), str(said["year"])),
            (_("Thời gian"), f"{date_text(said['starts_on'])} – {date_text(said['ends_on'])}"),
            (_("Chủ đề"), said["theme"] or _("chưa có")),
        ]


# --- units ----------------------------------------------------------------------------------


def proposed_units(found: UnitsFound) -> Typed:
    """All members that still exist, and the successors of those that do not."""
    return {"units": [str(line.unit.pk) for line in found.lines if line.suggested]}


class UnitsForm(PlanForm):
    """Which units take part."""

    units = forms.MultipleChoiceField(
        label=gettext_lazy("Đơn vị tham gia"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Hãy chọn ít nhất một đơn vị."),
            "invalid_choice": gettext_lazy(
                "Có đơn vị không còn là thành viên vào ngày bắt đầu mùa; hãy chọn lại."
            ),
        },
    )

    def __init__(self, *args: Any, found: UnitsFound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found = found
        field = self.fields["units"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(line.unit.pk), line.unit.name) for line in found.lines]

    def chosen(self) -> tuple[Unit, ...]:
        """The units, in the bloc's order."""
        wanted = set(self.cleaned_data["units"])
        return tuple(line.unit for line in self._found.lines if str(line.unit.pk) in wanted)

    def lines(self) -> list[Line]:
        chosen = self.chosen()
        fresh = {line.unit for line in self._found.lines if not line.is_member}
        joining = [unit.name for unit in chosen if unit in fresh]
        absent = [line.unit.name for line in self._found.lines if line.unit not in chosen]
        said = [
            (_("Số đơn vị"), str(len(chosen))),
            (_("Đơn vị"), "; ".join(unit.name for unit in chosen)),
        ]
        if joining:
            said.append((_("Trở thành thành viên của khối"), "; ".join(joining)))
        if absent:
            said.append((_("Không tham gia mùa này"), "; ".join(absent)))
        return said


# --- offices --------------------------------------------------------------------------------


def proposed_offices(earlier: Season, units: Sequence[Unit]) -> Typed:
    """Whose turn it is."""
    head, deputies = next_in_turn(earlier, units)
    return {
        "head": [str(head.pk)] if head else [],
        "deputies": [str(unit.pk) for unit in deputies],
        "chosen_by": [SelectionWay.ROTATION.value],
    }


class PlannedOfficesForm(PlanForm):
    """Head and deputies among the units that take part, and how they were chosen."""

    head = forms.ChoiceField(label=gettext_lazy("Trưởng khối"))
    deputies = forms.MultipleChoiceField(
        label=gettext_lazy("Phó trưởng khối (nhiều nhất hai)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    chosen_by = forms.ChoiceField(label=gettext_lazy("Cách chọn"), choices=SelectionWay.choices)

    def __init__(
        self, *args: Any, units: Sequence[Unit], headed: Mapping[int, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._units = {str(unit.pk): unit for unit in units}
        for name in ("head", "deputies"):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [(pk, _turn(unit, headed)) for pk, unit in self._units.items()]
                field.error_messages["invalid_choice"] = _(
                    "Đơn vị này không nằm trong các đơn vị tham gia mùa thi đua."
                )

    def clean_head(self) -> Unit:
        return self._units[self.cleaned_data["head"]]

    def clean_deputies(self) -> tuple[Unit, ...]:
        chosen = tuple(self._units[pk] for pk in self.cleaned_data["deputies"])
        if len(chosen) > MAX_DEPUTIES:
            raise ValidationError(_("Nhiều nhất hai phó khối."))
        return chosen

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("head") in self.cleaned_data.get("deputies", ()):
            self.add_error("deputies", _("Trưởng khối không thể đồng thời là phó khối."))

    def lines(self) -> list[Line]:
        said = self.cleaned_data
        deputies = "; ".join(unit.name for unit in said["deputies"])
        return [
            (_("Trưởng khối"), said["head"].name),
            (_("Phó trưởng khối"), deputies or _("không có")),
            (_("Cách chọn"), str(SelectionWay(said["chosen_by"]).label)),
        ]


def _turn(unit: Unit, headed: Mapping[int, int]) -> str:
    if unit.pk not in headed:
        return unit.name
    facts = {"unit": unit.name, "year": headed[unit.pk]}
    return _("%(unit)s (trưởng khối năm %(year)s)") % facts


# --- scoring table and invitations ----------------------------------------------------------


def proposed_table(table: CriteriaTable | None) -> Typed:
    """A draft copied from last year's table where there is one."""
    return {"table": [TableChoice.COPY.value if table else TableChoice.NONE.value]}


class TableForm(PlanForm):
    """What becomes of the scoring table."""

    table = forms.ChoiceField(label=gettext_lazy("Bảng điểm"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, before: CriteriaTable | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._before = before
        field = self.fields["table"]
        if isinstance(field, forms.ChoiceField):
            field.choices = (
                TableChoice.choices
                if before
                else [(TableChoice.NONE.value, TableChoice.NONE.label)]
            )

    def lines(self) -> list[Line]:
        said = [(_("Bảng điểm"), str(TableChoice(self.cleaned_data["table"]).label))]
        if self._before is not None:
            said.append((_("Bảng điểm năm trước"), self._before.title))
        return said


def proposed_invitations(units: Sequence[UnitSpeakers]) -> Typed:
    """Everybody who speaks for a unit."""
    people = {one.person.pk for unit in units for one in unit.speakers}
    return {"invited": [str(pk) for pk in sorted(people)]}


class InvitationsForm(PlanForm):
    """Who is invited when the season is opened."""

    invited = forms.MultipleChoiceField(
        label=gettext_lazy("Gửi lời mời"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, units: Sequence[UnitSpeakers], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(one.person.pk): one for unit in units for one in unit.speakers}
        field = self.fields["invited"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(pk, one.person.full_name) for pk, one in self._people.items()]

    def lines(self) -> list[Line]:
        chosen = [self._people[pk] for pk in self.cleaned_data["invited"]]
        mailed = sum(one.has_address for one in chosen)
        return [
            (_("Số người được mời"), str(len(chosen))),
            (_("Nhận thư điện tử"), str(mailed)),
            (_("Chỉ nhận thông báo trong phần mềm"), str(len(chosen) - mailed)),
        ]
