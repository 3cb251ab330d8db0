"""Key tasks are reported on through the year, and stand green, amber or red by rule."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from compacts.models import KeyTask, Progress, Registration
from compacts.rules import Light, Period, RegistrationState, current_period, light_of
from compacts.services.progress import ProgressFacts, report_progress
from tests.cast import World, make_registration
from tests.compacts.moves import EXE, PDF, PNG
from units.models import AuditEntry, StoredFile
from units.rules import EditConflictError, RuleError

PAGE = "/khoi/hn-dang/2018/tien-do/"


def accepted(world: World, **facts: object) -> Registration:
    found = make_registration(world.season, getattr(world, str(facts.get("unit", "btc"))))
    now = timezone.now()
    Registration.objects.filter(pk=found.pk).update(
        state=RegistrationState.ACCEPTED, submitted_at=now, accepted_at=now
    )
    found.refresh_from_db()
    return found


def report(world: World, task: KeyTask, achieved: str, version: int = 0) -> Progress:
    return report_progress(
        actor=world.representative,
        task_id=task.pk,
        period=Period.HALF,
        facts=ProgressFacts(Decimal(achieved), "Theo báo cáo 6 tháng"),
        version=version,
    )


@pytest.mark.parametrize(
    ("achieved", "period", "unit", "light"),
    [
        ("50", Period.HALF, "văn bản", Light.GREEN),
        ("49.99", Period.HALF, "văn bản", Light.AMBER),
        ("40", Period.HALF, "văn bản", Light.AMBER),
        ("39.99", Period.HALF, "văn bản", Light.RED),
        ("25", Period.QUARTER_1, "văn bản", Light.GREEN),
        ("100", Period.YEAR, "văn bản", Light.GREEN),
        ("79", Period.QUARTER_1, "%", Light.RED),
        ("100", Period.QUARTER_1, "%", Light.GREEN),
    ],
)
def test_the_light_follows_the_share_of_the_year(
    achieved: str, period: Period, unit: str, light: Light
) -> None:
    assert light_of(Decimal(achieved), Decimal(100), period, unit) == light


@given(
    less=st.decimals(0, 1000, places=2),
    more=st.decimals(0, 1000, places=2),
    target=st.decimals("0.01", 1000, places=2),
    period=st.sampled_from(Period),
)
def test_more_is_never_a_worse_light(
    less: Decimal, more: Decimal, target: Decimal, period: Period
) -> None:
    order = [Light.RED, Light.AMBER, Light.GREEN]
    low, high = sorted((less, more))
    assert order.index(light_of(low, target, period, "việc")) <= order.index(
        light_of(high, target, period, "việc")
    )


def test_a_later_report_replaces_the_figure_and_the_trail_keeps_both(world: World) -> None:
    task = accepted(world).tasks.all()[0]
    first = report(world, task, "40")
    second = report(world, task, "45.50", first.version)
    assert (second.pk, second.achieved, second.version) == (first.pk, Decimal("45.50"), 2)
    assert AuditEntry.objects.filter(action="report_progress").count() == 2
    assert report(world, task, "45.50", version=0).version == 2


def test_who_reports_upon_an_older_figure_is_told(world: World) -> None:
    task = accepted(world).tasks.all()[0]
    report(world, task, "40")
    with pytest.raises(EditConflictError):
        report(world, task, "41")


def test_nothing_is_reported_before_the_registration_is_accepted(world: World) -> None:
    task = make_registration(world.season, world.btc).tasks.all()[0]
    with pytest.raises(RuleError, match="chấp nhận"):
        report(world, task, "40")


def test_another_unit_reports_nothing(world: World) -> None:
    task = accepted(world, unit="duk").tasks.all()[0]
    with pytest.raises(PermissionDenied):
        report(world, task, "40")


def test_the_page_keeps_what_was_typed_wrongly_and_stores_the_rest(
    client: Client, world: World
) -> None:
    one, two = accepted(world).tasks.all()
    client.force_login(world.representative)
    typed = {
        f"t{one.pk}-achieved": "98,5",
        f"t{one.pk}-version": "0",
        f"t{two.pk}-achieved": "nhiều",
        f"t{two.pk}-version": "0",
    }
    page = client.post(f"{PAGE}btc/?ky=half", typed)
    assert page.status_code == 200
    assert 'value="nhiều"' in page.content.decode()
    assert "Đã ghi báo cáo của 1 nhiệm vụ." in page.content.decode()
    assert "Nhiệm vụ còn ô báo lỗi thì chưa ghi." in page.content.decode()
    assert Progress.objects.get().achieved == Decimal("98.5")
    # The line that was stored is sent again with the rest, and is no conflict.
    again = client.post(f"{PAGE}btc/?ky=half", {**typed, f"t{two.pk}-achieved": "60"})
    assert again.status_code == 302
    assert Progress.objects.count() == 2
    text = client.get(f"{PAGE}?ky=half").content.decode()
    assert "đạt tiến độ" in text
    assert "có nguy cơ không đạt" in text


def test_the_list_asks_no_more_for_more_units(client: Client, world: World) -> None:
    client.force_login(world.leader)
    accepted(world)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{PAGE}?ky=half").status_code == 200
        return len(captured)

    few = queries()
    accepted(world, unit="duk")
    accepted(world, unit="ubkt")
    assert queries() == few


def send(
    client: Client, world: World, upload: SimpleUploadedFile, version: int = 0
) -> HttpResponse:
    """The second task's figure with a file, as the representative sends it."""
    task = Registration.objects.get(unit=world.btc).tasks.all()[1]
    client.force_login(world.representative)
    typed = {
        f"t{task.pk}-achieved": "98,5",
        f"t{task.pk}-version": str(version),
        f"t{task.pk}-file": upload,
    }
    return client.post(f"{PAGE}btc/?ky=half", typed)


