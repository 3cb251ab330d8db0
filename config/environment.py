"""Typed reads of the environment: a value that cannot be read stops the start, unguessed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}

SQLITE_OPTIONS = {
    "timeout": 20,
    # A transaction that reads first and writes later would otherwise fail with "locked".
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
    ),
}


def env_text(name: str, default: str | None = None) -> str:
    """The variable's text; ``default`` where it is unset or empty.

    Raises ImproperlyConfigured where it is unset and has no default.
    """
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} must be set in the environment.")
    return default


def env_bool(name: str, default: bool) -> bool:
    """True or false as 1/0, true/false, yes/no, on/off; anything else raises."""
    value = env_text(name, str(default)).lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false.")


def env_int(name: str, default: int) -> int:
    """A whole number of at least 0; anything else raises."""
    value = env_text(name, str(default))
    if not (value.isascii() and value.isdecimal()):
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number of at least 0.")
    return int(value)


def env_list(name: str, default: str) -> list[str]:
    """The comma-separated parts, stripped, empty ones dropped."""
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def database(url: str) -> dict[str, Any]:
    """Django's settings for ``sqlite:///path`` or ``postgres://user:password@host:port/name``.

    Raises ImproperlyConfigured for any other scheme or for a missing name.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database.")
    if parts.scheme == "sqlite":
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "OPTIONS": dict(SQLITE_OPTIONS),
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(f"DATABASE_URL has the unknown scheme {parts.scheme!r}.")


@dataclass(frozen=True, slots=True)
class MailServer:
    """How letters are sent: Django's backend and where its server is."""

    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False


def mail_server(url: str) -> MailServer:
    """The server of ``smtp://user:password@host:port``; ``none://`` sends nothing.

    ``smtp+tls`` begins in the clear and changes to TLS, ``smtps`` speaks TLS from the first byte;
    ``console://`` prints the letters. Raises ImproperlyConfigured for any other scheme or for a
    missing host.
    """
    parts = urlsplit(url)
    backends = "django.core.mail.backends."
    if parts.scheme in {"none", "console"}:
        name = "dummy" if parts.scheme == "none" else "console"
        return MailServer(backend=f"{backends}{name}.EmailBackend")
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports:
        raise ImproperlyConfigured(f"EMAIL_URL has the unknown scheme {parts.scheme!r}.")
    if not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL names no host.")
    return MailServer(
        backend=backends + "smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or ports[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
    )


def stored_secret(path: Path, fresh: str) -> str:
    """The secret kept in ``path``; ``fresh`` is written there once, readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(fresh, encoding="ascii")
    try:
        # A link fails where another process was first, and never shows a half-written file.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")
