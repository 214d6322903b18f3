"""How far a run reaches each goal: the figure of the goal's year in the goal's own unit, the gap, and what is missing where none can be said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lvlian.chain.indicators.value import Missing
from lvlian.ledger.quarter import Quarter, read_quarter
from lvlian.outlook.case import Aim, Case
from lvlian.outlook.model import PER_YEAR
from lvlian.outlook.projection.form import STAFF_ASSUMED
from lvlian.outlook.projection.measure import Bench, Figures, Measure, ratio
from lvlian.outlook.projection.stage import Stage, firms_apart, plants_of_group

Floats = NDArray[np.float64]
HALF = 0.5
INVENTED = (
    "企业名录和产能（规划没有点名，推演按假设的规模，不判断达成）",
    "the firms and their capacities: the plan names none, sizes are assumed, so that nothing is said of the goal",
)
STAFF_UNKNOWN = (
    "各企业从业人员（没有报数，按每吨产能的假设用工推算，不判断达成）",
    "the people employed by each firm: none were reported and jobs a tonne are assumed, so that nothing is said of the goal",
)
Past = Mapping[Quarter, tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A goal against a run, in the goal's unit. `value` in its year, `gap` = value − goal, `short` what is lacking in the goal's direction (0
    where it is met). `quarters`, `rolling` (Q,) with NaN where there is none, `years` by calendar year. `variant` is the reading that is told
    first, `others` the figures of the rest where the text leaves it open. `base` what an increase or a growth counts from. `met` None with a `value`: the figure rests
    on firms and sizes that nobody has named, `missing` says what would settle it. `least`..`most`:
    the figures that meet it."""

    aim: Aim
    variant: str = ""
    zh: str = ""
    value: float | None = None
    gap: float | None = None
    short: float | None = None
    met: bool | None = None
    least: float = -math.inf
    most: float = math.inf
    quarters: tuple[float, ...] = ()
    rolling: tuple[float, ...] = ()
    years: Mapping[int, float] = field(default_factory=dict)
    others: Mapping[str, float] = field(default_factory=dict)
    base: float | None = None
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()
    notes_en: tuple[str, ...] = ()
    """The same in English, line by line; what the formulas themselves assume stays as they have it."""

    @property
    def known(self) -> bool:
        return self.value is not None

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.aim.id,
            "label": self.aim.label,
            "name": self.aim.name,
            "unit": self.aim.unit,
            "year": self.aim.year,
            "op": self.aim.op,
            "target": self.aim.value,
            "target_max": self.aim.value_max,
            "variant": self.variant,
            "variant_zh": self.zh,
            "value": _number(self.value),
            "gap": _number(self.gap),
            "short": _number(self.short),
            "met": self.met,
            "least": _number(self.least),
            "most": _number(self.most),
            "quarters": [_number(x) for x in self.quarters],
            "rolling": [_number(x) for x in self.rolling],
            "years": {str(year): _number(x) for year, x in self.years.items()},
            "others": {key: _number(x) for key, x in self.others.items()},
            "base": _number(self.base),
            "missing": [{"zh": m.zh, "en": m.en, "ask": list(m.ask)} for m in self.missing],
            "notes": list(self.notes),
            "notes_en": list(self.notes_en),
        }


def reach_from_json(data: Mapping[str, Any], aim: Aim) -> Reach:
    """The record of `Reach.to_json`; `aim` the goal itself."""

    def series(values: Sequence[float | None]) -> tuple[float, ...]:
        return tuple(math.nan if x is None else float(x) for x in values)

    return Reach(
        aim=aim,
        variant=data["variant"],
        zh=data["variant_zh"],
        value=data["value"],
        gap=data["gap"],
        short=data["short"],
        met=data["met"],
        least=-math.inf if data["least"] is None else data["least"],
        most=math.inf if data["most"] is None else data["most"],
        quarters=series(data["quarters"]),
        rolling=series(data["rolling"]),
        years={int(year): x for year, x in data["years"].items() if x is not None},
        others={key: x for key, x in data["others"].items() if x is not None},
        base=data["base"],
        missing=tuple(Missing(zh=m["zh"], en=m["en"], ask=tuple(m["ask"])) for m in data["missing"]),
        notes=tuple(data["notes"]),
        notes_en=tuple(data["notes_en"]),
    )


