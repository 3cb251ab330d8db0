"""Writing exchange files into the database: one transaction, all or nothing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compacts.models import (
    Article,
    Compact,
    KeyTask,
    OfferedTitle,
    Office,
    Participant,
    RegisteredTitle,
    Registration,
    Season,
)
from compacts.rules import OfficeKind, RegistrationState
from compacts.services.compacts import issue_compact
from compacts.services.signatures import record_signature
from scoring.engine.faults import Fault
from scoring.engine.table import Table, read_table
from scoring.exchange.export import export_season
from scoring.exchange.lengths import read_kept_table
from scoring.exchange.season import SeasonReading, read_season
from scoring.exchange.shape import differences
from scoring.models import Adoption, CriteriaTable, Exemption
from scoring.services.import_rounds import write_round
from scoring.services.table_rows import write_rows
from units.access import require
from units.models import Bloc, Council, Membership, Person, Unit
from units.permissions import can_set_up, can_set_up_bloc, can_set_up_council
from units.rules import RuleError, UnitSystem
from units.services.audit import record
from units.vietnamese import fold, sort_key


class ImportRefusedError(RuleError):
    """The file has faults; nothing was written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(
            ngettext("Tệp có %(count)s lỗi.", "Tệp có %(count)s lỗi.", len(faults))
            % {"count": len(faults)}
        )
        self.faults = faults


# --- scoring tables -------------------------------------------------------------------------


@transaction.atomic
def import_criteria(*, actor: Person | None, data: object) -> CriteriaTable:
    """Store a scoring table read from ``giao-uoc/criteria/1``.

    The same content again gives the version that is there; other content under the same code is
    a new version. Raises ``ImportRefusedError`` with every fault, and ``RuleError`` where
    somebody else stores a version at the same moment.
    """
    if actor is not None:
        require(can_set_up(actor))
    reading = read_kept_table(data)
    if reading.table is None:
        raise ImportRefusedError(reading.faults)
    return _store_table(reading.table, reading.data, reading.warnings)


def _store_table(table: Table, definition: object, warnings: list[Fault]) -> CriteriaTable:
    newest = CriteriaTable.objects.newest(table.code)
    # A draft still changes, so it is never taken for what the file holds.
    drafts = Q(season__isnull=False, frozen_at__isnull=True)
    for version in CriteriaTable.objects.filter(code=table.code).exclude(drafts):
        if version.definition == definition:
            return version
    stored = CriteriaTable(
        code=table.code,
        version=newest.version + 1 if newest else 1,
        title=table.title,
        year=table.year,
        max_total=table.max_total,
        definition=definition,
        warnings=[f"{fault.path}: {fault.message}" for fault in warnings],
    )
    try:
        with transaction.atomic():
            stored.save()
    except IntegrityError:
        # Two imports at once both found the same number free.
        taken = _("Người khác vừa nhập bảng điểm mang mã này; hãy nhập lại.")
        raise RuleError(taken) from None
    write_rows(stored, table)
    return stored


@transaction.atomic
def adopt_table(*, actor: Person | None, season: Season, table: CriteriaTable) -> Adoption:
    """The season uses the table from now on: it is frozen and its titles can be registered.

    Raises ``RuleError`` where the season has another table already.
    """
    existing = Adoption.objects.filter(season=season).first()
    if existing is not None:
        if existing.table_id != table.pk:
            raise RuleError(_("Mùa thi đua này đã thông qua một bảng điểm khác."))
        return existing
    CriteriaTable.objects.filter(pk=table.pk, frozen_at__isnull=True).update(
        frozen_at=timezone.now()
    )
    OfferedTitle.objects.bulk_create(
        OfferedTitle(season=season, code=title["code"], name=title["name"], position=place)
        for place, title in enumerate(table.definition.get("titles", ()), start=1)
    )
    record(
        chain=season.audit_chain,
        actor=actor,
        action="adopt_table",
        target=f"criteria_table:{table.pk}",
        summary=_("Thông qua bảng điểm %(title)s.") % {"title": table.title},
    )
    return Adoption.objects.create(season=season, table=table)


# --- seasons --------------------------------------------------------------------------------


