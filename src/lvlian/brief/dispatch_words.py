"""Words of a quarter's papers: lights, kinds of change, days and figures as official sentences and as tables write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from lvlian.ledger.report import Day, GoalLine, LightLine, QuarterReport

from .figures import OPS, number, period, when_prose
from .paper_words import numeral, printable
from .prose import dates_prose, listed
from .wording import Said

NOTHING = "—"
LIGHTS: dict[str, Said] = {
    "bad": Said("滞后", "late"),
    "warn": Said("预警", "warning"),
    "ok": Said("正常", "in time"),
    "none": Said("缺数", "no figures"),
}
SHAPES = {"bad": "■", "warn": "▲", "ok": "●", "none": "○"}
"""A light is always shape and word, so that it reads without colour too."""
KINDS: dict[str, Said] = {
    "broken": Said("未兑现", "not kept"),
    "changed": Said("变更", "changed"),
    "added": Said("新增", "added"),
    "removed": Said("移出", "removed"),
}
"""In the order in which the papers tell them."""
TABLES: dict[str, Said] = {
    "goal": Said("目标", "goal"),
    "goals": Said("目标", "goal"),
    "milestone": Said("里程碑", "milestone"),
    "milestones": Said("里程碑", "milestone"),
    "item": Said("事项", "item"),
    "items": Said("事项", "item"),
    "step": Said("节点", "step"),
    "steps": Said("节点", "step"),
    "supply": Said("要素", "factor"),
    "supplies": Said("要素", "factor"),
    "demand": Said("要素需求", "demand"),
    "demands": Said("要素需求", "demand"),
    "booking": Said("要素预留", "booking"),
    "bookings": Said("要素预留", "booking"),
    "decision": Said("决定", "decision"),
    "decisions": Said("决定", "decision"),
}
"""What a snapshot's tables are called; any other name stands for itself."""
FIELDS: dict[str, Said] = {
    "#label": Said("名称", "name"),
    "#unit": Said("责任单位", "unit"),
    "due": Said("时限", "due"),
    "done": Said("办结", "done"),
    "expected": Said("现计划", "expected"),
    "stage": Said("阶段", "stage"),
    "light": Said("灯", "light"),
    "promised": Said("规划", "promised"),
    "reached": Said("完成", "reached"),
    "why": Said("原因", "why"),
    "track": Said("台账", "register"),
    "day": Said("日期", "day"),
    "amount": Said("数量", "amount"),
    "unit": Said("单位", "unit"),
    "branch": Said("状态", "state"),
}
"""What a snapshot's fields are called where nobody has put words in their place."""
_BOUND = {">=": "{}以上", "<=": "{}以内", ">": "{}以上（不含）", "<": "低于{}", "~": "{}左右", "=": "{}"}
_LINES = re.compile(r"\s*[\r\n]+\s*")


def light_words(light: str) -> str:
    """`■ 滞后`; a word that is no light stands for itself."""
    said = LIGHTS.get(light)
    return f"{SHAPES[light]} {said.zh}" if said else light


def table_words(table: str, language: str = "zh") -> str:
    """The name of a snapshot's table."""
    said = TABLES.get(table)
    return said.in_(language) if said else table


def quarter_words(report: QuarterReport) -> str:
    """`2023年三季度`."""
    return f"{report.year}年{numeral(report.quarter)}季度"


def iso(day: Day) -> str:
    """The day as ISO words, empty where there is none."""
    if isinstance(day, datetime):
        day = day.date()
    return "" if day is None else str(day)


def day_words(day: Day, year: int | None = None) -> str:
    """A day in a sentence: `10月25日`, `8月底` for a month, `三季度末` for a quarter; the year only where it is not `year`."""
    text = iso(day)
    found = period(text)
    if found is None:
        return text
    words = when_prose(text, "in")
    if year is not None and found.grain != "year":
        words = words.removeprefix(f"{year}年")
    return words + {"year": "底", "half": "末", "quarter": "末", "month": "底"}.get(found.grain, "")


def by_words(day: Day, year: int | None = None) -> str:
    """`10月25日前`, `8月底前`; empty where there is no day."""
    words = day_words(day, year)
    return f"{words}前" if words else ""


def late_words(late: int | None) -> str:
    """`逾期 30 天`, `剩 12 天`, `当日到期`, for a table."""
    if late is None:
        return NOTHING
    return "当日到期" if late == 0 else f"逾期 {late} 天" if late > 0 else f"剩 {-late} 天"


def figure_words(value: float | None, unit: str) -> str:
    """A figure with its unit in a sentence, without a space."""
    return "" if value is None else f"{number(value)}{unit}"


def promised_words(goal: GoalLine) -> str:
    """`105万吨以上`, `400亿元左右`; empty without a goal."""
    return _BOUND.get(goal.op, "{}").format(figure_words(goal.promised, goal.unit)) if goal.promised is not None else ""


