"""Rights of setting up councils, units, blocs, people and roles."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from tests.cast import (
    LONG_AGO,
    World,
    give_role,
    make_bloc,
    make_member,
    make_person,
    make_unit,
)
from tests.rights.case import (
    ONLY_WHO_SETS_UP,
    WHO_SETS_UP,
    Case,
    Objects,
)
from units.models import Bloc, Letter, Person, Role, Unit
from units.models.letter import DAILY
from units.rules import LetterState, RoleKind

COUNCIL_ROLE = "Vai trò này do thường trực Hội đồng"
OF_THE_UNIT = "thư ký của khối có đơn vị này"
BEYOND = "nơi khác quản lý"


def new_role(kind: RoleKind, **scope: str) -> Callable[[World], Objects]:
    def make(world: World) -> Objects:
        areas: dict[str, Any] = {name: getattr(world, of) for name, of in scope.items()}
        person = make_person("moi", "Người Mới")
        return (Role(person=person, kind=kind, starts_on=LONG_AGO, **areas),)

    return make


def account(who: str) -> Callable[[World], Objects]:
    return lambda world: (world.people[who],)


def superuser(world: World) -> Objects:
    return (Person.objects.create_superuser("goc", "mật khẩu gốc"),)


def sister_unit(world: World) -> Unit:
    """A unit of the same council that is in another bloc."""
    unit = make_unit(world.council, "so-nv", "Sở Nội vụ", "SNV")
    make_member(make_bloc(world.council, "hn-so", "Khối các sở"), unit)
    return unit


def role_in_sister_unit(world: World) -> Objects:
    person = make_person("moi", "Người Mới")
    unit = sister_unit(world)
    return (Role(person=person, kind=RoleKind.REPRESENTATIVE, unit=unit, starts_on=LONG_AGO),)


def account_of_sister_unit(world: World) -> Objects:
    person = make_person("moi", "Người Mới")
    give_role(person, RoleKind.REPRESENTATIVE, unit=sister_unit(world))
    return (person,)


def own_role_of_the_secretary(world: World) -> Objects:
    role = Role(
        person=world.secretary,
        kind=RoleKind.REPRESENTATIVE,
        unit=world.btc,
        starts_on=LONG_AGO,
    )
    return (role,)


def sister_bloc(world: World) -> Objects:
    return (make_bloc(world.council, "hn-so", "Khối các sở"),)


def far_bloc(world: World) -> Objects:
    return (Bloc.objects.get(code="nd-so"),)


def far_unit_role(world: World) -> Objects:
    far = Unit.objects.get(code="xa")
    person = make_person("moi", "Người Mới")
    return (Role(person=person, kind=RoleKind.REPRESENTATIVE, unit=far, starts_on=LONG_AGO),)


def far_secretary_role(world: World) -> Objects:
    far = Unit.objects.get(code="xa")
    person = make_person("moi", "Người Mới")
    return (
        Role(
            person=person,
            kind=RoleKind.SECRETARY,
            unit=far,
            bloc=world.bloc,
            starts_on=LONG_AGO,
        ),
    )


def letter_to_the_secretary(world: World) -> Objects:
    letter = Letter.objects.create(
        person=world.secretary,
        day=datetime.date(2018, 3, 1),
        occasion=DAILY,
        state=LetterState.FAILED,
        due_at=timezone.now(),
    )
    return (letter,)


CASES = [
    Case(
        "units.resend_letter",
        "",
        letter_to_the_secretary,
        "secretary officer operator",
        "Chỉ người nhận, thường trực",
    ),
    Case("units.set_up", "", lambda world: (), WHO_SETS_UP, ONLY_WHO_SETS_UP),
    Case("units.create_council", "", lambda world: (), WHO_SETS_UP, ONLY_WHO_SETS_UP),
    Case(
        "units.set_up_council",
        "own",
        lambda world: (world.council,),
        WHO_SETS_UP,
        "thường trực của Hội đồng này",
    ),
    Case(
        "units.set_up_council",
        "another council",
        lambda world: (Bloc.objects.get(code="nd-so").council,),
        "operator",
        "thường trực của Hội đồng này",
    ),
    Case(
        "units.set_up_bloc",
        "own",
        lambda world: (world.bloc,),
        WHO_SETS_UP,
        "Chỉ thư ký của khối",
    ),
    Case(
        "units.set_up_bloc",
        "another bloc of the council",
        sister_bloc,
        "officer operator",
        "Chỉ thư ký của khối",
    ),
    Case("units.set_up_bloc", "another council", far_bloc, "operator", "Chỉ thư ký của khối"),
    Case(
        "units.give_role",
        "a representative's account",
        account("representative"),
        WHO_SETS_UP,
        ONLY_WHO_SETS_UP,
    ),
    Case(
        "units.give_role",
        "an account without any role",
        lambda world: (make_person("moi", "Người Mới"),),
        WHO_SETS_UP,
        ONLY_WHO_SETS_UP,
    ),
    Case(
        "units.give_role",
        "an account of a unit in another bloc",
        account_of_sister_unit,
        "officer operator",
        ONLY_WHO_SETS_UP,
        {"secretary": BEYOND, "deputy_secretary": BEYOND},
    ),
    Case(
        "units.give_role",
        "an officer's account",
        account("officer"),
        "officer operator",
        ONLY_WHO_SETS_UP,
        {"secretary": BEYOND, "deputy_secretary": BEYOND},
    ),
    Case(
        "units.give_role",
        "an account of another council",
        account("stranger"),
        "operator",
        ONLY_WHO_SETS_UP,
        {"secretary": BEYOND, "deputy_secretary": BEYOND, "officer": BEYOND},
    ),
    Case(
        "units.give_role",
        "an operator's account",
        account("operator"),
        "operator",
        ONLY_WHO_SETS_UP,
        {"secretary": BEYOND, "deputy_secretary": BEYOND, "officer": BEYOND},
    ),
    Case(
        "units.give_role",
        "an account of the administration site",
        superuser,
        "operator",
        ONLY_WHO_SETS_UP,
        {"secretary": BEYOND, "deputy_secretary": BEYOND, "officer": BEYOND},
    ),
    Case(
        "units.grant",
        "representative of a unit",
        new_role(RoleKind.REPRESENTATIVE, unit="btc"),
        WHO_SETS_UP,
        OF_THE_UNIT,
    ),
    Case(
        "units.grant",
        "representative of a unit in another bloc",
        role_in_sister_unit,
        "officer operator",
        OF_THE_UNIT,
    ),
    Case(
        "units.grant",
        "representative of a unit to the secretary",
        own_role_of_the_secretary,
        "deputy_secretary officer operator",
        OF_THE_UNIT,
        {"secretary": "tự trao"},
    ),
    Case(
        "units.grant",
        "secretary of the bloc",
        new_role(RoleKind.SECRETARY, unit="ubkt", bloc="bloc"),
        WHO_SETS_UP,
        "Chỉ thư ký của khối",
    ),
    Case(
        "units.grant",
        "leader of the bloc",
        new_role(RoleKind.LEADER, bloc="bloc"),
        WHO_SETS_UP,
        "Chỉ thư ký của khối",
    ),
    Case(
        "units.grant",
        "leader of the council",
        new_role(RoleKind.LEADER, council="council"),
        "officer operator",
        COUNCIL_ROLE,
    ),
    Case(
        "units.grant",
        "officer of the council",
        new_role(RoleKind.OFFICER, council="council"),
        "officer operator",
        COUNCIL_ROLE,
    ),
    Case("units.grant", "operator", new_role(RoleKind.OPERATOR), "operator", COUNCIL_ROLE),
    Case(
        "units.grant",
        "representative in another council",
        far_unit_role,
        "operator",
        OF_THE_UNIT,
    ),
    Case(
        "units.grant",
        "secretary whose unit is of another council",
        far_secretary_role,
        "",
        "hai Hội đồng khác nhau",
    ),
]
