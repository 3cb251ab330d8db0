"""The app's place in Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    """The app scoring."""

    name = "scoring"
    verbose_name = _("Chấm điểm")