def measure_of(bench: Bench, aim: Aim) -> Measure | None:
    """The measure that an aim is told by; None where no formula is known."""
    if not aim.indicator or aim.indicator not in bench.book:
        return None
    from dataclasses import replace

    try:
        found = bench.measure(aim.indicator, aim.variant, aim.firm)
    except KeyError:
        return None
    return replace(found, group=aim.group) if aim.group else found


def accepted(aim: Aim, direction: str) -> tuple[float, float]:
    """Between which figures, in the aim's unit, it is met: as lvlian.chain.indicators.goals has it. A plain figure is met from its printed
    digits on, in the indicator's direction; 左右 leaves the share `about`."""
    if aim.op in (">=", ">"):
        return aim.value, math.inf
    if aim.op in ("<=", "<"):
        return -math.inf, aim.value if aim.value_max is None else aim.value_max
    text = f"{aim.value:.10f}".rstrip("0")
    slack = aim.about * abs(aim.value) if aim.op == "~" else 0.5 * 10.0 ** -len(text.partition(".")[2])
    high = (aim.value if aim.value_max is None else aim.value_max) + slack
    if direction == "down":
        return -math.inf, high
    return aim.value - slack, math.inf if direction == "up" or aim.mode != "level" else high


def past_of(case: Case, aim: Aim | None, measure: Measure) -> Past:
    """Quarters that are known from before the first one projected."""
    keys = (*((aim.id,) if aim is not None else ()), f"{measure.indicator}.{measure.variant}", measure.indicator)
    found = next((case.history[key] for key in keys if key in case.history), None)
    return {} if found is None else {read_quarter(text): pair for text, pair in found.items()}


def year_of(
    measure: Measure,
    figures: Figures,
    quarters: Sequence[Quarter],
    year: int,
    until: int = PER_YEAR,
    past: Past | None = None,
) -> Floats:
    """(D,) of a calendar year up to a quarter of it, in the indicator's unit; NaN where a quarter is neither projected nor on record.

    Sums are taken of numerators and denominators apart."""
    assert figures.numerator is not None  # callers ask whether it is known
    places = {quarter: number for number, quarter in enumerate(quarters)}
    known = past or {}
    draws = figures.numerator.shape[0]
    wanted = [Quarter(year, until)] if measure.over == "last" else [Quarter(year, n) for n in range(1, until + 1)]
    tops, bottoms = [], []
    for quarter in wanted:
        at = places.get(quarter)
        if at is not None:
            tops.append(figures.numerator[:, at])
            bottoms.append(np.ones(draws) if figures.denominator is None else figures.denominator[:, at])
        elif quarter in known:
            tops.append(np.full(draws, known[quarter][0]))
            bottoms.append(np.full(draws, known[quarter][1]))
        else:
            return np.full(draws, np.nan)
    plain = figures.denominator is None
    if measure.over == "mean":
        return np.asarray(
            sum(ratio(top, None if plain else bottom) for top, bottom in zip(tops, bottoms, strict=True))
            / len(tops)
            * measure.scale
        )
    return ratio(np.sum(tops, axis=0), None if plain else np.sum(bottoms, axis=0)) * measure.scale


def base_of(case: Case, aim: Aim, measure: Measure, figures: Figures) -> tuple[float, int] | None:
    """What an increase or a growth counts from, in the indicator's unit, and its year: a figure that the plan or the account gives for
    an earlier year (the latest), else the first whole year on record or projected before the aim's."""
    whose = f"/{aim.firm or aim.group}" if aim.firm or aim.group else ""
    name = "chain_output_value" if measure.kind == "growth" else measure.indicator
    given = [
        (int(key.rpartition("@")[2]), value)
        for key, value in case.facts.items()
        if key.startswith(f"{name}{whose}@")
        and key.rpartition("@")[2].isdigit()
        and int(key.rpartition("@")[2]) < aim.year
    ]
    if given:
        year, value = max(given)
        return value, year
    past = past_of(case, aim, measure)
    for year in range(case.first.year - 1, aim.year):
        if year < aim.year:
            found = year_of(measure, figures, case.quarters, year, PER_YEAR, past)
            if not np.isnan(found).any():
                return float(found.mean()), year
    return None


