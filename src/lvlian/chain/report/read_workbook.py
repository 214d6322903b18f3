"""Reports as xlsx: a filled template (by the keys of its rows) or free tables on any visible sheet. Formulas count by their value,
macros and links are never followed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lvlian.chain.report.cell import is_empty, text
from lvlian.chain.report.intake import Expected, Intake
from lvlian.chain.report.layout import AT, COLUMNS, FILL, FORMAT, MACHINE, cell_name
from lvlian.chain.report.names import Names
from lvlian.chain.report.package import PackageError, inspect
from lvlian.chain.report.problem import Import, Problem, WordError, refused, short
from lvlian.chain.report.read_csv import LARGEST, bytes_of, too_large
from lvlian.chain.report.statement import Origin
from lvlian.chain.report.table import SIMULATED, TITLE_ROWS, header_of, read_table

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Rows = Sequence[Sequence[Any]]
NO_VALUE = "=（没有算出的值）"
"""What stands in for a formula that the file carries no value of."""

MERGED = "（合并的单元格）"
"""What stands in the cells beneath a figure that is merged over several rows."""


def read_workbook(path: Path, names: Names, expected: Expected | None = None) -> Import:
    """The statements of a workbook. Never raises for what the file holds."""
    content = bytes_of(path)
    return content if isinstance(content, Import) else workbook_import(content, path.name, names, expected)


def workbook_import(content: bytes, name: str, names: Names, expected: Expected | None = None) -> Import:
    """The statements that the bytes of an xlsx file called `name` hold."""
    if len(content) > LARGEST:
        return too_large(name)
    try:
        valueless = inspect(content)
        sheets = dict(_sheets(content, valueless))
    except PackageError as error:
        return refused(name, error.code, error.zh, error.en)
    if FILL in sheets and MACHINE in sheets:
        return _template(name, sheets[FILL], sheets[MACHINE], names, expected or Expected())
    return _tables(name, sheets, names, expected)


def _sheets(content: bytes, valueless: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, Rows]]:
    """The visible sheets, and the machine's: their rows from A1, every cell. Raises PackageError."""
    book = _opened(content)
    for about in book.sheets_metadata:
        visible = str(about.visible).rpartition(".")[2] == "Visible"
        if str(about.typ).rpartition(".")[2] != "WorkSheet" or not (visible or about.name == MACHINE):
            continue
        sheet = _quiet(lambda name=about.name: book.get_sheet_by_name(name))
        rows = _quiet(lambda sheet=sheet: sheet.to_python(skip_empty_area=False))
        if about.name not in (FILL, MACHINE):
            _unmerge(rows, _quiet(lambda sheet=sheet: sheet.merged_cell_ranges) or ())
        marked = valueless.get(about.name)
        yield about.name, _marked(rows, marked) if marked else rows


