"""The tree of a drafted table: finding, placing and renumbering its criteria.

Everything works on plain definitions in the format ``giao-uoc/criteria/1`` and changes them in
place; whether the outcome can be kept is asked of ``read_table`` afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.engine.numbers import parsed_decimal
from units.rules import RuleError

Node = dict[str, Any]

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV")
_LETTERS = {"bonus": "T", "minus": "P"}
_INDEX = re.compile(r"\[(\d+)\]")


class Move(TextChoices):
    """Where a criterion goes; the last three name another criterion."""

    UP = "up", gettext_lazy("Lên")
    DOWN = "down", gettext_lazy("Xuống")
    INTO = "into", gettext_lazy("Vào trong")
    OUT = "out", gettext_lazy("Ra ngoài")
    BEFORE = "before", gettext_lazy("Trước")
    AFTER = "after", gettext_lazy("Sau")
    INSIDE = "inside", gettext_lazy("Vào cuối nhóm")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a criterion stands: among ``siblings``, below ``groups`` (the outermost first)."""

    siblings: list[Node]
    index: int
    groups: tuple[Node, ...]
    path: str

    @property
    def node(self) -> Node:
        return self.siblings[self.index]

    @property
    def adds(self) -> str:
        """What the criterion's points are: ``base``, ``bonus`` or ``minus``."""
        top = self.groups[0] if self.groups else self.node
        return str(top.get("adds", "base"))


def spots(definition: Node) -> Iterator[Spot]:
    """Every criterion in reading order, with where it stands."""

    def below(siblings: list[Node], groups: tuple[Node, ...], path: str) -> Iterator[Spot]:
        for index, node in enumerate(siblings):
            here = f"{path}[{index}]"
            yield Spot(siblings, index, groups, here)
            yield from below(node.get("children", []), (*groups, node), f"{here}.children")

    return below(definition["criteria"], (), "criteria")


def spot_of(definition: Node, code: str) -> Spot:
    """Where the criterion ``code`` stands; ``RuleError`` where there is none."""
    for spot in spots(definition):
        if spot.node["code"] == code:
            return spot
    raise RuleError(_("Tiêu chí “%(code)s” không còn trong bảng.") % {"code": code})


def node_at(definition: Node, path: str) -> Node | None:
    """The innermost criterion that a fault's path leads to, or None outside the criteria."""
    if not path.startswith("criteria["):
        return None
    found: Node | None = None
    below = definition["criteria"]
    for part in path.split("."):
        if part.startswith(("criteria[", "children[")):
            match = _INDEX.search(part)
            found = below[int(match[1])] if match else found
            below = found.get("children", []) if found else []
    return found


def fit_total(definition: Node) -> None:
    """Let ``max_total`` be what the format demands: the sum of the base top-level maxima."""
    maxima = [
        parsed_decimal(str(node.get("max")))
        for node in definition["criteria"]
        if node.get("adds", "base") == "base"
    ]
    total = sum((one for one in maxima if one is not None), Decimal(0))
    definition["max_total"] = f"{total:f}"


def next_code(definition: Node, group: str, adds: str = "base") -> str:
    """A code that is free: ``I.4`` below a group, ``IV`` (``T``, ``P``) at the top level."""
    taken = {spot.node["code"] for spot in spots(definition)}
    if group:
        number = len(spot_of(definition, group).node.get("children", [])) + 1
        while f"{group}.{number}" in taken:
            number += 1
        return f"{group}.{number}"
    if adds in _LETTERS and _LETTERS[adds] not in taken:
        return _LETTERS[adds]
    free = (code for code in _ROMAN if code not in taken)
    return next(free, f"M{len(taken) + 1}")


def _take(spot: Spot) -> Node:
    """Take the criterion out; a group is never left without any."""
    if spot.groups and len(spot.siblings) == 1:
        group = spot.groups[-1]["code"]
        raise RuleError(
            _("Nhóm “%(group)s” cần ít nhất một tiêu chí; hãy xóa cả nhóm nếu không dùng.")
            % {"group": group}
        )
    return spot.siblings.pop(spot.index)


