"""The form of how a person is told."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from units.queries import MailHabits
from units.rules import CHOSEN_OCCASIONS, DIGEST_HOURS, MailChoice, Occasion

TIME_FORMATS = ["%H:%M", "%H:%M:%S", "%Hh%M", "%H.%M", "%Hh", "%H"]


def _hour_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        input_formats=TIME_FORMATS,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Hãy ghi giờ như 21:00.")},
    )


class MailSettingsForm(forms.Form):
    """Each occasion's way, the quiet hours, the hour of the digest, and the language."""

    quiet_from = _hour_field(_("Yên lặng từ"))
    quiet_until = _hour_field(_("Yên lặng đến"))
    digest_hour = forms.TypedChoiceField(
        label=_("Giờ gửi thư gộp hằng ngày"),
        coerce=int,
        choices=[(hour, f"{hour}:00") for hour in DIGEST_HOURS],
    )
    language = forms.ChoiceField(label=_("Ngôn ngữ của thư và trang"), choices=settings.LANGUAGES)

    def __init__(self, data: Any, *, habits: MailHabits) -> None:
        kept = habits.settings
        initial = {
            "quiet_from": kept.quiet_from,
            "quiet_until": kept.quiet_until,
            "digest_hour": kept.digest_hour,
            "language": kept.person.language,
            **{one.value: habits.choices[one] for one in CHOSEN_OCCASIONS},
        }
        super().__init__(data, initial=initial)
        for one in CHOSEN_OCCASIONS:
            self.fields[one.value] = forms.ChoiceField(label=one.label, choices=MailChoice.choices)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            Fieldset(_("Từng loại thông báo"), *[one.value for one in CHOSEN_OCCASIONS]),
            Fieldset(
                _("Giờ yên lặng và thư gộp (giờ Việt Nam)"),
                Div(
                    Div("quiet_from", css_class="col-6"),
                    Div("quiet_until", css_class="col-6"),
                    css_class="row",
                ),
                "digest_hour",
            ),
            Fieldset(_("Ngôn ngữ"), "language"),
        )

    def chosen(self) -> dict[Occasion, MailChoice]:
        """What was chosen for each occasion."""
        return {one: MailChoice(self.cleaned_data[one.value]) for one in CHOSEN_OCCASIONS}
