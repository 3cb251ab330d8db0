"""The embedded default: SQLite and a queue of files, with real processes and no server."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "demo" / "ha-nam-2018.json"
WORKER_SECONDS = 60
JOB_STATE = """
from units.models import Job
job = Job.objects.get()
print(job.state, job.progress, job.attempts, job.error)
"""
SWEEP_LATER = """
import datetime
from django.utils import timezone
from units.services.jobs import sweep
print(sweep(timezone.now() + datetime.timedelta(minutes=5)))
"""
DOCUMENTS = """
from compacts.models import Document
print(*[document.file.path for document in Document.objects.all()])
"""


class Embedded:
    """An installation of its own under a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY", "VAR_DIR"}
        }
        self.environment |= {
            "VAR_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "WARNING",
        }

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "-v", "0", "-c", code).strip()

    def work(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "threads"]
        command += ["--concurrency", "2", "--without-gossip", "--without-mingle"]
        command += ["--without-heartbeat", "--loglevel", "INFO"]
        with (self.folder / "worker.log").open("ab") as log:
            return subprocess.Popen(
                command, env=self.environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
            )

    def wait_for_job(self) -> str:
        limit = time.monotonic() + WORKER_SECONDS
        while not (state := self.run(JOB_STATE)).startswith(("done", "failed")):
            assert time.monotonic() < limit, (self.folder / "worker.log").read_text()
            time.sleep(0.3)
        return state


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Embedded]:
    made = Embedded(tmp_path)
    made.manage("migrate", "-v", "0")
    made.manage("import_season", str(DEMO))
    return made


@pytest.mark.django_db
def test_sqlite_ranks_the_founding_case_as_postgresql_does(embedded: Embedded, capsys) -> None:
    call_command("import_season", str(DEMO))
    capsys.readouterr()
    call_command("rank", "hn-dang", "2018", "nam", "--json")
    on_postgresql = json.loads(capsys.readouterr().out)
    on_sqlite = json.loads(embedded.manage("rank", "hn-dang", "2018", "nam", "--json"))
    assert on_sqlite == on_postgresql
    assert json.loads(embedded.manage("export_season", "hn-dang", "2018")) == json.loads(
        DEMO.read_text(encoding="utf-8")
    )


def test_its_worker_makes_the_pdf_though_the_queue_was_lost(
    embedded: Embedded,
) -> None:
    # The import ordered the PDF of the compact that it brought.
    shutil.rmtree(embedded.folder / "queue", ignore_errors=True)
    worker = embedded.work()
    try:
        time.sleep(3)
        assert embedded.run(JOB_STATE).startswith("queued")
        assert embedded.run(SWEEP_LATER) == "1"
        assert embedded.wait_for_job().startswith("done 100 1")
    finally:
        worker.terminate()
        worker.wait(30)
    [path] = embedded.run(DOCUMENTS).split()
    assert Path(path).read_bytes().startswith(b"%PDF-")


@pytest.mark.django_db
def test_sqlite_refuses_what_postgresql_refuses(tmp_path: Path) -> None:
    """Some changes of a table drop its guards on SQLite: after all migrations none is missing."""
    embedded = Embedded(tmp_path)
    embedded.manage("migrate", "--verbosity", "0")
    with sqlite3.connect(tmp_path / "giao-uoc.sqlite3") as database:
        rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        guards = {row[0] for row in rows}
    database.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        wanted = {row[0] for row in cursor.fetchall()}
    # The ballot box has one guard for everything on PostgreSQL, and one an action on SQLite.
    box = {name for name in guards if name.startswith("ballot_box")}
    assert box == {f"ballot_box_{action}" for action in ("insert", "update", "delete", "shrink")}
    assert guards - box == wanted - {"ballot_box_guard"}
