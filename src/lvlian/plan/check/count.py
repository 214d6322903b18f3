"""Counts that a plan names against what it lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lvlian.finding import Finding, Severity
from lvlian.plan.check.case import Case, Step, listed
from lvlian.plan.check.figure import shown
from lvlian.plan.check.name import firm_core, plain
from lvlian.plan.check.rule import check

_NUMBER = r"(\d{1,2}|[两二三四五六七八九十]{1,2})"
_QUOTED = re.compile(
    rf"[“‘]([^“”‘’。；]{{3,60}}、[^“”‘’。；]{{1,60}})[”’]等?(?:这)?{_NUMBER}(?:大|条|个|类|项|种|家|户)(?!以上|左右|百|千|万|亿)"
)
_BARE = re.compile(
    rf"(?<=[，。；：进设造动强成展持托])([^，。；：“”（）]{{2,12}}(?:、[^，。；：“”（）]{{2,12}})+(?:和[^，。；：“”（）]{{2,12}})?)(?:等|这)?{_NUMBER}(?:大|条|个|家|座)(?!以上|左右|百|千|万|亿|月|工作)"
)


@check(
    "list-count",
    family="count",
    zh="列举与件数",
    en="a list against its count",
    needs=("text",),
    severities=("notice", "agrees"),
    meaning="“甲、乙、丙等三条……”列举的件数与写的数比；列得少而有“等”字的不报。",
)
def list_count(case: Case) -> Iterator[Finding]:
    """Enumerations that are followed by their number."""
    if case.paper is None:
        return
    numerals = case.words.mapping("numerals")
    clean = case.paper.clean
    good = []
    for pattern, quoted in ((_QUOTED, True), (_BARE, False)):
        for match in pattern.finditer(clean):
            said = int(match[2]) if match[2].isdigit() else int(numerals.get(match[2], 0))
            names = [name for name in re.split(r"[、和]" if not quoted else "、", match[1]) if name]
            if said < 2:
                continue
            if len(names) == said:
                good.append((match, said))
            elif quoted and (len(names) > said or not match[0][len(match[1]) + 2 :].startswith("等")):
                yield case.finding(
                    "list-count",
                    "notice",
                    f"写 {said} 项，列出 {len(names)} 项：{listed(names, 8)}。",
                    f"{said} are announced, {len(names)} are listed.",
                    [case.words_at(*match.span())],
                    [f"{len(names)} ≠ {said}"],
                )
    if good:
        yield case.finding(
            "list-count",
            "agrees",
            f"{len(good)}处列举与所写件数相符。",
            f"{len(good)} lists have as many members as they announce.",
            [case.words_at(*match.span()) for match, _ in good],
            [f"{match[1]}：{said} = {said}" for match, said in good],
        )


@check(
    "firms-named",
    family="count",
    zh="新增规上企业与点名项目",
    en="new above-scale firms against those named",
    needs=("goals", "milestones"),
    severities=("notice", "agrees"),
    meaning="某年新增规上企业目标，与当年写明“升规纳统”的项目数比；一个都没点名的年份不报。",
)
def firms_named(case: Case) -> Iterator[Finding]:
    """The year's goal of new above-scale firms against the projects that are to be enlisted in it."""
    words = case.words
    named: dict[int, dict[str, Step]] = {}
    for step in case.steps:
        if step.moment and words.within(step.milestone.event, "enlist_steps"):
            named.setdefault(step.moment.year, {}).setdefault(firm_core(step.owner or step.name), step)
    for target in case.targets:
        if (
            target.goal.mode != "increase"
            or target.dimension != "count"
            or target.year is None
            or not words.within(plain(target.goal.indicator), "enlist_goals")
        ):
            continue
        steps = named.get(target.year, {})
        if not steps:
            continue
        severity: Severity = "agrees" if len(steps) >= target.value else "notice"
        rest = target.value - len(steps)
        yield case.finding(
            "firms-named",
            severity,
            f"{target.year}年新增规上企业 {target.told()}，点名升规纳统 {len(steps)} {target.goal.unit}"
            + (f"，另 {shown(rest)} {target.goal.unit}没有名单。" if rest > 0 else "。"),
            f"{target.year}: {shown(target.value)} new above-scale firms are promised, {len(steps)} are named.",
            [target, *steps.values()],
            [
                f"{len(steps)} {'≥' if severity == 'agrees' else '<'} {shown(target.value)}（{target.goal.unit}，{target.year}）"
            ],
        )
