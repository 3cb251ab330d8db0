"""The language of a page, how it travels, and what becomes of forms late or broken."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import resolve_url
from django.utils import translation

from config.errors import method_not_allowed, page_before, unreadable_text

TEXT_TYPES = {"application/json", "application/javascript", "image/svg+xml"}
_UNREADABLE = re.compile("[\0\ud800-\udfff]")


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Vietnamese, unless the reader chose another language.

    The browser's own preference is not asked: a Vietnamese official with an English browser
    would meet half-translated pages.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of the cookie, or the default one."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or language


class TextCompressionMiddleware(GZipMiddleware):
    """Pages, styles and scripts compressed on their way; files (PDF, pictures) as they are.

    Those gain nothing from it, and lose their length and the right to be read in parts.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The response, compressed where its type is text."""
        kind = response.get("Content-Type", "").partition(";")[0]
        if not kind.startswith("text/") and kind not in TEXT_TYPES:
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed


class LoginFirstMiddleware(LoginRequiredMiddleware):
    """Who is not logged in logs in first, and then gets the page they asked for.

    Whose session ended while they wrote gets the page of the form: the form's own address takes
    no visits, and would answer with an error after the login.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        """To the login, and from there to a page that can be opened."""
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        page = page_before(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
        field = str(self.get_redirect_field_name(view_func))
        login = resolve_url(settings.LOGIN_URL)
        return HttpResponseRedirect(f"{login}?{urlencode({field: page, 'chua-ghi': 1})}")


class ReadableTextMiddleware:
    """Nobody types a zero byte or half a character, and PostgreSQL holds neither.

    Forms refuse them at the field. What a crafted request brings past them is told as damaged
    where the database refuses it: the transaction is over by then and nothing is written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response; 404 for such an address as for every one that leads nowhere."""
        if _UNREADABLE.search(request.path_info):
            raise Http404
        # The session is looked for by its cookie before any page is asked.
        if any(map(_UNREADABLE.search, request.COOKIES.values())):
            raise BadRequest
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """400 where the refused text came with the request; other faults stay faults."""
        if not isinstance(exception, ValueError):
            return None
        sent = (
            text
            for given in (request.GET, request.POST)
            for name, values in given.lists()
            for text in (name, *values)
        )
        return unreadable_text(request) if any(map(_UNREADABLE.search, sent)) else None


class FormAddressMiddleware:
    """Somebody who opens the address of a form as a page reads why nothing is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response; where it is an empty refusal, a page that explains it."""
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET":
            return response
        page = method_not_allowed(request)
        page["Allow"] = response["Allow"]
        return page
