"""Plans nearly as good: at least three within two per cent, each different in projects from all the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest

from lvlian.chain.library import load_library
from lvlian.outlook.pathway import options_of, others, plan_of
from tests.outlook.example import small_case
from tests.outlook.ways import line, priced_case

DIFFER = 2


@pytest.fixture(scope="module")
def plan():
    """Six lines that nobody has promised, all much alike: three of them are enough."""
    base = priced_case()
    extra = [
        line(f"n{k}", start=date(2024, 6, 30), capacity=50_000, optional=True, investment=2e8 + 1e5 * k)
        for k in range(6)
    ]
    aim = replace(small_case().aims[1], value=190, op=">=")
    case = replace(
        base,
        projects=(*base.projects, *(p for p, _ in extra)),
        plants=(*base.plants, *(q for _, q in extra)),
        aims=(aim,),
    )
    made = plan_of(
        case, load_library(), options_of({"without": ("sources", "retrofit", "links", "retire", "lots")}), gap=1e-4
    )
    made.solve()
    return made


def test_three_within_two_per_cent(plan):
    found = others(plan, count=3, within=0.02, differ=DIFFER)
    assert len(found) == 3 and all(one.extra <= 0.02 + 1e-6 for one in found)
    best = float(plan.missed() @ plan.last.x)
    assert all(one.short <= best * 1.02 + 0.02 + 1e-6 for one in found)
    for a, b in combinations([dict(one.chosen) for one in found], 2):
        assert sum(a.get(key) != b.get(key) for key in {*a, *b}) >= 1
    assert all(len(one.differs) >= 1 for one in found)
    assert found[0].to_json()["differs"]


def test_the_best_stays(plan):
    before = plan.last
    others(plan, count=1)
    again = plan.solve()
    assert again.spent == pytest.approx(before.spent, rel=1e-3)


def test_without_an_answer_there_are_none():
    made = plan_of(priced_case(), load_library(), options_of(None))
    assert others(made) == ()
