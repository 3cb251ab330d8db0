from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import World, give_role, make_member, make_person, make_unit
from units.models import Bloc, Council, Job, Membership, Person, Role, Unit, UnitEvent
from units.rules import JobState, RoleKind
from units.services.set_up import mark_shown


@pytest.fixture
def secretary(world: World, client: Client) -> Client:
    client.force_login(world.secretary)
    return client


def text(response: object) -> str:
    content: bytes = getattr(response, "content", b"")
    return content.decode()


def test_a_unit_is_entered_in_the_browser(world: World, secretary: Client) -> None:
    response = secretary.post(
        reverse("units:unit_new", args=[world.council.pk]),
        {
            "code": "btg",
            "name": "Ban Tuyên giáo Tỉnh ủy",
            "short_name": "BTG",
            "system": "party",
            "valid_from": "20/3/2018",
        },
        follow=True,
    )
    assert "Đã lưu đơn vị." in text(response)
    assert Unit.objects.get(code="btg").valid_from == datetime.date(2018, 3, 20)


def test_what_was_typed_stays_where_something_is_wrong(world: World, secretary: Client) -> None:
    response = secretary.post(
        reverse("units:unit_new", args=[world.council.pk]),
        {
            "code": "ban tuyên giáo",
            "name": "Ban Tuyên giáo Tỉnh ủy",
            "short_name": "BTG",
            "system": "party",
            "valid_from": "30/2/2018",
        },
    )
    page = text(response)
    assert "Mã chỉ được có chữ không dấu, số, gạch ngang." in page
    assert 'value="30/2/2018"' in page
    assert 'value="Ban Tuyên giáo Tỉnh ủy"' in page
    assert not Unit.objects.filter(short_name="BTG").exists()


def test_a_code_used_twice_in_a_council_is_refused_at_its_field(
    world: World, secretary: Client
) -> None:
    response = secretary.post(
        reverse("units:unit_new", args=[world.council.pk]),
        {"code": "btc", "name": "X", "short_name": "X", "system": "party"},
    )
    assert response.context["form"].errors["code"] == ["Hội đồng này đã có đơn vị mang mã đó."]


def test_the_code_of_a_unit_in_use_does_not_change(world: World, secretary: Client) -> None:
    secretary.post(
        reverse("units:unit_edit", args=[world.council.pk, world.btc.pk]),
        {
            "code": "khac",
            "name": "Ban Tổ chức",
            "short_name": "BTC",
            "system": "party",
            "seen": mark_shown(world.btc),
        },
    )
    world.btc.refresh_from_db()
    assert (world.btc.code, world.btc.name) == ("btc", "Ban Tổ chức")


def test_a_council_and_a_bloc_are_entered_and_changed(world: World, client: Client) -> None:
    client.force_login(world.operator)
    client.post(reverse("units:council_new"), {"name": "Hội đồng Hưng Yên", "place": "Hưng Yên"})
    council = Council.objects.get(place="Hưng Yên")
    facts = {"code": "hy-1", "name": "Khối 1", "kind": "khoi", "letterhead": "state"}
    client.post(reverse("units:bloc_new", args=[council.pk]), facts)
    changed = {"name": "Khối Một", "seen": mark_shown(Bloc.objects.get(code="hy-1"))}
    client.post(reverse("units:bloc_edit", args=["hy-1"]), facts | changed)
    assert Bloc.objects.get(code="hy-1").name == "Khối Một"
    client.post(
        reverse("units:council_edit", args=[council.pk]),
        {"name": "Hội đồng", "place": "Phố Hiến", "seen": mark_shown(council)},
    )
    council.refresh_from_db()
    assert council.place == "Phố Hiến"


def test_a_membership_in_the_same_days_is_refused_at_the_unit_and_the_dates_stay(
    world: World, secretary: Client
) -> None:
    response = secretary.post(
        reverse("units:membership_new", args=[world.bloc.code]),
        {"unit": world.btc.pk, "starts_on": "1/1/2020"},
    )
    assert response.context["form"].errors["unit"] == [
        "Đơn vị đã là thành viên của khối trong thời gian đó."
    ]
    assert 'value="1/1/2020"' in text(response)


def test_a_membership_begins_and_ends_in_the_browser(world: World, secretary: Client) -> None:
    unit = make_unit(world.council, "btg", "Ban Tuyên giáo Tỉnh ủy", "BTG")
    secretary.post(
        reverse("units:membership_new", args=[world.bloc.code]),
        {"unit": unit.pk, "starts_on": "1/1/2020"},
    )
    member = Membership.objects.get(unit=unit)
    address = reverse("units:membership_end", args=[member.pk])
    refused = secretary.post(address, {"ends_on": "31/12/2019"})
    assert "Ngày kết thúc phải sau ngày bắt đầu." in text(refused)
    secretary.post(address, {"ends_on": "31/12/2020"})
    member.refresh_from_db()
    assert member.ends_on == datetime.date(2020, 12, 31)
    assert "31/12/2020" in text(secretary.get(reverse("units:bloc", args=[world.bloc.code])))


def test_a_renaming_is_recorded_and_a_wrong_day_told_at_the_field(
    world: World, secretary: Client
) -> None:
    Unit.objects.filter(pk=world.btc.pk).update(valid_from=datetime.date(2015, 1, 1))
    facts = {"kind": "dissolve", "happened_on": "1/1/2015", "before": [world.btc.pk]}
    address = reverse("units:unit_event_new", args=[world.council.pk])
    refused = secretary.post(address, facts)
    assert "sau ngày thành lập" in text(refused)
    secretary.post(address, facts | {"happened_on": "1/3/2025"})
    assert UnitEvent.objects.get().happened_on == datetime.date(2025, 3, 1)
    assert "1/3/2025: Giải thể" in text(secretary.get(reverse("units:unit_list")))


