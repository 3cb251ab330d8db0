"""Load the demo: the founding case and a running season, with one login per kind of user."""

from __future__ import annotations

import copy
import datetime
import json
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from compacts.models import Milestone, Registration, Season
from compacts.rules import RegistrationState, Step
from compacts.services.compacts import start_compact
from scoring.management.demo_conference import plan_demo_conference
from scoring.management.demo_founding import (
    finish_founding_round,
    hold_founding_conference,
    with_cross_checks,
)
from scoring.management.demo_texts import draft_demo_regulation, write_founding_texts
from scoring.management.demo_year import fill_demo_year
from scoring.models import Round
from scoring.rules import RoundState
from scoring.services.imports import ImportRefusedError, import_season
from scoring.services.publications import publish_round
from units.models import AuditEntry, Person, Role, Unit
from units.rules import RoleKind, end_of_day

FOUNDING_FILE = settings.BASE_DIR / "demo" / "ha-nam-2018.json"
SINCE = datetime.date(2018, 1, 1)
LEADER = ("Phạm Sỹ Lợi", "Phó Bí thư Thường trực Tỉnh ủy, Chủ tịch HĐND tỉnh")
LOGINS = (
    ("thu-ky", "Nguyễn Thị Minh Thư (mẫu)", "Thư ký khối, Ủy ban Kiểm tra Tỉnh ủy"),
    ("dai-dien", "Trần Văn Đại (mẫu)", "Đại diện Ban Tổ chức Tỉnh ủy"),
    ("thu-truong", "Lê Văn Trưởng (mẫu)", "Trưởng Ban Tổ chức Tỉnh ủy"),
    ("tham-dinh", "Vũ Thị Định (mẫu)", "Người thẩm định, Đảng ủy Khối các cơ quan tỉnh"),
    ("lanh-dao", "Lãnh đạo phụ trách khối (mẫu)", "Lãnh đạo phụ trách khối"),
    ("thuong-truc", "Đỗ Văn Trực (mẫu)", "Thường trực Hội đồng TĐKT"),
)
_DUE = (
    (Step.REGISTRATION, 1, 31, 3, 10),
    (Step.SIGNING, 3, 1, 3, 20),
    (Step.MIDYEAR, 6, 15, 7, 15),
    (Step.SELF_SCORE, 11, 15, 12, 15),
    (Step.VERIFICATION, 12, 10, 12, 25),
    (Step.YEAREND, 12, 20, 12, 31),
)
# Only the founding year has cross-checks.
_FOUNDING_DUE = ((Step.CROSS_CHECK, 12, 1, 12, 15),)


class Command(BaseCommand):
    """Idempotent: what is there stays; prints the address book of logins each time."""

    help = "Nạp dữ liệu mẫu và in tài khoản đăng nhập."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            founding = Season.objects.filter(bloc__code="hn-dang", year=2018).first()
            if founding is None:
                founding = self._load()
            people = self._people(founding)
        password = _password()
        for person in people:
            if not person.has_usable_password():
                person.set_password(password)
                person.save(update_fields=["password"])
        self.stdout.write(f"Tài khoản mẫu (mật khẩu chung: {password})")
        for username, _name, what in LOGINS:
            self.stdout.write(f"  {username:<12} {what}")

    def _load(self) -> Season:
        data = json.loads(FOUNDING_FILE.read_text(encoding="utf-8"))
        try:
            founding = import_season(actor=None, data=with_cross_checks(data))
            # The year that runs on the day of loading; a demo that is there stays in its own.
            running = import_season(actor=None, data=_running(data, timezone.localdate().year))
        except ImportRefusedError as refusal:
            first = refusal.faults[0]
            raise CommandError(f"Dữ liệu mẫu có lỗi: {first.path}: {first.message}") from refusal
        for season in (founding, running):
            season.leader_name, season.leader_position = LEADER
            season.save(update_fields=["leader_name", "leader_position"])
            _milestones(season, _DUE)
        _milestones(founding, _FOUNDING_DUE)
        _extend(running)
        for index, registration in enumerate(Registration.objects.filter(season=running)):
            if index % 3 == 0:
                registration.state = RegistrationState.ACCEPTED
                registration.accepted_at = timezone.now()
                registration.save(update_fields=["state", "accepted_at"])
        return founding

    def _people(self, founding: Season) -> list[Person]:
        units = {row.unit.code: row.unit for row in founding.participants.select_related("unit")}
        made = []
        for username, name, what in LOGINS:
            person = Person.objects.filter(username=username).first()
            if person is None:
                person = Person.objects.create_user(username, full_name=name, position=what)
                _give_roles(person, founding, units)
            made.append(person)
        by_login = {person.username: person for person in made}
        secretary = by_login["thu-ky"]
        # A round that was published once is left as it is, for a correction may be under way.
        closed = Round.objects.filter(season=founding, state=RoundState.CLOSED, publications=None)
        for scored in closed:
            finish_founding_round(
                secretary=secretary, representative=by_login["dai-dien"], scored=scored
            )
            publish_round(actor=secretary, round_id=scored.pk)
        hold_founding_conference(secretary=secretary, season=founding)
        write_founding_texts(
            secretary=secretary, representative=by_login["dai-dien"], season=founding
        )
        running = _running_after(founding)
        if running is not None:
            start_compact(actor=secretary, season=running)
            plan_demo_conference(secretary=secretary, season=running)
            draft_demo_regulation(secretary=secretary, season=running)
            fill_demo_year(
                secretary=secretary,
                representative=by_login["dai-dien"],
                leader=by_login["lanh-dao"],
                season=running,
            )
        return made


