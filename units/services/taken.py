"""Storing what must be unique: two presses of a button both find the name free."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from units.rules import RuleError


def save_unless_taken(row: models.Model, *, unique: str) -> None:
    """Store the row; raise ``RuleError`` at the field ``unique`` where its value is taken.

    Forms look before; this is for what somebody else entered since, in the same words.
    """
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        try:
            row.validate_unique()
            row.validate_constraints()
        except ValidationError as found:
            raise RuleError(found.messages[0], field=unique) from None
        raise
