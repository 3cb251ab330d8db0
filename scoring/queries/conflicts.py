"""Conflicts of interest in who scores whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compacts.models import Office
from compacts.rules import OfficeKind
from scoring.models import Assignment, Round
from scoring.rules import SECRETARIAT, Stage
from units.models import Role
from units.models.bloc import on_date
from units.rules import RoleKind


@dataclass(frozen=True, slots=True)
class Conflict:
    """What should be looked at before a round opens; ``assignments`` are those it is about."""

    text: str
    assignments: tuple[int, ...]


def conflicts_of(scored: Round, assignments: Sequence[Assignment]) -> list[Conflict]:
    """Units that check each other, people on both sides, an uneven load; two queries.

    ``assignments`` are the round's, with unit and scorer.
    """
    found = [*_mutual(assignments), *_people_on_both_sides(assignments), *_uneven(assignments)]
    head = Office.objects.select_related("unit").filter(
        season=scored.season_id, kind=OfficeKind.HEAD
    )
    for office in head:
        by_secretariat = [
            one for one in assignments if one.unit_id == office.unit_id and one.scorer_id is None
        ]
        if by_secretariat:
            text = _("Tổ thư ký do trưởng khối %(unit)s lập không chấm cho trưởng khối.")
            pks = tuple(one.pk for one in by_secretariat)
            found.append(Conflict(text % {"unit": office.unit.name}, pks))
    return found


def _mutual(assignments: Sequence[Assignment]) -> list[Conflict]:
    pairs = {(one.unit_id, one.scorer_id): one for one in assignments if one.stage == Stage.CROSS}
    found = []
    for (unit, scorer), one in pairs.items():
        other = pairs.get((scorer or 0, unit))
        if other is not None and one.pk < other.pk:
            text = _("%(one)s và %(other)s kiểm tra chéo lẫn nhau.")
            names = {"one": one.unit.name, "other": other.unit.name}
            found.append(Conflict(text % names, (one.pk, other.pk)))
    return found


def _people_on_both_sides(assignments: Sequence[Assignment]) -> list[Conflict]:
    kinds = (RoleKind.REPRESENTATIVE, RoleKind.SIGNATORY, RoleKind.SCORER)
    units = {one.unit_id for one in assignments} | {one.scorer_id for one in assignments}
    rows = Role.objects.filter(
        on_date(timezone.localdate()), kind__in=kinds, unit__in=[pk for pk in units if pk]
    ).values_list("unit", "person", "person__full_name")
    people: dict[int | None, dict[int, str]] = {}
    for unit, person, name in rows:
        people.setdefault(unit, {})[person] = name
    found = []
    for one in assignments:
        scorers = people.get(one.scorer_id, {}) if one.scorer_id else {}
        both = set(people.get(one.unit_id, {})) & set(scorers)
        if both:
            text = _("%(people)s thuộc cả %(unit)s lẫn nơi chấm %(scorer)s.")
            facts = {
                "people": ", ".join(sorted(scorers[pk] for pk in both)),
                "unit": one.unit.name,
                "scorer": one.scorer.name if one.scorer else SECRETARIAT,
            }
            found.append(Conflict(text % facts, (one.pk,)))
    return found


def _uneven(assignments: Sequence[Assignment]) -> list[Conflict]:
    crossed = [one for one in assignments if one.stage == Stage.CROSS]
    load = Counter(one.scorer_id for one in crossed)
    if not load or max(load.values()) - min(load.values()) <= 1:
        return []
    most = max(load, key=lambda scorer: load[scorer])
    names = {one.scorer_id: one.scorer.name for one in crossed if one.scorer}
    text = ngettext(
        "Phân công chưa đều: %(unit)s kiểm tra chéo %(count)s đơn vị.",
        "Phân công chưa đều: %(unit)s kiểm tra chéo %(count)s đơn vị.",
        load[most],
    )
    pks = tuple(one.pk for one in crossed if one.scorer_id == most)
    return [Conflict(text % {"unit": names.get(most, ""), "count": load[most]}, pks)]
