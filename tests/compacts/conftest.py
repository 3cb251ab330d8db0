"""The compact at its stages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from compacts.models import Compact
from compacts.services.compacts import start_compact
from compacts.services.documents import run_render_job
from tests.cast import World
from tests.compacts.documents.certificates import Authority
from tests.compacts.documents.timestamps import timestamp_server
from tests.compacts.moves import issue
from tests.compacts.signing import set_up_trust
from units.models import Job


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


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def stamp_url(authority: Authority) -> Iterator[str]:
    with timestamp_server(authority) as url:
        yield url


@pytest.fixture
def trusted(settings: Settings, tmp_path: Path, authority: Authority) -> Path:
    """A folder with the authority's root and its list, as an operator sets it up."""
    return set_up_trust(settings, tmp_path / "trust", authority)


@pytest.fixture
def printed(issued: Compact, trusted: Path) -> Compact:
    """The issued compact with its PDF made by the job."""
    job = Job.objects.get(subject=f"compact:{issued.pk}")
    run_render_job(job.pk)
    return issued
