"""Delays with what they cost each goal, and for one goal what holds its quarters back, what moves it, and who decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.account.workbook import Cell
from lvlian.site.ledger.saying import factor_name
from lvlian.site.org.access import Access
from lvlian.site.outlook.fan_chart import quarter_name
from lvlian.site.outlook.goal_figures import GoalFigures
from lvlian.site.outlook.origins import origin_of, pick
from lvlian.site.outlook.overlay import name_of
from lvlian.site.outlook.selectors import key_of, once
from lvlian.site.outlook.selectors_overview import LATE, late_words
from lvlian.site.outlook.selectors_scenario import Room
from lvlian.site.outlook.selectors_standing import project_urls

if TYPE_CHECKING:
    from lvlian.outlook.projection.rows import RiskRow
    from lvlian.outlook.risk import Bottleneck, Decider, Driver

PROJECT = "project"
SMALL, LARGE = 0.2, 0.5
"""A cell of the heat table is a shade darker from each of these shares of the draws on."""
MOST_ROWS, MOST_DRIVERS = 10, 12
LEAST_SHARE = 0.005
"""What explains less of the spread is not listed."""


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What a delay takes from a goal; below 0 in `told` is lost, above it gained (a rate may rise when its denominator is late)."""

    goal: GoalFigures
    lost: float
    told: str

    @property
    def good(self) -> bool:
        return self.lost < 0


@dataclass(frozen=True, kw_only=True)
class ChainLine:
    """A delay, the projects that it holds (name, address), and its losses, greatest share of the goal first."""

    row: RiskRow
    kind: str
    light: str
    word: str
    late: str
    projects: tuple[tuple[str, str], ...]
    losses: tuple[Loss, ...]
    origin: dict[str, Any] | None

    @property
    def costly(self) -> bool:
        return bool(self.losses)

    def cost(self, aim: str) -> float:
        return next((one.lost for one in self.losses if one.goal.aim.id == aim), 0.0)


def kind_name(kind: str) -> str:
    return _("项目自身进度") if kind == PROJECT else factor_name(kind)


def chains_of(access: Access, room: Room) -> list[ChainLine]:
    """Every delay of the projection, dearest first."""
    made, ground = room.projection, room.ground
    case = room.case
    goals = {one.aim.id: one for one in room.goals if one.known}
    urls = project_urls(access, ground)
    names = {one.id: one.name for one in case.projects}
    refs = {**{one.id: one.ref for one in case.projects}, **{one.id: one.ref for one in case.factors}}
    out = []
    for row in made.risks:
        losses = [
            Loss(goal=goals[key], lost=lost, told=saying.number(-lost, goals[key].places, sign=True)) for key, lost in row.costs.items() if key in goals
        ]  # fmt: skip
        losses = [one for one in losses if any(sign in "123456789" for sign in one.told)]
        losses.sort(key=lambda one: -one.lost / max(abs(one.goal.aim.value), 1e-12))
        late = row.days > LATE
        out.append(
            ChainLine(
                row=row, kind=kind_name(row.kind), light="bad" if late else "warn", word=_("滞后") if late else _("预警"), late=late_words(row.days),
                projects=tuple((names.get(key, key), urls.get(key, "")) for key in row.projects), losses=tuple(losses),
                origin=origin_of(access, ground, refs[row.id], row.title) if row.id in refs else None,
            )
        )  # fmt: skip
    return out


# One goal ------------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Heat:
    """`rows` of (words, cells): each cell its share as told, its shade 0 … 3 and the share."""

    quarters: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, int, float], ...]], ...]


@dataclass(frozen=True, kw_only=True)
class DriverLine:
    name: str
    share: float
    told: str
    rank: str
    low: str
    high: str
    parts: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class DeciderLine:
    name: str
    told: str
    share: float


@dataclass(frozen=True)
class Why:
    """Of one goal: how often what holds it, the shares of its spread, and what alone in time would have saved it."""

    goal: GoalFigures
    heat: Heat
    drivers: tuple[DriverLine, ...]
    deciders: tuple[DeciderLine, ...]
    missed: str
    draws: int


def why_of(room: Room, goal: GoalFigures) -> Why:
    """Worked out for the goal of the page under what its address turns."""
    risk, aim = room.risk, goal.aim.id
    stamp = (room.ground.stamp, key_of(room.overlay), aim)
    chance = risk.of(aim)
    missed = "" if chance.chance is None else saying.chance(1 - chance.chance)
    drivers = once(("drivers", *stamp), lambda: risk.drivers(aim))
    deciders = once(("deciders", *stamp[:2]), risk.deciders) if chance.figures is not None else ()
    return Why(
        goal, _heat(room, risk.bottlenecks(aim)), tuple(_drivers(room, goal, drivers)), tuple(_deciders(room, aim, deciders)), missed, risk.draws,
    )  # fmt: skip


