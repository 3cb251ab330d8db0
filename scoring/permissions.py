"""Who may score, see and publish what."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from compacts.models import Season
from compacts.permissions import (
    can_comment_on_text,
    can_manage_season,
    head_unit_id,
    is_of_unit,
    secretary_units,
)
from scoring.models import Assignment, Poll, Round, Sheet
from scoring.rules import RoundState, Stage
from units.access import YES, Verdict, no, rule
from units.models import Person, Unit
from units.permissions import today_of
from units.rules import RoleKind


@rule("scoring.manage_round")
def can_manage_round(person: Person, round: Round) -> Verdict:
    """May the person open, close and publish the round, assign scorers, exempt, decide?"""
    return can_manage_season(person, round.season)


@rule("scoring.manage_tables")
def can_manage_tables(person: Person, season: Season) -> Verdict:
    """May the person import and adopt the season's scoring table?"""
    return can_manage_season(person, season)


def scores_for_unit(person: Person, unit_id: int) -> bool:
    """Does the person score on behalf of the unit today?"""
    scorer = today_of(person).ids(RoleKind.SCORER, "unit")
    return unit_id in scorer or is_of_unit(person, unit_id)


@rule("scoring.mark_sheet")
def can_mark_sheet(person: Person, sheet: Sheet) -> Verdict:
    """May the person write marks on the sheet and send it?

    A self sheet: the unit itself. The secretariat's sheets: its secretaries, never for a unit
    they belong to. Another unit's sheets: who scores for that unit. Nobody of the head unit
    scores the head unit beyond its self sheet (R14).
    """
    if sheet.stage == Stage.SELF:
        if is_of_unit(person, sheet.unit_id):
            return YES
        return no(_("Chỉ đại diện hoặc thủ trưởng của đơn vị được tự chấm."))
    if sheet.unit_id in today_of(person).unit_ids:
        return no(_("Không ai được chấm cho chính đơn vị của mình."))
    if sheet.scorer_id is not None:
        if scores_for_unit(person, sheet.scorer_id):
            return YES
        return no(_("Phiếu này do đơn vị khác được phân công chấm."))
    if sheet.unit_id == head_unit_id(sheet.round.season):
        return no(_("Thư ký khối không chấm cho trưởng khối; đơn vị được phân công chấm."))
    if secretary_units(person, sheet.round.season):
        return YES
    return no(_("Chỉ thư ký khối được thẩm định."))


@rule("scoring.return_sheet")
def can_return_sheet(person: Person, sheet: Sheet) -> Verdict:
    """May the person return a sent sheet to its scorer with a reason?"""
    return can_manage_season(person, sheet.round.season)


@rule("scoring.see_ranking")
def can_see_ranking(person: Person, round: Round) -> Verdict:
    """May the person see the round's ranking?

    Everybody in the season once it was published (while it is being corrected, as it was
    published); before that who may see the provisional one.
    """
    if round.state == RoundState.PUBLISHED or round.publications.exists():
        return YES
    return can_see_provisional(person, round)


@rule("scoring.see_provisional")
def can_see_provisional(person: Person, round: Round) -> Verdict:
    """May the person see the ranking as it stands, before it is published?

    The season's secretariat, the leaders of the bloc and its council, the council's officers.
    """
    roles = today_of(person)
    season = round.season
    if season.bloc_id in roles.ids(RoleKind.LEADER, "bloc") or season.bloc.council_id in roles.ids(
        RoleKind.LEADER, "council"
    ):
        return YES
    if can_manage_season(person, season):
        return YES
    return no(_("Bảng xếp hạng chưa được công bố."))


def seasons_before_publication(person: Person, seasons: Collection[int]) -> set[int]:
    """Those of the seasons whose unpublished points the person may see, in one query.

    The same answer as ``can_see_provisional`` gives for the rounds of each.
    """
    roles = today_of(person)
    councils = roles.ids(RoleKind.LEADER, "council") | roles.ids(RoleKind.OFFICER, "council")
    may = Q(bloc__in=roles.ids(RoleKind.LEADER, "bloc")) | Q(bloc__council__in=councils)
    for role in roles.roles:
        if role.kind == RoleKind.SECRETARY:
            may |= Q(bloc=role.bloc_id, offices__unit=role.unit_id)
    return set(Season.objects.filter(may, pk__in=seasons).values_list("pk", flat=True))


@rule("scoring.explain")
def can_explain(person: Person, round: Round, unit: Unit) -> Verdict:
    """May the person answer, on behalf of the unit, to how it was verified?"""
    if not is_of_unit(person, unit.pk):
        return no(_("Chỉ đại diện hoặc thủ trưởng của đơn vị được giải trình."))
    if not round.season.participants.filter(unit=unit).exists():
        return no(_("Đơn vị này không tham gia mùa thi đua."))
    return YES


