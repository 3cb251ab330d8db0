"""Starts the application on one machine and watches it: ``python -m config.supervisor``.

Prepares the database and the static files, loads the demo into the embedded default, then keeps
three children alive: web, worker, schedule. Ctrl-C, SIGTERM or the end of this process ends them.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, get_commands

from config.environment import env_int, env_text

PORTS_TRIED = 20
START_SECONDS = 60
STOP_SECONDS = 25
RESTARTS_A_MINUTE = 5
PR_SET_PDEATHSIG = 1
# Static files of packages that no page uses; compressing them takes seconds.
UNUSED_STATIC = ["*.rtl.*", "bootstrap-grid*", "bootstrap-reboot*", "bootstrap-utilities*"]


def say(text: str) -> None:
    """One line for whoever sits at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


# --- preparation ------------------------------------------------------------------------------


def is_embedded() -> bool:
    """True on the embedded default, where nobody's real data can be."""
    return bool(settings.DATABASE_URL == settings.SQLITE_URL)


def prepare() -> None:
    """Migrate, collect static files, load the demo into the embedded default."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=UNUSED_STATIC)
    if is_embedded() and "load_demo" in get_commands():
        call_command("load_demo")


# --- address ----------------------------------------------------------------------------------


def is_free(host: str, port: int) -> bool:
    """True where a server may listen; raises OSError where the host is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True


def choose_port(host: str, wanted: int) -> int:
    """The wanted port or the next free one; says so where it is another.

    Raises ImproperlyConfigured where none of PORTS_TRIED is free.
    """
    for port in range(wanted, wanted + PORTS_TRIED):
        if is_free(host, port):
            return port
        say(f"Cổng {port} đang bận, thử cổng {port + 1}. / Port {port} is taken, trying the next.")
    raise ImproperlyConfigured(f"No free port from {wanted} on; set PORT.")


# --- children ---------------------------------------------------------------------------------


def die_with_parent() -> None:
    """Ask Linux to end this process when the supervisor ends, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process that is started again when it ends."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the supervisor only."""
        self.starts = [start for start in self.starts if start > time.monotonic() - 60]
        self.starts.append(time.monotonic())
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def has_ended(self) -> bool:
        """True where it was started and runs no more."""
        return self.process is not None and self.process.poll() is not None

    def is_hopeless(self) -> bool:
        """True where it keeps ending as soon as it is started."""
        return len(self.starts) > RESTARTS_A_MINUTE

    def terminate(self) -> None:
        """Ask it to finish what it does and end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def reap(self, seconds: float) -> None:
        """Wait for its end; after ``seconds`` end it with everything it started."""
        if self.process is None:
            return
        try:
            self.process.wait(max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def children(host: str, port: int) -> list[Child]:
    """Web, worker and schedule, each with its log file."""
    logs = settings.VAR_DIR / "log"
    logs.mkdir(parents=True, exist_ok=True)
    pool = ["--pool", "threads"] if is_file_queue() else ["--pool", "prefork"]
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", address]
    web += ["--worker-class", "gthread", "--workers", "1", "--threads", "8"]
    web += ["--graceful-timeout", "5", "--no-control-socket"]
    worker = [*celery, "worker", *pool, "--concurrency", "2", "--loglevel", "INFO"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    schedule = [*celery, "beat", "--loglevel", "INFO", "--pidfile="]
    return [
        Child("web", web, logs / "web.log"),
        Child("worker", worker, logs / "worker.log"),
        Child("schedule", schedule, logs / "schedule.log"),
    ]


def is_file_queue() -> bool:
    """True on the queue of files, whose tasks need no more than threads."""
    return bool(settings.CELERY_BROKER_URL.startswith("localfiles:"))


def answers(url: str) -> bool:
    """True where the web server answers at all."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


class Supervisor:
    """Keeps the children alive until it is told to stop."""

    def __init__(self, watched: list[Child]) -> None:
        """Nothing is started yet."""
        self.watched = watched
        self.stopping = False
        self.failed = False

    def stop(self, *_: object) -> None:
        """Let ``watch`` return; usable as a signal handler."""
        self.stopping = True

    def start(self) -> None:
        """Start all children; from here on signals stop them."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        for child in self.watched:
            child.start()

    def wait_for(self, url: str) -> bool:
        """True as soon as the address answers; False where that takes too long."""
        limit = time.monotonic() + START_SECONDS
        while not self.stopping and time.monotonic() < limit:
            if answers(url):
                return True
            self.restart_ended()
            time.sleep(0.1)
        return False

    def restart_ended(self) -> None:
        """Start again whatever ended; give everything up where that does not help."""
        for child in self.watched:
            if self.stopping or not child.has_ended():
                continue
            if child.is_hopeless():
                say(f"{child.name} không chạy được / keeps failing: {child.log}")
                self.failed = True
                self.stop()
                return
            say(f"{child.name} đã dừng, chạy lại / ended, starting again: {child.log}")
            child.start()

    def watch(self) -> None:
        """Return when told to stop."""
        while not self.stopping:
            self.restart_ended()
            time.sleep(0.3)

    def end(self) -> None:
        """End all children, each with the time to finish what it does."""
        for child in self.watched:
            child.terminate()
        limit = time.monotonic() + STOP_SECONDS
        for child in self.watched:
            child.reap(limit - time.monotonic())


# --- door -------------------------------------------------------------------------------------


def only_one(folder: Path) -> IO[str]:
    """The lock that a second supervisor of the same data cannot get; raises BlockingIOError."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "run.lock").open("a+", encoding="utf-8")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def serve(host: str, port: int) -> int:
    """Run until told to stop; 0, or 1 where a child could not be kept alive."""
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}/"
    if host.strip("0.:"):
        # Letters and QR codes lead where it answers, unless told otherwise; 0.0.0.0 and :: are no
        # addresses that another machine could ask.
        os.environ.setdefault("PUBLIC_URL", url.rstrip("/"))
    supervisor = Supervisor(children(host, port))
    supervisor.start()
    try:
        if supervisor.wait_for(f"{url}healthz"):
            say("")
            say(f"Ứng dụng đang chạy / the application runs:  {url}")
            say(f"Nhật ký / logs: {settings.VAR_DIR / 'log'}.  Ctrl-C để dừng / to stop.")
        elif not supervisor.stopping:
            say(f"Ứng dụng không trả lời / no answer from {url}: {settings.VAR_DIR / 'log'}")
            supervisor.failed = True
            supervisor.stop()
        supervisor.watch()
    finally:
        supervisor.end()
    say("Đã dừng. / Stopped.")
    return 1 if supervisor.failed else 0


def main() -> int:
    """Prepare, then serve unless ``--only-prepare``; 2 where it cannot begin."""
    parser = argparse.ArgumentParser(prog="config.supervisor", description=__doc__)
    parser.add_argument("--only-prepare", action="store_true", help="set up and end")
    only_prepare = parser.parse_args().only_prepare
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        with only_one(settings.VAR_DIR):
            django.setup()
            prepare()
            if only_prepare:
                return 0
            host = env_text("HOST", "127.0.0.1")
            return serve(host, choose_port(host, env_int("PORT", 8126)))
    except BlockingIOError:
        say("Ứng dụng này đang chạy ở một cửa sổ khác. / It is already running elsewhere.")
    except ImproperlyConfigured as error:
        say(str(error))
    return 2


if __name__ == "__main__":
    sys.exit(main())
