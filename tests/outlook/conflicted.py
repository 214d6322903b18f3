"""Small plans for the tests of conflicts: goals of one chain by year, and projects with dates, made to measure."""

from __future__ import annotations

from datetime import date

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim, Case, Factor, Need, Premise, Project, Ref, Step

INTENSITY = "intensity.electrolysis.electricity"


def aim(place: int, indicator: str, value: float, unit: str, op: str = ">=", year: int = 2026, **more) -> Aim:
    """A goal with its place in the plan's list as its sentence."""
    return Aim(id=f"g{place}", name=more.pop("name", indicator), indicator=indicator, variant=more.pop("variant", ""), op=op, value=value, unit=unit, year=year,
               ref=Ref(kind="plan", section=f"一、（{place}）", fact=("goals", place)), **more)  # fmt: skip


def reported(value: float, kind: str = "account") -> Premise:
    """The measured intensity of electrolysis."""
    return Premise(key=INTENSITY, zh="电解铝交流电耗", en="AC power of electrolysis", value=value, low=13_000, high=13_700, group="intensity", ref=Ref(kind=kind, words="1–9月报表"))  # fmt: skip


def case_of(*aims: Aim, premises=(), projects=(), factors=(), today: date = date(2025, 1, 10), **more) -> Case:
    return Case(region="青岩县", today=today, first=Quarter(today.year, 1), count=8, aims=tuple(aims), premises=tuple(premises), projects=tuple(projects),
                factors=tuple(factors), **more)  # fmt: skip


def value_plan(
    value=900.0, metal=180.0, rate=4.0, intensity: float | None = 13_420.0, year: int = 2026, **more
) -> Case:
    """Output value 左右, metal 以上, value per kWh 以上, and a reported intensity (None: nobody reported one)."""
    aims = (
        aim(0, "chain_output_value", value, "亿元", "~", year, name="综合产值"),
        aim(1, "output_per_kwh", rate, "元/kWh", ">=", year, name="度电产值"),
        aim(2, "primary_output", metal, "万吨", ">=", year, name="电解铝产量", variant="tapped"),
    )
    return case_of(*aims, premises=() if intensity is None else (reported(intensity),), **more)


def project(
    key: str, *, started=None, running=None, needs=(), kind: str = "semis", stage: str = "signed", **more
) -> Project:
    """A project whose steps are (day, words) or a day."""
    steps = []
    for name, given in (("started", started), ("running", running)):
        if given is not None:
            day, words = given if isinstance(given, tuple) else (given, f"{given:%Y-%m}")
            steps.append(
                Step(
                    stage=name,
                    promised=day,
                    words=words,
                    ref=Ref(kind="plan", section="二、（二）", fact=("milestones", hash((key, name)) % 1000)),
                )
            )
    return Project(id=key, name=f"{key}项目", kind=kind, stage=stage, steps=tuple(steps), needs=tuple(needs), unit_name="园区管委会", **more)  # fmt: skip


def land(key: str, day: date | None, **more) -> Factor:
    return Factor(id=key, kind="land", title=f"{key}供地", promised=day, unit_name="自然资源局", ref=Ref(kind="plan", section="二、（四）", fact=("milestones", 7)), **more)  # fmt: skip


def waits(key: str, stage: str = "started", kind: str = "plan") -> Need:
    return Need(factor=key, stage=stage, ref=Ref(kind=kind))
