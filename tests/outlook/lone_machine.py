"""A machine small enough to be checked by hand: projects that start late, one product, one price. It stands in for pipeline and chain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lvlian.outlook.case import Aim, Case, Factor, Need, Plant, Premise, Project
from lvlian.outlook.risk.engine import Outcome, Reading
from lvlian.outlook.risk.goal import Course
from lvlian.outlook.risk.hold import Hold
from lvlian.outlook.risk.sample import Delay, Draws, Plan, plan_draws


def lone_case(case: Case, projects: int = 3) -> Case:
    """`projects` projects of 100 kt/a each, due at the start of quarters 1, 2, 3 …, all waiting for one factor; two goals."""
    return Case(
        region=case.region,
        today=case.today,
        first=case.first,
        count=8,
        plants=tuple(
            Plant(id=f"p{n}", firm=f"f{n}", process="x", capacity=100_000, project=f"j{n}") for n in range(projects)
        ),
        projects=tuple(
            Project(id=f"j{n}", name=f"项目{n}", plants=(f"p{n}",), needs=(Need(factor="tower"),))
            for n in range(projects)
        ),
        factors=(Factor(id="tower", kind="power", title="变电站"),),
        aims=(
            Aim(
                id="out", name="产量", indicator="o", variant="", op=">=", value=20, unit="万吨", year=2025, factor=1e4
            ),
            Aim(
                id="value",
                name="产值",
                indicator="v",
                variant="",
                op="~",
                value=40,
                unit="亿元",
                year=2025,
                factor=1e8,
            ),
            Aim(
                id="firms",
                name="户数",
                indicator="",
                variant="",
                op=">=",
                value=6,
                unit="户",
                year=2025,
                why="没有口径",
            ),
        ),
        premises=(
            Premise(
                key="price.aluminium_ingot", zh="铝价", en="price", value=17_200, low=14_000, high=21_000, group="price"
            ),
            Premise(key="load.x", zh="负荷", en="load", value=0.9, low=0.5, high=1, spread=0.03, group="market"),
            Premise(
                key="power.dry",
                zh="枯水",
                en="dry",
                value=-0.1,
                low=-0.4,
                high=0,
                spread=0.05,
                law="normal",
                group="power",
            ),
        ),
        scenario="",
        simulated=True,
    )


@dataclass(frozen=True)
class LoneMachine:
    case: Case
    plan: Plan
    shared: float = 1.0

    @property
    def aims(self):
        return [aim for aim in self.case.aims if aim.indicator]

    weight = 24

    @property
    def silent(self):
        return {"firms": ("没有口径", "no formula")}

    @property
    def assumptions(self):
        return (("设定", "assumed"),)

    def frame(self, aim: Aim) -> Course:
        least = aim.value * (1 - aim.about) if aim.op == "~" else aim.value
        return Course(np.zeros((0, 0)), factor=aim.factor, least=least)

    def outcome(self, draws: Draws) -> Outcome:
        width = self.case.count
        due = np.arange(len(self.case.projects)) + 1.0
        wait = self.shared * draws.factor_delay[:, :1]
        start = np.maximum(due + draws.delay, due + wait)
        quarter = np.arange(width)
        share = np.clip((quarter - start[:, :, None] + 1) / 4, 0, 1)
        load = draws.values.get("load.x", np.full(draws.count, 0.9))
        dry = draws.values.get("power.dry", np.zeros((draws.count, width)))
        made = 25_000 * share.sum(axis=1) * load[:, None] * (1 + dry * (quarter % 4 == 0))
        price = 17_200 * draws.paths.get("price.aluminium_ingot", np.ones((draws.count, width)))
        return Outcome({"out": Reading(made), "value": Reading(made * price)})

    def holds(self, draws: Draws):
        late = draws.factor_delay[:, :1] > draws.delay[:, :1]
        quarter = np.arange(self.case.count)
        which = np.where(late & (quarter < 3), 0, np.where(quarter < 5, 1, -1))
        return {"out": Hold((("tower", "负荷", "substation"), ("ramp", "爬坡", "ramp")), which)}


def lone_machine(case: Case, *, common: float = 0.0, never: float = 0.0, shared: float = 1.0) -> LoneMachine:
    from dataclasses import replace

    premise = Premise(key="slip.common", zh="共同", en="common", value=common, low=0, high=0.9)
    case = replace(case, premises=(*case.premises, premise))
    delays = {f"project.{one.id}": Delay(shape=1.5, scale=0.8, never=never) for one in case.projects}
    delays["factor.tower"] = Delay(shape=1.5, scale=1.0)
    return LoneMachine(case, plan_draws(case, delays), shared)
