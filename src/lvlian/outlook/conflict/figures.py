"""Goals among themselves: which of a plan's figures, quotas and reported figures cannot all hold, in what they are made of."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lvlian.outlook.case import Case
from lvlian.outlook.conflict.arithmetic import shown
from lvlian.outlook.conflict.assembly import build
from lvlian.outlook.conflict.record import Conflict, Said, conflict_id, marked
from lvlian.outlook.conflict.repair_kinds import load_repair_kinds
from lvlian.outlook.conflict.repairs import Trial, repairs
from lvlian.outlook.conflict.rules import load_relations
from lvlian.outlook.conflict.search import Part, parts_of, smallest_sets
from lvlian.outlook.conflict.sentences import Sentence, Sentences

if TYPE_CHECKING:
    from lvlian.chain.library import Library

_ORDER = {"goal": 0, "quota": 1, "date": 2, "report": 3, "rule": 4}


def figure_conflicts(
    case: Case, library: Library, *, reach: Mapping[str, float] | None = None, most: int = 12, until: float = math.inf
) -> list[Conflict]:
    """Every smallest set of goals, quotas, reported figures and rules that cannot all hold, with arithmetic and repairs. `reach`: the
    highest figure of each aim (in its unit) that a projection or pathway reaches, so that a higher goal is not called a way out."""
    system = build(case, library)
    out: list[Conflict] = []
    for part in parts_of(system.rows):
        found = smallest_sets(part, most=most, until=until)
        for keys in found.sets:
            told = _conflict(case, library, system, part, keys, found.sets, found.proved[keys], reach or {})
            if told is not None:
                out.append(told)
            if time.perf_counter() > until:
                return out
    return out


def _conflict(
    case: Case,
    library: Library,
    system: Sentences,
    part: Part,
    keys: tuple[str, ...],
    sets: Sequence[tuple[str, ...]],
    proved: bool,
    reach: Mapping[str, float],
) -> Conflict | None:
    members = sorted(
        (system.sentences[key] for key in keys),
        key=lambda s: (_ORDER[s.said.role], s.form == "rate", keys.index(s.said.id)),
    )
    said = marked([one.said for one in members])
    marks = {one.id: one.mark for one in said}
    total = shown(part, keys, system.sentences, system.quantities, marks)
    if total.gap <= max(load_relations().silent, _doubt(case, members)):
        return None
    trial = Trial(
        system=system,
        part=part,
        keys=tuple(one.id for one in said),
        marks=marks,
        sets=sets,
        rebuild=lambda replaced, readings: build(case, library, replaced=replaced, readings=readings),
        reach=reach,
        kinds=load_repair_kinds(),
    )
    year = max((one.year for one in said), default=0)
    title, title_en = _title(said, year)
    return Conflict(
        id=conflict_id("figures", keys),
        system="figures",
        severity="notice" if any(one.assumed for one in said) or total.gap <= load_relations().near else "conflict",
        title=title,
        title_en=title_en,
        zh=f"{title}：{'；'.join(one.zh for one in said)}。",
        en=f"{title_en}: {'; '.join(one.en for one in said)}.",
        clauses=said,
        lines=total.lines,
        repairs=repairs(trial),
        year=year,
        gap=total.gap,
        proved=proved,
        assumptions=_assumptions(members, system),
        basis=tuple(zh for zh, _ in total.basis),
    )


def _doubt(case: Case, members: Sequence[Sentence]) -> float:
    """Twice the ± of the reported figures, as a share: what measuring leaves open is no conflict."""
    total = 0.0
    for one in members:
        premise = case.premise(one.said.key) if one.said.role == "report" else None
        if premise is not None and premise.value and premise.ref.kind == "account":
            total += 2 * abs(premise.spread / premise.value)
    return total


def _title(said: Sequence[Said], year: int) -> tuple[str, str]:
    """`2024年三句规划和一个报数不能同时成立：…`."""
    plan = [one for one in said if one.role in ("goal", "quota")]
    reports = [one for one in said if one.role == "report"]
    rules = [one for one in said if one.role == "rule"]
    parts = [f"{_count(len(plan))}句话"] if plan else []
    parts += [f"{_count(len(reports))}个报数"] if reports else []
    parts += ["工艺范围" if not any(one.assumed for one in rules) else "假设的范围"] if rules else []
    zh = f"{year}年{'和'.join(parts)}不能同时成立"
    parts_en = [f"{len(plan)} sentence{'s' if len(plan) != 1 else ''}"] if plan else []
    parts_en += [f"{len(reports)} reported figure{'s' if len(reports) != 1 else ''}"] if reports else []
    parts_en += (
        ["what the process allows" if not any(one.assumed for one in rules) else "an assumed range"] if rules else []
    )
    en = f"{year}: {' and '.join(parts_en)} cannot all hold"
    return zh, en


def _count(number: int) -> str:
    return "零一两三四五六七八九十"[number] if 0 <= number <= 10 else str(number)


def _assumptions(members: Sequence[Sentence], system: Sentences) -> tuple[str, ...]:
    from lvlian.chain.indicators.load_formulas import load_formulas

    book, out = load_formulas(), []
    for one in members:
        if one.slack and one.slack_word == "左右":
            out.append(f"“左右”按 ±{one.slack:.0%} 理解（本项目的读法，没有官方规定）")
        elif one.slack and math.isfinite(one.high) and math.isfinite(one.low):
            out.append("没有写“以上”“左右”的数按取整理解，上下各放宽 2% 或末位的一半（本项目所设）")
        aim = one.aim
        if aim is not None and not aim.variant and aim.id in system.readings and aim.indicator in book:
            formula = book[aim.indicator]
            variant = formula.variant(system.readings[aim.id])
            if variant is not None and len([v for v in formula.variants if not v.assumed]) > 1:
                out.append(f"{aim.name}的口径原文没有写明，按“{variant.zh}”")
        if one.said.role == "rule" and one.said.ref.words:
            out.append(
                f"{one.said.zh}；依据：{one.said.ref.words}" if one.said.ref.words not in one.said.zh else one.said.zh
            )
    return tuple(dict.fromkeys(out))
