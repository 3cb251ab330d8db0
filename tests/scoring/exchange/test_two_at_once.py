"""Two who import the same scoring table at the same moment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from scoring.models import CriteriaTable
from scoring.services.imports import import_criteria
from tests.races import race
from units.rules import RuleError

TABLE = Path(__file__).resolve().parents[2] / "data" / "criteria" / "hung-yen-2026.json"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_import_one_table_at_once_the_second_is_told_and_may_try_again(
    tmp_path: Path,
) -> None:
    data = json.loads(TABLE.read_text(encoding="utf-8"))
    file = tmp_path / "khac.json"
    file.write_text(json.dumps({**data, "title": "Bảng khác"}), encoding="utf-8")
    outcomes = race(
        lambda: import_criteria(actor=None, data=data),
        lambda: call_command("import_criteria", str(file)),
        meet_at='INSERT INTO "scoring_criteriatable"',
    )
    (refused,) = [one for one in outcomes if isinstance(one, Exception)]
    assert "Người khác vừa nhập bảng điểm mang mã này" in str(refused)
    assert isinstance(refused, RuleError | CommandError)
    assert CriteriaTable.objects.get(code=data["code"]).version == 1
    call_command("import_criteria", str(file))
    assert CriteriaTable.objects.filter(code=data["code"]).count() <= 2
