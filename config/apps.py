"""The application as a whole."""

from __future__ import annotations

from django.apps import AppConfig


class SystemConfig(AppConfig):
    """Carries what belongs to no single app: the start and its checks."""

    name = "config"
    verbose_name = "Hệ thống"
