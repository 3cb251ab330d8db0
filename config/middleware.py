"""The language of a page, and how it travels."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

TEXT_TYPES = {"application/json", "application/javascript", "image/svg+xml"}


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
