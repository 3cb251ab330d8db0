"""The settings of the tests: the application's own, made quick and loud."""

from __future__ import annotations

import os
from pathlib import Path

VAR = Path(__file__).resolve().parent.parent / "var" / "test"
os.environ.setdefault("VAR_DIR", str(VAR))
os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-0123456789")
os.environ.setdefault("LOG_LEVEL", "WARNING")
# What one test made is not at hand in the next.
os.environ.setdefault("RECENT_FILES_MIB", "0")

# Tests that run beside each other have a broker of their own each.
_TURN = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
_BROKER = os.environ.get("CELERY_BROKER_URL", "")
if _TURN and _BROKER.endswith("/0"):
    os.environ["CELERY_BROKER_URL"] = f"{_BROKER[:-1]}{_TURN}"

from config.settings import *  # the variables above must be set first
from config.settings import CACHES, STATIC_ROOT, STORAGES

# Tests that run beside each other count for themselves.
SHARED_CACHE = CACHES["default"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
