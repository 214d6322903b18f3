"""The cheapest way that was found, as plain data: made in the request of a small region, in a job of a large one, read by the same page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lvlian.site.outlook.goal_figures import GoalFigures
from lvlian.site.outlook.origins import pick
from lvlian.site.outlook.selectors import QUICK, SEED, key_of, library, once, risk_of
from lvlian.site.outlook.selectors_scenario import Room
from lvlian.site.outlook.wanted import SURE, WAN, Wanted

if TYPE_CHECKING:
    from lvlian.outlook.pathway import Plan
    from lvlian.outlook.program import Progress
    from lvlian.outlook.risk import Risk

AT_ONCE = 40
"""Up to so many projects the way is found while the page is asked for."""
SECONDS = 2.0
"""So long a request may search; the best found by then is shown."""
MINUTES = 10.0
"""So long a job may search."""


@dataclass(frozen=True)
class Way:
    """`data` the public form of a pathway (lvlian-pathway/1); `chances` `before` and `after` by aim: [median, low, high, chance]."""

    data: Mapping[str, Any]
    chances: Mapping[str, Mapping[str, list[float | None]]]

    @property
    def found(self) -> bool:
        return self.data["status"] in ("optimal", "best")

    @cached_property
    def goals(self) -> dict[str, Mapping[str, Any]]:
        return {row["id"]: row for row in self.data["goals"]}

    def figures(self, room: Room) -> list[GoalFigures]:
        """Every goal with all moves done beside the same goal without them; medians of the draws where there are some."""
        out, about = [], {one.aim.id: one.about for one in room.goals}
        for aim in room.case.aims:
            row = self.goals.get(aim.id)
            if row is None:
                continue
            if row["after"] is None:
                out.append(
                    GoalFigures(
                        aim=aim,
                        goal=room.ground.goals.get(aim.id),
                        about=about.get(aim.id, ""),
                        missing=pick(row["why_zh"], row["why_en"]) or aim.why,
                    )
                )
                continue
            now, was = self.chances["after"].get(aim.id), self.chances["before"].get(aim.id)
            out.append(
                GoalFigures(
                    aim=aim, goal=room.ground.goals.get(aim.id), about=about.get(aim.id, ""), value=_first(now, row["after"]), base=_first(was, row["before"]), low=now[1] if now else None,
                    high=now[2] if now else None, chance=now[3] if now else None, before=was[3] if was else None,
                )
            )  # fmt: skip
        return out

    def to_json(self) -> dict[str, Any]:
        return {"data": dict(self.data), "chances": {side: dict(rows) for side, rows in self.chances.items()}}


def _first(told: list[float | None] | None, otherwise: float | None) -> float | None:
    return otherwise if not told or told[0] is None else told[0]


def way_from(kept: Mapping[str, Any]) -> Way:
    """What a job kept."""
    return Way(kept["data"], kept["chances"])


def small(room: Room) -> bool:
    return len(room.case.projects) <= AT_ONCE


def way_of(room: Room, wanted: Wanted) -> Way:
    """The way, found at once. Raises CaseError."""
    return once(
        ("way", room.ground.stamp, key_of(room.overlay), wanted.key), lambda: search(room, wanted, seconds=SECONDS)
    )


def search(
    room: Room,
    wanted: Wanted,
    *,
    seconds: float,
    progress: Callable[[str, Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Way:
    """Solves, does all moves in the case, and draws it again. Raises CaseError."""
    from lvlian.outlook.pathway import pathway
    from lvlian.outlook.risk import risk

    budget = None if wanted.budget is None else wanted.budget * WAN
    found = pathway(
        room.case, library(), options=wanted.options(), aims=wanted.aims, objective=wanted.want, budget=budget, seconds=seconds, chance=SURE,  # type: ignore[arg-type]
        progress=progress, stop=stop,
    )  # fmt: skip
    before = _chances(risk_of(room.ground, room.overlay))
    after = _chances(risk(found.case, library(), draws=QUICK, seed=SEED)) if found.case is not None else {}
    return Way(found.to_json(), {"before": before, "after": after})


def _chances(drawn: Risk) -> dict[str, list[float | None]]:
    out = {}
    for one in drawn.chances:
        low, high = one.interval if one.interval else (None, None)
        out[one.aim.id] = [_plain(one.median), _plain(low), _plain(high), _plain(one.chance)]
    return out


def _plain(value: float | None) -> float | None:
    return float(value) if value is not None and value == value and abs(value) != float("inf") else None


def plan_for(room: Room, wanted: Wanted) -> Plan:
    """The solved programme of the same question, for what is asked beside it. Raises CaseError."""
    from lvlian.outlook.pathway import options_of, plan_of

    budget = None if wanted.budget is None else wanted.budget * WAN
    aims = wanted.aims if wanted.aims != "chance" else "soft"
    plan = plan_of(room.case, library(), options_of(wanted.options()), aims=aims, purpose=wanted.want, budget=budget)
    plan.solve(seconds=SECONDS)
    return plan


def others_of(room: Room, wanted: Wanted) -> list[dict[str, Any]]:
    """Ways nearly as good that differ in projects, the first beside them: `cost`, `figures`, `chosen` of each. Empty where there are none."""
    from lvlian.outlook.pathway import others
    from lvlian.outlook.pathway.tables import chosen_of

    def make() -> list[dict[str, Any]]:
        plan = plan_for(room, wanted)
        if plan.last is None or not plan.last.found:
            return []
        first = {
            "extra": 0.0, "cost": plan.last.spent, "figures": plan.last.figures(plan.built), "short": float(plan.last.short.sum()),
            "chosen": [list(one) for one in chosen_of(plan.built, plan.last)],
        }  # fmt: skip
        found = [one.to_json() for one in others(plan, count=3, seconds=4.0)]
        return [first, *found] if found else []

    return once(("others", room.ground.stamp, key_of(room.overlay), wanted.key), make)


def front_points(room: Room, wanted: Wanted, first: str, second: str) -> list[dict[str, Any]]:
    """What one aim costs in another: plans between the best for the one and the best for the other. Raises CaseError."""
    from lvlian.outlook.pathway import front_of

    def make() -> list[dict[str, Any]]:
        plan = plan_for(room, wanted)
        return [one.to_json() for one in front_of(plan, first, second, points=9, seconds=4.0)]

    return once(("front", room.ground.stamp, key_of(room.overlay), wanted.key, first, second), make)
