"""A small region that tests of the outlook share: a smelter, two casters, one extruder, a project for each thing that can be late."""

from __future__ import annotations

from datetime import date

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim, Case, Contract, Factor, Limit, Need, Plant, Premise, Project, Ref, Step


def small_case(**changes) -> Case:
    """From 2024-Q1, eight quarters. 400 kt/a of smelting, a 150 kt project of it behind a substation; a rolling project behind a land batch."""
    values = {
        "region": "示例县",
        "today": date(2024, 1, 10),
        "first": Quarter(2024, 1),
        "count": 8,
        "plants": (
            Plant(id="smelt", firm="s", process="electrolysis", capacity=400_000, load=0.95),
            Plant(id="smelt2", firm="s", process="electrolysis", capacity=150_000, load=0.95, project="pots"),
            Plant(id="billet", firm="b", process="cast_billet_liquid", capacity=250_000, load=0.8),
            Plant(id="slab", firm="c", process="cast_slab_liquid", capacity=200_000, load=0.8, project="slab"),
            Plant(id="ingot", firm="s", process="cast_tbar_ingot", capacity=600_000, load=1.0, role="sink"),
            Plant(id="profile", firm="d", process="extrusion_industrial", capacity=100_000, load=0.7, project="profile"),
        ),
        "projects": (
            Project(id="pots", name="新系列15万吨电解铝", firm="s", plants=("smelt2",), kind="primary", stage="started", investment=9e8, jobs=500,
                    steps=(Step(stage="running", promised=date(2024, 6, 30)),), needs=(Need(factor="tower", stage="running", amount=260_000),)),
            Project(id="slab", name="20万吨扁锭", firm="c", plants=("slab",), kind="casting", stage="started", investment=4e8, jobs=200,
                    steps=(Step(stage="running", promised=date(2024, 3, 31), revised=date(2024, 5, 31)),)),
            Project(id="profile", name="10万吨工业型材", firm="d", plants=("profile",), kind="deep", stage="signed", investment=12e8, land=300, jobs=900,
                    steps=(Step(stage="started", promised=date(2024, 3, 31)), Step(stage="running", promised=date(2025, 3, 31))),
                    needs=(Need(factor="batch2", stage="started", amount=300),), group="未开工项目"),
        ),
        "factors": (
            Factor(id="tower", kind="power", title="园区110千伏变电站", amount=300_000, unit="kW", promised=date(2024, 6, 30), revised=date(2024, 12, 31), unit_name="供电局"),
            Factor(id="batch2", kind="land", title="第二批次用地", amount=690.5, unit="亩", promised=date(2024, 2, 28), unit_name="自然资源局"),
        ),
        "limits": (
            Limit(id="power", good="electricity", zh="全年用电量", en="electricity a year", amount=7.5e9, season=(0.8, 1.0, 1.1, 1.1),
                  ref=Ref(kind="assumption", words="供电局：枯水期按八成")),
        ),
        "aims": (
            Aim(id="g1", name="电解铝产量", indicator="primary_output", variant="", op=">=", value=45, unit="万吨", year=2024, ref=Ref(kind="plan", section="二、（一）", fact=("goals", 0))),
            Aim(id="g2", name="绿色铝综合产值", indicator="chain_output_value", variant="", op="~", value=150, unit="亿元", year=2025, ref=Ref(kind="plan", section="一、（二）", fact=("goals", 1))),
        ),
        "contracts": (Contract(source="s", target="b", good="liquid_aluminium", share=0.5),),
        "premises": (
            Premise(key="price.aluminium_ingot", zh="铝价 A00（不含税）", en="A00 price without tax", value=17_200, low=14_000, high=21_000, step=100, unit="元/吨", group="price", spread=0.1, law="lognormal"),
            Premise(key="factor.tower.slip", zh="园区110千伏变电站", en="110 kV substation", value=0, low=-2, high=4, step=1, unit="季", group="factor"),
        ),
        "names": {"s": "示例铝业", "b": "棒厂", "c": "锭厂", "d": "型材厂"},
        "simulated": True,
    }  # fmt: skip
    return Case(**{**values, **changes})
