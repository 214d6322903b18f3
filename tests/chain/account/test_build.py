"""From statements to streams and balances, and that peeling changes nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chain.account.situation import BEFORE, CLEAN, LIQUID, MONTH, REGION, STATEMENTS, firm, said

from lvlian.chain.account.build import build_network
from lvlian.chain.account.dense import solve_dense
from lvlian.chain.account.network import KINDS, NODE_KINDS, ROLES
from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.reduce import reduce, restore
from lvlian.chain.account.relations import recipe_of
from lvlian.chain.account.sources import SourcesError, load_sources
from lvlian.chain.library import load_library
from lvlian.chain.region import Line, Link, Region

CARRIED = {("smelter", "aluminium_ingot"): (3_000.0, 5.0)}


def _solved_whole(network):
    """The same problem, solved densely without peeling."""
    reduced = reduce(network)
    whole = restore(reduced, solve_dense(dataclasses.replace(reduced.core, lower=None)))
    return whole, solve_dense(dataclasses.replace(whole.system, lower=None))


def test_peeling_gives_what_the_whole_system_gives() -> None:
    network = build_network(REGION, MONTH, STATEMENTS, carried=CARRIED)
    assert len(reduce(network).peeled) > 20
    whole, dense = _solved_whole(network)
    np.testing.assert_allclose(whole.value, dense.value, rtol=1e-7, atol=1e-5)
    np.testing.assert_allclose(whole.sd, dense.sd, rtol=1e-6, atol=1e-5)
    assert whole.classes() == dense.classes()


@given(st.sets(st.integers(0, len(CLEAN) - 1), max_size=12))
@settings(max_examples=25)
def test_peeling_is_exact_whoever_is_silent(silent: set[int]) -> None:
    network = build_network(REGION, MONTH, [s for k, s in enumerate(CLEAN) if k not in silent], carried=CARRIED)
    whole, dense = _solved_whole(network)
    np.testing.assert_array_equal(np.isnan(whole.value), np.isnan(dense.value))
    np.testing.assert_allclose(whole.value, dense.value, rtol=1e-6, atol=1e-3)
    np.testing.assert_allclose(whole.sd, dense.sd, rtol=1e-5, atol=1e-3)


def test_spread_of_combinations_is_that_of_the_whole() -> None:
    network = build_network(REGION, MONTH, CLEAN, carried=CARRIED)
    whole, dense = _solved_whole(network)
    rng = np.random.default_rng(1)
    weights = np.where(np.isnan(whole.value), 0.0, rng.normal(size=(4, len(network.streams))))
    np.testing.assert_allclose(whole.spread(weights), dense.spread(weights), rtol=1e-6)
    hidden = np.zeros((1, len(network.streams)))
    hidden[0, np.flatnonzero(np.isnan(whole.value))[0]] = 1
    assert np.isnan(whole.spread(hidden)).all()


def test_names_kinds_and_roles() -> None:
    network = build_network(REGION, MONTH, CLEAN)
    assert {s.kind for s in network.streams} <= set(KINDS)
    assert {n.kind for n in network.nodes} <= set(NODE_KINDS)
    assert {r.role for r in network.readings} <= set(ROLES)
    assert len(network.index) == len(network.streams)
    assert network.stream("made:smelter/electrolysis/liquid_aluminium").firm == "smelter"
    assert all(n.terms or n.products for n in network.nodes)


def test_both_sides_of_a_flow_with_the_loss_between_them() -> None:
    network = build_network(REGION, MONTH, CLEAN)
    sent, arrived = network.stream(f"moved:smelter>jia/{LIQUID}"), network.stream(f"arrived:smelter>jia/{LIQUID}")
    assert (sent.kind, arrived.kind) == ("moved", "arrived")
    whole = restore(reduce(network), reconcile(reduce(network).core))
    lost = whole.value[network.index[f"lost:smelter>jia/liquid_transport/{LIQUID}"]]
    out = whole.value[network.index[sent.id]]
    assert out - whole.value[network.index[arrived.id]] == pytest.approx(lost)
    assert 0.002 * out < lost < 0.01 * out


def test_the_boundary() -> None:
    network = build_network(REGION, MONTH, CLEAN)
    assert network.stream("moved:smelter>outside/aluminium_ingot").boundary == "out"
    assert network.stream("moved:outside>jia/aluminium_scrap").boundary == "in"
    assert network.stream(f"moved:smelter>jia/{LIQUID}").boundary == ""
    assert f"moved:smelter>outside/{LIQUID}" not in network.index, "the smelter's customers are all known"
    opened = build_network(dataclasses.replace(REGION, complete=frozenset()), MONTH, CLEAN)
    assert f"moved:outside>jia/{LIQUID}" not in opened.index, "liquid metal does not travel"


def test_several_processes_of_a_good_make_a_total() -> None:
    two = firm("two", "双线", "processor", "cast_billet_liquid", "cast_billet_ingot")
    region = Region(name="x", firms=(two,), links=(Link(source="outside", target="two", good=LIQUID),))
    network = build_network(region, MONTH, [said("two", "made", "billet", 100), said("two", "used", LIQUID, 60)])
    total = network.stream("total:two/made/billet")
    node = next(n for n in network.nodes if n.terms[0][0] == network.index[total.id])
    assert len(node.terms) == 3
    assert network.readings[0].stream == network.index[total.id] or any(
        r.stream == network.index[total.id] for r in network.readings
    )


def test_a_line_that_is_not_listed_is_taken_from_the_report_and_said() -> None:
    bare = firm("bare", "无线", "processor")
    region = Region(name="x", firms=(bare,), links=(Link(source="outside", target="bare", good=LIQUID),))
    network = build_network(region, MONTH, [said("bare", "made", "slab", 100)])
    assert any(k[1] == "cast_slab_liquid" for k in network.scale)
    assert any("无线" in note for note in network.assumptions)


def test_lines_run_from_their_month_to_their_month() -> None:
    late = dataclasses.replace(
        firm("late", "后来", "processor"), lines=(Line(process="cast_billet_liquid", since="2023-10"),)
    )
    region = Region(name="x", firms=(late,))
    assert not build_network(region, MONTH, []).scale
    assert build_network(region, "2023-10", []).scale
    gone = dataclasses.replace(late, lines=(Line(process="cast_billet_liquid", until="2023-08"),))
    assert not build_network(Region(name="x", firms=(gone,)), MONTH, []).scale
    planned = dataclasses.replace(firm("p", "规划", "processor", "cast_billet_liquid"), state="planned")
    assert not build_network(Region(name="x", firms=(planned,)), MONTH, []).scale


def test_a_firms_own_ratio_goes_before_the_librarys() -> None:
    own = dataclasses.replace(
        REGION.firms[0], facts={"electrolysis.electricity": 13_000.0, "electrolysis.electricity.sd": 20.0}
    )
    network = build_network(dataclasses.replace(REGION, firms=(own, *REGION.firms[1:])), MONTH, CLEAN)
    node = next(n for n in network.nodes if n.id == "relation:smelter/electrolysis/electricity")
    assert -13_000.0 in {c for _, c in node.terms}


def test_every_recipe_of_the_library_has_a_balance_that_can_hold() -> None:
    library, sources = load_library(), load_sources()
    for process in library.processes:
        recipe = recipe_of(library, process, sources)
        assert recipe is not None
        if recipe.metallic:
            assert recipe.loss >= 0, process
            given = recipe.content + sum(r.value * r.content for r in (*recipe.scraps, *recipe.residues))
            assert recipe.need >= given - 1e-9, process


def test_a_total_of_one_flow_reads_that_flow() -> None:
    network = build_network(REGION, MONTH, CLEAN)
    assert not [s for s in network.streams if s.kind == "total" and s.process == "received"]


def test_a_named_partner_beyond_the_region_is_a_flow_of_its_own() -> None:
    sold = [
        said("jia", "sent", "billet", 300, partner="某某铝业"),
        said("jia", "sent", "billet", 500, partner="outside"),
    ]
    network = build_network(REGION, MONTH, [*CLEAN, *sold])
    assert network.stream("moved:jia>outside:某某铝业/billet").boundary == "out"
    assert network.stream("moved:jia>outside/billet").boundary == "out"


def test_sources_are_checked(tmp_path) -> None:
    assert load_sources().sd(1000, "t", "weighbridge") == pytest.approx(3)
    assert load_sources().sd(1, "t", "weighbridge") == 1
    for text, words in (
        ("classes: {weighbridge: {relative: x}}", "relative"),
        ("classes: {weighbridge: {relativ: 1}}", "relativ"),
        ("clases: {}", "meant classes"),
        ("unstorable: 5", "unstorable"),
        ("[1, 2]", "mapping"),
        ("a: [", "not YAML"),
        ("range_in_sd: 0", "range_in_sd"),
        ("asks: {stock: {days: 3, class: nowhere}}", "nowhere"),
    ):
        path = tmp_path / "own.yaml"
        path.write_text(text, encoding="utf-8")
        load_sources.cache_clear()
        with pytest.raises(SourcesError, match=words):
            load_sources(path)
    path.write_text("classes: {weighbridge: {relative: 0.01}}", encoding="utf-8")
    load_sources.cache_clear()
    assert load_sources(path).sd(1000, "t", "weighbridge") == pytest.approx(10)
    assert load_sources(path).classes["weighbridge"].zh == "磅单"
    with pytest.raises(SourcesError, match="cannot be read"):
        load_sources(tmp_path / "none.yaml")


def test_carried_stocks_open_the_month() -> None:
    network = build_network(REGION, MONTH, CLEAN, carried=CARRIED)
    opening = network.index["level:smelter/opening/aluminium_ingot"]
    assert [r.role for r in network.readings if r.stream == opening] == ["carried"]
    assert BEFORE[0].value == 3_000
