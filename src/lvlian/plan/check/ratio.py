"""Shares against numerator and denominator, and ratios that two other goals imply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from lvlian.finding import Finding, Severity
from lvlian.plan.check.case import Case, Target
from lvlian.plan.check.figure import OP_SIGNS, OP_WORDS, Bounds, shown
from lvlian.plan.check.name import alike, plain, same_firm
from lvlian.plan.check.rule import check
from lvlian.plan.check.total import part_class, region_totals

_OF = re.compile(r"(?:的?(?:比重|比例|占比|份额|比))+$")
_LEAD = re.compile(r"^(?:预计|全县|全市|全州|全省|全区|当年)+")
HUNDRED_MILLION = Decimal(10**8)


@check(
    "share",
    family="ratio",
    zh="占比与分子、分母",
    en="a share against its parts",
    needs=("goals",),
    severities=("conflict", "notice", "agrees"),
    meaning="“甲占乙的 x%”与同年甲、乙两个目标相除的结果比，按原文小数位四舍五入。",
)
def share(case: Case) -> Iterator[Finding]:
    """1500 ÷ 1600 = 93.75 % against 93.8 %."""
    for target in case.targets:
        name = plain(target.goal.indicator)
        if (
            target.dimension != "share"
            or "占" not in name
            or target.goal.mode not in ("level", "baseline")
            or target.value_max is not None
        ):
            continue
        head, _, tail = name.partition("占")
        whole = _LEAD.sub("", _OF.sub("", tail))
        numerator, denominator = _named(case, target, head), _named(case, target, whole)
        if numerator is None and denominator is not None and not head:
            numerator = _before(case, target, denominator)
        if numerator is None or denominator is None or numerator is denominator or not denominator.value:
            continue
        if numerator.dimension != denominator.dimension:
            continue
        ratio = numerator.value * numerator.scale / (denominator.value * denominator.scale) * 100
        places = max(0, -int(target.value.as_tuple().exponent))
        rounded = ratio.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        quotient = (
            Bounds(ratio, ratio)
            if numerator.goal.op == denominator.goal.op == "="
            else _quotient(numerator, denominator)
        )
        if rounded == target.value:
            severity: Severity = "agrees"
        else:
            severity = "notice" if quotient.widened(case.assumed["rounding"].value).meets(target.bounds) else "conflict"
        sign = "≈" if severity == "agrees" and ratio != target.value else "=" if severity == "agrees" else "≠"
        line = (
            f"{shown(numerator.value)} ÷ {shown(denominator.value)} = {shown(ratio, 2)}% {sign} {shown(target.value)}%"
        )
        yield case.finding(
            "share",
            severity,
            f"{target.goal.indicator}写 {shown(target.value)}%，按两个目标相除为 {shown(ratio, 2)}%{'，相符' if severity == 'agrees' else '，不符'}。",
            f"The share is given as {shown(target.value)} %; the two goals give {shown(ratio, 2)} %.",
            [target, numerator, denominator],
            [line],
        )


def _quotient(numerator: Target, denominator: Target) -> Bounds:
    top, bottom = numerator.bounds, denominator.bounds
    ratio = numerator.scale / denominator.scale * 100
    low = top.low / bottom.high * ratio if top.low is not None and bottom.high else None
    high = top.high / bottom.low * ratio if top.high is not None and bottom.low else None
    return Bounds(low, high)


_MOST = 500


def _by_when(case: Case) -> dict[str | None, list[Target]]:
    """The goals of each date; of thousands the first 500."""

    def make() -> dict[str | None, list[Target]]:
        out: dict[str | None, list[Target]] = {}
        for target in case.targets:
            group = out.setdefault(target.goal.when, [])
            if len(group) < _MOST:
                group.append(target)
        return out

    return case.once("goals by date", make)


def _named(case: Case, share_goal: Target, name: str) -> Target | None:
    """The goal of the same year that a part of a share's name means; the nearest in likeness, exact names first."""
    if len(name) < 2:
        return None
    fits = [
        t
        for t in _by_when(case).get(share_goal.goal.when, [])
        if t is not share_goal
        and t.dimension not in ("share", "")
        and t.value_max is None
        and t.goal.mode == share_goal.goal.mode
        and t.goal.subject == share_goal.goal.subject
        and alike(t.goal.indicator, name)
    ]
    return min(fits, key=lambda t: (t.key != name, abs(len(t.key) - len(name))), default=None)


def _before(case: Case, share_goal: Target, denominator: Target) -> Target | None:
    """The figure that stands right before a share whose name begins with 占, in the same sentence."""
    if share_goal.goal.start is None:
        return None
    sentence = case.sentence_around(share_goal.goal.start)
    fits = [
        t
        for t in _by_when(case).get(share_goal.goal.when, [])
        if t.goal.start is not None
        and t.goal.start <= share_goal.goal.start
        and t.dimension == denominator.dimension
        and t is not denominator
        and (not sentence or case.sentence_around(t.goal.start) == sentence)
    ]
    return fits[-1] if fits else None


