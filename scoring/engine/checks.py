"""What does not fit together between a table and a round.

Where the format leaves something open, this is how it is read:

- Only ``cross`` may have several sheets that mark the same leaf of a unit; at ``recheck`` and
  ``final``, as at ``verify``, several sheets share the criteria out and never overlap.
- A cross scorer is another unit, never the ``secretariat``.
- A decision orders at least two units; two decisions never name the same units.
- A ballot or a decision that a tie break asks for may be missing: it may not be held yet.
- Exempting a unit from so much that no maximum is left is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from scoring.engine.combine import exempt_leaves
from scoring.engine.faults import Fault, under
from scoring.engine.numbers import parsed_decimal
from scoring.engine.phrases import phrase
from scoring.engine.rounds import (
    BALLOT_BASES,
    CROSS_METHODS,
    FINAL_METHODS,
    SECRETARIAT,
    STAGES,
    BallotInput,
    DecisionInput,
    RoundInput,
    SheetInput,
)
from scoring.engine.rules import check_entry
from scoring.engine.table import Table


def check_round(table: Table, round_input: RoundInput) -> list[Fault]:
    """Every fault of a round; ``compute`` may be called only where there is none.

    Paths are relative to the round, by the position in ``RoundInput`` (``sheets[0].marks[2]``).
    """
    check = _RoundCheck(table, round_input)
    check.units()
    check.final()
    check.sheets()
    check.exemptions()
    check.ballots()
    check.decisions()
    return check.faults


def _twice(codes: Iterable[str]) -> set[str]:
    return {code for code, times in Counter(codes).items() if times > 1}


class _RoundCheck:
    def __init__(self, table: Table, round_input: RoundInput) -> None:
        self.table = table
        self.round = round_input
        self.codes = {unit.code for unit in round_input.units}
        self.marked: dict[tuple[str, str, str], str] = {}
        self.faults: list[Fault] = []

    def fault(self, path: str, message: str, expected: str = "") -> None:
        self.faults.append(Fault(path, message, expected))

    def known_unit(self, code: str, path: str) -> bool:
        if code not in self.codes:
            self.fault(
                path,
                phrase("Không có đơn vị “%(code)s” trong khối.", code=code),
                phrase("mã một đơn vị"),
            )
        return code in self.codes

    def units(self) -> None:
        if not self.round.units:
            self.fault("units", phrase("Khối chưa có đơn vị nào."), phrase("từ 1 đơn vị"))
        for code in sorted(_twice(unit.code for unit in self.round.units)):
            self.fault(
                "units",
                phrase("Mã đơn vị “%(code)s” bị trùng.", code=code),
                phrase("mỗi mã một lần"),
            )
        titles = {title.code for title in self.table.titles}
        for index, unit in enumerate(self.round.units):
            for title in sorted(unit.registered - titles):
                where = f"units[{index}].registered"
                self.fault(
                    where,
                    phrase("Không có danh hiệu “%(title)s”.", title=title),
                    phrase("mã một danh hiệu"),
                )

    def final(self) -> None:
        method = self.round.final_method
        if method not in FINAL_METHODS:
            self.fault(
                "final.method", phrase("Không có cách tổng hợp này."), ", ".join(FINAL_METHODS)
            )
        if method == "stage" and self.round.stage not in STAGES:
            self.fault("final.stage", phrase("Không có bước chấm này."), ", ".join(STAGES))
        if method == "weighted":
            self.weights()
        if self.round.cross not in CROSS_METHODS:
            self.fault("cross", phrase("Không có cách gộp này."), ", ".join(CROSS_METHODS))

    def weights(self) -> None:
        if not self.round.weights:
            self.fault("final.weights", phrase("Chưa có trọng số nào."), phrase("từ 1 bước chấm"))
        for stage, weight in self.round.weights.items():
            where = f"final.weights.{stage}"
            if stage not in STAGES:
                self.fault(
                    where,
                    phrase("Không có bước chấm “%(stage)s”.", stage=stage),
                    ", ".join(STAGES),
                )
            number = parsed_decimal(str(weight))
            if number is None or number <= 0:
                self.fault(where, phrase("Trọng số phải lớn hơn 0."), phrase("số thập phân dương"))

    def sheets(self) -> None:
        seen = set()
        for index, sheet in enumerate(self.round.sheets):
            path = f"sheets[{index}]"
            key = (sheet.unit, sheet.stage, sheet.scorer)
            if key in seen:
                message = phrase(
                    "Phiếu này trùng đơn vị, bước chấm và người chấm với phiếu trước."
                )
                self.fault(path, message, phrase("mỗi người chấm một phiếu"))
            seen.add(key)
            self.known_unit(sheet.unit, f"{path}.unit")
            if sheet.stage not in STAGES:
                message = phrase("Không có bước chấm “%(stage)s”.", stage=sheet.stage)
                self.fault(f"{path}.stage", message, ", ".join(STAGES))
            self.scorer(sheet, f"{path}.scorer")
            self.marks(sheet, path)

    def scorer(self, sheet: SheetInput, path: str) -> None:
        if sheet.scorer != SECRETARIAT and not self.known_unit(sheet.scorer, path):
            return
        if sheet.stage == "self" and sheet.scorer != sheet.unit:
            self.fault(path, phrase("Phiếu tự chấm phải do chính đơn vị chấm."), sheet.unit)
        if sheet.stage == "cross" and sheet.scorer in (sheet.unit, SECRETARIAT):
            self.fault(
                path,
                phrase("Phiếu chấm chéo phải do một đơn vị khác chấm."),
                phrase("đơn vị khác"),
            )
        if (
            sheet.stage == "verify"
            and sheet.scorer == SECRETARIAT
            and sheet.unit == self.round.head
        ):
            message = phrase(
                "Tổ thư ký không thẩm định đơn vị khối trưởng (người của chính mình)."
            )
            self.fault(path, message, phrase("mã một đơn vị khác"))

    def marks(self, sheet: SheetInput, path: str) -> None:
        inside = set()
        for index, mark in enumerate(sheet.marks):
            where = f"{path}.marks[{index}]"
            code = mark.criterion
            if not self.table.has(code):
                message = phrase("Không có tiêu chí “%(code)s”.", code=code)
                self.fault(f"{where}.criterion", message, phrase("mã một mục chấm"))
                continue
            criterion = self.table.criterion(code)
            if not criterion.is_leaf:
                message = phrase(
                    "Tiêu chí “%(code)s” là một nhóm, không chấm trực tiếp.", code=code
                )
                self.fault(f"{where}.criterion", message, phrase("mã một mục chấm"))
                continue
            self.faults += under(where, check_entry(criterion, mark.entry))
            if code in inside:
                message = phrase(
                    "Tiêu chí “%(code)s” được chấm hai lần trong một phiếu.", code=code
                )
                self.fault(f"{where}.criterion", message, phrase("mỗi tiêu chí một lần"))
            elif sheet.stage != "cross":
                self.overlap(sheet, code, where)
            inside.add(code)

    def overlap(self, sheet: SheetInput, code: str, path: str) -> None:
        key = (sheet.unit, sheet.stage, code)
        if key in self.marked:
            message = phrase(
                "Tiêu chí “%(code)s” đã được “%(scorer)s” chấm ở cùng bước.",
                code=code,
                scorer=self.marked[key],
            )
            self.fault(f"{path}.criterion", message, phrase("các phiếu chia nhau tiêu chí"))
        else:
            self.marked[key] = sheet.scorer

    def exemptions(self) -> None:
        known = True
        for unit, code in sorted(self.round.exemptions):
            path = f"exemptions[{unit}/{code}]"
            known = self.known_unit(unit, f"{path}.unit") and known
            if not self.table.has(code):
                known = False
                message = phrase("Không có tiêu chí “%(code)s”.", code=code)
                self.fault(f"{path}.criterion", message, phrase("mã một tiêu chí"))
            elif self.table.criterion(code).adds != "base":
                message = phrase(
                    "Tiêu chí “%(code)s” là điểm thưởng hoặc điểm trừ, không miễn được.", code=code
                )
                self.fault(f"{path}.criterion", message, phrase("tiêu chí điểm chính"))
        if known and self.table.not_applicable != "full":
            self.maximum_left()

    def maximum_left(self) -> None:
        exempt = exempt_leaves(self.table, self.round)
        sums = dict.fromkeys(sorted(unit for unit, _ in exempt), Decimal(0))
        for unit, code in exempt:
            sums[unit] += self.table.criterion(code).max
        for unit, amount in sums.items():
            if amount >= self.table.max_total:
                message = phrase("Đơn vị “%(unit)s” được miễn hết điểm tối đa.", unit=unit)
                self.fault("exemptions", message, phrase("còn ít nhất một tiêu chí"))

    def ballots(self) -> None:
        for code in sorted(_twice(ballot.code for ballot in self.round.ballots)):
            self.fault(
                "ballots",
                phrase("Mã bỏ phiếu “%(code)s” bị trùng.", code=code),
                phrase("mỗi mã một lần"),
            )
        for index, ballot in enumerate(self.round.ballots):
            self.ballot(ballot, f"ballots[{index}]")

    def ballot(self, ballot: BallotInput, path: str) -> None:
        if ballot.base not in BALLOT_BASES:
            self.fault(f"{path}.base", phrase("Không có cách tính này."), ", ".join(BALLOT_BASES))
        if ballot.voters < 0:
            self.fault(f"{path}.voters", phrase("Số người không được âm."), phrase("từ 0"))
        if not 0 <= ballot.present <= ballot.voters:
            message = phrase("Số người có mặt không khớp số người được bỏ phiếu.")
            self.fault(f"{path}.present", message, f"0…{ballot.voters}")
        if not 0 <= ballot.valid <= ballot.present:
            message = phrase("Số phiếu hợp lệ không khớp số người có mặt.")
            self.fault(f"{path}.valid", message, f"0…{ballot.present}")
        for unit, votes in sorted(ballot.yes.items()):
            self.known_unit(unit, f"{path}.yes.{unit}")
            if not 0 <= votes <= ballot.valid:
                message = phrase("Số phiếu đồng ý không khớp số phiếu hợp lệ.")
                self.fault(f"{path}.yes.{unit}", message, f"0…{ballot.valid}")

    def decisions(self) -> None:
        seen = set()
        for index, decision in enumerate(self.round.decisions):
            path = f"decisions[{index}]"
            self.decision(decision, path)
            if frozenset(decision.units) in seen:
                message = phrase("Đã có quyết định khác cho đúng các đơn vị này.")
                self.fault(f"{path}.units", message, phrase("mỗi nhóm một quyết định"))
            seen.add(frozenset(decision.units))

    def decision(self, decision: DecisionInput, path: str) -> None:
        if len(decision.units) < 2:
            self.fault(
                f"{path}.units",
                phrase("Quyết định phải nêu từ hai đơn vị."),
                phrase("từ 2 đơn vị"),
            )
        for at, unit in enumerate(decision.units):
            self.known_unit(unit, f"{path}.units[{at}]")
        for unit in sorted(_twice(decision.units)):
            self.fault(
                f"{path}.units",
                phrase("Đơn vị “%(unit)s” bị lặp lại.", unit=unit),
                phrase("mỗi đơn vị một lần"),
            )
        if sorted(decision.order) != sorted(decision.units):
            message = phrase("Thứ tự phải gồm đúng các đơn vị của quyết định.")
            self.fault(f"{path}.order", message, ", ".join(decision.units))
