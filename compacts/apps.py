"""The app's place in Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompactsConfig(AppConfig):
    """The app compacts."""

    name = "compacts"
    verbose_name = _("Giao ước")