@rule("scoring.see_explanations")
def can_see_explanations(person: Person, round: Round, unit: Unit) -> Verdict:
    """May the person read what the unit explained?

    The unit itself, who verifies it, the secretariat, leaders and officers. Beside what was
    explained stand the verified points: nothing for a cross-checker before publication.
    """
    roles = today_of(person)
    assigned = Assignment.objects.filter(round=round, unit=unit, scorer__isnull=False)
    if round.state != RoundState.PUBLISHED:
        assigned = assigned.filter(stage__in=[Stage.VERIFY, Stage.RECHECK])
    scoring = set(assigned.values_list("scorer", flat=True))
    if unit.pk in roles.unit_ids or any(scores_for_unit(person, one) for one in scoring):
        return YES
    return can_see_provisional(person, round)


@rule("scoring.answer_explanation")
def can_answer_explanation(person: Person, verified: Sheet) -> Verdict:
    """May the person answer a unit's explanation of a mark? Who may verify it, nobody else."""
    return can_mark_sheet(person, verified)


@rule("scoring.ask_exemption")
def can_ask_exemption(person: Person, season: Season, unit: Unit) -> Verdict:
    """May the person ask that a criterion does not apply to the unit?"""
    if not is_of_unit(person, unit.pk):
        return no(_("Chỉ đại diện hoặc thủ trưởng của đơn vị được đề nghị."))
    if not season.participants.filter(unit=unit).exists():
        return no(_("Đơn vị này không tham gia mùa thi đua."))
    return YES


@rule("scoring.answer_exemption")
def can_answer_exemption(person: Person, season: Season, unit: Unit) -> Verdict:
    """May the person answer the unit's request? Who runs the season, not for the own unit."""
    if unit.pk in today_of(person).unit_ids:
        return no(_("Không ai được trả lời đề nghị của chính đơn vị mình."))
    return can_manage_season(person, season)


@rule("scoring.manage_poll")
def can_manage_poll(person: Person, poll: Poll) -> Verdict:
    """May the person set up, open and close the ballot, and enter what the tellers counted?"""
    return can_manage_season(person, poll.round.season)


@rule("scoring.vote")
def can_vote(person: Person, poll: Poll) -> Verdict:
    """May the person put a paper into the ballot's box? Whoever is on its roll."""
    if poll.roll.filter(person=person).exists():
        return YES
    return no(_("Đồng chí không có tên trong danh sách cử tri."))


@rule("scoring.object_to")
def can_object_to(person: Person, round: Round, unit: Unit) -> Verdict:
    """May the person object to the published ranking on behalf of the unit?"""
    if not is_of_unit(person, unit.pk):
        return no(_("Chỉ đại diện hoặc thủ trưởng của đơn vị được kiến nghị."))
    if not round.season.participants.filter(unit=unit).exists():
        return no(_("Đơn vị này không tham gia mùa thi đua."))
    return YES


@rule("scoring.answer_objection")
def can_answer_objection(person: Person, round: Round, unit: Unit) -> Verdict:
    """May the person answer the unit's objection? Who runs the season, not for the own unit."""
    if unit.pk in today_of(person).unit_ids:
        return no(_("Không ai được trả lời kiến nghị của chính đơn vị mình."))
    return can_manage_season(person, round.season)


@rule("scoring.comment_on_table")
def can_comment_on_table(person: Person, season: Season, unit: Unit) -> Verdict:
    """May the person comment, on behalf of the unit, on the season's drafted scoring table?"""
    return can_comment_on_text(person, season, unit)


@rule("scoring.compare_blocs")
def can_compare_blocs(person: Person) -> Verdict:
    """May the person look at blocs beside each other? Leaders, officers, secretaries."""
    roles = today_of(person)
    if any(roles.has(kind) for kind in (RoleKind.LEADER, RoleKind.OFFICER, RoleKind.SECRETARY)):
        return YES
    return no(_("Trang này dành cho lãnh đạo, thường trực Hội đồng và thư ký khối."))


@rule("scoring.oversee")
def can_oversee(person: Person, season: Season) -> Verdict:
    """May the person look at all units of the season beside each other?

    The leaders and secretaries of the bloc, the leaders and officers of its council.
    """
    roles = today_of(person)
    blocs = roles.ids(RoleKind.LEADER, "bloc") | roles.ids(RoleKind.SECRETARY, "bloc")
    councils = roles.ids(RoleKind.LEADER, "council") | roles.ids(RoleKind.OFFICER, "council")
    if season.bloc_id in blocs or season.bloc.council_id in councils:
        return YES
    return no(_("Trang này dành cho lãnh đạo, thường trực Hội đồng và thư ký khối."))


@rule("scoring.print_dossier")
def can_print_dossier(person: Person, season: Season) -> Verdict:
    """May the person print all papers of the season? Secretariat, leaders, officers."""
    roles = today_of(person)
    if season.bloc_id in roles.ids(RoleKind.LEADER, "bloc") or season.bloc.council_id in roles.ids(
        RoleKind.LEADER, "council"
    ):
        return YES
    if can_manage_season(person, season):
        return YES
    return no(_("Chỉ thư ký khối, lãnh đạo và thường trực Hội đồng được in cả hồ sơ."))
