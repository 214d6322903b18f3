"""Reports by a program: the same checks, whole or not at all, said twice and filed once; what others filed is not there."""

from __future__ import annotations

from typing import Any

import pytest

from lvlian.site.account.models import Filing, Statement
from tests.site.account.desk import MONTH, Reporting, reporting

pytestmark = pytest.mark.django_db
METAL = {
    "firm": "smelter",
    "month": MONTH,
    "item": "产量",
    "good": "铝液",
    "value": 0.9018,
    "unit": "万吨",
    "source": "磅单",
}


@pytest.fixture
def room(world: Any) -> Reporting:
    return reporting(world)


def post(client: Any, address: str, body: Any) -> Any:
    return client.post(f"/api/v1/{address}", body, content_type="application/json")


def test_filed_once_and_read(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    body = {"region": room.county.region.pk, "statements": [METAL]}
    dry = post(client, "reports", {**body, "dry_run": True})
    assert dry.status_code == 200 and dry.json()["counts"]["added"] == 1 and not Filing.objects.exists()
    first = post(client, "reports", body)
    assert first.status_code == 201 and [one["month"] for one in first.json()["filings"]] == [MONTH]
    again = post(client, "reports", body)
    assert again.status_code == 200 and again.json()["filings"] == [] and Filing.objects.count() == 1
    found = client.get(f"/api/v1/statements?month={MONTH}&current=true").json()
    assert [(one["value"], one["unit"], one["given"], one["cell"]) for one in found["items"]] == [
        (9018.0, "t", "0.9018 万吨", "statements[0].value")
    ]
    filing = client.get("/api/v1/filings").json()["items"][0]
    gone = post(client, f"filings/{filing['id']}/withdraw", {"revision": filing["revision"], "reason": "重报"})
    assert gone.status_code == 200 and gone.json()["withdrawn"] and not Statement.objects.filter(current=True).exists()
    assert post(client, f"filings/{filing['id']}/withdraw", {"revision": 1, "reason": "重报"}).status_code in (409, 422)


def test_every_problem_is_told_and_nothing_filed(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["firm"])
    bad = [
        METAL,
        {**METAL, "firm": "caster"},
        {**METAL, "good": "玄铁"},
        {**METAL, "value": "9O18"},
        {"x": []},
        {**METAL, "value": 10**400},
    ]
    answer = post(client, "reports", {"region": room.county.region.pk, "statements": bad})
    told = answer.json()
    assert answer.status_code == 422 and len(told["problems"]) >= 5 and told["field"] == "statements"
    assert any(one["place"].startswith("statements[3]") for one in told["problems"])
    assert not Filing.objects.exists()
    assert post(client, "reports", {"region": room.county.region.pk, "statements": []}).status_code == 422
    nul = post(client, "reports", {"region": room.county.region.pk, "statements": [{**METAL, "given": "a\x00"}]})
    assert nul.status_code == 422


@pytest.mark.parametrize(("role", "status"), [("office", 201), ("firm2", 422), ("chief", 403), ("unit", 403)])
def test_who_files(room: Reporting, client_of: Any, role: str, status: int) -> None:
    answer = post(
        client_of(room.county.people[role]), "reports", {"region": room.county.region.pk, "statements": [METAL]}
    )
    assert answer.status_code == status


def test_others_figures_are_not_there(room: Reporting, client_of: Any, world: Any) -> None:
    post(client_of(room.county.people["office"]), "reports", {"region": room.county.region.pk, "statements": [METAL]})
    for user, count in (
        (room.county.people["firm"], 1), (room.county.people["chief"], 1), (room.county.people["firm2"], 0),
        (room.county.people["unit"], 0), (world.b.people["office"], 0),
    ):  # fmt: skip
        client = client_of(user)
        assert client.get("/api/v1/statements").json()["count"] == count
        assert client.get("/api/v1/filings").json()["count"] == count
    assert client_of(room.county.people["firm"]).get("/api/v1/works").json()["count"] == 1
    assert client_of(room.county.people["firm"]).get("/api/v1/supply-links").json()["count"] == 0
