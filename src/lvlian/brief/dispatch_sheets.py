"""All tables of a quarter as an Excel workbook: one frozen header row with units, numbers as numbers, where each row comes from,
and which snapshot it rests on. The one paper of a quarter with an English form."""

from __future__ import annotations

import math
from collections.abc import Callable

from lvlian.ledger.report import Day, QuarterReport

from .dispatch_words import (
    KINDS,
    LIGHTS,
    SHAPES,
    field_words,
    iso,
    number_words,
    promised_cell,
    quarter_words,
    table_words,
    value_words,
)
from .paper_words import printable
from .sheets import Column, Sheet, Value
from .wording import LANGUAGES, Said, WordingError
from .workbook import workbook_bytes

_WORDS: dict[str, Said] = {
    "changes": Said("变化", "Changes"),
    "goals": Said("目标", "Goals"),
    "lights": Said("滞后和预警", "Late and warned"),
    "units": Said("单位核对", "Units"),
    "decisions": Said("决定", "Decisions"),
    "items": Said("台账", "Registers"),
    "notes": Said("说明", "Notes"),
    "kind": Said("变化", "Change"),
    "table": Said("类", "Table"),
    "label": Said("事项", "Item"),
    "unit": Said("责任单位", "Responsible unit"),
    "field": Said("字段", "Field"),
    "old": Said("由", "From"),
    "new": Said("到", "To"),
    "why": Said("原因", "Reason"),
    "late": Said("逾期，天", "Late, days"),
    "key": Said("编号", "Key"),
    "light": Said("灯", "Light"),
    "goal": Said("目标", "Goal"),
    "measure": Said("单位", "Unit"),
    "period": Said("期间", "Period"),
    "bound": Said("规划（原样）", "Promised (as written)"),
    "promised": Said("规划，数值", "Promised, value"),
    "through": Said("完成截至", "Reached through"),
    "reached": Said("完成，数值", "Reached, value"),
    "projected": Said("推演全年，数值", "Outlook for the year, value"),
    "chance": Said("达成概率，%", "Chance, %"),
    "remark": Said("说明", "Remark"),
    "group": Said("归类", "Group"),
    "track": Said("台账", "Register"),
    "step": Said("节点", "Step"),
    "due": Said("时限", "Due"),
    "expected": Said("现计划", "Expected"),
    "blocks": Said("影响", "Holds up"),
    "next": Said("下一节点", "Next step"),
    "next_day": Said("下一节点日期", "Next day"),
    "unit_name": Said("单位", "Unit"),
    "owed": Said("应核，项", "Asked, items"),
    "answered": Said("已核，项", "Answered, items"),
    "corrected": Said("更正，项", "Corrected, items"),
    "minutes": Said("约用时，分", "Time at a guess, minutes"),
    "state": Said("状态", "State"),
    "number": Said("序", "No."),
    "decision": Said("决定", "Decision"),
    "becomes": Said("转为", "Becomes"),
    "item": Said("关联事项", "Linked item"),
    "stage": Said("阶段", "Stage"),
    "origin": Said("来源", "Origin"),
    "mark": Said("标记", "Mark"),
    "simulated": Said("模拟", "invented"),
    "what": Said("项", "Entry"),
    "content": Said("内容", "Content"),
    "snapshot": Said("封存快照", "sealed snapshot"),
    "since": Said("与上次快照对照", "comparison with the last snapshot"),
    "dispatch": Said("调度核对", "answers of the dispatch"),
    "meeting": Said("会议决定", "decision of the meeting"),
}


def dispatch_workbook(report: QuarterReport, *, language: str = "zh") -> bytes:
    """The workbook's bytes; the same report gives the same bytes. Text that looks like a formula stays text."""
    words = _Words(language)
    marks = [words("simulated")] if report.simulated else []
    foot = f"{report.region} {report.year} Q{report.quarter} {' '.join(marks)}"
    sheets = dispatch_sheets(report, language=language)
    return workbook_bytes(sheets, foot=(printable(foot).strip(), printable(report.snapshot_hash)[:16]))


def dispatch_sheets(report: QuarterReport, *, language: str = "zh") -> list[Sheet]:
    """One sheet for each kind of table, empty ones too; the last one says what they rest on. Raises WordingError for another
    language than `zh` and `en`."""
    words = _Words(language)
    makers = (_changes, _goals, _lights, _units, _decisions, _items)
    sheets = [_marked(make(report, words), report, words) for make in makers]
    return [*sheets, _notes(report, words)]


