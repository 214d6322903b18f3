"""The pathway: what it chooses is best (counted out by brute force over the projection), goals by rank and chance, money, and the finished case."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from lvlian.chain.library import load_library
from lvlian.outlook.case import CaseError, Factor, Premise
from lvlian.outlook.pathway import Desk, options_of, pathway, plan_of
from lvlian.outlook.pathway.goal import simulated
from lvlian.outlook.pathway.money import annuity, capital, discount, investment_of, residual
from lvlian.outlook.projection import project, run
from tests.outlook.example import small_case
from tests.outlook.ways import BARE, batch, line, priced_case, primary

EXACT = {"without": BARE, "goals.slack": 0.0}


@pytest.fixture(scope="module")
def library():
    return load_library()


@pytest.fixture(scope="module")
def way(library):
    return pathway(small_case(), library)


def brute(case, library, options):
    """Every way of choosing first outputs and factor days: (sum of missed shares, cost in yuan) of the best, by simulating each."""
    plan = plan_of(case, library, options_of(options))
    built, choices = plan.built, plan.built.choices
    groups = [rows.tolist() for rows in choices.of_project.values()]
    days = [rows.tolist() for rows in choices.of_factor.values()]
    opts, best = built.options, None
    waits = [w for w in choices.waits if not w.upstream]
    ways, costs = [], []
    for taken in itertools.product(*groups, *days):
        chosen, moved = taken[: len(groups)], taken[len(groups) :]
        start = {int(choices.project[n]): float(choices.time[n]) for n in chosen}
        day = {int(choices.factor[m]): float(choices.day[m]) for m in moved}
        if any(
            w.target in start
            and start[w.target] < day.get(w.source, choices.pipeline.factor_day[w.source]) + w.offset - 1e-6
            for w in waits
        ):
            continue
        cost = 0.0
        for n in chosen:
            one, shift = case.projects[choices.project[n]], int(choices.shift[n])
            size = investment_of(case, one, opts)
            cost += 0.015 * size * math.ceil(choices.own[n] - 1e-6) + (
                0.2 * size if shift == 999 else 0.004 * size * max(shift, 0)
            )
            cost += 1e4 * (0 if choices.base[n] else 1 if shift == 999 else abs(shift))
        for m in moved:
            factor = case.factors[choices.factor[m]]
            cost += (factor.cost if factor.cost is not None else float(opts.factors[factor.kind]["cost"])) * int(
                choices.sooner[m]
            )
        ways.append(chosen)
        costs.append(cost)
    capacity = np.array([choices.standing + choices.capacity[list(chosen)].sum(axis=0) for chosen in ways])
    begun = np.array([choices.starts(np.array(chosen)) for chosen in ways])
    told = simulated(
        built.goals,
        case,
        run(built.model, capacity=capacity, chain=built.chain),
        begun,
        choices.pipeline.factor_day[None],
    )
    missed = sum(np.maximum(goal.least - told[goal.aim.id], 0.0) / abs(goal.least) for goal in built.goals.goals)
    for place in np.lexsort((np.array(costs), np.round(missed, 7)))[:1]:
        best = float(missed[place]), costs[place]
    return best, len(ways)


@pytest.mark.parametrize("target", [38.2, 40.9, 41.5, 60.0])
def test_the_best_of_all_ways(library, target):
    case = priced_case(aims=(primary(target), replace(small_case().aims[1], value=110)))
    best, count = brute(case, library, EXACT)
    found = plan_of(case, library, options_of(EXACT), gap=1e-6).solve()
    assert count > 100
    assert found.short.sum() == pytest.approx(best[0], abs=2e-3)
    if found.short.sum() == pytest.approx(best[0], abs=1e-6):
        assert found.spent == pytest.approx(best[1], rel=1e-4)


def test_a_goal_that_one_move_reaches_costs_that_move(library):
    """A substation with a price of its own is all that it takes."""
    tower = Factor(
        id="tower",
        kind="power",
        title="变电站",
        promised=date(2024, 12, 31),
        cost=5e6,
        soonest=date(2024, 6, 30),
        unit_name="供电局",
    )
    case = priced_case(aims=(primary(38.4),), factors=(tower, small_case().factors[1]))
    done = pathway(case, library, options=EXACT)
    assert [move.kind for move in done.moves] == ["factor"] and done.moves[0].cost == 5e6 and not done.moves[0].assumed
    assert done.moves[0].who == "供电局" and done.goals[0].met and done.goals[0].short_before > 0
    idle = pathway(case, library, options={**EXACT, "skip": ["metal"]})
    assert not idle.moves, "without the goal nothing is moved"


def test_the_finished_case_is_projected_again(way, library):
    assert way.status == "optimal" and way.verified and way.drift < 0.01
    again = project(way.case, library)
    for row in way.goals:
        assert row.after == pytest.approx(again.aim(row.aim.id).value)
        assert row.plan == pytest.approx(row.after, rel=0.02)
    assert way.goals[0].after > way.goals[0].before


def test_hard_goals_or_the_sentence_that_fails(library):
    case = priced_case(aims=(primary(38.4),))
    assert pathway(case, library, aims="hard", options=EXACT).goals[0].met
    none = pathway(priced_case(aims=(primary(300.0),)), library, aims="hard", options=EXACT)
    assert none.status == "infeasible" and [clause.id for clause in none.conflict.clauses] == ["metal"]
    assert none.unmet == () and none.why_zh and not none.moves


def test_ranks_decide_who_goes_first(library):
    """Two goals of one plant's power: metal up, or the smelter's electricity down."""
    aims = (primary(60.0), replace(small_case().aims[1], id="value", value=900))
    case = small_case(aims=aims, prices=priced_case().prices)
    metal = plan_of(
        case, library, options_of({**EXACT, "priority": {"metal": 1, "value": 2}}), aims="lexicographic"
    ).solve()
    value = plan_of(
        case, library, options_of({**EXACT, "priority": {"metal": 2, "value": 1}}), aims="lexicographic"
    ).solve()
    assert metal.short[0] <= value.short[0] + 1e-6 and value.short[1] <= metal.short[1] + 1e-6
    assert [name for name, _, _ in metal.steps] == ["goals 1", "goals 2", "purpose"]


def test_a_margin_tightens_the_target(library):
    case = priced_case(aims=(primary(38.2),))
    plain = pathway(case, library, options=EXACT)
    safe = pathway(case, library, options=EXACT, aims="soft", margin={"metal": 2.0})
    assert safe.goals[0].target == pytest.approx(40.2) and safe.goals[0].plan >= 40.2 - 1e-6 > plain.goals[0].plan


def test_a_chance_that_is_told(library):
    done = pathway(priced_case(aims=(primary(38.2),)), library, options=EXACT, aims="chance", chance=0.6)
    row = done.goals[0]
    assert 0.0 <= row.chance_before <= row.chance <= 1.0 and row.target > 38.2


def test_buildings_do_not_outlast_the_solve_unpaid(library):
    """In its last quarter a building costs a quarter's annuity; over its whole life exactly its investment, whatever the rate."""
    for rate in (0.0, 0.06):
        weights = (1 + rate) ** (-(np.arange(80)) / 4.0)
        yearly = annuity(rate, 15) * (1 - (1 + rate) ** -15) / rate if rate else annuity(rate, 15) * 15
        assert yearly == pytest.approx(1.0)
        assert 0 < capital(weights, rate, 15, 79.0) < capital(weights, rate, 15, 40.0) < capital(weights, rate, 15, 0.0)
        assert capital(weights, rate, 15, 79.0) == pytest.approx(annuity(rate, 15) / 4 * weights[-1])
        assert residual(rate, 15, 0.0) == pytest.approx(1.0) and residual(rate, 15, 15.0) == pytest.approx(0.0)
    done = pathway(priced_case(aims=(primary(38.4),)), library, options=EXACT)
    last = done.money[-1]
    invested = sum(row.investment for row in done.money)
    assert last.residual > 0 and sum(row.annual for row in done.money) < invested
    assert discount(priced_case(), options_of(None))[0] < 1


