"""Who may set up councils, units, blocs and people."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from units.access import YES, Verdict, no, rule
from units.models import Bloc, Council, Letter, Membership, Person, Role, Unit
from units.models.person import RoleSet
from units.rules import RoleKind


def today_of(person: Person) -> RoleSet:
    """The roles of the person on today's date in Hà Nội."""
    return person.roles_on(timezone.localdate())


@rule("units.set_up")
def can_set_up(person: Person) -> Verdict:
    """May the person open the set-up pages at all?"""
    roles = today_of(person)
    if any(map(roles.has, (RoleKind.SECRETARY, RoleKind.OFFICER, RoleKind.OPERATOR))):
        return YES
    return no(_("Chỉ thư ký khối và thường trực Hội đồng được thiết lập."))


@rule("units.create_council")
def can_create_council(person: Person) -> Verdict:
    """May the person enter a new council?"""
    return can_set_up(person)


@rule("units.set_up_council")
def can_set_up_council(person: Person, council: Council) -> Verdict:
    """May the person change the council's units, blocs and people?

    Officers of the council, secretaries of its blocs, and technical operators.
    """
    roles = today_of(person)
    if roles.is_operator or council.pk in roles.ids(RoleKind.OFFICER, "council"):
        return YES
    blocs = roles.ids(RoleKind.SECRETARY, "bloc")
    if blocs and Bloc.objects.filter(pk__in=blocs, council=council).exists():
        return YES
    return no(_("Chỉ thư ký khối hoặc thường trực của Hội đồng này được thiết lập."))


@rule("units.set_up_bloc")
def can_set_up_bloc(person: Person, bloc: Bloc) -> Verdict:
    """May the person change the bloc, its members and its people?"""
    roles = today_of(person)
    if (
        roles.is_operator
        or bloc.council_id in roles.ids(RoleKind.OFFICER, "council")
        or bloc.pk in roles.ids(RoleKind.SECRETARY, "bloc")
    ):
        return YES
    return no(_("Chỉ thư ký của khối hoặc thường trực Hội đồng được thiết lập khối này."))


def _runs_unit(roles: RoleSet, unit: Unit) -> bool:
    """Do the roles set up the unit: its council's officer, or secretary of a bloc it is in?"""
    if roles.is_operator or unit.council_id in roles.ids(RoleKind.OFFICER, "council"):
        return True
    blocs = roles.ids(RoleKind.SECRETARY, "bloc")
    today = timezone.localdate()
    members = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    return bool(blocs) and members.filter(bloc__in=blocs, unit=unit).exists()


@rule("units.give_role")
def can_give_role(person: Person, other: Person) -> Verdict:
    """May the person change the other's details, password and system-wide roles?

    An operator may; officers for people who have roles only in their councils, secretaries for
    people who have roles only in their blocs and the units in them; both for people without any
    role yet. Nobody below an officer touches the account of somebody with a role over a whole
    council: who sets a password can log in with it.
    """
    roles = today_of(person)
    if roles.is_operator:
        return YES
    if not can_set_up(person):
        return can_set_up(person)
    officer_of = roles.ids(RoleKind.OFFICER, "council")
    secretary_of = roles.ids(RoleKind.SECRETARY, "bloc")
    beyond = no(_("Người này thuộc phạm vi do nơi khác quản lý."))
    if other.is_staff or other.is_superuser:
        return beyond
    for role in other.roles.select_related("unit", "bloc"):
        if role.bloc is not None:
            known = role.bloc_id in secretary_of or role.bloc.council_id in officer_of
        elif role.unit is not None:
            known = _runs_unit(roles, role.unit)
        else:
            known = role.council_id in officer_of
        if not known:
            return beyond
    return YES


@rule("units.grant")
def can_grant(person: Person, role: Role) -> Verdict:
    """May the person give or end this role (saved or not)?

    Roles in a unit: the officers of its council, the secretaries of a bloc it is a member of.
    Roles in a bloc: whoever sets it up. Roles over a whole council: its officers. The operator's
    role: operators. Nobody but an operator gives a role to themselves: a secretary who could
    would score in another unit's name.
    """
    roles = today_of(person)
    if role.person_id == person.pk and not roles.is_operator:
        return no(_("Không ai được tự trao hoặc tự bỏ vai trò của mình."))
    if role.bloc is not None:
        if role.unit is not None and role.unit.council_id != role.bloc.council_id:
            return no(_("Đơn vị và khối thuộc hai Hội đồng khác nhau."))
        return can_set_up_bloc(person, role.bloc)
    if role.unit is not None:
        if _runs_unit(roles, role.unit):
            return YES
        return no(_("Chỉ thư ký của khối có đơn vị này hoặc thường trực Hội đồng được trao."))
    if roles.is_operator or role.council_id in roles.ids(RoleKind.OFFICER, "council"):
        return YES
    return no(_("Vai trò này do thường trực Hội đồng hoặc quản trị kỹ thuật trao."))


@rule("units.resend_letter")
def can_resend_letter(person: Person, letter: Letter) -> Verdict:
    """May the person have a letter sent once more? Their own, and those whose log they see."""
    if Letter.objects.visible_to(person).filter(pk=letter.pk).exists():
        return YES
    return no(_("Chỉ người nhận, thường trực Hội đồng và quản trị kỹ thuật được gửi lại thư."))
