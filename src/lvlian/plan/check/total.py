"""Parts against totals: the year's output value, clusters of a size class, lists after 其中."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial

from lvlian.finding import Evidence, Finding, Severity
from lvlian.plan.check.case import Case, Target, listed
from lvlian.plan.check.figure import Bounds, difference, shown
from lvlian.plan.check.name import firm_core, is_firm, plain
from lvlian.plan.check.rule import check
from lvlian.plan.lexicon import alternation

_MOST = 500
"""Goals of one year that are compared with each other; a plan has dozens."""


def output_values(case: Case) -> list[Target]:
    """Level goals in money whose indicator is an output value, with a year."""
    return case.once(
        "output values",
        lambda: [
            t
            for t in case.targets
            if t.dimension == "money"
            and t.goal.mode == "level"
            and t.year is not None
            and t.value_max is None
            and _is_output_value(case, t)
        ],
    )


def _is_output_value(case: Case, target: Target) -> bool:
    words, name = case.words, target.goal.indicator
    if words.within(name, "not_output_value"):
        return False
    if words.within(name, "output_value"):
        return True
    kinds = words.mapping("part_classes").values()
    return (
        any(word in name for kind in kinds for word in kind)
        and words.within(target.goal.quote, "output_value") is not None
    )


def region_totals(case: Case, year: int) -> list[Target]:
    """The region's own output value of the metal industry in a year; the same figure under two names stands twice."""
    return case.once("region totals", lambda: _region_totals(case)).get(year, [])


def _region_totals(case: Case) -> dict[int, list[Target]]:
    out: dict[int, list[Target]] = {}
    for target in output_values(case):
        named = target.regional and case.words.within(target.goal.indicator, "metal_words")
        if target.year is not None and named and part_class(case, target, by_place=False) is None:
            out.setdefault(target.year, []).append(target)
    return out


def part_class(case: Case, target: Target, by_place: bool = True) -> str | None:
    """Which part of the whole an output value is: `firm`, `underway`, `not_started`, `existing`, `new`; None where it is no part.

    The subject and the indicator decide; a bare 产值 is placed by the words of its heading (在建项目, 链主企业)."""
    words = case.words.mapping("part_classes")
    named = plain(target.goal.subject) + plain(target.goal.indicator)
    for kind, kinds in words.items():
        if any(word in named for word in kinds):
            return kind
    if is_firm(target.goal.subject) or any(word in named for word in case.words.listed("lead_firm")):
        return "firm"
    if not target.regional:
        return "firm" if target.goal.subject and _is_owner(case, target.goal.subject) else None
    if by_place and not case.words.within(target.goal.indicator, "metal_words"):
        heading = plain(target.section)
        placed = next((kind for kind, kinds in words.items() if any(word in heading for word in kinds)), None)
        return placed or ("firm" if case.words.within(heading, "lead_firm") else None)
    return None


def _is_owner(case: Case, subject: str) -> bool:
    return any(firm_core(step.owner) == firm_core(subject) for step in case.steps if step.owner)


def weigh(case: Case, parts: Sequence[tuple[Decimal, Bounds]], total: Target) -> tuple[Severity, Decimal]:
    """How a sum of parts stands to its total, and the sum in the total's unit: equal figures agree; figures that can both hold,
    parts that fall short, and a difference within rounding are worth a look; parts that exceed the total are a conflict."""
    amount = sum((value for value, _ in parts), Decimal(0))
    bounds = Bounds(Decimal(0), Decimal(0))
    for _, part in parts:
        bounds = bounds + part
    if amount == total.value:
        return "agrees", amount
    rounding = case.assumed["rounding"].value
    close = abs(amount - total.value) <= rounding * abs(total.value)
    short = amount < total.value  # parts that fall short may leave something out: that is no contradiction
    return "notice" if close or short or bounds.meets(total.bounds) else "conflict", amount


def _in_unit(part: Target, total: Target) -> tuple[Decimal, Bounds]:
    ratio = part.scale / total.scale
    bounds = Bounds(*(None if end is None else end * ratio for end in (part.bounds.low, part.bounds.high)))
    return part.value * ratio, bounds


