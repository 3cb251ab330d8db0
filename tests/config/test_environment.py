from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import (
    database,
    env_bool,
    env_int,
    env_list,
    env_text,
    mail_server,
    stored_secret,
)

ROOT = Path(__file__).resolve().parent.parent.parent


def start(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **variables}
    return subprocess.run(
        [sys.executable, "-c", "import config.settings as s; print(s.SECRET_KEY)"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("off", False)])
def test_a_switch_is_read(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("SWITCH", text)
    assert env_bool("SWITCH", default=not value) is value


@pytest.mark.parametrize("text", ["maybe", "2", "đúng"])
def test_a_switch_that_is_neither_on_nor_off_raises(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("SWITCH", text)
    with pytest.raises(ImproperlyConfigured, match="SWITCH"):
        env_bool("SWITCH", default=False)


@pytest.mark.parametrize("text", ["-1", "1.5", "8126 ports", "٣"])
def test_a_number_that_is_not_whole_raises(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("NUMBER", text)
    with pytest.raises(ImproperlyConfigured, match="NUMBER"):
        env_int("NUMBER", 1)


def test_a_text_without_default_must_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDS", "  ")
    with pytest.raises(ImproperlyConfigured, match="WORDS"):
        env_text("WORDS")


def test_a_list_drops_empty_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTS", "a.vn, ,b.vn,")
    assert env_list("HOSTS", "") == ["a.vn", "b.vn"]


def test_a_database_address_is_taken_apart_and_unquoted() -> None:
    read = database("postgres://thi%40dua:m%2Fk@db.example.vn:5433/giao%20uoc")
    assert (read["USER"], read["PASSWORD"]) == ("thi@dua", "m/k")
    assert (read["HOST"], read["PORT"], read["NAME"]) == ("db.example.vn", "5433", "giao uoc")


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgres://app@host/", "giao-uoc.sqlite3"])
def test_a_database_address_of_another_kind_raises(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database(url)


def test_a_stored_secret_is_made_once_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret"
    assert stored_secret(path, "first") == "first"
    assert stored_secret(path, "second") == "first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret"]


def test_the_embedded_default_keeps_its_own_secret_key(tmp_path: Path) -> None:
    first, second = start(tmp_path), start(tmp_path)
    assert len(first.stdout.strip()) >= 50
    assert first.stdout == second.stdout


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"DATABASE_URL": "postgres://app@localhost/app"}, "SECRET_KEY"),
        ({"DATABASE_URL": "oracle://app@localhost/app", "SECRET_KEY": "x"}, "DATABASE_URL"),
        ({"CELERY_BROKER_URL": "amqp://localhost/"}, "CELERY_BROKER_URL"),
        ({"DEBUG": "perhaps"}, "DEBUG"),
        ({"UPLOAD_MAX_BYTES": "20 MB"}, "UPLOAD_MAX_BYTES"),
    ],
)
def test_a_wrong_environment_stops_the_start_and_names_the_variable(
    tmp_path: Path, variables: dict[str, str], named: str
) -> None:
    ended = start(tmp_path, **variables)
    assert ended.returncode != 0
    assert f"ImproperlyConfigured: {named}" in ended.stderr


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.vn", 25, False, False),
        ("smtp+tls://mail.example.vn", 587, True, False),
        ("smtps://mail.example.vn:4650", 4650, False, True),
    ],
)
def test_a_mail_server_is_read(url: str, port: int, tls: bool, ssl: bool) -> None:
    server = mail_server(url)
    assert (server.host, server.port) == ("mail.example.vn", port)
    assert (server.use_tls, server.use_ssl) == (tls, ssl)


def test_the_password_of_a_mail_server_may_hold_any_sign() -> None:
    server = mail_server("smtp://gui%40vn:m%C3%A2t%3A%2F@mail.example.vn")
    assert (server.user, server.password) == ("gui@vn", "mât:/")


@pytest.mark.parametrize("url", ["smtp://", "pop3://mail.example.vn", "mail.example.vn"])
def test_a_mail_server_that_cannot_be_meant_raises(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        mail_server(url)


def test_without_a_mail_server_nothing_is_sent() -> None:
    assert mail_server("none://").backend.endswith(".dummy.EmailBackend")
