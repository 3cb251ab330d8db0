"""Compute and print the standings of a round."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from scoring.engine.standings import Standings, check_round, compute
from scoring.exchange.export import as_text
from scoring.management.exchange_command import ExchangeCommand
from scoring.queries.standings import standings_input
from units.vietnamese import number


class Command(ExchangeCommand):
    """``rank BLOC YEAR ROUND [--json]``: the standings of this moment (formats.md section 3)."""

    help = "Tính và in bảng xếp hạng của một đợt chấm."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bloc", help="mã khối")
        parser.add_argument("year", type=int, help="năm")
        parser.add_argument("round", help="mã đợt chấm")
        parser.add_argument("--json", action="store_true", help="in theo giao-uoc/standings/1")

    def handle(self, *args: Any, **options: Any) -> None:
        season = self.season(options["bloc"], options["year"])
        scored = self.round(season, options["round"])
        table, round_input = standings_input(scored)
        faults = check_round(table, round_input)
        if faults:
            raise CommandError("\n".join(self.line(fault) for fault in faults))
        standings = compute(table, round_input)
        if options["json"]:
            document = standings.as_json(season.bloc.code, season.year, scored.code, table.code)
            self.stdout.write(as_text(document), ending="")
            return
        names = {unit.code: unit.name or unit.code for unit in round_input.units}
        self._print(standings, names)

    def _print(self, standings: Standings, names: dict[str, str]) -> None:
        for row in standings.rows:
            rank = "–" if row.rank is None else str(row.rank)
            titles = f"  [{', '.join(row.titles)}]" if row.titles else ""
            named = f"{names[row.unit]}  {row.class_name or ''}{titles}".rstrip()
            self.stdout.write(f"{rank:>3}  {number(row.total):>10}  {named}")
        for title in standings.open_titles:
            units = ", ".join(names[code] for code in title.units)
            self.stdout.write(f"Còn để ngỏ {title.title}: {units} ({title.why})")
        if not standings.complete:
            self.stdout.write(f"Tạm thời: còn {len(standings.missing)} tiêu chí chưa chấm.")
