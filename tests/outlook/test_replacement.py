"""The rules of the plans as rows: each test fails without its rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lvlian.chain.library import load_library
from lvlian.outlook.case import Plant
from lvlian.outlook.pathway import pathway
from tests.outlook.example import small_case
from tests.outlook.ways import line, priced_case, primary

BASE = ("sources", "links", "lots")


@pytest.fixture(scope="module")
def library():
    return load_library()


def smelter(**changes):
    """The small region with one more potline that nobody has promised."""
    project, plant = line(
        "pots3",
        start=date(2024, 9, 30),
        capacity=100_000,
        process="electrolysis",
        kind="primary",
        optional=True,
        investment=6e8,
    )
    base = priced_case(aims=(primary(62.0, year=2025),), **changes)
    return replace(base, projects=(*base.projects, project), plants=(*base.plants, plant))


def built(done, project):
    return next(row for row in done.schedule if row.project == project).after is not None


def test_no_new_smelting_without_quota(library):
    free = pathway(smelter(), library, options={"without": (*BASE, "retire"), "rules.replacement": False})
    none = pathway(smelter(), library, options={"without": (*BASE, "retire"), "rules.replacement": {"price": 0}})
    bought = pathway(smelter(), library, options={"without": (*BASE, "retire"), "rules.replacement": {"price": 5000}})
    assert built(free, "pots3") and not built(none, "pots3") and built(bought, "pots3")
    quota = next(move for move in bought.moves if move.kind == "quota")
    assert quota.cost == pytest.approx(5000 * 100_000, rel=1e-3) and not any(
        move.kind == "quota" for move in free.moves
    )
    assert none.goals[0].short > free.goals[0].short


def test_a_quota_at_hand_is_used(library):
    done = pathway(
        smelter(), library, options={"without": (*BASE, "retire"), "rules.replacement": {"price": 0, "quota": 250_000}}
    )
    assert built(done, "pots3")
    less = pathway(
        smelter(), library, options={"without": (*BASE, "retire"), "rules.replacement": {"price": 0, "quota": 150_000}}
    )
    assert not (built(less, "pots3") and built(less, "pots")), "150 kt are promised already"


def test_small_pots_go(library):
    plants = tuple(replace(plant, current=300.0) if plant.id == "smelt" else plant for plant in small_case().plants)
    case = priced_case(aims=(), plants=plants)
    done = pathway(case, library, options={"without": BASE, "rules.retire_small_pots": {"by": 2024}})
    move = next(one for one in done.moves if one.kind == "retire")
    old = next(plant for plant in done.case.plants if plant.id == "smelt")
    assert old.until is not None and old.until <= date(2024, 12, 31) and "退出" in move.zh and done.drift < 0.01
    assert not pathway(case, library, options={"without": BASE}).moves


def test_pots_whose_current_nobody_told_stay_and_are_told(library):
    done = pathway(priced_case(aims=()), library, options={"without": BASE, "rules.retire_small_pots": True})
    assert any("千安" in zh for zh, _ in done.notes) and not any(move.kind == "retire" for move in done.moves)


def test_share_of_capacity_at_the_benchmark(library):
    case = priced_case(aims=(), count=8)
    done = pathway(case, library, options={"without": BASE, "rules.benchmark_share": {"share": 0.7, "year": 2025}})
    move = next(one for one in done.moves if one.kind == "retrofit")
    assert move.cost == pytest.approx(350 * 400_000) and move.when.year == 2025
    assert not pathway(case, library, options={"without": BASE}).moves


def test_smelting_only_with_downstream(library):
    """A new potline of 100 kt wants 50 kt downstream: what is under way is enough; nine times as much is not."""
    keys = {"without": (*BASE, "retire"), "rules.replacement": False}
    assert built(pathway(smelter(), library, options={**keys, "rules.joint_downstream": {"share": 0.5}}), "pots3")
    assert not built(pathway(smelter(), library, options={**keys, "rules.joint_downstream": {"share": 9.0}}), "pots3")


def test_energy_quota_joint_or_apart(library):
    case = priced_case(aims=(primary(60.0, year=2025),))
    keys = {"without": (*BASE, "retire", "retrofit")}
    joint = pathway(case, library, options={**keys, "rules.energy_quota": {"joint": 1, "tce": 200_000}})
    apart = pathway(
        case, library, options={**keys, "rules.energy_quota": {"joint": 0, "tce": 200_000, "smelting": 0.5}}
    )
    free = pathway(case, library, options=keys)
    assert apart.goals[0].plan < joint.goals[0].plan <= free.goals[0].plan + 1e-6


def test_alumina_needs_pots_and_a_plant_for_its_mud(library):
    project, plant = line(
        "refinery",
        start=date(2024, 6, 30),
        capacity=2_000_000,
        process="alumina_bayer_gibbsitic",
        kind="semis",
        optional=True,
        investment=1e9,
        jobs=500,
    )
    base = priced_case(aims=())
    case = replace(base, projects=(*base.projects, project), plants=(*base.plants, plant))
    keys = {"without": (*BASE, "retire", "retrofit"), "rules.replacement": False}
    assert built(pathway(case, library, options=keys, objective="jobs"), "refinery")
    assert not built(
        pathway(case, library, options={**keys, "rules.alumina_chain": {"red_mud": 0.0}}, objective="jobs"), "refinery"
    ), "2 Mt for 0.55 Mt of metal"
    small = replace(
        case, plants=tuple(replace(one, capacity=500_000) if one.id == plant.id else one for one in case.plants)
    )
    assert built(
        pathway(small, library, options={**keys, "rules.alumina_chain": {"red_mud": 0.0}}, objective="jobs"), "refinery"
    )
    assert not built(
        pathway(small, library, options={**keys, "rules.alumina_chain": {"red_mud": 0.15}}, objective="jobs"),
        "refinery",
    ), "nobody uses its red mud"
    assert isinstance(plant, Plant)