@transaction.atomic
def import_season(*, actor: Person | None, data: object) -> Season:
    """Write a whole season read from ``giao-uoc/season/1``; returns it.

    Raises ``ImportRefusedError`` with every fault, also where the season is there already or
    names collide with what is stored. ``actor`` is empty where a command imports.
    """
    reading = read_season(data)
    if reading.faults:
        raise ImportRefusedError(reading.faults)
    return _SeasonWriter(actor, reading).write()


def moment(text: str) -> datetime.datetime:
    """The instant of a checked time of the file."""
    return datetime.datetime.fromisoformat(text)


class _SeasonWriter:
    def __init__(self, actor: Person | None, reading: SeasonReading) -> None:
        self.actor = actor
        self.data = reading.data
        self.reading = reading
        self.units: dict[str, Unit] = {}

    def write(self) -> Season:
        bloc = self._bloc(self._council())
        season = self._season(bloc)
        self._participants(season, bloc)
        self._offices(season)
        table = self._table(season)
        self._registrations(season)
        self._compact(season)
        criteria = {row.code: row for row in table.criteria.all()}
        for row in self.data.get("exemptions", ()):
            Exemption.objects.create(
                season=season,
                unit=self.units[row["unit"]],
                criterion=criteria[row["criterion"]],
                reason=row["reason"],
            )
        engine_table = self.reading.table
        for row in self.data.get("rounds", ()):
            if engine_table is not None:
                write_round(season, row, self.units, criteria, engine_table)
        record(
            chain=season.audit_chain,
            actor=self.actor,
            action="import_season",
            target=f"season:{season.pk}",
            summary=_("Nhập mùa thi đua từ tệp."),
        )
        season.exchange_shape = differences(export_season(season), self.data)
        season.save(update_fields=["exchange_shape"])
        return season

    def _refuse(self, path: str, message: str) -> ImportRefusedError:
        return ImportRefusedError([Fault(path, message)])

    def _council(self) -> Council:
        facts = self.data["council"]
        council = Council.objects.filter(name=facts["name"]).first()
        if council is None:
            if self.actor is not None:
                require(can_set_up(self.actor))
            return Council.objects.create(name=facts["name"], place=facts["place"])
        if council.place != facts["place"]:
            message = _("Hội đồng này đã có với địa danh “%(place)s”.") % {"place": council.place}
            raise self._refuse("council.place", message)
        return council

    def _bloc(self, council: Council) -> Bloc:
        facts = self.data["bloc"]
        bloc = Bloc.objects.filter(code=facts["code"]).select_related("council").first()
        if bloc is None:
            if self.actor is not None and council.blocs.exists():
                require(can_set_up_council(self.actor, council))
            return Bloc.objects.create(
                council=council,
                code=facts["code"],
                name=facts["name"],
                kind=facts["kind"],
                letterhead=facts["style"],
                sort_key=sort_key(facts["name"]),
                search_key=fold(f"{facts['name']} {facts['code']}"),
            )
        if self.actor is not None:
            require(can_set_up_bloc(self.actor, bloc))
        same = {
            "bloc.code": (bloc.council.name, council.name),
            "bloc.name": (bloc.name, facts["name"]),
            "bloc.kind": (bloc.kind, facts["kind"]),
            "bloc.style": (bloc.letterhead, facts["style"]),
        }
        for path, (stored, given) in same.items():
            if stored != given:
                message = _("Khối này đã có và ghi khác: “%(stored)s”.") % {"stored": stored}
                raise self._refuse(path, message)
        return bloc

    def _season(self, bloc: Bloc) -> Season:
        data = self.data
        if Season.objects.filter(bloc=bloc, year=data["year"]).exists():
            message = _("Khối này đã có mùa thi đua năm %(year)s.") % {"year": data["year"]}
            raise self._refuse("year", message)
        return Season.objects.create(
            bloc=bloc,
            year=data["year"],
            starts_on=datetime.date.fromisoformat(data["starts_on"]),
            ends_on=datetime.date.fromisoformat(data["ends_on"]),
            theme=data.get("theme", ""),
        )

    def _unit(self, council: Council, facts: Mapping[str, Any]) -> Unit:
        short_name = facts.get("short_name", facts["code"].upper())
        unit, _made = Unit.objects.get_or_create(
            council=council,
            code=facts["code"],
            defaults={
                "name": facts["name"],
                "short_name": short_name,
                "system": (
                    UnitSystem.PARTY if self.data["bloc"]["style"] == "party" else UnitSystem.STATE
                ),
                "sort_key": sort_key(facts["name"]),
                "search_key": fold(f"{facts['name']} {short_name} {facts['code']}"),
            },
        )
        return unit

    def _participants(self, season: Season, bloc: Bloc) -> None:
        for position, facts in enumerate(self.data["units"], start=1):
            unit = self._unit(bloc.council, facts)
            self.units[facts["code"]] = unit
            signatory = facts.get("signatory") or {}
            Participant.objects.create(
                season=season,
                unit=unit,
                position=position,
                division=facts.get("division") or "",
                name=facts["name"],
                short_name=facts.get("short_name", ""),
                signatory_name=signatory.get("name", ""),
                signatory_position=signatory.get("position", ""),
                sort_key=sort_key(facts["name"]),
            )
            members = Membership.objects.filter(bloc=bloc, unit=unit)
            if not members.exists():
                Membership.objects.create(
                    bloc=bloc,
                    unit=unit,
                    division=facts.get("division") or "",
                    position=position,
                    starts_on=season.starts_on,
                )

    def _offices(self, season: Season) -> None:
        head = self.units[self.data["head"]]
        Office.objects.create(season=season, unit=head, kind=OfficeKind.HEAD)
        deputy = self.data.get("deputy")
        codes = deputy if isinstance(deputy, list) else [deputy] if deputy else []
        for code in codes:
            Office.objects.create(season=season, unit=self.units[code], kind=OfficeKind.DEPUTY)

    def _table(self, season: Season) -> CriteriaTable:
        reading = read_table(self.data["criteria"])
        if reading.table is None:
            raise ImportRefusedError(reading.faults)
        table = _store_table(reading.table, reading.data, reading.warnings)
        adopt_table(actor=self.actor, season=season, table=table)
        return table

    def _registrations(self, season: Season) -> None:
        offered = {title.code: title for title in season.offered_titles.all()}
        issued = bool((self.data.get("compact") or {}).get("number"))
        for row in self.data.get("registrations", ()):
            sent = moment(row["submitted_at"]) if row.get("submitted_at") else None
            state = RegistrationState.DRAFT
            if sent:
                state = RegistrationState.ACCEPTED if issued else RegistrationState.SUBMITTED
            registration = Registration.objects.create(
                season=season,
                unit=self.units[row["unit"]],
                state=state,
                submitted_at=sent,
                first_submitted_at=sent,
                accepted_at=sent if state == RegistrationState.ACCEPTED else None,
            )
            RegisteredTitle.objects.bulk_create(
                RegisteredTitle(registration=registration, title=offered[code])
                for code in row.get("titles", ())
            )
            KeyTask.objects.bulk_create(
                KeyTask(
                    registration=registration,
                    position=position,
                    text=task["text"],
                    measure=task["measure"],
                    unit_of_measure=task["unit_of_measure"],
                    target=Decimal(task["target"]),
                    due_on=datetime.date.fromisoformat(task["due_on"]),
                    ad_hoc=task.get("ad_hoc", False),
                )
                for position, task in enumerate(row.get("tasks", ()), start=1)
            )

    def _compact(self, season: Season) -> None:
        facts = self.data.get("compact")
        if facts is None:
            return
        day = facts.get("signed_on")
        signed_on = datetime.date.fromisoformat(day) if day else None
        compact = Compact.objects.create(
            season=season,
            number=facts.get("number", ""),
            place=facts.get("place", ""),
            signed_on=signed_on,
        )
        Article.objects.bulk_create(
            Article(compact=compact, position=place, heading=row["heading"], items=row["items"])
            for place, row in enumerate(facts["articles"], start=1)
        )
        signed_by = facts.get("signed_by", ())
        if not signed_by or signed_on is None:
            return
        issue_compact(
            actor=None,
            compact_id=compact.pk,
            number=facts["number"],
            signed_on=signed_on,
            despite_missing=True,
        )
        signatories = {row.unit_id: row for row in season.participants.all()}
        for code in signed_by:
            participant = signatories[self.units[code].pk]
            record_signature(
                actor=None,
                compact_id=compact.pk,
                unit=self.units[code],
                signatory_name=participant.signatory_name or participant.name,
                signatory_position=participant.signatory_position,
                signed_on=min(signed_on, timezone.localdate()),
            )
