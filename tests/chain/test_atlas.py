"""The atlas: states, loads, flows, the strip, and gaps with their arithmetic, on a small region and on a simulated one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.chain.small_region import Maker, region, small_region

from lvlian.chain.account.account import make_account
from lvlian.chain.atlas.build import atlas
from lvlian.chain.atlas.gaps import findings
from lvlian.chain.atlas.grid import load_grid
from lvlian.chain.atlas.record import STATES, Atlas, Project
from lvlian.chain.atlas.thresholds import load_thresholds
from lvlian.chain.dataset import LibraryError
from lvlian.chain.layers import Book, open_book
from lvlian.chain.library import load_library
from lvlian.chain.region import Line
from lvlian.chain.simulate import simulate_region

PROJECTS = (
    Project(
        id="p1", name="甲", firm="甲", good="auto_part", capacity=380_000, when="2024-04", blocks=("用地第二批次",)
    ),
    Project(id="p2", name="乙", firm="乙", good="foundry_alloy", process="secondary_casting_alloy", capacity=800_000),
    Project(id="p3", name="丙", firm="丙", good="aluminium_from_dross", capacity=130_000, state="planned"),
    Project(id="p4", name="丁", firm="丁", good="anode", capacity=500_000, when="2023-12"),
)


@pytest.fixture(scope="module")
def small() -> Atlas:
    return atlas(small_region(), PROJECTS)


@pytest.fixture(scope="module")
def yanshan(root) -> Atlas:
    simulated = simulate_region(root / "data" / "regions" / "yanshan.yaml", "2023-09")
    return atlas(open_book(make_account(simulated.region, "2023-09", simulated.statements["2023-09"])))


def _gap(found: Atlas, kind: str, node: str = ""):
    rows = [g for g in found.gaps if g.kind == kind and (not node or node in g.nodes)]
    assert rows, f"no gap {kind} {node}"
    return rows[0]


def test_states_of_links(small: Atlas) -> None:
    assert small.node("liquid_aluminium").state == "single"
    assert small.node("anode").state == "building"
    assert small.node("alumina").state == "missing"
    assert small.node("door_window").state == "missing"
    assert small.node("scrap").state == "thin"
    assert small.node("electricity").state == "strong"
    assert small.node("dross").tags == ("thin", "planned")
    assert sum(small.counts().values()) == len(small.nodes)
    assert set(small.counts()) == set(STATES)


def test_output_capacity_load_and_feed(small: Atlas) -> None:
    billet = small.node("billet")
    assert billet.output == pytest.approx(40_500)
    assert billet.capacity == pytest.approx(50_000)
    assert billet.load == pytest.approx(0.81)
    assert billet.leaving == pytest.approx(28_501, abs=2)
    assert billet.local_share is not None and billet.local_share > 0.95
    assert small.node("liquid_aluminium").local_share == 0
    assert small.node("alumina").bought == pytest.approx(172_800)
    assert small.node("auto_part" if "auto_part" in {n.id for n in small.nodes} else "parts").load == 0


def test_nodes_stand_on_the_grid(small: Atlas, yanshan: Atlas) -> None:
    for found in (small, yanshan):
        places = [(n.column, n.row) for n in found.nodes]
        assert len(places) == len(set(places))
    one = {n.id: (n.column, n.row) for n in small.nodes}
    two = {n.id: (n.column, n.row) for n in yanshan.nodes}
    assert all(one[key] == two[key] for key in one.keys() & two.keys())


def test_edges(small: Atlas) -> None:
    edges = {(e.source, e.target): e for e in small.edges}
    liquid = edges["liquid_aluminium", "billet"]
    assert liquid.kind == "local" and liquid.physical == pytest.approx(39_312)
    assert set(liquid.amounts) == {"metal", "energy", "carbon", "value"}
    assert edges["", "alumina"].kind == "in"
    assert edges["billet", ""].kind == "out"
    assert edges["profile", "scrap"].kind == "loop"
    assert edges["scrap", "billet"].kind == "loop"
    assert edges["billet", "parts"].kind == "planned"
    assert edges["profile", "door_window"].kind == "missing"
    assert edges["electricity", "liquid_aluminium"].unit == "kWh"


def test_the_strip_adds_up(small: Atlas) -> None:
    book = small_region()
    cells = {(c.column, c.layer): c for c in small.strip}
    assert cells["primary", "metal"].value == pytest.approx(90_000 * 0.998)
    assert cells["feed", "metal"].brought == pytest.approx(172_800 * 0.5219 + 1_530 * 0.3 + 90 * 0.13)
    carbon = sum(c.value + c.brought for c in small.strip if c.layer == "carbon")
    assert carbon == pytest.approx(book.footprint.balance.entering, rel=0.01), "power and gas count where they are used"
    assert cells["deep", "value"].value > 0
    assert cells["application", "metal"].value == 0


def test_metal_leaving_unprocessed(small: Atlas) -> None:
    gap = _gap(small, "unprocessed", "billet")
    assert gap.value is not None and 0 < gap.value[0] <= gap.value[1]
    assert gap.metal == pytest.approx(28_501 * 12 * 0.985, rel=1e-3)
    assert "moved:caster>outside//billet" in gap.streams
    assert gap.investment is True and gap.projects and gap.blocks == ("用地第二批次",)
    assert "70%" in gap.evidence_zh
    assert gap.assumptions, "prices that nobody reported are assumptions"


def test_capacity_without_feed() -> None:
    """The press runs at a third while billet leaves the county."""
    book = small_region()
    firms = tuple(
        replace(f, lines=(Line(process="extrusion_industrial", capacity=336_000),)) if f.id == "press" else f
        for f in book.region.firms
    )
    found = atlas(replace(book, region=replace(book.region, firms=firms)))
    gap = _gap(found, "idle", "profile")
    assert gap.number == 1 and gap.investment is False
    short = (28_000 - 9_359) * 1.2821 * 12
    assert gap.metal == pytest.approx(min(short, 28_501 * 12) * 0.985, rel=1e-3)
    assert gap.value is not None and gap.value[0] == gap.value[1]
    assert gap.effects[0][2] == pytest.approx(9_359 / 28_000)


def test_all_from_outside(small: Atlas) -> None:
    gap = _gap(small, "all_outside", "anode")
    assert gap.projects[0].id == "p4"
    assert gap.value is not None and gap.value[0] == pytest.approx(43_650 * 12 * 4425, rel=0.01)
    assert "50.0 万吨" in gap.brings_zh


def test_a_by_product_that_would_do(small: Atlas) -> None:
    gap = _gap(small, "replaceable", "scrap")
    assert gap.investment is False
    assert gap.metal == pytest.approx(1_085 * 12 * 0.9, rel=0.01)
    assert not any("残极" in g.title_zh for g in small.gaps if g.kind == "replaceable"), "butts are no anode"


def test_a_by_product_not_recovered() -> None:
    m = Maker()
    m.run("smelter", "alumina_bayer_diasporic", 100_000)
    m.flows = [f for f in m.flows if f.good != "gallium"]
    m.close()
    found = atlas(m.book(region()))
    gap = _gap(found, "unrecovered", "alumina")
    assert "镓" in gap.title_zh
    assert gap.arithmetic


def test_a_thin_loop(small: Atlas) -> None:
    gap = _gap(small, "loop_thin")
    assert "scrap" in gap.nodes and "foundry_alloy" in gap.nodes
    need = (60_000 + 800_000) * 1.06
    assert gap.arithmetic[0].endswith("%") and f"{need:,.0f}" in gap.arithmetic[0]
    assert gap.value is None and gap.brings_zh.endswith("推不得")


def test_more_capacity_than_feed(small: Atlas) -> None:
    dross = next(g for g in small.gaps if g.kind == "excess" and "dross" in g.nodes)
    assert dross.investment is None and dross.projects[0].id == "p3"
    assert ">" in dross.arithmetic[0]
    assert not any(g.kind == "excess" and "aluminium_ingot" in g.nodes for g in small.gaps), "ingot is an outlet"


def test_links_without_a_firm_and_with_one(small: Atlas) -> None:
    gap = next(g for g in small.gaps if g.kind == "missing" and "door_window" in g.nodes)
    assert "3 个环节" in gap.title_zh
    single = _gap(small, "single")
    assert {"liquid_aluminium", "billet"} <= set(single.nodes)
    assert single.number == len(small.gaps)


def test_gaps_without_investment_come_first(small: Atlas, yanshan: Atlas) -> None:
    for found in (small, yanshan):
        cost = [{False: 0, True: 1, None: 2}[g.investment] for g in found.gaps]
        assert cost == sorted(cost)
        assert [g.number for g in found.gaps] == list(range(1, len(found.gaps) + 1))
        for gap in found.gaps:
            assert gap.value is not None or "推不得" in gap.brings_zh
            for node in gap.nodes:
                assert gap.number in found.node(node).discs


def test_every_gap_is_a_finding(small: Atlas) -> None:
    rows = findings(small.gaps, small.months)
    assert len(rows) == len(small.gaps)
    for row, gap in zip(rows, small.gaps, strict=True):
        assert row.code.startswith("gap-") and row.severity in ("gap", "notice")
        assert gap.title_zh in row.message_zh and gap.title_en in row.message_en
        assert row.arithmetic == gap.arithmetic
        assert [f.quote for f in row.facts] == list(gap.streams)


def test_what_the_plan_names_counts_as_missing() -> None:
    found = atlas(small_region(), named=("battery_foil", "high_purity_alumina"))
    assert found.node("battery_foil").state == "missing"
    assert found.node("battery_foil").column == "deep"


def test_yanshan_looks_as_it_does(yanshan: Atlas) -> None:
    assert yanshan.simulated
    assert yanshan.node("liquid_aluminium").state == "single"
    assert yanshan.node("anode").state == "building"
    assert yanshan.node("door_window").state == "missing"
    kinds = {g.kind for g in yanshan.gaps}
    assert {"idle", "unprocessed", "all_outside", "loop_thin", "missing", "excess", "single"} <= kinds


def test_two_metals_of_one_region() -> None:
    m = Maker()
    m.run("smelter", "copper_concentrate_smelting", 1000)
    m.run("smelter", "copper_electrorefining", 840)
    m.run("caster", "cast_billet_liquid", 500)
    m.close()
    book = m.book(region())
    copper = atlas(
        book.seen_as("copper"), (Project(id="c", name="箔", firm="某", good="copper_foil_ed", capacity=1000),)
    )
    assert copper.node("copper_cathode").state == "single"
    assert copper.node("copper_foil_ed").state == "building"
    assert "billet" not in {n.id for n in copper.nodes}
    assert "copper_cathode" not in {n.id for n in atlas(book).nodes}


def test_ore_is_mined_not_missing() -> None:
    from lvlian.chain.sankey import sankey

    m = Maker()
    m.run("smelter", "bauxite_mining_opencast", 10_000)
    m.close()
    picture = sankey(m.book(region()), "metal", "process", least=0)
    assert {k.kind for k in picture.links} == {"source", "out"}
    assert next(n for n in picture.nodes if n.kind == "source").zh == "本地开采"


def test_the_same_account_gives_the_same_bytes() -> None:
    one = json.dumps(atlas(small_region(), PROJECTS).to_json(), ensure_ascii=False)
    assert one == json.dumps(atlas(small_region(), PROJECTS).to_json(), ensure_ascii=False)


def test_an_empty_account_is_all_missing() -> None:
    book = Maker().book(replace(region(), firms=()))
    found = atlas(book)
    assert {n.state for n in found.nodes} == {"missing"}
    assert found.edges and all(e.kind == "missing" for e in found.edges)


def test_unknown_output_is_not_zero() -> None:
    book: Book = small_region()
    flows = tuple(
        replace(f, value=None, sd=None) if f.kind == "made" and f.good == "aluminium_ingot" else f for f in book.flows
    )
    node = atlas(replace(book, flows=flows)).node("aluminium_ingot")
    assert node.output is None and node.load is None and node.state == "single"


def test_every_good_of_the_grid_exists() -> None:
    grid, library = load_grid(), load_library()
    for group in grid.groups.values():
        assert not [g for g in group.goods if g not in library.goods], group.id
    for metal, slots in grid.slots.items():
        for slot in slots:
            assert all(g in library.goods for g in grid.members(slot.group)), (metal, slot.group)
    assert {s.id for s in library.stages} - {"service"} <= set(grid.by_stage)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("stages: [primary]", "stages: [casting]", "stands in"),
        ("columns:", "rows:", "columns"),
        ("goods: [copper_scrap]", "goods: [dross]", "belongs"),
        ("recycled: primary", "recycled: nowhere", "no column"),
        ("application: []", "somewhere: []", "somewhere"),
        ("loop: {id: loop,", "loop: {", "id, zh, en"),
    ],
)
def test_a_broken_grid_is_refused(tmp_path, old: str, new: str, word: str) -> None:
    from lvlian.chain.atlas.grid import FILE

    file = tmp_path / "grid.yaml"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LibraryError, match=word):
        load_grid(file)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("load_low: 0.60", "load_low: high", "load_low"),
        ("load_low: 0.60", "load: 0.60", "load_low"),
        ("load_low: 0.60", "load_low: 0.60\n  more: 1", "more"),
        ("level: gap,", "level: loud,", "loud"),
        ("investment: false", "investment: maybe", "investment"),
    ],
)
def test_broken_thresholds_are_refused(tmp_path, old: str, new: str, word: str) -> None:
    from lvlian.chain.atlas.thresholds import FILE

    file = tmp_path / "gaps.yaml"
    file.write_text(FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LibraryError, match=word):
        load_thresholds(file)


def test_a_by_product_that_needs_a_plant_first_costs_an_investment() -> None:
    m = Maker()
    m.run("smelter", "electrolysis", 90_000)
    m.run("smelter", "copper_concentrate_smelting", 10_000)
    m.close()
    gap = _gap(atlas(m.book(region())), "makeable", "aluminium_fluoride")
    assert gap.investment is True and "硫酸" in gap.title_zh and "氟化铝" in gap.title_zh
