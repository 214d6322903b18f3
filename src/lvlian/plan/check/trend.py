"""Goals over the years: falling, jumping, and one indicator with two figures for a year."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from lvlian.finding import Finding, Severity
from lvlian.plan.check.case import Case, Target
from lvlian.plan.check.figure import shown
from lvlian.plan.check.name import firm_core, plain
from lvlian.plan.check.rule import check
from lvlian.plan.check.total import part_class


def series_of(case: Case) -> dict[tuple[str, ...], list[Target]]:
    """Dated goals of one indicator, subject and unit. An indicator that the library does not know is kept apart by its section,
    since a bare 产值 or 投资 means something else in every paragraph."""
    out: dict[tuple[str, ...], list[Target]] = {}
    for target in case.targets:
        if (
            target.moment is None
            or not target.dimension
            or target.goal.when_op == "each"
            or target.goal.mode not in ("level", "baseline", "increase")
        ):
            continue
        subject = "" if target.regional else firm_core(target.goal.subject or "")
        known = case.library.indicator_of(target.goal.indicator) is not None and "投资" not in target.key
        place = "" if known or not target.regional else target.section or str(part_class(case, target) or "")
        rise = "increase" if target.goal.mode == "increase" else "level"
        out.setdefault((subject, target.key, target.dimension, rise, place), []).append(target)
    return out


@check(
    "two-figures",
    family="trend",
    zh="同一指标同一时间两个数",
    en="one indicator, one year, two figures",
    needs=("goals",),
    severities=("conflict", "notice", "agrees"),
    meaning="同一主体、同一指标、同一时间写了不止一次：数不同的报冲突或提示，都相同的合并报相符。",
)
def two_figures(case: Case) -> Iterator[Finding]:
    """The same goal written twice, with different figures or with the same."""
    repeated: list[list[Target]] = []
    for (_, key, *_), goals in series_of(case).items():
        by_when: dict[str, list[Target]] = {}
        for target in goals:
            by_when.setdefault(target.goal.when or "", []).append(target)
        for when, group in by_when.items():
            if len(group) < 2:
                continue
            pair = next(((group[0], other) for other in group[1:] if _figure(group[0]) != _figure(other)), None)
            if pair is None:
                repeated.append(group)
                continue
            if case.library.indicator_of(pair[0].goal.indicator) is None and len(key) < 5:
                continue
            if not all(_in_own_words(t) for t in pair) or (
                pair[0].dimension == "count"
                and any(case.words_after(t.goal, 2) not in ("", "以上", "左右") for t in pair)
            ):
                continue  # a name put together from a list, or a count of what follows, is too weak to accuse a plan on
            first, second = pair
            scaled = second.scale / first.scale == 1
            severity: Severity = "notice" if first.bounds.meets(second.bounds) or not scaled else "conflict"
            yield case.finding(
                "two-figures",
                severity,
                f"{first.goal.indicator}（{when}）写了两个数：{first.told()}、{second.told()}。",
                f"One goal ({when}) stands with two figures: {case.english(first)} and {case.english(second)}.",
                pair,
                [f"{first.printed()} ≠ {second.printed()}（{first.goal.unit}，{when}）"],
            )
    if repeated:
        yield case.finding(
            "two-figures",
            "agrees",
            f"{len(repeated)}项目标写了不止一次，数都相同。",
            f"{len(repeated)} goals are stated more than once, with the same figures.",
            [target for group in repeated for target in group],
            [
                f"{group[0].goal.indicator}（{group[0].goal.when}）："
                + " = ".join(shown(t.value) for t in group)
                + f" {group[0].goal.unit}"
                for group in repeated
            ],
        )


def _in_own_words(target: Target) -> bool:
    """Whether the goal's sentence holds the name of its indicator as it stands."""
    return not target.goal.quote or target.key in plain(target.goal.quote)


def _figure(target: Target) -> tuple[object, ...]:
    """What must agree. The bound (以上, 左右) may differ: a headline shortens it."""
    return (target.value * target.scale, None if target.value_max is None else target.value_max * target.scale)


