"""The whole schema of the API, tried by schemathesis as each role: no 5xx, answers as the schema says, nothing of other rows told.

`LVLIAN_TESTS_EXAMPLES=200 pytest …` tries more of each operation than the few that the suite can afford.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lvlian.site.api.urls import api
from lvlian.site.org.access import Access
from lvlian.site.org.actions import make_token
from lvlian.site.org.roles import ROLES
from tests.site.disclosure import leaks, secrets
from tests.site.scene import dress

EXAMPLES = int(os.environ.get("LVLIAN_TESTS_EXAMPLES", "1"))
WHO = tuple(ROLES)
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
MODELS = {
    "regions": "region", "units": "unit", "firms": "firm", "plans": "plan", "versions": "version", "facts": "fact",
    "findings": "finding", "goals": "goal", "projects": "project", "milestones": "milestone", "duties": "duty",
    "incentives": "incentive", "chains": "chain", "comments": "project",
}  # fmt: skip


@pytest.fixture
def application() -> Any:
    """The site as a server calls it, but on the test's own connection: Django closes one that has grown old around each request."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield WSGIHandler()
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


def numbers_of(path: str) -> list[Any]:
    """Numbers of records of both counties that can stand in an address; empty where it has none."""
    from lvlian.site.api.records import BY_MODEL

    if "{id}" not in path or path.split("/")[3] not in MODELS:
        return []
    model = BY_MODEL[MODELS[path.split("/")[3]]].model
    return list(model._default_manager.order_by("pk").values_list("pk", flat=True))


def test_whole_schema_as_each_role(world: Any, application: Any) -> None:
    """Every case is sent by every role: making cases takes longer than sending them."""
    dress(world)
    hidden: dict[str, Any] = {}
    headers: dict[str, dict[str, str]] = {}
    for name in WHO:
        access = Access.of(world.a.people[name])
        hidden[name] = secrets(access, "甲")
        _, raw = make_token(access, label="试", read_only=False, ends_on=timezone.localdate())
        headers[name] = {"Authorization": f"Bearer {raw}"}
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = application
    tried = 0

    def send(case: Any, name: str) -> None:
        with transaction.atomic():
            response = case.call(headers=headers[name])
            transaction.set_rollback(True)
        case.validate_response(response, checks=list(CHECKS))
        asked = f"{case.query} {case.body} {case.path_parameters}"
        told = [leak for leak in leaks(response.text, *hidden[name]) if leak not in asked]
        assert not told, f"{name}, {case.method} {case.formatted_path}: {told}"

    def try_one(operation: Any) -> None:
        pks = numbers_of(operation.path)
        choice = st.sampled_from([None, *pks]) if pks else st.none()

        @settings(
            max_examples=EXAMPLES, database=None, deadline=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(), pk=choice)
        def run(case: Any, pk: Any) -> None:
            nonlocal tried
            if pk is not None:
                case.path_parameters["id"] = pk
            if isinstance(case.body, dict) and "revision" in case.body:
                case.body["revision"] = 1
            for name in WHO:
                send(case, name)
                tried += 1

        run()

    for result in schema.get_all_operations():
        try_one(result.ok())
    assert tried >= 40 * len(WHO)
