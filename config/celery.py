"""The Celery application: tasks of all apps, settings that begin with CELERY_."""

from __future__ import annotations

import os

from celery import Celery

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
broker.register()

app = Celery("giao-uoc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
