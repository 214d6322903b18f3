"""A goal under a scenario beside the same goal without it: figure, band, chance, and the light that the chance gives."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lvlian.site import saying

if TYPE_CHECKING:
    from lvlian.outlook.case import Aim
    from lvlian.outlook.projection import Projection, Reach
    from lvlian.outlook.risk import Chance, Risk

SURE, LIKELY = 0.7, 0.3
"""A chance from the first on is ● , from the second on ▲ , below it ■ ."""
SHOWN = 6
COUNTED = ("户", "家", "个", "次", "项", "人")


def light_of(chance: float | None) -> str:
    """The light of a chance: `ok` from 70 %, `warn` from 30 %, `bad` below, `none` where nothing can be said."""
    if chance is None:
        return "none"
    return "ok" if chance >= SURE else "warn" if chance >= LIKELY else "bad"


def places_for(values: Iterable[float | None], unit: str = "") -> int:
    """Decimals with which figures of one goal are told side by side."""
    sizes = [abs(value) for value in values if value is not None and math.isfinite(value)]
    if unit in COUNTED or not sizes:
        return 0
    top = max(sizes)
    return 0 if top >= 300 else 1 if top >= 10 else 2


@dataclass(frozen=True, kw_only=True)
class GoalFigures:
    """`value` is the median of the draws (the projection where there are none) in the goal's unit, `base` the same without the scenario, `low` and
    `high` the 80 % interval. `missing` says what is lacking, and `ask` whom to ask; then there are no figures."""

    aim: Aim
    goal: int | None = None
    value: float | None = None
    base: float | None = None
    low: float | None = None
    high: float | None = None
    chance: float | None = None
    before: float | None = None
    missing: str = ""
    ask: str = ""
    variant: str = ""
    notes: tuple[str, ...] = ()
    about: str = ""
    """The list of projects or the firm that it is about, as short as it is called."""

    @property
    def known(self) -> bool:
        return self.value is not None

    @property
    def light(self) -> str:
        return light_of(self.chance)

    @property
    def places(self) -> int:
        return places_for((self.value, self.base), self.aim.unit)

    @property
    def changed(self) -> bool:
        if self.value is None or self.base is None:
            return False
        return saying.number(self.value, self.places) != saying.number(self.base, self.places)

    @property
    def gap(self) -> float | None:
        """Figure less goal."""
        return None if self.value is None else self.value - self.aim.value

    @property
    def told(self) -> str:
        return saying.number(self.value, self.places)

    @property
    def base_told(self) -> str:
        return saying.number(self.base, self.places)

    @property
    def interval(self) -> str:
        if self.low is None or self.high is None:
            return ""
        return saying.between(saying.number(self.low, self.places), saying.number(self.high, self.places))

    @property
    def target(self) -> str:
        """`≥ 180`, `900 左右`, `550`."""
        aim = self.aim
        figure = saying.number(aim.value)
        if aim.value_max is not None:
            figure = saying.between(figure, saying.number(aim.value_max))
        if aim.op == "~":
            return _("%(figure)s 左右") % {"figure": figure}
        return figure if aim.op == "=" else f"{saying.relation(aim.op)} {figure}"

    @property
    def title(self) -> str:
        """The goal's name, with the list or firm that it is about."""
        return self.aim.name if not self.about or self.about in self.aim.name else f"{self.about}{self.aim.name}"

    @property
    def gauge(self) -> SafeString:
        return gauge(self)


