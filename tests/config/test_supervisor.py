from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config import supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 60


def environment(folder: Path, **variables: str) -> dict[str, str]:
    kept = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return {**kept, "VAR_DIR": str(folder), "PYTHONUNBUFFERED": "1", **variables}


def children_of(process: int) -> set[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return {int(number) for number in listed.split()}


def eventually(question: Callable[[], object], seconds: float = SECONDS) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if question():
            return True
        time.sleep(0.1)
    return False


def is_alive(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" not in status.read_text(encoding="utf-8")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@dataclass
class Running:
    """A supervisor that has said where it is."""

    process: subprocess.Popen[bytes]
    output: Path

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    @property
    def address(self) -> str:
        return next(word for word in self.said.split() if word.startswith("http://127"))


@pytest.fixture
def running(tmp_path: Path, taken_port: int) -> Iterator[Running]:
    output = tmp_path / "output"
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor"],
            cwd=ROOT,
            env=environment(tmp_path / "var", PORT=str(taken_port)),
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    started = Running(process, output)
    eventually(lambda: "Ctrl-C" in started.said or process.poll() is not None)
    assert process.poll() is None, started.said
    yield started
    process.terminate()
    process.wait(40)


def test_one_start_gives_pages_worker_and_schedule_beside_a_taken_port(
    running: Running, taken_port: int
) -> None:
    assert f"Cổng {taken_port} đang bận" in running.said
    assert f":{taken_port}/" not in running.address
    with urllib.request.urlopen(f"{running.address}readyz", timeout=10) as answer:
        assert answer.status == 200
    assert len(children_of(running.process.pid)) == 3


def test_letters_and_codes_lead_where_the_application_answers(running: Running) -> None:
    wanted = f"PUBLIC_URL={running.address.rstrip('/')}".encode()
    for child in children_of(running.process.pid):
        assert wanted in Path(f"/proc/{child}/environ").read_bytes().split(b"\0")


def test_a_second_start_on_the_same_data_says_that_it_already_runs(
    running: Running, tmp_path: Path
) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "config.supervisor"],
        cwd=ROOT,
        env=environment(tmp_path / "var"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 2
    assert "already running" in second.stdout


def test_a_killed_child_is_started_again(running: Running) -> None:
    before = children_of(running.process.pid)
    killed = min(before)
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: len(children_of(running.process.pid) - {killed}) == 3)
    assert "starting again" in running.said


def test_ctrl_c_ends_everything(running: Running) -> None:
    watched = children_of(running.process.pid)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(40) == 0
    assert not any(is_alive(child) for child in watched)
    assert "Stopped" in running.said


def test_nothing_outlives_a_supervisor_that_was_killed(running: Running) -> None:
    watched = children_of(running.process.pid)
    running.process.kill()
    running.process.wait(10)
    assert eventually(lambda: not any(is_alive(child) for child in watched))


def test_a_child_that_keeps_failing_ends_the_start_with_an_error(tmp_path: Path) -> None:
    child = supervisor.Child(
        "web", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log"
    )
    watching = supervisor.Supervisor([child])
    child.start()
    assert eventually(lambda: watching.restart_ended() or watching.failed)
    assert watching.stopping
    assert len(child.starts) == supervisor.RESTARTS_A_MINUTE + 1


def test_the_wanted_port_is_taken_where_it_is_free(taken_port: int) -> None:
    assert supervisor.choose_port("127.0.0.1", taken_port) != taken_port


def test_the_door_explains_itself_in_both_languages() -> None:
    said = subprocess.run(
        ["./run", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for command in ("setup", "test", "check", "bench", "manage"):
        assert f"./run {command}" in said
    assert "chuẩn bị" in said
    assert "set up" in said


def test_an_unknown_command_is_refused_with_the_list() -> None:
    ended = subprocess.run(["./run", "fly"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "./run setup" in ended.stderr
