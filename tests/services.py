#!/usr/bin/env python3
"""A private PostgreSQL and a private Redis around one command; gone when the command ends.

    python tests/services.py -- COMMAND ...

Both listen on free ports of 127.0.0.1 and keep everything in one temporary folder. The command
finds them in DATABASE_URL and CELERY_BROKER_URL; its exit code is ours. Standard library only.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 30
# The data is thrown away, so nothing needs to survive a power cut.
POSTGRES_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
}


class ServiceError(Exception):
    """A service is missing or did not start; the text says which and why."""


@dataclass(frozen=True)
class Addresses:
    """Where the two services answer."""

    database_url: str
    broker_url: str

    def environment(self) -> dict[str, str]:
        """This process's environment and the two addresses."""
        return dict(os.environ, DATABASE_URL=self.database_url, CELERY_BROKER_URL=self.broker_url)


def free_port() -> int:
    """A TCP port of 127.0.0.1 on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def postgres_programs() -> Path:
    """The folder of the newest PostgreSQL's programs, which Debian keeps off the PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4])
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise ServiceError("PostgreSQL is not installed; ./run test installs it.")
    return Path(on_path).resolve().parent


def unprivileged(folder: Path) -> dict[str, Any]:
    """What makes a child run as ``postgres`` where we are root, which initdb refuses."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def wait_until_ready(process: subprocess.Popen[bytes], log: Path, question: Any) -> None:
    """Return when ``question`` answers True; raise when the process ended or time is up."""
    limit = time.monotonic() + START_SECONDS
    while not question():
        if process.poll() is not None or time.monotonic() > limit:
            raise ServiceError(log.read_text(encoding="utf-8", errors="replace"))
        time.sleep(0.05)


@contextmanager
def child(
    command: list[str], folder: Path, log: Path, stop: signal.Signals, **rights: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """A service process that is ended, by force if need be, when the block is left."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, **rights
        )
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def postgres(folder: Path, rights: dict[str, Any]) -> Iterator[str]:
    """A new cluster that sorts as Vietnamese does, with one empty database; yields its URL."""
    programs = postgres_programs()
    data, log, port = folder / "postgres", folder / "postgres.log", free_port()
    client = ["-h", "127.0.0.1", "-p", str(port), "-U", "app"]
    environment = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8",
         "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=vi-VN", "--no-sync"],
        check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL, **rights,
    )  # fmt: skip
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder)]
    command += ["-h", "127.0.0.1"]
    for name, value in POSTGRES_OPTIONS.items():
        command += ["-c", f"{name}={value}"]

    def answers() -> bool:
        return subprocess.run([programs / "pg_isready", "-q", *client[:4]]).returncode == 0

    with child(command, folder, log, signal.SIGQUIT, env=environment, **rights) as process:
        wait_until_ready(process, log, answers)
        subprocess.run([programs / "createdb", *client, "app"], check=True)
        yield f"postgres://app@127.0.0.1:{port}/app"


@contextmanager
def redis(folder: Path, rights: dict[str, Any]) -> Iterator[str]:
    """A Redis that stores nothing on disk and wants a password; yields its URL."""
    log, port, password = folder / "redis.log", free_port(), secrets.token_hex(8)
    if shutil.which("redis-server") is None:
        raise ServiceError("redis-server is not installed; ./run test installs it.")
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "",
               "--appendonly", "no", "--dir", str(folder), "--requirepass", password,
               "--maxmemory-policy", "noeviction"]  # fmt: skip

    def answers() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                return b"+OK" in connection.recv(100)
        except OSError:
            return False

    with child(command, folder, log, signal.SIGKILL, **rights) as process:
        wait_until_ready(process, log, answers)
        yield f"redis://:{password}@127.0.0.1:{port}/0"


@contextmanager
def services() -> Iterator[Addresses]:
    """Both services, ready; everything of theirs is removed when the block is left."""
    folder = Path(tempfile.mkdtemp(prefix="giao-uoc-"))
    rights = unprivileged(folder)
    try:
        with postgres(folder, rights) as database_url, redis(folder, rights) as broker_url:
            yield Addresses(database_url, broker_url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: list[str], addresses: Addresses) -> int:
    """The command's exit code; signals that end us are handed on to it."""
    process = subprocess.Popen(command, env=addresses.environment())
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, frame: process.send_signal(received))
    return process.wait()


def main(arguments: list[str]) -> int:
    """Run the command after ``--``."""
    if arguments[:1] != ["--"] or len(arguments) < 2:
        sys.stderr.write(__doc__ or "")
        return 2
    signal.signal(signal.SIGTERM, lambda received, frame: sys.exit(128 + received))
    try:
        with services() as addresses:
            return run(arguments[1:], addresses)
    except ServiceError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
