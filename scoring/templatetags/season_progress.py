"""The season's timeline for pages of the lower app, which name this tag and import nothing."""

from __future__ import annotations

from typing import Any

from django import template

from compacts.models import Season
from scoring.queries.season_board import season_board
from units.models import Person

register = template.Library()


@register.inclusion_tag("scoring/_timeline.html")
def season_timeline(season: Season, person: Person, may_manage: object) -> dict[str, Any]:
    """All steps of the season, as far as the person may know, with the conference of each.

    A conference's kind is the value of the step that it is held for.
    """
    return {
        "season": season,
        "board": season_board(season, person),
        "conferences": list(season.conferences.all()),
        "may_manage": may_manage,
    }
