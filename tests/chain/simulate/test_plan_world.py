"""Worlds from plans: who runs what from when on, what is stated, what is assumed and said so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lvlian.chain.dataset import read_yaml
from lvlian.chain.library import load_library
from lvlian.chain.simulate import World, WorldError, simulate, simulate_region, world_from_plan

REGIONS = Path(__file__).parents[3] / "data" / "regions"


def plan(name: str) -> dict[str, Any]:
    return read_yaml(REGIONS / f"{name}.yaml")


def world(name: str) -> World:
    return world_from_plan(plan(name), load_library())


def lines(found: World, firm: str) -> dict[str, tuple[float, str]]:
    return {p.process: (p.capacity, p.since) for p in found.plants if p.firm == firm}


def test_names_of_one_firm_are_one_firm() -> None:
    firms = {f.id: f for f in world("yanshan").region.firms}
    assert firms["hongtai"].name == "云南宏泰新型材料有限公司"
    assert firms["hongtai"].kind == "smelter"
    assert firms["chuangxin"].name == "云南创新合金有限公司"
    assert firms["yongmaotai"].short == "永茂泰"
    assert firms["binyun"].kind == "haulier"
    assert firms["gongdianju"].kind == "power"
    assert len({f.short for f in firms.values()}) == len(firms)


def test_what_the_plan_states_is_taken_as_it_stands() -> None:
    found = world("yanshan")
    assert found.outputs["hongtai", "electrolysis"] == {
        2022: 692_200.0,
        2023: 1_050_000.0,
        2024: 1_800_000.0,
        2025: 2_030_000.0,
    }
    assert found.premium["hongtai"] == pytest.approx(124e8 / 692_200 / 17_704, rel=1e-4)
    assert lines(found, "nannan")["cold_rolling_strip"] == (300_000.0, "2023-06")
    assert lines(found, "zhilv")["cold_rolling_strip"] == (300_000.0, "2024-06")
    assert found.region.grid_area == "云南"
    assert found.region.simulated


def test_a_later_phase_says_that_earlier_ones_run_already() -> None:
    casting = [p for p in world("yanshan").plants if p.key == ("chuangxin", "cast_billet_liquid")]
    assert [(p.capacity, p.since) for p in casting] == [(600_000.0, ""), (600_000.0, "2023-10")]


def test_what_only_starts_to_be_built_is_worked_forward_and_said() -> None:
    found = world("yanshan")
    assert lines(found, "wanrui")["prebaked_anode"] == (500_000.0, "2025-06")
    assert any("万瑞" in a.zh and "2025-06" in a.zh for a in found.assumptions)


def test_a_roller_without_a_supplier_casts_for_itself() -> None:
    assert lines(world("yanshan"), "nannan").keys() >= {"cast_rolled_strip_liquid", "cold_rolling_strip"}


def test_the_year_comes_out_as_stated_and_september_is_around_ninety_thousand_tonnes() -> None:
    found = simulate_region(REGIONS / "yanshan.yaml", "2022-01", "2023-12")
    key = ("hongtai", "electrolysis", "liquid_aluminium")
    for year, tonnes in (("2022", 692_200), ("2023", 1_050_000)):
        made = sum(m.made[key] for name, m in found.truth.items() if name.startswith(year))
        assert made == pytest.approx(tonnes, rel=0.02)
    value = sum(m.output_value["hongtai"] for name, m in found.truth.items() if name.startswith("2022"))
    assert value == pytest.approx(124e8, rel=0.03)
    assert 85_000 < found.truth["2023-09"].made[key] < 97_000


@pytest.mark.parametrize("name", ["changji", "baise", "liaocheng", "guizhou"])
def test_a_plan_without_firms_gets_assumed_ones_that_say_so(name: str) -> None:
    found = world(name)
    smelters = [f for f in found.region.firms if f.kind == "smelter"]
    assert smelters
    named = {m["owner"] for m in plan(name)["milestones"] if m.get("owner")} | {
        g["subject"] for g in plan(name)["goals"]
    }
    for firm in found.region.firms:
        units = [u for d in plan(name)["duties"] for u in d["units"]]
        assert "假设" in firm.name or firm.name in named or firm.name in units, firm
    assert any("假设" in a.zh for a in found.assumptions)


def test_each_region_has_the_links_that_its_plan_speaks_of() -> None:
    made = {name: {p.process for p in world(name).plants} for name in ("baise", "guizhou", "liaocheng")}
    assert {"bauxite_mining_opencast", "alumina_bayer_diasporic"} <= made["baise"] & made["guizhou"]
    assert {"copper_concentrate_smelting", "copper_electrorefining", "electrolysis"} <= made["liaocheng"]
    smelting = next(p for p in world("liaocheng").plants if p.process == "copper_concentrate_smelting")
    assert smelting.capacity == pytest.approx(1_400_000 / 3.5)  # worked back from 140万吨 of acid


def test_nothing_hangs_on_the_names_of_a_plan() -> None:
    def renamed(value: Any) -> Any:
        if isinstance(value, str):
            for old, new in (("宏泰", "玄石"), ("创新", "白鹭"), ("南南", "青榆"), ("砚山", "石盘"), ("云南", "甘肃")):
                value = value.replace(old, new)
            return value
        if isinstance(value, list):
            return [renamed(v) for v in value]
        return {k: renamed(v) for k, v in value.items()} if isinstance(value, dict) else value

    known, other = world("yanshan"), world_from_plan(renamed(plan("yanshan")), load_library())
    assert sorted((p.process, p.capacity, p.since) for p in known.plants) == sorted(
        (p.process, p.capacity, p.since) for p in other.plants
    )
    assert other.region.grid_area == "甘肃"


@pytest.mark.parametrize(
    "facts",
    [
        {"goals": "x"},
        {"milestones": [3]},
        {"document": 7},
        {"goals": [{"mode": "level", "value": "nine", "unit": 4, "subject": None, "indicator": ["a"], "when": 3}]},
        {"milestones": [{"owner": "甲铝业", "product": "铝合金棒", "capacity": True, "when": "soon", "event": 4}]},
        {"chains": [{"nodes": None}], "clusters": [{"products": None, "place": 4}], "duties": [{"units": None}]},
        {},
    ],
)
def test_odd_facts_give_a_world_or_one_sentence(facts: dict[str, Any]) -> None:
    try:
        found = world_from_plan(facts, load_library())
    except WorldError as error:
        assert "\n" not in str(error)
    else:
        assert simulate(found, ["2024-01"]).statements["2024-01"]
