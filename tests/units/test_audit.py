from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import World
from tests.races import race
from units.models import AuditEntry, Person
from units.services.audit import FIRST_HASH, head_of, record, verify

CHAIN = "season:thu:2018"


def write(actor: Person | None, summary: str, chain: str = CHAIN) -> AuditEntry:
    with transaction.atomic():
        return record(chain=chain, actor=actor, action="thu", target="thu:1", summary=summary)


def execute(statement: str, *values: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def without_guard(statement: str, *values: int) -> None:
    """Do what only the database's owner could do: switch the trigger off, then write."""
    execute("ALTER TABLE units_auditentry DISABLE TRIGGER USER")
    execute(statement, *values)
    execute("ALTER TABLE units_auditentry ENABLE TRIGGER USER")


def test_entries_are_numbered_and_each_carries_the_hash_before_it(world: World) -> None:
    first = write(world.secretary, "Một")
    second = write(world.secretary, "Hai")
    assert (first.sequence, second.sequence) == (1, 2)
    assert first.previous_hash == FIRST_HASH
    assert second.previous_hash == first.hash
    assert head_of(CHAIN) == second.hash
    assert verify(CHAIN) is None


def test_chains_do_not_touch_each_other(world: World) -> None:
    write(world.secretary, "Một")
    other = write(world.secretary, "Một", chain="season:khac:2018")
    assert other.sequence == 1
    assert head_of("season:trong:2018") == ""
    assert verify("season:trong:2018") is None


def test_an_entry_says_who_did_it_in_words_that_outlive_a_change_of_name(world: World) -> None:
    entry = write(world.secretary, "Một")
    Person.objects.filter(pk=world.secretary.pk).update(full_name="Tên khác")
    entry.refresh_from_db()
    assert entry.actor_name == "Nguyễn Thị Thư"
    assert json.loads(entry.canonical)["actor_name"] == "Nguyễn Thị Thư"
    assert write(None, "Tự động").actor_name == "Hệ thống"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE units_auditentry SET summary = 'khác' WHERE id = %s",
        "DELETE FROM units_auditentry WHERE id = %s",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(world: World, statement: str) -> None:
    entry = write(world.secretary, "Một")
    with pytest.raises(IntegrityError, match="append-only"):
        execute(statement, entry.pk)
    entry.refresh_from_db()
    assert entry.summary == "Một"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "place", "what"),
    [
        (
            "UPDATE units_auditentry SET summary = 'Đã sửa' WHERE sequence = 2",
            2,
            "câu hiển thị khác với bản gốc",
        ),
        (
            "UPDATE units_auditentry SET actor_name = 'Người khác' WHERE sequence = 1",
            1,
            "câu hiển thị khác với bản gốc",
        ),
        (
            "UPDATE units_auditentry SET canonical = replace(canonical, 'Hai', 'Bốn')",
            2,
            "nội dung đã bị sửa",
        ),
        ("DELETE FROM units_auditentry WHERE sequence = 2", 3, "thiếu hoặc thừa một mục"),
        (
            "UPDATE units_auditentry SET previous_hash = hash WHERE sequence = 3",
            3,
            "không nối với mục trước",
        ),
    ],
)
def test_tampering_past_the_trigger_is_found_where_it_begins(
    world: World, statement: str, place: int, what: str
) -> None:
    for summary in ("Một", "Hai", "Ba"):
        write(world.secretary, summary)
    without_guard(statement)
    fault = verify(CHAIN)
    assert fault is not None
    assert (fault.chain, fault.sequence, fault.what) == (CHAIN, place, what)


@pytest.mark.django_db(transaction=True)
def test_who_writes_and_when_can_not_be_changed_unnoticed(world: World) -> None:
    write(world.secretary, "Một")
    without_guard("UPDATE units_auditentry SET actor_id = %s", world.leader.pk)
    assert verify(CHAIN) is not None
    without_guard("UPDATE units_auditentry SET actor_id = %s", world.secretary.pk)
    assert verify(CHAIN) is None
    without_guard("UPDATE units_auditentry SET at = at - interval '1 day'")
    assert verify(CHAIN) is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("already_there", [0, 1])
def test_two_writers_at_once_make_one_chain(world: World, already_there: int) -> None:
    for _entry in range(already_there):
        write(world.secretary, "Trước")
    outcomes = race(
        lambda: write(world.secretary, "Một"),
        lambda: write(world.leader, "Hai"),
        meet_at='INSERT INTO "units_auditentry"',
    )
    assert [type(outcome) for outcome in outcomes] == [AuditEntry, AuditEntry]
    assert AuditEntry.objects.filter(chain=CHAIN).count() == already_there + 2
    assert verify(CHAIN) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("already_there", [0, 1])
def test_control_without_the_lock_the_database_stops_a_fork(
    world: World, already_there: int
) -> None:
    """If this ever fails, the test above proves nothing."""
    for _entry in range(already_there):
        write(world.secretary, "Trước")
    outcomes = race(
        lambda: write(world.secretary, "Một"),
        lambda: write(world.leader, "Hai"),
        meet_at='INSERT INTO "units_auditentry"',
        without_locks=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "AuditEntry",
        "IntegrityError",
    ]
