"""The ranking of one bloc: ours, with rules, stages, ties and titles, against a bare SQL sum.

The plain side adds up stored points and ranks them in one statement: the least a database can be
asked for. Ours reads every mark, works the points out anew and could explain each of them; the
ratio says what that costs.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.db import connection

from bench.case import Case
from bench.database import make_database
from scoring.models import Round
from scoring.queries.standings import compute_standings
from scoring.services.imports import import_season

FOUNDING_FILE = Path(__file__).resolve().parent.parent / "demo" / "ha-nam-2018.json"
RANKED = """
    SELECT unit_id, total, rank() OVER (ORDER BY total DESC)
    FROM (
        SELECT sheet.unit_id, sum(mark.points) AS total
        FROM scoring_mark AS mark
        JOIN scoring_sheet AS sheet ON sheet.id = mark.sheet_id
        WHERE sheet.round_id = %s AND sheet.stage = 'verify'
        GROUP BY sheet.unit_id
    ) AS totals
"""


def cases() -> list[Case]:
    """The founding case: ten units, 37 leaves, two stages, in a database of its own."""
    make_database()
    season = import_season(actor=None, data=json.loads(FOUNDING_FILE.read_text(encoding="utf-8")))
    scored = Round.objects.select_related("season__bloc").get(season=season)
    return [
        Case(
            name="ranking of one bloc, 10 units of 37 leaves",
            plain=lambda _index: _plain(scored.pk),
            ours=lambda _index: compute_standings(scored),
            goal=0.005,
            rounds=21,
        )
    ]


def _plain(round_id: int) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(RANKED, [round_id])
        return list(cursor.fetchall())
