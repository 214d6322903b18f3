"""Items by a program: opened, moved, refused with the sentence, told who was quicker."""

from __future__ import annotations

from typing import Any

import pytest

from lvlian.site.ledger.actions.adoption import adopt
from lvlian.site.ledger.models import Item

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(world: Any, client_of: Any) -> Any:
    adopt(world.access(world.a.people["office"], world.a.region), world.a.region)
    return client_of(world.a.people["office"])


def post(client: Any, address: str, **body: Any) -> Any:
    return client.post(f"/api/v1/{address}", body, content_type="application/json")


def test_open_walk_and_read(world: Any, office: Any) -> None:
    unit = world.a.units[0]
    answer = post(
        office, "items", region=world.a.region.pk, track="land", title="第二批次用地", lead=unit.pk, units=[unit.pk],
        due="2023-12-31", data={"area": 120.5},
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    item = answer.json()
    assert (item["track"], item["stage"], item["light"], item["expected"]) == ("land", "assembled", "ok", "2023-12-31")
    entered = post(office, f"items/{item['id']}/enter", revision=item["revision"], stage="submitted").json()
    assert entered["stage"] == "submitted" and entered["known"]
    moved = post(
        office, f"items/{item['id']}/move", revision=entered["revision"], step="end", expected="2024-03-31", why="省级补正"
    ).json()  # fmt: skip
    assert (moved["light"], moved["reasons"][0][0], moved["slip"]) == ("bad", "moved", 91)
    steps = office.get(f"/api/v1/steps?item={item['id']}").json()["items"]
    assert [(step["due"], step["expected"], step["why"]) for step in steps] == [
        ("2023-12-31", "2024-03-31", "省级补正")
    ]
    listed = office.get("/api/v1/items?track=land&light=bad").json()["items"]
    assert item["id"] in [one["id"] for one in listed]


def test_what_the_track_does_not_allow_is_one_sentence(world: Any, office: Any) -> None:
    item = Item.objects.filter(region=world.a.region, track="project").first()
    answer = post(office, f"items/{item.pk}/enter", revision=item.revision, stage="nowhere")
    assert answer.status_code == 422 and answer.json()["field"] == "stage"
    english = office.post(
        f"/api/v1/items/{item.pk}/move", {"revision": item.revision, "step": "zz", "expected": "2024-01-01", "why": "x"},
        content_type="application/json", HTTP_ACCEPT_LANGUAGE="en",
    )  # fmt: skip
    assert english.status_code == 422 and "zz" in english.json()["error"]
    assert post(office, "items", region=world.a.region.pk, track="no-such", title="x").status_code == 422
    stale = post(office, f"items/{item.pk}/report", revision=item.revision + 7, note="照旧")
    assert stale.status_code == 409 and stale.json()["revision"] == item.revision


def test_scope_and_permission(world: Any, office: Any, client_of: Any) -> None:
    item = Item.objects.filter(region=world.a.region, track="project").first()
    other = client_of(world.b.people["office"])
    assert other.get(f"/api/v1/items/{item.pk}").status_code == 404
    assert post(other, f"items/{item.pk}/report", revision=item.revision).status_code == 404
    analyst = client_of(world.a.people["analyst"])
    assert analyst.get(f"/api/v1/items/{item.pk}").status_code == 200
    assert post(analyst, f"items/{item.pk}/report", revision=item.revision).status_code == 403
    firm = client_of(world.a.people["firm"])
    mine = Item.objects.filter(region=world.a.region, firm=world.a.firms[0]).first()
    shown = firm.get(f"/api/v1/items/{mine.pk}").json()
    assert shown["light"] and shown["reasons"] is None and "reasons" in shown["masked"]
    assert {row["firm"]["id"] for row in firm.get("/api/v1/items").json()["items"]} == {world.a.firms[0].pk}
