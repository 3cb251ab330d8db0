"""The application as a whole."""

from __future__ import annotations

from django.apps import AppConfig

from config.journal import retold
from units import trail


class SystemConfig(AppConfig):
    """Carries what belongs to no single app: the start and its checks."""

    name = "config"
    verbose_name = "Hệ thống"

    def ready(self) -> None:
        """The lists of the apps tell the audit trail in the reader's language, as pages do."""
        trail.tell_by(retold)
