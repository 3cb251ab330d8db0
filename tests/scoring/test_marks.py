from __future__ import annotations

import contextlib
import datetime
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.utils import timezone, translation

from scoring.forms.typed_values import canonical_date, canonical_number
from scoring.models import Mark, Sheet
from scoring.services import marks
from scoring.services.marks import MarkConflictError, MarkRefusedError, save_mark
from tests.cast import World, adopt, make_table, make_world, table_definition
from tests.scoring.casting import make_scoring, opened_round, put, sent_self_sheet, sheet_of
from units.models import AuditEntry
from units.rules import RuleError

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_scoring()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("95", "95"),
        ("95,0", "95.0"),
        ("88,25", "88.25"),
        ("9.5", "9.5"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        (" 1 234,5 ", "1234.5"),
        ("007", "7"),
        ("0", "0"),
        ("0,50", "0.50"),
    ],
)
def test_numbers_are_stored_with_a_point_and_the_places_typed(typed: str, stored: str) -> None:
    assert canonical_number(typed) == stored


@pytest.mark.parametrize("typed", ["", "x", "1,2,3", "1.234", "-5", "1e3", "٣", "NaN", "5%"])
def test_what_is_no_clear_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"không phải là số|hiểu được hai cách"):
        canonical_number(typed)


def test_dates_are_typed_the_vietnamese_way() -> None:
    assert canonical_date("20/3/2018") == "2018-03-20"
    assert canonical_date("2018-03-20") == "2018-03-20"
    with pytest.raises(ValueError, match="không phải là ngày"):
        canonical_date("31/2/2018")