class _Words:
    """Labels in one language."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise WordingError(f"language {language!r}: expected one of {', '.join(LANGUAGES)}")
        self.language = language

    def __call__(self, key: str) -> str:
        return _WORDS[key].in_(self.language)

    def said(self, words: Said | None, else_: str) -> str:
        return words.in_(self.language) if words else else_

    def light(self, light: str) -> str:
        return f"{SHAPES[light]} {LIGHTS[light].in_(self.language)}" if light in LIGHTS else light

    def columns(self, *named: tuple[str, int] | tuple[str, int, bool]) -> tuple[Column, ...]:
        return tuple(Column(self(item[0]), item[1], len(item) > 2) for item in named)


def _marked(sheet: Sheet, report: QuarterReport, words: _Words) -> Sheet:
    """The sheet with printable cells only; where figures are invented every row says so."""
    mark: list[Value] = [words("simulated")] if report.simulated else []
    columns = (*sheet.columns, Column(words("mark"), 8)) if mark else sheet.columns
    return Sheet(sheet.name, columns, [[*(_cell(value) for value in row), *mark] for row in sheet.rows])


def _cell(value: Value) -> Value:
    if isinstance(value, str):
        return printable(value)
    return value if value is None or math.isfinite(value) else None


def _day(day: Day) -> str:
    return iso(day)


def _value(value: object) -> Value:
    """A number stays a number; nothing is empty."""
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        return value
    return value_words(value)


def _changes(report: QuarterReport, words: _Words) -> Sheet:
    order = {kind: place for place, kind in enumerate(KINDS)}
    rows: list[list[Value]] = []
    for change in sorted(report.changes, key=lambda change: order.get(change.kind, len(order))):
        head: list[Value] = [
            words.said(KINDS.get(change.kind), change.kind),
            table_words(change.table, words.language),
            change.label or change.key,
            change.unit,
        ]
        tail: list[Value] = [change.why, change.days or None, change.key, words("since")]
        for name, old, new in change.fields or (("", None, None),):
            rows.append([*head, field_words(name, words.language), _value(old), _value(new), *tail])
    columns = words.columns(
        *(("kind", 10), ("table", 10), ("label", 40), ("unit", 20), ("field", 12), ("old", 18), ("new", 18)),
        *(("why", 36), ("late", 9, True), ("key", 18), ("origin", 20)),
    )
    return Sheet(words("changes"), columns, rows)


def _goals(report: QuarterReport, words: _Words) -> Sheet:
    rows: list[list[Value]] = [
        [
            goal.indicator,
            goal.origin,
            words.light(goal.light),
            goal.unit,
            goal.period,
            promised_cell(goal) if goal.promised is not None else "",
            goal.promised,
            goal.through,
            goal.reached,
            goal.projected,
            None if goal.chance is None else round(goal.chance * 100, 2),
            goal.why,
        ]
        for goal in report.goals
    ]
    columns = words.columns(
        *(("goal", 28), ("origin", 24), ("light", 10), ("measure", 12), ("period", 10), ("bound", 14)),
        *(("promised", 12, True), ("through", 10), ("reached", 12, True), ("projected", 14, True)),
        *(("chance", 12, True), ("remark", 36)),
    )
    return Sheet(words("goals"), columns, rows)


def _lights(report: QuarterReport, words: _Words) -> Sheet:
    rows: list[list[Value]] = [
        [
            line.title,
            line.origin,
            words.light(line.light),
            line.unit,
            line.group,
            line.track,
            line.step,
            _day(line.promised),
            _day(line.expected),
            line.late,
            line.reason,
            "；".join(line.blocks),
            line.next_step,
            _day(line.next_day),
            line.key,
        ]
        for state in ("bad", "warn", "none", "ok")
        for line in report.lights
        if line.light == state
    ]
    columns = words.columns(
        *(("label", 40), ("origin", 24), ("light", 12), ("unit", 20), ("group", 10), ("track", 12), ("step", 10)),
        *(("due", 12), ("expected", 12), ("late", 9, True), ("why", 36), ("blocks", 30), ("next", 20)),
        *(("next_day", 14), ("key", 18)),
    )
    return Sheet(words("lights"), columns, rows)


def _units(report: QuarterReport, words: _Words) -> Sheet:
    """In the order of the organisation's list: facts, no rank and no score."""
    rows: list[list[Value]] = [
        [line.unit, words("dispatch"), line.owed, line.answered, line.corrected, line.minutes, line.state]
        for line in report.units
    ]
    columns = words.columns(
        *(("unit_name", 28), ("origin", 20), ("owed", 10, True), ("answered", 10, True), ("corrected", 10, True)),
        *(("minutes", 12, True), ("state", 14)),
    )
    return Sheet(words("units"), columns, rows)


