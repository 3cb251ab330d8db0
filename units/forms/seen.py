"""What forms share that change a row without a version."""

from __future__ import annotations

from typing import cast

from django import forms
from django.http import QueryDict


class SeenForm(forms.Form):
    """A form that sends along the mark of what it showed (``units.seen``)."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def take_seen(self, mark: str) -> None:
        """Show the form again over what stands there now, with what was typed."""
        data = cast(QueryDict, self.data).copy()
        data["seen"] = mark
        self.data = data
