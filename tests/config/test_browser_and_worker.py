from __future__ import annotations

import datetime
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from celery import current_app
from django.utils import timezone

from units.models import Job
from units.rules import JobState

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer


def test_a_job_whose_worker_died_is_found_by_a_real_worker(
    worker: subprocess.Popen[bytes],
) -> None:
    long_ago = timezone.now() - datetime.timedelta(minutes=10)
    lost = Job.objects.create(
        task="units.sweep_jobs",
        key="lost",
        subject="none:1",
        state=JobState.RUNNING,
        beat_at=long_ago,
    )
    current_app.send_task("units.sweep_jobs")
    limit = time.monotonic() + 20
    while time.monotonic() < limit and lost.beat_at == long_ago:
        time.sleep(0.1)
        lost.refresh_from_db()
    assert lost.beat_at > long_ago
    assert worker.poll() is None


@pytest.mark.django_db(transaction=True)
def test_a_page_opens_in_chromium_with_its_own_styles_only(
    page: Page, live_server: LiveServer
) -> None:
    foreign: list[str] = []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(live_server.url) else foreign.append(request.url)
        ),
    )
    page.goto(f"{live_server.url}/khong-co-trang-nay/")
    assert page.get_by_role("heading").inner_text() == "Không tìm thấy"
    assert "system-ui" in page.evaluate("getComputedStyle(document.body).fontFamily")
    assert foreign == []
