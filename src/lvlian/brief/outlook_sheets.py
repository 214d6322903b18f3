"""The tables of an outlook as sheets of a workbook, the course of each goal by quarter, and all that is taken away from an outlook as files."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from .outlook import Outlook
from .outlook_fan import fan_groups, fan_svg, fan_title
from .outlook_goals import goal_lines
from .outlook_saying import basis, opening
from .outlook_tables import Cell, Grid, grids
from .sheets import Column, Sheet, Value
from .wording import Wording
from .workbook import workbook_bytes

LEVELS = ("2.5%", "10%", "25%", "50%", "75%", "90%", "97.5%")
WIDE, NARROW = 36, 12
WORDY = ("goal", "project", "move", "buys", "sentences", "sum", "repair", "why", "lacks", "ask", "ground", "premise", "cost", "projects", "factor", "worth", "title", "name")  # fmt: skip


def sheet_of(grid: Grid, language: str = "zh") -> Sheet:
    """A table as a sheet: numbers as numbers."""
    long = [any(len(row[at].in_(language)) > 14 for row in grid.rows) for at in range(len(grid.heads))]
    columns = tuple(
        Column(head.in_(language), WIDE if wide else NARROW, at in grid.right)
        for at, (head, wide) in enumerate(zip(grid.heads, long, strict=True))
    )
    rows: list[list[Value]] = [[_value(cell, language) for cell in row] for row in grid.rows]
    return Sheet(grid.title.in_(language)[:31], columns, rows)


def _value(cell: Cell, language: str) -> Value:
    if cell.value is not None and math.isfinite(cell.value):
        return float(f"{cell.value:.10g}")
    return cell.in_(language)


def outlook_sheets(told_of: Outlook, language: str = "zh") -> list[Sheet]:
    """The sentences, every table, the course of every goal."""
    words = Wording(language)
    lines = goal_lines(told_of)
    said: list[list[Value]] = [[one.in_(language)] for one in (*opening(told_of, lines), basis(told_of))]
    if told_of.case.simulated:
        said.insert(0, [words.say("simulated")])
    out = [Sheet(words.say("outlook"), (Column(told_of.title, 120),), said)]
    out += [sheet_of(grid, language) for grid in grids(told_of)]
    course: list[list[Value]] = [
        [one.whole.in_(language), one.unit.in_(language), label, *(float(f"{v:.6g}") if math.isfinite(v) else None for v in row)]
        for one in lines
        if one.odds is not None
        for label, row in one.odds.bands.items()
        if any(map(math.isfinite, row))
    ]  # fmt: skip
    if course:
        columns = (
            Column(words.say("outlook_goal"), WIDE), Column(words.say("outlook_unit"), NARROW), Column(words.say("outlook_when"), NARROW),
            *(Column(level, NARROW, True) for level in LEVELS),
        )  # fmt: skip
        out.append(Sheet(words.say("outlook_fans"), columns, course))
    return out


def joined_sheets(outlooks: Sequence[Outlook], language: str = "zh") -> list[Sheet]:
    """The sheets of several plans as one of each kind, the plan in the first column; their names begin with 推演."""
    words = Wording(language)
    head = words.say("outlook")
    joined: dict[str, Sheet] = {}
    for one in outlooks:
        for sheet in outlook_sheets(one, language):
            name = sheet.name if sheet.name == head else f"{head} {sheet.name}"[:31]
            columns = (Column(words.say("plan"), 24), *sheet.columns)
            if sheet.name == head:
                columns = (columns[0], Column(words.say("sheet_content"), 120))
            held = joined.setdefault(name, Sheet(name, columns, []))
            held.rows.extend([one.title, *row] for row in sheet.rows)
    return list(joined.values())


def outlook_files(told_of: Outlook, language: str = "zh") -> dict[str, bytes]:
    """`outlook.json`, `outlook.xlsx`, `outlook.docx` and a drawing `fan-N.svg` for each goal that has a course. The same outlook gives the same
    bytes."""
    from .outlook_paper import outlook_paper

    foot = (told_of.title, Wording(language).say("simulated") if told_of.case.simulated else "")
    out = {
        "outlook.json": json_bytes(told_of.to_json()),
        "outlook.xlsx": workbook_bytes(outlook_sheets(told_of, language), foot=foot),
        "outlook.docx": outlook_paper(told_of),
    }
    for group in fan_groups(told_of):
        name = f"fan-{group[-1].aim.id}.svg"
        out[name] = fan_svg(told_of, group, width=640, height=300, language=language).encode()
    return out


def json_bytes(data: Any) -> bytes:
    """JSON in UTF-8; null for what is not finite."""
    return (json.dumps(_finite(data), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.10g}") if math.isfinite(value) else None
    return value


__all__ = ["fan_title", "json_bytes", "outlook_files", "outlook_sheets", "sheet_of"]