def test_objectives_pull_their_way(library):
    optional, plant = line("new", start=date(2024, 9, 30), capacity=50_000, optional=True, jobs=700)
    base = priced_case(aims=(primary(30.0),))
    case = replace(base, projects=(*base.projects, optional), plants=(*base.plants, plant))
    cheap = pathway(case, library, options=EXACT)
    jobs = pathway(case, library, options=EXACT, objective="jobs")
    carbon = pathway(case, library, options=EXACT, objective="carbon")
    assert not any(move.data.get("project") == "new" for move in cheap.moves)
    assert any(move.data.get("project") == "new" for move in jobs.moves) and jobs.after.jobs == cheap.after.jobs + 700
    assert carbon.after.carbon <= cheap.after.carbon * (1 + 1e-9)
    assert pathway(case, library, options=EXACT, objective="value").after.value >= cheap.after.value * (1 - 1e-9)


def test_a_budget_is_kept(library):
    case = priced_case(aims=(primary(41.5),))
    rich, poor = pathway(case, library, options=EXACT), pathway(case, library, options=EXACT, budget=1e7)
    assert rich.cost > 1e7 >= poor.cost and poor.goals[0].short > rich.goals[0].short


def test_land_by_lots(library):
    """One batch for two projects: without its amount both start, with it one waits, with more lots it waits for those."""
    first, one = line("a", start=date(2024, 9, 30), capacity=40_000, land=300, batch="first")
    second, two = line("b", start=date(2024, 9, 30), capacity=40_000, land=300, batch="first")
    base = priced_case(aims=(replace(small_case().aims[1], value=400, year=2026),), count=12)

    def started(amount, **options):
        case = replace(
            base,
            projects=(first, second),
            plants=(*base.plants[:1], *base.plants[2:3], base.plants[4], one, two),
            factors=(batch("first", amount, date(2024, 2, 28)),),
            contracts=(),
        )
        done = pathway(case, library, options={"without": ("sources", "retrofit", "links", "retire"), **options})
        return {row.project: row.after for row in done.schedule}, done

    there, _ = started(None)
    assert there["a"] and there["b"]
    short, _ = started(400, without=BARE)
    assert sum(day is not None for day in short.values()) == 1, "300 of 400 mu are gone"
    both, done = started(400)
    assert both["a"] and both["b"] and {move.kind for move in done.moves} >= {"land"}
    lot = next(move for move in done.moves if move.kind == "land")
    assert lot.data["area"] == 200 and lot.track == "land" and lot.when > done.quarters[0]
    assert sorted([both["a"], both["b"]])[1] > date(2024, 9, 30) and done.drift < 0.01


