"""The bloc's board: announcements and shared documents, each to read, and the form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from compacts.forms.announcements import AnnouncementForm
from compacts.models import Announcement, Season
from compacts.permissions import can_post_announcement
from compacts.queries import season_tabs
from compacts.rules import AnnouncementKind
from compacts.services.announcements import save_announcement
from compacts.views.addressed import season_of
from compacts.views.columns import announcement_columns
from compacts.views.files import download
from units.access import require
from units.http import PersonRequest
from units.listing import Filter, Listing
from units.rules import EditConflictError, RuleError

_FACTS = ("kind", "title", "text", "until", "version")


def _page(season: Season, **context: Any) -> dict[str, Any]:
    return {"season": season, "season_tabs": season_tabs(season, "year"), **context}


def _announcement(request: PersonRequest, bloc: str, year: int, pk: int) -> Announcement:
    found = Announcement.objects.visible_to(request.user).select_related(
        "season__bloc__council", "file", "posted_by"
    )
    return get_object_or_404(found, season__bloc__code=bloc, season__year=year, pk=pk)


@require_safe
def announcement_list(request: PersonRequest, bloc: str, year: int) -> HttpResponseBase:
    """All that was put up, the newest first; what has run out is marked."""
    season = season_of(request, bloc, year)
    found = Announcement.objects.visible_to(request.user).filter(season=season)
    kinds = [(str(value), str(label)) for value, label in AnnouncementKind.choices]
    shown = Listing(
        request,
        announcement_columns(),
        found.select_related("file", "posted_by"),
        filters=[Filter[Announcement]("loai", _("Loại"), kinds, lookup="kind")],
    )
    file = shown.file(f"bang-tin-{bloc}-{year}")
    if file is not None:
        return file
    context = _page(
        season,
        may_post=bool(can_post_announcement(request.user, season)),
        today=timezone.localdate(),
        **shown.context(),
    )
    return render(request, "compacts/announcement_list.html", context)


@require_safe
def announcement(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """One announcement or document, to be read."""
    found = _announcement(request, bloc, year, pk)
    context = _page(
        found.season,
        announcement=found,
        may_post=bool(can_post_announcement(request.user, found.season)),
        today=timezone.localdate(),
    )
    return render(request, "compacts/announcement.html", context)


@require_safe
def announcement_file(request: PersonRequest, bloc: str, year: int, pk: int) -> FileResponse:
    """The file."""
    found = _announcement(request, bloc, year, pk)
    if found.file is None:
        raise Http404
    return download(found.file)


def announcement_new(request: PersonRequest, bloc: str, year: int) -> HttpResponse:
    """Put up an announcement or a document."""
    season = season_of(request, bloc, year)
    require(can_post_announcement(request.user, season))
    return _save(request, season, None)


def announcement_edit(request: PersonRequest, bloc: str, year: int, pk: int) -> HttpResponse:
    """Change an announcement or a document."""
    found = _announcement(request, bloc, year, pk)
    require(can_post_announcement(request.user, found.season))
    return _save(request, found.season, found)


def _save(request: PersonRequest, season: Season, found: Announcement | None) -> HttpResponse:
    form = AnnouncementForm(
        request.POST or None,
        request.FILES or None,
        initial={name: getattr(found, name) for name in _FACTS} if found else None,
    )
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            saved = save_announcement(
                actor=request.user,
                season=season,
                facts=form.facts(),
                announcement_id=found.pk if found else None,
                version=form.cleaned_data["version"],
                upload=upload or None,
                upload_name=upload.name if upload else "",
            )
        except EditConflictError as conflict:
            form.add_error(None, str(conflict))
            form.take_version(Announcement.objects.get(pk=found.pk).version if found else 0)
        except RuleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Đã đăng lên bảng tin."))
            return redirect("compacts:announcement", season.bloc.code, season.year, saved.pk)
    return render(
        request, "compacts/announcement_form.html", _page(season, form=form, announcement=found)
    )
