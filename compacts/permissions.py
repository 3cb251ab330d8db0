"""Who may do what with seasons, registrations and compacts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from compacts.models import Compact, Conference, Office, Registration, RoleModel, Season
from compacts.rules import CONFERENCE_MOVES, ConferenceAction, OfficeKind
from units.access import YES, Verdict, no, rule
from units.models import Bloc, Person, Unit
from units.permissions import can_set_up_bloc, today_of
from units.rules import RoleKind


def is_of_unit(person: Person, unit_id: int) -> bool:
    """Does the person speak for the unit today, as representative or as its head?"""
    roles = today_of(person)
    return unit_id in (
        roles.ids(RoleKind.REPRESENTATIVE, "unit") | roles.ids(RoleKind.SIGNATORY, "unit")
    )


def is_unit_head(person: Person, unit_id: int) -> bool:
    """Is the person the unit's head (signatory) today?"""
    return unit_id in today_of(person).ids(RoleKind.SIGNATORY, "unit")


def secretary_units(person: Person, season: Season) -> frozenset[int]:
    """Ids of the units for which the person is secretary in the season's head or deputies."""
    units = {
        role.unit_id
        for role in today_of(person).roles
        if role.kind == RoleKind.SECRETARY and role.bloc_id == season.bloc_id
    }
    if not units:
        return frozenset()
    offices = Office.objects.filter(season=season, unit__in=units)
    return frozenset(offices.values_list("unit_id", flat=True))


def head_unit_id(season: Season) -> int | None:
    """The id of the season's head unit."""
    office = Office.objects.filter(season=season, kind=OfficeKind.HEAD).first()
    return office.unit_id if office else None


@rule("compacts.create_season")
def can_create_season(person: Person, bloc: Bloc) -> Verdict:
    """May the person open a new season of the bloc?"""
    return can_set_up_bloc(person, bloc)


@rule("compacts.manage_season")
def can_manage_season(person: Person, season: Season) -> Verdict:
    """May the person run the season: dates, offices, acceptance, compact, rounds?

    The secretaries of its head and deputy units, and the officers of the bloc's council.
    """
    if secretary_units(person, season):
        return YES
    if season.bloc.council_id in today_of(person).ids(RoleKind.OFFICER, "council"):
        return YES
    return no(_("Chỉ thư ký của trưởng khối, phó khối trong mùa này được làm việc đó."))


@rule("compacts.invite_people")
def can_invite_people(person: Person, season: Season) -> Verdict:
    """May the person see who was invited to the season, and invite the units' people?"""
    return can_manage_season(person, season)


@rule("compacts.read_journal")
def can_read_journal(person: Person, season: Season) -> Verdict:
    """May the person read the season's audit trail (it tells unpublished scores)?"""
    roles = today_of(person)
    if season.bloc_id in roles.ids(RoleKind.LEADER, "bloc") or season.bloc.council_id in roles.ids(
        RoleKind.LEADER, "council"
    ):
        return YES
    if can_manage_season(person, season):
        return YES
    return no(_("Nhật ký chỉ dành cho thư ký khối, lãnh đạo và thường trực Hội đồng."))


@rule("compacts.edit_registration")
def can_edit_registration(person: Person, registration: Registration) -> Verdict:
    """May the person write the unit's registration? Its representatives and its head."""
    if is_of_unit(person, registration.unit_id):
        return YES
    return no(_("Chỉ đại diện hoặc thủ trưởng của đơn vị được sửa bản đăng ký."))


@rule("compacts.import_registrations")
def can_import_registrations(person: Person, season: Season) -> Verdict:
    """May the person fill in empty drafts of units from a list? Whoever runs the season.

    The units still approve and send what was filled in for them.
    """
    return can_manage_season(person, season)


@rule("compacts.submit_registration")
def can_submit_registration(person: Person, registration: Registration) -> Verdict:
    """May the person send the registration? The unit's head, who approves it by sending.

    Where the unit's head has no account, a representative sends it and notes who approved it.
    """
    if is_unit_head(person, registration.unit_id):
        return YES
    if not is_of_unit(person, registration.unit_id):
        return no(_("Chỉ đại diện hoặc thủ trưởng của đơn vị được gửi bản đăng ký."))
    if unit_has_head_account(registration.unit):
        return no(_("Thủ trưởng đơn vị duyệt và gửi; đồng chí hãy trình thủ trưởng duyệt."))
    return YES


def unit_has_head_account(unit: Unit) -> bool:
    """Does anybody hold the role of the unit's head today?"""
    return Person.objects.signatories_of(unit).exists()


@rule("compacts.judge_registration")
def can_judge_registration(person: Person, registration: Registration) -> Verdict:
    """May the person accept or return the registration? Whoever runs the season."""
    return can_manage_season(person, registration.season)


@rule("compacts.edit_compact")
def can_edit_compact(person: Person, compact: Compact) -> Verdict:
    """May the person edit, preview and issue the compact?"""
    return can_manage_season(person, compact.season)


@rule("compacts.sign_for")
def can_sign_for(person: Person, compact: Compact, unit: Unit) -> Verdict:
    """May the person record the unit's signature? The unit itself, or who runs the season."""
    if is_of_unit(person, unit.pk):
        return YES
    if can_manage_season(person, compact.season):
        return YES
    return no(_("Chỉ đơn vị đó hoặc thư ký khối được ghi nhận chữ ký."))


