"""Ways out of dates that cannot both hold: the later step later, what it waits for sooner, rented workshops instead of land."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lvlian.outlook.case import Case, Factor, Project
from lvlian.outlook.conflict.dates import FACTOR_ZH, STAGE_EN, STAGE_ZH, When, calendar_of
from lvlian.outlook.conflict.record import Repair, Said
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


def names_zh(projects: Sequence[Project]) -> str:
    names = list(dict.fromkeys(project.name for project in projects))
    return "、".join(names[:3]) + (f"等{len(names)}个项目" if len(names) > 3 else "")


def names_en(projects: Sequence[Project]) -> str:
    names = list(dict.fromkeys(project.name for project in projects))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def awaited(factor: Factor | None, clash: Clash) -> str:
    if factor is not None:
        return {"land": "供地", "power": "通电", "gas": "供气", "water": "供水", "funds": "到资"}.get(
            factor.kind, FACTOR_ZH[factor.kind]
        )
    return STAGE_ZH.get(clash.before.stage, "开工") if clash.before is not None and clash.before.stage else "开工"


def date_repairs(
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
    what = awaited(factor, first)
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
        holds, why_zh, why_en = False, f"{names_zh(left)}不能进标准厂房", f"{names_en(left)} cannot be housed so"
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
