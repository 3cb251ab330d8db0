"""Error pages: what happened, what to do next, and the way on."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from units.models import Person
from units.permissions import today_of
from units.rules import RoleKind


def page_before(request: HttpRequest) -> str:
    """The address of the page of ours that led here; empty where none did."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        referer, {request.get_host()}, require_https=request.is_secure()
    ):
        return ""
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _another_page(request: HttpRequest) -> str:
    """The page before, where it is not the one that was just refused."""
    before = page_before(request)
    return before if before != request.get_full_path() else ""


def _in_the_site(
    request: HttpRequest, status: HTTPStatus, title: str, text: str, advice: str, back: str = ""
) -> HttpResponse:
    """A page with all ways on: the site itself is well."""
    context = {
        "status": status.value,
        "title": title,
        "text": text,
        "advice": advice,
        "back": back,
    }
    return render(request, "error.html", context, status=status)


def _alone(status: HTTPStatus, title: str, text: str, advice: str) -> HttpResponse:
    """A page that asks nothing of the request or the database, which may be what is broken."""
    context = {
        "status": status.value,
        "title": title,
        "text": text,
        "advice": advice,
        "now": timezone.localtime(),
    }
    return HttpResponse(render_to_string("error_alone.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is damaged."""
    return _alone(
        HTTPStatus.BAD_REQUEST,
        _("Yêu cầu không hợp lệ"),
        _("Máy chủ không đọc được yêu cầu này, nên chưa có gì được ghi."),
        _("Hãy quay lại và thử lần nữa. Nếu đang gửi tệp hoặc bảng lớn, hãy chia thành phần nhỏ."),
    )


def unreadable_text(request: HttpRequest) -> HttpResponse:
    """400: the text has a character that nobody types and nothing can store."""
    return _in_the_site(
        request,
        HTTPStatus.BAD_REQUEST,
        _("Không đọc được chữ vừa gửi"),
        _("Trong đó có ký tự ẩn không lưu được (ký tự rỗng), nên chưa có gì được ghi."),
        _("Hãy quay lại, gõ lại đoạn vừa dán từ nơi khác, rồi gửi lần nữa."),
        _another_page(request),
    )


def _whom_to_ask(request: HttpRequest) -> str:
    """Who gives the right, where it is not the reader: nobody gives it to themselves."""
    person = getattr(request, "user", None)
    roles = today_of(person) if isinstance(person, Person) else None
    if roles and roles.has(RoleKind.OFFICER):
        return _("Nếu cần quyền này, hãy báo quản trị kỹ thuật.")
    if roles and roles.has(RoleKind.SECRETARY):
        return _("Nếu cần quyền này, hãy báo thường trực Hội đồng.")
    return _("Nếu cần quyền này, hãy báo thư ký khối hoặc thường trực Hội đồng.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: who asks may see the thing but not do this; the exception's text is the reason."""
    return _in_the_site(
        request,
        HTTPStatus.FORBIDDEN,
        _("Không được phép"),
        str(exception) or _("Tài khoản này không có quyền làm việc đó."),
        _whom_to_ask(request),
        _another_page(request),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was opened before the last login, or the browser keeps no cookies."""
    return _in_the_site(
        request,
        HTTPStatus.FORBIDDEN,
        _("Trang đã mở từ trước lần đăng nhập này"),
        _("Vì an toàn, điều vừa gửi từ trang đó chưa được ghi."),
        _(
            "Bấm nút Quay lại của trình duyệt để lấy chữ đã gõ, tải lại trang, rồi gửi lần nữa. "
            "Nếu vẫn thấy trang này, hãy cho phép trình duyệt giữ cookie của phần mềm."
        ),
        page_before(request),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: there is no such thing, or none that who asks may know of."""
    return _in_the_site(
        request,
        HTTPStatus.NOT_FOUND,
        _("Không tìm thấy"),
        _("Không có trang này, hoặc tài khoản đang dùng không được xem."),
        _("Địa chỉ có thể gõ nhầm hay đã cũ. Hãy tìm lại, hoặc bắt đầu từ trang đầu."),
    )


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """405: the address takes a form, and was opened as a page."""
    return _in_the_site(
        request,
        HTTPStatus.METHOD_NOT_ALLOWED,
        _("Không mở được địa chỉ này"),
        _("Địa chỉ này chỉ nhận điều gửi từ một nút bấm trên trang, nên chưa có gì được ghi."),
        _("Hãy mở lại trang có nút đó, rồi bấm lần nữa."),
        _another_page(request),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own fault; nothing of it is shown."""
    return _alone(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("Lỗi hệ thống"),
        _("Có lỗi trong hệ thống và việc vừa rồi chưa được ghi lại."),
        _("Xin thử lại sau ít phút. Nếu vẫn lỗi, hãy báo người quản trị kèm thời điểm dưới đây."),
    )
