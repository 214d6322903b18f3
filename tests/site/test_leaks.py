"""Nothing leaks: every address of the site, asked by every role, tells nothing of rows and fields that the role may not read, not in
its words, its headers, its files, its counts or its totals."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from lvlian.site.lists.registry import specs
from lvlian.site.org.access import Access, scoped
from lvlian.site.plans.models import Chain, Duty, Fact, Finding, Goal, Incentive, Milestone, Plan, Project, Version
from tests.site.disclosure import leaks, secrets, words_of
from tests.site.routes import COMMON, VARIANTS, Route, parameters, routes
from tests.site.scene import Scene, dress
from tests.site.world import World

EVERYBODY = (
    "甲chief", "甲office", "甲lead", "甲lead2", "甲unit", "甲unit2", "甲park", "甲firm", "甲firm2", "甲supervisor", "甲analyst",
    "甲system_admin", "甲security_admin", "甲audit_admin", "乙office", "乙unit", "乙firm", "州office", "州supervisor",
    "州audit_admin",
)  # fmt: skip
ALL = os.environ.get("LVLIAN_TESTS_LEAKS") == "all"
SCOPES = ("甲office", "甲unit", "甲firm")
"""One viewer of each kind of scope: a region, a unit, a firm."""
VIEWERS = EVERYBODY if ALL else SCOPES
MOST = 1000 if ALL else 2
"""So many records of an address are asked: of two the second belongs to the other unit or firm."""
THOROUGH = {"甲unit", "甲firm"}
"""Asked with foreign filters and in every file form; `LVLIAN_TESTS_LEAKS=all` does so with everybody."""
NOT_ASKED = {"logout", "parts", "language"}
"""`parts` shows invented examples (甲乙丙), the others answer with a redirect and end or change the session."""


def latin(name: str) -> str:
    """The viewer's name in letters, for the names of the tests."""
    return name.translate({ord("甲"): "a-", ord("乙"): "b-", ord("州"): "p-"})


REFUSED = {403, 404, 405}


def viewer(world: World, name: str) -> tuple[Any, str]:
    """The person, and the mark of the county that he or she is bound to."""
    mark, role = name[0], name[1:]
    if mark == "州":
        return world.people[role], ""
    county = world.a if mark == "甲" else world.b
    return county.people[role], mark


