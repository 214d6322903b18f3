"""Steps that the plan wants before what they wait for: the sentences, the days between, and ways out, one conflict per pair of sentences.

Projects that stand in the same two sentences are told together, as a plan tells them.
"""

from __future__ import annotations

import calendar
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lvlian.outlook.case import Case, Factor, Project
from lvlian.outlook.conflict.dates import FACTOR_ZH, STAGE_EN, STAGE_ZH, Calendar, When, calendar_of, span_zh
from lvlian.outlook.conflict.quantity import Key
from lvlian.outlook.conflict.record import Conflict, Line, Repair, Said, conflict_id, marked
from lvlian.outlook.conflict.repair_kinds import load_repair_kinds
from lvlian.outlook.conflict.repairs import letter, ordered
from lvlian.outlook.conflict.search import Part, feasible, parts_of, smallest_sets
from lvlian.outlook.conflict.words import told
from lvlian.outlook.scenario import DAY

SQUARE_METRES = 2000 / 3
"""In one 亩."""


@dataclass(frozen=True)
class Clash:
    """One smallest set: what comes late (`early` in order, `late` in time), what is wanted sooner, the rules between and their days."""

    keys: tuple[str, ...]
    before: When | None
    after: When
    rules: tuple[Said, ...]
    days: float
    proved: bool

    @property
    def gap(self) -> int:
        """Days by which the later step is wanted too soon, last day against last day; against the first possible day where nothing precedes."""
        begun = self.before.last if self.before is not None else self.after.last
        return round((begun - self.after.last).days + self.days)


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
        f"{_names(projects)}{STAGE_ZH[first.after.stage]}：{span_zh(first.after.first, first.after.last)}",
        f"{_names_en(projects)}, {STAGE_EN[first.after.stage]}: {first.after.last.isoformat()}",
    )
    members = [after]
    dated = first.before is not None and not first.before.said.id.startswith("least.")
    if dated and first.before is not None:
        what = (
            f"{FACTOR_ZH[factor.kind]}（{_titles(case, group)}）"
            if factor is not None
            else f"{_names(projects)}{STAGE_ZH[first.before.stage]}"
        )
        en = factor.title if factor is not None else f"{_names_en(projects)}, {STAGE_EN[first.before.stage]}"
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
    later, sooner = _what(factor, first), STAGE_ZH[first.after.stage]
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
        repairs=_repairs(case, group, every, said, factor, projects),
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


def _names(projects: Sequence[Project]) -> str:
    names = list(dict.fromkeys(project.name for project in projects))
    return "、".join(names[:3]) + (f"等{len(names)}个项目" if len(names) > 3 else "")


def _names_en(projects: Sequence[Project]) -> str:
    names = list(dict.fromkeys(project.name for project in projects))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _titles(case: Case, group: Sequence[Clash]) -> str:
    found = [case.factor(one.before.factor) for one in group if one.before is not None and one.before.factor]
    titles = list(dict.fromkeys(one.title for one in found if one is not None))
    return "、".join(titles[:3]) + (f"等{len(titles)}项" if len(titles) > 3 else "")


def _what(factor: Factor | None, clash: Clash) -> str:
    if factor is not None:
        return {"land": "供地", "power": "通电", "gas": "供气", "water": "供水", "funds": "到资"}.get(
            factor.kind, FACTOR_ZH[factor.kind]
        )
    return STAGE_ZH.get(clash.before.stage, "开工") if clash.before is not None and clash.before.stage else "开工"


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


# -- repairs
def _repairs(
    case: Case,
    group: Sequence[Clash],
    every: Sequence[Clash],
    said: Sequence[Said],
    factor: Factor | None,
    projects: Sequence[Project],
) -> tuple[Repair, ...]:
    kinds = load_repair_kinds()
    found = [_later_date(case, group, every, said[0])]
    first = group[0]
    if (
        first.before is not None
        and not first.before.said.id.startswith("least.")
        and "（已完成）" not in first.before.said.zh
    ):
        found.append(_earlier_date(case, group, every, said[1], factor))
    if factor is not None and factor.kind == "land" and first.after.stage == "started":
        halls = _halls(case, group, every, said[0], projects)
        if halls is not None:
            found.append(halls)
    return ordered(found, kinds)


def _later_date(case: Case, group: Sequence[Clash], every: Sequence[Clash], said: Said) -> Repair:
    days = max(one.days for one in group)
    first = group[0]
    begun = max(one.before.last if one.before is not None else case.today for one in group)
    new = month_end(max(begun + timedelta(days=round(days)), case.today))
    moved = {one.after.said.id: new for one in group}
    holds, why_zh, why_en = _again(case, every, group, moved)
    late = (new - first.after.last).days
    return Repair(
        kind="later_date",
        clause=said.id,
        mark=said.mark,
        zh=f"{STAGE_ZH[first.after.stage]}改为 {new.year}-{new.month:02d}",
        en=f"{letter(said.mark)}: {STAGE_EN[first.after.stage]} becomes {new.year}-{new.month:02d}",
        holds=holds,
        new_day=new,
        unit="天",
        share=float(late),
        price_zh=f"晚 {late} 天" + (f"，{len(group)} 个项目" if len(group) > 1 else ""),
        price_en=f"{late} days later" + (f", {len(group)} projects" if len(group) > 1 else ""),
        changes={"dates": {one.after.project: {one.after.stage: new} for one in group}},
        why_zh=why_zh,
        why_en=why_en,
        who=said.unit_name,
    )


