"""What each unit meets for each title, what the bloc proposes, what the Council decides."""

from __future__ import annotations

import datetime
import importlib
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from scoring.models import Award, ConditionCheck, Round, Title, TitleCondition
from scoring.queries.titles import UnitTitle, legal_titles, titles_page
from scoring.rules import AwardOutcome, RoundState, legal_title_code
from scoring.services.awards import (
    CheckFacts,
    CouncilDecision,
    propose_awards,
    record_council_decision,
    record_unproposed_award,
    save_condition_checks,
)
from scoring.services.imports import import_season
from tests.cast import give_role, make_person
from units.models import AuditEntry, Person, Unit
from units.rules import RoleKind, RuleError

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "demo" / "ha-nam-2018.json"
PAGE = "/khoi/hn-dang/2018/xep-hang/nam/danh-hieu/"
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


@pytest.fixture
def scored() -> Round:
    season = import_season(actor=None, data=json.loads(DEMO.read_text(encoding="utf-8")))
    found = Round.objects.select_related("season__bloc__council").get(season=season)
    Title.objects.all().delete()
    flag = Title.objects.create(
        code="PROV_FLAG", name="Cờ thi đua của tỉnh", authority="Chủ tịch UBND tỉnh",
        legal_basis="Luật số 06/2022/QH15, Điều 26", valid_from=datetime.date(2024, 1, 1),
    )  # fmt: skip
    flag.conditions.create(position=1, text="Nội bộ đoàn kết")
    return found


@pytest.fixture
def officer(scored: Round) -> Person:
    person = make_person("thuong-truc", "Đỗ Văn Thường")
    give_role(person, RoleKind.OFFICER, council=scored.season.bloc.council)
    return person


@pytest.fixture
def published(scored: Round) -> Round:
    Round.objects.filter(pk=scored.pk).update(state=RoundState.PUBLISHED)
    scored.refresh_from_db()
    return scored


def winner(scored: Round, title: str) -> tuple[Unit, UnitTitle]:
    for unit in titles_page(scored).units:
        for one in unit.titles:
            if one.code == title and one.candidate:
                return Unit.objects.get(code=unit.code), one
    raise AssertionError(f"nobody gets {title}")


def decision(outcome: AwardOutcome = AwardOutcome.GIVEN) -> CouncilDecision:
    return CouncilDecision(outcome, "15/QĐ-UBND", YESTERDAY)


def checked(scored: Round, actor: Person, unit: Unit, *, is_met: bool) -> None:
    facts = CheckFacts(TitleCondition.objects.get(), is_met, "Báo cáo của Đảng ủy")
    save_condition_checks(actor=actor, round_id=scored.pk, unit=unit, checks=[facts])


def test_the_page_agrees_with_the_ranking_about_who_gets_a_title(scored: Round) -> None:
    page = titles_page(scored)
    for unit in page.units:
        for title in unit.titles:
            if title.candidate:
                assert title.figures.met, (unit.name, title.name)


def test_a_condition_that_no_figure_tells_is_checked_by_a_person_and_kept_in_the_trail(
    scored: Round, officer: Person
) -> None:
    unit, title = winner(scored, "co-tinh")
    assert (title.unchecked, title.unmet) == (1, 0)
    checked(scored, officer, unit, is_met=False)
    assert winner(scored, "co-tinh")[1].unmet == 1
    assert AuditEntry.objects.filter(action="save_condition_checks").exists()
    facts = CheckFacts(TitleCondition.objects.get(), None)
    save_condition_checks(actor=officer, round_id=scored.pk, unit=unit, checks=[facts])
    assert winner(scored, "co-tinh")[1].unchecked == 1


def test_nothing_is_proposed_before_the_ranking_is_published(
    scored: Round, officer: Person
) -> None:
    with pytest.raises(RuleError, match="công bố"):
        propose_awards(actor=officer, round_id=scored.pk, chosen=[])


def test_the_proposal_is_exactly_what_was_chosen_and_can_be_made_again(
    published: Round, officer: Person
) -> None:
    flag, _title = winner(published, "co-tinh")
    merit, _title = winner(published, "bang-khen")
    chosen = {(flag.code, "co-tinh"), (merit.code, "bang-khen")}
    propose_awards(actor=officer, round_id=published.pk, chosen=chosen)
    assert set(Award.objects.values_list("unit__code", "title_code")) == chosen
    propose_awards(actor=officer, round_id=published.pk, chosen={(flag.code, "co-tinh")})
    assert Award.objects.get().title == Title.objects.get(code="PROV_FLAG")


def test_a_unit_that_misses_a_condition_is_not_proposed(published: Round, officer: Person) -> None:
    flag, _title = winner(published, "co-tinh")
    checked(published, officer, flag, is_met=False)
    with pytest.raises(RuleError, match="1 điều kiện chưa đạt"):
        propose_awards(actor=officer, round_id=published.pk, chosen={(flag.code, "co-tinh")})
    behind = titles_page(published).units[-1]
    with pytest.raises(RuleError, match="chưa đủ điều kiện"):
        propose_awards(actor=officer, round_id=published.pk, chosen={(behind.code, "co-tinh")})
    assert not Award.objects.exists()


