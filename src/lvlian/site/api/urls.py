"""The API's addresses: version 1 under `/api/v1/`, its schema at `/api/openapi.json`, its page at `/api/docs`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from ninja import NinjaAPI

from lvlian.site.api import own, reports
from lvlian.site.api.access import AUTH
from lvlian.site.api.errors import say_errors
from lvlian.site.api.reference import Reference
from lvlian.site.org.access import OWN, page

DESCRIPTION = """Everything that the pages show and do, within the caller's scope. A program sends its key
(`Authorization: Bearer lvl_…`, made under 我的账号); a page sends its session cookie, and `X-CSRFToken` with writes.

A field that the caller may not read is null and named in `masked`. Writes carry the `revision` that was seen; a record that has
moved since answers 409 with what was changed. Every error is one sentence: `{"error": …, "field": …}`."""

api = NinjaAPI(
    title="Lvlian",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    auth=AUTH,
    docs=Reference(),
    docs_decorator=page(OWN),
)
for _router in (reports.router, own.router):
    api.add_router("/v1", _router)
say_errors(api)


@page(OWN)
def start(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """`/api/` leads to the page of the API."""
    return redirect("api:openapi-view")


def _patterns() -> list[Any]:
    found = [pattern for pattern in api.urls[0] if pattern.name != "api-root"]
    for pattern in found:
        if not hasattr(pattern.callback, "permission"):
            pattern.callback.permission = "api"  # each operation says its own (`access.opens`)
    # ninja takes the address of the operations from the pattern of this name
    return [path("", start, name="api-root"), *found]


app_name = "api"
urlpatterns = _patterns()
