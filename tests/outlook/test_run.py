"""The quarters of the chain: balances close, local metal goes by contract and merit, quotas hold, the linear programme is never beaten."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.chain.library import load_library
from lvlian.outlook.case import CaseError, Contract, Limit, Plant, Premise
from lvlian.outlook.model import compile_model
from lvlian.outlook.projection import chain_of, run
from tests.outlook.example import small_case

PROCESSES = (
    "electrolysis", "cast_billet_liquid", "cast_slab_liquid", "cast_rod_liquid", "cast_foundry_alloy_liquid", "cast_billet_ingot",
    "extrusion_industrial", "hot_rolling_strip", "cold_rolling_strip", "die_casting", "secondary_casting_alloy",
    "secondary_wrought_alloy", "prebaked_anode", "aluminium_wire_drawing",
)  # fmt: skip
PRICES = {
    "liquid_aluminium": 16_400.0, "aluminium_ingot": 16_600.0, "billet": 16_900.0, "slab": 17_000.0, "rod": 17_050.0,
    "foundry_alloy": 17_800.0, "profile_industrial": 24_000.0, "hot_coil": 19_500.0, "cold_strip": 23_500.0,
    "die_casting_part": 36_000.0, "aluminium_wire": 19_000.0, "anode": 4_000.0, "alumina": 2_600.0, "electricity": 0.4,
    "billet_or_slab_recycled": 16_900.0, "aluminium_scrap": 14_000.0, "aluminium_scrap_sorted": 14_500.0,
    "new_scrap_extrusion": 15_000.0, "new_scrap_rolling": 15_000.0, "aluminium_ingot_or_scrap": 16_000.0, "natural_gas": 3.0,
}  # fmt: skip
SCRAP = ("new_scrap_extrusion", "new_scrap_rolling", "aluminium_scrap_sorted")


def bare(plants, **changes):
    values = {
        "plants": tuple(plants),
        "projects": (),
        "factors": (),
        "aims": (),
        "limits": (),
        "contracts": (),
        "premises": (),
    }
    return small_case(**{"count": 4, "prices": PRICES, **values, **changes})


def random_case(seed: int):
    rng = np.random.default_rng(seed)
    plants = [
        Plant(id="pots", firm="f0", process="electrolysis", capacity=float(rng.uniform(5e4, 6e5)), load=0.95),
        Plant(id="sink", firm="f0", process="cast_tbar_ingot", capacity=5e6, load=1.0, role="sink"),
    ]
    for number in range(int(rng.integers(1, 12))):
        process = PROCESSES[int(rng.integers(len(PROCESSES)))]
        feeds = {"aluminium_scrap_sorted": SCRAP} if process == "secondary_wrought_alloy" else {}
        if process == "cast_billet_ingot":
            feeds = {"aluminium_ingot_or_scrap": ("new_scrap_extrusion", "new_scrap_rolling", "aluminium_ingot")}
        plants.append(
            Plant(id=f"p{number}", firm=f"f{rng.integers(4)}", process=process, capacity=float(rng.uniform(1e4, 4e5)), load=float(rng.uniform(0.5, 1)), feeds=feeds)
        )  # fmt: skip
    contracts = [
        Contract(
            source="f0", target=f"f{rng.integers(1, 4)}", good="liquid_aluminium", share=float(rng.uniform(0, 0.8))
        )
    ]
    limits = []
    if rng.random() < 0.7:
        limits.append(
            Limit(
                id="power",
                good="electricity",
                zh="用电",
                en="power",
                amount=float(rng.uniform(1e9, 9e9)),
                season=(0.8, 1.0, 1.1, 1.1),
            )
        )
    if rng.random() < 0.3:
        limits.append(Limit(id="gas", good="natural_gas", zh="用气", en="gas", amount=float(rng.uniform(1e6, 6e7))))
    stocks = {"billet": float(rng.uniform(0, 1e4)), "new_scrap_extrusion": float(rng.uniform(0, 1e4))}
    return bare(plants, contracts=tuple(contracts), limits=tuple(limits), stocks=stocks)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_balances_close_and_nothing_exceeds_what_it_may(seed):
    model = compile_model(random_case(seed), load_library())
    rng = np.random.default_rng(seed)
    built = model.capacity[None] * rng.uniform(0.3, 1.2, (3, *model.capacity.shape))
    shocks = {
        ("electrolysis", "electricity"): rng.uniform(0.95, 1.05, 3),
        ("pots", "alumina"): rng.uniform(0.98, 1.02, 3),
    }
    done = run(model, capacity=built, shocks=shocks)
    balance = done.balance
    assert balance.residual < 1e-9
    assert (done.activity >= -1e-9).all() and (done.activity <= done.top * (1 + 1e-9) + 1e-9).all()
    assert (balance.stock >= -1e-6).all()
    local = [row for row, good in enumerate(done.chain.goods) if good == "liquid_aluminium"]
    assert balance.bought[:, local].max(initial=0.0) < 1e-6 * 1e5
    for number, limit in enumerate(model.limits):
        used = sum(
            np.asarray(model.weight[number, p] * shocks.get((plant.process, limit.good), np.ones(3)))[:, None]
            * done.activity[:, p]
            for p, plant in enumerate(model.plants)
        )
        assert (used <= model.quota[number] * (1 + 1e-6)).all()


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_merit_never_beats_the_linear_programme(seed):
    case = replace(random_case(seed), count=1)
    model = compile_model(case, load_library())
    merit, best = run(model), run(model, by="lp")
    assert best.balance.residual < 1e-9
    assert merit.margin[0, 0] <= best.margin[0, 0] + 1e-6 * abs(best.margin[0, 0]) + 1.0


def test_merit_is_the_linear_programme_where_its_order_is_the_best():
    """Every plant earns, metal is scarce, power is not."""
    plants = [
        Plant(id="pots", firm="s", process="electrolysis", capacity=200_000),
        Plant(id="alloy", firm="a", process="cast_foundry_alloy_liquid", capacity=90_000),
        Plant(id="slab", firm="b", process="cast_slab_liquid", capacity=90_000),
        Plant(id="billet", firm="c", process="cast_billet_liquid", capacity=90_000),
        Plant(id="ingot", firm="s", process="cast_tbar_ingot", capacity=500_000, role="sink"),
    ]
    model = compile_model(bare(plants), load_library())
    merit, best = run(model), run(model, by="lp")
    assert merit.activity == pytest.approx(best.activity, rel=1e-7, abs=1e-6)
    assert merit.margin == pytest.approx(best.margin, rel=1e-9)


def test_a_tight_quota_is_kept_exactly_and_cuts_what_earns_least_by_it():
    plants = [
        Plant(id="pots", firm="s", process="electrolysis", capacity=400_000, load=1.0),
        Plant(id="ingot", firm="s", process="cast_tbar_ingot", capacity=900_000, load=1.0, role="sink"),
        Plant(id="profile", firm="d", process="extrusion_industrial", capacity=100_000, load=1.0),
    ]
    quota = Limit(id="power", good="electricity", zh="用电", en="power", amount=4e9)
    model = compile_model(bare(plants, limits=(quota,)), load_library())
    merit, best, alike = run(model), run(model, by="lp"), run(model, cut="share")
    used = [float((model.weight[0] @ one.activity[0])[0]) for one in (merit, best, alike)]
    assert used == pytest.approx([1e9] * 3, rel=1e-6)
    assert merit.held.all()
    assert merit.activity[0, 2, 0] == pytest.approx(25_000)  # the extruder earns more by a kWh and runs on
    assert alike.activity[0, 2, 0] < 25_000
    assert merit.margin == pytest.approx(best.margin, rel=1e-5)


def test_contracts_come_before_merit_and_the_sink_takes_the_rest():
    plants = [
        Plant(id="pots", firm="s", process="electrolysis", capacity=100_000, load=1.0),
        Plant(id="alloy", firm="a", process="cast_foundry_alloy_liquid", capacity=400_000, load=1.0),
        Plant(id="billet", firm="b", process="cast_billet_liquid", capacity=400_000, load=1.0),
        Plant(id="ingot", firm="s", process="cast_tbar_ingot", capacity=900_000, load=1.0, role="sink"),
    ]
    free = run(compile_model(bare(plants), load_library()))
    assert free.activity[0, 2, 0] == pytest.approx(0.0)  # the alloy earns more of a tonne and has room for all
    half = (Contract(source="s", target="b", good="liquid_aluminium", share=0.5),)
    tied = run(compile_model(bare(plants, contracts=half), load_library()))
    assert tied.activity[0, 2, 0] * 1.008 == pytest.approx(12_500)
    amount = (Contract(source="s", target="b", good="liquid_aluminium", amount=20_000),)
    fixed = run(compile_model(bare(plants, contracts=amount), load_library()))
    assert fixed.activity[0, 2, 0] * 1.008 == pytest.approx(5_000)
    small = [replace(p, capacity=10_000) if p.id in ("alloy", "billet") else p for p in plants]
    left = run(compile_model(bare(small), load_library()))
    assert left.activity[0, 3, 0] * 1.003 == pytest.approx(25_000 - 2_500 * (0.935 + 1.008))


def test_metal_that_nobody_can_take_is_not_made():
    plants = [
        Plant(id="pots", firm="s", process="electrolysis", capacity=100_000, load=1.0),
        Plant(id="billet", firm="b", process="cast_billet_liquid", capacity=40_000, load=1.0),
    ]
    done = run(compile_model(bare(plants), load_library()))
    assert done.activity[0, 0] == pytest.approx(10_000 * 1.008)
    assert done.balance.lost.max() < 1e-6


def test_users_that_are_worth_the_same_share_what_there_is():
    plants = [
        Plant(id="pots", firm="s", process="electrolysis", capacity=100_000, load=1.0),
        Plant(id="one", firm="a", process="cast_billet_liquid", capacity=150_000, load=1.0),
        Plant(id="two", firm="b", process="cast_billet_liquid", capacity=50_000, load=1.0),
    ]
    done = run(compile_model(bare(plants), load_library()))
    assert done.activity[0, 1] == pytest.approx(3 * done.activity[0, 2])


def test_new_scrap_is_remelted_in_the_next_quarter_and_the_rest_is_bought():
    plants = [
        Plant(id="profile", firm="d", process="extrusion_industrial", capacity=40_000, load=1.0),
        Plant(id="remelt", firm="d", process="cast_billet_ingot", capacity=40_000, load=1.0, feeds={"aluminium_ingot_or_scrap": ("new_scrap_extrusion", "aluminium_ingot")}),
    ]  # fmt: skip
    done = run(compile_model(bare(plants), load_library()))
    options = {done.chain.goods[good]: row for row, (_, good) in enumerate(done.options)}
    scrap, ingot = done.flex[0, options["new_scrap_extrusion"]], done.flex[0, options["aluminium_ingot"]]
    assert scrap[0] == 0.0
    assert scrap[1] == pytest.approx(10_000 * 0.2791)
    assert scrap + ingot == pytest.approx(10_000 * 1.018)
    assert done.balance.residual < 1e-12


def test_dross_is_worked_up_where_it_arises_and_only_that():
    plants = [
        Plant(id="pots", firm="s", process="electrolysis", capacity=400_000, load=1.0),
        Plant(id="billet", firm="b", process="cast_billet_liquid", capacity=200_000, load=1.0),
        Plant(id="ingot", firm="s", process="cast_tbar_ingot", capacity=900_000, load=1.0, role="sink"),
        Plant(id="dross", firm="g", process="dross_processing", capacity=90_000, load=1.0),
    ]
    done = run(compile_model(bare(plants), load_library()), free=np.array([False, True]))
    left = done.activity[0, 1, 0] * 0.012 + done.activity[0, 2, 0] * 0.004
    assert done.activity[:, 3, 0] == pytest.approx(0.0)
    assert done.activity[0, 3, 1] * 2.222 == pytest.approx(left)
    assert done.balance.bought[:, done.chain.goods.index("dross")].max() < 1e-9
    alone = run(compile_model(bare(plants[3:]), load_library()))
    assert alone.activity[0, 0, 0] == pytest.approx(22_500)  # where none arises it is brought


def test_a_captive_plant_makes_what_its_own_firm_takes():
    plants = [
        Plant(id="pots", firm="s", process="electrolysis", capacity=400_000, load=1.0),
        Plant(id="rod", firm="w", process="cast_rod_liquid", capacity=90_000, load=1.0, role="captive"),
        Plant(id="wire", firm="w", process="aluminium_wire_drawing", capacity=40_000, load=1.0),
        Plant(id="ingot", firm="s", process="cast_tbar_ingot", capacity=900_000, load=1.0, role="sink"),
    ]
    done = run(compile_model(bare(plants), load_library()))
    assert done.activity[0, 1, 0] == pytest.approx(10_000 * 1.0152)


def test_draws_do_not_touch_each_other():
    case = random_case(11)
    model = compile_model(case, load_library())
    rng = np.random.default_rng(5)
    built = model.capacity[None] * rng.uniform(0.5, 1.0, (5, *model.capacity.shape))
    price = model.price[None] * rng.uniform(0.9, 1.1, (5, 1, 1))
    chain = chain_of(model)
    together = run(model, capacity=built, price=price, chain=chain)
    for draw in range(5):
        alone = run(model, capacity=built[draw : draw + 1], price=price[draw : draw + 1], chain=chain)
        assert np.array_equal(alone.activity[0], together.activity[draw])
        assert np.array_equal(alone.margin[0], together.margin[draw])


def test_enough_metal_for_all_lets_casters_run_full_but_not_the_sink():
    model = compile_model(random_case(3), load_library())
    done = run(model, free=np.array([False, True]))
    casters = [p for p, plant in enumerate(model.plants) if plant.process == "cast_slab_liquid"]
    for p in casters:
        assert done.activity[1, p] == pytest.approx(done.top[1, p])
    assert (done.activity[1, 1] <= done.activity[0, 1] + 1e-6).all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"capacity": np.ones((2, 1, 1))}, "field capacity: found an array of"),
        ({"quota": np.ones((1, 9, 9))}, "field quota"),
        ({"shocks": {("nobody", "electricity"): np.ones(1)}}, "field shocks: found nobody, electricity"),
        ({"shocks": {("smelt", "liquid_aluminium"): np.ones(1)}}, "found smelt, liquid_aluminium, which it makes"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_in_one_sentence(changes, words):
    model = compile_model(small_case(), load_library())
    with pytest.raises(CaseError, match=words):
        run(model, **changes)


def test_different_numbers_of_draws_are_refused():
    model = compile_model(small_case(), load_library())
    capacity = np.repeat(model.capacity[None], 2, axis=0)
    with pytest.raises(CaseError, match="2 and 3 draws"):
        run(model, capacity=capacity, price=np.repeat(model.price[None], 3, axis=0))


def test_the_rule_of_cutting_is_a_premise():
    share = Premise(key="power.share", zh="错峰同比例", en="cut all alike", value=1.0, low=0, high=1)
    plants = random_case(4).plants
    limit = Limit(id="power", good="electricity", zh="用电", en="power", amount=1e9)
    told = run(compile_model(bare(plants, limits=(limit,), premises=(share,)), load_library()))
    asked = run(compile_model(bare(plants, limits=(limit,)), load_library()), cut="share")
    assert np.array_equal(told.activity, asked.activity)
