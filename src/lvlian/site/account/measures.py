"""核算: what the account says of a goal, as pages print it beside the plan's figure: value, difference, light, or what is missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from lvlian.chain.indicators.value import Z80
from lvlian.site import saying
from lvlian.site.account.saying_indicators import places, said, whom
from lvlian.site.account.selectors_aims import Told, told_of
from lvlian.site.org.access import Access
from lvlian.site.plans.models import Goal

LIKELY, UNLIKELY = 0.8, 0.2
"""From this chance on that a goal is met now its light is ●; under the other it is ■, once it is due."""
YEAR_MONTHS = 12
DASH = "–"


@dataclass(frozen=True, slots=True)
class Measure:
    """`text` the account's figure in the goal's unit (a range where the variant is not fixed), `value` where it is one figure, `low`..`high`
    its 80 % interval or the range; `gap` as printed (`差 842.3`), `short` its size; `paced` what would be there by now if it came
    evenly over the year (an assumption), None where the goal is no sum over the year or not of this year."""

    goal: Goal
    month: str
    light: str
    word: str
    reason: str
    text: str = ""
    spread: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    gap: str = ""
    short: float | None = None
    chance: float | None = None
    paced: float | None = None
    months: int = 0
    unfixed: bool = False
    simulated: bool = False
    url: str = ""

    @property
    def known(self) -> bool:
        return bool(self.text)

    @property
    def as_of(self) -> str:
        """`2024-05`, or `2024-01—05` where months are added up."""
        return self.month


def measures_of(access: Access, goals: Sequence[Goal], until: str = "") -> dict[int, Measure]:
    """By goal, of those that were confirmed to mean an indicator; up to the month `until`."""
    return {pk: measure(told) for pk, told in told_of(access, goals, until).items()}


def best(goals: Iterable[Goal], measures: dict[int, Measure]) -> Measure | None:
    """Of the goals of one track the one to look at: that of the account's year, else the nearest after it, else the last."""
    held = [(goal, measures[goal.pk]) for goal in goals if goal.pk in measures]
    if not held:
        return None
    year = max((int(one.month[:4]) for _goal, one in held if one.month), default=0)
    ahead = [pair for pair in held if (pair[0].year or 9999) >= year]
    return min(ahead, key=lambda pair: pair[0].year or 9999)[1] if ahead else held[-1][1]


def measure(told: Told) -> Measure:
    goal = told.aim.goal
    url = reverse("indicator-detail", args=[told.aim.indicator])
    blank = {"goal": goal, "month": told.month, "url": url, "simulated": told.simulated}
    if told.hidden:
        return Measure(**blank, light="none", word=_("不公布"), reason=_("一家企业的数，只给看企业数的人看"))  # type: ignore[arg-type]
    if not told.known:
        return Measure(**blank, light="none", word=_("缺数"), reason=_lack(told))  # type: ignore[arg-type]
    summed = told.reading is not None and told.reading.over == "sum" and not _is_ratio(told)
    count = len(told.months)
    year = int(told.month[:4])
    pace = goal.value * count / YEAR_MONTHS if summed and goal.year == year and count < YEAR_MONTHS else None
    ends = told.ends or (math.nan, math.nan)
    only = told.only
    value = only.value if only is not None else None
    spread = Z80 * (only.sd or 0.0) if only is not None and value is not None else None
    digits = places(ends[1], spread or None)
    if value is not None:
        text = saying.number(value, digits)
    else:
        text = DASH.join(dict.fromkeys(saying.number(end, digits) for end in ends))
    light, word, reason = _light(told, pace, count, year, summed)
    if told.unfixed:
        reason = _("；").join(filter(None, (_("口径未定，%(n)d 种并列") % {"n": len(told.comparisons)}, reason)))
    short = only.short if only is not None and only.short and not _apart(goal, year, summed, count) else None
    low, high = (value - (spread or 0), value + (spread or 0)) if value is not None else ends
    return Measure(
        **blank, light=light, word=word, reason=reason, text=text, spread=saying.number(spread, digits) if spread else "", value=value,  # type: ignore[arg-type]
        low=low, high=high, gap=_("差 %(gap)s") % {"gap": saying.number(short, digits)} if short else "", short=short,
        chance=only.chance if only is not None else None, paced=pace, months=count if summed else 1, unfixed=told.unfixed,
    )  # fmt: skip


def _is_ratio(told: Told) -> bool:
    values = told.reading.values if told.reading is not None else ()
    return any(value.denominator is not None for value in values)


def _apart(goal: Goal, year: int, summed: bool, count: int) -> bool:
    """Whether a difference would say nothing: some months of a year beside a year's figure."""
    return summed and (goal.year != year or count < YEAR_MONTHS)


def _lack(told: Told) -> str:
    if told.why == "no-account":
        return _("还没有报数，问各企业统计岗")
    if told.why == "no-firm":
        return _("链账里没有这家企业")
    if told.why in ("", "missing"):
        return _("缺企业报数")
    first = said(told.why.split("; ")[0])
    more = told.why.count("; ")
    words = _("缺 %(what)s") % {"what": first} + (_(" 等 %(n)d 项") % {"n": more + 1} if more else "")
    return f"{words}{_('，问 ')}{_('、').join(whom(one) for one in told.asked[:2])}" if told.asked else words


def _light(told: Told, pace: float | None, count: int, year: int, summed: bool) -> tuple[str, str, str]:
    """(light, word, reason). A goal of a later year is not due; a sum of some months is held against even progress."""
    goal = told.aim.goal
    if goal.year is not None and goal.year > year:
        return "none", _("未到期"), _("目标是 %(year)d 年，账到 %(month)s") % {"year": goal.year, "month": told.month}
    if pace is not None:
        chances = [_reaches(one, pace, goal.op) for one in told.known]
        words = _("年累计 %(n)d 个月；序时 %(pace)s（按月均摊，假设）") % {
            "n": count,
            "pace": saying.number(pace, places(pace, None)),
        }
        return (*_by(chances, due=True), words)
    chances = [c for one in told.known for c in (one.chance, one.chance_low, one.chance_high) if c is not None]
    due = goal.year is None or goal.year < year or count >= YEAR_MONTHS
    if summed and goal.year is not None and goal.year < year:
        return "none", _("已过期"), _("%(year)d 年的账不全") % {"year": goal.year}
    words = _("已经达到的把握 %(chance)s") % {"chance": saying.percent(chances[0])} if len(chances) == 1 else ""
    return (*_by(chances, due=due), words)


def _reaches(one: object, pace: float, op: str) -> float:
    """The chance that a comparison's figure is at least (at most for `<=`) what even progress asks."""
    value, sd = getattr(one, "value", None), getattr(one, "sd", None) or 0.0
    if value is None:
        low, high = getattr(one, "low", None), getattr(one, "high", None)
        if low is not None and low >= pace:
            return 1.0
        return 0.5 if high is None or high >= pace else 0.0
    at_least = 1.0 if value >= pace else 0.0
    if sd > 0:
        at_least = 0.5 * math.erfc((pace - value) / (sd * math.sqrt(2)))
    return 1 - at_least if op in ("<=", "<") else at_least


def _by(chances: Sequence[float], *, due: bool) -> tuple[str, str]:
    if not chances:
        return "none", ""
    if min(chances) >= LIKELY:
        return "ok", ""
    if due and max(chances) <= UNLIKELY:
        return "bad", ""
    return "warn", ""
