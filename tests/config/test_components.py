"""The page of components: every one of them, sound for axe, and nowhere but in debug."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.components import components

if TYPE_CHECKING:
    from django.http import HttpRequest

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "components"


def request() -> HttpRequest:
    made = RequestFactory().get("/thanh-phan/")
    made.user = AnonymousUser()
    return made


@pytest.mark.django_db
def test_every_component_is_shown() -> None:
    answer: HttpResponse = components(request())
    assert answer.status_code == 200
    template = (FOLDER.parent / "components.html").read_text()
    # The words of the autosave belong to a form that saves itself, fillings to a chart.
    names = {path.name for path in FOLDER.glob("*.html")} - {
        "_chart_patterns.html",
        "autosave_status.html",
    }
    assert {name for name in names if f'"components/{name}"' not in template} == set()


@pytest.mark.django_db
def test_outside_debug_there_is_no_such_page(client: Client) -> None:
    assert client.get("/thanh-phan/").status_code == 404
