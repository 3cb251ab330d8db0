from __future__ import annotations

from importlib import import_module

import pytest

from compacts.models import Registration
from tests.cast import (
    World,
    make_registration,
)
from tests.rights import about_results, about_stages, in_a_season, in_the_year, setting_up
from tests.rights.case import Case
from units.access import ask, rule_names
from units.models import Person

# Rights are registered when their modules are read.
for app in ("units", "compacts", "scoring"):
    import_module(f"{app}.permissions")

CASES = (
    setting_up.CASES
    + in_a_season.CASES
    + in_the_year.CASES
    + about_results.CASES
    + about_stages.CASES
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule} {case.state}".strip())
def test_a_right_is_held_by_these_people_and_the_others_are_told_why(
    world: World, case: Case
) -> None:
    objects = case.objects(world)
    allowed = case.allowed.split()
    found = {
        name: str(ask(case.rule, Person.objects.get(pk=person.pk), *objects).reason)
        for name, person in world.people.items()
    }
    assert [name for name, reason in found.items() if not reason] == [
        name for name in world.people if name in allowed
    ]
    wrong = {
        name: reason
        for name, reason in found.items()
        if reason and case.told.get(name, case.reason) not in reason
    }
    assert wrong == {}


def test_every_registered_right_is_in_the_table() -> None:
    missing = sorted(set(rule_names()) - {case.rule for case in CASES})
    assert missing == [], "Add rows to CASES in tests/rights/ for: " + ", ".join(missing)


def test_the_table_holds_no_right_that_is_gone() -> None:
    assert sorted({case.rule for case in CASES} - set(rule_names())) == []


def test_an_account_that_was_locked_has_no_right_at_all(world: World) -> None:
    Person.objects.update(is_active=False)
    for name in ("secretary", "officer", "operator"):
        person = Person.objects.get(pk=world.people[name].pk)
        assert not ask("units.set_up", person)
        assert not ask("compacts.manage_season", person, world.season)


def test_a_right_nobody_registered_is_an_error_and_not_a_no() -> None:
    with pytest.raises(KeyError):
        ask("units.unknown", None)


def test_who_may_write_a_registration_also_sees_it(world: World) -> None:
    """The right is written twice, as a predicate and as a filter: they must agree."""
    for unit in (world.ubkt, world.duk, world.btc):
        make_registration(world.season, unit)
    for person in world.people.values():
        seen = set(Registration.objects.visible_to(person))
        for registration in Registration.objects.select_related("unit", "season"):
            if ask("compacts.edit_registration", person, registration):
                assert registration in seen