def figures_of(case: Case, aim: Aim, measure: Measure, figures: Figures) -> tuple[Floats | None, str]:
    """(D,) in the aim's unit in its year; None with a sentence that says why there is none."""
    if figures.numerator is None:
        return None, ""
    if not aim.year:
        return None, "原文没有写年份"
    past = past_of(case, aim, measure)
    now = year_of(measure, figures, case.quarters, aim.year, aim.quarter, past)
    if np.isnan(now).all():
        if case.quarters[-1] < Quarter(aim.year, aim.quarter):
            return None, f"推演到{case.quarters[-1].zh}，还没有到{Quarter(aim.year, aim.quarter).zh}"
        if measure.denominator is not None and aim.year >= case.first.year:
            return None, "分母为 0"
        return None, f"{aim.year}年在推演之前的季度没有实绩"
    if (aim.mode == "level" and measure.kind != "growth") or _is_new(measure):
        return now / aim.factor, ""
    base = base_of(case, aim, measure, figures)
    if base is None:
        return None, "没有基期数"
    value, year = base
    if aim.mode == "increase":
        return (now - value) / aim.factor, ""
    if value <= 0:
        return None, "基期数不大于 0"
    return (np.maximum(now / value, 0.0) ** (1.0 / max(aim.year - year, 1)) - 1.0) * 100.0 / aim.factor, ""


def _is_new(measure: Measure) -> bool:
    """Indicators that count what is added need no base."""
    return measure.variant.startswith("new") or any(
        fact.endswith("_new") for part in measure.numerator.parts for fact in part.known
    )


def reach(case: Case, bench: Bench, stage: Stage, aim: Aim, draw: int = 0) -> Reach:
    """A goal in one draw of a run (the first unless said)."""
    measure = measure_of(bench, aim)
    if measure is None:
        why = aim.why or f"指标库里没有叫“{aim.name}”的算法"
        ask = (aim.unit_name,) if aim.unit_name else ("统计局",)
        return Reach(aim=aim, missing=(Missing(zh=why, en=f"no formula is known for {aim.name}", ask=ask),))
    invented = assumed_share(case, aim) > HALF
    if invented and _counts_firms(measure):
        gap = Missing(
            zh="企业名录（规划没有点名，推演里的企业是假设的）",
            en="a list of firms: those of the projection are assumed",
            ask=("统计局",),
        )
        return Reach(aim=aim, variant=measure.variant, zh=measure.zh, missing=(gap,))
    figures = measure.figures(stage)
    low, high = accepted(aim, bench.book[aim.indicator].direction)
    blank: dict[str, Any] = {"aim": aim, "variant": measure.variant, "zh": measure.zh, "least": low, "most": high}
    notes = [(text, text) for text in figures.assumptions[:3]]
    if aim.op == "~":
        notes.append((f"“左右”按 ±{aim.about:.0%} 计（假设）", f"about is taken as ±{aim.about:.0%} (assumed)"))

    def lines(*more: tuple[str, str]) -> dict[str, Any]:
        every = (*notes, *more)
        return {"notes": tuple(zh for zh, _ in every), "notes_en": tuple(en for _, en in every)}

    if figures.numerator is None:
        return Reach(**blank, missing=figures.missing, **lines())
    single = Figures(
        figures.numerator[draw : draw + 1],
        None if figures.denominator is None else figures.denominator[draw : draw + 1],
    )
    found, why = figures_of(case, aim, measure, single)
    past = past_of(case, aim, measure)
    years = {}
    for year in dict.fromkeys(quarter.year for quarter in case.quarters):
        told = year_of(measure, single, case.quarters, year, PER_YEAR, past)
        if not np.isnan(told[0]):
            years[year] = float(told[0]) / aim.factor
    level, rolled = measure.level(single), measure.rolled(single)
    assert level is not None and rolled is not None  # the numerator is known
    series: dict[str, Any] = {
        "quarters": tuple(float(x) for x in level[0] / aim.factor),
        "rolling": tuple(float(x) for x in rolled[0] / aim.factor),
        "years": years,
        "others": _others(case, bench, stage, aim, draw) if not aim.variant and not aim.group else {},
    }
    counted = aim.mode != "level" and not _is_new(measure)
    base = base_of(case, aim, measure, single) if counted or measure.kind == "growth" else None
    if base is not None:
        series["base"] = base[0] / aim.factor
    if found is None or np.isnan(found[0]):
        gap = Missing(zh=why or "缺数", en="no figure for the goal's year", ask=("统计局",))
        return Reach(**blank, **series, missing=(gap,), **lines())
    value = float(found[0])
    met = low <= value <= high
    lacking: tuple[Missing, ...] = ()
    if invented:
        lacking = (Missing(zh=INVENTED[0], en=INVENTED[1], ask=("工信局", "各企业统计岗")),)
    elif STAFF_ASSUMED in figures.assumptions:
        lacking = (Missing(zh=STAFF_UNKNOWN[0], en=STAFF_UNKNOWN[1], ask=("各企业统计岗",)),)
    return Reach(
        **blank,
        **series,
        value=value,
        gap=value - aim.value,
        short=0.0 if met else abs(_nearest(aim, value) - value),
        met=None if lacking else met,
        missing=lacking,
        **lines(*_notes(case, aim, measure, value)),
    )