def metal_goals(case: Case, year: int) -> list[Target]:
    """Tonnes of primary aluminium of a year: the region's own goals first, else those of firms."""
    metal = case.once(
        "goals of primary metal",
        lambda: [
            t
            for t in case.targets
            if t.dimension == "mass"
            and t.goal.mode == "level"
            and (indicator := case.library.indicator_of(t.goal.indicator)) is not None
            and indicator.id == "primary_output"
        ],
    )
    fits = [t for t in metal if t.year == year][:_MOST]
    own = [t for t in fits if t.regional]
    return own[:1] or fits


@check(
    "value-per-kwh",
    family="ratio",
    zh="度电产值与产值、产量",
    en="value per kWh against value and tonnes",
    needs=("goals",),
    severities=("conflict", "notice", "agrees"),
    meaning="产值 ÷（电解铝产量 × 每吨用电）与同年度电产值目标比；用电口径是假设，按电解用电计。",
)
def value_per_kwh(case: Case) -> Iterator[Finding]:
    """Value ÷ (tonnes × kWh/t) for each year that has all three."""
    power, wide = case.assumed["kwh_per_tonne"], case.assumed["kwh_per_tonne_wide"]
    for target in case.targets:
        if target.dimension != "per_kwh" and not case.words.within(target.goal.indicator, "value_per_kwh"):
            continue
        if target.year is None or target.goal.mode != "level" or target.value_max is not None or target.value <= 0:
            continue
        totals, metal = region_totals(case, target.year), metal_goals(case, target.year)
        if not totals or not metal:
            continue
        total = totals[0]
        tonnes = sum((t.value * t.scale for t in metal), Decimal(0))
        value = total.value * total.scale
        if tonnes <= 0:
            continue
        low, high = value / (tonnes * power.high), value / (tonnes * power.low)
        ends = Bounds(*(None if end is None else end * total.scale for end in (total.bounds.low, total.bounds.high)))
        widest = Bounds(
            (ends.low or value) / (tonnes * wide.high), None if ends.high is None else ends.high / (tonnes * wide.low)
        )
        if Bounds(low, high).meets(target.bounds):
            severity: Severity = "agrees"
        else:
            severity = "notice" if widest.meets(target.bounds) else "conflict"
        implied = value / target.value / tonnes
        sign = "符合" if severity == "agrees" else "<" if high < target.value else ">"
        span = f"{shown(low, 2, fixed=True)}–{shown(high, 2, fixed=True)}"
        metal_words = shown(tonnes / metal[0].scale)
        used = f"{metal_words} {metal[0].goal.unit} × {shown(power.low)}–{shown(power.high)} 千瓦时/吨"
        lines = [
            f"{shown(total.value)} {total.goal.unit} ÷（{used}）= {span} 元/千瓦时 {sign} {target.printed()}（{target.year}）"
        ]
        if severity != "agrees":
            lines.append(f"要合上 {target.printed()}，每吨用电须为 {shown(implied, 0)} 千瓦时")
        yield case.finding(
            "value-per-kwh",
            severity,
            f"{target.year}年产值、产量推得度电产值 {span} 元，目标 {shown(target.value)} 元{OP_WORDS.get(target.goal.op, '')}"
            + ("，相符。" if severity == "agrees" else "，口径待核对。"),
            f"{target.year}: value and tonnes imply {span} yuan per kWh, the goal is {OP_SIGNS.get(target.goal.op, '')}{shown(target.value)}.",
            [target, total, *metal],
            lines,
            [power, *([case.assumed["about"]] if "~" in (total.goal.op, target.goal.op) else [])],
        )


@check(
    "value-per-tonne",
    family="ratio",
    zh="企业产值与产量",
    en="a firm's value per tonne",
    needs=("goals",),
    severities=("notice", "agrees"),
    meaning="同一企业同年产值 ÷ 电解铝产量，与电解铝每吨产值的常见范围比。",
)
def value_per_tonne(case: Case) -> Iterator[Finding]:
    """A smelter's output value over its tonnes against the price of metal before VAT."""
    band = case.assumed["yuan_per_tonne"]
    good: list[tuple[Target, Target, str]] = []
    bad: list[tuple[Target, Target, str]] = []
    for tonnes in case.targets:
        indicator = case.library.indicator_of(tonnes.goal.indicator)
        if (
            tonnes.dimension != "mass"
            or tonnes.year is None
            or tonnes.value <= 0
            or tonnes.goal.mode not in ("level", "baseline")
        ):
            continue
        if indicator is None or indicator.id != "primary_output":
            continue
        value = next(
            (
                t
                for t in _by_when(case).get(tonnes.goal.when, [])
                if t.dimension == "money"
                and t.goal.mode == tonnes.goal.mode
                and case.words.within(t.goal.indicator, "output_value")
                and _one_firm(case, t, tonnes)
            ),
            None,
        )
        if value is None:
            continue
        price = value.value * value.scale / (tonnes.value * tonnes.scale)
        fits = band.low <= price <= band.high
        line = (
            f"{shown(value.value)} {value.goal.unit} ÷ {shown(tonnes.value)} {tonnes.goal.unit} = {shown(price, 0)} 元/吨"
            f" {'在' if fits else '不在'} {shown(band.low)}–{shown(band.high)} 内（{tonnes.year}）"
        )
        (good if fits else bad).append((value, tonnes, line))
    for group, severity in ((bad, "notice"), (good, "agrees")):
        group.sort(key=lambda row: row[1].year or 0)
        if group:
            firm = next((t.goal.subject for _, t, _ in group if not t.regional), "链主企业")
            yield case.finding(
                "value-per-tonne",
                "notice" if severity == "notice" else "agrees",
                f"{firm}每吨电解铝产值{'超出常见范围' if severity == 'notice' else '在常见范围内'}，共 {len(group)} 年。",
                f"The firm's output value per tonne of metal is {'outside' if severity == 'notice' else 'within'} the usual range ({len(group)} years).",
                [item for value, tonnes, _ in group for item in (value, tonnes)],
                [line for *_, line in group],
                [band],
            )


