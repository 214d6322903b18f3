"""Statements as CSV, JSON or the rows of a sheet, so that what is written reads back as the same statements."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lvlian.chain.region import OUTSIDE
from lvlian.chain.report.read_json import FORMAT
from lvlian.chain.report.statement import ITEMS, Statement
from lvlian.chain.report.units import WHOLE, told
from lvlian.chain.report.wording import load_words

if TYPE_CHECKING:
    from lvlian.chain.report.names import Names

HEADINGS: Mapping[str, str] = {
    "party": "填报方",
    "firm": "企业",
    "month": "月份",
    "item": "项目",
    "good": "物料",
    "process": "工序",
    "partner": "往来方",
    "value": "数值",
    "unit": "单位",
    "source": "来源",
    "sd": "标准差",
    "given": "原写",
    "withdrawn": "已撤回",
}
"""Columns of a written table, in order."""
SIMULATED_TITLE = "模拟数据：企业和数字均为虚构"
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def table_rows(statements: Iterable[Statement], names: Names | None = None) -> list[list[str | float | None]]:
    """One row per statement under HEADINGS, figures as numbers in the engine's unit. With `names` firms, goods and processes are shown
    by their words, else by their ids; a named partner beyond the region as `区外：name`."""
    words = load_words().shown
    memory: dict[tuple[str, str], str] = {}

    def word(column: str, key: str) -> str:
        found = memory.get((column, key))
        if found is None:
            found = memory[column, key] = _word(column, key, names)
        return found

    return [
        [
            word("firm", one.party),
            word("firm", one.about),
            one.month,
            words.get(("items", one.item), ITEMS[one.item]),
            word("good", one.good),
            word("process", one.process),
            word("partner", one.partner),
            one.value,
            _unit(one),
            words.get(("sources", one.source), one.source),
            one.sd,
            one.given,
            "" if one.used else "是",
        ]
        for one in statements
    ]


def _word(column: str, key: str, names: Names | None) -> str:
    if names is not None:
        return names.shown(column, key)
    if column == "partner" and key.partition(":")[0] == OUTSIDE:
        return f"区外：{key.partition(':')[2]}" if ":" in key else "区外"
    return key


def _unit(one: Statement) -> str:
    return WHOLE[0] if one.item == "content" else told(one.unit)


def csv_text(statements: Iterable[Statement], names: Names | None = None, *, simulated: bool = False) -> str:
    """A CSV table, UTF-8 with a mark so that Excel reads it; a text that a spreadsheet would take for a formula gets an
    apostrophe before it."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    if simulated:
        writer.writerow([SIMULATED_TITLE])
    writer.writerow(HEADINGS.values())
    for row in table_rows(statements, names):
        writer.writerow([_cell(cell) for cell in row])
    return out.getvalue()


def _cell(cell: str | float | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_RISKY) or cell.startswith("'") else cell
    return repr(float(cell))


def records(statements: Iterable[Statement]) -> list[dict[str, Any]]:
    """Statements as JSON objects; keys in a fixed order, empty ones left out."""
    out = []
    for one in statements:
        origin = {"file": one.origin.file, "sheet": one.origin.sheet, "cell": one.origin.cell}
        record = {
            "party": one.party,
            "firm": one.firm,
            "month": one.month,
            "item": one.item,
            "good": one.good,
            "process": one.process,
            "partner": one.partner,
            "value": one.value,
            "unit": _unit(one),
            "given": one.given,
            "source": one.source,
            "sd": one.sd,
            "withdrawn": None if one.used else True,
            "origin": {key: value for key, value in origin.items() if value},
        }
        out.append({key: value for key, value in record.items() if value not in ("", None, {})})
    return out


def json_text(statements: Sequence[Statement], *, region: str = "", simulated: bool = False) -> str:
    """The JSON form that `read_json` takes."""
    data: dict[str, Any] = {"format": FORMAT}
    if region:
        data["region"] = region
    if simulated:
        data["simulated"] = True
    data["statements"] = records(statements)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
