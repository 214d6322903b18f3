"""Goods of the library: every flow has one, contents and energies are within nature, and who makes and uses what."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvlian.chain.dataset import LibraryError
from lvlian.chain.library import SHIPPED, Library, load_library

LIBRARY = load_library()

CHAIN = {
    "aluminium": (
        *("bauxite_domestic_ore", "bauxite_domestic_dry", "bauxite_imported_dry", "alumina", "anode", "liquid_aluminium", "billet"),
        *("slab", "rod", "cast_rolled_strip", "foundry_alloy", "aluminium_ingot", "hot_coil", "plate", "cold_strip", "aluminium_sheet"),
        *("foil_heavy", "foil_double_zero", "profile_building", "profile_industrial", "aluminium_wire", "aluminium_cable"),
        *("die_casting_part", "forging_part", "architectural_panel", "door_window", "can", "auto_part", "pv_frame_part"),
        *("aluminium_scrap", "aluminium_scrap_sorted", "billet_or_slab_recycled", "red_mud_dry", "dross", "carbon_residue", "spl"),
        *("caustic_soda_100", "gallium"),
    ),
    "copper": (
        *("copper_concentrate", "anode_copper", "copper_cathode", "copper_rod", "copper_tube", "copper_strip", "copper_foil_rolled"),
        *("copper_foil_ed", "copper_cable", "sulphuric_acid", "copper_scrap"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("metal", CHAIN)
def test_the_goods_of_the_chain_are_there(metal: str) -> None:
    assert [good for good in CHAIN[metal] if good not in LIBRARY.goods] == []
    made = {p.product for p in LIBRARY.processes.values()} | {
        x.good for p in LIBRARY.processes.values() for x in p.outputs
    }
    bought = {"caustic_soda_100", "bauxite_imported_dry", "copper_concentrate", "aluminium_scrap", "copper_scrap"}
    assert [good for good in CHAIN[metal] if good not in made | bought] == []


def test_every_flow_of_every_process_is_a_good_in_its_unit() -> None:
    for process in LIBRARY.processes.values():
        for x in (*process.inputs, *process.outputs):
            assert x.unit == LIBRARY.goods[x.good].unit, (process.id, x.good)
            assert 0 <= x.low <= x.value <= x.high


def test_contents_and_energies_have_a_source_and_stay_within_nature() -> None:
    for good in LIBRARY.goods.values():
        assert 0 <= good.content.low <= good.content.value <= good.content.high <= 1
        assert bool(good.metal) == (good.content.value > 0)
        assert bool(good.source) == bool(good.metal or good.energy.value), good.id
        if good.metal:
            assert "假设" in good.cite and not good.verified
    alumina = LIBRARY.goods["alumina"].content
    assert alumina.high == pytest.approx(2 * 26.982 / 101.961, abs=2e-4)
    assert LIBRARY.goods["electricity"].energy.value == 0.1229
    assert LIBRARY.goods["natural_gas"].energy.value == 1.33


def test_units_are_turned_into_those_of_the_goods_and_the_given_figure_stays() -> None:
    gallium = LIBRARY.processes["alumina_bayer_diasporic"].exchange("gallium")
    assert gallium is not None and gallium.value == pytest.approx(1e-4) and gallium.given == "0.1 kg/t alumina"
    coal = LIBRARY.processes["captive_coal_power"].exchange("standard_coal")
    assert coal is not None and coal.value == pytest.approx(315e-6) and coal.unit == "t"
    panel = LIBRARY.processes["architectural_panel"].exchange("electricity")
    assert panel is not None and panel.value == pytest.approx(6.0 / 0.00675) and panel.given == "6 kWh/m2"


def test_any_of_leads_to_goods_of_the_same_unit_that_somebody_makes_or_buys() -> None:
    for good in LIBRARY.goods.values():
        accepted = LIBRARY.accepts(good.id)
        assert accepted
        assert all(LIBRARY.goods[member].unit == good.unit for member in accepted)
    assert LIBRARY.accepts("hot_coil_or_cast_strip") == ("hot_coil", "cast_rolled_strip")
    assert LIBRARY.accepts("slab") == ("slab",)
    assert "aluminium_ingot" in LIBRARY.accepts("aluminium_ingot_or_scrap")
    assert set(LIBRARY.accepts("bauxite_domestic_dry")) == {"bauxite_domestic_dry", "bauxite_domestic_ore"}


def test_makers_and_users_follow_alternatives() -> None:
    assert {p.id for p in LIBRARY.makers("billet")} == {"cast_billet_liquid", "cast_billet_ingot"}
    assert "cold_rolling_strip" in {p.id for p in LIBRARY.users("cast_rolled_strip")}
    assert "cast_slab_ingot" in {p.id for p in LIBRARY.users("aluminium_ingot")}
    assert LIBRARY.makers("moonlight") == LIBRARY.users("moonlight") == ()


def test_products_lead_to_goods() -> None:
    good = LIBRARY.product_good("billet")
    assert good is LIBRARY.goods["billet"] is LIBRARY.product_good(LIBRARY.products["billet"])
    assert LIBRARY.product_good("testing") is None and LIBRARY.product_good("moonlight") is None
    without = {
        p.id
        for p in LIBRARY.products.values()
        if LIBRARY.product_good(p) is None and p.metal in ("aluminium", "copper")
    }
    assert without == {"semis_general", "deep_general", "liquid_metal_transport", "copper_semis_general"}


def test_a_region_draws_the_line_between_stages_elsewhere() -> None:
    assert LIBRARY.goods["billet"].stage.id == "casting"
    other = LIBRARY.with_stages({"billet": "primary", "cast_billet_liquid": "primary"})
    assert other.goods["billet"].stage.id == other.processes["cast_billet_liquid"].stage.id == "primary"
    assert other.with_stages({"slab": "primary"}).goods["billet"].stage.id == "primary"
    assert LIBRARY.goods["billet"].stage.id == "casting"
    with pytest.raises(LibraryError, match="moonlight is no good and no process"):
        LIBRARY.with_stages({"moonlight": "primary"})
    with pytest.raises(LibraryError, match="billet: is 'heaven', expected one of"):
        LIBRARY.with_stages({"billet": "heaven"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{id: a, zh: 甲, en: a, unit: kg, kind: metal, stage: semis}", "good a, field unit: is 'kg', expected one of t, kWh, m3"),
        ("{id: a, zh: 甲, en: a, unit: t, kind: gem, stage: semis}", "field kind: is 'gem'"),
        ("{id: a, zh: 甲, en: a, unit: t, kind: metal, stage: heaven}", "field stage: is 'heaven'"),
        ("{id: a, zh: 甲, en: a, unit: t, kind: metal, stage: semis, content: 99.7, source: known}", "expected a mass fraction"),
        ("{id: a, zh: 甲, en: a, unit: t, kind: metal, stage: semis, content: 0.9}", "field source: found none"),
        ("{id: a, zh: 甲, en: a, unit: t, kind: metal, stage: semis, content: high, source: known}", "expected a number"),
        ("{id: a, zh: 甲, en: a, unit: t, kind: metal, stage: semis, content: 0.9, content_range: [0.95, 0.99], source: known}", "lie between low"),
        ("{id: a, zh: 甲, en: a, unit: t, kind: metal, stage: semis, any_of: [moonlight]}", "field any_of: moonlight is no good"),
        ("{id: a, zh: 甲, en: a, unit: t, kind: metal, stage: semis, any_of: slab}", "field any_of: expected a list"),
        ("{id: a, zh: 甲, en: a, unit: t, kind: energy, stage: energy, energy: -1, source: known}", "field energy: is -1"),
        ("{id: a, zh: 甲, en: a, unit: t, kind: metal, stage: semis, colour: red}", "field colour: unknown"),
        ("{zh: 甲, en: a, unit: t, kind: metal, stage: semis}", "field id: is None, expected a text"),
        ("{id: a, zh: 甲, en: a, unit: t, kind: metal, stage: semis}\n- {id: a, zh: 乙, en: a, unit: t, kind: metal, stage: semis}", "stands twice"),
        ("one word", "expected a mapping"),
    ],
)  # fmt: skip
def test_a_good_that_cannot_be_is_told_in_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mine.yaml").write_text(f"metal: {{id: aluminium, zh: 铝}}\ngoods:\n- {text}\n", encoding="utf-8")
    with pytest.raises(LibraryError, match=message) as raised:
        _ = load_library(tmp_path).goods
    assert "\n" not in str(raised.value) and "mine.yaml" in str(raised.value)


def test_a_later_folder_replaces_a_good_and_the_shipped_library_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "metal: {id: aluminium, zh: 铝}\ngoods:\n- {id: billet, zh: 铝棒, en: our billet, unit: t, kind: metal, stage: semis,"
        " content: 0.98, source: own assays 2025, verified: yes, words: [六零六三棒]}\n",
        encoding="utf-8",
    )
    mine = load_library(tmp_path)
    assert mine.goods["billet"].en == "our billet" and mine.goods["billet"].verified
    assert LIBRARY.goods["billet"].en != "our billet"
    found = mine.commodity("六零六三棒")
    assert found.good is mine.goods["billet"] and found.sure


def test_a_reader_of_plans_reads_no_recipes() -> None:
    library = Library(*SHIPPED)
    assert library.product_of("铝棒") is not None and library.find_products("铝棒、铝箔")
    assert not {"_recipes", "_recipe_files", "_commodity_words"} & vars(library).keys()


def test_reading_all_files_is_fast() -> None:
    from time import process_time

    def once() -> float:
        start = process_time()
        _ = Library(*SHIPPED).processes
        return process_time() - start

    assert min(once() for _ in range(3)) <= 0.1  # about 0.03 s; the limit is 0.06 s on a machine that does nothing else
