"""The registers of a region and one register as a board, a list and a timeline."""

from __future__ import annotations

from typing import Any

import pytest

from lvlian.site.ledger.actions import items
from lvlian.site.ledger.models import Item


@pytest.fixture
def desk(world: Any, client_of: Any) -> Any:
    return client_of(world.a.people["office"])


def test_first(world: Any, desk: Any) -> None:
    access = world.access(world.a.people["office"], world.a.region)
    item = items.open_item(access, world.a.region, "land", "甲批次用地", units=[world.a.units[0]])
    assert desk.get("/ledger/").status_code == 200
    for view in ("board", "list", "timeline"):
        page = desk.get(f"/ledger/land/?view={view}")
        assert page.status_code == 200 and "甲批次用地" in page.content.decode(), view
    assert desk.get(f"/items/{item.pk}/").status_code == 200
    assert desk.get("/items/").status_code == 200
    assert desk.get("/ledger/land/new/").status_code == 200
    assert Item.objects.count() == 1