def _heat(room: Room, rows: Sequence[Bottleneck]) -> Heat:
    """The most frequent first; the same words for two factors of a kind are told by the factors' titles."""
    titles = {f"factor.{one.id}": one.title for one in room.case.factors}
    told = []
    for one in rows[:MOST_ROWS]:
        cells = tuple((saying.percent(x) if x > 0 else "", _shade(x), round(x, 4)) for x in one.often)
        told.append((titles.get(one.key) or pick(one.zh, one.en), cells))
    return Heat(tuple(quarter_name(str(one)) for one in room.case.quarters), tuple(told))


def _shade(share: float) -> int:
    return 0 if share <= 0 else 1 if share < SMALL else 2 if share < LARGE else 3


def _drivers(room: Room, goal: GoalFigures, rows: Sequence[Driver]) -> list[DriverLine]:
    premises = {one.key: one for one in room.case.premises}
    return [
        DriverLine(
            name=name_of(premises[one.key]) if one.key in premises else pick(one.zh, one.en), share=round(one.share, 4), told=saying.percent(one.share),
            rank=saying.number(one.rank, 2, sign=True), low=saying.number(one.low, goal.places), high=saying.number(one.high, goal.places),
            parts=({"value": one.share, "kind": "done"}, {"value": max(1 - one.share, 0.0), "kind": "rest"}),
        )
        for one in rows[:MOST_DRIVERS]
        if one.share >= LEAST_SHARE
    ]  # fmt: skip


def _deciders(room: Room, aim: str, rows: Sequence[Decider]) -> list[DeciderLine]:
    premises = {one.key: one for one in room.case.premises}
    found = sorted(((one, one.saves.get(aim, 0.0)) for one in rows), key=lambda pair: -pair[1])
    return [
        DeciderLine(name_of(premises[one.key]) if one.key in premises else pick(one.zh, one.en), saying.percent(share), round(share, 4))
        for one, share in found[:MOST_DRIVERS]
        if share >= LEAST_SHARE
    ]  # fmt: skip


def goal_of(room: Room) -> GoalFigures | None:
    """The goal that the lower part of the page is about: the address's, else the first of the year with a chance."""
    asked = next((one for one in room.goals if one.aim.id == room.turned.aim and one.chance is not None), None)
    return asked or next(
        (one for one in (room.aim, *room.main, *room.goals) if one is not None and one.chance is not None), None
    )


def title_of(goal: GoalFigures) -> str:
    return _("%(year)d年%(goal)s") % {"year": goal.aim.year, "goal": goal.title}


def address_of(goal: GoalFigures) -> str:
    return reverse("goal-detail", args=[goal.goal]) if goal.goal is not None else ""


# The workbook ----------------------------------------------------------------------------------------------------------------
def sheets_of(lines: Sequence[ChainLine], why: Why | None) -> list[tuple[str, list[str], list[list[Cell]]]]:
    chains: list[list[Cell]] = []
    for one in lines:
        head: list[Cell] = [
            one.row.title,
            one.kind,
            one.row.unit_name,
            one.row.days,
            _("、").join(name for name, _url in one.projects),
        ]
        if not one.losses:
            chains.append([*head, _("目标年份的数不变"), "", "", None])
        chains += [
            [*head, title_of(loss.goal), f"{loss.goal.target}{loss.goal.aim.unit}", loss.goal.aim.unit, round(-loss.lost, loss.goal.places + 1)] for loss in one.losses
        ]  # fmt: skip
    out: list[tuple[str, list[str], list[list[Cell]]]] = [
        (_("风险"), [_("哪里晚了"), _("类"), _("责任单位"), _("晚，天"), _("拖住的项目"), _("受影响的目标"), _("规划"), _("单位"), _("差")], chains)
    ]  # fmt: skip
    if why is not None:
        heat: list[list[Cell]] = [[words, *(share for _told, _shade, share in cells)] for words, cells in why.heat.rows]
        out += [
            (_("每季卡在哪里"), [title_of(why.goal), *why.heat.quarters], heat),
            (_("什么最左右结果"), [title_of(why.goal), _("占方差"), _("秩相关"), _("低档时"), _("高档时")], [[d.name, d.share, d.rank, d.low, d.high] for d in why.drivers]),
            (_("按期就能救回"), [title_of(why.goal), _("占没达成的抽样")], [[d.name, d.share] for d in why.deciders]),
        ]  # fmt: skip
    return out