@check(
    "parts-total",
    family="total",
    zh="分项产值之和与当年总目标",
    en="parts against the year's total",
    needs=("goals",),
    severities=("conflict", "notice", "agrees"),
    meaning="链主企业、在建项目、未开工项目等分项产值相加，与同年全县（市、州）产值目标比。",
)
def parts_total(case: Case) -> Iterator[Finding]:
    """Chain leader + projects under way + projects not started = the year's goal, year by year."""
    labels = case.words.mapping("part_labels")
    values = output_values(case)
    by_year: dict[int, dict[str, Target]] = {}
    for target in values:
        kind = part_class(case, target)
        if kind and target.year is not None:
            by_year.setdefault(target.year, {}).setdefault(kind, target)
    classes = {kind for parts in by_year.values() for kind in parts}
    for year, parts in sorted(by_year.items()):
        totals = region_totals(case, year)
        if len(parts) < 2 or set(parts) == {"firm"} or not totals:
            continue
        amounts = [_in_unit(part, totals[0]) for part in parts.values()]
        amount = sum(value for value, _ in amounts)
        total = min(
            totals,
            key=lambda t: (abs(t.value * t.scale / totals[0].scale - amount), -sum(v.key == t.key for v in values)),
        )
        amounts = [_in_unit(part, total) for part in parts.values()]
        missing = sorted(classes - parts.keys())
        severity, amount = weigh(case, amounts, total)
        if amount < total.value * case.assumed["parts_cover"].value and not {"firm", "existing"} & parts.keys():
            continue  # what is built already is not among the parts
        sign = "=" if severity == "agrees" else "≠"
        line = f"{' + '.join(shown(v) for v, _ in amounts)} = {shown(amount)} {sign} {total.printed()}（{total.goal.unit}，{year}）"
        if severity != "agrees":
            line += f"；{difference(amount, total.value)}"
        terms = "，".join(f"{labels.get(kind, kind)} {part.printed()}" for kind, part in parts.items())
        name, figures = total.goal.indicator, f"合计 {shown(amount)} {total.goal.unit}，目标 {total.told()}"
        absent = f"；{'、'.join(labels.get(kind, kind) for kind in missing)}当年没有数" if missing else ""
        yield case.finding(
            "parts-total",
            severity,
            f"{year}年分项产值之和与{name}{'相符' if severity == 'agrees' else '不符'}：{figures}{absent}。",
            f"{year}: the parts of the output value add up to {shown(amount)}, the goal is {case.english(total)}.",
            [*parts.values(), *(t for t in totals if t.value == total.value)],
            [line, terms],
            [case.assumed["about"]] if total.goal.op == "~" and severity != "agrees" else [],
        )


@check(
    "industry-parts",
    family="total",
    zh="分行业、分地区之和与总数",
    en="industries and places against the whole",
    needs=("goals",),
    severities=("conflict", "agrees"),
    meaning="同年同一指标，分地区（县、区、园区）或分行业（铝、铜）的目标相加，与全域目标比；只在合计超过总数或恰好相等时报。",
)
def industry_parts(case: Case) -> Iterator[Finding]:
    """Goals of places, or of metals, that together exceed the goal of the whole, or meet it exactly."""
    by_year: dict[int | None, list[Target]] = {}
    for target in output_values(case):
        by_year.setdefault(target.year, []).append(target)
    for total in [t for t in output_values(case) if t.regional]:
        values = by_year[total.year][:_MOST]
        places = [t for t in values if t.key == total.key and not t.regional and part_class(case, t) is None]
        yield from _whole(case, total, {t.goal.subject or "": t for t in places})
        for row in case.words.groups["wholes"]:
            if not any(word in total.goal.indicator for word in row["whole"]) or any(
                w in total.goal.indicator for p in row["parts"] for w in p
            ):
                continue
            found: dict[str, Target] = {}
            for part in row["parts"]:
                hit = next((t for t in values if t.regional and any(t.key.startswith(w) for w in part)), None)
                if hit is not None and hit is not total:
                    found[part[0]] = hit
            yield from _whole(case, total, found)


def _whole(case: Case, total: Target, parts: dict[str, Target]) -> Iterator[Finding]:
    if len(parts) < 2:
        return
    amounts = [_in_unit(part, total) for part in parts.values()]
    severity, amount = weigh(case, amounts, total)
    if severity == "notice":
        return
    sign = "=" if severity == "agrees" else ">"
    line = f"{' + '.join(shown(v) for v, _ in amounts)} = {shown(amount)} {sign} {total.printed()}（{total.goal.unit}，{total.year}）"
    yield case.finding(
        "industry-parts",
        severity,
        f"{total.year}年{listed(list(parts))}的{total.goal.indicator}合计 {shown(amount)} {total.goal.unit}，总目标 {total.told()}。",
        f"{total.year}: the parts add up to {shown(amount)}, the whole is {case.english(total)}.",
        [*parts.values(), total],
        [line],
        [case.assumed["rounding"]] if severity == "conflict" else [],
    )


