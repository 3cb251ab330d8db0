"""The cast of the scoring tests: the shared world with a table adopted and a round opened."""

from __future__ import annotations

from typing import Any

from scoring.models import Criterion, Mark, Round, Sheet
from scoring.services import tables
from scoring.services.evidence import add_evidence
from scoring.services.marks import save_mark
from scoring.services.rounds import RoundFacts, create_round, open_round
from scoring.services.sheets import submit_sheet
from tests.cast import World, adopt, make_table, make_world, table_definition
from units.models import Person, Unit

FULL: dict[str, dict[str, Any]] = {
    "I.1": {"achieved": "95"},
    "I.2": {"points": "28.5"},
    "I.3": {"days_late": 0},
}


def make_scoring() -> World:
    """The world with its table adopted."""
    world = make_world()
    adopt(world.season, make_table(table_definition()))
    return world


def draft_round(world: World, **facts: Any) -> Round:
    """A round not opened yet; the deputy is proposed to verify the head."""
    facts = {"code": "nam", "name": "Chấm điểm năm 2018", **facts}
    return create_round(
        actor=world.secretary, season_id=world.season.pk, facts=RoundFacts(**facts)
    )


def opened_round(world: World, **facts: Any) -> Round:
    """An open round with its sheets."""
    return open_round(actor=world.secretary, round_id=draft_round(world, **facts).pk)


def sheet_of(scored: Round, unit: Unit, stage: str = "self") -> Sheet:
    return Sheet.objects.get(round=scored, unit=unit, stage=stage)


def put(actor: Person, sheet: Sheet, code: str, entry: Any, comment: str = "") -> Mark | None:
    """Write a mark upon whatever stands there now."""
    standing = Mark.objects.filter(sheet=sheet, criterion__code=code).first()
    return save_mark(
        actor=actor,
        sheet_id=sheet.pk,
        criterion=code,
        entry=entry,
        comment=comment,
        version=standing.version if standing else 0,
    )


def fill(actor: Person, sheet: Sheet) -> None:
    """Mark every base leaf, with a link as evidence where it is asked for."""
    for code, entry in FULL.items():
        put(actor, sheet, code, entry)
    add_evidence(
        actor=actor, sheet_id=sheet.pk, criterion="I.2", link="https://hanam.gov.vn/bao-cao"
    )


def sent_self_sheet(world: World, scored: Round) -> Sheet:
    """The sheet of ``btc``, filled in and sent."""
    sheet = sheet_of(scored, world.btc)
    fill(world.representative, sheet)
    return submit_sheet(actor=world.representative, sheet_id=sheet.pk)


def leaf(code: str) -> Criterion:
    return Criterion.objects.get(code=code)


def sheet_address(sheet: Sheet) -> list[Any]:
    """The arguments of every address on the sheet."""
    season = sheet.round.season
    return [
        season.bloc.code, season.year, sheet.round.code, sheet.unit.code, sheet.stage,
        sheet.scorer_code,
    ]  # fmt: skip


def criterion_facts(**given: Any) -> tables.CriterionFacts:
    usual = {
        "code": "I.2",
        "name": "Tỷ lệ văn bản đúng hạn",
        "max": "40",
        "rule": {"kind": "bands", "bands": [{"from": "1", "points": "40"}]},
    }
    return tables.CriterionFacts(**{**usual, **given})
