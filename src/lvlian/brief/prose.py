"""Chinese sentences made from facts, in the words of official papers; nothing that the facts do not say."""

from __future__ import annotations

from collections.abc import Iterable

from lvlian.plan.facts import Goal, PlanFacts

from .figures import number, when_prose
from .goals import GoalRow
from .schedule import Schedule

_BOUND = {">=": "{}以上", "<=": "{}以内", ">": "{}以上（不含）", "<": "低于{}", "~": "{}左右", "=": "{}"}


def value_prose(goal: Goal) -> str:
    """`105万吨以上`, `400亿元左右`, `新增5户以上`, `1至2家`."""
    unit = goal.unit or ""
    figure = number(goal.value) if goal.value_max is None else f"{number(goal.value)}至{number(goal.value_max)}"
    words = _BOUND.get(goal.op, "{}").format(f"{figure}{unit}")
    return ("新增" if goal.mode == "increase" else "") + words


def row_prose(row: GoalRow) -> str:
    """One indicator over the years: `产值2023年180亿元以上、2024年310亿元以上（2022年实绩124亿元）`."""
    said, past = [], []
    for column, entries in row.cells.items():
        for entry in entries:
            when = "每期" if column == "each" else when_prose(entry.goal.when, entry.goal.when_op)
            if entry.baseline:
                past.append(f"{when}实绩{value_prose(entry.goal)}")
            else:
                said.append((entry.goal.when or "9999", f"{when}{value_prose(entry.goal)}"))
    mode = "年均增速" if row.mode == "growth_rate" and "增速" not in row.name else ""
    tail = f"（{'，'.join(past)}）" if past else ""
    return f"{row.name}{mode}{'、'.join(words for _, words in sorted(said, key=lambda pair: pair[0]))}{tail}"


def head_prose(facts: PlanFacts) -> str:
    """Who issued the document when, and for which years; what is not known is left out."""
    head = facts.document
    title = f"《{head.title or facts.name}》"
    number_of = f"（{head.number}）" if head.number else ""
    issued = f"由{head.issuer}" if head.issuer else ""
    date = f"于{when_prose(head.date, 'in')}" if head.date else ""
    lead = f"{title}{number_of}{issued}{date}印发" if issued or date else f"{title}{number_of}"
    if head.period:
        first, last = head.period
        lead += f"，规划期{first}年" if first == last else f"，规划期{first}—{last}年"
    return lead + "。"


def listed(names: Iterable[str], most: int = 6) -> str:
    """`甲、乙、丙` or `甲、乙等9个`."""
    known = list(names)
    if len(known) <= most:
        return "、".join(known)
    return f"{'、'.join(known[:most])}等{len(known)}个"


def schedule_prose(plan: Schedule) -> list[str]:
    """One sentence for each date, its steps by event, then what has no date. Projects are named by owner and product."""
    groups: dict[str, dict[str, list[str]]] = {}
    for project in sorted(plan.dated, key=lambda project: project.due):
        for step in project.steps:
            if step.span:
                groups.setdefault(when_prose(step.when, step.when_op), {}).setdefault(step.event, []).append(
                    project.label
                )
    out = [
        f"{when}：{'；'.join(f'{event}{listed(dict.fromkeys(names), 3)}' for event, names in events.items())}。"
        for when, events in groups.items()
    ]
    undated = listed((project.label for project in plan.undated), 4)
    if undated:
        out.append(f"未写日期：{undated}。")
    return out
