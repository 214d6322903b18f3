"""Dates among themselves: steps that the plan wants before what they wait for, or sooner than anybody can build.

Each step and each factor is a day; a sentence holds it within the period that it names (`2023-09`: 1 to 30 September), a need says that the
step comes no sooner than the factor, the order of stages that none comes before the one before it, and the least building time how much
later. These are difference constraints; the smallest sets that cannot hold are found as for figures.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from lvlian.outlook.case import STAGES, Case, Factor, Project, Ref, Step
from lvlian.outlook.conflict.durations import load_least
from lvlian.outlook.conflict.quantity import Key
from lvlian.outlook.conflict.record import Said
from lvlian.outlook.conflict.sentences import Row

STAGE_ZH = {
    "planned": "谋划", "signed": "签约", "filed": "备案", "started": "开工", "built": "建成", "running": "投产", "full": "达产",
}  # fmt: skip
STAGE_EN = {
    "planned": "planned", "signed": "signed", "filed": "filed", "started": "start", "built": "completion", "running": "first output", "full": "full output",
}  # fmt: skip
FACTOR_ZH = {
    "land": "用地", "power": "用电", "gas": "用气", "water": "用水", "logistics": "物流", "funds": "资金", "environment": "环评",
    "energy_quota": "能耗指标", "metal": "供料",
}  # fmt: skip
_YEAR = re.compile(r"(\d{4})")
INF = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A day that a sentence gives: `first`..`last` of the period that it names; `project` and `stage`, or `factor`."""

    said: Said
    first: date
    last: date
    project: str = ""
    stage: str = ""
    factor: str = ""


@dataclass
class Calendar:
    """The rows (days since `origin`), the sentences, what each key is called; `whens` by sentence id; `links` (earlier key, later key) → days
    and how that is said."""

    origin: date
    rows: list[Row] = field(default_factory=list)
    said: dict[str, Said] = field(default_factory=dict)
    whens: dict[str, When] = field(default_factory=dict)


def calendar_of(
    case: Case,
    *,
    moved: Mapping[str, date] | None = None,
    untied: frozenset[tuple[str, str]] = frozenset(),
) -> Calendar:
    """The system of days of a case. `moved` sentences with another last day (a repair on trial), `untied` (project, factor) needs left out."""
    origin = date(case.today.year - 30, 1, 1)
    out = Calendar(origin)
    least = load_least()
    factors = {factor.id: factor for factor in case.factors}
    for project in case.projects:
        steps = [step for step in project.steps if step.day is not None and step.stage in STAGES]
        if not steps and not project.needs:
            continue
        for step in steps:
            _pin(out, _step_when(project, step, moved or {}), ("day", project.id, step.stage))
        _order(out, case, project, steps, least.zh, least.en)
        for need in project.needs:
            factor = factors.get(need.factor)
            if (
                factor is None
                or factor.day is None
                or need.ref.kind == "assumption"
                or (project.id, factor.id) in untied
            ):
                continue  # whom the plan ties to what is known; what is only assumed contradicts nobody
            own = project.step(need.stage)
            if own is not None and (own.done is not None or own.day is None):
                continue
            if own is None and not any(
                STAGES.index(one.stage) > STAGES.index(need.stage) and one.done is None for one in steps
            ):
                continue
            if need.stage not in STAGES or STAGES.index(project.stage) >= STAGES.index(need.stage):
                continue
            key: Key = ("factor", factor.id)
            if factor.id not in {one.factor for one in out.whens.values()}:
                _pin(out, _factor_when(factor, moved or {}), key)
            zh = f"{factor.title}在先，{STAGE_ZH[need.stage]}在后"
            _later(
                out, key, ("day", project.id, need.stage), 0.0, "", zh, f"{STAGE_EN[need.stage]} after {factor.title}"
            )
    return out


def _order(out: Calendar, case: Case, project: Project, steps: Sequence[Step], zh: str, en: str) -> None:
    """No stage before the one before it (a definition); none sooner than the least days after it (a rule, assumed)."""
    waits = [need.stage for need in project.needs if need.stage in STAGES]
    stages = sorted({*(step.stage for step in steps), *waits}, key=STAGES.index)
    least = load_least()
    reached = STAGES.index(project.stage) if project.stage in STAGES else 0
    for first, last in itertools.pairwise(stages):
        later = project.step(last)
        if (later is not None and later.done is not None) or STAGES.index(last) <= reached:
            continue
        _later(
            out,
            ("day", project.id, first),
            ("day", project.id, last),
            0.0,
            "",
            f"先{STAGE_ZH[first]}，后{STAGE_ZH[last]}",
            f"{STAGE_EN[first]} before {STAGE_EN[last]}",
        )
        days = least.between(project.kind, first, last)
        if days > 0:
            _rule(out, project, first, last, days, zh, en)
    begun, start = STAGES.index("started"), project.step("started")
    final = max(steps, key=lambda step: STAGES.index(step.stage), default=None)
    if final is None or final.done is not None or final.day is None or final.day < case.today:
        return
    if reached >= begun or STAGES.index(final.stage) <= begun or (start is not None and start.day is not None):
        return
    waiting = any(need.stage == "started" and need.ref.kind != "assumption" for need in project.needs)
    if start is None and not waiting and project.stage not in ("signed", "filed"):
        return  # the plan may speak of works that have long begun
    place, today = (case.today - out.origin).days, case.today.isoformat()
    entry = (("day", project.id, "started"), 1.0)
    out.rows.append(Row(entries=(entry,), low=place, high=INF, zh=f"{today}尚未开工", en=f"not started by {today}"))
    days = least.between(project.kind, "started", final.stage)
    if "started" not in stages and days > 0:
        _rule(out, project, "started", final.stage, days, zh, en)


