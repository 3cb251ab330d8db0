"""The app's place in Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    """The app units."""

    name = "units"
    verbose_name = _("Đơn vị")