def _password() -> str:
    """The demo's password: made once, kept under var/."""
    path = settings.VAR_DIR / "demo-password"
    if not path.exists():
        path.write_text(f"thi-dua-{secrets.token_hex(3)}\n")
        path.chmod(0o600)
    return path.read_text().strip()


def _running_after(founding: Season) -> Season | None:
    """The running season that was loaded with ``founding``, in whichever year that was.

    Seasons that people opened in the bloc since are theirs: the demo came in by itself.
    """
    by_nobody = AuditEntry.objects.filter(action="import_season", actor=None)
    later = Season.objects.filter(bloc=founding.bloc, year__gt=founding.year).order_by("year")
    loaded = {entry.chain for entry in by_nobody}
    return next((season for season in later if season.audit_chain in loaded), None)


def _running(data: dict[str, Any], year: int) -> dict[str, Any]:
    """A season of ``year`` made from the founding one: sent registrations, nothing signed."""
    running = copy.deepcopy(data)
    running["year"] = year
    running["starts_on"] = f"{year}-01-01"
    running["ends_on"] = f"{year}-12-31"
    del running["compact"], running["exemptions"]
    sent = timezone.localtime().replace(microsecond=0).isoformat()
    for row in running["registrations"]:
        row["submitted_at"] = sent
        for task in row["tasks"]:
            task["due_on"] = f"{year}-{task['due_on'][5:]}"
    # The unit whose people can log in has everything still to do.
    running["registrations"] = [row for row in running["registrations"] if row["unit"] != "btc"]
    running["rounds"] = [
        {
            "code": "nam",
            "name": f"Chấm điểm năm {year}",
            "final": data["rounds"][0]["final"],
        }
    ]
    return running


def _milestones(season: Season, days: tuple[tuple[Step, int, int, int, int], ...]) -> None:
    zone = timezone.get_default_timezone()
    for step, opens_month, opens_day, due_month, due_day in days:
        due = datetime.datetime(season.year, due_month, due_day, tzinfo=zone)
        Milestone.objects.create(
            season=season,
            step=step,
            opens_at=datetime.datetime(season.year, opens_month, opens_day, tzinfo=zone),
            # "By the end of the day": the first moment of the next one.
            due_at=due + datetime.timedelta(days=1),
        )


def _extend(season: Season) -> None:
    """Give registration and signing more time where their days are over.

    Both are still to be done in the running season: without it everything there would be late,
    the more so the later in the year the demo is loaded.
    """
    now, today = timezone.now(), timezone.localdate()
    for step, days in ((Step.REGISTRATION, 10), (Step.SIGNING, 20)):
        milestone = season.milestones.get(step=step)
        due = end_of_day(min(today + datetime.timedelta(days=days), season.ends_on))
        if milestone.due_at is None or not milestone.due_at <= now < due:
            continue
        milestone.extended_to = due
        milestone.extension_reason = "Chờ sắp xếp lại các đơn vị của khối (mẫu)"
        milestone.save()


def _give_roles(person: Person, founding: Season, units: dict[str, Unit]) -> None:
    bloc = founding.bloc
    roles: dict[str, list[dict[str, Any]]] = {
        "thu-ky": [{"kind": RoleKind.SECRETARY, "unit": units["ubkt"], "bloc": bloc}],
        "dai-dien": [{"kind": RoleKind.REPRESENTATIVE, "unit": units["btc"]}],
        "thu-truong": [{"kind": RoleKind.SIGNATORY, "unit": units["btc"]}],
        "tham-dinh": [{"kind": RoleKind.SCORER, "unit": units["duk-ccq"]}],
        "lanh-dao": [{"kind": RoleKind.LEADER, "council": bloc.council}],
        "thuong-truc": [{"kind": RoleKind.OFFICER, "council": bloc.council}],
    }
    for facts in roles[person.username]:
        Role.objects.create(person=person, starts_on=SINCE, **facts)
