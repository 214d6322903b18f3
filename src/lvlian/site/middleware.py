"""What every request passes through: its time, the language, and one clear sentence instead of a traceback."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import translation

View = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "lvlian_language"
log = logging.getLogger("lvlian.site")


def timing(get_response: View) -> View:
    """Writes how long the server took into `Server-Timing`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = get_response(request)
        response["Server-Timing"] = f"app;dur={(time.perf_counter() - begun) * 1000:.1f}"
        return response

    return middleware


def language(get_response: View) -> View:
    """Chinese, or English where the switch in the frame says so; the browser's own preference does not decide."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = "en" if request.COOKIES.get(LANGUAGE_COOKIE) == "en" else "zh-hans"
        request.LANGUAGE_CODE = chosen  # type: ignore[attr-defined]
        with translation.override(chosen):
            response = get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response

    return middleware


def plain_errors(get_response: View) -> View:
    """A locked database or a full disk is told in a sentence; everything was undone by its transaction."""

    class Middleware:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
            if not isinstance(error, DatabaseError):
                return None
            reason = reason_of(error)
            if reason is None:
                return None
            log.error("%s %s: %s", request.method, request.path, error)
            connection.close_if_unusable_or_obsolete()
            from lvlian.site.views import unavailable

            return unavailable(request, reason)

    return Middleware()


def reason_of(error: Exception) -> str | None:
    """`full`, `locked` or `gone` for the errors of a database that is out of room, busy or away; None for any other."""
    words = str(error).lower()
    if (
        "disk is full" in words
        or "no space left" in words
        or "disk i/o error" in words
        or "could not extend file" in words
    ):
        return "full"
    if "database is locked" in words or "lock timeout" in words or "deadlock detected" in words:
        return "locked"
    if "connection refused" in words or "server closed the connection" in words or "unable to open database" in words:
        return "gone"
    return "readonly" if "readonly database" in words else None
