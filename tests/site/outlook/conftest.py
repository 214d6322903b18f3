"""A county whose outlook can be made."""

from __future__ import annotations

from typing import Any

import pytest

from lvlian.site.outlook import selectors
from tests.site.outlook.desk import plant


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Rows of a test that was rolled back have the numbers of this one's."""
    selectors._made.clear()


@pytest.fixture
def county(world: Any) -> Any:
    return plant(world.a)