def test_the_dry_season_is_bought_out_where_it_binds(library):
    limit = replace(small_case().limits[0], amount=6.4e9)
    dry = small_case(
        aims=(primary(47.0, year=2025),),
        prices=priced_case().prices,
        limits=(replace(limit, season=(0.8, 1.0, 1.0, 0.8)),),
    )
    wet = replace(dry, limits=(replace(limit, amount=9e9, season=(1.0, 1.0, 1.0, 1.0)),))
    keys = {"without": ("retrofit", "links", "retire", "lots"), "goals.slack": 0.0}
    done = pathway(dry, library, options=keys)
    power = [move for move in done.moves if move.kind == "power"]
    assert power and all(str(move.when).endswith(("Q1", "Q4", "Q2", "Q3")) for move in power)
    bought = np.sum(list(done.sources.values()), axis=0)
    assert bought[4] > 0 and done.goals[0].after > done.goals[0].before and done.drift < 0.01
    assert not any(move.kind == "power" for move in pathway(wet, library, options=keys).moves)


def test_a_dry_season_that_is_a_premise(library):
    """Without a quota the dry season lowers the smelter; what is bought beside it stands in the finished case by quarter."""
    dry = Premise(
        key="power.dry", zh="枯水期用电", en="dry season", value=-0.3, low=-0.4, high=0, unit="", group="power"
    )
    case = priced_case(aims=(primary(47.0, year=2025),), premises=(dry,), grid_area="云南")
    done = pathway(case, library, options={"without": ("retrofit", "links", "retire", "lots"), "goals.slack": 0.0})
    power = [move for move in done.moves if move.kind == "power"]
    assert power and done.goals[0].after > done.goals[0].before and done.drift < 0.01
    assert done.case.figure("power.dry", 1.0) == 0.0 and any(limit.id == "power.dry@2025" for limit in done.case.limits)
    wet = pathway(
        case.turned({"power.dry": 0.0}),
        library,
        options={"without": ("retrofit", "links", "retire", "lots"), "goals.slack": 0.0},
    )
    assert not any(move.kind == "power" for move in wet.moves)


def test_a_desk_under_a_slider(library):
    desk = Desk(small_case(), library)
    first = desk.solution.short.sum()
    turned = desk.turn({"factor.tower.slip": 1})
    assert turned.found and turned.short.sum() >= first - 1e-6 and not turned.proved
    better = desk.improve()
    assert better.short.sum() <= turned.short.sum() + 0.01 and better.proved
    assert desk.turn({"factor.tower.slip": 0}).found
    told = desk.told()
    assert told.status == "best" and told.goals
    with pytest.raises(CaseError, match="nothing"):
        desk.turn({"nothing": 1})


def test_progress_and_a_stop(library):
    steps = set()
    done = pathway(small_case(), library, progress=lambda step, _: steps.add(step), stop=lambda: True)
    assert done.status in ("best", "stopped", "optimal")


def test_the_public_form(way):
    data = json.loads(json.dumps(way.to_json(), allow_nan=False))
    assert data["format"] == "lvlian-pathway/1" and data["goals"][0]["id"] == "g1" and data["moves"][0]["key"]
    assert all(move["zh"] and move["en"] and move["who"] for move in data["moves"])
    assert "已复算" in way.together_zh and "万元" in way.together_zh


@pytest.mark.parametrize(
    ("keys", "word"),
    [({"aims": "loud"}, "aims"), ({"objective": "fame"}, "objective"), ({"budget": float("nan")}, "budget")],
)
def test_words_that_are_none(library, keys, word):
    with pytest.raises(CaseError, match=word):
        pathway(small_case(), library, **keys)
