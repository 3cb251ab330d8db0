"""Reading and checking a whole season file (``giao-uoc/season/1``)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from compacts.models import Article, Compact, KeyTask, Participant
from scoring.engine.faults import Fault
from scoring.engine.phrases import phrase
from scoring.engine.reader import LONGEST_TEXT
from scoring.engine.rounds import RoundInput
from scoring.engine.standings import check_round
from scoring.engine.table import Table
from scoring.exchange.lengths import longest, read_kept_table
from scoring.exchange.part_check import PartCheck
from scoring.exchange.round_input import MARK_FACTS, Data, round_input
from scoring.models import Ballot, Exemption, Mark, Round
from units.models import Bloc, Council
from units.vietnamese import nfc

FORMAT = "giao-uoc/season/1"
_SIGNATORY = longest(Participant, "signatory_name", "signatory_position")
_EXEMPTION_PATH = re.compile(r"exemptions\[([^/\]]+)/([^\]]+)\]")


@dataclass(frozen=True)
class SeasonReading:
    """What came of a season file: its data in NFC and the table, or all faults; warnings."""

    data: Data = field(default_factory=dict)
    table: Table | None = None
    rounds: tuple[RoundInput, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def _in_nfc(value: object) -> Any:
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, Mapping):
        return {nfc(str(key)): _in_nfc(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_nfc(item) for item in value]
    return value


def read_season(data: object) -> SeasonReading:
    """Check the file as a whole; ``faults`` is empty only where it can be written as it is."""
    plain = _in_nfc(data)
    check = _SeasonCheck(plain)
    check.whole()
    if check.reader.faults:
        return SeasonReading(faults=check.reader.faults, warnings=check.reader.warnings)
    return SeasonReading(
        data=plain,
        table=check.table,
        rounds=tuple(check.rounds),
        warnings=check.reader.warnings,
    )


class _SeasonCheck(PartCheck):
    """Walks through the file from the top; a fault never ends the walk."""

    def __init__(self, data: Any) -> None:
        super().__init__()
        self.data = data
        self.table: Table | None = None
        self.titles: set[str] = set()
        self.rounds: list[RoundInput] = []

    def whole(self) -> None:
        reader = self.reader
        keys = reader.mapping(
            self.data,
            "",
            ("format", "bloc", "year", "starts_on", "ends_on", "council", "units", "head",
             "criteria"),
            ("theme", "deputy", "registrations", "compact", "exemptions", "rounds"),
        )  # fmt: skip
        self._one_of(keys, "format", (FORMAT,))
        if "year" in keys:
            reader.whole(keys["year"], "year", 1945, 2200)
        self._period(keys)
        if "theme" in keys:
            reader.text(keys["theme"], "theme", blank=True)
        self._bloc(keys)
        self._council(keys)
        self._units(keys)
        self._offices(keys)
        self._criteria(keys)
        self._each(keys, "registrations", self._registration)
        self._twice("registrations", self._field(keys, "registrations", "unit"))
        self._compact(keys)
        self._exemptions(keys)
        self._each(keys, "rounds", self._round)
        self._twice("rounds", self._field(keys, "rounds", "code"))

    # --- the season ----------------------------------------------------------------------------

    def _period(self, keys: Data) -> None:
        days = {key: self._day(keys[key], key) for key in ("starts_on", "ends_on") if key in keys}
        start, end = days.get("starts_on"), days.get("ends_on")
        known = start and end and datetime.date.min not in (start, end)
        if known and start and end and end <= start:
            self.reader.fault("ends_on", phrase("Ngày kết thúc phải sau ngày bắt đầu."))

    def _bloc(self, keys: Data) -> None:
        if "bloc" in keys:
            bloc = self.reader.mapping(keys["bloc"], "bloc", ("code", "name", "kind", "style"))
            self._slug(bloc, "bloc")
            self._texts(bloc, "bloc", longest(Bloc, "name"), blank=False)
            self._one_of(bloc, "kind", ("khoi", "cum"), "bloc")
            self._one_of(bloc, "style", ("state", "party"), "bloc")

    def _council(self, keys: Data) -> None:
        if "council" in keys:
            council = self.reader.mapping(keys["council"], "council", ("name", "place"))
            self._texts(council, "council", longest(Council, "name", "place"), blank=False)

    def _units(self, keys: Data) -> None:
        if "units" not in keys:
            return
        rows = self.reader.items(keys["units"], "units", least=1)
        for index, row in enumerate(rows):
            path = f"units[{index}]"
            unit = self.reader.mapping(
                row, path, ("code", "name"), ("short_name", "division", "signatory")
            )
            if "code" in unit:
                self.units.append(self._code(unit["code"], f"{path}.code"))
            self._texts(unit, path, longest(Participant, "name", "short_name"), blank=False)
            if unit.get("division") is not None:
                self._texts(unit, path, longest(Participant, "division"), blank=False)
            if unit.get("signatory") is not None:
                where = f"{path}.signatory"
                person = self.reader.mapping(unit["signatory"], where, ("name",), ("position",))
                self._texts(person, where, {"name": _SIGNATORY["signatory_name"]}, blank=False)
                position = {"position": _SIGNATORY["signatory_position"]}
                self._texts(person, where, position, blank=True)
        self._twice("units", list(self.units))

    def _offices(self, keys: Data) -> None:
        self._unit_code(keys, "head", "")
        deputy = keys.get("deputy")
        if deputy is None:
            return
        for index, code in enumerate(deputy if isinstance(deputy, list) else [deputy]):
            path = f"deputy[{index}]" if isinstance(deputy, list) else "deputy"
            self._unit_code({"deputy": code}, "deputy", "")
            if code == keys.get("head"):
                self.reader.fault(path, phrase("Trưởng khối không thể là phó của chính mình."))
        if isinstance(deputy, list) and len(deputy) > 2:
            self.reader.fault(
                "deputy", phrase("Nhiều nhất hai phó khối."), phrase("tối đa 2 đơn vị")
            )

    def _criteria(self, keys: Data) -> None:
        if "criteria" in keys:
            reading = read_kept_table(keys["criteria"], "criteria")
            self.reader.faults += reading.faults
            self.reader.warnings += reading.warnings
            self.table = reading.table
            if reading.table is not None:
                self.titles = {title.code for title in reading.table.titles}

    def _registration(self, row: object, path: str) -> None:
        keys = self.reader.mapping(row, path, ("unit",), ("submitted_at", "titles", "tasks"))
        self._unit_code(keys, "unit", path)
        if keys.get("submitted_at") is not None:
            self._moment(keys["submitted_at"], f"{path}.submitted_at")
        titles = self.reader.items(keys.get("titles", []), f"{path}.titles")
        for index, title in enumerate(titles):
            code = self.reader.code(title, f"{path}.titles[{index}]")
            if self.table is not None and code and code not in self.titles:
                where = f"{path}.titles[{index}]"
                self.reader.fault(
                    where,
                    phrase("Không có danh hiệu “%(code)s”.", code=code),
                    phrase("mã một danh hiệu"),
                )
        self._twice(f"{path}.titles", titles)
        for index, task in enumerate(self.reader.items(keys.get("tasks", []), f"{path}.tasks")):
            self._task(task, f"{path}.tasks[{index}]")

    def _task(self, row: object, path: str) -> None:
        texts = longest(KeyTask, "text", "measure", "unit_of_measure")
        keys = self.reader.mapping(row, path, (*texts, "target", "due_on"), ("ad_hoc",))
        self._texts(keys, path, texts, blank=False)
        if "target" in keys:
            self.reader.decimal(keys["target"], f"{path}.target")
        if "due_on" in keys:
            self._day(keys["due_on"], f"{path}.due_on")
        if "ad_hoc" in keys:
            self.reader.flag(keys["ad_hoc"], f"{path}.ad_hoc")

    def _compact(self, keys: Data) -> None:
        if keys.get("compact") is None:
            return
        compact = self.reader.mapping(
            keys["compact"],
            "compact",
            ("articles",),
            ("number", "place", "signed_on", "signed_by"),
        )
        self._texts(compact, "compact", longest(Compact, "number", "place"), blank=True)
        if compact.get("signed_on") is not None:
            self._day(compact["signed_on"], "compact.signed_on")
        rows = self.reader.items(compact.get("articles", []), "compact.articles")
        for index, row in enumerate(rows):
            path = f"compact.articles[{index}]"
            article = self.reader.mapping(row, path, ("heading", "items"))
            self._texts(article, path, longest(Article, "heading"), blank=False)
            items = self.reader.items(article.get("items", []), f"{path}.items")
            for place, item in enumerate(items):
                self.reader.text(item, f"{path}.items[{place}]", 20_000)
        signed = self.reader.items(compact.get("signed_by", []), "compact.signed_by")
        for index, code in enumerate(signed):
            self._unit_code({f"signed_by[{index}]": code}, f"signed_by[{index}]", "compact")
        self._twice("compact.signed_by", signed)
        if signed and not (compact.get("number") and compact.get("signed_on")):
            message = phrase("Giao ước đã ký phải có số và ngày ký.")
            self.reader.fault("compact.signed_by", message, phrase("number và signed_on"))

    def _exemptions(self, keys: Data) -> None:
        seen: set[tuple[str, str]] = set()
        rows = self.reader.items(keys.get("exemptions", []), "exemptions")
        for index, row in enumerate(rows):
            path = f"exemptions[{index}]"
            exemption = self.reader.mapping(row, path, ("unit", "criterion", "reason"))
            self._unit_code(exemption, "unit", path)
            self._texts(exemption, path, longest(Exemption, "reason"), blank=False)
            self._exempted(exemption, path)
            pair = (str(exemption.get("unit")), str(exemption.get("criterion")))
            if pair in seen:
                self.reader.fault(path, phrase("Trùng với một mục không áp dụng ở trên."))
            seen.add(pair)

    def _exempted(self, exemption: Data, path: str) -> None:
        if "criterion" not in exemption:
            return
        where = f"{path}.criterion"
        code = self.reader.code(exemption["criterion"], where)
        if self.table is None or not code:
            return
        if not self.table.has(code):
            self.reader.fault(
                where,
                phrase("Không có tiêu chí “%(code)s”.", code=code),
                phrase("mã một tiêu chí"),
            )
        elif self.table.criterion(code).adds != "base":
            message = phrase(
                "Tiêu chí “%(code)s” là điểm thưởng hoặc điểm trừ, không miễn được.", code=code
            )
            self.reader.fault(where, message, phrase("tiêu chí điểm chính"))

    # --- rounds --------------------------------------------------------------------------------

    def _round(self, row: object, path: str) -> None:
        reader = self.reader
        found = len(reader.faults)
        keys = reader.mapping(
            row, path, ("code", "name", "final"), ("cross", "sheets", "ballots", "decisions")
        )
        self._slug(keys, path)
        self._texts(keys, path, longest(Round, "name"), blank=False)
        self._final(keys, path)
        self._one_of(keys, "cross", ("mean", "median", "trimmed_mean"), path)
        sheets = reader.items(keys.get("sheets", []), f"{path}.sheets")
        for index, sheet in enumerate(sheets):
            self._sheet(sheet, f"{path}.sheets[{index}]")
        for index, ballot in enumerate(reader.items(keys.get("ballots", []), f"{path}.ballots")):
            self._ballot(ballot, f"{path}.ballots[{index}]")
        decisions = reader.items(keys.get("decisions", []), f"{path}.decisions")
        for index, decision in enumerate(decisions):
            self._decision(decision, f"{path}.decisions[{index}]")
        if self.table is not None and reader.clean_since(found) and isinstance(row, Mapping):
            self._fits(row, path)

    def _final(self, keys: Data, path: str) -> None:
        if "final" not in keys:
            return
        where = f"{path}.final"
        final = self.reader.mapping(keys["final"], where, ("method",), ("stage", "weights"))
        self._one_of(final, "method", ("stage", "weighted"), where)
        method = final.get("method")
        wanted, other = ("stage", "weights") if method == "stage" else ("weights", "stage")
        if method in ("stage", "weighted"):
            if wanted not in final:
                self.reader.fault(f"{where}.{wanted}", phrase("Thiếu khóa “%(key)s”.", key=wanted))
            if other in final:
                self.reader.fault(
                    f"{where}.{other}",
                    phrase("Không có khóa “%(key)s” ở đây.", key=other),
                    wanted,
                )
        stages = ("self", "cross", "verify", "recheck", "final")
        self._one_of(final, "stage", stages, where)
        if "weights" in final:
            self._weights(final["weights"], f"{where}.weights", stages)

    def _weights(self, weights: object, path: str, stages: tuple[str, ...]) -> None:
        if not isinstance(weights, Mapping):
            self.reader.mapping(weights, path, ())
            return
        for stage, weight in weights.items():
            if stage not in stages:
                message = phrase("Không có bước chấm “%(stage)s”.", stage=stage)
                self.reader.fault(f"{path}.{stage}", message, ", ".join(stages))
            self.reader.decimal(weight, f"{path}.{stage}", above_zero=True)

    def _sheet(self, row: object, path: str) -> None:
        keys = self.reader.mapping(
            row, path, ("unit", "stage", "scorer", "marks"), ("submitted_at",)
        )
        self._unit_code(keys, "unit", path)
        if "scorer" in keys:
            self.reader.code(keys["scorer"], f"{path}.scorer")
        self._one_of(keys, "stage", ("self", "cross", "verify", "recheck", "final"), path)
        if keys.get("submitted_at") is not None:
            self._moment(keys["submitted_at"], f"{path}.submitted_at")
        for index, mark in enumerate(self.reader.items(keys.get("marks", []), f"{path}.marks")):
            where = f"{path}.marks[{index}]"
            facts = self.reader.mapping(mark, where, ("criterion",), (*MARK_FACTS, "comment"))
            if "criterion" in facts:
                self.reader.code(facts["criterion"], f"{where}.criterion")
            self._texts(facts, where, longest(Mark, "comment"), blank=True)

    def _ballot(self, row: object, path: str) -> None:
        keys = self.reader.mapping(
            row, path, ("code", "name", "voters", "present", "valid", "yes"), ("base",)
        )
        if "code" in keys:
            self._code(keys["code"], f"{path}.code")
        self._texts(keys, path, longest(Ballot, "name"), blank=False)
        for name in ("voters", "present", "valid"):
            if name in keys:
                self.reader.whole(keys[name], f"{path}.{name}", 0, 30_000)
        self._one_of(keys, "base", ("all", "present", "valid"), path)
        yes = keys.get("yes", {})
        if not isinstance(yes, Mapping):
            self.reader.mapping(yes, f"{path}.yes", ())
            return
        for code, votes in yes.items():
            self.reader.whole(votes, f"{path}.yes.{code}", 0, 30_000)

    def _decision(self, row: object, path: str) -> None:
        keys = self.reader.mapping(row, path, ("units", "order", "reason"))
        self._texts(keys, path, {"reason": LONGEST_TEXT}, blank=False)
        for name in ("units", "order"):
            for index, code in enumerate(self.reader.items(keys.get(name, []), f"{path}.{name}")):
                self.reader.code(code, f"{path}.{name}[{index}]")

    def _fits(self, row: Data, path: str) -> None:
        """Hold the round against the table, as the engine will read it."""
        if self.table is None or len(set(self.units)) != len(self.units):
            return
        made = round_input(self.data, row)
        self.rounds.append(made)
        for fault in check_round(self.table, made):
            # Exemptions and titles belong to the season and were looked at there.
            if not _EXEMPTION_PATH.match(fault.path) and not fault.path.startswith("units"):
                where = fault.path
                where = where if where == "exemptions" else f"{path}.{where}"
                self.reader.fault(where, fault.message, fault.expected)