def remove(definition: Node, code: str) -> Node:
    """Take the criterion and all below it out of the table."""
    if len(definition["criteria"]) == 1 and definition["criteria"][0]["code"] == code:
        raise RuleError(_("Bảng điểm cần ít nhất một nhóm tiêu chí."))
    return _take(spot_of(definition, code))


def place(definition: Node, code: str, move: Move, target: str = "") -> None:
    """Move the criterion with all below it; raises ``RuleError`` where there is no such place."""
    spot = spot_of(definition, code)
    adds = spot.adds
    if move in {Move.UP, Move.DOWN}:
        _swap(spot, -1 if move == Move.UP else 1)
        return
    if move == Move.INTO:
        _put_into_previous(spot)
    elif move == Move.OUT:
        _put_out(definition, spot)
    else:
        _put_at(definition, spot, move, target)
    _mark_adds(definition, code, adds)


def _swap(spot: Spot, step: int) -> None:
    other = spot.index + step
    if not 0 <= other < len(spot.siblings):
        raise RuleError(_("Tiêu chí đã ở đầu hoặc cuối nhóm của mình."))
    nodes = spot.siblings
    nodes[spot.index], nodes[other] = nodes[other], nodes[spot.index]


def _put_into_previous(spot: Spot) -> None:
    group = spot.siblings[spot.index - 1] if spot.index else None
    if group is None or "children" not in group:
        raise RuleError(_("Chỉ đưa được vào một nhóm đứng ngay trước."))
    group["children"].append(_take(spot))


def _put_out(definition: Node, spot: Spot) -> None:
    if not spot.groups:
        raise RuleError(_("Tiêu chí đã ở cấp cao nhất."))
    group = spot_of(definition, spot.groups[-1]["code"])
    group.siblings.insert(group.index + 1, _take(spot))


def _put_at(definition: Node, spot: Spot, move: Move, target: str) -> None:
    goal = spot_of(definition, target)
    if spot.node["code"] in {goal.node["code"], *(group["code"] for group in goal.groups)}:
        raise RuleError(_("Không đưa một nhóm vào trong chính nó được."))
    if move == Move.INSIDE:
        if "children" not in goal.node:
            raise RuleError(_("Chỉ đưa được vào một nhóm."))
        goal.node["children"].append(_take(spot))
        return
    shifted = spot.siblings is goal.siblings and spot.index < goal.index
    node = _take(spot)
    index = goal.index - shifted
    goal.siblings.insert(index + (move == Move.AFTER), node)


def _mark_adds(definition: Node, code: str, adds: str) -> None:
    """Only top-level criteria say what their points are; one moved up keeps what it was."""
    spot = spot_of(definition, code)
    if spot.groups or adds == "base":
        spot.node.pop("adds", None)
    else:
        spot.node["adds"] = adds


def rename(definition: Node, names: Mapping[str, str]) -> None:
    """Give criteria other codes, also where tie breaks name them."""
    for spot in list(spots(definition)):
        spot.node["code"] = names.get(spot.node["code"], spot.node["code"])
    rename_in_tie_breaks(definition, names)


def rename_in_tie_breaks(definition: Node, names: Mapping[str, str]) -> None:
    """Let the tie breaks name criteria by their new codes."""
    for step in definition.get("tie_breaks", ()):
        if step["by"] == "criterion":
            step["code"] = names.get(step["code"], step["code"])


def numbers_in_order(definition: Node) -> dict[str, str]:
    """Old code → new code, so that what stands below each top-level one counts from 1."""
    names: dict[str, str] = {}

    def count(nodes: list[Node], prefix: str) -> None:
        for number, node in enumerate(nodes, start=1):
            names[node["code"]] = f"{prefix}.{number}"
            count(node.get("children", []), f"{prefix}.{number}")

    for top in definition["criteria"]:
        count(top.get("children", []), top["code"])
    return {old: new for old, new in names.items() if old != new}
