"""An invented county in a month in which eighteen reports do not close: five kinds of trouble, two silent buyers of liquid metal.

Invented figures; the recipes are those of the library. What should come out stands in test_account.py.
"""

from __future__ import annotations

from lvlian.chain.region import Firm, Line, Link, Region
from lvlian.chain.report.statement import Origin, Statement

MONTH, EARLIER = "2023-09", "2023-08"


def firm(key: str, short: str, kind: str, *processes: str, post: str = "统计岗", state: str = "running") -> Firm:
    lines = tuple(Line(process=p, capacity=120_000) for p in processes)
    return Firm(id=key, name=f"{short}有限公司", short=short, kind=kind, lines=lines, post=post, state=state)


BUYERS = ("jia", "yi", "bing", "ding", "wu")
REGION = Region(
    name="示例县",
    simulated=True,
    firms=(
        firm("smelter", "电解厂", "smelter", "electrolysis", "cast_tbar_ingot"),
        firm("jia", "甲铝", "processor", "cast_billet_liquid"),
        firm("yi", "乙铝", "processor", "cast_foundry_alloy_liquid"),
        firm("bing", "丙铝", "processor", "cast_rolled_strip_liquid"),
        firm("ding", "丁铝", "processor", "cast_billet_liquid"),
        firm("wu", "戊铝", "processor", "cast_billet_liquid"),
        firm("grid", "供电所", "power"),
        firm("carrier", "运输队", "haulier", post="调度"),
        firm("dross", "灰渣厂", "recycler", "dross_processing", post="地磅"),
    ),
    links=(
        *(Link(source="smelter", target=buyer, good="liquid_aluminium") for buyer in BUYERS),
        *(Link(source=caster, target="dross", good="dross") for caster in ("smelter", "jia", "yi", "bing")),
    ),
    complete=frozenset({("smelter", "liquid_aluminium")}),
)
"""One smelter that casts what it does not sell as liquid, five buyers, of which two do not report what they took."""


def said(party: str, item: str, good: str, value: float, cell: str = "", **more: object) -> Statement:
    unit = "kWh" if good == "electricity" else "t"
    fields = {"month": MONTH, "unit": unit, "origin": Origin(f"{party}.xlsx", "填报", cell or "D1"), **more}
    return Statement(party=party, item=item, good=good, value=value, **fields)


LIQUID = "liquid_aluminium"
STATEMENTS = (
    said("smelter", "used", "alumina", 173_100, process="electrolysis"),
    said("grid", "used", "electricity", 1.2124e9, firm="smelter", process="electrolysis", source="meter"),
    said("smelter", "made", LIQUID, 90_180),
    said("smelter", "sent", LIQUID, 41_200, "E12", partner="jia"),  # 1,400 too many
    said("jia", "received", LIQUID, 39_652, partner="smelter"),
    said("smelter", "sent", LIQUID, 7_910, partner="yi"),
    said("yi", "received", LIQUID, 7_872, partner="smelter"),
    said("smelter", "sent", LIQUID, 6_318, partner="bing"),
    said("bing", "received", LIQUID, 6_270, partner="smelter"),
    said("carrier", "hauled", LIQUID, 61_300, "B4"),  # one buyer left out
    said("jia", "received", "aluminium_scrap", 1_900),
    said("jia", "made", "billet", 41_010),
    said("yi", "received", "aluminium_scrap", 0.64, "C6"),  # thousand tonnes
    said("yi", "made", "foundry_alloy", 9_050),
    said("bing", "made", "cast_rolled_strip", 61_100, "D9"),  # ten times
    said("smelter", "made", "aluminium_ingot", 22_720),  # 500 t are missing between these three
    said("smelter", "sent", "aluminium_ingot", 21_200, partner="outside"),
    said("smelter", "closing", "aluminium_ingot", 4_020, sd=60.0),
)
STALE = said("wu", "made", "billet", 5_240)
BEFORE = (
    said("smelter", "closing", "aluminium_ingot", 3_000, month=EARLIER, sd=5.0),
    said("wu", "made", "billet", 5_240, month=EARLIER),
)
CLEAN = tuple(
    s if fixed is None else said(s.party, s.item, s.good, fixed, partner=s.partner, process=s.process, sd=s.sd)
    for s, fixed in zip(
        STATEMENTS,
        (
            None,
            None,
            None,
            39_812,
            None,
            None,
            None,
            None,
            None,
            67_300,
            None,
            None,
            640,
            None,
            6_110,
            22_220,
            None,
            None,
        ),
        strict=True,
    )
)
"""The same month without its five troubles."""