@check(
    "cluster-sizes",
    family="total",
    zh="集群规模与产值目标",
    en="clusters of a size class against the total",
    needs=("goals",),
    severities=("conflict", "notice", "agrees"),
    meaning="“N 个百亿级集群”按级别折成亿元相加，与同年产值目标比；级别按下限计。",
)
def cluster_sizes(case: Case) -> Iterator[Finding]:
    """2–3 clusters of 20 billion and one of 10 against the goal of the year."""
    sizes = sorted(case.words.mapping("size_classes").items(), key=lambda item: -len(item[0]))
    by_year: dict[int, list[tuple[Target, int]]] = {}
    for target in case.targets:
        name = plain(target.goal.indicator)
        words = plain(target.goal.quote).partition(shown(target.value))[2] + case.words_after(target.goal)
        size = next((amount for word, amount in sizes if word in words), None) or next(
            (amount for word, amount in sizes if word in name), None
        )
        if (
            size
            and target.year is not None
            and target.goal.mode != "baseline"
            and case.words.within(name, "cluster_words")
        ):
            by_year.setdefault(target.year, []).append((target, int(size)))
    for year, clusters in sorted(by_year.items()):
        totals = region_totals(case, year)
        if not totals:
            continue
        total = totals[0]
        unit = Decimal(10**8) / total.scale
        low = sum((t.value * size for t, size in clusters), Decimal(0)) * unit
        high = sum(((t.value_max or t.value) * size for t, size in clusters), Decimal(0)) * unit
        terms = " + ".join(
            f"{shown(t.value)}{f'–{shown(t.value_max)}' if t.value_max else ''} × {size}" for t, size in clusters
        )
        amount = shown(low) if low == high else f"{shown(low)}–{shown(high)}"
        covered = high >= total.value
        over = total.bounds.high is not None and low > total.bounds.high
        severity: Severity = "conflict" if over else "agrees" if covered else "notice"
        sign = ">" if over else "≥" if low >= total.value else "包含" if covered else "<"
        rest = total.value - high
        message = f"{year}年规划集群合计 {amount} {total.goal.unit}，产值目标 {total.told()}"
        yield case.finding(
            "cluster-sizes",
            severity,
            message + (f"，至少 {shown(rest)} {total.goal.unit}没有写明来自哪里。" if not covered else "。"),
            f"{year}: the clusters add up to {amount}, the goal is {case.english(total)}"
            + (f"; at least {shown(rest)} come from nowhere named." if not covered else "."),
            [*(t for t, _ in clusters), total],
            [f"{terms} = {amount} {sign} {total.printed()}（{total.goal.unit}，{year}）"],
            ["“百亿级”等按级别下限计，超过下限的部分不计"],
        )


def _placed_clusters(case: Case, metal: str) -> list[tuple[str, int, Evidence]]:
    """Clusters of a size class that the text gives to a place (`某区千亿级铝产业园区`): name, size in 亿元, words."""
    if case.paper is None:
        return []
    sizes = case.words.mapping("size_classes")
    clean = case.paper.clean
    pattern = re.compile(f"({alternation(sizes)})([^，。；、（）“”]{{1,12}}?{case.words.pattern('cluster_words')})")
    out: dict[str, tuple[str, int, Evidence]] = {}
    for match in pattern.finditer(clean):
        place = clean[max(0, match.start() - 2) : match.start()]
        if metal not in match[2] or len(place) < 2:
            continue
        if place[-1] in "区县市州" or any(place + tail in clean for tail in "区县市州"):
            out.setdefault(place + match[1], (match[0], int(sizes[match[1]]), case.words_at(*match.span())))
    return list(out.values())


