"""What forms share that change a row without a version."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _


def _words(field: forms.Field, value: Any) -> str:
    """The value as a reader of the page would say it."""
    if isinstance(field, forms.BooleanField):
        return _("Có") if value else _("Không")
    given = field.prepare_value(value)
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        chosen = {str(one) for one in (given if isinstance(given, list) else [given])}
        return ", ".join(str(label) for one, label in choices if str(one) in chosen)
    return "\n".join(str(field.widget.format_value(given) or "").splitlines())


class SeenForm(forms.Form):
    """A form that sends along the mark of what it showed (``units.seen``)."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def take_seen(self, mark: str) -> None:
        """Show the form again over what stands there now (``mark``), with what was typed.

        Who is asked whether to replace it reads it at each field: the form's initial values.
        """
        for name in [one for one in self.changed_data if one != "seen" and one in self.initial]:
            field = self.fields[name]
            stored = _words(field, self.initial[name])
            if name in self.cleaned_data and stored != _words(field, self.cleaned_data[name]):
                told = _("Bản đang lưu: %(value)s") % {"value": stored or _("(để trống)")}
                self.add_error(name, told)
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("seen")] = mark
        self.data = data
