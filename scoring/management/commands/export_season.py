"""Write a whole season."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from scoring.exchange.export import as_text, export_season
from scoring.management.exchange_command import ExchangeCommand
from units.rules import RuleError


class Command(ExchangeCommand):
    """``export_season BLOC YEAR [-o FILE]``: the season as a file that reads back the same."""

    help = "Ghi cả một mùa thi đua ra tệp (giao-uoc/season/1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bloc", help="mã khối")
        parser.add_argument("year", type=int, help="năm")
        parser.add_argument("-o", "--output", help="tệp để ghi; mặc định: màn hình")

    def handle(self, *args: Any, **options: Any) -> None:
        season = self.season(options["bloc"], options["year"])
        try:
            text = as_text(export_season(season))
        except RuleError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.write(text, options["output"])
