"""Inviting the people of a season's units, with the first login for who needs it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compacts.models import Season
from compacts.permissions import can_invite_people
from compacts.queries.invitations import occasion_of
from compacts.services.notices import speakers_of
from units.access import require
from units.models import Invitation, Person
from units.rules import Occasion, RuleError
from units.services.audit import record
from units.services.invitations import invite
from units.services.letters import sends_mail
from units.services.notifications import Message

_SUBJECT = gettext_lazy("Mời tham gia mùa thi đua %(year)s: %(bloc)s")
_FIRST = gettext_lazy("Xin mời đơn vị đăng ký danh hiệu và nhiệm vụ trọng tâm.")
_AGAIN = gettext_lazy(
    "Thư mời này gửi lại lần thứ %(number)s. Xin mời đơn vị đăng ký danh hiệu và nhiệm vụ trọng "
    "tâm."
)
_OLDER_LINK = gettext_lazy(
    "Thư mời này gửi lại lần thứ %(number)s. Liên kết trong thư trước vẫn dùng được đến khi hết "
    "hạn; đặt mật khẩu bằng một liên kết thì mọi liên kết khác hết hiệu lực."
)


@transaction.atomic
def invite_people(
    *, actor: Person, season_id: int, numbers: Mapping[int, int]
) -> list[Invitation]:
    """Invite people (by their ids) to the season by e-mail, each as often as ``numbers`` says.

    Nothing that was sent before loses its effect by it. Raises ``RuleError`` where there is no
    mail server.
    """
    season = (
        Season.objects.select_for_update(of=("self",))
        .select_related("bloc__council")
        .get(pk=season_id)
    )
    require(can_invite_people(actor, season))
    if not sends_mail():
        raise RuleError(_("Hệ thống chưa nối máy chủ thư nên chưa gửi được thư mời."))
    return send_invitations(actor=actor, season=season, numbers=numbers)


def send_invitations(
    *, actor: Person, season: Season, numbers: Mapping[int, int]
) -> list[Invitation]:
    """``invite_people`` for who has asked for the right another way and holds the season's row.

    Without a mail server, or without an address, people are asked in the page alone. Whoever does
    not speak for a unit of the season is left out.
    """
    units = list(season.participants.values_list("unit", flat=True))
    occasion = occasion_of(season)

    def wording(number: int, brings_login: bool, had_one: bool) -> Message:
        again = _OLDER_LINK if brings_login else _AGAIN
        return Message(
            key=f"{occasion}:invited:{number}",
            occasion=Occasion.ACCOUNT,
            about=str(season),
            subject=_SUBJECT,
            text=again if had_one else _FIRST,
            facts={"year": season.year, "bloc": season.bloc.name, "number": number},
            path=reverse("compacts:season", args=[season.bloc.code, season.year]),
        )

    made = invite(
        persons=[person for person in speakers_of(units) if person.pk in numbers],
        numbers=numbers,
        occasion=occasion,
        wording=wording,
        sent_by=actor,
    )
    if made:
        record(
            chain=season.audit_chain,
            actor=actor,
            action="invite_people",
            target=f"season:{season.pk}",
            summary=_("%(who)s gửi lời mời cho %(count)s người.")
            % {"who": actor.full_name, "count": len(made)},
            after={"people": {str(one.person_id): one.number for one in made}},
        )
    return made
