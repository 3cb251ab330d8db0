from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory

from config import views
from config.celery import app

if TYPE_CHECKING:
    from django.test import Client


def test_a_process_that_answers_is_healthy_without_asking_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_a_migrated_database_and_a_broker_make_it_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"database": "ok", "broker": "ok"})


@pytest.mark.django_db
def test_a_missing_migration_makes_it_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'units'")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "not migrated")


@pytest.mark.django_db
def test_pages_forbid_inline_script_and_foreign_frames(client: Client) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert client.get("/healthz").headers["X-Frame-Options"] == "SAMEORIGIN"


def test_an_address_that_does_not_exist_is_said_in_vietnamese(client: Client) -> None:
    response = client.get("/khong-co/", headers={"accept-language": "en"})
    assert response.status_code == 404
    assert "Không tìm thấy" in response.text


def test_a_refusal_shows_its_reason(rf: RequestFactory) -> None:
    response = views.permission_denied(rf.get("/"), PermissionDenied("Sổ đã khóa."))
    assert response.status_code == 403
    assert "Sổ đã khóa." in response.content.decode()


def test_a_fault_of_ours_shows_nothing_of_it(rf: RequestFactory) -> None:
    response = views.server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Lỗi hệ thống" in response.content.decode()


def test_the_page_of_a_damaged_request_is_said_in_vietnamese(rf: RequestFactory) -> None:
    response = views.bad_request(rf.get("/"), ValueError("x"))
    assert response.status_code == 400
    assert "Yêu cầu không hợp lệ" in response.content.decode()


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(app.tasks)
