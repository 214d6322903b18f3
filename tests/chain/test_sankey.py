"""Flow pictures of an account: in each quantity and at each level a place passes on what it takes, and nothing is invented."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.chain.small_region import Maker, region, small_region

from lvlian.chain.account.account import make_account
from lvlian.chain.layers import LAYERS, Book, open_book
from lvlian.chain.sankey import LEVELS, Sankey, sankey
from lvlian.chain.simulate import simulate_region


@pytest.fixture(scope="module")
def yanshan(root) -> Book:
    simulated = simulate_region(root / "data" / "regions" / "yanshan.yaml", "2023-09")
    return open_book(make_account(simulated.region, "2023-09", simulated.statements["2023-09"]))


def _closes(picture: Sankey) -> None:
    depth = {n.id: n.depth for n in picture.nodes}
    scale = max((k.value for k in picture.links), default=1.0)
    for k in picture.links:
        assert depth[k.source] < depth[k.target]
        assert k.value > 0
    for n in picture.nodes:
        if n.kind == "inner":
            into = sum(k.value for k in picture.links if k.target == n.id)
            out = sum(k.value for k in picture.links if k.source == n.id)
            assert into == pytest.approx(out, abs=1e-9 * scale), n.zh
    left = sum(k.value for k in picture.links if k.source == "loop:in")
    assert left == pytest.approx(sum(k.value for k in picture.links if k.target == "loop:out"))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("layer", LAYERS)
def test_every_picture_closes(yanshan: Book, layer: str, level: str) -> None:
    for book in (small_region(), yanshan):
        for least in (0.0, 0.004, 0.1):
            picture = sankey(book, layer, level, least=least)
            _closes(picture)
            assert picture.nodes and picture.links


def test_metal_of_the_small_region() -> None:
    book = small_region()
    picture = sankey(book, "metal", "process", least=0)
    flows = {(k.source, k.target): k for k in picture.links}
    assert flows["good:liquid_aluminium", "good:billet"].value == pytest.approx(39_000 * 1.008 * 0.998)
    assert flows["good:liquid_aluminium", "good:billet"].streams == ("used:caster/cast_billet_liquid/liquid_aluminium",)
    back = flows["good:profile_industrial", "loop:out"]
    assert back.kind == "loop" and back.value == pytest.approx(9_359 * 0.2791 * 0.98)
    assert flows["loop:in", "good:new_scrap_extrusion"].value == pytest.approx(back.value)
    assert flows["good:billet", "out:billet"].kind == "out"
    assert picture.simulated


def test_a_link_has_the_spread_of_its_sum(yanshan: Book) -> None:
    picture = sankey(yanshan, "metal", "process")
    for k in picture.links:
        if k.terms:
            assert yanshan.spread([k.terms])[0] == pytest.approx(k.sd, abs=1e-9)
            total = sum(f * (yanshan.by_stream[s].value or 0.0) for s, f in k.terms)
            assert total == pytest.approx(k.value, rel=1e-6, abs=1e-3)


def test_columns_say_what_stays() -> None:
    columns = {c.id: c for c in sankey(small_region(), "metal", "process").columns}
    assert next(iter(columns)) == "feed"
    deep = columns["deep"]
    assert deep.ratio is not None and 0.15 < deep.ratio < 0.3
    energy = {c.id: c for c in sankey(small_region(), "energy", "process").columns}
    assert sum(c.ratio or 0 for c in energy.values()) == pytest.approx(1.0)
    assert (energy["primary"].ratio or 0) > 0.95


def test_energy_ends_in_what_nature_asks_and_the_rest() -> None:
    picture = sankey(small_region(), "energy", "process")
    useful = sum(k.value for k in picture.links if k.kind == "use")
    lost = sum(k.value for k in picture.links if k.kind == "loss")
    assert useful + lost == pytest.approx(picture.total)
    assert 0.4 < useful / picture.total < 0.55, "6,340 of 13,250 kWh/t"


def test_carbon_in_is_carbon_out() -> None:
    book = small_region()
    picture = sankey(book, "carbon", "process", least=0)
    leaving = sum(k.value for k in picture.links if k.kind == "out")
    assert leaving == pytest.approx(book.footprint.balance.leaving)
    emitted = sum(k.value for k in picture.links if k.kind == "source")
    assert emitted == pytest.approx(book.footprint.balance.direct)


def test_what_cannot_be_found_is_a_gap_in_the_picture_not_a_zero() -> None:
    book = small_region()
    stream = "moved:smelter>outside//liquid_aluminium"
    flows = tuple(
        replace(f, value=None, sd=None, low=0.0, quality="unobservable") if f.stream == stream else f
        for f in book.flows
    )
    picture = sankey(replace(book, flows=flows), "metal", "process")
    _closes(picture)
    assert picture.hidden[0][0] == stream
    assert not any(stream in k.streams for k in picture.links)
    trade = next(k for k in picture.links if k.target == "out:liquid_aluminium")
    assert trade.value == pytest.approx(20_598 * 0.998, rel=1e-3), (
        "the sum is known though the stream is not: net trade"
    )


def test_small_flows_are_gathered_with_their_count() -> None:
    picture = sankey(small_region(), "metal", "process", least=0.05)
    others = [n for n in picture.nodes if n.members]
    assert others and all(str(len(n.members)) in n.zh for n in others)
    whole = sankey(small_region(), "metal", "process", least=0)
    assert picture.total == pytest.approx(whole.total, rel=1e-6)


def test_a_firm_that_only_hands_on_is_no_place_of_its_own() -> None:
    picture = sankey(small_region(), "metal", "firm", least=0)
    names = {n.id for n in picture.nodes}
    assert "firm:caster/liquid_aluminium" not in names
    assert any(k.source == "firm:smelter/liquid_aluminium" and k.target == "firm:caster/billet" for k in picture.links)


def test_the_chart_and_the_table_hold_the_same_links(yanshan: Book) -> None:
    picture = sankey(yanshan, "metal", "firm")
    chart = picture.chart()
    assert len(chart["links"]) == len(picture.rows()) == len(picture.links)
    names = [n["name"] for n in chart["nodes"]]
    assert len(names) == len(set(names))
    assert {k["source"] for k in chart["links"]} | {k["target"] for k in chart["links"]} == set(names)
    assert picture.chart("en")["nodes"][0]["label"] != chart["nodes"][0]["label"]
    values = [row["value"] for row in picture.rows()]
    assert values == sorted(values, reverse=True)
    assert all(row["streams"] for row in picture.rows() if row["kind"] in ("local", "in", "out", "loop"))


def test_the_same_book_draws_the_same(yanshan: Book) -> None:
    assert sankey(yanshan, "metal", "firm").chart() == sankey(yanshan, "metal", "firm").chart()


def test_an_empty_month_is_an_empty_picture() -> None:
    picture = sankey(Maker().book(region()), "metal")
    assert picture.nodes == () and picture.links == () and picture.total == 0


def test_stock_laid_up_and_drawn_stand_at_the_right_edges() -> None:
    m = Maker()
    m.buy("caster", "aluminium_ingot", 100)
    m.add("stock", "caster", "aluminium_ingot", -20)
    m.add("used", "caster", "aluminium_ingot", 120, process="cast_billet_ingot")
    m.add("made", "caster", "billet", 117, process="cast_billet_ingot")
    m.add("stock", "caster", "billet", 17)
    m.sell("caster", "billet", 100)
    picture = sankey(m.book(region()), "metal", "process", least=0)
    _closes(picture)
    kinds = {n.kind for n in picture.nodes}
    assert {"stock_in", "stock_out", "in", "out", "loss", "inner"} == kinds


def test_a_copper_region_draws_too() -> None:
    m = Maker()
    m.run("smelter", "copper_concentrate_smelting", 1000)
    m.run("smelter", "copper_electrorefining", 840)
    m.run("caster", "copper_rod", 800)
    m.send("smelter", "caster", "copper_cathode", 803)
    m.close()
    picture = sankey(m.book(replace(region(), metal="copper")), "metal", "process")
    _closes(picture)
    assert any(k.source == "good:copper_cathode" and k.target == "good:copper_rod" for k in picture.links)


def test_an_unknown_layer_or_level_is_refused() -> None:
    with pytest.raises(ValueError, match="layer"):
        sankey(small_region(), "gold")
    with pytest.raises(ValueError, match="level"):
        sankey(small_region(), "metal", "atom")