@pytest.mark.parametrize("typed", ["to chuc", "Tổ chức", "TỔ CHỨC", "btc", "  tô  chuc "])
def test_units_are_found_with_and_without_diacritics(
    world: World, secretary: Client, typed: str
) -> None:
    response = secretary.get(reverse("units:unit_list"), {"q": typed})
    assert [unit.code for unit in response.context["page"]] == ["btc"]


@pytest.mark.parametrize("typed", ["dai", "Đại", "dai-dien"])
def test_people_are_found_with_and_without_diacritics(
    world: World, secretary: Client, typed: str
) -> None:
    response = secretary.get(reverse("units:person_list"), {"q": typed})
    assert [person.username for person in response.context["page"]] == ["dai-dien"]


def test_a_search_without_result_says_so(world: World, secretary: Client) -> None:
    response = secretary.get(reverse("units:unit_list"), {"q": "không có"})
    assert "Không có đơn vị nào." in text(response)


def test_a_person_is_entered_given_a_role_and_loses_it(world: World, secretary: Client) -> None:
    secretary.post(
        reverse("units:person_new"),
        {
            "username": "moi",
            "full_name": "Đặng Thị Mới",
            "is_active": "on",
            "password": "một câu rất dài 123",
        },
    )
    person = Person.objects.get(username="moi")
    secretary.post(
        reverse("units:role_new", args=[person.pk]),
        {"kind": "representative", "unit": world.btc.pk, "starts_on": "1/1/2018"},
    )
    role = person.roles.get()
    fresh = Client()
    assert fresh.login(username="moi", password="một câu rất dài 123")
    season = reverse("compacts:season_list")
    assert "Khối các Ban Đảng" in text(fresh.get(season))
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    secretary.post(reverse("units:role_end", args=[role.pk]), {"ends_on": f"{yesterday:%d/%m/%Y}"})
    assert "Khối các Ban Đảng" not in text(fresh.get(season))


def test_a_short_password_is_refused_in_vietnamese(world: World, secretary: Client) -> None:
    response = secretary.post(
        reverse("units:person_new"),
        {"username": "moi", "full_name": "Mới", "is_active": "on", "password": "ngắn"},
    )
    assert response.context["form"].errors["password"] == [
        "Mật khẩu quá ngắn: cần ít nhất 10 ký tự."
    ]
    assert not Person.objects.filter(username="moi").exists()


def test_a_secretary_can_not_give_themselves_more_in_the_browser(
    world: World, secretary: Client
) -> None:
    for facts in (
        {"kind": "officer", "council": world.council.pk, "starts_on": "1/1/2018"},
        {"kind": "operator", "starts_on": "1/1/2018"},
        {"kind": "representative", "unit": world.btc.pk, "starts_on": "1/1/2018"},
    ):
        response = secretary.post(reverse("units:role_new", args=[world.secretary.pk]), facts)
        assert "Không ai được tự trao" in text(response)
    assert world.secretary.roles.count() == 1


@pytest.mark.parametrize(
    ("facts", "field", "message"),
    [
        ({"kind": "representative"}, "unit", "Vai trò này cần chọn mục này."),
        ({"kind": "secretary"}, "bloc", "Vai trò này cần chọn mục này."),
        ({"kind": "leader"}, "bloc", "Chọn một khối hoặc một Hội đồng."),
        ({"kind": "operator", "unit": "btc"}, "unit", "Vai trò này không gắn với mục này."),
    ],
)
def test_a_role_without_its_scope_is_refused_at_the_field(
    world: World, client: Client, facts: dict[str, str], field: str, message: str
) -> None:
    client.force_login(world.operator)
    sent = {"starts_on": "1/1/2018", **facts}
    if "unit" in sent:
        sent["unit"] = str(world.btc.pk)
    response = client.post(reverse("units:role_new", args=[world.representative.pk]), sent)
    assert message in response.context["form"].errors[field]
    assert Role.objects.filter(person=world.representative).count() == 1


def queries(client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name)).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["units:unit_list", "units:person_list"])
def test_a_list_asks_as_many_questions_for_thirty_rows_as_for_three(
    world: World, secretary: Client, name: str
) -> None:
    few = queries(secretary, name)
    for number in range(30):
        unit = make_unit(world.council, f"them-{number}", f"Đơn vị thêm {number}")
        make_member(world.bloc, unit)
        person = make_person(f"nguoi-{number}", f"Người Thứ {number}")
        give_role(person, RoleKind.REPRESENTATIVE, unit=unit)
        give_role(person, RoleKind.SCORER, unit=unit)
    assert queries(secretary, name) == few


def test_a_failed_job_is_shown_with_its_reason_and_tried_again(
    world: World, secretary: Client
) -> None:
    job = Job.objects.create(
        task="compacts.render_compact_pdf",
        key="compact:1:1:0",
        subject="compact:1",
        state=JobState.FAILED,
        error="Không in được vì một lý do.",
        requested_by=world.secretary,
        beat_at=timezone.now(),
        finished_at=timezone.now(),
    )
    assert "Không in được vì một lý do." in text(
        secretary.get(reverse("units:job", args=[job.pk]))
    )
    progress = secretary.get(reverse("units:job_progress", args=[job.pk]))
    assert progress["HX-Refresh"] == "true"
    secretary.post(reverse("units:job_retry", args=[job.pk]))
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.QUEUED, "")
    running = secretary.get(reverse("units:job_progress", args=[job.pk]))
    assert "HX-Refresh" not in running