@check(
    "cluster-places",
    family="total",
    zh="各地集群规模与产值目标",
    en="clusters of places against the total",
    needs=("goals", "text"),
    severities=("agrees",),
    meaning="写明落在某县、某区的“千亿级园区”“百亿级集群”按级别相加，恰好等于产值目标时报相符；不等不报。",
)
def cluster_places(case: Case) -> Iterator[Finding]:
    """Clusters that the text gives to places add up to the goal of their metal."""
    for total in [t for t in output_values(case) if t.regional and part_class(case, t, by_place=False) is None]:
        metal = case.words.within(total.goal.indicator, "metal_words")
        clusters = case.once(f"clusters of {metal}", partial(_placed_clusters, case, metal)) if metal else []
        amount = sum((Decimal(size) for _, size, _ in clusters), Decimal(0)) * Decimal(10**8) / total.scale
        if len(clusters) >= 2 and amount == total.value:
            yield case.finding(
                "cluster-places",
                "agrees",
                f"{len(clusters)}处集群按级别合计 {shown(amount)} {total.goal.unit}，{total.goal.indicator}目标 {total.told()}，相符。",
                f"Clusters of {len(clusters)} places add up to {shown(amount)}, the goal is {case.english(total)}.",
                [total, *(words for *_, words in clusters)],
                [
                    f"{' + '.join(str(size) for _, size, _ in clusters)} = {shown(amount)} = {total.printed()}（亿元，{total.year}）"
                ],
                ["“百亿级”等按级别下限计"],
            )
            return


@check(
    "of-which",
    family="total",
    zh="“其中”各项与总数",
    en="a list after 'of which' against its total",
    needs=("goals", "text"),
    severities=("conflict", "notice", "agrees"),
    meaning="同一句中“其中”之后的同类数相加，与之前的总数比；单项大于总数为冲突。",
)
def of_which(case: Case) -> Iterator[Finding]:
    """The figures after 其中 in a sentence against the last figure of the same kind before it."""
    placed = sorted(
        ((case.clean_of(t.goal.start), t) for t in case.targets if t.goal.start is not None), key=lambda pair: pair[0]
    )
    starts = [at for at, _ in placed]
    for start, end, words in case.sentences():
        cuts = [start + m.start() for m in re.finditer("其中", words)]
        here = placed[bisect_left(starts, start) : bisect_left(starts, end)]
        for i, cut in enumerate(cuts):
            stop = cuts[i + 1] if i + 1 < len(cuts) else end
            if words[cut - start + 2 : cut - start + 3] not in "：:":
                clause = words.find("；", cut - start)
                stop = min(stop, start + clause) if clause >= 0 else stop
            for dimension in ("money", "mass", "area", "count"):
                before = [
                    t
                    for at, t in here
                    if at < cut and t.dimension == dimension and t.goal.mode in ("level", "increase")
                ]
                after = [
                    t
                    for at, t in here
                    if cut < at < stop
                    and t.dimension == dimension
                    and t.goal.mode in ("level", "increase")
                    and not _bracketed(words, cut - start, at - start)
                ]
                if before and after:
                    yield from _list_after(case, before[-1], after)


def _bracketed(words: str, start: int, at: int) -> bool:
    """Whether a place stands within brackets that were opened after `start`."""
    return words.count("（", start, at) > words.count("）", start, at)


def _list_after(case: Case, total: Target, parts: list[Target]) -> Iterator[Finding]:
    parts = [
        p
        for p in parts
        if p.goal.when in (None, total.goal.when) and p.goal.mode == total.goal.mode and p.value_max is None
    ]
    if total.dimension == "count":
        parts = [p for p in parts if p.goal.unit == total.goal.unit]
    if not parts or total.value_max is not None:
        return
    amounts = [_in_unit(part, total) for part in parts]
    over = [
        p for p, (v, _) in zip(parts, amounts, strict=True) if total.bounds.high is not None and v > total.bounds.high
    ]
    severity, amount = weigh(case, amounts, total)
    if not over:
        if severity == "conflict":
            severity = "notice"
        if len(parts) < 2 or (
            severity != "agrees"
            and (amount < total.value or total.dimension == "count" or total.goal.op in (">=", ">"))
        ):
            return
    line = f"{' + '.join(shown(v) for v, _ in amounts)} = {shown(amount)} {'=' if amount == total.value else '>'} {total.printed()}（{total.goal.unit}）"
    yield case.finding(
        "of-which",
        "conflict" if over else severity,
        f"“其中”{len(parts)}项合计 {shown(amount)} {total.goal.unit}，{total.goal.indicator} {total.told()}。",
        f"The list after 'of which' adds up to {shown(amount)}, its total is {case.english(total)}.",
        [total, *parts],
        [line],
    )
