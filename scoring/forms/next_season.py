"""The form that opens a season from the one before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from compacts.forms.seasons import OfficesForm
from compacts.rules import SelectionWay
from scoring.services.next_season import NextSeasonFacts, Proposal, TableChoice
from units.form_fields import DateField


class NextSeasonForm(OfficesForm):
    """Everything is filled in from the proposal; what is right needs no typing."""

    year = forms.IntegerField(label=_("Năm"), min_value=1945, max_value=2200)
    starts_on = DateField(label=_("Từ ngày"))
    ends_on = DateField(label=_("Đến ngày"))
    theme = forms.CharField(
        label=_("Chủ đề"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    table = forms.ChoiceField(
        label=_("Bảng điểm"), choices=TableChoice.choices, widget=forms.RadioSelect
    )
    invite = forms.BooleanField(
        label=_("Gửi lời mời đến các đơn vị (thông báo và thư điện tử)"), required=False
    )
    field_order = [
        "year",
        "starts_on",
        "ends_on",
        "theme",
        "head",
        "deputies",
        "chosen_by",
        "table",
        "invite",
    ]

    def __init__(self, *args: Any, proposal: Proposal, units: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "year": proposal.year,
            "starts_on": proposal.starts_on,
            "ends_on": proposal.ends_on,
            "head": proposal.head.pk if proposal.head else None,
            "deputies": [unit.pk for unit in proposal.deputies],
            "chosen_by": SelectionWay.ROTATION,
            "table": TableChoice.COPY if proposal.table else TableChoice.NONE,
            "invite": True,
        }
        super().__init__(*args, **kwargs)
        self.offer(units)

    def facts(self) -> NextSeasonFacts:
        """What was chosen, as the service takes it."""
        chosen = self.cleaned_data
        return NextSeasonFacts(
            year=chosen["year"],
            starts_on=chosen["starts_on"],
            ends_on=chosen["ends_on"],
            theme=chosen["theme"],
            head=chosen["head"],
            deputies=tuple(chosen["deputies"]),
            chosen_by=SelectionWay(chosen["chosen_by"]),
            table=TableChoice(chosen["table"]),
            invite=chosen["invite"],
        )