def _rule(out: Calendar, project: Project, first: str, last: str, days: float, zh: str, en: str) -> None:
    ident = f"least.{project.id}.{first}.{last}"
    out.said[ident] = Said(
        id=ident,
        role="rule",
        zh=f"{project.name}从{STAGE_ZH[first]}到{STAGE_ZH[last]}至少{days:g}天（假设）",
        en=f"{project.name}: at least {days:g} days from {STAGE_EN[first]} to {STAGE_EN[last]} (assumed)",
        key=project.id,
        ref=Ref(kind="assumption", words=zh, words_en=en),
        assumed=True,
    )
    _later(out, ("day", project.id, first), ("day", project.id, last), days, ident, zh, en)


def _later(out: Calendar, first: Key, last: Key, days: float, owner: str, zh: str, en: str) -> None:
    out.rows.append(
        Row(entries=((last, 1.0), (first, -1.0)), low=days, high=INF, owner=owner, form="after", zh=zh, en=en)
    )


def _pin(out: Calendar, when: When, key: Key) -> None:
    out.said[when.said.id] = when.said
    out.whens[when.said.id] = when
    low, high = (when.first - out.origin).days, (when.last - out.origin).days
    out.rows.append(Row(entries=((key, 1.0),), low=low, high=high, owner=when.said.id))


def _step_when(project: Project, step: Step, moved: Mapping[str, date]) -> When:
    ident = f"date.{project.id}.{step.stage}"
    day = step.day
    assert day is not None  # kept by the caller
    first, last = period(day, step.words if step.revised is None and step.done is None else "")
    told = "revised" if step.revised is not None else "done" if step.done is not None else "promised"
    if ident in moved:
        first, last = min(first, moved[ident]), moved[ident]
        if told == "promised":
            first = moved[ident].replace(day=1)
    zh = f"{project.name}{STAGE_ZH[step.stage]}：{span_zh(first, last)}"
    return When(
        said=Said(
            id=ident,
            role="date" if told == "promised" else "report",
            zh=zh + ("（已报的新日期）" if told == "revised" else "（已完成）" if told == "done" else ""),
            en=f"{project.name}, {STAGE_EN[step.stage]}: {last.isoformat()}",
            key=f"{project.id}:{step.stage}",
            ref=step.ref if step.ref.said or step.ref.section or step.ref.fact else project.ref,
            day=last,
            year=last.year,
            unit_name=project.unit_name,
        ),
        first=first,
        last=last,
        project=project.id,
        stage=step.stage,
    )


def _factor_when(factor: Factor, moved: Mapping[str, date]) -> When:
    ident = f"factor.{factor.id}"
    day = factor.day
    assert day is not None  # kept by the caller
    first, last = period(day, factor.ref.quote if factor.revised is None and factor.done is None else "")
    told = "revised" if factor.revised is not None else "done" if factor.done is not None else "promised"
    if ident in moved:
        first, last = min(first, moved[ident].replace(day=1)), moved[ident]
    return When(
        said=Said(
            id=ident,
            role="date" if told == "promised" else "report",
            zh=f"{factor.title}：{span_zh(first, last)}"
            + ("（已报的新日期）" if told == "revised" else "（已完成）" if told == "done" else ""),
            en=f"{factor.title}: {last.isoformat()}",
            key=factor.id,
            ref=factor.ref,
            day=last,
            year=last.year,
            unit_name=factor.unit_name,
        ),
        first=first,
        last=last,
        factor=factor.id,
    )


def period(day: date, words: str = "") -> tuple[date, date]:
    """The period that a last day stands for. `words` as written (`2023-09`, `2024`, `2023-Q3`, or a sentence): with a day of the month it is that
    day; without words the end of December stands for its year, the end of another month for that month, else the day itself."""
    if (day + timedelta(days=1)).day != 1:
        return day, day
    if re.search(r"\d{4}-Q[1-4]|季度", words):
        return date(day.year, day.month - 2, 1) if day.month % 3 == 0 else day.replace(day=1), day
    if re.search(r"\d{4}-H[12]|上半年|下半年", words):
        return date(day.year, day.month - 5, 1) if day.month in (6, 12) else day.replace(day=1), day
    month = re.search(r"\d{4}-\d{2}|\d月", words) is not None
    if day.month == 12 and not month:
        return date(day.year, 1, 1), day
    return day.replace(day=1), day


def span_zh(first: date, last: date) -> str:
    """`2023年9月底前`, `2024年内`, `2023年9月15日`."""
    if first == last:
        return f"{last.year}年{last.month}月{last.day}日"
    if (last + timedelta(days=1)).day != 1:
        return f"{last.year}年{last.month}月{last.day}日前"
    if first.month == 1 and last.month == 12:
        return f"{last.year}年内"
    return f"{last.year}年{last.month}月底前"
