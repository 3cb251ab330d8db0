"""How a person wants to be told: which occasions by e-mail, when not, in which language."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from units.models import MailRule, MailSettings, Person
from units.rules import (
    CHOSEN_OCCASIONS,
    DIGEST_HOURS,
    MAIL_DEFAULTS,
    MailChoice,
    Occasion,
    RuleError,
)
from units.services.audit import SET_UP_CHAIN, record


def _checked(
    quiet_from: datetime.time | None,
    quiet_until: datetime.time | None,
    digest_hour: int,
    language: str,
) -> None:
    if (quiet_from is None) != (quiet_until is None):
        field = "quiet_from" if quiet_from is None else "quiet_until"
        message = _("Hãy ghi cả giờ bắt đầu và giờ kết thúc, hoặc bỏ trống cả hai.")
        raise RuleError(message, field=field)
    if quiet_from is not None and quiet_from == quiet_until:
        message = _("Giờ kết thúc phải khác giờ bắt đầu.")
        raise RuleError(message, field="quiet_until")
    if digest_hour not in DIGEST_HOURS:
        raise RuleError(_("Hãy chọn giờ từ 5 đến 21."), field="digest_hour")
    if language not in dict(settings.LANGUAGES):
        raise RuleError(_("Hãy chọn một ngôn ngữ trong danh sách."), field="language")


@transaction.atomic
def save_mail_settings(
    *,
    actor: Person,
    choices: Mapping[Occasion, MailChoice],
    quiet_from: datetime.time | None,
    quiet_until: datetime.time | None,
    digest_hour: int,
    language: str,
) -> None:
    """Keep how the actor is told from now on; letters already made keep their time.

    Hours are Hà Nội's. Raises ``RuleError`` by field. Occasions that nobody may put off are not
    among ``choices``.
    """
    _checked(quiet_from, quiet_until, digest_hour, language)
    MailSettings.objects.update_or_create(
        person=actor,
        defaults={
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "digest_hour": digest_hour,
        },
    )
    wanted = {one: choices.get(one, MAIL_DEFAULTS[one]) for one in CHOSEN_OCCASIONS}
    actor.mail_rules.all().delete()
    MailRule.objects.bulk_create(
        MailRule(person=actor, occasion=one, choice=choice)
        for one, choice in wanted.items()
        if choice != MAIL_DEFAULTS[one]
    )
    actor.language = language
    actor.save(update_fields=["language"])
    record(
        chain=SET_UP_CHAIN,
        actor=actor,
        action="save_mail_settings",
        target=f"person:{actor.pk}",
        summary=_("%(who)s đổi cách nhận thông báo.") % {"who": actor.full_name},
        after={
            "choices": {one.value: choice.value for one, choice in wanted.items()},
            "quiet_from": str(quiet_from or ""),
            "quiet_until": str(quiet_until or ""),
            "digest_hour": digest_hour,
            "language": language,
        },
    )
