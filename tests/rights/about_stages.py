"""Rights of the stages of scoring: explaining, answering, asking that something does not apply."""

from __future__ import annotations

from scoring.models import Assignment, Poll, PollVoter, Sheet
from scoring.rules import Stage
from tests.cast import World, make_round
from tests.rights.case import (
    SECRETARIAT_AND_OFFICER,
    SECRETARIES_OF_THE_SEASON,
    Case,
    Objects,
)

OF_BTC = "representative head_of_btc"
ONLY_THE_UNIT = "Chỉ đại diện hoặc thủ trưởng của đơn vị"


def btc_in_a_round(world: World) -> Objects:
    return (make_round(world.season), world.btc)


def btc_scored_by_duk(world: World) -> Objects:
    scored = make_round(world.season)
    Assignment.objects.create(round=scored, stage=Stage.VERIFY, unit=world.btc, scorer=world.duk)
    return (scored, world.btc)


def verified_by_the_secretariat(world: World) -> Objects:
    return (
        Sheet(
            round=make_round(world.season),
            unit=world.btc,
            stage=Stage.VERIFY,
            scorer_code="secretariat",
        ),
    )


def ballot_of_the_representative(world: World) -> Objects:
    poll = Poll.objects.create(round=make_round(world.season), code="co", name="Cờ")
    PollVoter.objects.create(poll=poll, unit=world.btc, person=world.representative)
    return (poll,)


CASES = [
    Case("scoring.explain", "a member's round", btc_in_a_round, OF_BTC, ONLY_THE_UNIT),
    Case(
        "scoring.explain",
        "a round of a bloc it is not in",
        lambda world: (make_round(world.other_season), world.btc),
        "",
        ONLY_THE_UNIT,
        told={
            "representative": "không tham gia mùa thi đua",
            "head_of_btc": "không tham gia mùa thi đua",
        },
    ),
    Case(
        "scoring.compare_blocs",
        "always",
        lambda world: (),
        f"{SECRETARIAT_AND_OFFICER} leader",
        "dành cho lãnh đạo",
    ),
    Case(
        "scoring.oversee",
        "the season of the bloc",
        lambda world: (world.season,),
        f"{SECRETARIAT_AND_OFFICER} leader",
        "dành cho lãnh đạo",
    ),
    Case(
        "scoring.oversee",
        "a season of another council",
        lambda world: (world.other_season,),
        "",
        "dành cho lãnh đạo",
    ),
    Case(
        "scoring.comment_on_table",
        "a member's season",
        lambda world: (world.season, world.btc),
        OF_BTC,
        ONLY_THE_UNIT,
    ),
    Case(
        "scoring.comment_on_table",
        "a season it is not in",
        lambda world: (world.other_season, world.btc),
        "",
        ONLY_THE_UNIT,
        told={
            "representative": "không tham gia mùa thi đua",
            "head_of_btc": "không tham gia mùa thi đua",
        },
    ),
    Case(
        "scoring.see_explanations",
        "scored by the secretariat",
        btc_in_a_round,
        f"{OF_BTC} {SECRETARIAT_AND_OFFICER} leader",
        "chưa được công bố",
    ),
    Case(
        "scoring.see_explanations",
        "scored by another unit",
        btc_scored_by_duk,
        f"{OF_BTC} {SECRETARIAT_AND_OFFICER} leader scorer_of_duk",
        "chưa được công bố",
    ),
    Case(
        "scoring.answer_explanation",
        "verified by the secretariat",
        verified_by_the_secretariat,
        "secretary deputy_secretary",
        "Chỉ thư ký khối được thẩm định",
        told={
            "representative": "chính đơn vị của mình",
            "head_of_btc": "chính đơn vị của mình",
        },
    ),
    Case(
        "scoring.manage_poll",
        "a ballot of the season",
        lambda world: (Poll(round=make_round(world.season)),),
        SECRETARIAT_AND_OFFICER,
        SECRETARIES_OF_THE_SEASON,
    ),
    Case(
        "scoring.vote",
        "one is on the roll",
        ballot_of_the_representative,
        "representative",
        "không có tên trong danh sách cử tri",
    ),
    Case(
        "scoring.ask_exemption",
        "a member of the season",
        lambda world: (world.season, world.btc),
        OF_BTC,
        ONLY_THE_UNIT,
    ),
    Case(
        "scoring.answer_exemption",
        "a member's",
        lambda world: (world.season, world.btc),
        SECRETARIAT_AND_OFFICER,
        SECRETARIES_OF_THE_SEASON,
        told={"representative": "chính đơn vị mình", "head_of_btc": "chính đơn vị mình"},
    ),
    Case(
        "scoring.answer_exemption",
        "the head unit's own",
        lambda world: (world.season, world.ubkt),
        "deputy_secretary officer",
        SECRETARIES_OF_THE_SEASON,
        told={"secretary": "chính đơn vị mình", "head_of_ubkt": "chính đơn vị mình"},
    ),
]