def paper(name: str = "báo cáo 6 tháng.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_file_that_proves_a_figure_is_kept_and_handed_to_the_season(
    client: Client, world: World
) -> None:
    accepted(world)
    assert send(client, world, paper()).status_code == 302
    found = Progress.objects.get()
    address = f"{PAGE}btc/{found.pk}/tep/"
    client.force_login(world.leader)
    assert address in client.get(f"{PAGE}btc/?ky=half").content.decode()
    file = client.get(address)
    assert b"".join(file.streaming_content) == PDF
    assert file["Content-Disposition"].startswith("attachment")
    listed = client.get(f"{PAGE}?ky=half&dang=csv").content.decode("utf-8-sig")
    assert "báo cáo 6 tháng.pdf" in listed


def test_the_same_file_sent_twice_is_kept_once(client: Client, world: World) -> None:
    accepted(world)
    send(client, world, paper())
    assert send(client, world, paper()).status_code == 302
    assert (Progress.objects.get().version, StoredFile.objects.count()) == (1, 1)


def test_a_new_file_takes_the_place_of_the_old_and_a_report_without_one_keeps_it(
    client: Client, world: World
) -> None:
    task = accepted(world).tasks.all()[1]
    send(client, world, paper())
    send(client, world, paper("bản sửa.png", PNG), version=1)
    report(world, task, "99", version=2)
    found = Progress.objects.get()
    assert found.file is not None
    assert (found.achieved, found.file.name) == (Decimal("99"), "bản sửa.png")
    assert StoredFile.objects.count() == 2


def test_a_programme_is_no_evidence_and_the_figure_is_not_stored_without_it(
    client: Client, world: World
) -> None:
    accepted(world)
    page = send(client, world, paper("báo cáo.pdf", EXE))
    assert page.status_code == 200
    assert "Chỉ nhận tệp PDF" in page.content.decode()
    assert 'value="98,5"' in page.content.decode()
    assert not Progress.objects.exists()


def test_evidence_without_a_figure_asks_for_the_figure(client: Client, world: World) -> None:
    task = accepted(world).tasks.all()[0]
    client.force_login(world.representative)
    page = client.post(f"{PAGE}btc/?ky=half", {f"t{task.pk}-file": paper()})
    assert "Hãy ghi số đã thực hiện." in page.content.decode()
    assert "Chưa ghi báo cáo nào, xin sửa ô báo lỗi rồi lưu lại." in page.content.decode()
    empty = client.post(f"{PAGE}btc/?ky=half", {f"t{task.pk}-version": "0"}, follow=True)
    assert "Chưa điền số nào, nên chưa có gì được ghi." in empty.content.decode()
    assert not Progress.objects.exists()


def test_a_reported_figure_is_not_cleared_in_silence(client: Client, world: World) -> None:
    task = accepted(world).tasks.all()[0]
    client.force_login(world.representative)
    client.post(f"{PAGE}btc/?ky=half", {f"t{task.pk}-achieved": "98,5"})
    cleared = {f"t{task.pk}-achieved": "", f"t{task.pk}-version": "1"}
    page = client.post(f"{PAGE}btc/?ky=half", cleared)
    assert "Số đã báo cáo không xóa được" in page.content.decode()
    assert Progress.objects.get().achieved == Decimal("98.5")


def test_a_line_stored_beside_a_faulty_one_can_be_changed_at_once(
    client: Client, world: World
) -> None:
    one, two = accepted(world).tasks.all()
    client.force_login(world.representative)
    typed = {f"t{one.pk}-achieved": "98,5", f"t{two.pk}-achieved": "nhiều"}
    form = client.post(f"{PAGE}btc/?ky=half", typed).context["rows"][0][1]
    typed = {f"t{one.pk}-achieved": "99", f"t{one.pk}-version": form["version"].value()}
    assert client.post(f"{PAGE}btc/?ky=half", typed).status_code == 302
    assert Progress.objects.get().achieved == Decimal("99")


def test_a_report_without_a_file_and_one_of_another_unit_hand_out_nothing(
    client: Client, world: World
) -> None:
    found = report(world, accepted(world).tasks.all()[0], "40")
    accepted(world, unit="duk")
    client.force_login(world.representative)
    assert client.get(f"{PAGE}btc/{found.pk}/tep/").status_code == 404
    assert client.get(f"{PAGE}duk/{found.pk}/tep/").status_code == 404


def test_after_a_conflict_the_other_figure_is_shown_and_what_was_typed_may_replace_it(
    client: Client, world: World
) -> None:
    task = accepted(world).tasks.all()[0]
    report(world, task, "40")
    client.force_login(world.representative)
    typed = {f"t{task.pk}-achieved": "41", f"t{task.pk}-version": "0"}
    page = client.post(f"{PAGE}btc/?ky=half", typed)
    text = page.content.decode()
    assert "Người khác vừa báo cáo nhiệm vụ này. Số đang lưu: <strong>40 " in text
    assert 'value="41"' in text
    typed[f"t{task.pk}-version"] = page.context["rows"][0][1]["version"].value()
    assert client.post(f"{PAGE}btc/?ky=half", typed).status_code == 302
    assert Progress.objects.get().achieved == Decimal("41")


@pytest.mark.parametrize(
    ("day", "period"),
    [
        ("2017-11-20", Period.QUARTER_1),
        ("2018-03-31", Period.QUARTER_1),
        ("2018-04-01", Period.HALF),
        ("2018-10-01", Period.YEAR),
        ("2019-01-05", Period.YEAR),
    ],
)
def test_before_its_year_a_season_stands_in_its_first_period(day: str, period: Period) -> None:
    assert current_period(2018, datetime.date.fromisoformat(day)) == period