def _notes(case: Case, aim: Aim, measure: Measure, value: float) -> tuple[tuple[str, str], ...]:
    out = []
    if aim.group:
        firms = {case.plants[p].firm for p in plants_of_group(case, aim.group)} & firms_apart(case)
        if firms:
            names = "、".join(sorted(case.names.get(firm, firm) for firm in firms))
            zh = f"{aim.group}里的{names}另有产值目标，这里不重复计（假设）"
            out.append((zh, f"{names} has a goal of output value of its own and is not counted here again (assumed)"))
    if measure.unit == "%" and measure.kind == "ratio" and value > 100.5 and "growth" not in measure.indicator:
        out.append(("超过 100%：分子里有区外买进的料", "above 100%: material bought outside stands in the numerator"))
    return tuple(out)


def assumed_share(case: Case, aim: Aim | None = None) -> float:
    """The part of the capacity (t/a, sinks and remelting apart) that a goal rests on and that nobody has named: firms without a named project
    of which every plant is said to be assumed (its `ref` says so in words)."""
    told = {
        plant.firm for plant in case.plants if plant.project or plant.ref.kind != "assumption" or not plant.ref.said
    }
    wanted = [p for p in case.plants if p.role not in ("sink", "remelt")]
    if aim is not None and aim.firm:
        wanted = [p for p in wanted if p.firm == aim.firm]
    elif aim is not None and aim.group:
        wanted = [case.plants[k] for k in plants_of_group(case, aim.group)]
    whole = sum(p.capacity for p in wanted)
    return sum(p.capacity for p in wanted if p.firm not in told) / whole if whole else 0.0


def _counts_firms(measure: Measure) -> bool:
    sides = [measure.numerator, *((measure.denominator,) if measure.denominator is not None else ())]
    return any(part.counts or "above_scale_new" in part.known for side in sides for part in side.parts)


def _nearest(aim: Aim, value: float) -> float:
    """The printed figure of the goal that a value falls short of."""
    return aim.value_max if aim.value_max is not None and value > aim.value_max else aim.value


def _others(case: Case, bench: Bench, stage: Stage, aim: Aim, draw: int) -> dict[str, float]:
    """The other readings of an indicator whose text leaves open which is meant."""
    formula = bench.book[aim.indicator]
    if len(formula.variants) < 2:
        return {}
    out = {}
    for variant in formula.variants:
        measure = bench.measure(aim.indicator, variant.id, aim.firm)
        found = measure.figures(stage)
        if found.numerator is None:
            continue
        told, _ = figures_of(case, aim, measure, found)
        if told is not None and not np.isnan(told[draw]):
            out[variant.id] = float(told[draw])
    return out


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


__all__ = [
    "Reach",
    "accepted",
    "assumed_share",
    "base_of",
    "figures_of",
    "measure_of",
    "past_of",
    "reach",
    "reach_from_json",
    "year_of",
]
