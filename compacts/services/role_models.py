"""Exemplary models (gương điển hình): found by units and the secretariat, shown to all."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from compacts.models import RoleModel, Season
from compacts.permissions import can_enter_role_model
from units.access import require
from units.models import Person, StoredFile, Unit
from units.rules import EditConflictError, RuleError
from units.services.audit import record
from units.services.uploads import content_type_of, store_upload

PICTURES = ("image/png", "image/jpeg")


@dataclass(frozen=True, slots=True)
class RoleModelFacts:
    """An exemplary model as the form sends it."""

    is_collective: bool
    name: str
    summary: str
    story: str
    multiplied: str
    found_on: datetime.date


def _check(season: Season, facts: RoleModelFacts) -> None:
    for field, text, message in (
        ("name", facts.name, _("Hãy ghi tên.")),
        ("summary", facts.summary, _("Hãy ghi tóm tắt.")),
        ("story", facts.story, _("Hãy kể câu chuyện.")),
    ):
        if not text.strip():
            raise RuleError(message, field=field)
    if not season.starts_on <= facts.found_on <= min(season.ends_on, timezone.localdate()):
        raise RuleError(
            _("Ngày phát hiện phải trong mùa thi đua, không sau hôm nay."), field="found_on"
        )


def _picture(actor: Person, upload: File[bytes] | None, name: str) -> StoredFile | None:
    if upload is None:
        return None
    # Before it is stored: what is refused leaves no file behind.
    if upload.size and content_type_of(upload, name) not in PICTURES:
        raise RuleError(_("Chỉ nhận ảnh PNG hoặc JPEG."), field="picture")
    return store_upload(actor=actor, upload=upload, name=name)


@transaction.atomic
def save_role_model(
    *,
    actor: Person,
    season: Season,
    unit: Unit,
    facts: RoleModelFacts,
    role_model_id: int | None = None,
    version: int = 0,
    picture: File[bytes] | None = None,
    picture_name: str = "",
) -> RoleModel:
    """Enter an exemplary model, or change one read at ``version``.

    Raises ``RuleError`` (by field) for what is missing or out of the season, and
    ``EditConflictError`` where somebody else changed it since.
    """
    require(can_enter_role_model(actor, season, unit))
    _check(season, facts)
    before = None
    if role_model_id is None:
        found = RoleModel(season=season, unit=unit, entered_by=actor)
    else:
        found = RoleModel.objects.select_for_update().get(pk=role_model_id, season=season)
        if found.version != version:
            raise EditConflictError(
                _("Người khác vừa sửa. Nội dung đồng chí nhập vẫn còn ở dưới; lưu lại sẽ thay.")
            )
        before = {"name": found.name, "summary": found.summary, "story": found.story}
        found.version += 1
    for name, value in asdict(facts).items():
        setattr(found, name, value.strip() if isinstance(value, str) else value)
    stored = _picture(actor, picture, picture_name)
    if stored is not None:
        found.picture = stored
    found.save()
    record(
        chain=season.audit_chain,
        actor=actor,
        action="save_role_model",
        target=f"role_model:{found.pk}",
        summary=_("%(who)s ghi gương điển hình “%(name)s” của %(unit)s.")
        % {"who": actor.full_name, "name": found.name, "unit": unit.name},
        before=before,
        after={"name": found.name, "summary": found.summary, "story": found.story},
    )
    return found
