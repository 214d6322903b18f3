"""Chinese sentences made from facts, in the words of official papers; nothing that the facts do not say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lvlian.plan.facts import Goal, Incentive, Mechanism, PlanFacts

from .figures import number, when_prose
from .goals import EACH, GoalRow, GoalTable
from .saying import rhythm
from .schedule import Schedule

_BOUND = {">=": "{}以上", "<=": "{}以内", ">": "{}以上（不含）", "<": "低于{}", "~": "{}左右", "=": "{}"}


def value_prose(goal: Goal) -> str:
    """`105万吨以上`, `400亿元左右`, `新增5户以上`, `1至2家`."""
    unit = goal.unit or ""
    figure = number(goal.value) if goal.value_max is None else f"{number(goal.value)}至{number(goal.value_max)}"
    words = _BOUND.get(goal.op, "{}").format(f"{figure}{unit}")
    return ("新增" if goal.mode == "increase" else "") + words


def row_prose(row: GoalRow, name: str | None = None) -> str:
    """One indicator over the years: `产值2023年180亿元以上、2024年310亿元以上（2022年实绩124亿元）`; `name` in place of its own."""
    said, past = [], []
    for column, entries in row.cells.items():
        for entry in entries:
            when = "每期" if column == EACH else when_prose(entry.goal.when, entry.goal.when_op)
            if entry.baseline:
                past.append(f"{when}实绩{value_prose(entry.goal)}")
            else:
                said.append((entry.goal.when or "9999", f"{when}{value_prose(entry.goal)}"))
    tail = f"（{'，'.join(past)}）" if past else ""
    return f"{_named(row) if name is None else name}{'、'.join(words for _, words in sorted(said, key=lambda pair: pair[0]))}{tail}"


def goals_prose(table: GoalTable) -> list[tuple[str, str]]:
    """(lead, sentence) for the goals of a plan: for each subject what it has for several years, then the rest by date; an
    indicator that many subjects have alone is said once. Every sentence names whose goals they are."""
    out: list[tuple[str, str]] = []
    for block in table.blocks():
        if block.by_subject:
            parts = [row_prose(row, row.subject) for row in block.rows]
            out.append((f"{_named(block.rows[0])}：", "；".join(parts) + "。"))
            continue
        single = [row for row in block.rows if sum(map(len, row.cells.values())) == 1]
        if len(single) < 2 or len(block.rows) < 4:
            out.append(
                (f"{block.title}：" if block.title else "", "；".join(row_prose(row) for row in block.rows) + "。")
            )
            continue
        several = [row for row in block.rows if row not in single]
        if several:
            out.append((f"{block.title}分年目标：", "；".join(row_prose(row) for row in several) + "。"))
        for when, parts in sorted(_by_date(single).items()):
            out.append((f"{block.title}{when[1]}：", "、".join(parts) + "。"))
    return out


def _by_date(rows: list[GoalRow]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        ((column, (entry,)),) = row.cells.items()
        goal = entry.goal
        when = "每期" if column == EACH else when_prose(goal.when, goal.when_op) or "未写时间"
        if entry.baseline:
            when += "实绩"
        order = "9998" if column == EACH else goal.when or "9999"
        found.setdefault((order, when), []).append(
            f"{_named(row)}{value_prose(goal).removeprefix('新增' if '新增' in row.name else '')}"
        )
    return found


def _named(row: GoalRow) -> str:
    return row.name + ("年均增速" if row.mode == "growth_rate" and "增速" not in row.name else "")


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
    known = list(dict.fromkeys(names))
    if len(known) <= most:
        return "、".join(known)
    return f"{'、'.join(known[:most])}等{len(known)}个"


def schedule_prose(plan: Schedule) -> list[tuple[str, str]]:
    """(lead, sentence) for each date in order, `甲、乙等5个开工`; last what has no date."""
    out = [
        (
            f"{when_prose(when, op)}：",
            "；".join(f"{listed([p.short for p in projects], 3)}{event}" for event, projects in events.items()) + "。",
        )
        for when, op, events in plan.dates()
    ]
    undated = listed([project.short for project in plan.undated], 4)
    if undated:
        out.append(("未写日期：", f"{undated}。"))
    return out


def amount_prose(incentive: Incentive) -> str:
    """`最高4万元`, `4万元`; empty where the plan names no amount."""
    if incentive.amount is None:
        return ""
    return ("最高" if incentive.limit == "max" else "") + f"{number(incentive.amount)}{incentive.unit or ''}"


def mechanism_prose(item: Mechanism) -> str:
    """`领导小组每季度开展调度工作1次`, `每月组织招商引资活动1次以上`."""
    per, said = rhythm(item)
    count = 1.0 if said == "1" else item.times
    times = "" if count is None else _BOUND.get(item.op, "{}").format(f"{number(count)}次")
    return f"{item.actor or ''}{per.zh}{item.name}{times}"


_ISO = re.compile(r"(?<![\d-])(\d{4}-\d{2}(?:-\d{2})?)(?![\d-])")


def dates_prose(text: str) -> str:
    """The text with dates as sentences write them: `2023-08` → `2023年8月`."""
    return _ISO.sub(lambda match: when_prose(match[1], "in"), text)


def mostly_chinese(text: str) -> bool:
    """Whether a line is written in Chinese, so that a Chinese paper can hold it; names and units in Latin letters may stand."""
    latin = sum(character.isascii() and character.isalpha() for character in text)
    return latin <= 2 * sum("\u4e00" <= character <= "\u9fff" for character in text)
