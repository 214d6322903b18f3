"""The flow picture and the atlas as drawings: nothing touches, bands close at their bars, the same input gives the same bytes."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from lvlian.brief.atlas_drawing import atlas_svg, filled
from lvlian.brief.atlas_strip import strip_svg
from lvlian.brief.atlas_words import amount_words, brief_name, due, known, state_words, third_line
from lvlian.brief.sankey_drawing import chart_data, sankey_svg
from lvlian.brief.sankey_layout import GAP, height_for, lay_out, scale_of
from lvlian.chain.atlas import Atlas, AtlasEdge, AtlasNode, Gap, Project, StripCell, Works
from lvlian.chain.sankey import Column, Link, Node, Sankey


def picture(seed: int = 0, depths: int = 4) -> Sankey:
    """A random flow from left to right in which every inner node passes on what it takes."""
    dice = random.Random(seed)
    layers = [[f"n{d}-{i}" for i in range(dice.randint(1, 5))] for d in range(depths)]
    held = {name: dice.uniform(10, 1000) for name in layers[0]}
    links, values = [], dict(held)
    for here, there in pairwise(layers):
        new: dict[str, float] = {}
        for name in here:
            shares = [dice.random() + 0.05 for _ in there]
            for target, share in zip(there, shares, strict=True):
                value = held[name] * share / sum(shares)
                links.append(
                    Link(source=name, target=target, value=value, sd=value / 50, estimated=dice.random() < 0.3)
                )
                new[target] = new.get(target, 0.0) + value
        held = new
        values |= new
    nodes = tuple(
        Node(id=name, zh=f"料{name}<&>", en=f"good {name}", column=f"c{d}", depth=d, order=i, value=values[name])
        for d, layer in enumerate(layers)
        for i, name in enumerate(layer)
    )
    columns = tuple(
        Column(id=f"c{d}", zh=f"第{d}列", en=f"column {d}", value=1.0, ratio=0.5, ratio_zh="留在区内", ratio_en="kept")
        for d in range(depths)
    )
    return Sankey(
        layer="metal", unit="t", level="process", months=("2024-05",), nodes=nodes, links=tuple(links), columns=columns
    )


@pytest.mark.parametrize("seed", range(12))
def test_nodes_of_a_column_do_not_touch_and_stay_on_the_ground(seed: int) -> None:
    made = picture(seed, depths=2 + seed % 5)
    height = height_for(made)
    layout = lay_out(made, 1216, height)
    columns: dict[int, list[tuple[float, float]]] = {}
    for box in layout.boxes:
        columns.setdefault(box.node.depth, []).append((box.y, box.height))
        assert box.y >= -1e-6 and box.y + box.height <= height + 1e-6
        assert box.height == pytest.approx(box.node.value * layout.scale)
    for some in columns.values():
        for (y, tall), (below, _) in pairwise(some):
            assert below >= y + tall + GAP - 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_bands_fill_their_bars_without_gap_or_overlap(seed: int) -> None:
    layout = lay_out(picture(seed), 1216, 500)
    for box in layout.boxes:
        for y, names in (("y1", "source"), ("y2", "target")):
            spans = sorted((getattr(b, y), b.width) for b in layout.bands if getattr(b.link, names) == box.node.id)
            at = box.y
            for start, width in spans:
                assert start == pytest.approx(at, abs=1e-6)
                at += width
            if spans:
                assert at == pytest.approx(box.y + box.height, abs=1e-6)


def test_the_flow_picture_is_sound_markup_and_always_the_same() -> None:
    made = picture(3)
    drawn = sankey_svg(made, title="甲 & 乙", url=lambda link: f"?link={link.source}&to={link.target}")
    assert drawn == sankey_svg(made, title="甲 & 乙", url=lambda link: f"?link={link.source}&to={link.target}")
    root = ET.fromstring(drawn)
    words = "".join(root.itertext())
    assert "甲 & 乙" in words and "留在区内 50.0%" in words and "料n0-0<&>" in words
    assert drawn.count("<a href=") == len(made.links)
    assert 'fill="url(#hatch-inside)"' in drawn and "style=" not in drawn
    alone = sankey_svg(made, "en", title="t", legend=["simulated"])
    assert "simulated" in "".join(ET.fromstring(alone).itertext()) and "<a href" not in alone


def test_an_empty_picture_is_drawn() -> None:
    empty = Sankey(layer="value", unit="yuan", level="firm", months=(), nodes=(), links=())
    ET.fromstring(sankey_svg(empty))
    assert chart_data(empty, "zh", lambda _link: "", lambda _link: [])["nodes"] == []


def test_chart_and_drawing_stand_on_the_same_places() -> None:
    made = picture(5)
    data = chart_data(made, "en", lambda link: f"?{link.source}", lambda _link: ["tip"])
    layout = lay_out(made, 1216.0, height_for(made))
    for node, box in zip(data["nodes"], layout.boxes, strict=True):
        assert node["localY"] == pytest.approx(box.y / data["height"], abs=1e-5)
    assert {one["hatched"] for one in data["links"]} == {True, False}


@pytest.mark.parametrize(
    ("unit", "largest", "value", "told"),
    [("t", 250_000, 165_852, "16.59"), ("t", 900, 12.5, "12.5"), ("t", 250_000, 3, "< 0.01"), ("yuan", 3e9, 1.2e9, "12.00"), ("yuan", 5e6, 1.2e6, "120.0"), ("t", 2e7, 1e7, "1,000")],
)  # fmt: skip
def test_figures_are_printed_in_one_unit(unit: str, largest: float, value: float, told: str) -> None:
    assert scale_of(unit, largest).told(value) == told


def node(name: str, column: str, row: int, state: str = "strong", **also: object) -> AtlasNode:
    values: dict[str, object] = {"zh": name, "en": name, "unit": "t", "goods": (name,)}
    return AtlasNode(id=name, column=column, row=row, state=state, **{**values, **also})  # type: ignore[arg-type]


COLUMNS = tuple((c, f"{c}列", c) for c in ("resource", "feed", "primary", "casting", "deep", "application", "loop"))


def chain() -> Atlas:
    running = Works(firm="a", short="甲厂", output=800.0, capacity=1000.0)
    coming = Project(id="p", name="乙项目", firm="乙山新材料有限公司", good="slab", capacity=120_000.0, when="2025-06")
    nodes = (
        node("ore", "resource", 0, "missing"),
        node(
            "metal",
            "primary",
            0,
            "single",
            output=800.0,
            capacity=1000.0,
            works=(running,),
            feed_outside=9.0,
            discs=(1, 2),
        ),
        node("billet", "casting", 0, output=500.0, capacity=None),
        node("slab", "casting", 1, "building", projects=(coming,)),
        node("scrap", "loop", 0, "thin", output=30.0),
        node("recycled", "loop", 1, output=20.0, capacity=40.0, works=(running,)),
    )
    edges = (
        AtlasEdge(source="", target="metal", kind="in", amounts={"metal": 900.0}),
        AtlasEdge(source="metal", target="billet", kind="local", amounts={"metal": 500.0, "carbon": 5e3}),
        AtlasEdge(source="billet", target="", kind="out", amounts={"metal": 450.0}),
        AtlasEdge(source="billet", target="scrap", kind="loop", amounts={"metal": 40.0}),
        AtlasEdge(source="scrap", target="recycled", kind="loop", amounts={"metal": 40.0}),
        AtlasEdge(source="recycled", target="billet", kind="loop", amounts={"metal": 30.0}),
        AtlasEdge(source="metal", target="slab", kind="planned"),
        AtlasEdge(source="ore", target="metal", kind="missing"),
    )
    strip = (
        StripCell(column="primary", layer="metal", value=800.0),
        StripCell(column="feed", layer="metal", value=0.0, brought=900.0),
        StripCell(column="primary", layer="value", value=1.6e7),
    )
    return Atlas(region="甲县", months=("2024-05",), columns=COLUMNS, nodes=nodes, edges=edges, strip=strip)


@pytest.mark.parametrize("layer", ["metal", "energy", "carbon", "value"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_atlas_is_sound_markup(layer: str, language: str) -> None:
    drawn = atlas_svg(chain(), layer, language, title="甲 <县>", url=lambda n: f"?node={n.id}&x=1")
    root = ET.fromstring(drawn)
    assert root.find("{*}title").text == "甲 <县>" and root.find("{*}desc").text  # type: ignore[union-attr]
    links = root.findall(".//{*}a")
    assert len(links) == 6 and all(one.get("aria-label") for one in links)
    assert "style=" not in drawn and drawn == atlas_svg(
        chain(), layer, language, title="甲 <县>", url=lambda n: f"?node={n.id}&x=1"
    )
    ET.fromstring(strip_svg(chain(), language, title="四种量"))


def test_what_is_missing_or_coming_is_dashed_and_what_runs_is_filled() -> None:
    made = chain()
    assert filled(made.node("ore")) is None and filled(made.node("slab")) is None
    assert filled(made.node("metal")) == (0.8, 0.0)
    assert filled(made.node("billet")) == (1.0, 0.0), "no capacity is known"
    drawn = atlas_svg(made)
    assert drawn.count('stroke="#a9291f"') == 2, "a bar and a link"
    later = third_line(made.node("slab"), "2025", True)
    assert later == "乙山 12.0" and due(made.node("slab"), "2024") == ()


def test_a_region_without_anything_and_one_without_loop() -> None:
    bare = Atlas(region="空", months=("2024-05",), columns=COLUMNS, nodes=(), edges=(), strip=())
    ET.fromstring(atlas_svg(bare))
    ET.fromstring(strip_svg(bare))


def test_words_of_links() -> None:
    made = chain()
    assert state_words(made.node("metal"), "", True).text == "一家"
    assert state_words(made.node("billet"), "", True).text == ""
    assert state_words(made.node("slab"), "", True).text == "2025-06 在建"
    assert known("9999-12") == "" and known("") == ""
    assert third_line(made.node("ore"), "", True) == "无企业，无项目"
    assert (
        amount_words("t")(None) == "—"
        and amount_words("t")(14_250.0) == "1.4"
        and amount_words("kWh")(1.957e9) == "19.6"
    )
    assert brief_name("云南宏泰新型材料有限公司") == "宏泰" and brief_name("宏泰") == "宏泰"


def test_the_workbook_of_the_atlas_holds_links_flows_and_gaps() -> None:
    import io

    from openpyxl import load_workbook

    from lvlian.brief.atlas_sheets import atlas_workbook

    gap = Gap(
        number=1, kind="idle", kind_zh="有产能没料", kind_en="idle", nodes=("metal",), title_zh="=甲", title_en="a", evidence_zh="凭据", evidence_en="e",
        brings_zh="带来", brings_en="b", value=(1e8, 2e8),
    )  # fmt: skip
    made = chain()
    from dataclasses import replace

    book = load_workbook(
        io.BytesIO(atlas_workbook(replace(made, gaps=(gap,), simulated=True), "zh", ["说明一"], "标题"))
    )
    assert book.sheetnames == ["环节", "流", "补链", "说明"]
    assert book["补链"]["C2"].value == "=甲" and book["补链"]["C2"].data_type == "s", "no text becomes a formula"
    assert book["流"].max_row == 7 and book["环节"].max_row == 7