def _one_firm(case: Case, value: Target, tonnes: Target) -> bool:
    """Whether value and tonnes are one firm's: its name, or a bare 产值 in the section that gives the tonnes."""
    if not tonnes.regional:
        return same_firm(value.goal.subject, tonnes.goal.subject)
    return (
        value.regional and bool(value.section) and value.section == tonnes.section and part_class(case, value) == "firm"
    )


@check(
    "growth-rate",
    family="ratio",
    zh="增速与两年目标",
    en="a growth rate against two levels",
    needs=("goals",),
    severities=("conflict", "notice", "agrees"),
    meaning="年均增速与同一指标起止两年数推得的年均增速比。",
)
def growth_rate(case: Case) -> Iterator[Finding]:
    """A stated yearly growth against the one that a baseline and a goal of the same indicator imply."""
    words = case.words.listed("growth_rate")
    by_subject: dict[str | None, list[Target]] = {}
    for target in case.targets:
        by_subject.setdefault(target.goal.subject, []).append(target)
    for rate in case.targets:
        if rate.goal.mode != "growth_rate" or rate.dimension != "share" or rate.value_max is not None:
            continue
        name = plain(rate.goal.indicator)
        for word in words:
            name = name.replace(word, "")
        levels = [
            t
            for t in by_subject[rate.goal.subject]
            if t.dimension not in ("share", "per_kwh", "")
            and t.year is not None
            and t.goal.mode in ("level", "baseline")
            and t.value > 0
            and t.value_max is None
            and name
            and (t.key == name or name.endswith(t.key) or t.key.endswith(name))
        ]
        levels.sort(key=lambda t: t.year or 0)
        if (
            len(levels) < 2
            or levels[0].year == levels[-1].year
            or (rate.year is not None and levels[-1].year != rate.year)
        ):
            continue
        first, last = levels[0], levels[-1]
        years = (last.year or 0) - (first.year or 0)
        factor = float(last.value * last.scale / (first.value * first.scale))
        implied = Decimal(repr(round((factor ** (1 / years) - 1) * 100, 4)))
        gap = case.assumed["growth_gap"].value
        if abs(implied - rate.value) <= gap:
            severity: Severity = "agrees"
        elif rate.goal.op in (">=", ">") and implied > rate.value:
            severity = "agrees"
        else:
            severity = (
                "notice"
                if rate.goal.op in (">=", ">", "~") or first.goal.op != "=" or last.goal.op != "="
                else "conflict"
            )
        sign = "≈" if abs(implied - rate.value) <= gap else "符合" if severity == "agrees" else "≠"
        yield case.finding(
            "growth-rate",
            severity,
            f"{rate.goal.indicator}写 {rate.told()}，{first.year}、{last.year}两年的数推得年均 {shown(implied, 1)}%。",
            f"Growth is given as {shown(rate.value)} % a year; the levels of {first.year} and {last.year} imply {shown(implied, 1)} %.",
            [rate, first, last],
            [
                f"（{shown(last.value)} ÷ {shown(first.value)}）^(1/{years}) − 1 = {shown(implied, 1)}% {sign} {rate.printed()}%"
            ],
            [case.assumed["growth_gap"]],
        )


@check(
    "share-over-100",
    family="ratio",
    zh="率超过 100%",
    en="a rate above 100 %",
    needs=("goals",),
    severities=("conflict",),
    meaning="转化率、利用率、比重等不可能超过 100%。",
)
def share_over_100(case: Case) -> Iterator[Finding]:
    """A rate that cannot exceed 100 % does."""
    for target in case.targets:
        top = target.value if target.value_max is None else max(target.value, target.value_max)
        if (
            target.dimension == "share"
            and target.goal.mode in ("level", "baseline")
            and top > 100
            and case.words.within(target.goal.indicator, "capped_rates")
        ):
            yield case.finding(
                "share-over-100",
                "conflict",
                f"{target.goal.indicator}写 {shown(top)}%，超过 100%。",
                f"A rate of {shown(top)} % cannot be.",
                [target],
                [f"{shown(top)}% > 100%"],
            )
