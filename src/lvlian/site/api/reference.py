"""The page of the API: its description as a plain page of the site. It needs no script, so that the content policy holds here too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

METHODS = ("get", "post", "patch", "put", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what is called, with what, and what comes back; `fields` are those of the body."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[tuple[str, str, str, bool], ...]
    """Name, where it stands (path, query), its type in words, whether it is needed."""
    fields: tuple[tuple[str, str, bool], ...]
    answers: tuple[tuple[str, str], ...]


class Reference(DocsBase):
    """Renders the OpenAPI description, grouped by its tags."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        schema = api.get_openapi_schema(path_params=kwargs)
        return render(
            request,
            "api/reference.html",
            {"api": api, "groups": [*operations(schema).items()], "schema_url": self.get_openapi_url(api, kwargs)},
        )


def operations(schema: dict[str, Any]) -> dict[str, list[Operation]]:
    """The operations of an OpenAPI description by tag, in its order."""
    out: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if (found := methods.get(method)) is not None:
                for tag in found.get("tags") or ["api"]:
                    out.setdefault(tag, []).append(_operation(schema, method, path, found))
    return out


def _operation(schema: dict[str, Any], method: str, path: str, found: dict[str, Any]) -> Operation:
    body: dict[str, Any] = found.get("requestBody", {}).get("content", {})
    shape = _resolved(schema, next(iter(body.values()), dict[str, Any]()).get("schema", {}))
    needed = set(shape.get("required", ()))
    return Operation(
        method.upper(),
        path,
        found.get("summary", ""),
        found.get("description", ""),
        tuple(
            (one["name"], one["in"], _kind(schema, one.get("schema", {})), bool(one.get("required")))
            for one in found.get("parameters", ())
        ),
        tuple((name, _kind(schema, one), name in needed) for name, one in shape.get("properties", {}).items()),
        tuple((str(status), one.get("description", "")) for status, one in found.get("responses", {}).items()),
    )


def _resolved(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[-1]]
    return shape


def _kind(schema: dict[str, Any], shape: dict[str, Any]) -> str:
    """The type of a value in words: `integer`, `string: open | known`, `list of integer`."""
    shape = _resolved(schema, shape)
    if choices := shape.get("anyOf") or shape.get("oneOf"):
        return " | ".join(dict.fromkeys(_kind(schema, one) for one in choices))
    if "enum" in shape:
        return " | ".join(str(one) for one in shape["enum"])
    if "const" in shape:
        return str(shape["const"])
    if shape.get("type") == "array":
        return f"list of {_kind(schema, shape.get('items', {}))}"
    return str(shape.get("format") or shape.get("type") or "any")
