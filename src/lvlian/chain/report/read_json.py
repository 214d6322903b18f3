"""Reports as JSON: `{"statements": [{…}], "month": …, "party": …, "simulated": …}`, or the list alone.

Each statement has the keys of a free table (`party` or `firm`, `month`, `item`, `good`, `process`, `partner`, `value`, `unit`,
`source`, `sd`, `given`, `withdrawn`, `origin`); ids and words are both taken.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from lvlian.chain.report.intake import Expected, Intake
from lvlian.chain.report.names import Names
from lvlian.chain.report.problem import Import, Problem, WordError, refused, short
from lvlian.chain.report.read_csv import LARGEST, bytes_of, decode, too_large
from lvlian.chain.report.statement import Origin
from lvlian.chain.report.table import MOST_ROWS
from lvlian.chain.report.wording import COLUMNS

FORMAT = "lvlian.statements/1"
MOST_BRACKETS, MOST_COMMAS = 3 * MOST_ROWS, 25 * MOST_ROWS
"""What so many statements can need; a file with more would cost memory and hold nothing that is taken."""
_TOP = ("format", "region", "month", "party", "simulated", "statements")
_ROW = (*COLUMNS, "origin")
_SHOWN = '{"statements": [{"firm": …, "month": …, "item": …, "good": …, "value": …, "unit": …}]}'


class _NoFigure(ValueError):
    """NaN or an infinity, which JSON does not have."""


def read_json(path: Path, names: Names, expected: Expected | None = None) -> Import:
    """The statements of a JSON file. Never raises for what the file holds."""
    content = bytes_of(path)
    return content if isinstance(content, Import) else json_import(content, path.name, names, expected)


def json_import(content: bytes, name: str, names: Names, expected: Expected | None = None) -> Import:
    """The statements that the bytes of a JSON file called `name` hold."""
    if len(content) > LARGEST:
        return too_large(name)
    if content.count(b"{") + content.count(b"[") > MOST_BRACKETS or content.count(b",") > MOST_COMMAS:
        return too_large(name)
    text = decode(content)
    if text is None:
        return refused(name, "not-text", "不是文本，应为 UTF-8 编码的 JSON。", "not a text, expected JSON in UTF-8.")
    try:
        data = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行"
        return refused(name, "not-json", f"不是 JSON（{error.msg}）。", f"is not JSON ({error.msg}).", cell=where)
    except (_NoFigure, ValueError) as error:
        return refused(name, "not-json", f"不是 JSON（{error}）。", f"is not JSON ({error}).")
    except RecursionError:
        return refused(
            name, "not-json", "嵌套太深，应为一列报数。", "is nested too deeply, expected a list of statements."
        )
    return records_import(data, name, names, expected)


def _refuse(constant: str) -> NoReturn:
    raise _NoFigure(f"{constant} is no figure")


def records_import(data: Any, name: str, names: Names, expected: Expected | None = None) -> Import:
    """The statements of a JSON value (a request's body or a file called `name`)."""
    told = expected or Expected()
    if isinstance(data, list):
        rows, top = data, {}
    elif isinstance(data, dict) and isinstance(data.get("statements"), list):
        rows, top = data["statements"], data
    else:
        return refused(name, "no-statements", f"没有报数，应为 {_SHOWN}。", f"holds no statements, expected {_SHOWN}.")
    intake = Intake(name, names, told)
    _top(top, intake, name, told)
    if len(rows) > MOST_ROWS:
        return refused(
            name,
            "too-many-rows",
            f"有 {len(rows):,} 条，一次最多读 {MOST_ROWS:,} 条；请分成几份。",
            f"holds {len(rows):,} statements, at most {MOST_ROWS:,} are read at once; split it.",
        )
    for at, row in enumerate(rows):
        _row(row, f"statements[{at}]", top, intake, name)
    result = intake.done()
    if result.ok and not result.readable and not result.skipped:
        return refused(name, "no-figures", "没有一条报数。", "holds no statement.")
    return result


def _top(top: dict[str, Any], intake: Intake, name: str, told: Expected) -> None:
    for key in top:
        if key not in _TOP:
            _unknown_key(intake, Origin(name, "", short(key)), key, _TOP)
    given = top.get("format", FORMAT)
    if given != FORMAT:
        intake.wrong(
            Problem(
                Origin(name, "", "format"),
                "wrong-version",
                f"是“{short(given)}”，应为“{FORMAT}”。",
                f"is “{short(given)}”, expected “{FORMAT}”.",
            )
        )
    intake.simulated = top.get("simulated") is True


def _row(row: Any, pointer: str, top: dict[str, Any], intake: Intake, name: str) -> None:
    if not isinstance(row, dict):
        intake.wrong(
            Problem(
                Origin(name, "", pointer),
                "not-an-object",
                f"是 {type(row).__name__}，应为一个对象。",
                f"is {type(row).__name__}, expected an object.",
            )
        )
        return
    origin = _origin(row.get("origin"), name, pointer)
    cells: dict[str, object] = {"month": top.get("month")}
    if "party" not in row and "firm" not in row:
        cells["party"] = top.get("party")
    for key, value in row.items():
        if key == "origin":
            continue
        if key not in _ROW:
            _unknown_key(intake, Origin(name, "", f"{pointer}.{short(key)}"), key, _ROW)
            return
        if isinstance(value, dict | list):
            intake.wrong(
                WordError("nested", "应为文字或数字。", f"is {type(value).__name__}, expected a text or a number.").at(
                    Origin(name, "", f"{pointer}.{key}")
                )
            )
            return
        if isinstance(value, bool):
            value = "true" if value else "false"
        if value is not None or key != "month":
            cells[key] = value

    def place(column: str) -> Origin:
        return origin if column == "value" and origin is not None else Origin(name, "", f"{pointer}.{column}")

    intake.row(cells, place)


def _origin(data: Any, name: str, pointer: str) -> Origin | None:
    """The place that a statement carries with it from an earlier file, where it carries one."""
    if not isinstance(data, dict):
        return None
    parts = [data.get(part) for part in ("file", "sheet", "cell")]
    if not all(part is None or isinstance(part, str) for part in parts) or not any(parts):
        return None
    return Origin(*(str(part or "")[:200] for part in parts))


def _unknown_key(intake: Intake, origin: Origin, key: object, known: tuple[str, ...]) -> None:
    near = get_close_matches(str(key), known, n=1, cutoff=0.5)
    zh = f"最接近的是 {near[0]}" if near else f"应为 {'、'.join(known)}"
    en = f"the nearest known one is {near[0]}" if near else f"expected one of {', '.join(known)}"
    intake.wrong(
        Problem(
            origin, "unknown-key", f"“{short(key)}”不是已知的字段，{zh}。", f"“{short(key)}” is no known field, {en}."
        )
    )
