"""What the first page says of the outlook: each goal's figure, chance and band, and which late factor holds which project and goal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lvlian.site import saying
from lvlian.site.org.access import Access
from lvlian.site.org.models import Region
from lvlian.site.outlook.goal_figures import GoalFigures, figures_of
from lvlian.site.outlook.selectors import Ground, ground_of, projection_of, risk_of
from lvlian.site.plans.models import Goal

if TYPE_CHECKING:
    from lvlian.outlook.projection.rows import RiskRow
    from lvlian.outlook.risk import Chance

SHOWN = 4
GOALS = 2
"""So many chains stand on the first page, with so many goals each."""
LATE, SOON = 90, 0
"""A factor that comes later than the first is ■, otherwise ▲."""


@dataclass(frozen=True)
class Outlooked:
    """A goal on the first page: `figures` as the outlook page has them, `points` of its sparkline, `why` in one sentence."""

    figures: GoalFigures
    points: tuple[dict[str, object], ...] = ()
    why: str = ""
    url: str = ""


@dataclass(frozen=True)
class Held:
    """A late factor, the projects that it holds, and the goals that pay for it."""

    light: str
    word: str
    title: str
    days: str
    projects: tuple[str, ...]
    goals: tuple[tuple[str, str, str], ...]
    """(goal, its plan's figure, what is lost) in the goal's own unit."""
    more: int = 0


@dataclass(frozen=True)
class Standing:
    """The outlook of a region as the first page tells it; `goals` by goal."""

    ground: Ground
    goals: Mapping[int, Outlooked] = field(default_factory=dict)
    held: tuple[Held, ...] = ()
    chains: int = 0

    @property
    def simulated(self) -> bool:
        return self.ground.simulated


def standing_of(access: Access, region: Region, day: date) -> Standing | None:
    """None where the user may not see the outlook or no plan with goals is in force."""
    if not access.may("outlook.see"):
        return None
    ground = ground_of(access, region, day)
    if ground is None:
        return None
    made, risk = projection_of(ground), risk_of(ground)
    rows = figures_of(made, risk, made, risk, dict(ground.goals))
    chances = {one.aim.id: one for one in risk.chances}
    reasons = _reasons(made.risks, rows)
    goals = {
        one.goal: Outlooked(
            one, tuple(_points(chances.get(one.aim.id), ground)), reasons.get(one.aim.id, ""), _url(one)
        )
        for one in rows
        if one.goal is not None
    }
    costly = [row for row in made.risks if row.costs]
    # Somebody else's factor before a project's own progress: it is what a meeting can settle.
    held = tuple(_held(row, made, rows) for row in sorted(costly, key=lambda row: row.kind == "project"))
    return Standing(ground, goals, held[:SHOWN], len(held))


def _url(one: GoalFigures) -> str:
    return f"{reverse('outlook')}?{urlencode({'year': one.aim.year, 'goal': one.aim.id})}"


def _reasons(rows: Iterable[RiskRow], goals: Sequence[GoalFigures]) -> dict[str, str]:
    """By goal: the delay that costs it most, in one sentence."""
    named = {one.aim.id: one for one in goals}
    worst: dict[str, tuple[float, RiskRow]] = {}
    for row in rows:
        for aim, lost in row.costs.items():
            if lost > worst.get(aim, (0.0, row))[0]:
                worst[aim] = (lost, row)
    return {
        aim: _("%(factor)s晚 %(late)s，少 %(lost)s%(unit)s") % {
            "factor": row.title, "late": late_words(row.days), "lost": saying.number(lost, named[aim].places), "unit": named[aim].aim.unit,
        }
        for aim, (lost, row) in worst.items()
        if aim in named and float(saying.number(lost, named[aim].places).replace(",", "")) > 0
    }  # fmt: skip


def late_words(days: int) -> str:
    """`2 季`, or days where it is less than a month."""
    if days < 45:
        return ngettext("%(n)d 天", "%(n)d 天", days) % {"n": days}
    months = round(days / 30.4)
    return ngettext("%(n)d 个月", "%(n)d 个月", months) % {"n": months}


def _points(chance: Chance | None, ground: Ground) -> Iterable[dict[str, object]]:
    """The projection of each year that is still open, with its 80 % band."""
    if chance is None or chance.figures is None:
        return
    try:
        fan = chance.fan("year")
    except ValueError:
        return
    low, high = fan.band(80)
    for label, y, a, b in zip(fan.labels, fan.median, low, high, strict=True):
        if all(math.isfinite(v) for v in (y, a, b)):
            yield {"x": int(label), "y": float(y), "low": float(a), "high": float(b), "kind": "projection"}


def _held(row: RiskRow, made: Any, rows: Sequence[GoalFigures]) -> Held:
    aims = {one.aim.id: one for one in rows}
    projects = {one.id: one.name for one in made.projects}
    costs = sorted(
        ((aims[key], lost) for key, lost in row.costs.items() if key in aims and lost > 0),
        key=lambda pair: -pair[1] / max(abs(pair[0].aim.value), 1e-12),
    )
    late = row.days > LATE
    return Held(
        light="bad" if late else "warn", word=_("滞后") if late else _("预警"),
        title=_("项目自身进度") if row.kind == "project" else row.title,
        days=_("晚 %(late)s") % {"late": late_words(row.days)},
        projects=tuple(projects.get(key, key) for key in row.projects if key != row.id or row.kind == "project"),
        goals=tuple(
            (_("%(year)d %(goal)s") % {"year": one.aim.year, "goal": one.title}, f"{one.target}{one.aim.unit}", saying.number(-lost, one.places, sign=True))
            for one, lost in costs[:GOALS]
        ),
        more=max(len(costs) - GOALS, 0),
    )  # fmt: skip


def best(goals: Iterable[Goal], standing: Standing | None, day: date) -> Outlooked | None:
    """Of the goals of one track the one to tell: that of this year, else the nearest after it, of those that the outlook knows."""
    if standing is None:
        return None
    held = [(goal.year or 9999, standing.goals[goal.pk]) for goal in goals if goal.pk in standing.goals]
    ahead = sorted(
        (pair for pair in held if pair[0] >= day.year), key=lambda pair: (pair[0], not pair[1].figures.known)
    )
    known = [one for _year, one in ahead if one.figures.known]
    return known[0] if known else ahead[0][1] if ahead else None