@rule("compacts.enter_ad_hoc")
def can_enter_ad_hoc(person: Person, season: Season, unit: Unit) -> Verdict:
    """May the person enter and change the unit's ad-hoc tasks? Itself, or who runs the season."""
    if is_of_unit(person, unit.pk) or can_manage_season(person, season):
        return YES
    return no(_("Chỉ đơn vị đó hoặc thư ký khối được ghi nhiệm vụ đột xuất."))


@rule("compacts.judge_ad_hoc")
def can_judge_ad_hoc(person: Person, season: Season, unit: Unit) -> Verdict:
    """May the person confirm that the unit did its ad-hoc tasks?

    Leaders of the bloc or its council and the council's officers, who assign them, and the
    season's secretaries; nobody for a unit they belong to.
    """
    roles = today_of(person)
    if unit.pk in roles.unit_ids:
        return no(_("Không ai được xác nhận cho chính đơn vị của mình."))
    if season.bloc_id in roles.ids(RoleKind.LEADER, "bloc") or season.bloc.council_id in roles.ids(
        RoleKind.LEADER, "council"
    ):
        return YES
    if can_manage_season(person, season):
        return YES
    return no(_("Chỉ lãnh đạo, thường trực Hội đồng hoặc thư ký khối được xác nhận."))


@rule("compacts.report_progress")
def can_report_progress(person: Person, registration: Registration) -> Verdict:
    """May the person report how the unit's key tasks go? Its representatives and its head."""
    if is_of_unit(person, registration.unit_id):
        return YES
    return no(_("Chỉ đại diện hoặc thủ trưởng của đơn vị được báo cáo tiến độ."))


@rule("compacts.write_text")
def can_write_text(person: Person, season: Season) -> Verdict:
    """May the person draft the season's texts, answer comments, and issue papers?"""
    return can_manage_season(person, season)


@rule("compacts.comment_on_text")
def can_comment_on_text(person: Person, season: Season, unit: Unit) -> Verdict:
    """May the person comment on the season's texts for the unit? A party that they speak for."""
    if not is_of_unit(person, unit.pk):
        return no(_("Chỉ đại diện hoặc thủ trưởng của đơn vị được góp ý."))
    if not season.participants.filter(unit=unit).exists():
        return no(_("Đơn vị này không tham gia mùa thi đua."))
    return YES


@rule("compacts.sign_digitally")
def can_sign_digitally(person: Person, compact: Compact, unit: Unit) -> Verdict:
    """May the person sign for the unit with a key? The unit's own people, nobody for them."""
    if is_of_unit(person, unit.pk) and compact.season.participants.filter(unit=unit).exists():
        return YES
    return no(_("Chỉ người của chính đơn vị được ký số."))


@rule("compacts.enter_role_model")
def can_enter_role_model(person: Person, season: Season, unit: Unit) -> Verdict:
    """May the person enter exemplary models of the unit? Itself, or who runs the season."""
    if is_of_unit(person, unit.pk) or can_manage_season(person, season):
        return YES
    return no(_("Chỉ đơn vị đó hoặc thư ký khối được ghi gương điển hình."))


@rule("compacts.enter_multiplication")
def can_enter_multiplication(person: Person, model: RoleModel, unit: Unit | None) -> Verdict:
    """May the person say that the unit learned from the model; for None, somebody elsewhere?

    The model's unit and who runs the season of anybody, another unit of the season of itself.
    """
    if can_enter_role_model(person, model.season, model.unit):
        return YES
    if unit is None:
        return no(_("Chỉ đơn vị có gương hoặc thư ký khối được ghi nơi khác."))
    if not is_of_unit(person, unit.pk):
        return no(_("Chỉ đơn vị đó, đơn vị có gương hoặc thư ký khối được ghi việc nhân rộng."))
    if not model.season.participants.filter(unit=unit).exists():
        return no(_("Đơn vị này không tham gia mùa thi đua."))
    return YES


@rule("compacts.lead_movements")
def can_lead_movements(person: Person, season: Season) -> Verdict:
    """May the person enter, launch and review movements and drives? Whoever runs the season."""
    return can_manage_season(person, season)


@rule("compacts.run_conference")
def can_run_conference(person: Person, season: Season) -> Verdict:
    """May the person plan and run the season's conferences? Whoever runs the season."""
    return can_manage_season(person, season)


@rule("compacts.edit_conference")
def can_edit_conference(person: Person, conference: Conference) -> Verdict:
    """May the person change the conference's facts and agenda? Who runs it, until it is closed."""
    verdict = can_run_conference(person, conference.season)
    if verdict and conference.state not in CONFERENCE_MOVES[ConferenceAction.EDIT]:
        return no(_("Hội nghị đã bế mạc: thông tin và chương trình giữ như khi họp."))
    return verdict


@rule("compacts.post_announcement")
def can_post_announcement(person: Person, season: Season) -> Verdict:
    """May the person put up announcements and shared documents? Whoever runs the season."""
    return can_manage_season(person, season)