def _opened(content: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook

    book: CalamineWorkbook = _quiet(lambda: CalamineWorkbook.from_filelike(io.BytesIO(content)))
    return book


def _quiet(task: Any) -> Any:
    """The reader's own errors, also its panics, which are no Exception, as one sentence."""
    try:
        return task()
    except Exception as error:
        raise _unreadable(error) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(error) from None


def _unreadable(error: BaseException) -> PackageError:
    why = short(error, 80)
    return PackageError(
        "broken",
        f"文件已损坏，不能读取（{why}）；请用 Excel 或 WPS 打开后重新保存。",
        f"is broken and cannot be read ({why}); open it in Excel or WPS and save it again.",
    )


def _unmerge(rows: Any, merged: Any) -> None:
    """A word in a cell that is merged downwards holds for every row of it; a figure does not: the rows beneath are told."""
    for (first, left), (last, right) in merged:
        if left != right or first == last or first >= len(rows) or left >= len(rows[first]):
            continue
        value = rows[first][left]
        for row in rows[first + 1 : last + 1]:
            if left < len(row) and value != "":
                row[left] = value if isinstance(value, str) else MERGED


def _marked(rows: Any, cells: frozenset[str]) -> Rows:
    """The rows with a mark in each formula that the file carries no value of: empty would mean not reported."""
    for at, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if cell == "" and cell_name(at, place) in cells:
                row[place] = NO_VALUE
    kept: Rows = rows
    return kept


# ---- free tables ----------------------------------------------------------------------------------------------------


def _tables(name: str, sheets: Mapping[str, Rows], names: Names, expected: Expected | None) -> Import:
    intake = Intake(name, names, expected)
    found = False
    for sheet, rows in sheets.items():
        if sheet == MACHINE or not any(header_of(row, names.words) for row in rows[:TITLE_ROWS]):
            continue

        def where(row: int, column: int, heading: str, sheet: str = sheet) -> Origin:
            return Origin(name, sheet, cell_name(row, column))

        if any(mark in sheet.casefold() for mark in SIMULATED):
            intake.simulated = True
        found = read_table(rows, intake, where) or found
    if not found:
        return refused(
            name,
            "no-header",
            "没有填报表，也没有表头；应为本系统的模板，或一张表头写着企业、月份、项目、物料、往来方、数值、单位的表。",
            "holds neither a template nor a header row; expected the template or a table with firm, month, item, good, partner, value, unit.",
        )
    result = intake.done()
    if result.ok and not result.readable:
        return refused(name, "no-figures", "表中没有一个数。", "the table holds no figure.")
    return result


# ---- the template ---------------------------------------------------------------------------------------------------


def _template(name: str, rows: Rows, machine: Rows, names: Names, expected: Expected) -> Import:
    told = {text(row[0]): text(row[1]) for row in machine if len(row) > 1 and text(row[0])}
    if told.get("format") != FORMAT:
        return refused(
            name,
            "wrong-version",
            f"模板版本是“{short(told.get('format', ''))}”，应为“{FORMAT}”；请重新下载模板。",
            f"the version is “{short(told.get('format', ''))}”, expected “{FORMAT}”; get the template again.",
            sheet=MACHINE,
        )
    for key, zh, wanted in (("firm", "企业", expected.party), ("month", "月份", expected.month)):
        if not told.get(key) or (wanted and told[key] != wanted):
            return refused(
                name,
                f"wrong-{key}",
                f"这份模板的{zh}是“{short(told.get(key, ''))}”，应为“{wanted or '一个' + zh}”。",
                f"the template is for the {key} “{short(told.get(key, ''))}”, expected {wanted or 'one'}.",
                sheet=MACHINE,
            )
    region = names.region
    if region is not None and region.firm(told["firm"]) is None:
        return refused(
            name,
            "wrong-firm",
            f"这份模板的企业“{short(told['firm'])}”不在{region.name}。",
            f"the template's firm “{short(told['firm'])}” is none of {region.name}.",
            sheet=MACHINE,
        )
    header = _header(rows)
    if header is None:
        return refused(
            name,
            "no-header",
            "填报表的表头不见了，应有“项目、物料、本月、机读键”；请重新下载模板。",
            "the header of the sheet is gone, expected 项目, 物料, 本月, 机读键; get the template again.",
            sheet=FILL,
        )
    given = Expected(party=told["firm"], month=told["month"], below_zero=expected.below_zero)
    intake = Intake(name, names, given)
    intake.simulated = told.get("simulated") == "1"
    start, at = header
    filled = _rows(name, rows, start, at, intake, names)
    wanted_items = told.get("items", "")
    if wanted_items.isdigit() and filled < int(wanted_items):
        intake.wrong(
            Problem(
                Origin(name, FILL),
                "rows-missing",
                f"只找到 {filled} 项，模板有 {wanted_items} 项；有的行被删去了，请重新下载模板。",
                f"holds {filled} items, the template had {wanted_items}; rows were deleted, get the template again.",
            )
        )
    return intake.done()


def _header(rows: Rows) -> tuple[int, dict[str, int]] | None:
    """The row of the headings (from 0) and column id → place."""
    ids = {column.heading: column.id for column in COLUMNS}
    for number, row in enumerate(rows[:TITLE_ROWS]):
        at = {ids[cell]: place for place, cell in enumerate(row) if isinstance(cell, str) and cell in ids}
        if {"value", "key", "item", "good"} <= at.keys():
            return number, at
    return None


def _rows(name: str, rows: Rows, start: int, at: Mapping[str, int], intake: Intake, names: Names) -> int:
    """Give the rows of the form to the intake; how many rows had a key."""
    empty = names.words.empty
    keys = 0
    for number, row in enumerate(rows[start + 1 :], start=start + 2):

        def place(column: str, number: int = number) -> Origin:
            return Origin(name, FILL, cell_name(number, at.get(column, AT.get(column, 0))))

        def cell(column: str, row: Sequence[Any] = row) -> Any:
            where = at.get(column)
            return row[where] if where is not None and where < len(row) else None

        key = text(cell("key"))
        if not key:
            if not is_empty(cell("value"), empty):
                intake.wrong(
                    Problem(
                        place("value"),
                        "no-key",
                        f"“{short(cell('value'))}”不在模板给的行里；请填在原来的行，不要插入行或只复制几格。",
                        f"“{short(cell('value'))}” stands in no row of the template; use the rows that are there.",
                    )
                )
            continue
        keys += 1
        parts = key.split("|")
        if len(parts) != 5:
            intake.wrong(
                Problem(
                    place("key"),
                    "broken-key",
                    f"机读键“{short(key)}”被改动了；请重新下载模板。",
                    f"the key “{short(key)}” was changed; get the template again.",
                )
            )
            continue
        if moved := _moved(parts, cell("item"), cell("good"), names):
            if not is_empty(cell("value"), empty):
                intake.wrong(Problem(place("value"), "moved", moved[0], moved[1]))
            continue
        item, good, process, partner, firm = parts
        cells = {
            "party": intake.expected.party,
            "item": item,
            "good": good,
            "process": process,
            "partner": partner,
            "firm": firm,
            "value": cell("value"),
            "unit": cell("unit"),
            "source": cell("source"),
        }
        intake.row(cells, place)
    return keys


def _moved(parts: Sequence[str], item: Any, good: Any, names: Names) -> tuple[str, str] | None:
    """What to say where the words of a row are not those of its key: cells were moved between rows."""
    try:
        said = (names.item(text(item)), _good(text(good), parts[0], names))
    except WordError:
        said = ("", "")
    if said == (parts[0], parts[1]):
        return None
    words = short(f"{text(item)} {text(good)}")
    return (
        f"这一行写着“{words}”，机读键却是“{short('|'.join(parts[:2]))}”；行被移动或改动过，请重新下载模板。",
        f"the row says “{words}” and its key “{short('|'.join(parts[:2]))}”; cells were moved, get the template again.",
    )


def _good(word: str, item: str, names: Names) -> str:
    if item == "fact":
        return names.fact(word)
    return names.good(word) if word else ""