def gauge(one: GoalFigures) -> SafeString:
    """Band, median, baseline tick and goal diamond on one axis."""
    if one.value is None:
        return SafeString("")
    width, side, y = 200, 8, 15
    marks = [v for v in (one.value, one.base, one.low, one.high, one.aim.value) if v is not None and math.isfinite(v)]
    low, high = min(marks), max(marks)
    room = (high - low) * 0.15 or abs(high) * 0.1 or 1.0
    low, high = low - room, high + room

    def at(value: float) -> float:
        return round(side + (value - low) / (high - low) * (width - 2 * side), 1)

    parts = [format_html('<line class="axis" x1="0" y1="{0}" x2="{1}" y2="{0}"/>', y, width)]
    if one.low is not None and one.high is not None:
        left, right = at(one.low), at(one.high)
        parts.append(
            format_html(
                '<rect class="band" x="{}" y="{}" width="{}" height="8"/>', left, y - 4, max(round(right - left, 1), 1)
            )
        )
    if one.base is not None:
        parts.append(
            format_html('<line class="base" x1="{0}" y1="{1}" x2="{0}" y2="{2}"/>', at(one.base), y - 6, y + 6)
        )
    parts.append(format_html('<line class="median" x1="{0}" y1="{1}" x2="{0}" y2="{2}"/>', at(one.value), y - 5, y + 5))
    x = at(one.aim.value)
    parts.append(format_html('<path class="goal" d="M{0} {1}v11M{0} {2}l4 4l-4 4l-4-4z"/>', x, y - 5, y - 13))
    label = _("推演 %(value)s，80%% 区间 %(interval)s，规划 %(target)s") % {
        "value": one.told, "interval": one.interval or saying.DASH, "target": one.target,
    }  # fmt: skip
    return format_html(
        '<svg class="gauge" viewBox="0 0 {} 24" role="img" aria-label="{}">{}</svg>',
        width,
        label,
        mark_safe("".join(parts)),
    )


def figures_of(
    projection: Projection, risk: Risk | None, base: Projection, base_risk: Risk | None, goals: dict[str, int]
) -> tuple[GoalFigures, ...]:
    """Every goal of a case, in its order."""
    before = {one.aim.id: one for one in base.aims}
    chances = {one.aim.id: one for one in risk.chances} if risk is not None else {}
    base_chances = {one.aim.id: one for one in base_risk.chances} if base_risk is not None else {}
    names = projection.live.case.names if projection.live is not None else {}
    return tuple(
        _figures(
            names,
            one,
            chances.get(one.aim.id),
            before.get(one.aim.id),
            base_chances.get(one.aim.id),
            goals.get(one.aim.id),
        )
        for one in projection.aims
    )


def _figures(
    names: Mapping[str, str],
    reach: Reach,
    chance: Chance | None,
    base: Reach | None,
    was: Chance | None,
    goal: int | None,
) -> GoalFigures:
    from lvlian.site.account.saying_indicators import whom
    from lvlian.site.outlook.origins import pick

    aim = reach.aim
    about = aim.group or (names.get(aim.firm) or aim.subject if aim.firm else "")
    if reach.value is None:
        lack = reach.missing[0] if reach.missing else None
        return GoalFigures(
            aim=aim, goal=goal, about=about, missing=pick(lack.zh, lack.en) if lack is not None else aim.why, ask=_("、").join(whom(who) for who in lack.ask) if lack is not None else "",
        )  # fmt: skip
    band = chance.interval if chance is not None else None
    return GoalFigures(
        aim=aim,
        goal=goal,
        value=_first(chance.median if chance is not None else None, reach.value),
        base=_first(was.median if was is not None else None, base.value if base is not None else None),
        low=band[0] if band else None,
        high=band[1] if band else None,
        chance=chance.chance if chance is not None else None,
        before=was.chance if was is not None else None,
        variant=pick(reach.zh, _english(reach)),
        notes=reach.notes if pick("zh", "en") == "zh" else reach.notes_en or reach.notes,
        about=about,
    )


def _english(reach: Reach) -> str:
    """The reading of a goal in English, from the library of indicators."""
    from lvlian.chain.indicators.load_formulas import load_formulas

    formula = load_formulas().formulas.get(reach.aim.indicator)
    variants = formula.variants if formula is not None else ()
    return next((one.en for one in variants if one.id == reach.variant), "")


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None and math.isfinite(value)), None)


def years_of(rows: Sequence[GoalFigures]) -> list[int]:
    """The years that goals are set for."""
    return sorted({one.aim.year for one in rows if one.aim.year})


def main_goals(rows: Sequence[GoalFigures], year: int, most: int = SHOWN) -> list[GoalFigures]:
    """The goals of a year that are always in view: those that a figure is known of, the region's before those of lists and firms."""
    mine = [one for one in rows if one.aim.year == year]
    ranked = sorted(
        enumerate(mine), key=lambda pair: (not pair[1].known, bool(pair[1].aim.firm), bool(pair[1].aim.group), pair[0])
    )
    chosen = {place for place, _one in ranked[:most]}
    return [one for place, one in enumerate(mine) if place in chosen]
