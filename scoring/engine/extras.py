"""What stands in a table beside its criteria: classes, tie breaks and titles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from scoring.engine.faults import joined
from scoring.engine.phrases import phrase
from scoring.engine.reader import Reader

BREAKS = ("criterion", "least_minus", "ballot", "decision")
SCOPES = ("division", "bloc")


@dataclass(frozen=True)
class Class:
    """A class of achievement, from ``min`` points up."""

    name: str
    min: Decimal


@dataclass(frozen=True)
class TieBreak:
    """One step in parting equal units; ``code`` only for a criterion or a ballot."""

    by: str
    code: str = ""

    @property
    def name(self) -> str:
        """As ``parted_by`` writes it: ``criterion:I``, ``least_minus``."""
        return f"{self.by}:{self.code}" if self.code else self.by


@dataclass(frozen=True)
class BallotShare:
    """At least this share of yes votes in that ballot."""

    code: str
    min_share: Decimal


@dataclass(frozen=True)
class Requirements:
    """What a unit must meet to be a candidate; what is None or empty asks nothing."""

    registered: bool = False
    rank_max: int | None = None
    min_total: Decimal | None = None
    class_name: str | None = None
    ballot: BallotShare | None = None
    not_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Title:
    """An honour to give to at most ``quota`` units of each division, or of the bloc."""

    code: str
    name: str
    quota: int
    scope: str
    requires: Requirements


def read_classes(reader: Reader, value: object, path: str) -> tuple[Class, ...]:
    """The classes, highest first, each name once."""
    found = len(reader.faults)
    classes: list[Class] = []
    for index, item in enumerate(reader.items(value, path)):
        where = f"{path}[{index}]"
        keys = reader.mapping(item, where, ("name", "min"))
        if len(keys) == 2:
            name = reader.text(keys["name"], f"{where}.name")
            if name in {one.name for one in classes}:
                reader.fault(
                    f"{where}.name",
                    phrase("Mức “%(name)s” bị trùng.", name=name),
                    phrase("mỗi mức một lần"),
                )
            classes.append(Class(name, reader.decimal(keys["min"], f"{where}.min")))
    if reader.clean_since(found):
        for index, (one, next_one) in enumerate(pairwise(classes), start=1):
            if one.min <= next_one.min:
                where = f"{path}[{index}].min"
                reader.fault(
                    where, phrase("Các mức không theo thứ tự."), phrase("từ cao xuống thấp")
                )
    return tuple(classes)


def read_tie_breaks(reader: Reader, value: object, path: str) -> tuple[TieBreak, ...]:
    """The steps in order; their criteria are looked up later, in ``check_references``."""
    steps = []
    for index, item in enumerate(reader.items(value, path)):
        where = f"{path}[{index}]"
        by = item.get("by") if isinstance(item, Mapping) else None
        with_code = by in ("criterion", "ballot")
        keys = reader.mapping(item, where, ("by", "code") if with_code else ("by",))
        if "by" not in keys:
            continue
        kind = reader.one_of(keys["by"], f"{where}.by", BREAKS)
        code = reader.code(keys["code"], f"{where}.code") if "code" in keys else ""
        steps.append(TieBreak(kind, code))
    return tuple(steps)


def read_titles(reader: Reader, value: object, path: str) -> tuple[Title, ...]:
    titles: list[Title] = []
    for index, item in enumerate(reader.items(value, path)):
        where = f"{path}[{index}]"
        keys = reader.mapping(item, where, ("code", "name", "quota", "scope", "requires"))
        if len(keys) < 5:
            continue
        code = reader.code(keys["code"], f"{where}.code")
        if code in {title.code for title in titles}:
            reader.fault(
                f"{where}.code",
                phrase("Mã “%(code)s” bị trùng.", code=code),
                phrase("mỗi mã một lần"),
            )
        titles.append(
            Title(
                code,
                reader.text(keys["name"], f"{where}.name"),
                reader.whole(keys["quota"], f"{where}.quota"),
                reader.one_of(keys["scope"], f"{where}.scope", SCOPES),
                _requirements(reader, keys["requires"], f"{where}.requires"),
            )
        )
    return tuple(titles)


def _requirements(reader: Reader, value: object, path: str) -> Requirements:
    names = ("registered", "rank_max", "min_total", "class", "ballot", "not_with")
    keys = reader.mapping(value, path, (), names)
    not_with = reader.items(keys.get("not_with", ()), f"{path}.not_with")
    return Requirements(
        registered=reader.flag(keys.get("registered", False), f"{path}.registered"),
        rank_max=(
            reader.whole(keys["rank_max"], f"{path}.rank_max", 1) if "rank_max" in keys else None
        ),
        min_total=(
            reader.decimal(keys["min_total"], f"{path}.min_total") if "min_total" in keys else None
        ),
        class_name=reader.text(keys["class"], f"{path}.class") if "class" in keys else None,
        ballot=_ballot(reader, keys["ballot"], f"{path}.ballot") if "ballot" in keys else None,
        not_with=tuple(
            reader.code(code, f"{path}.not_with[{at}]") for at, code in enumerate(not_with)
        ),
    )


def _ballot(reader: Reader, value: object, path: str) -> BallotShare | None:
    keys = reader.mapping(value, path, ("code", "min_share"))
    if len(keys) < 2:
        return None
    share = reader.decimal(keys["min_share"], f"{path}.min_share")
    if share > 1:
        reader.fault(
            f"{path}.min_share", phrase("Tỷ lệ phiếu không được quá 1."), phrase("tỷ lệ 0…1")
        )
    return BallotShare(reader.code(keys["code"], f"{path}.code"), share)


def check_references(
    reader: Reader,
    path: str,
    criteria: Collection[str],
    classes: tuple[Class, ...],
    tie_breaks: tuple[TieBreak, ...],
    titles: tuple[Title, ...],
) -> None:
    """Report tie breaks and titles that name a criterion, a class or a title there is not."""
    for index, step in enumerate(tie_breaks):
        if step.by == "criterion" and step.code and step.code not in criteria:
            where = joined(path, f"tie_breaks[{index}].code")
            reader.fault(
                where,
                phrase("Không có tiêu chí “%(code)s”.", code=step.code),
                phrase("mã một tiêu chí"),
            )
    class_names = {one.name for one in classes}
    codes = {title.code for title in titles}
    for index, title in enumerate(titles):
        where = joined(path, f"titles[{index}].requires")
        wanted = title.requires.class_name
        if wanted and wanted not in class_names:
            reader.fault(
                f"{where}.class",
                phrase("Không có mức “%(wanted)s”.", wanted=wanted),
                phrase("tên một mức xếp loại"),
            )
        for at, code in enumerate(title.requires.not_with):
            if code and code not in codes:
                reader.fault(
                    f"{where}.not_with[{at}]", phrase("Không có danh hiệu “%(code)s”.", code=code)
                )
