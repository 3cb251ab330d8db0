"""The files that the exchange is tried with, and what is in the database after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.apps import apps

ROOT = Path(__file__).resolve().parents[3]
SEASONS = ROOT / "tests" / "data" / "seasons"
CRITERIA = ROOT / "tests" / "data" / "criteria"
DEMO = ROOT / "demo" / "ha-nam-2018.json"


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def rows_everywhere() -> dict[str, int]:
    ours = ("units", "compacts", "scoring")
    models = [model for model in apps.get_models() if model._meta.app_label in ours]
    return {model._meta.label: model._default_manager.count() for model in models}
