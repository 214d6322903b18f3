"""A county with two months of simulated reports, for the pages that are made of its account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lvlian.site.account import demo, selectors
from lvlian.site.org.access import Access

DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Rows of a test that was rolled back have the numbers of this one's."""
    selectors._made.clear()


@pytest.fixture
def county(world: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two months of simulated reports in the first county, faults in the second."""
    monkeypatch.setattr(demo, "FIRST", "2024-04")
    access = Access.of(world.a.people["office"], region_id=world.a.region.pk)
    demo.simulate(access, {demo.COUNTY: world.a.region}, DATA)
    return world.a


@pytest.fixture
def office(county: Any, client_of: Callable[[Any], Any]) -> Any:
    return client_of(county.people["office"])