def promised_cell(goal: GoalLine) -> str:
    """`≥ 105` for a table whose rows name the unit."""
    return f"{OPS.get(goal.op, goal.op)} {number(goal.promised)}".strip() if goal.promised is not None else NOTHING


def chance_words(chance: float | None) -> str:
    """`44%`, `不足1%`, `超过99%`; empty without one."""
    if chance is None:
        return ""
    if chance < 0.01:
        return "不足1%"
    return "超过99%" if chance > 0.99 else f"{chance * 100:.0f}%"


def sentence(text: str) -> str:
    """Words of somebody else on one line, dates as sentences write them, without the full stop."""
    return dates_prose(_LINES.sub("；", printable(text).strip())).rstrip("。；;")


def clip(text: str, most: int) -> str:
    """The text in at most so many characters, the rest as 「……」."""
    line = _LINES.sub(" ", printable(text).strip())
    return line if len(line) <= most else line[: most - 2] + "……"


def value_words(value: object) -> str:
    """An old or a new value of a change."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, date | datetime):
        return iso(value)
    if isinstance(value, dict):
        return "；".join(f"{name} {value_words(inner)}" for name, inner in value.items()) or NOTHING
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(map(value_words, value)) or NOTHING
    return str(value)


def field_words(name: str, language: str = "zh") -> str:
    """The name of a field of a change; a name that a person has put in place stands for itself."""
    said = FIELDS.get(name)
    return said.in_(language) if said else name


def change_lines(fields: Sequence[tuple[str, object, object]], most: int = 4) -> str:
    """`投产 2023-12` and under it `→ 2024-04`, for each of the first fields that say something; one value alone where there was
    or is none. The reason has a column of its own."""
    lines = []
    for name, old, new in fields:
        was, now = value_words(old), value_words(new)
        if name == "why" or was == now:
            continue
        arrow = f"\n→ {now}" if NOTHING not in (was, now) else ""
        lines.append(f"{field_words(name)} {now if was == NOTHING else was}{arrow}".strip())
    more = [f"另{len(lines) - most}项见工作簿"] if len(lines) > most else []
    return "\n".join([*lines[:most], *more])


def problem_sentence(line: LightLine, year: int) -> str:
    """Fact, figure, who by when: `第二批次用地690.5亩，应8月底获批，现计划10月底，逾期30天；缘由；影响4项；10月31日前报批，责任单位县自然资源局。`"""
    facts = [sentence(line.title) or "未写名称"]
    due = day_words(line.promised, year)
    if due:
        facts.append(f"应{due}{line.step or '完成'}")
    now = day_words(line.expected, year)
    if now and now != due:
        facts.append(f"现计划{now}")
    if line.late is not None and line.late > 0:
        facts.append(f"逾期{line.late}天")
    elif line.late is not None and line.late < 0 and not now:
        facts.append(f"距时限{-line.late}天")
    parts = ["，".join(facts)]
    if reason := sentence(line.reason if line.cause is None else line.cause):
        parts.append(reason)
    if line.blocks:
        parts.append(f"影响{listed(map(sentence, line.blocks), 4)}")
    step, day, unit = sentence(line.next_step), by_words(line.next_day, year), sentence(line.unit)
    then = f"{day}{step}" if step else f"下一节点{day}" if day else "下一节点未报"
    parts.append(f"{then}，{f'责任单位{unit}' if unit else '尚无责任单位'}")
    return "；".join(parts) + "。"


def grouped(lights: Sequence[LightLine], most: int) -> list[tuple[str, list[LightLine]]]:
    """Late and warned items by group, the group with most late ones first, the late ones of a group first; groups beyond `most`
    stand together as 其他."""
    groups: dict[str, list[LightLine]] = {}
    for line in lights:
        if line.light in ("bad", "warn"):
            groups.setdefault(sentence(line.group or line.track) or "其他", []).append(line)
    other = groups.pop("其他", [])
    order = sorted(groups.items(), key=lambda pair: (-sum(line.light == "bad" for line in pair[1]), -len(pair[1])))
    kept, rest = order[:most], order[most:]
    other += [line for _, lines in rest for line in lines]
    if other:
        kept.append(("其他", other))
    return [(name, sorted(lines, key=lambda line: line.light != "bad")) for name, lines in kept]


def number_words(report: QuarterReport) -> str:
    """The document's number, or its place: `砚绿铝组办发〔2023〕×号`."""
    year = report.issued.year if report.issued else report.year
    return report.number or f"{report.mark}〔{year}〕×号"


def marks_of(report: QuarterReport) -> tuple[str, ...]:
    """代拟稿 and 模拟 where due."""
    return (*(("代拟稿",) if report.draft else ()), *(("模拟",) if report.simulated else ()))
