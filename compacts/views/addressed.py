"""What the addresses of a season name, as far as the person may see it."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from compacts.models import Participant, Season
from units.http import PersonRequest


def season_of(request: PersonRequest, bloc: str, year: int) -> Season:
    """The season with its bloc and council; 404 where the person does not see it."""
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    return get_object_or_404(seasons, bloc__code=bloc, year=year)


def participant_of(season: Season, unit: str) -> Participant:
    """The season's participant with this unit code; 404 for none."""
    return get_object_or_404(season.participants.select_related("unit"), unit__code=unit)
