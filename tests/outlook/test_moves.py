"""Moves: what each buys by taking it back, who and when, the register it goes to, and that the projection does what the plan says."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from lvlian.chain.library import load_library
from lvlian.ledger.load import load_tracks
from lvlian.outlook.case import Case, Contract, Factor, Need, Plant, Project, Step
from lvlian.outlook.pathway import options_of, pathway, plan_of
from lvlian.outlook.pathway.after import after
from lvlian.outlook.pipeline import pipeline
from tests.outlook.example import small_case
from tests.outlook.ways import BARE, priced_case, primary

EXACT = {"without": BARE, "goals.slack": 0.0}


@pytest.fixture(scope="module")
def library():
    return load_library()


@pytest.fixture(scope="module")
def way(library):
    return pathway(priced_case(aims=(primary(41.0),)), library, options=EXACT)


def test_what_a_move_buys(way, library):
    """Taking the substation back leaves exactly what the projection has without it."""
    tower = next(move for move in way.moves if move.kind == "factor")
    assert (
        tower.who == "供电局" and tower.day is not None and tower.track == "power" and tower.data["capacity"] == 300_000
    )
    assert "提前" in tower.zh and "随之提前" in tower.zh and "sooner" in tower.en
    assert tower.gain["metal"] == pytest.approx(way.goals[0].plan - way.goals[0].before, rel=1e-6)
    assert way.goals[0].gain == pytest.approx(tower.gain["metal"], rel=0.02)


def test_all_together_is_not_the_sum(library):
    """Two moves that need each other: each is worth the whole, and both together no more than that."""
    far = pathway(priced_case(aims=(primary(60.0),), count=8), library, options={**EXACT, "factors_share": 1.0})
    rows = [move for move in far.moves if move.gain and move.gain["metal"] > 0.1]
    metal = math.fsum(move.gain["metal"] for move in rows)
    assert rows and metal >= far.goals[0].gain * 0.999


def test_registers_exist(way):
    known = set(load_tracks())
    options = options_of(None)
    named = [
        table["track"]
        for table in (
            *options.factors.values(),
            *options.power.values(),
            options.lots,
            options.retrofit,
            options.links,
            options.projects,
        )
    ]
    assert set(named) <= known
    fields = {key: {field.key for field in track.fields} for key, track in load_tracks().items()}
    for table in (*options.factors.values(), options.lots):
        assert "field" not in table or table["field"] in fields[table["track"]]
    assert {move.track for move in way.moves} <= known


def test_the_finished_case_has_the_dates(library):
    plan = plan_of(priced_case(aims=(primary(41.0),)), library, options_of(EXACT))
    solution = plan.solve()
    done = after(plan.built, solution)
    assert pipeline(done).start == pytest.approx(
        plan.built.choices.starts(solution.chosen)[: len(done.projects)], abs=0.02
    )
    tower = done.factor("tower")
    assert (
        tower.revised < small_case().factor("tower").revised and tower.promised == small_case().factor("tower").promised
    )


def test_a_shift_is_told_in_quarters(library):
    """A firm's own works sped up, at the cost of the options, by its own name."""
    project = Project(
        id="pots",
        name="新系列",
        firm="s",
        plants=("smelt2",),
        kind="primary",
        stage="started",
        investment=9e8,
        steps=(Step(stage="running", promised=date(2024, 12, 31)),),
    )
    base = priced_case(aims=(primary(42.0),), factors=())
    case = replace(base, projects=(project, base.projects[1]), plants=base.plants[:5], contracts=())
    done = pathway(case, library, options=EXACT)
    move = next(one for one in done.moves if one.kind == "sooner" and one.data["project"] == "pots")
    assert (
        move.cost == pytest.approx(0.015 * 9e8 * 1)
        and "由2024年四季度提前到2024年三季度" in move.zh
        and move.track == "project"
    )
    assert move.key == "project:pots:-1" and str(move.when) == "2024-Q3" and move.who == "示例铝业"


def test_potlines_brought_to_the_benchmark(library):
    """A line keeps its output, takes less power, and is paid by its capacity; a share of it is no choice."""
    from lvlian.outlook.case import Aim

    aim = Aim(
        id="kwh",
        name="铝液交流电耗",
        indicator="primary_ac_intensity",
        variant="",
        op="<=",
        value=13_100,
        unit="千瓦时/吨",
        year=2025,
    )
    from lvlian.chain.indicators.load_formulas import load_formulas

    names = [key for key in load_formulas().formulas if ("ac" in key and "electro" in key) or "intensity" in key]
    aim = replace(
        aim, indicator=names[0] if "primary_ac_intensity" not in load_formulas().formulas else "primary_ac_intensity"
    )
    case = priced_case(
        aims=(aim,), projects=(), plants=(small_case().plants[0], small_case().plants[4]), contracts=(), factors=()
    )
    done = pathway(case, library, options={"without": ("sources", "links", "lots"), "goals.slack": 0.0})
    row = done.goals[0]
    if row.plan is None:
        pytest.skip("the indicator needs a report")
    move = next(one for one in done.moves if one.kind == "retrofit")
    assert move.cost == pytest.approx(350 * 400_000) and row.after < row.before and row.met
    left = [plant for plant in done.case.plants if plant.process == "electrolysis" and plant.until is None]
    assert sum(plant.capacity for plant in left) == 400_000


