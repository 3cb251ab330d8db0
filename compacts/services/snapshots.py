"""What a compact prints, gathered from the season's own data."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from compacts.documents.paper_language import in_vietnamese
from compacts.documents.snapshot import (
    Article,
    BlocKind,
    CompactSnapshot,
    Letterhead,
    SignatoryUnit,
    TargetRow,
    TitleRow,
    UnitRole,
    Witness,
    read_snapshot,
)
from compacts.models import Compact, Participant, Registration
from compacts.rules import OfficeKind, RegistrationState
from compacts.services.check_codes import check_url
from units.services.audit import head_of

CLOSING_HEADING = "tổ chức thực hiện"


def draft_snapshot(compact: Compact) -> CompactSnapshot:
    """The compact as it would be printed now, with accepted registrations, marked as a draft.

    A fixed number of queries whatever the number of units.
    """
    return _gather(compact, number=compact.number, draft=True)


def issue_snapshot(compact: Compact) -> CompactSnapshot:
    """The compact as it is frozen at issue: numbered, with its public address, unsigned.

    The head of the season's audit trail is printed in it, so that the paper vouches for the trail.
    """
    head = head_of(compact.season.audit_chain)
    return replace(_gather(compact, number=compact.number, draft=False), audit_head=head)


def printed_snapshot(compact: Compact) -> CompactSnapshot:
    """What the final PDF shows: the frozen text with the signatures recorded so far."""
    if compact.snapshot is None:
        return draft_snapshot(compact)
    signatures = {row.unit.code: row for row in compact.signatures.select_related("unit")}
    units = []
    for unit in compact.snapshot["units"]:
        signature = signatures.get(unit["code"])
        facts = dict(unit)
        if signature is not None:
            facts["signatory_name"] = signature.signatory_name
            facts["position"] = signature.signatory_position
            facts["signed_on"] = signature.signed_on.isoformat()
        units.append(facts)
    return read_snapshot({**compact.snapshot, "units": units})


@in_vietnamese
def _gather(compact: Compact, *, number: str, draft: bool) -> CompactSnapshot:
    season = compact.season
    bloc = season.bloc
    participants = list(season.participants.select_related("unit"))
    offices = {office.unit_id: office.kind for office in season.offices.all()}
    registrations = {
        registration.unit_id: registration
        for registration in Registration.objects.filter(
            season=season, state=RegistrationState.ACCEPTED
        ).prefetch_related("tasks", "titles__title")
    }
    head = next((p for p in participants if offices.get(p.unit_id) == OfficeKind.HEAD), None)
    witness = (
        Witness(name=season.leader_name, position=season.leader_position)
        if season.leader_name
        else None
    )
    return CompactSnapshot(
        letterhead=cast(Letterhead, bloc.letterhead),
        council_name=bloc.council.name,
        issuing_body=bloc.name,
        parent_body=head.name if head else "",
        bloc_name=bloc.name,
        bloc_kind=cast(BlocKind, bloc.kind),
        year=season.year,
        number=number,
        place=compact.place or bloc.council.place,
        signed_on=compact.signed_on,
        # Typed in a field of several lines, printed in one.
        theme=" ".join(season.theme.split()),
        units=tuple(_signatory(p, offices.get(p.unit_id)) for p in participants),
        articles=tuple(
            Article(
                heading=article.heading,
                items=tuple(article.items),
                closing=article.heading.casefold().startswith(CLOSING_HEADING),
            )
            for article in compact.articles.all()
        ),
        targets=tuple(
            TargetRow(
                unit_name=participant.name,
                # Texts of several lines were taken in before they were asked to be one.
                text=" ".join(task.text.split()),
                indicator=" ".join(task.measure.split()),
                unit_of_measure=task.unit_of_measure,
                target=task.target,
                due_on=task.due_on,
            )
            for participant in participants
            if participant.unit_id in registrations
            for task in registrations[participant.unit_id].tasks.all()
        ),
        titles=tuple(
            TitleRow(
                unit_name=participant.name,
                titles=tuple(
                    row.title.name for row in registrations[participant.unit_id].titles.all()
                ),
            )
            for participant in participants
            if participant.unit_id in registrations
        ),
        bases=tuple(compact.bases),
        recipients=tuple(compact.recipients),
        verify_url=check_url(compact.verify_code),
        draft=draft,
        witness=witness,
    )


_ROLES: dict[str | None, UnitRole] = {OfficeKind.HEAD: "head", OfficeKind.DEPUTY: "deputy"}


def _signatory(participant: Participant, office: str | None) -> SignatoryUnit:
    return SignatoryUnit(
        code=participant.unit.code,
        name=participant.name,
        signatory_name=participant.signatory_name,
        position=participant.signatory_position,
        role=_ROLES.get(office, "member"),
    )
