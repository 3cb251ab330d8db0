"""Rights about published results: seeing them, objecting, answering."""

from __future__ import annotations

from scoring.models import Publication
from scoring.rules import RoundState
from tests.cast import World, make_round
from tests.rights.case import (
    SECRETARIAT_AND_OFFICER,
    SECRETARIES_OF_THE_SEASON,
    Case,
    Objects,
)

EVERYBODY = (
    "secretary deputy_secretary representative head_of_btc head_of_ubkt scorer_of_duk "
    "leader officer operator stranger"
)


def round_being_corrected(world: World) -> Objects:
    """Published once, and closed again to be corrected."""
    found = make_round(world.season)
    found.state = RoundState.CLOSED
    found.save()
    Publication.objects.create(
        round=found, version=1, standings={}, inputs={}, inputs_hash="a" * 64
    )
    return (found,)


CASES = [
    Case(
        "scoring.print_dossier",
        "",
        lambda world: (world.season,),
        f"{SECRETARIAT_AND_OFFICER} leader",
        "Chỉ thư ký khối, lãnh đạo và thường trực Hội đồng",
    ),
    Case("scoring.see_ranking", "being corrected", round_being_corrected, EVERYBODY),
    Case(
        "scoring.see_provisional",
        "being corrected",
        round_being_corrected,
        f"{SECRETARIAT_AND_OFFICER} leader",
        "chưa được công bố",
    ),
    Case(
        "scoring.object_to",
        "own unit",
        lambda world: (make_round(world.season), world.btc),
        "representative head_of_btc",
        "Chỉ đại diện hoặc thủ trưởng của đơn vị",
    ),
    Case(
        "scoring.object_to",
        "a unit that takes no part",
        lambda world: (make_round(world.other_season), world.btc),
        "",
        "Chỉ đại diện hoặc thủ trưởng của đơn vị",
        told={
            "representative": "không tham gia mùa thi đua",
            "head_of_btc": "không tham gia mùa thi đua",
        },
    ),
    Case(
        "scoring.answer_objection",
        "a member's",
        lambda world: (make_round(world.season), world.btc),
        SECRETARIAT_AND_OFFICER,
        SECRETARIES_OF_THE_SEASON,
        told={
            "representative": "chính đơn vị mình",
            "head_of_btc": "chính đơn vị mình",
        },
    ),
    Case(
        "scoring.answer_objection",
        "the head unit's own",
        lambda world: (make_round(world.season), world.ubkt),
        "deputy_secretary officer",
        SECRETARIES_OF_THE_SEASON,
        told={"secretary": "chính đơn vị mình", "head_of_ubkt": "chính đơn vị mình"},
    ),
]
