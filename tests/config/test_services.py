from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from kombu import Connection

ROOT = Path(__file__).resolve().parent.parent.parent
SERVICES = ROOT / "tests" / "services.py"


@pytest.mark.django_db
def test_the_suite_runs_on_a_database_that_sorts_as_vietnamese_does() -> None:
    assert connection.vendor == "postgresql"
    names = ["Yên Bái", "Đà Nẵng", "Ăn", "An", "Âu", "Dương"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM unnest(%s) AS name ORDER BY name", [names])
        ordered = [row[0] for row in cursor.fetchall()]
    assert ordered == ["An", "Ăn", "Âu", "Dương", "Đà Nẵng", "Yên Bái"]


def test_the_suite_runs_on_a_real_redis() -> None:
    assert settings.CELERY_BROKER_URL.startswith("redis://")
    with Connection(settings.CELERY_BROKER_URL) as broker:
        broker.ensure_connection(max_retries=1, timeout=5)


def test_the_services_end_with_the_command_and_hand_on_its_exit_code() -> None:
    told = "import os, sys; print(os.environ['DATABASE_URL']); sys.exit(7)"
    ended = subprocess.run(
        [sys.executable, SERVICES, "--", sys.executable, "-c", told],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 7
    url = urlsplit(ended.stdout.strip())
    assert url.scheme == "postgres"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", url.port or 0), 1)


def test_a_call_without_a_command_explains_itself() -> None:
    ended = subprocess.run([sys.executable, SERVICES], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "COMMAND" in ended.stderr
