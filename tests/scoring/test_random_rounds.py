"""Whole rounds played at random: whoever does what, and in whatever order, the rules hold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from scoring.engine.rules import points_of
from scoring.engine.standings import compute
from scoring.models import Criterion, Mark, Publication, Round, Sheet
from scoring.queries.earlier import earlier_marks
from scoring.queries.publications import published_basis
from scoring.queries.standings import table_of
from scoring.rules import RoundState, SheetState, Stage
from scoring.services.evidence import add_evidence
from scoring.services.explanations import (
    ExplanationText,
    explain,
)
from scoring.services.marks import differs, needs_reason
from scoring.services.publications import inputs_hash, publish_round, start_correction
from scoring.services.rounds import close_round, open_round, reopen_round
from scoring.services.sheets import follow_earlier, return_sheet, submit_sheet
from tests.cast import give_role, make_person
from tests.scoring.casting import draft_round, make_scoring, put
from units.models import Person
from units.rules import RoleKind, RuleError
from units.services.audit import verify

pytestmark = pytest.mark.django_db
PEOPLE = (
    "secretary", "deputy_secretary", "representative", "head_of_ubkt", "head_of_duk",
    "scorer_of_duk", "officer", "leader", "stranger",
)  # fmt: skip
ENTRIES: dict[str, st.SearchStrategy[dict[str, Any] | None]] = {
    "I.1": st.integers(0, 120).map(lambda achieved: {"achieved": str(achieved)}),
    "I.2": st.integers(0, 62).map(lambda halves: {"points": str(Decimal(halves) / 2)}),
    "I.3": st.integers(0, 8).map(lambda days: {"days_late": days}),
    "T.1": st.integers(0, 6).map(lambda count: {"count": str(count)}),
}
WHO = st.sampled_from(PEOPLE)
WHICH = st.integers(0, 40)
REASONS = st.sampled_from(["", "Theo báo cáo của cơ quan chuyên môn"])


class RandomRound(RuleBasedStateMachine):
    """One round of three units; every act is tried by anybody, most are refused."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.world = make_scoring()
        self.people: dict[str, Person] = dict(self.world.people)
        self.people["head_of_duk"] = make_person("bi-thu-duk", "Ngô Văn Bí")
        give_role(self.people["head_of_duk"], RoleKind.SIGNATORY, unit=self.world.duk)
        self.round_id = draft_round(self.world).pk
        # What a sent sheet holds; it must stay so until the sheet comes back.
        self.sent: dict[int, list[Any]] = {}
        self.published: dict[int, tuple[str, Any]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def attempt(self, act: Callable[[], object]) -> bool:
        """Try it; a refusal is a Vietnamese message or a no, and changes nothing."""
        before = self.everything()
        try:
            with transaction.atomic():
                act()
        except (RuleError, PermissionDenied) as refusal:
            words = str(refusal)
        else:
            return True
        assert words
        assert self.everything() == before
        return False

    def everything(self) -> list[Any]:
        return [
            Round.objects.get(pk=self.round_id).state,
            *Sheet.objects.order_by("pk").values_list("pk", "state", "version"),
            *Mark.objects.order_by("pk").values_list("pk", "entry", "points", "comment"),
            Publication.objects.count(),
        ]

    def sheet(self, number: int) -> Sheet | None:
        sheets = list(Sheet.objects.filter(round=self.round_id).order_by("pk"))
        return sheets[number % len(sheets)] if sheets else None

    def marks_of(self, sheet_id: int) -> list[Any]:
        marks = Mark.objects.filter(sheet=sheet_id).order_by("criterion__position")
        return list(marks.values_list("criterion__code", "entry", "points", "comment"))

    @property
    def actor(self) -> dict[str, Person]:
        # A later day's roles are read again, as at every request.
        return {name: Person.objects.get(pk=one.pk) for name, one in self.people.items()}

    # --- what people try ---------------------------------------------------------------------

    @rule(who=WHO)
    def open(self, who: str) -> None:
        self.attempt(lambda: open_round(actor=self.actor[who], round_id=self.round_id))

    @rule(who=WHO, which=WHICH, code=st.sampled_from(sorted(ENTRIES)), data=st.data(), why=REASONS)
    def mark(self, who: str, which: int, code: str, data: st.DataObject, why: str) -> None:
        sheet = self.sheet(which)
        if sheet is None:
            return
        entry = data.draw(st.one_of(st.none(), ENTRIES[code]))
        self.attempt(lambda: put(self.actor[who], sheet, code, entry, why if entry else ""))

    @rule(which=WHICH)
    def do_a_whole_sheet(self, which: int) -> None:
        """Let whoever may fill a sheet in do so, and send it."""
        sheet = self.sheet(which)
        if sheet is None:
            return
        for name in PEOPLE:
            actor = self.actor[name]
            full = {"I.1": {"achieved": "95"}, "I.2": {"points": "28.5"}, "I.3": {"days_late": 0}}
            for code, entry in full.items():
                self.attempt(partial(put, actor, sheet, code, entry, "Theo hồ sơ"))
            self.attempt(
                partial(
                    add_evidence,
                    actor=actor,
                    sheet_id=sheet.pk,
                    criterion="I.2",
                    link="https://hanam.gov.vn/1",
                )
            )
            self.send(name, which)

    @rule(who=WHO, which=WHICH)
    def send(self, who: str, which: int) -> None:
        sheet = self.sheet(which)
        if sheet is not None and self.attempt(
            lambda: submit_sheet(actor=self.actor[who], sheet_id=sheet.pk)
        ):
            self.sent[sheet.pk] = self.marks_of(sheet.pk)

    @rule(who=WHO, which=WHICH)
    def follow(self, who: str, which: int) -> None:
        sheet = self.sheet(which)
        if sheet is not None:
            self.attempt(lambda: follow_earlier(actor=self.actor[who], sheet_id=sheet.pk))

    @rule(who=WHO, which=WHICH, why=REASONS)
    def give_back(self, who: str, which: int, why: str) -> None:
        sheet = self.sheet(which)
        if sheet is not None and self.attempt(
            lambda: return_sheet(actor=self.actor[who], sheet_id=sheet.pk, reason=why)
        ):
            self.sent.pop(sheet.pk, None)

    @rule(
        who=WHO, unit=st.sampled_from(["ubkt", "duk", "btc"]), code=st.sampled_from(["I.1", "I.2"])
    )
    def explain(self, who: str, unit: str, code: str) -> None:
        given = ExplanationText("Đã có văn bản xác nhận")
        criterion = Criterion.objects.get(code=code)
        self.attempt(
            lambda: explain(
                actor=self.actor[who],
                round_id=self.round_id,
                unit=getattr(self.world, unit),
                criterion=criterion,
                given=given,
            )
        )

    @rule(who=WHO)
    def close(self, who: str) -> None:
        self.attempt(lambda: close_round(actor=self.actor[who], round_id=self.round_id))

    @rule(who=WHO, why=REASONS)
    def open_again(self, who: str, why: str) -> None:
        self.attempt(
            lambda: reopen_round(actor=self.actor[who], round_id=self.round_id, reason=why)
        )

    @rule(who=WHO, why=REASONS)
    def publish(self, who: str, why: str) -> None:
        self.attempt(
            lambda: publish_round(actor=self.actor[who], round_id=self.round_id, reason=why)
        )
        for one in Publication.objects.filter(round=self.round_id):
            self.published.setdefault(one.version, (one.inputs_hash, one.standings))

    @rule(who=WHO, why=REASONS)
    def correct(self, who: str, why: str) -> None:
        self.attempt(
            lambda: start_correction(actor=self.actor[who], round_id=self.round_id, reason=why)
        )

    # --- what always holds -------------------------------------------------------------------

    @invariant()
    def every_mark_has_the_points_that_its_rule_gives(self) -> None:
        scored = Round.objects.get(pk=self.round_id)
        table = table_of(scored)
        for mark in Mark.objects.select_related("criterion"):
            leaf = table.criterion(mark.criterion.code)
            assert mark.points == points_of(leaf, mark.entry, table.precision)
            assert mark.points is not None
            assert 0 <= mark.points <= leaf.max

    @invariant()
    def nobody_scores_the_own_unit_after_the_self_score(self) -> None:
        for mark in Mark.objects.exclude(sheet__stage=Stage.SELF).select_related("sheet"):
            assert mark.marked_by is not None
            roles = mark.marked_by.roles.filter(unit=mark.sheet.unit_id)
            assert not roles.exists()

    @invariant()
    def a_sent_sheet_stays_as_it_was_sent(self) -> None:
        for pk, marks in self.sent.items():
            assert self.marks_of(pk) == marks

    @invariant()
    def whoever_differs_from_the_stage_before_has_said_why(self) -> None:
        sent = Sheet.objects.filter(state__in=[SheetState.SUBMITTED, SheetState.LOCKED])
        for sheet in sent.select_related("round__season"):
            if not needs_reason(sheet):
                continue
            earlier = earlier_marks(sheet)
            for mark in Mark.objects.filter(sheet=sheet).select_related("criterion"):
                own = earlier.get(mark.criterion.code)
                assert mark.comment or not differs(mark.entry, mark.points, own)

    @invariant()
    def what_was_published_never_changes_and_comes_out_of_its_inputs(self) -> None:
        for one in Publication.objects.filter(round=self.round_id):
            assert self.published.get(one.version, (one.inputs_hash, one.standings)) == (
                one.inputs_hash,
                one.standings,
            )
            assert inputs_hash(one.inputs) == one.inputs_hash
            again = compute(*published_basis(one))
            assert [row.unit for row in again.rows] == [
                row["unit"] for row in one.standings["standings"]
            ]
            assert all(row.total == row.base + row.bonus - row.minus for row in again.rows)

    @invariant()
    def the_audit_trail_is_whole(self) -> None:
        assert verify(self.world.season.audit_chain) is None


def test_whatever_is_tried_in_whatever_order_the_rules_of_a_round_hold() -> None:
    run_state_machine_as_test(
        RandomRound, settings=settings(max_examples=12, stateful_step_count=25, deadline=None)
    )


def test_a_round_can_be_played_to_its_publication_and_corrected() -> None:
    play = RandomRound()
    try:
        play.open("secretary")
        for _stage in range(2):
            for which in range(Sheet.objects.filter(round=play.round_id).count()):
                play.do_a_whole_sheet(which)
        play.close("secretary")
        play.publish("secretary", "")
        assert Round.objects.get(pk=play.round_id).state == RoundState.PUBLISHED
        play.correct("secretary", "Cộng nhầm điểm")
        play.open_again("secretary", "Cộng nhầm điểm")
        assert Round.objects.get(pk=play.round_id).state == RoundState.OPEN
        play.what_was_published_never_changes_and_comes_out_of_its_inputs()
        play.the_audit_trail_is_whole()
    finally:
        play.teardown()