def _earlier_date(
    case: Case, group: Sequence[Clash], every: Sequence[Clash], said: Said, factor: Factor | None
) -> Repair:
    first = group[0]
    assert first.before is not None  # kept by the caller
    wanted = min(one.after.last for one in group) - timedelta(days=round(max(one.days for one in group)))
    new = wanted if (wanted + timedelta(days=1)).day == 1 else month_end_before(wanted)
    early = (first.before.last - new).days
    soonest = max(
        (
            f.soonest
            for f in (case.factor(one.before.factor) for one in group if one.before is not None)
            if f is not None and f.soonest
        ),
        default=None,
    )
    if new < case.today:
        verdict = False, f"{new.isoformat()} 已过", f"{new.isoformat()} is past"
    elif soonest is not None and new < soonest:
        verdict = False, f"最早 {soonest.isoformat()}", f"{soonest.isoformat()} at the soonest"
    else:
        verdict = _again(case, every, group, {one.before.said.id: new for one in group if one.before is not None})
    cost = None
    if factor is not None and factor.cost is not None:
        cost = factor.cost * early / 91.3125
    what = _what(factor, first)
    return Repair(
        kind="earlier_date",
        clause=said.id,
        mark=said.mark,
        zh=f"{what}提前到 {new.year}-{new.month:02d}",
        en=f"{letter(said.mark)}: {factor.title if factor else STAGE_EN[first.before.stage]} by {new.year}-{new.month:02d}",
        holds=verdict[0],
        new_day=new,
        unit="天",
        share=float(early),
        cost=cost,
        price_zh=f"{told(cost, 'yuan', digits=2)}（假）" if cost else f"早 {early} 天",
        price_en=f"{told(cost, 'yuan', False, 2)} (assumed)" if cost else f"{early} days sooner",
        changes={
            "dates": {
                one.before.factor or one.before.project: {one.before.stage or DAY: new} for one in group if one.before
            }
        },
        why_zh=verdict[1],
        why_en=verdict[2],
        who=said.unit_name,
    )


def _halls(
    case: Case, group: Sequence[Clash], every: Sequence[Clash], said: Said, projects: Sequence[Project]
) -> Repair | None:
    """Projects that fit into rented workshops need not wait for land."""
    kinds = load_repair_kinds()
    fits = [p for p in projects if p.kind in kinds.halls and (p.land is None or p.land <= kinds.most_land)]
    if not fits:
        return None
    left = [p for p in projects if p not in fits]
    rent, ratio = kinds.cost.get(("workshops", "rent")), kinds.cost.get(("workshops", "plot_ratio"))
    area = sum(p.land for p in fits if p.land) * SQUARE_METRES if all(p.land for p in fits) else None
    cost = area * (ratio.value if ratio else 1.0) * rent.value * 12 if area and rent else None
    untied = frozenset(
        (one.after.project, one.before.factor) for one in group if one.before is not None and one.before.factor
    )
    untied |= frozenset(
        (p.id, need.factor)
        for p in fits
        for need in p.needs
        if (f := case.factor(need.factor)) is not None and f.kind == "land"
    )
    if left:
        holds, why_zh, why_en = False, f"{_names(left)}不能进标准厂房", f"{_names_en(left)} cannot be housed so"
    else:
        holds, why_zh, why_en = _again(case, every, group, {}, untied)
    return Repair(
        kind="workshops",
        clause=said.id,
        mark=said.mark,
        zh="先租标准厂房开工",
        en=f"{letter(said.mark)}: start in rented workshops",
        holds=holds,
        share=0.0,
        cost=cost,
        price_zh=f"租金 {told(cost, 'yuan', digits=2)}/年（假）" if cost else "租金按面积另算",
        price_en=f"rent {told(cost, 'yuan', False, 2)} a year (assumed)" if cost else "rent by area",
        why_zh=why_zh,
        why_en=why_en,
        who=said.unit_name,
        assumptions=tuple(one.said for one in (rent, ratio) if one is not None),
    )


def _again(
    case: Case,
    every: Sequence[Clash],
    group: Sequence[Clash],
    moved: Mapping[str, date],
    untied: frozenset[tuple[str, str]] = frozenset(),
) -> tuple[bool, str, str]:
    """Solved again with the days moved: whether these dates hold, apart from what was wrong without them; else against what."""
    mine = {key for one in group for key in one.keys}
    gone: set[str] = set()
    for clash in every:
        if clash in group or gone & set(clash.keys):
            continue
        outside = [key for key in clash.keys if key not in mine]
        if outside:
            gone.add(outside[0])
    for name in dict.fromkeys(one.after.project for one in group):
        project = case.project(name)
        if project is None:
            continue
        system = calendar_of(replace(case, projects=(project,)), moved=moved, untied=untied)
        for part in parts_of(system.rows):
            if not mine & set(part.owners) or feasible(part, gone):
                continue
            held = Part(tuple(row for row in part.rows if row.owner not in gone), part.keys, part.sizes)
            found = smallest_sets(held, most=1)
            against = [system.said[key] for key in (found.sets[0] if found.sets else ()) if key not in moved]
            return (
                False,
                f"又与“{'、'.join(one.zh for one in against[:2])}”合不上",
                f"then it does not fit: {'; '.join(one.en for one in against[:2])}",
            )
    return True, "", ""


def month_end(day: date) -> date:
    """The last day of the month, as plans write dates."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_end_before(day: date) -> date:
    """The last month's end that is no later than a day."""
    return day if day == month_end(day) else day.replace(day=1) - timedelta(days=1)
