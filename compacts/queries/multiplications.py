"""Of whom a person may say that they learned from an exemplary model."""

from __future__ import annotations

from compacts.models import Participant, RoleModel
from compacts.permissions import can_enter_role_model, is_of_unit
from units.models import Person


def units_to_learn(person: Person, model: RoleModel) -> list[Participant]:
    """The season's other units for which the person may enter that they learned from the model.

    One query for the units, whatever their number; ``can_enter_multiplication`` decides at last.
    """
    rows = model.season.participants.select_related("unit").exclude(unit=model.unit_id)
    if can_enter_role_model(person, model.season, model.unit):
        return list(rows)
    return [row for row in rows if is_of_unit(person, row.unit_id)]
