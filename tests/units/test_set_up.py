from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from tests.cast import World, make_bloc, make_unit
from tests.races import race
from units.access import AccessDenied
from units.models import AuditEntry, Membership, Unit
from units.rules import BlocKind, Letterhead, RuleError, UnitEventKind, UnitSystem
from units.services import set_up
from units.services.audit import SET_UP_CHAIN, verify


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def unit_facts(**changes: Any) -> dict[str, Any]:
    facts = {
        "code": "btg",
        "name": "Ban Tuyên giáo Tỉnh ủy",
        "short_name": "BTG",
        "system": UnitSystem.PARTY,
        "valid_from": None,
        "valid_to": None,
    }
    return facts | changes


@pytest.fixture
def new_unit(world: World) -> Unit:
    return make_unit(world.council, "btg", "Ban Tuyên giáo Tỉnh ủy", "BTG")


def add(world: World, unit: Unit, starts: str, ends: str | None = None) -> Membership:
    return set_up.add_member(
        actor=world.secretary,
        bloc=world.bloc,
        unit=unit,
        starts_on=day(starts),
        ends_on=day(ends) if ends else None,
    )


def test_a_unit_is_entered_with_the_keys_that_sort_and_find_it(world: World) -> None:
    unit = set_up.save_unit(
        actor=world.officer, council=world.council, unit=None, facts=unit_facts()
    )
    unit.refresh_from_db()
    assert unit.search_key == "ban tuyen giao tinh uy btg btg"
    assert list(Unit.objects.filter(council=world.council).values_list("code", flat=True)) == [
        "btc",
        "btg",
        "duk",
        "ubkt",
    ]


def test_a_change_is_kept_in_the_trail_with_what_was_before(world: World, new_unit: Unit) -> None:
    set_up.save_unit(
        actor=world.officer,
        council=world.council,
        unit=new_unit,
        facts=unit_facts(name="Ban Tuyên giáo và Dân vận Tỉnh ủy"),
    )
    entry = AuditEntry.objects.get(chain=SET_UP_CHAIN)
    assert entry.actor == world.officer
    assert entry.summary == "Lưu đơn vị Ban Tuyên giáo và Dân vận Tỉnh ủy."
    assert '"name":"Ban Tuyên giáo Tỉnh ủy"' in entry.canonical
    assert verify(SET_UP_CHAIN) is None


def test_a_unit_of_another_council_is_not_changed_through_this_one(world: World) -> None:
    far = Unit.objects.get(code="xa")
    with pytest.raises(Unit.DoesNotExist):
        set_up.save_unit(actor=world.officer, council=world.council, unit=far, facts=unit_facts())


@pytest.mark.parametrize("who", ["representative", "head_of_btc", "leader", "stranger"])
def test_who_has_no_part_in_setting_up_enters_nothing(world: World, who: str) -> None:
    with pytest.raises(AccessDenied, match="Chỉ thư ký khối hoặc thường trực"):
        set_up.save_unit(
            actor=world.people[who], council=world.council, unit=None, facts=unit_facts()
        )
    assert not Unit.objects.filter(code="btg").exists()
    assert not AuditEntry.objects.exists()


def test_councils_are_entered_and_changed_by_who_may(world: World) -> None:
    council = set_up.save_council(
        actor=world.operator, council=None, name="Hội đồng mới", place="Hưng Yên"
    )
    assert council.place == "Hưng Yên"
    with pytest.raises(AccessDenied):
        set_up.save_council(actor=world.officer, council=council, name="Khác", place="X")
    with pytest.raises(AccessDenied):
        set_up.save_council(actor=world.stranger, council=None, name="Khác", place="X")


