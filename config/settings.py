"""The one settings file, read from the environment; README.md lists the variables.

Without any variable it is the embedded default: SQLite and a queue of files under ``var/``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from config.environment import (
    database,
    env_bool,
    env_int,
    env_list,
    env_text,
    mail_server,
    stored_secret,
)

# ModelForm[Unit] is a type for mypy; at run time Django does not know the brackets.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env_text("VAR_DIR", str(BASE_DIR / "var"))).resolve()

DEBUG = env_bool("DEBUG", default=False)
HTTPS = env_bool("HTTPS", default=False)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", "")
# The address printed in documents (QR codes), where no request is at hand.
PUBLIC_URL = env_text("PUBLIC_URL", "http://127.0.0.1:8126").rstrip("/")
# Through how many proxies of ours each request comes: who asks is read from X-Forwarded-For.
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)

# --- data -------------------------------------------------------------------------------------

SQLITE_URL = f"sqlite:///{VAR_DIR / 'giao-uoc.sqlite3'}"
DATABASE_URL = env_text("DATABASE_URL", SQLITE_URL)
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o640
UPLOAD_MAX_BYTES = env_int("UPLOAD_MAX_BYTES", 20 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A sheet of 200 criteria with five inputs each must fit into one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000


def _secret_key() -> str:
    """SECRET_KEY; on the embedded default one made once and kept under var/."""
    if DATABASE_URL != SQLITE_URL:
        return env_text("SECRET_KEY")
    kept = stored_secret(VAR_DIR / "secret-key", get_random_secret_key())
    return env_text("SECRET_KEY", kept)


SECRET_KEY = _secret_key()

# --- application ------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "scoring",
    "compacts",
    "units",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "js_lib_bootstrap5",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.TextCompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.LoginFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.FormAddressMiddleware",
    "config.middleware.ReadableTextMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.navigation",
                "config.guides.help_in_context",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            # On one's own machine compressing would only make every start five seconds slower.
            "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
            if DATABASE_URL == SQLITE_URL
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        ),
    },
}

# --- language ---------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
# Django's own Vietnamese formats read 03/11/2026 as the 11th of March.
FORMAT_MODULE_PATH = ["config.formats"]
# On, it would print the year as 2.026 and read 98.500 as 98500.
USE_THOUSAND_SEPARATOR = False

# --- people -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "units.Person"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# How long the link for the first login in a letter is good: two weeks, in seconds.
PASSWORD_RESET_TIMEOUT = 14 * 24 * 60 * 60
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": _VALIDATION + "UserAttributeSimilarityValidator"},
    {"NAME": "units.passwords.LongEnoughValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {"NAME": _VALIDATION + "NumericPasswordValidator"},
]

# --- what browsers are told -------------------------------------------------------------------

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = [
    # Neighbouring hosts of a public body's domain are not ours to force to HTTPS.
    "security.W005",
    "security.W021",
    # The preview of a PDF is a frame of the page itself.
    "security.W019",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

# --- background work --------------------------------------------------------------------------

CELERY_BROKER_URL = env_text("CELERY_BROKER_URL", "localfiles://localhost/")
BROKER_DIR = VAR_DIR / "queue"


def _transport_options() -> dict[str, Any]:
    """Kombu's options for the broker's scheme; raises for a scheme that was never tried."""
    if CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
        return {
            # Longer than the longest time limit, or a running task is handed out twice.
            "visibility_timeout": 1800,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "global_keyprefix": "giaouoc:",
            "socket_timeout": 30,
            "socket_keepalive": True,
            "health_check_interval": 25,
        }
    if CELERY_BROKER_URL.startswith("localfiles://"):
        return {
            "data_folder_in": str(BROKER_DIR / "messages"),
            "data_folder_out": str(BROKER_DIR / "messages"),
            "processed_folder": str(BROKER_DIR / "taken"),
            "polling_interval": 0.25,
        }
    raise ImproperlyConfigured("CELERY_BROKER_URL must begin with redis:// or localfiles://.")


def _cache() -> dict[str, Any]:
    """Counts that all server processes share; without Redis there is one process."""
    if CELERY_BROKER_URL.startswith("localfiles://"):
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CELERY_BROKER_URL,
        "KEY_PREFIX": "giaouoc-cache",
        # A page does not wait for a Redis that is away.
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }


CACHES = {"default": _cache()}
CELERY_BROKER_TRANSPORT_OPTIONS = _transport_options()
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Either of the two alone loses or stalls tasks whose worker died.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
# The Job row is the truth about a task.
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "ring again for lost jobs": {
        "task": "units.sweep_jobs",
        "schedule": 20.0,
        # While no worker runs, the calls must not pile up.
        "options": {"expires": 20},
    },
    "remind of milestones": {
        "task": "scoring.remind_milestones",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "gather digests": {
        "task": "units.post_digests",
        "schedule": 600.0,
        "options": {"expires": 500},
    },
    "sweep rendered files": {
        "task": "scoring.sweep_rendered",
        "schedule": 24 * 3600.0,
        "options": {"expires": 12 * 3600},
    },
    "keep signatures for years": {
        "task": "compacts.keep_signatures",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3000},
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# --- digital signatures ------------------------------------------------------------------------

# Certificates of the authorities that count (*.pem, *.crt, *.cer) and their lists (*.crl).
SIGNING_TRUST_DIR = Path(env_text("SIGNING_TRUST_DIR", str(VAR_DIR / "signing-trust"))).resolve()
# How many files one address may have checked in a minute.
FILE_CHECKS_A_MINUTE = env_int("FILE_CHECKS_A_MINUTE", 20)
# How long one document may take to be laid out.
RENDER_SECONDS = env_int("RENDER_SECONDS", 60)
# For how many days a rendered file is kept that nobody asks for: it can be made again.
RENDERED_KEPT_DAYS = env_int("RENDERED_KEPT_DAYS", 30)
# How much memory the files asked for last may take in each server process.
RECENT_FILES_MIB = env_int("RECENT_FILES_MIB", 32)
# A timestamp server (RFC 3161); empty: the time is the server's own.
SIGNING_TSA_URL = env_text("SIGNING_TSA_URL", "")
# Responders (OCSP) that may be asked whether a certificate was revoked; no other is.
SIGNING_OCSP_URLS = env_list("SIGNING_OCSP_URLS", "")

# --- letters ----------------------------------------------------------------------------------

# Without a server people are told in the page alone.
_MAIL = mail_server(env_text("EMAIL_URL", "none://"))
SENDS_EMAIL = not _MAIL.backend.endswith(".dummy.EmailBackend")
EMAIL_BACKEND = _MAIL.backend
EMAIL_HOST = _MAIL.host
EMAIL_PORT = _MAIL.port
EMAIL_HOST_USER = _MAIL.user
EMAIL_HOST_PASSWORD = _MAIL.password
EMAIL_USE_TLS = _MAIL.use_tls
EMAIL_USE_SSL = _MAIL.use_ssl
EMAIL_TIMEOUT = 20
# The hour of a letter is that of Hà Nội, not one of nowhere ("-0000").
EMAIL_USE_LOCALTIME = True
DEFAULT_FROM_EMAIL = env_text("EMAIL_FROM", "giao-uoc@localhost")

# --- logs -------------------------------------------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env_text("LOG_LEVEL", "INFO")},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        # What strangers change in a file is told to them, not to the log, page after page.
        "pyhanko.sign.diff_analysis": {"level": "ERROR"},
    },
}