def test_metal_that_the_order_of_merit_would_not_send(library):
    """A goal for one firm's castings: the better earner takes the metal unless a contract says otherwise."""
    from lvlian.outlook.case import Aim

    plants = (
        Plant(id="smelt", firm="s", process="electrolysis", capacity=400_000, load=1.0),
        Plant(id="billet", firm="b", process="cast_billet_liquid", capacity=400_000, load=1.0, margin=900.0),
        Plant(id="slab", firm="c", process="cast_slab_liquid", capacity=200_000, load=1.0, margin=100.0),
        Plant(id="ingot", firm="s", process="cast_tbar_ingot", capacity=400_000, load=1.0, role="sink"),
    )
    aim = Aim(
        id="value",
        name="产值",
        indicator="chain_output_value",
        variant="",
        op=">=",
        value=30,
        unit="亿元",
        year=2024,
        firm="c",
    )
    case = priced_case(plants=plants, projects=(), factors=(), contracts=(), aims=(aim,), count=4)
    assert isinstance(case, Case)
    kept = pathway(case, library, options={"without": ("sources", "retrofit", "retire", "lots")})
    row, links = kept.goals[0], [move for move in kept.moves if move.kind == "link"]
    assert row.before == pytest.approx(0.0, abs=1.5) and row.after > 25 and len(links) == 1
    assert links[0].contract == Contract(
        source="s", target="c", good="liquid_aluminium", amount=links[0].contract.amount, ref=links[0].contract.ref
    )
    assert "由示例铝业供锭厂" in links[0].zh and links[0].cost > 0 and links[0].gain["value"] > 20
    assert any(link.target == "c" and link.known for link in kept.links)
    assert pathway(case, library, options={"without": BARE}).goals[0].after == pytest.approx(row.before, abs=1e-6)


def test_nobody_starts_before_what_he_waits_for(library):
    """An upstream project and a factor: no choice breaks either, whatever the goal asks."""
    base = priced_case(aims=(primary(60.0),))
    waiting = replace(base.projects[1], needs=(Need(factor="pots", stage="running"),))
    factors = tuple(
        replace(one, cost=1.0, soonest=date(2024, 2, 1)) if isinstance(one, Factor) else one for one in base.factors
    )
    case = replace(base, projects=(base.projects[0], waiting, base.projects[2]), factors=factors)
    plan = plan_of(case, library, options_of(EXACT))
    solution = plan.solve()
    start = plan.built.choices.starts(solution.chosen)
    day = plan.built.choices.pipeline.factor_day.copy()
    for m, column in enumerate(plan.built.z):
        if round(solution.x[column]) == 1:
            day[plan.built.choices.factor[m]] = plan.built.choices.day[m]
    for wait in plan.built.choices.waits:
        ready = start[wait.source] if wait.upstream else day[wait.source]
        assert not np.isfinite(start[wait.target]) or start[wait.target] >= ready + wait.offset - 1e-6


def test_a_captive_plant_makes_what_its_firm_takes(library):
    """An extruder with its own casting: the programme and the projection agree, whatever else could take the metal."""
    base = priced_case(aims=(primary(41.0),))
    own = (
        Plant(id="own-cast", firm="d", process="cast_billet_liquid", capacity=200_000, load=0.9, role="captive"),
        Plant(id="own-press", firm="d", process="extrusion_industrial", capacity=40_000, load=0.8),
    )
    case = replace(base, plants=(*base.plants, *own))
    done = pathway(case, library, options=EXACT)
    assert done.status == "optimal" and done.drift < 0.02 and done.moves
    assert not any("放开" in zh for zh, _ in done.notes)


def test_an_amount_that_nobody_can_make_yet(library):
    """A contract above what the maker makes before its project runs is kept as far as there is metal."""
    late = Contract(source="s", target="b", good="liquid_aluminium", amount=3_000_000.0)
    done = pathway(priced_case(aims=(primary(41.0),), contracts=(late,)), library, options=EXACT)
    assert done.status == "optimal" and done.moves and not any("放开" in zh for zh, _ in done.notes)


def test_rules_of_running_give_way_to_quotas(library):
    """Two quotas that cut the same plants differently: the plan still stands, and says that it runs plants lower."""
    limits = tuple(
        replace(small_case().limits[0], id=name, good=good, amount=amount)
        for name, good, amount in (("power", "electricity", 3e9), ("gas", "natural_gas", 1.0))
    )
    done = pathway(small_case(limits=limits, prices=priced_case().prices), library, options={"without": BARE})
    assert done.status == "optimal" and done.goals[0].plan is not None
