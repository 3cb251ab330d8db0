"""Entering somebody who speaks for a unit: the account and the role in one step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from units.models import Person, Role, Unit
from units.rules import RoleKind
from units.services.set_up import give_role, save_person
from units.vietnamese import fold

LONGEST_NAME = 140


@transaction.atomic
def add_unit_person(
    *, actor: Person, unit: Unit, kind: RoleKind, facts: Mapping[str, Any]
) -> Person:
    """Enter somebody with a role in the unit from today on, both or neither.

    Without a ``username`` they get one from their name. They have no password until they set one
    by their first login. Raises ``AccessDenied`` as ``save_person`` and ``give_role``, and
    ``RuleError`` where the name to log in with has been taken meanwhile.
    """
    username = facts["username"] or free_username(facts["full_name"])
    person = save_person(
        actor=actor,
        person=None,
        facts={**facts, "username": username, "phone": "", "is_active": True},
    )
    give_role(
        actor=actor,
        role=Role(person=person, kind=kind, unit=unit, starts_on=timezone.localdate()),
    )
    return person


def free_username(full_name: str) -> str:
    """A name to log in with that nobody has: the full name in small letters without diacritics."""
    wanted = slugify(fold(full_name))[:LONGEST_NAME] or "nguoi-dung"
    taken = set(
        Person.objects.filter(username__startswith=wanted).values_list("username", flat=True)
    )
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"
