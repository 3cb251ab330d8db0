from __future__ import annotations

import pytest

from scoring.models import CriteriaTable
from scoring.services import table_start
from tests.cast import World


@pytest.fixture
def draft(world: World) -> CriteriaTable:
    """The season's scoring table, begun and not adopted yet."""
    return table_start.start_table(actor=world.secretary, season_id=world.season.pk)
