"""The app's place in Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from compacts.documents.checks import check_pdf_libraries


class CompactsConfig(AppConfig):
    """The app compacts."""

    name = "compacts"
    verbose_name = _("Giao ước")

    def ready(self) -> None:
        """Let every start name the packages without which no PDF can be made."""
        register(check_pdf_libraries)
