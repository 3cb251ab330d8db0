"""Rights in a season: registrations, the compact, sheets, rankings."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.utils import timezone

from compacts.models import Office
from scoring.models import Round, Sheet
from scoring.rules import SECRETARIAT, RoundState, Stage
from tests.cast import (
    World,
    make_compact,
    make_registration,
    make_round,
)
from tests.rights.case import (
    SECRETARIAT_AND_OFFICER,
    SECRETARIES_OF_THE_SEASON,
    WHO_SETS_UP,
    Case,
    Objects,
)
from units.models import Role

OWN_UNIT = "Không ai được chấm cho chính đơn vị của mình"


def sheet(stage: Stage, unit: str, scorer: str = "") -> Callable[[World], Objects]:
    """A sheet about ``unit`` scored by ``scorer``; by the secretariat where it is empty."""

    def make(world: World) -> Objects:
        by = getattr(world, scorer) if scorer else None
        return (
            Sheet.objects.create(
                round=make_round(world.season),
                unit=getattr(world, unit),
                stage=stage,
                scorer=by,
                scorer_code=by.code if by else SECRETARIAT,
            ),
        )

    return make


def round_in(state: RoundState) -> Callable[[World], Objects]:
    def make(world: World) -> Objects:
        found = make_round(world.season)
        Round.objects.filter(pk=found.pk).update(state=state)
        found.refresh_from_db()
        return (found,)

    return make


def registration_of(world: World) -> Objects:
    return (make_registration(world.season, world.btc),)


def registration_without_a_head(world: World) -> Objects:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Role.objects.filter(person=world.head_of_btc).update(ends_on=yesterday)
    return registration_of(world)


def season_of_other_units(world: World) -> Objects:
    """The head and the deputy have passed on to a unit without a secretary."""
    Office.objects.filter(season=world.season).delete()
    Office.objects.create(season=world.season, unit=world.btc, kind="head")
    return (world.season,)


def compact_and_btc(world: World) -> Objects:
    return make_compact(world.season), world.btc


def compact(world: World) -> Objects:
    return (make_compact(world.season),)


CASES = [
    Case(
        "compacts.create_season",
        "own bloc",
        lambda world: (world.bloc,),
        WHO_SETS_UP,
        "Chỉ thư ký của khối",
    ),
    Case(
        "compacts.manage_season",
        "own season",
        lambda world: (world.season,),
        SECRETARIAT_AND_OFFICER,
        SECRETARIES_OF_THE_SEASON,
    ),
    Case(
        "compacts.manage_season",
        "another bloc's season",
        lambda world: (world.other_season,),
        "",
        SECRETARIES_OF_THE_SEASON,
    ),
    Case(
        "compacts.manage_season",
        "the offices have passed to other units",
        season_of_other_units,
        "officer",
        SECRETARIES_OF_THE_SEASON,
    ),
    Case(
        "compacts.read_journal",
        "own season",
        lambda world: (world.season,),
        f"{SECRETARIAT_AND_OFFICER} leader",
        "Nhật ký chỉ dành cho",
    ),
    Case(
        "compacts.edit_registration",
        "draft",
        registration_of,
        "representative head_of_btc",
        "Chỉ đại diện hoặc thủ trưởng của đơn vị được sửa",
    ),
    Case(
        "compacts.import_registrations",
        "own season",
        lambda world: (world.season,),
        SECRETARIAT_AND_OFFICER,
        SECRETARIES_OF_THE_SEASON,
    ),
    Case(
        "compacts.submit_registration",
        "the head has an account",
        registration_of,
        "head_of_btc",
        "Chỉ đại diện hoặc thủ trưởng của đơn vị được gửi",
        {"representative": "hãy trình thủ trưởng duyệt"},
    ),
    Case(
        "compacts.submit_registration",
        "the head has no account any more",
        registration_without_a_head,
        "representative",
        "Chỉ đại diện hoặc thủ trưởng của đơn vị được gửi",
    ),
    Case(
        "compacts.judge_registration",
        "",
        registration_of,
        SECRETARIAT_AND_OFFICER,
        SECRETARIES_OF_THE_SEASON,
    ),
    Case(
        "compacts.edit_compact",
        "draft",
        compact,
        SECRETARIAT_AND_OFFICER,
        SECRETARIES_OF_THE_SEASON,
    ),
    Case(
        "compacts.sign_for",
        "a member",
        compact_and_btc,
        f"{SECRETARIAT_AND_OFFICER} representative head_of_btc",
        "Chỉ đơn vị đó hoặc thư ký khối",
    ),
    Case(
        "scoring.manage_round",
        "",
        round_in(RoundState.OPEN),
        SECRETARIAT_AND_OFFICER,
        SECRETARIES_OF_THE_SEASON,
    ),
    Case(
        "scoring.manage_tables",
        "",
        lambda world: (world.season,),
        SECRETARIAT_AND_OFFICER,
        SECRETARIES_OF_THE_SEASON,
    ),
    Case(
        "scoring.mark_sheet",
        "self sheet",
        sheet(Stage.SELF, "btc", "btc"),
        "representative head_of_btc",
        "được tự chấm",
    ),
    Case(
        "scoring.mark_sheet",
        "cross sheet by the deputy's unit about a member",
        sheet(Stage.CROSS, "btc", "duk"),
        "scorer_of_duk",
        "do đơn vị khác được phân công",
        {"representative": OWN_UNIT, "head_of_btc": OWN_UNIT},
    ),
    Case(
        "scoring.mark_sheet",
        "the secretariat verifies a member",
        sheet(Stage.VERIFY, "btc"),
        "secretary deputy_secretary",
        "Chỉ thư ký khối được thẩm định",
        {"representative": OWN_UNIT, "head_of_btc": OWN_UNIT},
    ),
    Case(
        "scoring.mark_sheet",
        "the secretariat verifies the deputy",
        sheet(Stage.VERIFY, "duk"),
        "secretary",
        "Chỉ thư ký khối được thẩm định",
        {"deputy_secretary": OWN_UNIT, "scorer_of_duk": OWN_UNIT},
    ),
    Case(
        "scoring.mark_sheet",
        "the secretariat never verifies the head",
        sheet(Stage.VERIFY, "ubkt"),
        "",
        "Thư ký khối không chấm cho trưởng khối",
        {"secretary": OWN_UNIT, "head_of_ubkt": OWN_UNIT},
    ),
    Case(
        "scoring.mark_sheet",
        "a member verifies the head",
        sheet(Stage.VERIFY, "ubkt", "btc"),
        "representative head_of_btc",
        "do đơn vị khác được phân công",
        {"secretary": OWN_UNIT, "head_of_ubkt": OWN_UNIT},
    ),
    Case(
        "scoring.return_sheet",
        "",
        sheet(Stage.SELF, "btc", "btc"),
        SECRETARIAT_AND_OFFICER,
        SECRETARIES_OF_THE_SEASON,
    ),
    Case(
        "scoring.see_ranking",
        "not published",
        round_in(RoundState.CLOSED),
        f"{SECRETARIAT_AND_OFFICER} leader",
        "chưa được công bố",
    ),
    Case(
        "scoring.see_ranking",
        "published",
        round_in(RoundState.PUBLISHED),
        (
            "secretary deputy_secretary representative head_of_btc head_of_ubkt scorer_of_duk "
            "leader officer operator stranger"
        ),
    ),
]
