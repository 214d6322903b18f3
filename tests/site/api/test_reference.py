"""The page of the API shows what its description says, without a script."""

from __future__ import annotations

from lvlian.site.api.reference import operations
from lvlian.site.api.urls import api


def test_every_operation_is_on_the_page(world, client_of):
    schema = api.get_openapi_schema()
    groups = operations(schema)
    told = {(row.method.lower(), row.path) for rows in groups.values() for row in rows}
    assert told == {(m, path) for path, methods in schema["paths"].items() for m in methods}
    body = client_of(world.a.people["office"]).get("/api/docs").content.decode()
    assert all(path in body for _, path in told)
    assert "swagger" not in body.lower()


def test_fields_and_kinds_are_in_words(world):
    rows = {(row.method, row.path): row for group in operations(api.get_openapi_schema()).values() for row in group}
    change = rows["PATCH", "/api/v1/goals/{id}"]
    assert ("revision", "integer", True) in change.fields
    assert any(name == "value" and "number" in kind for name, kind, _ in change.fields)