def test_a_mark_gets_its_points_from_the_engine(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    mark = put(world.representative, sheet, "I.1", {"achieved": "88.25"})
    assert mark is not None
    assert mark.points == Decimal("52.95")
    assert AuditEntry.objects.filter(action="save_mark").count() == 1


def test_writing_what_stands_changes_nothing(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    first = put(world.representative, sheet, "I.1", {"achieved": "95"})
    again = save_mark(
        actor=world.head_of_btc, sheet_id=sheet.pk, criterion="I.1", entry={"achieved": "95"}
    )
    assert first is not None
    assert again is not None
    assert again.version == first.version
    assert AuditEntry.objects.filter(action="save_mark").count() == 1


def test_a_cleared_and_rewritten_line_is_no_longer_the_one_seen_before(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    seen = put(world.representative, sheet, "I.1", {"achieved": "95"})
    assert seen is not None
    put(world.head_of_btc, sheet, "I.1", None)
    put(world.head_of_btc, sheet, "I.1", {"achieved": "80"})
    with pytest.raises(MarkConflictError, match="Phạm Văn Trưởng vừa sửa"):
        save_mark(
            actor=world.representative, sheet_id=sheet.pk, criterion="I.1",
            entry={"achieved": "96"}, version=seen.version,
        )  # fmt: skip
    assert Mark.objects.get().entry == {"achieved": "80"}


def test_a_group_and_an_unknown_criterion_take_no_marks(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    for code in ("I", "X.9"):
        with pytest.raises(RuleError, match="không thuộc phiếu"):
            put(world.representative, sheet, code, {"points": "1"})


@pytest.mark.parametrize(
    ("code", "entry", "field"),
    [
        ("I.1", {"achieved": "-1"}, "achieved"),
        ("I.1", {"achieved": 95}, "achieved"),
        ("I.2", {"points": "0.3"}, "points"),
        ("I.2", {"points": "30.5"}, "points"),
        ("I.3", {"days_late": -1}, "days_late"),
        ("T.1", {"count": "1.5"}, "count"),
    ],
)
def test_a_bad_entry_is_refused_at_its_field(
    world: World, code: str, entry: dict[str, Any], field: str
) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    with pytest.raises(MarkRefusedError) as refusal:
        put(world.representative, sheet, code, entry)
    assert field in refusal.value.faults
    assert not Mark.objects.exists()


def test_a_reader_of_english_is_refused_in_english(world: World) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    with translation.override("en"), pytest.raises(MarkRefusedError) as refusal:
        put(world.representative, sheet, "I.2", {"points": "30.5"})
    assert refusal.value.faults["points"] == "More points than the maximum. (at most 30)"


def test_who_may_mark_which_sheet(world: World) -> None:
    """By hand from R14: the unit itself, the secretariat, never anybody of the head its own."""
    scored = opened_round(world)
    sheets = {
        (sheet.unit.code, sheet.stage): sheet
        for sheet in Sheet.objects.filter(round=scored).select_related("unit")
    }
    may = {
        ("btc", "self"): {"representative", "head_of_btc"},
        ("btc", "verify"): {"secretary", "deputy_secretary"},
        ("duk", "self"): set(),
        ("duk", "verify"): {"secretary"},
        ("ubkt", "self"): {"head_of_ubkt"},
        ("ubkt", "verify"): {"scorer_of_duk"},
    }
    for key, sheet in sheets.items():
        for name, person in world.people.items():
            if name in may[key]:
                assert put(person, sheet, "I.3", {"days_late": 0}) is not None
            else:
                with pytest.raises(PermissionDenied):
                    put(person, sheet, "I.3", {"days_late": 1})


def test_before_the_round_opens_its_window_nothing_is_marked(world: World) -> None:
    scored = opened_round(world, opens_at=timezone.now() + datetime.timedelta(hours=1))
    with pytest.raises(RuleError, match="Chưa đến giờ"):
        put(world.representative, sheet_of(scored, world.btc), "I.1", {"achieved": "95"})


def test_a_verified_mark_equal_in_value_needs_no_reason(world: World) -> None:
    scored = opened_round(world)
    sent_self_sheet(world, scored)
    verify = sheet_of(scored, world.btc, "verify")
    assert put(world.secretary, verify, "I.1", {"achieved": "95.0"}) is not None


@pytest.mark.parametrize(("code", "entry"), [("I.1", {"achieved": "90"}), ("T.1", {"count": "1"})])
def test_a_verified_difference_needs_a_reason(
    world: World, code: str, entry: dict[str, Any]
) -> None:
    scored = opened_round(world)
    sent_self_sheet(world, scored)
    verify = sheet_of(scored, world.btc, "verify")
    with pytest.raises(MarkRefusedError, match="hãy ghi lý do"):
        put(world.secretary, verify, code, entry, "  ")
    assert put(world.secretary, verify, code, entry, "Theo báo cáo số 12") is not None


def test_the_same_points_from_another_figure_still_need_a_reason(world: World) -> None:
    scored = opened_round(world)
    own = sheet_of(scored, world.btc)
    put(world.representative, own, "I.1", {"achieved": "100"})
    Sheet.objects.filter(pk=own.pk).update(state="submitted", submitted_at=timezone.now())
    with pytest.raises(MarkRefusedError, match="hãy ghi lý do"):
        put(world.secretary, sheet_of(scored, world.btc, "verify"), "I.1", {"achieved": "120"})


def test_relative_marks_wait_for_the_other_units() -> None:
    world = make_world()
    definition = table_definition()
    definition["criteria"][0]["children"][0]["rule"] = {"kind": "relative"}
    adopt(world.season, make_table(definition))
    sheet = sheet_of(opened_round(world), world.btc)
    mark = put(world.representative, sheet, "I.1", {"achieved": "95", "target": "90"})
    assert mark is not None
    assert mark.points is None


def _two_writers(world: World, sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two writers who both saw version 1 meet before writing; what became of each."""
    seen = put(world.representative, sheet, "I.1", {"achieved": "50"})
    assert seen is not None
    barrier = threading.Barrier(2)
    write_mark = marks.write_mark
    outcomes: list[str] = []

    def meeting(*facts: Any) -> Mark:
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=1)
        return write_mark(*facts)

    def write(figure: str) -> None:
        try:
            save_mark(
                actor=world.representative, sheet_id=sheet.pk, criterion="I.1",
                entry={"achieved": figure}, version=seen.version,
            )  # fmt: skip
            outcomes.append("saved")
        except MarkConflictError:
            outcomes.append("conflict")
        finally:
            connections.close_all()

    monkeypatch.setattr(marks, "write_mark", meeting)
    writers = [threading.Thread(target=write, args=[figure]) for figure in ("80", "90")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_writers_at_once_one_saves_and_the_other_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = sheet_of(opened_round(world), world.btc)
    assert _two_writers(world, sheet, monkeypatch) == ["conflict", "saved"]


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_the_second_overwrites_the_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If this ever fails, the test above proves nothing."""

    def unlocked(sheet_id: int) -> Sheet:
        sheets = Sheet.objects.select_related("round__season__bloc__council")
        return sheets.get(pk=sheet_id)

    sheet = sheet_of(opened_round(world), world.btc)
    monkeypatch.setattr(marks, "lock_sheet", unlocked)
    assert _two_writers(world, sheet, monkeypatch) == ["saved", "saved"]
