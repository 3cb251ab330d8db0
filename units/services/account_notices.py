"""Who learns that an account or a right was given out: nobody acts in another's name unseen.

Whoever sets up a bloc may enter accounts and give them roles in its units; the software cannot
know whether a second account is a second person, but the unit does.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from units.models import Person, Role
from units.queries import people_of_units
from units.rules import SPEAKERS, UNIT_ROLES, Occasion, RoleKind
from units.services.notifications import Message, notify


def tell_unit(*, actor: Person, given: Iterable[Role]) -> None:
    """Tell who speaks for each unit which roles in it were given just now; once a unit."""
    by_unit: dict[int, list[Role]] = defaultdict(list)
    for role in given:
        if role.unit_id is not None and role.kind in UNIT_ROLES:
            by_unit[role.unit_id].append(role)
    speakers = people_of_units(by_unit, tuple(SPEAKERS.values()))
    for unit_id, roles in by_unit.items():
        concerned = {actor.pk, *(role.person_id for role in roles)}
        others = [person for person in speakers.get(unit_id, ()) if person.pk not in concerned]
        if others:
            notify(persons=others, message=_of_roles(roles, actor), sent_by=actor)


def _of_roles(roles: list[Role], actor: Person) -> Message:
    unit = roles[0].unit
    parts = [
        format_lazy(
            "{} ({}): {}",
            role.person.full_name,
            role.person.username,
            RoleKind(role.kind).label,
        )
        for role in roles
    ]
    return Message(
        key=f"role:{roles[0].pk}",
        subject=_("Có người được trao vai trò ở %(unit)s"),
        text=_(
            "%(who)s trao vai trò: %(roles)s. Nếu đơn vị không cử những người này, hãy báo ngay "
            "thường trực Hội đồng."
        ),
        facts={
            "unit": unit.name if unit else "",
            "who": actor.full_name,
            "roles": format_lazy("; ".join(["{}"] * len(parts)), *parts),
        },
        path=reverse("home"),
    )


def tell_password_set(*, actor: Person, person: Person) -> None:
    """Tell the person that somebody else chose a password for their account."""
    message = Message(
        # The hash is another one for each password, and says nothing of it here.
        key=f"password:{person.pk}:{hashlib.sha256(person.password.encode()).hexdigest()[:16]}",
        occasion=Occasion.ACCOUNT,
        subject=_("Mật khẩu của đồng chí vừa được người khác đặt lại"),
        text=_(
            "%(who)s đặt mật khẩu mới cho tài khoản này. Hãy đổi mật khẩu; nếu đồng chí không nhờ "
            "việc đó, hãy báo ngay thường trực Hội đồng."
        ),
        facts={"who": actor.full_name},
        path=reverse("password_change"),
    )
    notify(persons=[person], message=message, sent_by=actor)
