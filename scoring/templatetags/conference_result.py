"""The published ranking for the screen of a conference, which names this tag only."""

from __future__ import annotations

from typing import Any

from django import template

from compacts.models import Season
from scoring.models import Publication
from scoring.queries.ranking import ranking

register = template.Library()


@register.inclusion_tag("scoring/_hall_result.html")
def conference_result(season: Season) -> dict[str, Any]:
    """The newest published ranking of the season; nothing that is still provisional.

    While a correction is under way it is the ranking as it was published.
    """
    newest = (
        Publication.objects.filter(round__season=season)
        .select_related("round__season__bloc")
        .order_by("-published_at", "-pk")
        .first()
    )
    if newest is None:
        return {"ranking": None}
    return {"ranking": ranking(newest.round, provisional=False), "round": newest.round}
