"""Settings, addresses and processes: what ties the three apps into one application."""

from __future__ import annotations

from config.celery import app as celery_app

__all__ = ["celery_app"]
