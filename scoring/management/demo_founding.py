"""What the demo's founding year went through: a conference, cross-checks, an explanation, a vote.

The season file of the founding case holds what its source tells and the marks. Here is added, as
sample data, what a bloc does besides, so that each kind of paper is found on one season's page.
"""

from __future__ import annotations

import copy
import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from compacts.models import Conference, Season
from compacts.rules import ConferenceKind, Presence
from compacts.services.attendance import Guest, Present, mark_attendance
from compacts.services.conferences import (
    ConferenceFacts,
    close_conference,
    open_conference,
    plan_conference,
    record_conclusion,
)
from scoring.models import Ballot, BallotVote, Criterion, Poll, Round
from scoring.rules import BallotBase, PollState, PollWay
from scoring.services.explanations import ExplanationText, answer_explanation, explain
from scoring.services.polls import PollFacts, open_poll, set_up_poll
from scoring.services.rounds import close_round, reopen_round
from units.models import Person

# Who explains, and what: the criteria on which it was given less than it proposed.
_EXPLAINING = "btc"
_EXPLAINED = (
    (
        "I.2.2",
        "Hội nghị ngày 14/9 do hai cơ quan cùng chủ trì; đề nghị tính cho cả hai. (Mẫu)",
        "Quyết định tổ chức hội nghị ghi một cơ quan chủ trì; giữ nguyên điểm thẩm định. (Mẫu)",
    ),
    (
        "III.1.1",
        "Kế hoạch bổ sung tháng 6 đã ghi chỉ tiêu và cách đo của từng phần việc. (Mẫu)",
        "Kế hoạch bổ sung còn hai phần việc chưa có cách đo; giữ nguyên điểm thẩm định. (Mẫu)",
    ),
)
# Which unit is checked by a team of which other; not all, so that the list of papers stays short.
_TEAMS = {"vptu": "btc", "btc": "btg", "bdv": "bnc"}
_CHECKED_GROUPS = ("I.", "III.")
_LOWERED = "III.2.3"
_CANDIDATES = {"ubkt": 8, "vptu": 9, "btc": 8, "btg": 6}


def with_cross_checks(data: dict[str, Any]) -> dict[str, Any]:
    """The season's file with cross-checks of some units by others."""
    checked = copy.deepcopy(data)
    scored = checked["rounds"][0]
    own = {row["unit"]: row for row in scored["sheets"] if row["stage"] == "self"}
    for code, scorer in _TEAMS.items():
        marks = [
            {name: value for name, value in mark.items() if name != "comment"}
            for mark in own[code]["marks"]
            if mark["criterion"].startswith(_CHECKED_GROUPS)
        ]
        for mark in marks:
            if mark["criterion"] == _LOWERED:
                mark["points"] = str(Decimal(mark["points"]) - 1)
                mark["comment"] = "Sổ theo dõi chưa cập nhật hai tháng cuối năm (dữ liệu mẫu)"
        scored["sheets"].append(
            {
                "unit": code,
                "stage": "cross",
                "scorer": scorer,
                "submitted_at": "2018-12-07T16:00:00+07:00",
                "marks": marks,
            }
        )
    return checked


def finish_founding_round(*, secretary: Person, representative: Person, scored: Round) -> None:
    """Let the closed round have its explanations and its ballot; once, before it is published."""
    if scored.explanations.exists() or scored.polls.exists():
        return
    reopen_round(actor=secretary, round_id=scored.pk, reason="Nhận giải trình của đơn vị. (Mẫu)")
    unit = scored.season.participants.get(unit__code=_EXPLAINING).unit
    criteria = Criterion.objects.filter(table__adoptions__season=scored.season)
    for code, text, answer in _EXPLAINED:
        made = explain(
            actor=representative,
            round_id=scored.pk,
            unit=unit,
            criterion=criteria.get(code=code),
            given=ExplanationText(text),
        )
        answer_explanation(actor=secretary, explanation_id=made.pk, accepted=False, answer=answer)
    close_round(actor=secretary, round_id=scored.pk)
    _vote(secretary, scored)


def _vote(secretary: Person, scored: Round) -> None:
    """A secret ballot on paper, counted by tellers; no title hangs on it."""
    units = {row.unit.code: row.unit for row in scored.season.participants.select_related("unit")}
    poll = set_up_poll(
        actor=secretary,
        round_id=scored.pk,
        facts=PollFacts(
            code="dien-hinh",
            name="Giới thiệu tập thể điển hình tiên tiến của khối (dữ liệu mẫu)",
            is_secret=True,
            way=PollWay.PAPER,
            base=BallotBase.ALL,
            min_share=Decimal("0.7"),
            max_choices=3,
        ),
        candidates=[units[code] for code in _CANDIDATES],
    )
    open_poll(actor=secretary, poll_id=poll.pk)
    # Closed by hand: the count was at the meeting of its year, whenever the demo is loaded, and a
    # closed ballot never changes.
    ballot = Ballot.objects.create(
        round=scored,
        code=poll.code,
        name=poll.name,
        voters=len(units),
        present=len(units),
        valid=len(units),
        base=poll.base,
    )
    BallotVote.objects.bulk_create(
        BallotVote(ballot=ballot, unit=units[code], yes=yes) for code, yes in _CANDIDATES.items()
    )
    opened = _moment(scored.season, 12, 14, 10)
    Poll.objects.filter(pk=poll.pk).update(
        state=PollState.CLOSED,
        opened_at=opened,
        closed_at=opened + datetime.timedelta(minutes=25),
        ballot=ballot,
    )


def hold_founding_conference(*, secretary: Person, season: Season) -> None:
    """The signing conference of the founding case, with its minutes; nothing where it has one."""
    if season.conferences.exists():
        return
    made = plan_conference(
        actor=secretary,
        season=season,
        kind=ConferenceKind.SIGNING,
        facts=ConferenceFacts(
            title=f"Hội nghị ký kết giao ước thi đua năm {season.year}",
            place="Hội trường Tỉnh ủy (mẫu)",
            starts_at=_moment(season, 3, 20, 8),
            chair=f"{season.leader_name}, {season.leader_position}",
            minute_taker=f"{secretary.full_name}, {secretary.position}",
        ),
    )
    mark_attendance(
        actor=secretary,
        conference_id=made.pk,
        units={
            one.pk: Present(Presence.PRESENT, one.signatory_name, one.signatory_position)
            for one in season.participants.all()
        },
        guests=[Guest("Đỗ Văn Trực (mẫu)", "Thường trực", "Hội đồng Thi đua - Khen thưởng")],
        version=made.attendance_version,
    )
    open_conference(actor=secretary, conference_id=made.pk)
    last = made.items.order_by("position").last()
    if last is not None:
        record_conclusion(
            actor=secretary,
            item_id=last.pk,
            text="10/10 đơn vị ký giao ước; Trưởng khối theo dõi, đôn đốc thực hiện. (Mẫu)",
            version=last.conclusion_version,
        )
    close_conference(actor=secretary, conference_id=made.pk)
    Conference.objects.filter(pk=made.pk).update(
        opened_at=_moment(season, 3, 20, 8), closed_at=_moment(season, 3, 20, 11)
    )


def _moment(season: Season, month: int, day: int, hour: int) -> datetime.datetime:
    zone = timezone.get_default_timezone()
    return datetime.datetime(season.year, month, day, hour, tzinfo=zone)
