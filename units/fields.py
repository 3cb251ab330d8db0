"""Model fields that keep what people wrote: text in NFC, decimals with their own places."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from units.vietnamese import fold, nfc, written

if TYPE_CHECKING:
    Text = models.TextField[str, str]
    Char = models.CharField[str, str]
    WrittenDecimal = models.CharField[Decimal | str | None, Decimal | None]
else:
    Text = models.TextField
    Char = models.CharField
    WrittenDecimal = models.CharField


class VietnameseCharField(Char):
    """One line of text, stripped and in Unicode NFC, so that equal-looking names are equal."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return nfc(text).strip() if isinstance(text, str) else text

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return nfc(text).strip() if isinstance(text, str) else text


class VietnameseTextField(Text):
    """Several lines of text in Unicode NFC, each ended by one sign."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return written(text) if isinstance(text, str) else text

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return written(text) if isinstance(text, str) else text


class ExactDecimalField(WrittenDecimal):
    """A decimal number kept with the places it was written with (``95.50`` stays ``95.50``).

    Stored as text: targets and achievements are shown and exchanged as they were given, and are
    never added up by the database.
    """

    def from_db_value(self, value: str | None, *_unused: object) -> Decimal | None:
        return None if value is None else Decimal(value)

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            number = Decimal(str(value))
        except InvalidOperation as error:
            raise ValidationError(_("Hãy nhập một số.")) from error
        if not number.is_finite():
            raise ValidationError(_("Hãy nhập một số."))
        return number

    def get_prep_value(self, value: Any) -> Any:
        number = self.to_python(value)
        return None if number is None else f"{number:f}"


class FoldedField(Text):
    """What a row is searched by: its texts of the fields ``of``, folded; filled at each save.

    ``save(update_fields=…)`` and ``update()`` of one of those texts must name this field too.
    Null only until a row is saved for the first time, so that a table can get the column without
    being built anew, which on SQLite drops the triggers that guard it.
    """

    def __init__(self, *, of: Sequence[str], **options: Any) -> None:
        self.of = tuple(of)
        super().__init__(**{**options, "editable": False, "null": True})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        folded = fold(" ".join(str(getattr(model_instance, name)) for name in self.of))
        setattr(model_instance, self.attname, folded)
        return folded
