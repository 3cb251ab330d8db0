"""Who signs for each unit of a season."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from compacts.services.seasons import Signatory
from units.forms.seen import SeenForm


class SignatoryForm(SeenForm):
    """Who signs for a unit."""

    participant = forms.IntegerField(widget=forms.HiddenInput, max_value=2**62)
    signatory_name = forms.CharField(label=_("Người ký"), max_length=150, required=False)
    signatory_position = forms.CharField(label=_("Chức vụ"), max_length=200, required=False)

    def signatory(self) -> Signatory:
        """Name and position."""
        facts = self.cleaned_data
        return Signatory(facts["signatory_name"], facts["signatory_position"])

    def is_changed(self) -> bool:
        """Did this person change it? What somebody else wrote meanwhile is not put back."""
        seen: str = self.cleaned_data["seen"]
        return self.signatory().mark != seen


SignatoryFormSet = forms.formset_factory(SignatoryForm, extra=0)
