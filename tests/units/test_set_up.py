from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.cast import LONG_AGO, World, give_role, make_bloc, make_person, make_unit
from tests.races import race
from units.access import AccessDenied
from units.models import AuditEntry, Bloc, Membership, Person, Role, Unit
from units.rules import BlocKind, Letterhead, RoleKind, RuleError, UnitEventKind, UnitSystem
from units.services import set_up
from units.services.audit import verify


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


def person_facts(**changes: Any) -> dict[str, Any]:
    facts = {
        "username": "moi",
        "full_name": "Đặng Thị Mới",
        "position": "Chuyên viên",
        "email": "",
        "phone": "",
        "is_active": True,
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
    entry = AuditEntry.objects.get(chain=set_up.SET_UP_CHAIN)
    assert entry.actor == world.officer
    assert entry.summary == "Lưu đơn vị Ban Tuyên giáo và Dân vận Tỉnh ủy."
    assert '"name":"Ban Tuyên giáo Tỉnh ủy"' in entry.canonical
    assert verify(set_up.SET_UP_CHAIN) is None


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
    assert isinstance(refused[0], IntegrityError)


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


def test_somebody_entered_without_a_password_can_not_log_in(world: World) -> None:
    person = set_up.save_person(actor=world.secretary, person=None, facts=person_facts())
    assert not person.has_usable_password()
    set_up.save_person(
        actor=world.secretary, person=person, facts=person_facts(), password="một câu rất dài"
    )
    person.refresh_from_db()
    assert person.check_password("một câu rất dài")
    assert "một câu" not in "".join(AuditEntry.objects.values_list("canonical", flat=True))


def test_an_empty_password_changes_none(world: World) -> None:
    set_up.save_person(
        actor=world.secretary,
        person=world.representative,
        facts=person_facts(username="dai-dien"),
    )
    world.representative.refresh_from_db()
    assert world.representative.full_name == "Đặng Thị Mới"
    assert world.representative.search_key.startswith("dang thi moi")
    assert world.representative.has_usable_password()


@pytest.mark.parametrize("other", ["officer", "leader", "operator", "stranger"])
def test_a_secretary_can_not_take_over_an_account_with_more_rights(
    world: World, other: str
) -> None:
    with pytest.raises(AccessDenied, match="nơi khác quản lý"):
        set_up.save_person(
            actor=world.secretary,
            person=world.people[other],
            facts=person_facts(),
            password="của tôi rồi nhé",
        )


def test_nobody_but_an_operator_touches_who_may_open_the_administration_site(
    world: World,
) -> None:
    root = Person.objects.create_superuser("goc", "mật khẩu gốc")
    for actor in (world.secretary, world.officer):
        with pytest.raises(AccessDenied):
            set_up.save_person(actor=actor, person=root, facts=person_facts(username="goc"))
    set_up.save_person(actor=world.operator, person=root, facts=person_facts(username="goc"))


@pytest.mark.parametrize("who", ["secretary", "deputy_secretary", "representative", "leader"])
@pytest.mark.parametrize("kind", [RoleKind.OFFICER, RoleKind.OPERATOR, RoleKind.LEADER])
def test_nobody_makes_themselves_officer_operator_or_leader(
    world: World, who: str, kind: RoleKind
) -> None:
    person = world.people[who]
    council = None if kind == RoleKind.OPERATOR else world.council
    with pytest.raises(AccessDenied, match="thường trực Hội đồng hoặc quản trị"):
        set_up.give_role(
            actor=person,
            role=Role(person=person, kind=kind, council=council, starts_on=LONG_AGO),
        )
    assert not Role.objects.filter(person=person, kind=kind, unit=None).exclude(
        person=world.leader
    )


def test_an_officer_can_not_make_an_operator_but_an_operator_can(world: World) -> None:
    person = make_person("moi", "Người Mới")

    def role() -> Role:
        return Role(person=person, kind=RoleKind.OPERATOR, starts_on=LONG_AGO)

    with pytest.raises(AccessDenied):
        set_up.give_role(actor=world.officer, role=role())
    set_up.give_role(actor=world.operator, role=role())
    assert person.roles.get().kind == RoleKind.OPERATOR


def test_a_secretary_gives_roles_in_the_own_bloc_and_not_in_another_council(world: World) -> None:
    person = make_person("moi", "Người Mới")
    set_up.give_role(
        actor=world.secretary,
        role=Role(person=person, kind=RoleKind.REPRESENTATIVE, unit=world.btc, starts_on=LONG_AGO),
    )
    far = Unit.objects.get(code="xa")
    with pytest.raises(AccessDenied):
        set_up.give_role(
            actor=world.secretary,
            role=Role(person=person, kind=RoleKind.REPRESENTATIVE, unit=far, starts_on=LONG_AGO),
        )
    with pytest.raises(AccessDenied, match="hai Hội đồng khác nhau"):
        set_up.give_role(
            actor=world.secretary,
            role=Role(
                person=world.secretary,
                kind=RoleKind.SECRETARY,
                unit=far,
                bloc=world.bloc,
                starts_on=LONG_AGO,
            ),
        )


@pytest.mark.parametrize(
    ("kind", "scope"),
    [
        (RoleKind.REPRESENTATIVE, ()),
        (RoleKind.REPRESENTATIVE, ("bloc",)),
        (RoleKind.SIGNATORY, ("unit", "council")),
        (RoleKind.SCORER, ("unit", "bloc")),
        (RoleKind.SECRETARY, ("bloc",)),
        (RoleKind.SECRETARY, ("unit",)),
        (RoleKind.LEADER, ("unit",)),
        (RoleKind.LEADER, ("bloc", "council")),
        (RoleKind.LEADER, ()),
        (RoleKind.OFFICER, ("bloc",)),
        (RoleKind.OFFICER, ()),
        (RoleKind.OPERATOR, ("council",)),
    ],
)
def test_a_role_with_the_wrong_scope_is_refused_by_service_and_database(
    world: World, kind: RoleKind, scope: tuple[str, ...]
) -> None:
    areas = {"unit": world.btc, "bloc": world.bloc, "council": world.council}
    chosen = {name: areas[name] for name in scope}
    person = make_person("moi", "Người Mới")
    with pytest.raises(ValidationError, match="đúng phạm vi"):
        set_up.give_role(
            actor=world.operator,
            role=Role(person=person, kind=kind, starts_on=LONG_AGO, **chosen),
        )
    with (
        pytest.raises(IntegrityError, match="role_scope_fits_its_kind"),
        transaction.atomic(),
    ):
        give_role(person, kind, **chosen)


def test_an_ended_role_gives_no_rights_any_more(world: World) -> None:
    role = world.secretary.roles.get()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    set_up.end_role(actor=world.officer, role_id=role.pk, ends_on=yesterday)
    again = Person.objects.get(pk=world.secretary.pk)
    with pytest.raises(AccessDenied):
        set_up.save_unit(actor=again, council=world.council, unit=None, facts=unit_facts())
    assert not Bloc.objects.visible_to(again).exists()


def test_a_role_holds_on_its_last_day_and_not_before_its_first(world: World) -> None:
    person = make_person("moi", "Người Mới")
    role = give_role(person, RoleKind.REPRESENTATIVE, unit=world.btc)
    today = timezone.localdate()
    Role.objects.filter(pk=role.pk).update(starts_on=today, ends_on=today)
    assert person.roles_on(today).unit_ids == {world.btc.pk}
    assert not person.roles_on(today + datetime.timedelta(days=1)).unit_ids
    assert not person.roles_on(today - datetime.timedelta(days=1)).unit_ids


def test_a_locked_account_has_no_rights_whatever_its_roles(world: World) -> None:
    Person.objects.filter(pk=world.officer.pk).update(is_active=False)
    world.officer.refresh_from_db()
    with pytest.raises(AccessDenied):
        set_up.save_council(actor=world.officer, council=None, name="X", place="Y")


def test_a_role_does_not_end_before_it_starts(world: World) -> None:
    with pytest.raises(RuleError, match="phải sau ngày bắt đầu"):
        set_up.end_role(
            actor=world.officer,
            role_id=world.secretary.roles.get().pk,
            ends_on=day("2014-12-31"),
        )


def test_nobody_ends_a_role_they_could_not_give(world: World) -> None:
    for role in (world.officer.roles.get(), world.operator.roles.get()):
        with pytest.raises(AccessDenied):
            set_up.end_role(actor=world.secretary, role_id=role.pk, ends_on=timezone.localdate())


def test_people_are_sorted_by_given_name_as_lists_of_people_are(world: World) -> None:
    names = [
        person.full_name
        for person in Person.objects.filter(
            pk__in=[world.secretary.pk, world.deputy_secretary.pk, world.representative.pk]
        )
    ]
    assert names == ["Trần Thị Đại", "Lê Văn Phó", "Nguyễn Thị Thư"]