def client_for(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def scenes(world: World) -> dict[str, Scene]:
    return dress(world)


def test_every_address_says_what_stands_in_it(world: World, scenes: dict[str, Scene]) -> None:
    for route in routes():
        if not route.name.startswith("api:") or not route.parameters:
            parameters(route, scenes["甲"])


def narrowing(scene: Scene) -> str:
    """A query that narrows to records of a county, by every name that a filter may have."""
    county = scene.county
    values = {
        "region": county.region.pk, "unit": county.units[0].pk, "units": county.units[0].pk, "lead": county.units[0].pk,
        "firm": county.firms[0].pk, "plan": county.plan.pk, "project": county.projects[0].pk, "fact": county.facts[0].pk,
        "version": county.version.pk, "person": county.people["office"].pk, "sort": "-investment",
    }  # fmt: skip
    return "&".join(f"{name}={value}" for name, value in values.items())


def known(route: Route, scene: Scene) -> list[dict[str, Any]]:
    """The parameters of an address; none where the test above already says that they are missing."""
    try:
        return parameters(route, scene)
    except LookupError:
        return []


@pytest.mark.parametrize("name", VIEWERS, ids=latin)
def test_no_page_tells_what_is_not_the_viewers(name: str, world: World, scenes: dict[str, Scene]) -> None:
    user, mark = viewer(world, name)
    access = Access.of(user)
    texts, figures = secrets(access, mark)
    foreign = {"甲": "乙", "乙": "甲"}.get(mark, "")
    client = client_for(user)
    told: list[str] = []

    def ask(address: str, method: str = "get") -> int:
        with transaction.atomic():
            response = getattr(client, method)(address)
            transaction.set_rollback(True)
        if response.status_code >= 500:
            told.append(f"{method} {address}: {response.status_code}")
        words = words_of(response)
        asked = f"{address} {_decoded(address)}"
        for leak in leaks(
            words.replace(_decoded(address), ""), texts, figures, foreign if foreign not in asked else ""
        ):
            told.append(f"{method} {address}: {leak}")
        return int(response.status_code)

    plans = {"a": scenes["甲"].county.plan.pk, "b": scenes["乙"].county.plan.pk}
    for route in routes():
        if route.name in NOT_ASKED or route.name.startswith("api:api") or route.pattern.startswith("api/v1"):
            continue
        if route.name.endswith(("-docx", "-csv")) and not (ALL or name in THOROUGH):
            continue
        for scene in scenes.values() if route.parameters else (scenes["甲"],):
            for values in known(route, scene)[:MOST]:
                address = route.address(values)
                status = ask(address)
                if route.parameters and route.name not in COMMON and mark and scene.county.mark != mark:
                    if status not in REFUSED:
                        told.append(f"get {address} of the other county: {status}")
                    if (status := ask(address, "post")) not in REFUSED:
                        told.append(f"post {address} of the other county: {status}")
        if not route.parameters and (ALL or name in THOROUGH):
            ask(f"{route.address({})}?{narrowing(scenes[foreign or '乙'])}")
        for query in VARIANTS.get(route.name, ()):
            ask(f"{route.address({})}?{query.format(**plans)}")
    for path in api_addresses(scenes):
        ask(path)
    assert not told, "\n".join(sorted(set(told))[:60])


def api_addresses(scenes: dict[str, Scene]) -> list[str]:
    """Every GET of the API's schema, lists whole, records of both counties."""
    from lvlian.site.api.records import RECORDS
    from lvlian.site.api.urls import api

    models = {shape.key: shape.model for shape in RECORDS}
    out = []
    for path, operations in api.get_openapi_schema()["paths"].items():
        if "get" not in operations:
            continue
        if "{" not in path:
            out += (
                [f"{path}?q={q}&limit=100" for q in ("项目", "甲", "乙", "xm")]
                if path.endswith("/search")
                else [f"{path}?"]
            )
            continue
        key = path.split("/")[3]
        if key in models:
            out += [path.replace("{id}", str(pk)) for pk in models[key]._default_manager.values_list("pk", flat=True)]
        elif key == "comments":
            out += [
                path.replace("{model}", model).replace("{id}", str(row.pk))
                for scene in scenes.values()
                for model, rows in (("project", scene.county.projects), ("duty", scene.county.duties))
                for row in rows
            ]
        elif key == "jobs":
            out += [path.replace("{id}", str(scene.job.pk)) for scene in scenes.values()]
        elif key == "audit":
            out += [path.replace("{seq}", str(scene.audit.seq)) for scene in scenes.values()]
        else:
            pytest.fail(f"{path}: say here which records stand in it")
    return out


def _decoded(address: str) -> str:
    from urllib.parse import unquote

    return unquote(address.partition("?q=")[2].partition("&")[0]) or "\x00"


@pytest.mark.parametrize("name", VIEWERS, ids=latin)
def test_counts_are_those_of_the_viewers_rows(name: str, world: World, scenes: dict[str, Scene]) -> None:
    """Lists count, and files hold, exactly the rows that the viewer may see."""
    from openpyxl import load_workbook

    user, _ = viewer(world, name)
    access, client = Access.of(user), client_for(user)
    region = client.get("/").wsgi_request.access.region  # type: ignore[attr-defined]
    for spec in specs().values():
        if not access.may(spec.permission):
            continue
        page = client.get(spec.urls["list"])
        narrowed = Access(user=access.user, held=access.held, region_id=region.pk if region else None)
        rows = _here(spec.model, narrowed).count()
        assert page.context["listing"].count == rows, spec.key
        if access.may("export.make") and spec.key != "audit":
            book = load_workbook(_file(client.get(spec.urls["xlsx"])))
            filled = sum(any(cell.value is not None for cell in row) for row in book.worksheets[0].iter_rows(min_row=2))
            assert filled in (rows, rows + 1), f"{spec.key}: {filled} rows in the file, {rows} to be seen"


def _here(model: Any, access: Access) -> Any:
    from lvlian.site.org.access import here

    return here(model, access)


def _file(response: Any) -> Any:
    import io

    return io.BytesIO(b"".join(response.streaming_content) if response.streaming else response.content)


@pytest.mark.parametrize("name", [*SCOPES, *(["甲supervisor", "甲audit_admin"] if ALL else []), "州office"], ids=latin)
def test_pages_are_the_same_without_the_rows_of_others(name: str, world: World, scenes: dict[str, Scene]) -> None:
    """What one may not see has no influence: with the foreign rows gone, every page says the same, totals and orders included."""
    user, mark = viewer(world, name)
    client = client_for(user)
    pages = [
        route.address({})
        for route in routes()
        if not route.parameters
        and route.name not in NOT_ASKED
        and not re.search(r"xlsx|csv|docx|template|^api|^audit|auditrecord|^account$|^user|^people", route.name)
    ]
    pages += [path for path in api_addresses(scenes) if "audit" not in path and not re.search(r"/\d+$|-", path)]
    before = {path: _settled(client.get(path)) for path in pages}
    _remove(world, name, mark)
    for path in pages:
        assert _settled(client.get(path)) == before[path], path


def _settled(response: Any) -> str:
    words = words_of(response, heads=False)
    words = re.sub(r'(csrfmiddlewaretoken"|csrf-token"|data-csrf-token=)[^>]*>', "", words)
    words = re.sub(r'name="key" value="[0-9a-f-]{36}"', "", words)  # each form that may be sent once carries a new key
    return re.sub(r"dur=[\d.]+|[\w-]{40,}|\d\d:\d\d(:\d\d)?", "", words)


def _remove(world: World, name: str, mark: str) -> None:
    """Deletes what the viewer may not see: all records of the other county, and projects, milestones, duties and goals of the other
    firm or unit in the own one."""
    if mark:
        other = (world.b if mark == "甲" else world.a).region
        for model in (Finding, Goal, Milestone, Duty, Incentive, Chain, Project, Fact):
            path = "project__region" if model is Milestone else "region"
            model.objects.filter(**{path: other}).delete()
        Plan.objects.filter(region=other).update(current=None)
        Version.objects.filter(plan__region=other).delete()
        Plan.objects.filter(region=other).delete()
    user, _ = viewer(world, name)
    access = Access.of(user)
    for model in (Milestone, Duty, Goal):
        mine = list(scoped(model, access).values_list("pk", flat=True))
        model.objects.exclude(pk__in=mine).delete()
    Project.objects.exclude(pk__in=list(scoped(Project, access).values_list("pk", flat=True))).delete()