def test_a_secretary_changes_the_own_bloc_and_no_other(world: World) -> None:
    facts = {
        "code": "hn-dang",
        "name": "Khối thi đua các cơ quan Đảng",
        "kind": BlocKind.KHOI,
        "letterhead": Letterhead.PARTY,
    }
    other = make_bloc(world.council, "hn-so", "Khối các sở")
    saved = set_up.save_bloc(
        actor=world.secretary, council=world.council, bloc=world.bloc, facts=facts
    )
    assert saved.search_key == "khoi thi dua cac co quan dang hn-dang"
    with pytest.raises(AccessDenied, match="Chỉ thư ký của khối"):
        set_up.save_bloc(actor=world.secretary, council=world.council, bloc=other, facts=facts)


def test_a_member_comes_after_the_others_and_the_trail_says_when(
    world: World, new_unit: Unit
) -> None:
    member = add(world, new_unit, "2018-03-20")
    assert member.position == 4
    assert AuditEntry.objects.get().summary == (
        "Ban Tuyên giáo Tỉnh ủy là thành viên của Khối các Ban Đảng từ 20/3/2018."
    )


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("2017-06-01", None),
        ("2016-01-01", "2016-12-31"),
        ("2017-12-31", "2018-06-01"),
        ("2015-01-01", "2016-01-01"),
        ("2015-01-01", None),
        ("2016-05-01", "2016-05-01"),
    ],
)
def test_a_unit_is_not_twice_a_member_on_one_day(
    world: World, new_unit: Unit, starts: str, ends: str | None
) -> None:
    add(world, new_unit, "2016-01-01", "2017-12-31")
    with pytest.raises(RuleError, match="đã là thành viên") as refusal:
        add(world, new_unit, starts, ends)
    assert refusal.value.field == "unit"
    with pytest.raises(IntegrityError, match="membership_not_twice_at_a_time"):
        Membership.objects.create(
            bloc=world.bloc,
            unit=new_unit,
            starts_on=day(starts),
            ends_on=day(ends) if ends else None,
        )


def test_memberships_that_follow_each_other_are_accepted(world: World, new_unit: Unit) -> None:
    add(world, new_unit, "2016-01-01", "2017-12-31")
    add(world, new_unit, "2018-01-01")
    add(world, new_unit, "2015-01-01", "2015-12-31")
    assert world.bloc.memberships.filter(unit=new_unit).count() == 3


