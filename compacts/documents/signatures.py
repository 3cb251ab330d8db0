"""The signature cells: whose, in which order, in rows of two or three."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from django.utils.translation import gettext as _

from compacts.documents.column_widths import STANDING, has_room
from compacts.documents.letterheads import LetterheadRules
from compacts.documents.signature_fields import field_name
from compacts.documents.snapshot import CompactSnapshot, SignatoryUnit
from compacts.documents.typography import named, tied
from units.vietnamese import date_text

RANK = {"head": 0, "deputy": 1, "member": 2}
FEW_UNITS = 4
# The largest letters of a cell, and what its sides leave free, in points; a little more of each.
LARGEST_LETTERS, CELL_SIDES = 14, 18
Place = TypeVar("Place")


@dataclass(frozen=True, slots=True)
class SignatureCell:
    """What stands above and below the place of one signature.

    ``parts_words`` where a word may have no room in one line.
    """

    unit: str
    role: str
    position: str
    name: str
    signed: str
    field: str
    parts_words: bool


def signature_rows(compact: CompactSnapshot, rules: LetterheadRules) -> list[list[SignatureCell]]:
    """One cell a unit: head and deputies in rows of their own, then the members as they come."""
    units = sorted(compact.units, key=lambda unit: RANK[unit.role])
    columns = 2 if len(units) <= FEW_UNITS else 3
    leading = [unit for unit in units if unit.role != "member"]
    members = [unit for unit in units if unit.role == "member"]
    rows = balanced(leading, columns) + balanced(members, columns)
    return [[_cell(unit, compact, rules, STANDING / len(row)) for unit in row] for row in rows]


def signature_tables(rows: Sequence[list[SignatureCell]]) -> list[list[list[SignatureCell]]]:
    """The rows as tables: the first and the last by themselves, for what must stay beside them.

    Between them rows of equally many cells share one table, which costs the engine much less
    than a table each.
    """
    between = [list(same) for _columns, same in groupby(rows[1:-1], key=len)]
    return [[row] for row in rows[:1]] + between + [[row] for row in rows[1:][-1:]]


def balanced(places: Sequence[Place], columns: int) -> list[list[Place]]:
    """Rows of ``columns``, the last two evened out so that no signature stands alone."""
    rows = [list(places[start : start + columns]) for start in range(0, len(places), columns)]
    if len(rows) > 1 and len(rows[-1]) == 1 and columns > 2:
        rows[-1].insert(0, rows[-2].pop())
    return rows


def _cell(
    unit: SignatoryUnit, compact: CompactSnapshot, rules: LetterheadRules, width: float
) -> SignatureCell:
    name = tied(unit.name.upper())
    position = tied(unit.position.upper() if rules.capital_position else unit.position)
    signatory = named(unit.signatory_name)
    texts = (name, position, signatory)
    room = width - CELL_SIDES
    return SignatureCell(
        unit=name,
        role=_role(unit, compact),
        position=position,
        name=signatory,
        parts_words=not all(has_room(text, room=room, size=LARGEST_LETTERS) for text in texts),
        field="" if compact.draft else field_name(unit.code),
        signed=""
        if unit.signed_on is None
        else _("Ký ngày %(day)s") % {"day": date_text(unit.signed_on)},
    )


def _role(unit: SignatoryUnit, compact: CompactSnapshot) -> str:
    cluster = compact.bloc_kind == "cum"
    if unit.role == "head":
        return _("Cụm trưởng") if cluster else _("Trưởng khối")
    if unit.role == "deputy":
        return _("Cụm phó") if cluster else _("Phó trưởng khối")
    return ""
