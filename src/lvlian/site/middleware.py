"""What every request passes through: its time, the language, and one clear sentence instead of a traceback."""

from __future__ import annotations

import logging
import sqlite3
import sys
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
            return told(request, error)

    return Middleware()


def failed(request: HttpRequest) -> HttpResponse:
    """Handler of whatever no view and no middleware caught, such as a session that cannot be read or kept."""
    from lvlian.site.views import server_error

    error = sys.exc_info()[1]
    answer = told(request, error) if isinstance(error, Exception) else None
    return answer if answer is not None else server_error(request)


def told(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The page for an error of the database or of the disk; None for any other."""
    if not isinstance(error, (DatabaseError, OSError, sqlite3.Error)):
        return None
    reason = reason_of(error)
    if reason is None:
        return None
    log.error("%s %s: %s", request.method, request.path, error)
    connection.close_if_unusable_or_obsolete()
    from lvlian.site.views import unavailable

    return unavailable(request, reason)


_MARKS = {
    "full": ("disk is full", "no space left", "disk i/o error", "could not extend file", "disk quota exceeded"),
    "locked": ("database is locked", "lock timeout", "deadlock detected"),
    "readonly": ("readonly database", "read-only file system"),
    "gone": (
        "connection to server", "connection refused", "connection failed", "connection is bad", "the connection is closed",
        "terminating connection", "server closed the connection", "unable to open database",
    ),
}  # fmt: skip


def reason_of(error: Exception) -> str | None:
    """`full`, `locked`, `gone` or `readonly` for the errors of a database that is out of room, busy or away; None for any other."""
    words = str(error).lower()
    for reason, marks in _MARKS.items():
        if any(mark in words for mark in marks):
            return reason
    return None