def test_a_unit_may_be_in_two_blocs_at_once(world: World, new_unit: Unit) -> None:
    other = make_bloc(world.council, "hn-cum", "Cụm phường xã")
    add(world, new_unit, "2016-01-01")
    set_up.add_member(actor=world.officer, bloc=other, unit=new_unit, starts_on=day("2016-01-01"))
    assert new_unit.memberships.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_people_adding_the_same_member_at_once_one_is_told(world: World) -> None:
    unit = make_unit(world.council, "btg", "Ban Tuyên giáo Tỉnh ủy", "BTG")
    outcomes = race(
        lambda: add(world, unit, "2016-01-01"),
        lambda: add(world, unit, "2017-01-01"),
        meet_at='INSERT INTO "units_membership"',
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Membership", "RuleError"]


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_only_the_database_refuses_the_second(world: World) -> None:
    """If this ever fails, the test above proves nothing."""
    unit = make_unit(world.council, "btg", "Ban Tuyên giáo Tỉnh ủy", "BTG")
    outcomes = race(
        lambda: add(world, unit, "2016-01-01"),
        lambda: add(world, unit, "2017-01-01"),
        meet_at='INSERT INTO "units_membership"',
        without_locks=True,
    )
    refused = [outcome for outcome in outcomes if not isinstance(outcome, Membership)]
    assert len(refused) == 1
    # Two exclusion checks that wait for each other end as a deadlock: refused all the same.
    assert isinstance(refused[0], IntegrityError | OperationalError)


def test_a_unit_of_another_council_is_no_member(world: World) -> None:
    with pytest.raises(RuleError, match="thuộc Hội đồng khác"):
        add(world, Unit.objects.get(code="xa"), "2018-01-01")


def test_a_membership_does_not_end_before_it_starts(world: World, new_unit: Unit) -> None:
    with pytest.raises(RuleError, match="phải sau ngày bắt đầu"):
        add(world, new_unit, "2018-01-02", "2018-01-01")
    member = add(world, new_unit, "2018-01-02")
    with pytest.raises(RuleError, match="phải sau ngày bắt đầu"):
        set_up.end_membership(
            actor=world.secretary, membership_id=member.pk, ends_on=day("2018-01-01")
        )


def test_a_membership_ends_with_a_day(world: World, new_unit: Unit) -> None:
    member = add(world, new_unit, "2018-01-02")
    set_up.end_membership(
        actor=world.secretary, membership_id=member.pk, ends_on=day("2018-01-02")
    )
    member.refresh_from_db()
    assert member.ends_on == day("2018-01-02")


def test_a_membership_is_not_prolonged_into_the_next_one(world: World, new_unit: Unit) -> None:
    first = add(world, new_unit, "2016-01-01", "2016-12-31")
    add(world, new_unit, "2018-01-01")
    with pytest.raises(RuleError, match="đã là thành viên") as refusal:
        set_up.end_membership(
            actor=world.secretary, membership_id=first.pk, ends_on=day("2018-01-01")
        )
    assert refusal.value.field == "ends_on"
    set_up.end_membership(actor=world.secretary, membership_id=first.pk, ends_on=day("2017-12-31"))


def test_a_member_of_another_bloc_is_not_ended_by_this_secretary(world: World) -> None:
    member = Membership.objects.get(unit__code="xa")
    with pytest.raises(AccessDenied):
        set_up.end_membership(
            actor=world.secretary, membership_id=member.pk, ends_on=timezone.localdate()
        )


def test_a_merger_ends_the_old_units_the_day_before(world: World, new_unit: Unit) -> None:
    event = set_up.record_unit_event(
        actor=world.officer,
        council=world.council,
        kind=UnitEventKind.MERGE,
        happened_on=day("2025-03-01"),
        decision_number="12-QĐ/TU",
        before=[world.duk, world.btc],
        after=[new_unit],
    )
    world.duk.refresh_from_db()
    assert world.duk.valid_to == day("2025-02-28")
    assert set(event.before.all()) == {world.duk, world.btc}
    assert Membership.objects.filter(unit=world.duk, ends_on__isnull=True).exists()
    assert "Sáp nhập từ 1/3/2025" in AuditEntry.objects.get().summary


def test_a_unit_that_goes_on_is_not_ended_by_the_event(world: World, new_unit: Unit) -> None:
    set_up.record_unit_event(
        actor=world.officer,
        council=world.council,
        kind=UnitEventKind.SPLIT,
        happened_on=day("2025-03-01"),
        decision_number="",
        before=[world.btc],
        after=[world.btc, new_unit],
    )
    world.btc.refresh_from_db()
    assert world.btc.valid_to is None


def test_an_event_before_the_old_unit_began_is_refused(world: World) -> None:
    Unit.objects.filter(pk=world.btc.pk).update(valid_from=day("2020-01-01"))
    world.btc.refresh_from_db()
    with pytest.raises(RuleError, match="sau ngày thành lập") as refusal:
        set_up.record_unit_event(
            actor=world.officer,
            council=world.council,
            kind=UnitEventKind.DISSOLVE,
            happened_on=day("2020-01-01"),
            decision_number="",
            before=[world.btc],
            after=[],
        )
    assert refusal.value.field == "happened_on"


def test_an_event_does_not_reach_into_another_council(world: World) -> None:
    with pytest.raises(RuleError, match="phải thuộc Hội đồng này"):
        set_up.record_unit_event(
            actor=world.officer,
            council=world.council,
            kind=UnitEventKind.DISSOLVE,
            happened_on=day("2020-01-01"),
            decision_number="",
            before=[Unit.objects.get(code="xa")],
            after=[],
        )
