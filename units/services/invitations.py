"""Inviting people: each letter once, again when asked, never two on their way at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from django.db import transaction

from units.models import Invitation, Person
from units.queries import invitation_standing, latest_invitations, letter_of
from units.rules import InvitationStanding
from units.services.notifications import Message, notify

# What is said in the invitation of a number, to people who need a first login or do not, and who
# had a letter before or had none.
Wording = Callable[[int, bool, bool], Message]


@transaction.atomic
def invite(
    *,
    persons: Iterable[Person],
    numbers: Mapping[int, int],
    occasion: str,
    wording: Wording,
    sent_by: Person,
) -> list[Invitation]:
    """Invite each of ``persons`` to the occasion; the invitations that were made come back.

    ``numbers`` says by the person's id the how-manieth invitation this is to be: whoever presses
    twice, or after somebody else, sends nothing twice. Nobody is invited again while a letter is
    on its way. The caller has asked for the right, and holds a row that others wait for.
    """
    people = {person.pk: person for person in persons if person.is_active}
    before = latest_invitations(occasion, people)
    groups: dict[tuple[int, bool, bool], list[Person]] = defaultdict(list)
    for pk, person in people.items():
        last = before.get(pk)
        number = last.number + 1 if last else 1
        is_waiting = invitation_standing(person, last) == InvitationStanding.WAITING
        if numbers.get(pk) == number and not is_waiting:
            had_one = last is not None and letter_of(last) is not None
            groups[number, not person.has_usable_password(), had_one].append(person)
    made = []
    for (number, brings_login, had_one), invited in groups.items():
        message = wording(number, brings_login, had_one)
        for told in notify(persons=invited, message=message, sent_by=sent_by):
            made.append(
                Invitation(
                    person_id=told.person_id,
                    occasion=occasion,
                    number=number,
                    notification=told,
                    brings_login=brings_login,
                    sent_by=sent_by,
                )
            )
    return Invitation.objects.bulk_create(made)
