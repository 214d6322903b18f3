"""Reports of firms: how long 50,000 rows take as CSV, xlsx and JSON, and one firm's form from template to statements."""

from __future__ import annotations

import io

from benchmarks.figure import Figure, Scale, repeat, scale_asked
from lvlian.chain.library import load_library
from lvlian.chain.region import Firm, Line, Link, Region
from lvlian.chain.report.form import form_of
from lvlian.chain.report.names import Names
from lvlian.chain.report.preview import preview
from lvlian.chain.report.problem import Import
from lvlian.chain.report.read_report import report_import
from lvlian.chain.report.statement import Statement
from lvlian.chain.report.write_statements import HEADINGS

PART = "reports of firms"
ROWS = 50_000
BOUND = 3.0
"""Seconds for 50,000 rows."""
_ITEMS = ("产量", "消耗量", "外供", "收到量", "期末库存")
_GOODS = ("铝液", "铝棒", "电力", "氧化铝", "铸轧卷", "冷轧带", "建筑型材", "双零箔")
_UNITS = {"电力": "万千瓦时"}


def region(firms: int = 200) -> Region:
    """An invented region of processors around one smelter."""
    rest = tuple(
        Firm(
            id=f"f{at:03d}",
            name=f"石盘第{at}铝材有限公司",
            short=f"石铝{at}",
            kind="processor",
            lines=(Line(process="cast_billet_liquid"), Line(process="extrusion_building")),
        )
        for at in range(firms)
    )
    smelter = Firm(id="smelter", name="石盘铝业", short="石盘", kind="smelter", lines=(Line(process="electrolysis"),))
    links = tuple(Link(source="smelter", target=firm.id, good="liquid_aluminium") for firm in rest)
    return Region(name="石盘县", firms=(smelter, *rest), links=links, simulated=True)


def rows(count: int) -> list[list[str | float]]:
    """Rows of a free table in words, none twice, every ninth figure as a text with separators."""
    found: list[list[str | float]] = []
    for at in range(count):
        good = _GOODS[at // 5 % 8]
        value: str | float = f"{1000 + at % 900_000:,}.5" if at % 9 == 0 else 1000.5 + at
        firm, month = at // 40 % 200, at // 8000
        found.append(
            [
                f"石铝{firm}",
                f"{2000 + month}年{1 + at % 12}月" if at % 2 else f"{2000 + month}-{1 + at % 12:02d}",
                _ITEMS[at % 5],
                good,
                "",
                "区外" if _ITEMS[at % 5] in ("外供", "收到量") else "",
                value,
                _UNITS.get(good, "吨"),
                "磅单",
            ]
        )
    return found


_HEAD = [HEADINGS[key] for key in ("firm", "month", "item", "good", "process", "partner", "value", "unit", "source")]


def as_csv(table: list[list[str | float]]) -> bytes:
    import csv

    out = io.StringIO()
    csv.writer(out).writerows([_HEAD, *table])
    return out.getvalue().encode("gb18030")


def as_xlsx(table: list[list[str | float]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("报数")
    for row, cells in enumerate([_HEAD, *table]):
        page.write_row(row, 0, cells)
    book.close()
    return out.getvalue()


def as_json(table: list[list[str | float]]) -> bytes:
    import json

    keys = ("firm", "month", "item", "good", "process", "partner", "value", "unit", "source")
    return json.dumps([dict(zip(keys, row, strict=True)) for row in table], ensure_ascii=False).encode()


def main(scale: Scale) -> None:
    from lvlian.brief.report_template import template_bytes

    count = scale.pick(ROWS, 500)
    place, library = region(), load_library()
    names = Names(library, place)
    table = rows(count)
    for form, content in (("csv, GB18030", as_csv(table)), ("xlsx", as_xlsx(table)), ("json", as_json(table))):
        result: list[Import] = []

        def read(content: bytes = content, result: list[Import] = result) -> None:
            result[:] = [report_import(content, "a", names)]

        times = repeat(read, scale.pick(5, 1))
        assert result[0].ok, result[0].problems[:3]
        assert len(result[0].statements) == count
        Figure(
            part=PART,
            what=f"{count:,} rows, {form}",
            value=times.median,
            unit="s",
            bound=BOUND,
            note=f"{times.note()}; {len(content) / 1024 / 1024:.1f} MiB",
        ).tell()
    wrong = as_csv([[*row[:6], f"{row[6]}x", *row[7:]] for row in table])
    times = repeat(lambda: report_import(wrong, "a.csv", names), scale.pick(5, 1))
    Figure(
        part=PART, what=f"{count:,} rows, each wrong", value=times.median, unit="s", bound=BOUND, note=times.note()
    ).tell()
    statements = report_import(as_csv(table), "a.csv", names).statements
    times = repeat(lambda: preview(statements, statements, names=names), scale.pick(5, 1))
    Figure(
        part=PART, what=f"preview of {count:,} rows against as many", value=times.median, unit="s", note=times.note()
    ).tell()
    firm = place.firms[1]
    asked = form_of(firm, place, library, "2023-09")
    answers = [
        Statement(party=firm.id, month="2023-09", item=i.item, good=i.good, process=i.process, partner=i.partner, unit=i.base,
                  value=0.9 if i.item == "content" else 1000.0 + at)
        for at, i in enumerate(asked.items)
    ]  # fmt: skip
    filled = template_bytes(asked, place, library, filled=answers)
    for what, task in (
        ("what a firm is asked", lambda: form_of(firm, place, library, "2023-09")),
        (f"template of {len(asked.items)} items", lambda: template_bytes(asked, place, library, filled=answers)),
        ("filled template to statements", lambda: report_import(filled, "a.xlsx", names)),
    ):
        times = repeat(task, scale.pick(15, 1))
        Figure(part=PART, what=what, value=times.median * 1000, unit="ms", note=times.note()).tell()


if __name__ == "__main__":
    main(scale_asked())