def _decisions(report: QuarterReport, words: _Words) -> Sheet:
    rows: list[list[Value]] = [
        [line.number, words("meeting"), line.text, line.unit, _day(line.due), line.becomes, line.item]
        for line in report.decisions
    ]
    columns = words.columns(
        *(("number", 6, True), ("origin", 18), ("decision", 60), ("unit", 22), ("due", 12), ("becomes", 10)),
        ("item", 24),
    )
    return Sheet(words("decisions"), columns, rows)


def _items(report: QuarterReport, words: _Words) -> Sheet:
    rows: list[list[Value]] = [
        [
            item.title,
            item.origin,
            item.track,
            item.unit,
            item.stage,
            _day(item.due),
            _day(item.expected),
            words.light(item.light),
            item.note,
        ]
        for item in report.items
    ]
    columns = words.columns(
        *(("label", 44), ("origin", 24), ("track", 14), ("unit", 20), ("stage", 12), ("due", 12), ("expected", 12)),
        *(("light", 12), ("remark", 36)),
    )
    return Sheet(words("items"), columns, rows)


_NOTES: tuple[tuple[Said, Callable[[QuarterReport], str]], ...] = (
    (Said("区域", "Region"), lambda r: r.region),
    (Said("季度", "Quarter"), lambda r: f"{r.year} Q{r.quarter}（{quarter_words(r)}）"),
    (Said("发文机关", "Office"), lambda r: r.office),
    (Said("文号", "Number"), number_words),
    (Said("依据", "Based on"), lambda r: r.plan),
    (Said("数据截至", "Figures as of"), lambda r: r.as_of.isoformat()),
    (Said("会议", "Meeting"), lambda r: f"{r.meeting_at:%Y-%m-%d %H:%M}" if r.meeting_at else ""),
    (Said("封存时间", "Sealed at"), lambda r: f"{r.sealed_at:%Y-%m-%d %H:%M}" if r.sealed_at else ""),
    (Said("封存快照 SHA-256", "Snapshot, SHA-256"), lambda r: r.snapshot_hash),
    (Said("上次快照 SHA-256", "Previous snapshot, SHA-256"), lambda r: r.previous_hash),
    (Said("审计根", "Audit root"), lambda r: r.audit_root),
    (Said("模拟", "Invented"), lambda r: r.simulated),
)
_SAID = (
    Said(
        "单位按名录排序，只列事实，不排名、不打分。",
        "Units stand in the order of the list: facts, no ranks, no scores.",
    ),
    Said(
        "推演全年和达成概率由模型得出，不是实绩。", "Outlook and chance come from a model; they are no actual figures."
    ),
    Said(
        "日期照登记的精度：2024-08 指当月底。", "Days are as precise as recorded: 2024-08 means the end of that month."
    ),
)


def _notes(report: QuarterReport, words: _Words) -> Sheet:
    missing = words.said(Said("未填", "not given"), "")
    rows: list[list[Value]] = [
        [name.in_(words.language), _cell(str(tell(report))) or missing]
        for name, tell in _NOTES
        if not (name.zh == "模拟" and not report.simulated)
    ]
    counts = report.counts
    for name, n in (
        (Said("应到期，项", "Due, items"), counts.due),
        (Said("办结，项", "Kept, items"), counts.kept),
        (Said("预警，项", "Warned, items"), counts.warned),
        (Said("滞后，项", "Late, items"), counts.late),
        (Said("缺数，项", "No figures, items"), counts.missing),
    ):
        rows.append([name.in_(words.language), n])
    rows += [[words("remark"), said.in_(words.language)] for said in _SAID]
    return Sheet(words("notes"), (Column(words("what"), 24), Column(words("content"), 90)), rows)
