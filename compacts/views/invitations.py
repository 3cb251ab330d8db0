"""The page of a season's invitations: who was asked, who has come, and asking again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from compacts.models import Season
from compacts.permissions import can_invite_people
from compacts.queries import season_tabs
from compacts.queries.invitations import InvitationLine, invitation_lines
from compacts.services.invitations import invite_people
from compacts.views.columns import invitation_columns
from units.access import require
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.rules import LOGIN_DAYS, SPEAKERS, InvitationStanding, RuleError
from units.services.letters import sends_mail

ON_A_PAGE = 100
_NUMBER = re.compile(r"[0-9]{1,9}")
INVITED, NOT_INVITED = "roi", "chua"
# Whom the one button asks: everybody who can be asked and has not been.
ALL_NEW = "moi"


def _season(request: PersonRequest, bloc: str, year: int) -> Season:
    seasons = Season.objects.visible_to(request.user).select_related("bloc__council")
    season = get_object_or_404(seasons, bloc__code=bloc, year=year)
    require(can_invite_people(request.user, season))
    return season


@require_safe
def invitation_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """Everybody who speaks for a unit of the season; ``?chon=tat-ca`` ticks all that are shown."""
    season = _season(request, bloc, year)
    lines = invitation_lines(season)
    roles = [(kind.value, kind.label) for kind in SPEAKERS.values()]
    shown = Listing(
        request,
        invitation_columns(),
        lines,
        filters=[
            Filter(
                "tinh-trang",
                _("Tình trạng"),
                InvitationStanding.choices,
                value=lambda line: line.standing.value,
            ),
            Filter("vai-tro", _("Vai trò"), roles, value=lambda line: line.kind.value),
            Filter(
                "thu-moi",
                _("Thư mời của mùa này"),
                [(INVITED, _("đã có")), (NOT_INVITED, _("chưa có"))],
                value=lambda line: INVITED if line.letter else NOT_INVITED,
            ),
        ],
        on_a_page=ON_A_PAGE,
    )
    file = shown.file(f"loi-moi-{bloc}-{year}")
    if file is not None:
        return file
    context = {
        "season": season,
        "season_tabs": season_tabs(season, "overview"),
        "sends_mail": sends_mail(),
        "days": LOGIN_DAYS,
        "counts": _counts(lines),
        "new": len(_never_asked(lines)),
        "tick_all": request.GET.get("chon") == "tat-ca",
        **shown.context(),
    }
    return render(request, "compacts/invitation_list.html", context)


def _counts(lines: Iterable[InvitationLine]) -> list[tuple[InvitationStanding, int]]:
    standings = [line.standing for line in lines]
    return [(one, standings.count(one)) for one in InvitationStanding if one in standings]


def _never_asked(lines: Iterable[InvitationLine]) -> dict[int, int]:
    return _numbers(line.value for line in lines if line.letter is None)


def _numbers(sent: Iterable[str]) -> dict[int, int]:
    """Who is to be invited for the how-manieth time; what is no such pair is left out."""
    found = {}
    for value in sent:
        person, _colon, number = value.partition(":")
        if _NUMBER.fullmatch(person) and _NUMBER.fullmatch(number):
            found[int(person)] = int(number)
    return found


@require_POST
def invitations_send(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Send the invitations to those who were ticked, or to all who never had one."""
    season = _season(request, bloc, year)
    if request.POST.get("ai") == ALL_NEW:
        numbers = _never_asked(invitation_lines(season))
    else:
        numbers = _numbers(request.POST.getlist("nguoi"))
    try:
        made = invite_people(actor=request.user, season_id=season.pk, numbers=numbers)
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        _say(request, len(made), len(numbers))
    return redirect("compacts:invitation_list", bloc, year)


def _say(request: PersonRequest, made: int, asked: int) -> None:
    if not asked:
        messages.error(request, _("Chưa chọn ai để mời."))
        return
    if made:
        words = ngettext("Đang gửi %(n)s thư mời.", "Đang gửi %(n)s thư mời.", made)
        messages.success(request, words % {"n": made})
    if asked > made:
        words = ngettext(
            "%(n)s người vừa được mời hoặc thư đang trên đường, không gửi thêm.",
            "%(n)s người vừa được mời hoặc thư đang trên đường, không gửi thêm.",
            asked - made,
        )
        messages.info(request, words % {"n": asked - made})
