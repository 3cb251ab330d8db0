"""The compact at its stages."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from compacts.models import Compact
from compacts.services.compacts import start_compact
from tests.cast import World
from tests.compacts.moves import issue


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    """Every test stores its files in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def draft(world: World) -> Compact:
    """The season's compact as it begins from the template."""
    return start_compact(actor=world.secretary, season=world.season)


@pytest.fixture
def issued(world: World, draft: Compact) -> Compact:
    """The compact issued without any registration, open for signing."""
    return issue(world, draft, despite_missing=True)
