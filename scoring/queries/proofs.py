"""What a unit's points rest on: the sheets that a reader may open, and the evidence in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse

from scoring.models import Evidence, Round, Sheet
from scoring.queries.sheets import sheet_arguments, sheet_url
from scoring.rules import Stage
from units.models import Person


@dataclass(frozen=True, slots=True)
class Proof:
    """A sheet or a piece of evidence: how it is called and where it opens."""

    text: str
    url: str
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Proofs:
    """The sheets about one unit in the order of the stages; evidence by the code of its leaf."""

    sheets: tuple[Proof, ...]
    evidence: Mapping[str, tuple[Proof, ...]]


def proofs_of(person: Person, scored: Round, unit: str) -> Proofs:
    """What the person may see of what the unit's points rest on; two queries.

    Evidence that was withdrawn is left out.
    """
    order = list(Stage.values)
    sheets = sorted(
        Sheet.objects.visible_to(person)
        .filter(round=scored, unit__code=unit)
        .select_related("round__season__bloc", "unit", "scorer"),
        key=lambda sheet: (order.index(sheet.stage), sheet.scorer_code),
    )
    known = {sheet.pk: sheet for sheet in sheets}
    found: dict[str, list[Proof]] = defaultdict(list)
    rows = Evidence.objects.filter(mark__sheet__in=known, withdrawn_at=None)
    for one in rows.select_related("file", "mark__criterion"):
        found[one.mark.criterion.code].append(_evidence(one, known[one.mark.sheet_id]))
    return Proofs(tuple(_sheets(sheets)), {code: tuple(proofs) for code, proofs in found.items()})


def _sheets(sheets: list[Sheet]) -> Iterator[Proof]:
    for sheet in sheets:
        stage = sheet.get_stage_display()
        by_other = sheet.scorer is not None and sheet.stage != Stage.SELF
        yield Proof(f"{stage}: {sheet.scorer}" if by_other else stage, sheet_url(sheet))


def _evidence(one: Evidence, sheet: Sheet) -> Proof:
    if one.file is None:
        return Proof(one.description or one.link, one.link, outside=True)
    url = reverse("scoring:evidence_file", args=[*sheet_arguments(sheet), one.pk])
    return Proof(one.description or one.file.name, f"{url}?xem=1")
