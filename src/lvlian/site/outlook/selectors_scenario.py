"""What the scenario page reads: the case as an address turns it, beside the case as it is; which premises matter; what cannot all hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import QueryDict

from lvlian.site.frame import today
from lvlian.site.org.access import Access
from lvlian.site.org.models import Region
from lvlian.site.outlook.goal_figures import COUNTED, GoalFigures, figures_of, main_goals, years_of
from lvlian.site.outlook.models import Scenario
from lvlian.site.outlook.overlay import Turned, read
from lvlian.site.outlook.selectors import (
    Ground,
    ground_of,
    key_of,
    library,
    once,
    projection_of,
    risk_of,
    scenarios_of,
    with_overlay,
)

if TYPE_CHECKING:
    from lvlian.outlook.case import Case, Premise
    from lvlian.outlook.conflict import Conflict
    from lvlian.outlook.projection import Projection, Swing
    from lvlian.outlook.risk import Risk

LARGEST_WEIGHT = 0.3
QUOTAS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("factor", ("factor.",), 3),
    ("project", ("project.", "start."), 3),
    ("power", ("power.",), 2),
    ("price", ("price.",), 1),
    ("price", ("intensity.",), 1),
    ("ramp", ("ramp.",), 1),
)
"""Group, beginnings of keys, how many of them stand first."""
ALWAYS = ("power.dry", "start.rate")


@dataclass(frozen=True)
class Room:
    """A region's case under what an address turns. `error`: why the changes cannot be applied; then nothing is turned."""

    region: Region
    ground: Ground
    scenarios: Sequence[Scenario]
    turned: Turned
    error: str = ""

    @property
    def overlay(self) -> dict[str, Any]:
        return self.turned.overlay

    @cached_property
    def case(self) -> Case:
        return with_overlay(self.ground.case, self.overlay)

    @cached_property
    def projection(self) -> Projection:
        return projection_of(self.ground, self.overlay)

    @cached_property
    def base(self) -> Projection:
        return projection_of(self.ground, {})

    @cached_property
    def risk(self) -> Risk:
        return risk_of(self.ground, self.overlay)

    @cached_property
    def base_risk(self) -> Risk:
        return risk_of(self.ground, {})

    @cached_property
    def goals(self) -> tuple[GoalFigures, ...]:
        return figures_of(self.projection, self.risk, self.base, self.base_risk, dict(self.ground.goals))

    @cached_property
    def years(self) -> list[int]:
        return years_of(self.goals)

    @cached_property
    def year(self) -> int:
        """The year that is looked at: the address's, else that of today, else the next that a goal is set for."""
        if self.turned.year in self.years:
            return self.turned.year
        now = self.ground.case.today.year
        return next((year for year in self.years if year >= now), self.years[-1] if self.years else now)

    @cached_property
    def main(self) -> list[GoalFigures]:
        return main_goals(self.goals, self.year)

    @cached_property
    def aim(self) -> GoalFigures | None:
        """The goal of the chart: the address's (that of the same name in the year looked at), else the first of the year with a figure."""
        named = next((one for one in self.goals if one.aim.id == self.turned.aim and one.known), None)
        if named is not None and named.aim.year != self.year:
            named = next((one for one in self.goals if one.aim.year == self.year and alike(one, named)), named)
        return named or next(
            (one for one in self.main if one.known), next((one for one in self.goals if one.known), None)
        )


def alike(one: GoalFigures, other: GoalFigures) -> bool:
    """Whether two goals are the same but for their year."""
    a, b = one.aim, other.aim
    return (a.indicator, a.variant, a.firm, a.group, a.unit, a.mode) == (
        b.indicator,
        b.variant,
        b.firm,
        b.group,
        b.unit,
        b.mode,
    )


def by_year(goals: Sequence[GoalFigures], one: GoalFigures) -> list[GoalFigures]:
    """The same goal over the years, one for each; where a plan sets it twice, the one of the same name."""
    found: dict[int, GoalFigures] = {}
    for other in goals:
        if alike(other, one) and (other.aim.year not in found or other.aim.name == one.aim.name):
            found[other.aim.year] = other
    return [found[year] for year in sorted(found)]


