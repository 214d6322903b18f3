"""Pages of people: login, second factor, password, sessions, people, grants, audit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def locked_out(request: HttpRequest, credentials: dict[str, str] | None = None, *args: object) -> HttpResponse:
    return HttpResponse(status=429)
