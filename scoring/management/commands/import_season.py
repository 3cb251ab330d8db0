"""Read a whole season."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from scoring.management.exchange_command import ExchangeCommand
from scoring.services.imports import ImportRefusedError, import_season


class Command(ExchangeCommand):
    """``import_season FILE``: all of a ``giao-uoc/season/1`` file or nothing (section 2)."""

    help = "Đọc cả một mùa thi đua (giao-uoc/season/1): tất cả hoặc không gì cả."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="tệp JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        data = self.read(options["file"])
        try:
            season = import_season(actor=None, data=data)
        except ImportRefusedError as refusal:
            self.refuse(refusal.faults)
        self.stdout.write(f"Đã nhập mùa thi đua {season.bloc.code} {season.year}.")