def room_of(access: Access, region: Region, query: QueryDict) -> Room | None:
    """None where no plan with goals is in force."""
    from lvlian.outlook.case import CaseError

    ground = ground_of(access, region, today())
    if ground is None:
        return None
    scenarios = scenarios_of(access, region)
    turned, error = read(query, ground.case, scenarios), ""
    try:
        with_overlay(ground.case, turned.overlay)
    except CaseError as why:  # a scenario that was kept under an earlier plan
        turned, error = Turned(turned.scenario, {}, turned.year, turned.aim, turned.by, turned.strange), str(why)
    return Room(region, ground, scenarios, turned, error)


# What matters --------------------------------------------------------------------------------------------------------------
def notch(premise: Premise) -> tuple[float, float]:
    """One realistic turn of a premise to either side."""
    value, low, high = premise.value, min(premise.low, premise.value), max(premise.high, premise.value)
    if premise.key.endswith(".slip") or premise.key.startswith("ramp."):
        step = 2.0
    elif premise.key in ("power.dry", "start.rate"):
        step = 0.2
    elif premise.key.startswith("load."):
        step = 0.05
    elif premise.key.startswith("price."):
        step = 0.1 * value
    else:
        step = (high - low) / 2
    return max(value - step, low), min(value + step, high)


def base_swings(ground: Ground) -> tuple[Swing, ...]:
    """Every premise turned alone to either side in the case as it is."""

    def make() -> tuple[Swing, ...]:
        premises = [one for one in ground.case.premises if not one.key.endswith(".run")]
        return _swings(ground.case, premises)

    return once(("swings", ground.stamp), make)


def _swings(case: Case, premises: Sequence[Premise]) -> tuple[Swing, ...]:
    from lvlian.outlook.projection import sensitivity

    return sensitivity(
        case, [one.key for one in premises], {one.key: notch(one) for one in premises}, library=library()
    )


def weights_of(ground: Ground, goals: Sequence[GoalFigures], year: int) -> dict[str, float]:
    """How far each premise moves the goals of a year, as shares of the goals added up; what counts firms is left out, it moves by jumps."""
    mine = [one.aim for one in goals if one.known and one.aim.year == year and one.aim.unit not in COUNTED]
    return {
        swing.key: sum(min(swing.width(aim.id) / max(abs(aim.value), 1e-12), LARGEST_WEIGHT) for aim in mine)
        for swing in base_swings(ground)
    }


def first_keys(case: Case, weights: Mapping[str, float]) -> list[str]:
    """The premises that stand first: of each group those that move the goals most."""
    out: list[str] = []
    for _group, heads, most in QUOTAS:
        mine = [one.key for one in case.premises if one.key.startswith(heads) and one.key in weights]
        ranked = sorted(mine, key=lambda key: (key not in ALWAYS, -weights[key]))
        out += [key for key in ranked if weights[key] > 0 or key in ALWAYS][:most]
    return out


MOST_BARS = 8


def tornado_of(room: Room) -> list[Swing]:
    """What moves the goal of the chart most under the present changes, widest first."""
    if room.aim is None:
        return []
    aim = room.aim.aim.id
    order = sorted(base_swings(room.ground), key=lambda swing: -swing.width(aim))
    keys = [swing.key for swing in order if swing.width(aim) > 0][: MOST_BARS + 4]

    def make() -> tuple[Swing, ...]:
        wanted = {one.key: one for one in room.case.premises}
        return _swings(room.case, [wanted[key] for key in keys if key in wanted])

    swings = once(("tornado", room.ground.stamp, key_of(room.overlay), aim), make)
    return sorted((one for one in swings if one.width(aim) > 0), key=lambda swing: -swing.width(aim))[:MOST_BARS]


def conflicts_of(ground: Ground, overlay: Mapping[str, Any] | None = None) -> tuple[tuple[Conflict, ...], str]:
    """The sentences that cannot all hold under an overlay, worst first; and one sentence where they could not be searched."""
    from lvlian.outlook.conflict import conflicts

    overlay = overlay or {}

    def make() -> tuple[tuple[Conflict, ...], str]:
        try:
            return tuple(conflicts(with_overlay(ground.case, overlay), library())), ""
        except ValueError as error:  # every refusal of the engine is one
            return (), str(error)

    return once(("clashes", ground.stamp, key_of(overlay)), make)
