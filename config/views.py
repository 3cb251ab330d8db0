"""Pages that belong to no app: health for machines, errors for people."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from config.celery import app


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all; asks nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, migrations and broker are usable, else 503 and which is not."""
    state = {"database": _database_state(), "broker": _broker_state()}
    ready = set(state.values()) == {"ok"}
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(state, status=status)


def _database_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unreachable"
    return "not migrated" if missing else "ok"


def _broker_state() -> str:
    try:
        with app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return "unreachable"
    return "ok"


def _error_page(request: HttpRequest, status: HTTPStatus, title: str, text: str) -> HttpResponse:
    context = {"status": status.value, "title": title, "text": text}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is damaged."""
    text = _("Máy chủ không đọc được yêu cầu này. Hãy quay lại và thử lần nữa.")
    return _error_page(request, HTTPStatus.BAD_REQUEST, _("Yêu cầu không hợp lệ"), text)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: who asks may see the thing but not do this; the exception's text is the reason."""
    text = str(exception) or _("Ông (bà) không có quyền làm việc này.")
    return _error_page(request, HTTPStatus.FORBIDDEN, _("Không được phép"), text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: there is no such thing, or none that who asks may know of."""
    text = _("Không có trang này, hoặc ông (bà) không được xem.")
    return _error_page(request, HTTPStatus.NOT_FOUND, _("Không tìm thấy"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own fault; nothing of it is shown."""
    text = _("Có lỗi trong hệ thống và việc vừa rồi chưa được ghi lại. Xin thử lại sau ít phút.")
    return _error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Lỗi hệ thống"), text)
