"""One season in the middle of its year, with a thing for every address."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from compacts.models import AdHocTask, Compact, Document, Progress, Registration, SigningRequest
from compacts.rules import DraftKind, Period, RegistrationState
from compacts.services.ad_hoc_tasks import AdHocFacts, enter_ad_hoc_task
from compacts.services.calendar import calendar_key
from compacts.services.compacts import issue_compact, start_compact
from compacts.services.multiplications import MultiplicationFacts, save_multiplication
from compacts.services.newest_file import current_file
from compacts.services.role_models import RoleModelFacts, save_role_model
from compacts.services.signatures import record_signature
from compacts.services.texts import comment_on_text, open_text, start_text
from scoring.models import (
    Assignment,
    Award,
    BallotBox,
    Criterion,
    Dossier,
    Evidence,
    Exemption,
    Explanation,
    ImportDraft,
    Mark,
    Objection,
    Poll,
    PollCandidate,
    PollVoter,
    Publication,
    Round,
    Sheet,
)
from scoring.rules import PlanStep, PollState, RoundState, SheetState, Stage
from scoring.services.dossiers import request_dossier
from scoring.services.table_comments import comment_on_table
from scoring.services.table_start import start_table
from scoring.services.tables import open_for_comments
from tests.access.events import make_events
from tests.cast import (
    World,
    adopt,
    make_registration,
    make_round,
    make_season,
    make_table,
    table_definition,
)
from tests.compacts.moves import PDF, PNG, SIGNED_ON
from units.models import Job, Letter, Notification, Person, Role
from units.rules import LetterState
from units.services.uploads import store_upload


def make_scene(world: World) -> dict[str, Any]:
    """The arguments of all addresses by name; season 2018 is issued, 2019 being drafted."""
    next_season = make_season(world.bloc, [world.ubkt, world.duk, world.btc], year=2019)
    make_registration(next_season, world.btc)
    start_compact(actor=world.secretary, season=next_season)
    return {
        "guide": "don-vi",
        "guide_picture": "dang-ky",
        "bloc": world.bloc.code,
        "year": 2018,
        "year_of_draft": 2019,
        "council": world.council.pk,
        "unit": world.btc.code,
        "unit_pk": world.btc.pk,
        "unit_unsigned": world.ubkt.code,
        "unit_equal": world.duk.code,
        "speaker_word": "dai-dien",
        "membership": world.bloc.memberships.get(unit=world.btc).pk,
        "person": world.representative.pk,
        "officer_account": world.officer.pk,
        "role": Role.objects.get(person=world.representative).pk,
        "step": "signing",
        "awaited_step": "comments",
        **{f"plan_{step.name}": step.value for step in PlanStep},
        "notification": Notification.objects.create(
            person=world.representative, key="thu", subject="Việc", path="/"
        ).pk,
        "letter": _letter(world.secretary).pk,
        "import_draft": ImportDraft.objects.create(
            person=world.secretary, kind="season", name="mua.json", content=b"{}"
        ).pk,
        **_compact(world),
        **_scoring(world),
        **_drafted_table(world),
        **_text(world),
        "dossier": _dossier(world).pk,
        **_role_model(world),
        **make_events(world),
        "calendar_key": calendar_key(world.secretary),
        "uid": "MQ",
        "import_kind": "don-vi",
        "token": "x-y",
        **_accepted(world),
    }


def _letter(person: Person) -> Letter:
    """A letter that did not arrive."""
    person.email = "thu-ky@example.vn"
    person.save(update_fields=["email"])
    told = Notification.objects.create(person=person, key="thu", subject="Việc", path="/")
    return Letter.objects.create(
        person=person,
        notification=told,
        occasion=told.occasion,
        state=LetterState.FAILED,
        answer="550 no such mailbox",
        due_at=timezone.now(),
    )


def _accepted(world: World) -> dict[str, Any]:
    """A unit whose registration is accepted, and its report on a task with a file."""
    registration = make_registration(world.season, world.duk)
    now = timezone.now()
    Registration.objects.filter(pk=registration.pk).update(
        state=RegistrationState.ACCEPTED, submitted_at=now, accepted_at=now
    )
    report = Progress.objects.create(
        task=registration.tasks.all()[0],
        period=Period.HALF,
        achieved=50,
        file=store_upload(actor=world.secretary, upload=ContentFile(PDF), name="bao-cao.pdf"),
    )
    return {"unit_accepted": world.duk.code, "progress_report": report.pk}


def _drafted_table(world: World) -> dict[str, Any]:
    """A table being drafted, open for comments, with one of them."""
    started = start_table(actor=world.secretary, season_id=world.season.pk)
    draft = open_for_comments(
        actor=world.secretary,
        table_id=started.pk,
        edition=started.edition,
        due_at=timezone.now() + datetime.timedelta(days=7),
    )
    comment = comment_on_table(
        actor=world.representative, table_id=draft.pk, unit=world.btc, text="Nên rõ hơn."
    )
    return {"draft_table": draft.pk, "table_comment": comment.pk, "criterion_code": "I.1"}


def _role_model(world: World) -> dict[str, Any]:
    """An exemplary model of BTC with its picture, from which UBKT learned."""
    model = save_role_model(
        actor=world.representative,
        season=world.season,
        unit=world.btc,
        facts=RoleModelFacts(
            is_collective=False,
            name="Nguyễn Thị Gương",
            summary="Số hóa hồ sơ cán bộ",
            story="Trong ba tháng đã số hóa 1.200 hồ sơ.",
            multiplied="",
            found_on=datetime.date(2018, 5, 19),
        ),
        picture=ContentFile(PNG),
        picture_name="anh.png",
    )
    entry = save_multiplication(
        actor=world.head_of_ubkt,
        role_model_id=model.pk,
        facts=MultiplicationFacts(
            unit="ubkt",
            elsewhere="",
            deed="Số hóa hồ sơ kiểm tra.",
            done_on=datetime.date(2018, 6, 1),
            people=40,
        ),
    )
    return {"role_model": model.pk, "multiplication": entry.pk}


def _dossier(world: World) -> Dossier:
    """An archive that the secretary ordered, with its file."""
    made = request_dossier(actor=world.secretary, seasons=[world.season])
    made.file.save("ho-so.zip", ContentFile(b"PK"), save=True)
    return made


def _text(world: World) -> dict[str, Any]:
    """A programme open for comments, with one of them; the summary of registrations as a paper."""
    draft = start_text(
        actor=world.secretary,
        season=world.season,
        kind=DraftKind.PROGRAMME,
        title="Chương trình công tác",
    )
    open_text(
        actor=world.secretary,
        draft_id=draft.pk,
        due_at=timezone.now() + datetime.timedelta(days=7),
    )
    comment = comment_on_text(
        actor=world.representative, draft_id=draft.pk, unit=world.btc, text="Nên rõ hơn."
    )
    return {
        "text": draft.pk,
        "text_comment": comment.pk,
        "ending": "docx",
        "paper_kind": "tong-hop-dang-ky",
        "paper_key": "chung",
    }


def _compact(world: World) -> dict[str, Any]:
    sent = make_registration(world.season, world.btc)
    Registration.objects.filter(pk=sent.pk).update(
        state=RegistrationState.SUBMITTED, submitted_at=timezone.now()
    )
    draft = start_compact(actor=world.secretary, season=world.season)
    compact = issue_compact(
        actor=world.secretary,
        compact_id=draft.pk,
        number="01-GƯ/KTĐ",
        signed_on=SIGNED_ON,
        despite_missing=True,
    )
    record_signature(
        actor=world.representative,
        compact_id=compact.pk,
        unit=world.btc,
        signatory_name="Phạm Văn Trưởng",
        signatory_position="Trưởng ban",
        signed_on=SIGNED_ON,
        scan=ContentFile(PDF),
        scan_name="trang ký.pdf",
    )
    document = Document(compact=compact, version=1, sha256="a" * 64, input_hash="b" * 64)
    document.file.save("giao-uoc.pdf", ContentFile(PDF), save=False)
    document.save()
    job = Job.objects.get(requested_by=world.secretary, subject=f"compact:{compact.pk}")
    return {
        "version": 1,
        "code": compact.verify_code,
        "signing_token": _signing_request(world, compact).token,
        "job": job.pk,
        "ad_hoc": _ad_hoc(world).pk,
    }


def _signing_request(world: World, compact: Compact) -> SigningRequest:
    """A signature of UBKT that waits for its token."""
    made = SigningRequest(
        compact=compact,
        unit=world.ubkt,
        token="a" * 43,
        attributes=b"",
        base_sha256=current_file(compact).sha256,
        requested_by=world.head_of_ubkt,
        expires_at=timezone.now() + datetime.timedelta(minutes=15),
    )
    made.prepared.save("ky.pdf", ContentFile(PDF), save=False)
    made.save()
    return made


def _ad_hoc(world: World) -> AdHocTask:
    """A task of BTC that is reported as done and waits to be confirmed."""
    return enter_ad_hoc_task(
        actor=world.representative,
        season=world.season,
        unit=world.btc,
        facts=AdHocFacts(
            text="Chuẩn bị nhân sự đại hội",
            assigned_by="Thường trực Tỉnh ủy",
            assigned_on=datetime.date(2018, 5, 2),
            result="Đã trình đề án",
            done_on=datetime.date(2018, 6, 1),
        ),
        upload=ContentFile(PDF),
        upload_name="đề án.pdf",
    )


def _scoring(world: World) -> dict[str, Any]:
    table = make_table(table_definition())
    adopt(world.season, table)
    leaf = Criterion.objects.get(table=table, code="I.2")
    scored = make_round(world.season)
    Round.objects.filter(pk=scored.pk).update(state=RoundState.OPEN, opens_at=timezone.now())
    sheet = Sheet.objects.create(
        round=scored, unit=world.btc, stage=Stage.SELF, scorer=world.btc, scorer_code="btc"
    )
    mark = Mark.objects.create(sheet=sheet, criterion=leaf, entry={"points": "20"}, points=20)
    signature = world.season.compact.signatures.get()
    evidence = Evidence.objects.create(
        mark=mark, file=signature.scan, description="Báo cáo 12", added_by=world.representative
    )
    assignment = Assignment.objects.create(
        round=scored, stage=Stage.CROSS, unit=world.btc, scorer=world.duk
    )
    exemption = Exemption.objects.create(
        season=world.season, unit=world.duk, criterion=leaf, reason="Không có nhiệm vụ này."
    )
    publication = Publication.objects.create(
        round=make_round(world.other_season),
        version=1,
        standings={"standings": []},
        inputs={"round": {"units": []}},
        inputs_hash="c" * 64,
    )
    objection = Objection.objects.create(
        round=scored, publication=publication, unit=world.btc, text="Xin xem lại I.2",
        written_by=world.representative,
    )  # fmt: skip
    verified = Sheet.objects.create(
        round=scored, unit=world.btc, stage=Stage.VERIFY, scorer_code="secretariat",
        state=SheetState.SUBMITTED, submitted_at=timezone.now(),
    )  # fmt: skip
    Mark.objects.create(sheet=verified, criterion=leaf, entry={"points": "18"}, points=18)
    Explanation.objects.create(
        round=scored, unit=world.btc, criterion=leaf, text="Đã có báo cáo", file=signature.scan,
        written_by=world.representative,
    )  # fmt: skip
    award = Award.objects.create(
        round=scored, unit=world.btc, title_code="co-tinh", title_name="Cờ thi đua của UBND tỉnh"
    )
    poll = Poll.objects.create(
        round=scored, code="co-tinh", name="Cờ thi đua", state=PollState.OPEN,
        opened_at=timezone.now(),
    )  # fmt: skip
    PollCandidate.objects.create(poll=poll, unit=world.btc, position=1)
    PollVoter.objects.create(poll=poll, unit=world.btc, person=world.representative)
    BallotBox.objects.create(poll=poll)
    ImportDraft.objects.create(
        person=world.representative, kind="sheet", subject=f"sheet:{sheet.pk}", name="p.xlsx",
        content=b"",
    )  # fmt: skip
    return {
        "objection": objection.pk,
        "award": award.pk,
        "poll": poll.pk,
        "round": scored.code,
        "stage": "self",
        "table": table.pk,
        "criterion": leaf.pk,
        "mark_version": mark.version,
        "evidence": evidence.pk,
        "assignment": assignment.pk,
        "exemption": exemption.pk,
    }
