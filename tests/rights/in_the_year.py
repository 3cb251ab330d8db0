"""Rights in what happens during the year."""

from __future__ import annotations

from compacts.rules import ConferenceKind, ConferenceState
from tests.cast import World, make_compact, make_registration, make_role_model
from tests.compacts.conferences import plan
from tests.rights.case import SECRETARIAT_AND_OFFICER, Case, Objects


def closed_conference(world: World) -> Objects:
    """A conference that has been held and closed."""
    found = plan(world, ConferenceKind.SIGNING)
    found.state = ConferenceState.CLOSED
    return (found,)


CASES = [
    Case(
        "compacts.invite_people",
        "",
        lambda world: (world.season,),
        SECRETARIAT_AND_OFFICER,
        "Chỉ thư ký của trưởng khối",
    ),
    Case(
        "compacts.lead_movements",
        "",
        lambda world: (world.season,),
        SECRETARIAT_AND_OFFICER,
        "Chỉ thư ký của trưởng khối",
    ),
    Case(
        "compacts.post_announcement",
        "",
        lambda world: (world.season,),
        SECRETARIAT_AND_OFFICER,
        "Chỉ thư ký của trưởng khối",
    ),
    Case(
        "compacts.run_conference",
        "",
        lambda world: (world.season,),
        SECRETARIAT_AND_OFFICER,
        "Chỉ thư ký của trưởng khối",
    ),
    Case(
        "compacts.edit_conference",
        "planned",
        lambda world: (plan(world),),
        SECRETARIAT_AND_OFFICER,
        "Chỉ thư ký của trưởng khối",
    ),
    Case(
        "compacts.edit_conference",
        "closed",
        closed_conference,
        "",
        "Chỉ thư ký của trưởng khối",
        told=dict.fromkeys(SECRETARIAT_AND_OFFICER.split(), "Hội nghị đã bế mạc"),
    ),
    Case(
        "compacts.enter_role_model",
        "own unit",
        lambda world: (world.season, world.btc),
        f"{SECRETARIAT_AND_OFFICER} representative head_of_btc",
        "Chỉ đơn vị đó hoặc thư ký khối",
    ),
    Case(
        "compacts.enter_multiplication",
        "another unit",
        lambda world: (make_role_model(world.season, world.btc), world.ubkt),
        f"{SECRETARIAT_AND_OFFICER} representative head_of_btc head_of_ubkt",
        "Chỉ đơn vị đó, đơn vị có gương hoặc thư ký khối",
    ),
    Case(
        "compacts.enter_multiplication",
        "elsewhere",
        lambda world: (make_role_model(world.season, world.btc), None),
        f"{SECRETARIAT_AND_OFFICER} representative head_of_btc",
        "Chỉ đơn vị có gương hoặc thư ký khối được ghi nơi khác",
    ),
    Case(
        "compacts.sign_digitally",
        "own unit",
        lambda world: (make_compact(world.season), world.btc),
        "representative head_of_btc",
        "Chỉ người của chính đơn vị được ký số",
    ),
    Case(
        "compacts.write_text",
        "",
        lambda world: (world.season,),
        SECRETARIAT_AND_OFFICER,
        "Chỉ thư ký của trưởng khối",
    ),
    Case(
        "compacts.comment_on_text",
        "own unit",
        lambda world: (world.season, world.btc),
        "representative head_of_btc",
        "Chỉ đại diện hoặc thủ trưởng của đơn vị được góp ý",
    ),
    Case(
        "compacts.report_progress",
        "own unit",
        lambda world: (make_registration(world.season, world.btc),),
        "representative head_of_btc",
        "Chỉ đại diện hoặc thủ trưởng của đơn vị",
    ),
    Case(
        "compacts.enter_ad_hoc",
        "own unit",
        lambda world: (world.season, world.btc),
        f"{SECRETARIAT_AND_OFFICER} representative head_of_btc",
        "Chỉ đơn vị đó hoặc thư ký khối",
    ),
    Case(
        "compacts.judge_ad_hoc",
        "a member's task",
        lambda world: (world.season, world.btc),
        f"{SECRETARIAT_AND_OFFICER} leader",
        "Chỉ lãnh đạo, thường trực Hội đồng hoặc thư ký khối",
        told={
            "representative": "Không ai được xác nhận cho chính đơn vị của mình",
            "head_of_btc": "Không ai được xác nhận cho chính đơn vị của mình",
        },
    ),
    Case(
        "compacts.judge_ad_hoc",
        "the head unit's own task",
        lambda world: (world.season, world.ubkt),
        "deputy_secretary leader officer",
        "Chỉ lãnh đạo, thường trực Hội đồng hoặc thư ký khối",
        told={
            "secretary": "Không ai được xác nhận cho chính đơn vị của mình",
            "head_of_ubkt": "Không ai được xác nhận cho chính đơn vị của mình",
        },
    ),
]