def test_the_councils_decision_stands_beside_the_proposal(
    published: Round, officer: Person
) -> None:
    flag, _title = winner(published, "co-tinh")
    (award,) = propose_awards(
        actor=officer, round_id=published.pk, chosen={(flag.code, "co-tinh")}
    )
    record_council_decision(
        actor=officer, round_id=published.pk, award_id=award.pk,
        decision=decision(AwardOutcome.REFUSED),
    )  # fmt: skip
    other = Unit.objects.exclude(pk=flag.pk).order_by("code")[0]
    record_unproposed_award(
        actor=officer, round_id=published.pk, unit=other, title_code="co-tinh",
        decision=decision(),
    )  # fmt: skip
    assert set(Award.objects.values_list("unit__code", "proposed", "outcome")) == {
        (flag.code, True, "refused"),
        (other.code, False, "given"),
    }
    with pytest.raises(RuleError, match="đã quyết định"):
        propose_awards(actor=officer, round_id=published.pk, chosen=[])


def test_a_decision_of_tomorrow_is_refused(published: Round, officer: Person) -> None:
    flag, _title = winner(published, "co-tinh")
    (award,) = propose_awards(
        actor=officer, round_id=published.pk, chosen={(flag.code, "co-tinh")}
    )
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    late = CouncilDecision(AwardOutcome.GIVEN, "15/QĐ-UBND", tomorrow)
    with pytest.raises(RuleError, match="sau hôm nay"):
        record_council_decision(
            actor=officer, round_id=published.pk, award_id=award.pk, decision=late
        )


def test_units_do_not_check_or_propose(published: Round) -> None:
    person = make_person("dai-dien-btc", "Trần Thị Đại")
    unit = Unit.objects.get(code="btc")
    give_role(person, RoleKind.REPRESENTATIVE, unit=unit)
    with pytest.raises(PermissionDenied):
        save_condition_checks(actor=person, round_id=published.pk, unit=unit, checks=[])
    with pytest.raises(PermissionDenied):
        propose_awards(actor=person, round_id=published.pk, chosen=[])


def test_the_page_is_used_from_checklist_to_decision(
    client: Client, published: Round, officer: Person
) -> None:
    client.force_login(officer)
    flag, _title = winner(published, "co-tinh")
    condition = TitleCondition.objects.get()
    client.post(f"{PAGE}don-vi/{flag.code}/", {f"met-{condition.pk}": "yes"})
    client.post(f"{PAGE}de-nghi/", {"award": [f"{flag.code}:co-tinh"]})
    award = Award.objects.get()
    given = {"outcome": "given", "number": "15/QĐ-UBND", "decided_on": f"{YESTERDAY:%d/%m/%Y}"}
    assert client.post(f"{PAGE}hoi-dong/{award.pk}/", given).status_code == 302
    text = client.get(PAGE).content.decode()
    assert "15/QĐ-UBND" in text
    assert "Được tặng" in text
    assert "Luật số 06/2022/QH15, Điều 26" in text


def test_the_law_of_the_day_counts() -> None:
    Title.objects.all().delete()
    old: dict[str, Any] = {"code": "GOV_FLAG", "name": "Cờ", "authority": "Thủ tướng"}
    Title.objects.create(
        **old, legal_basis="cũ", valid_from=datetime.date(2017, 10, 1),
        valid_to=datetime.date(2023, 12, 31),
    )  # fmt: skip
    Title.objects.create(**old, legal_basis="mới", valid_from=datetime.date(2024, 1, 1))
    assert legal_titles(datetime.date(2018, 12, 1))["GOV_FLAG"].legal_basis == "cũ"
    assert legal_titles(datetime.date(2024, 1, 1))["GOV_FLAG"].legal_basis == "mới"
    assert legal_titles(datetime.date(2017, 9, 30)) == {}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Cờ thi đua của Chính phủ", "GOV_FLAG"),
        ("CỜ THI ĐUA của UBND tỉnh", "PROV_FLAG"),
        ("Tập thể lao động xuất sắc", "TTLDXS"),
        ("Tập thể Lao động tiên tiến", "TTLDTT"),
        ("Giấy khen", ""),
    ],
)
def test_a_tables_title_is_found_among_the_laws_by_its_name(name: str, code: str) -> None:
    assert legal_title_code(name) == code


def test_the_titles_entered_by_the_migration_never_overlap() -> None:
    entered = importlib.import_module("scoring.migrations.0006_legal_titles").TITLES
    spans: dict[str, list[tuple[datetime.date, datetime.date]]] = {}
    for code, _name, _authority, _basis, (start, end), conditions in entered:
        assert conditions
        spans.setdefault(code, []).append((start, end or datetime.date.max))
    for found in spans.values():
        found.sort()
        assert all(one[1] < after[0] for one, after in itertools.pairwise(found))


