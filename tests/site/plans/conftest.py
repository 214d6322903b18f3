"""A plan that was read (the invented sample), and who reviews it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvlian.site.plans.actions.documents import load_document

SAMPLE = Path(__file__).resolve().parents[3] / "data" / "sample" / "qingyan.txt"


@pytest.fixture
def office(world):
    return world.access(world.a.people["office"], world.a.region)


@pytest.fixture
def loaded(office, world):
    return load_document(office, world.a.region, "qingyan.txt", SAMPLE.read_bytes())
