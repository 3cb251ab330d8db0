"""What the exchange commands share: files in and out, refusals on stderr with exit code 1."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from compacts.models import Season
from scoring.engine.faults import Fault
from scoring.exchange.files import load
from scoring.models import Round
from units.rules import RuleError


class _Parser(CommandParser):
    """Refuses wrong usage with exit code 1, the only one that means refused (formats.md)."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(1, f"Lỗi: {message}\n")


class ExchangeCommand(BaseCommand):
    """A command that writes nothing where it refuses, and says every fault."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The usual parser, but with 1 as its exit code for wrong usage."""
        made = super().create_parser(prog_name, subcommand, **kwargs)
        made.__class__ = _Parser
        return made

    def execute(self, *args: Any, **options: Any) -> str | None:
        """As every command; what the rules refuse is a line on stderr, too."""
        try:
            return super().execute(*args, **options)
        except RuleError as refusal:
            raise CommandError(str(refusal)) from refusal

    def read(self, path: str) -> object:
        """The JSON value of a file; raises ``CommandError`` where it can't be read."""
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            raise CommandError(f"Không mở được tệp {path}: {error.strerror}.") from error
        data, faults = load(content)
        if faults:
            self.refuse(faults)
        return data

    def refuse(self, faults: Iterable[Fault]) -> NoReturn:
        """End with exit code 1 and one line for each fault."""
        lines = [self.line(fault) for fault in faults]
        raise CommandError("\n".join([f"Không nhập: {len(lines)} lỗi.", *lines]))

    @staticmethod
    def line(fault: Fault) -> str:
        """A fault as a line: where, what, what was expected."""
        expected = f" (cần: {fault.expected})" if fault.expected else ""
        return f"{fault.path or '(cả tệp)'}: {fault.message}{expected}"

    def write(self, text: str, output: str | None) -> None:
        """The text to a file, or to standard output."""
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            Path(output).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"Không ghi được tệp {output}: {error.strerror}.") from error

    def season(self, bloc: str, year: int) -> Season:
        """The bloc's season of the year; raises ``CommandError`` for none."""
        seasons = Season.objects.select_related("bloc__council")
        found = seasons.filter(bloc__code=bloc, year=year).first()
        if found is None:
            raise CommandError(f"Không có mùa thi đua {bloc} {year}.")
        return found

    def round(self, season: Season, code: str) -> Round:
        """The season's round with this code; raises ``CommandError`` for none."""
        found = Round.objects.filter(season=season, code=code).first()
        if found is None:
            raise CommandError(f"Mùa {season.bloc.code} {season.year} không có đợt chấm {code}.")
        found.season = season
        return found