def test_what_the_council_gave_unasked_is_not_proposed_afterwards(
    published: Round, officer: Person, client: Client
) -> None:
    unit, title = winner(published, "co-tinh")
    record_unproposed_award(
        actor=officer, round_id=published.pk, unit=unit, title_code=title.code, decision=decision()
    )
    with pytest.raises(RuleError, match="Hội đồng đã tặng"):
        propose_awards(actor=officer, round_id=published.pk, chosen={(unit.code, title.code)})
    client.force_login(officer)
    assert f'value="{unit.code}:{title.code}"' not in client.get(PAGE).content.decode()


def test_a_note_without_an_answer_is_asked_about_and_kept(
    published: Round, officer: Person, client: Client
) -> None:
    client.force_login(officer)
    unit, _title = winner(published, "co-tinh")
    pk = TitleCondition.objects.get().pk
    page = client.post(f"{PAGE}don-vi/{unit.code}/", {f"met-{pk}": "", f"note-{pk}": "Báo cáo 7"})
    text = page.content.decode()
    assert "Hãy chọn đạt hay không đạt" in text
    assert 'value="Báo cáo 7"' in text
    with pytest.raises(RuleError, match="Hãy chọn đạt"):
        save_condition_checks(
            actor=officer, round_id=published.pk, unit=unit,
            checks=[CheckFacts(TitleCondition.objects.get(), None, "Báo cáo 7")],
        )  # fmt: skip


def test_a_check_is_not_saved_over_a_newer_one_before_it_was_seen(
    published: Round, officer: Person, client: Client
) -> None:
    client.force_login(officer)
    unit, _title = winner(published, "co-tinh")
    pk = TitleCondition.objects.get().pk
    checked(published, officer, unit, is_met=False)
    page = f"{PAGE}don-vi/{unit.code}/"
    late = {f"met-{pk}": "yes", f"note-{pk}": "Của tôi", f"seen-{pk}": ""}
    text = client.post(page, late).content.decode()
    assert "Người khác vừa sửa" in text
    assert 'value="Của tôi"' in text
    assert not ConditionCheck.objects.get().is_met
    late[f"seen-{pk}"] = "no Báo cáo của Đảng ủy"
    assert late[f"seen-{pk}"] in text
    assert client.post(page, late).status_code == 302
    assert ConditionCheck.objects.get().is_met


def test_a_list_of_proposals_is_not_replaced_by_who_has_not_seen_it(
    published: Round, officer: Person, client: Client
) -> None:
    client.force_login(officer)
    flag, _title = winner(published, "co-tinh")
    merit, _title = winner(published, "bang-khen")
    seen = client.get(PAGE).context["seen"]
    propose_awards(actor=officer, round_id=published.pk, chosen={(flag.code, "co-tinh")})
    mine = f"{merit.code}:bang-khen"
    refused = client.post(f"{PAGE}de-nghi/", {"award": [mine], "seen": seen})
    text = refused.content.decode()
    assert "Người khác vừa lập danh sách này" in text
    assert f'value="{mine}" checked' in text
    assert f'value="{flag.code}:co-tinh" checked' not in text
    assert Award.objects.get().title_code == "co-tinh"
    again = {"award": [mine], "seen": refused.context["seen"]}
    assert client.post(f"{PAGE}de-nghi/", again).status_code == 302
    assert Award.objects.get().title_code == "bang-khen"


def test_a_councils_decision_is_not_saved_over_a_newer_one_before_it_was_seen(
    published: Round, officer: Person, client: Client
) -> None:
    client.force_login(officer)
    flag, _title = winner(published, "co-tinh")
    (award,) = propose_awards(
        actor=officer, round_id=published.pk, chosen={(flag.code, "co-tinh")}
    )
    page = f"{PAGE}hoi-dong/{award.pk}/"
    seen = client.get(page).context["form"]["seen"].value()
    record_council_decision(
        actor=officer, round_id=published.pk, award_id=award.pk, decision=decision()
    )
    given = {"outcome": "refused", "number": "99/TB", "decided_on": f"{YESTERDAY:%d/%m/%Y}"}
    refused = client.post(page, {**given, "seen": seen})
    assert "Người khác vừa sửa" in refused.content.decode()
    assert refused.context["form"]["number"].value() == "99/TB"
    award.refresh_from_db()
    assert award.decision_number == "15/QĐ-UBND"
    again = refused.context["form"]["seen"].value()
    assert client.post(page, {**given, "seen": again}).status_code == 302
    award.refresh_from_db()
    assert award.decision_number == "99/TB"


def test_the_ticks_of_a_refused_proposal_stay(
    published: Round, officer: Person, client: Client
) -> None:
    client.force_login(officer)
    behind = f"{titles_page(published).units[-1].code}:co-tinh"
    page = client.post(f"{PAGE}de-nghi/", {"award": [behind]}).content.decode()
    assert "chưa đủ điều kiện" in page
    assert re.findall(r'value="([^"]+)" checked', page) == [behind]
    assert client.get(f"{PAGE}de-nghi/?trang=2").url == f"{PAGE}?trang=2"
