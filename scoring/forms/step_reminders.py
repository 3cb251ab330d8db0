"""The form of a reminder from the season's board."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.services.step_reminders import NOTE_LENGTH
from units.forms.set_up import plain_helper


class StepReminderForm(forms.Form):
    """What the secretary adds to the reminder, if anything."""

    note = forms.CharField(
        label=_("Lời nhắn thêm (nếu có)"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    helper = plain_helper()
