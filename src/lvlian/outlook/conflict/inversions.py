"""Steps that the plan wants before what they wait for: the sentences, the days between, and ways out, one conflict per pair of sentences.

Projects that stand in the same two sentences are told together, as a plan tells them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from lvlian.outlook.case import Case
from lvlian.outlook.conflict.date_repairs import Clash, awaited, date_repairs, names_en, names_zh
from lvlian.outlook.conflict.dates import FACTOR_ZH, STAGE_EN, STAGE_ZH, Calendar, When, calendar_of, span_zh
from lvlian.outlook.conflict.quantity import Key
from lvlian.outlook.conflict.record import Conflict, Line, Said, conflict_id, marked
from lvlian.outlook.conflict.search import parts_of, smallest_sets


def date_conflicts(case: Case, *, most: int = 12, until: float = math.inf) -> list[Conflict]:
    """Every pair (triple) of dates that cannot both hold; conflicts of the same two sentences as one."""
    every: list[Clash] = []
    for project in case.projects:
        # days of factors stand in their sentences, so that projects do not act on each other through them
        alone = replace(case, projects=(project,))
        system = calendar_of(alone)
        if not crosses(system):
            continue
        for part in parts_of(system.rows):
            found = smallest_sets(part, most=most, until=until)
            clashes = [_clash(system, alone, keys, found.proved[keys]) for keys in found.sets]
            every += [clash for clash in clashes if clash is not None]
        if time.perf_counter() > until:
            break
    groups: dict[tuple[object, ...], list[Clash]] = {}
    for clash in every:
        groups.setdefault(_like(case, clash), []).append(clash)
    return [_told(case, group, every) for group in groups.values()]


def crosses(system: Calendar) -> bool:
    """Whether days carried forward pass a last day: earliest days along the rows (Bellman–Ford). Only then is there anything to search."""
    early: dict[Key, float] = {}
    late: dict[Key, float] = {}
    after = []
    for row in system.rows:
        if len(row.entries) == 1:
            key = row.entries[0][0]
            early[key] = max(early.get(key, 0.0), row.low)
            late[key] = min(late.get(key, math.inf), row.high)
        else:
            (last, _), (first, _) = row.entries
            after.append((first, last, row.low))
    for _ in range(len(after) + 1):
        news = False
        for first, last, days in after:
            if first in early and early[first] + days > early.get(last, 0.0):
                early[last], news = early[first] + days, True
        if not news:
            break
    return any(day > late.get(key, math.inf) for key, day in early.items())


def _clash(system: Calendar, case: Case, keys: tuple[str, ...], proved: bool) -> Clash | None:
    whens = [system.whens[key] for key in keys if key in system.whens]
    rules = tuple(system.said[key] for key in keys if key not in system.whens)
    days = sum(row.low for row in system.rows if row.owner in {one.id for one in rules})
    if len(whens) == 1 and rules:
        # nothing but today and the building time stands against one date
        before = When(said=rules[0], first=case.today, last=case.today)
        return Clash(keys, before, whens[0], rules, days, proved)
    if len(whens) != 2:
        return None
    early, late = sorted(whens, key=lambda when: when.last)
    late, early = (early, late) if _order_of(case, early, late) else (late, early)
    return Clash(keys, early, late, rules, days, proved)


def _order_of(case: Case, one: When, other: When) -> bool:
    """Whether `other` must come before `one` (a factor before a step, an earlier stage before a later)."""
    from lvlian.outlook.case import STAGES

    if bool(one.factor) != bool(other.factor):
        return bool(other.factor)
    return STAGES.index(other.stage) < STAGES.index(one.stage) if one.stage and other.stage else False


def _like(case: Case, clash: Clash) -> tuple[object, ...]:
    before = clash.before
    factor = case.factor(before.factor) if before is not None and before.factor else None
    return (
        factor.kind if factor is not None else before.stage if before is not None else "",
        before.last if before is not None else None,
        before.said.ref.section if before is not None else "",
        clash.after.stage,
        clash.after.last,
        clash.after.said.ref.section,
        clash.days,
        tuple(one.role for one in (clash.after.said, *([before.said] if before is not None else []))),
    )


def _told(case: Case, group: Sequence[Clash], every: Sequence[Clash]) -> Conflict:
    first = group[0]
    projects = [p for p in (case.project(one.after.project) for one in group) if p is not None]
    factor = case.factor(first.before.factor) if first.before is not None and first.before.factor else None
    after = _joined(
        [one.after for one in group],
        f"{names_zh(projects)}{STAGE_ZH[first.after.stage]}：{span_zh(first.after.first, first.after.last)}",
        f"{names_en(projects)}, {STAGE_EN[first.after.stage]}: {first.after.last.isoformat()}",
    )
    members = [after]
    dated = first.before is not None and not first.before.said.id.startswith("least.")
    if dated and first.before is not None:
        what = (
            f"{FACTOR_ZH[factor.kind]}（{_titles(case, group)}）"
            if factor is not None
            else f"{names_zh(projects)}{STAGE_ZH[first.before.stage]}"
        )
        en = factor.title if factor is not None else f"{names_en(projects)}, {STAGE_EN[first.before.stage]}"
        tail = "（已报的新日期）" if first.before.said.role == "report" and "已报" in first.before.said.zh else ""
        members.append(
            _joined(
                [one.before for one in group if one.before is not None],
                f"{what}：{span_zh(first.before.first, first.before.last)}{tail}",
                f"{en}: {first.before.last.isoformat()}",
            )
        )
    members += first.rules
    said = marked(members)
    gap = max(one.gap for one in group)
    assumed = any(one.assumed for one in said)
    later, sooner = awaited(factor, first), STAGE_ZH[first.after.stage]
    if dated:
        title = (
            f"{'两处日期' if not first.rules else '两处日期和最短工期'}：先{sooner}，后{later}，先后倒置 {gap} 天"
            if not first.rules
            else f"两处日期和最短工期：{later}到{sooner}少 {gap} 天"
        )
        title_en = (
            f"two dates: {STAGE_EN[first.after.stage]} is wanted {gap} days before what it waits for"
            if not first.rules
            else f"two dates and the least building time: {gap} days too few"
        )
    else:
        title = f"一处日期和最短工期：到{sooner}少 {gap} 天"
        title_en = f"one date and the least building time: {gap} days too few"
    return Conflict(
        id=conflict_id("dates", [key for one in group for key in one.keys]),
        system="dates",
        severity="notice" if assumed else "conflict",
        title=title,
        title_en=title_en,
        zh=f"{title}：{'；'.join(one.zh for one in said)}。",
        en=f"{title_en}: {'; '.join(one.en for one in said)}.",
        clauses=said,
        lines=_lines(first, gap, later),
        repairs=date_repairs(case, group, every, said, factor, projects),
        year=first.after.last.year,
        gap=float(gap),
        proved=all(one.proved for one in group),
        assumptions=tuple(dict.fromkeys(f"{one.zh}；{one.ref.words}" for one in said if one.assumed)),
        titles=tuple(dict.fromkeys(project.name for project in projects)),
    )


def _joined(whens: Sequence[When], zh: str, en: str) -> Said:
    """The sentences of several projects as one; the further places under `also`."""
    head = whens[0].said
    refs = [one.said.ref for one in whens[1:] if one.said.ref != head.ref]
    if len(whens) == 1:
        return replace(head, zh=head.zh)
    return replace(head, zh=zh, en=en, also=tuple(dict.fromkeys(refs)))


def _titles(case: Case, group: Sequence[Clash]) -> str:
    found = [case.factor(one.before.factor) for one in group if one.before is not None and one.before.factor]
    titles = list(dict.fromkeys(one.title for one in found if one is not None))
    return "、".join(titles[:3]) + (f"等{len(titles)}项" if len(titles) > 3 else "")


def _lines(clash: Clash, gap: int, later: str) -> tuple[Line, ...]:
    stage, stage_en = STAGE_ZH[clash.after.stage], STAGE_EN[clash.after.stage]
    begun = clash.before.last if clash.before is not None else clash.after.last
    lines = []
    if clash.days:
        reached = begun + timedelta(days=round(clash.days))
        head = "今天" if clash.before is not None and clash.before.said.id.startswith("least.") else later
        lines.append(
            Line(zh=f"{head} {begun.isoformat()} + 至少 {clash.days:g} 天", sign="=", right=reached.isoformat(), en=f"{begun.isoformat()} + at least {clash.days:g} days", right_en=reached.isoformat())
        )  # fmt: skip
        lines.append(
            Line(zh=f"{stage} ≤ {clash.after.last.isoformat()}", sign="<", right=f"{reached.isoformat()}，少 {gap} 天", en=f"{stage_en} ≤ {clash.after.last.isoformat()}", right_en=f"{reached.isoformat()}: {gap} days too few", last=True)
        )  # fmt: skip
        return tuple(lines)
    return (
        Line(
            zh=f"{stage} ≤ {clash.after.last.isoformat()}",
            sign="<",
            right=f"{later} ≤ {begun.isoformat()}，先后倒置 {gap} 天",
            en=f"{stage_en} ≤ {clash.after.last.isoformat()}",
            right_en=f"{begun.isoformat()}: {gap} days the wrong way round",
            last=True,
        ),
    )
