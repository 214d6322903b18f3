"""A plan's projects in the atlas: what stands in the region already is left out, what is not known is not made up."""

from __future__ import annotations

from typing import Any

from tests.chain.account.situation import REGION

from lvlian.chain.atlas.planned import firm_named, plan_projects
from lvlian.chain.library import load_library


def planned(**fields: Any) -> dict[str, Any]:
    return {"project": "", "owner": "", "product": "", "capacity": None, "capacity_unit": "", "event": "", "when": "", **fields}  # fmt: skip


def projects(*milestones: dict[str, Any]) -> tuple[Any, ...]:
    return plan_projects({"milestones": list(milestones)}, load_library(), REGION)


def test_the_steps_of_a_project_become_one() -> None:
    name = "丁铝公司年产5万吨铝箔项目"
    fields = {"project": name, "owner": "丁铝公司", "product": "铝箔", "capacity": 5, "capacity_unit": "万吨/年"}
    (one,) = projects(planned(**fields, event="开工", when="2023-06"), planned(**fields, event="投产", when="2024-06"))
    assert (one.name, one.capacity, one.when, one.state) == (name, 50_000.0, "2024-06", "building")
    assert "foil" in one.good


def test_a_line_that_the_region_has_is_no_project() -> None:
    assert projects(planned(project="铝棒项目", owner="甲铝有限公司", product="铝棒")) == ()
    assert len(projects(planned(project="铝棒项目", owner="新来公司", product="铝棒"))) == 1


def test_what_is_not_said_is_not_known() -> None:
    (one,) = projects(planned(project="铝箔项目", owner="新来公司", product="铝箔", capacity=3, capacity_unit="亿元"))
    assert one.capacity is None and one.when == "" and one.state == "planned"
    assert projects(planned(project="道路工程"), planned(project="铝灰综合利用", owner="某厂", product="铝灰")) == ()
    assert plan_projects({}, load_library(), REGION) == ()


def test_a_firm_by_its_names() -> None:
    for name in ("jia", "甲铝", "甲铝有限公司", "甲铝公司"):
        firm = firm_named(REGION, name)
        assert firm is not None and firm.id == "jia", name
    assert firm_named(REGION, "") is None and firm_named(REGION, "不在这里") is None
