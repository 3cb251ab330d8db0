"""Publishing a ranking: the standings frozen together with all they were worked out from."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from scoring import rules
from scoring.engine.rounds import RoundInput
from scoring.engine.standings import compute
from scoring.models import Adoption, Publication, Round
from scoring.permissions import can_manage_round
from scoring.queries.standings import standings_input
from scoring.rules import RoundAction, RoundState
from units.access import require
from units.models import Person
from units.rules import RuleError
from units.services.audit import record

MISSING_SHOWN = 5


def plain_inputs(definition: Mapping[str, Any], round_input: RoundInput) -> dict[str, Any]:
    """The scoring table and the round's input in the types of JSON, decimals as text."""
    return {"criteria": definition, "round": _plain(round_input)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted(_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value


def inputs_hash(inputs: Mapping[str, Any]) -> str:
    """SHA-256 of the inputs in canonical JSON."""
    text = json.dumps(inputs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def publish_round(*, actor: Person, round_id: int) -> Publication:
    """Freeze the round's standings and show them to everybody in the season.

    Publishing twice gives back the same publication. Raises ``RuleError`` where the round is not
    closed, or marks are missing (the first ones are named).
    """
    scored = (
        Round.objects.select_for_update(of=("self",))
        .select_related("season__bloc__council")
        .get(pk=round_id)
    )
    require(can_manage_round(actor, scored))
    if scored.state == RoundState.PUBLISHED:
        return scored.publications.latest("version")
    rules.check_round(RoundAction.PUBLISH, scored.state)
    table, round_input = standings_input(scored)
    standings = compute(table, round_input)
    if not standings.complete:
        first = "; ".join(f"{unit} – {code}" for unit, code in standings.missing[:MISSING_SHOWN])
        raise RuleError(
            _("Còn %(count)s tiêu chí chưa chấm, ví dụ: %(first)s.")
            % {"count": len(standings.missing), "first": first}
        )
    season = scored.season
    adoption = Adoption.objects.select_related("table").get(season=season)
    inputs = plain_inputs(adoption.table.definition, round_input)
    publication = Publication.objects.create(
        round=scored,
        version=1,
        standings=standings.as_json(season.bloc.code, season.year, scored.code, table.code),
        inputs=inputs,
        inputs_hash=inputs_hash(inputs),
        published_by=actor,
    )
    scored.state = RoundState.PUBLISHED
    scored.save(update_fields=["state"])
    record(
        chain=season.audit_chain,
        actor=actor,
        action="publish_round",
        target=f"round:{scored.pk}",
        summary=_("%(who)s công bố bảng xếp hạng %(round)s.")
        % {"who": actor.full_name, "round": scored.name},
        after={"inputs_sha256": publication.inputs_hash},
    )
    return publication
