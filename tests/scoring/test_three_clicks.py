"""From any figure of a leader's page, three clicks lead to what it rests on."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from compacts.models import KeyTask, Progress, Season, Signature
from compacts.rules import Period
from scoring.models import Evidence, Mark, Round
from scoring.rules import Stage
from scoring.services.imports import import_season
from scoring.services.publications import publish_round
from tests.cast import give_role, make_person
from tests.compacts.moves import PDF
from units.models import Person, Unit
from units.rules import RoleKind
from units.services.uploads import store_upload

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"
CLICKS = 3
PAGE = "/cac-khoi/?nam=2018"
# What a figure rests on: files that prove it, and the papers that units wrote and signed.
SOURCES = {
    "scoring:evidence_file",
    "compacts:progress_file",
    "compacts:ad_hoc_file",
    "compacts:registration",
    "compacts:scan_file",
    "compacts:compact_pdf",
}


@pytest.fixture
def season() -> Season:
    return import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))


@pytest.fixture
def leader(season: Season) -> Person:
    """The leader of a year that is published and proven with files."""
    secretary = make_person("thu-ky", "Nguyễn Thị Thư")
    give_role(secretary, RoleKind.SECRETARY, unit=Unit.objects.get(code="ubkt"), bloc=season.bloc)
    scored = Round.objects.get(season=season)
    publish_round(
        actor=secretary,
        round_id=scored.pk,
        objections_due_at=timezone.now() + datetime.timedelta(days=5),
    )
    proof = store_upload(actor=secretary, upload=ContentFile(PDF), name="bao-cao.pdf")
    for mark in Mark.objects.filter(sheet__round=scored, sheet__stage=Stage.SELF):
        Evidence.objects.create(mark=mark, file=proof, description="Báo cáo", added_by=secretary)
    Signature.objects.filter(compact__season=season).update(scan=proof)
    for task in KeyTask.objects.filter(registration__season=season):
        Progress.objects.update_or_create(
            task=task, period=Period.YEAR, defaults={"achieved": 100, "file": proof}
        )
    person = make_person("lanh-dao", "Phạm Sỹ Lợi")
    give_role(person, RoleKind.LEADER, council=season.bloc.council)
    return person


def links(client: Client, address: str, where: str = "//main") -> Iterator[str]:
    """The addresses to which a part of a page leads, without the places in the page."""
    answer = client.get(address, follow=True)
    if answer.status_code != 200 or "html" not in answer["content-type"]:
        return
    page = lxml.html.fromstring(answer.content.decode())
    for part in page.xpath(where):
        for link in part.xpath(".//a[@href]"):
            target = urlsplit(urljoin(address, link.get("href")))
            if target.path and not target.netloc:
                yield f"{target.path}?{target.query}" if target.query else target.path


def name_of(address: str) -> str:
    return resolve(urlsplit(address).path).view_name


def clicks_to_a_source(client: Client, figure: str, known: dict[str, list[str]]) -> int:
    """How many clicks from the leader's page; more than there may be where none is found."""
    reached = {figure}
    for clicks in range(1, CLICKS + 1):
        if any(name_of(address) in SOURCES for address in reached):
            return clicks
        following: set[str] = set()
        for address in reached:
            if address not in known:
                known[address] = list(links(client, address))
            following.update(known[address])
        reached = following
    return CLICKS + 1


@pytest.mark.parametrize("where", ["//dl[@class='headline']", "//table/tbody"])
def test_three_clicks_lead_from_any_figure_to_what_it_rests_on(
    client: Client, leader: Person, where: str
) -> None:
    client.force_login(leader)
    figures = set(links(client, PAGE, where))
    assert len(figures) > 2
    known: dict[str, list[str]] = {}
    needed = {figure: clicks_to_a_source(client, figure, known) for figure in sorted(figures)}
    assert {one: clicks for one, clicks in needed.items() if clicks > CLICKS} == {}