@check(
    "goal-falls",
    family="trend",
    zh="目标逐年下降",
    en="a goal that falls over time",
    needs=("goals",),
    severities=("notice",),
    meaning="后一年的目标低于前一年（能耗、损失率等越低越好的指标相反）；一年一次的件数不查。",
)
def goal_falls(case: Case) -> Iterator[Finding]:
    """A later goal below an earlier one, or above it where lower is better."""
    for (_, _, dimension, rise, _), goals in series_of(case).items():
        if rise == "increase" or dimension == "count":
            continue
        down = case.words.within(goals[0].goal.indicator, "lower_is_better") is not None
        ordered = sorted(goals, key=lambda t: t.moment.last if t.moment else 0)
        for earlier, later in pairwise(ordered):
            a, b = earlier.value * earlier.scale, later.value * later.scale
            worse = b > a if down else b < a
            if (
                earlier.moment == later.moment
                or not worse
                or earlier.value_max is not None
                or later.value_max is not None
            ):
                continue
            yield case.finding(
                "goal-falls",
                "notice",
                f"{later.goal.indicator}由 {earlier.goal.when} 的 {earlier.told()} 变为 {later.goal.when} 的 {later.told()}，走向相反。",
                f"The goal goes from {case.english(earlier)} ({earlier.goal.when}) to {case.english(later)} ({later.goal.when}): the wrong way.",
                [earlier, later],
                [f"{shown(later.value)} {'>' if down else '<'} {shown(earlier.value)}（{later.goal.unit}）"],
            )


@check(
    "goal-jumps",
    family="trend",
    zh="年增长超过先例",
    en="growth beyond any seen",
    needs=("goals",),
    severities=("notice",),
    meaning="两个目标之间的年增长倍数，超过库中同等起点下有记录的最快年增长；先例按国家统计，一县可因项目迁入超过。",
)
def goal_jumps(case: Case) -> Iterator[Finding]:
    """Yearly growth between two goals beyond the largest precedent of the library for a base of that size."""
    lines: list[str] = []
    facts: list[Target] = []
    sources: list[str] = []
    series = case.words.mapping("growth_series")
    for (_, _, _, rise, _), goals in series_of(case).items():
        indicator = case.library.indicator_of(goals[0].goal.indicator)
        if rise == "increase" or indicator is None or indicator.id not in series:
            continue
        name, size = series[indicator.id]
        ordered = sorted({t.year: t for t in goals if t.value_max is None}.values(), key=lambda t: t.year or 0)
        for earlier, later in pairwise(ordered):
            years = (later.year or 0) - (earlier.year or 0)
            base = earlier.value * earlier.scale / Decimal(str(size))
            seen = case.library.growth_precedent(name, float(base))
            if seen is None or earlier.value <= 0 or years < 1:
                continue
            factor = float(later.value * later.scale / (earlier.value * earlier.scale)) ** (1 / years)
            if factor <= seen.factor:
                continue
            pace = f"，折每年 {factor:.2f} 倍" if years > 1 else ""
            lines.append(
                f"{later.goal.indicator} {earlier.goal.when}→{later.goal.when}：{shown(later.value)} ÷ {shown(earlier.value)} = "
                f"{float(later.value / earlier.value):.2f} 倍{pace} > {seen.factor:.2f} 倍（{seen.where}，{seen.year_from}→{seen.year_to}）"
            )
            facts += [earlier, later]
            sources.append(f"先例：{seen.source}" + ("" if seen.verified else "（未核）"))
    if lines:
        yield case.finding(
            "goal-jumps",
            "notice",
            f"{len(lines)}处目标的年增长超过同等规模下有记录的最快年增长，支撑项目待核对。",
            f"{len(lines)} steps between goals grow faster in a year than anything on record from a base of that size.",
            facts,
            lines,
            ["先例为国家级统计；单个县、市可因整厂迁入而超过", *dict.fromkeys(sources)],
        )
