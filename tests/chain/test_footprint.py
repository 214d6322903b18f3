"""Footprints against a dense solution by hand, closed forms, conservation, and figures that metal is known to have."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chain.small_region import CASTER, Maker, region, small_region

from lvlian.chain.dataset import LibraryError
from lvlian.chain.footprint import carbon, footprint
from lvlian.chain.footprint.factors import load_factors
from lvlian.chain.footprint.network import RULES
from lvlian.chain.layers import Book, Flow, independent
from lvlian.chain.library import load_library


def test_ingot_by_hydro_and_by_coal_is_where_the_literature_has_it() -> None:
    hydro = footprint(small_region(power_share_hydro=1.0)).product("aluminium_ingot")
    coal = footprint(small_region(power_share_coal=1.0)).product("aluminium_ingot")
    assert hydro is not None and coal is not None
    assert 3 <= hydro.value <= 5
    assert 15 <= coal.value <= 18
    assert coal.value - hydro.value == pytest.approx((0.86 - 0.012) * 13.3, rel=0.05)


def test_recycled_alloy_is_far_below_primary() -> None:
    found = footprint(small_region())
    recycled, primary = found.product("foundry_alloy"), found.product("aluminium_ingot")
    assert recycled is not None and primary is not None
    assert recycled.value < 0.2 * primary.value


@pytest.mark.parametrize("rule", RULES)
def test_what_enters_is_what_leaves(rule: str) -> None:
    found = footprint(small_region(), rule=rule)
    assert abs(found.balance.gap) < 1e-12
    assert found.balance.entering > 0
    for carried in found.stores.values():
        assert sum(v for _, v in carried.parts) == pytest.approx(carried.value)
        assert sum(carried.by_kind().values()) == pytest.approx(carried.value)
        assert sum(carried.by_stage().values()) == pytest.approx(carried.value)


@given(st.floats(1e-3, 1e4))
@settings(max_examples=20)
def test_a_region_twice_as_large_has_the_same_footprints(scale: float) -> None:
    one, other = footprint(small_region()), footprint(small_region(scale=scale))
    for good in one.goods():
        a, b = one.product(good), other.product(good)
        assert a is not None and b is not None
        assert a.value == pytest.approx(b.value, rel=1e-9, abs=1e-12)


@given(
    st.floats(0.05, 0.9),
    st.floats(1, 1e5),
    st.floats(0.0, 20.0),
)
def test_a_loop_in_closed_form(back: float, out: float, brought: float) -> None:
    """A caster melts ingot (b each from outside) with scrap of its own customer: all scrap is burdened by mass, so what circles
    carries what leaves, and the figure is that of the metal bought, spread over what leaves the loop."""
    factors = load_factors()
    upstream = {
        "aluminium_ingot": replace(factors.upstream["aluminium_ingot"], value=brought, low=brought, high=brought)
    }
    bare = replace(factors, upstream=upstream, combustion={}, process={}, emissions={})
    m = Maker()
    billet = out / (1 - back)
    m.buy("caster", "aluminium_ingot", billet - back * billet)
    m.add("used", "caster", "aluminium_ingot", billet - back * billet, process="cast_billet_ingot")
    m.add("used", "caster", "new_scrap_extrusion", back * billet, process="cast_billet_ingot")
    m.add("made", "caster", "billet", billet, process="cast_billet_ingot")
    m.send("caster", "press", "billet", billet)
    m.add("used", "press", "billet", billet, process="extrusion_building")
    m.add("made", "press", "profile_building", out, process="extrusion_building")
    m.add("made", "press", "new_scrap_extrusion", back * billet, process="extrusion_building")
    m.send("press", "caster", "new_scrap_extrusion", back * billet)
    m.sell("press", "profile_building", out)
    book = m.book(region(power_share_waste_heat=1.0))
    found = footprint(book, bare)
    profile = found.product("profile_building")
    assert profile is not None
    goods = load_library().goods
    weight = goods["profile_building"].content.value * out
    share = weight / (weight + goods["new_scrap_extrusion"].content.value * back * billet)
    # f·billet = ingot·brought + scrap·f_s, f_s·scrap = (1 − share)·f·billet, f_p·out = share·f·billet
    assert profile.value == pytest.approx(brought * (billet - back * billet) / out, rel=1e-9)
    assert 0 < share < 1
    free = footprint(book, bare, rule="scrap_free").product("profile_building")
    assert free is not None
    assert free.value == pytest.approx(profile.value, rel=1e-9)


def _dense(book: Book) -> dict[tuple[str, str], float]:
    """The same figures by fixed-point iteration over the flows, written without any matrix; electricity and upstream only."""
    factors = load_factors()
    library = load_library()
    f: dict[tuple[str, str], float] = {}
    grid = factors.grid_factor("云南", "2023")[0].value
    metal = {g: good.content.value if good.metal == "aluminium" else 0.0 for g, good in library.goods.items()}
    for _ in range(400):
        into: dict[tuple[str, str], float] = {}
        mass: dict[tuple[str, str], float] = {}
        for flow in book.flows:
            value = flow.value or 0.0
            if flow.kind == "moved" and flow.partner != "outside":
                key = (flow.partner, flow.good)
                carried = (
                    (grid if flow.good == "electricity" else factors.upstream[flow.good].value)
                    if flow.firm == "outside"
                    else f.get((flow.firm, flow.good), 0.0)
                )
                into[key] = into.get(key, 0.0) + value * carried
                mass[key] = mass.get(key, 0.0) + value
        for firm, process in {(x.firm, x.process) for x in book.flows if x.process}:
            entry = library.processes[process]
            used = [x for x in book.flows if (x.firm, x.process, x.kind) == (firm, process, "used")]
            made = [x for x in book.flows if (x.firm, x.process, x.kind) == (firm, process, "made")]
            main = next(x.value or 0.0 for x in made if x.good == entry.product)
            burden = sum((x.value or 0.0) * f.get((firm, x.good), 0.0) for x in used)
            burden += sum((x.value or 0.0) * e.value for x in used if (e := factors.combustion.get(x.good)) is not None)
            for x in entry.exchanges:
                if x.role == "emission" and x.good in factors.emissions:
                    norm = next((u.value for u in used if u.good == factors.scaled.get(x.good)), None)
                    gross = entry.exchange("anode", "input")
                    burden += x.value * (main if norm is None else norm / (gross.value if gross is not None else 1.0))
            kept = [x for x in made if library.goods[x.good].kind != "residue"]
            weight = sum((x.value or 0.0) * metal[x.good] for x in kept)
            for y in made:
                key = (firm, y.good)
                mass[key] = mass.get(key, 0.0) + (y.value or 0.0)
                if y in kept:
                    into[key] = into.get(key, 0.0) + burden * (y.value or 0.0) * metal[y.good] / weight
        f = {key: into.get(key, 0.0) / mass[key] for key in mass}
    return f


def test_against_an_iteration_without_matrices() -> None:
    book = small_region()
    found = footprint(book)
    for store, value in _dense(book).items():
        assert found.stores[store].value == pytest.approx(value, rel=1e-9, abs=1e-12), store


def test_the_spread_of_flows_is_that_of_a_simulation() -> None:
    book = small_region()
    found = footprint(book, rule="metal")
    rng = np.random.default_rng(5)
    draws: dict[str, list[float]] = {"billet": [], "profile_industrial": [], "aluminium_ingot": []}
    for _ in range(600):
        flows = tuple(
            replace(f, value=(f.value or 0.0) + (f.sd or 0.0) * float(rng.standard_normal())) for f in book.flows
        )
        other = footprint(replace(book, flows=flows))
        for good, row in draws.items():
            row.append(next(c.value for (_, g), c in other.stores.items() if g == good))
    for good, row in draws.items():
        store = next(c for (_, g), c in found.stores.items() if g == good)
        assert store.sd_flows == pytest.approx(float(np.std(row)), rel=0.08), good


def test_the_spread_of_factors_is_that_of_a_simulation() -> None:
    book = small_region()
    factors = load_factors()
    found = footprint(book).product("aluminium_ingot")
    assert found is not None
    keys = ("alumina", "anode", "aluminium_fluoride")
    rng = np.random.default_rng(7)
    still = {k: replace(v, low=v.value, high=v.value) for k, v in factors.upstream.items()}
    for key in keys:
        still[key] = factors.upstream[key]
    row = []
    for _ in range(600):
        drawn = dict(still)
        for key in keys:
            e = factors.upstream[key]
            drawn[key] = replace(e, value=e.value + e.sd(0.95) * float(rng.standard_normal()))
        other = footprint(book, replace(factors, upstream=drawn)).product("aluminium_ingot")
        assert other is not None
        row.append(other.value)
    parts = found.by_key()
    wanted = sum((parts[k] * factors.upstream[k].sd(0.95) / factors.upstream[k].value) ** 2 for k in keys) ** 0.5
    assert float(np.std(row)) == pytest.approx(wanted, rel=0.06)
    assert found.sd_factors > wanted


def test_silence_does_not_shrink_a_footprint() -> None:
    """Inputs that nobody reports are taken from the recipe, and said."""
    whole = small_region()
    silent = replace(
        whole, flows=tuple(f for f in whole.flows if f.good not in ("anode", "natural_gas", "electricity"))
    )
    a, b = footprint(whole).product("aluminium_ingot"), footprint(silent)
    ingot = b.product("aluminium_ingot")
    assert a is not None and ingot is not None
    assert ingot.value == pytest.approx(a.value, rel=1e-6)
    assert ("smelter", "electrolysis", "electricity") in {row[:3] for row in b.completed}


def test_a_stock_drawn_without_a_way_in_carries_the_default_and_says_so() -> None:
    m = Maker()
    m.add("stock", "caster", "aluminium_ingot", -1000)
    m.add("used", "caster", "aluminium_ingot", 1000, process="cast_billet_ingot")
    m.add("made", "caster", "billet", 980, process="cast_billet_ingot")
    m.sell("caster", "billet", 980)
    found = footprint(m.book(region()))
    billet = found.product("billet")
    assert billet is not None
    assert 14 < billet.value < 16
    assert abs(found.balance.gap) < 1e-9
    assert any("没有来路" in line for line in found.assumptions)


def test_what_cannot_be_found_is_said_and_bounded() -> None:
    book = small_region()
    stream = "moved:smelter>caster//liquid_aluminium"
    blind = tuple(replace(f, value=None, low=38_000.0, high=42_000.0) if f.stream == stream else f for f in book.flows)
    found = footprint(replace(book, flows=blind))
    assert found.bounded == (stream,)
    assert any("推不得" in line for line in found.assumptions)
    none = tuple(replace(f, value=None) if f.stream == stream else f for f in book.flows)
    assert footprint(replace(book, flows=none)).unknown == (stream,)


def test_goods_that_only_come_from_each_other_are_refused() -> None:
    a = Flow(stream="a", kind="moved", good="billet", firm="caster", partner="press", value=1.0)
    b = Flow(stream="b", kind="moved", good="billet", firm="press", partner="caster", value=1.0)
    book = Book(region(), ("2023-09",), (a, b), load_library(), independent((a, b)))
    with pytest.raises(LibraryError, match="only come from each other"):
        footprint(book)


def test_an_empty_account_has_an_empty_footprint() -> None:
    book = Book(region(), ("2023-09",), (), load_library(), independent(()))
    found = footprint(book)
    assert found.stores == {} and found.balance.gap == 0
    assert found.product("billet") is None


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="allocation"):
        footprint(small_region(), rule="guess")


def test_carbon_flows_like_metal() -> None:
    """With the carbon of every stream, a store gives what it takes."""
    book = small_region()
    weights = carbon(book, footprint(book))
    for firm, good in {("caster", "billet"), ("smelter", "liquid_aluminium"), ("press", "profile_industrial")}:
        into = out = 0.0
        for f in book.flows:
            amount = (f.value or 0.0) * weights[f.stream].value
            if f.good == good and ((f.kind == "made" and f.firm == firm) or (f.kind == "moved" and f.partner == firm)):
                into += amount
            elif f.good == good and f.firm == firm:
                out += amount
        assert into == pytest.approx(out, rel=1e-9)


def test_shares_of_a_firm_come_before_those_of_the_region() -> None:
    book = small_region(power_share_coal=1.0)
    firms = tuple(replace(f, facts={"power_share_hydro": 1.0}) if f.id == "smelter" else f for f in book.region.firms)
    found = footprint(replace(book, region=replace(book.region, firms=firms)))
    assert found.stores["smelter", "electricity"].value == pytest.approx(12e-6)
    assert found.stores["press", "electricity"].value == pytest.approx(860e-6)
    assert CASTER.id == "caster"


def test_the_sparse_route_agrees_with_the_dense_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import lvlian.chain.footprint.solve as solve

    dense = footprint(small_region())
    monkeypatch.setattr(solve, "DENSE", 0)
    sparse = footprint(small_region())
    for store, carried in dense.stores.items():
        assert sparse.stores[store].value == pytest.approx(carried.value, rel=1e-12, abs=1e-15)
        assert sparse.stores[store].sd_flows == pytest.approx(carried.sd_flows, rel=1e-9, abs=1e-15)


@given(st.lists(st.floats(0.1, 3.0), min_size=6, max_size=6), st.sampled_from(RULES))
@settings(max_examples=25)
def test_conservation_whatever_the_works_do(scales: list[float], rule: str) -> None:
    """Random outputs of random works, trimmings and stocks anywhere: carbon in is carbon out, and nothing is negative."""
    m = Maker()
    m.run("smelter", "electrolysis", 1000 * scales[0])
    m.run("smelter", "cast_tbar_ingot", 300 * scales[1])
    m.run("caster", "cast_billet_liquid", 500 * scales[2])
    m.send("smelter", "caster", "liquid_aluminium", 400 * scales[2])
    m.run("press", "extrusion_building", 300 * scales[3])
    m.send("caster", "press", "billet", 200 * scales[3])
    m.add("used", "caster", "new_scrap_extrusion", 40 * scales[4], process="cast_billet_ingot")
    m.add("made", "caster", "billet", 38 * scales[4], process="cast_billet_ingot")
    m.send("press", "caster", "new_scrap_extrusion", 40 * scales[4])
    m.add("stock", "press", "profile_building", 20 * (scales[5] - 1.5))
    m.add("lost", "smelter", "liquid_aluminium", 2 * scales[5])
    m.close()
    found = footprint(m.book(region()), rule=rule)
    assert abs(found.balance.gap) < 1e-9
    assert all(c.value >= -1e-9 for c in found.stores.values())
