"""Who may set up councils, units, blocs and people."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from units.access import YES, Verdict, no, rule
from units.models import Bloc, Council, Person
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
