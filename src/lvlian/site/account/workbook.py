"""Plain tables as a workbook: one header row, frozen; every word is written as a text, every figure as a number."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

Cell = str | float | None


def workbook(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]) -> bytes:
    """Sheets of (name, headings, rows)."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
    head = book.add_format({**base, "bold": True, "bottom": 1, "text_wrap": True})
    text, number = book.add_format({**base, "text_wrap": True}), book.add_format({**base, "num_format": "#,##0.######"})
    for name, heads, rows in sheets:
        page = book.add_worksheet(name[:31])
        widths = [max(10, 2 * len(word) + 2) for word in heads]
        page.write_row(0, 0, list(heads), head)
        for at, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    widths[place] = max(widths[place], min(60, 2 * len(cell) + 2))
                    page.write_string(at, place, cell[:32_000], text)
                elif cell is not None:
                    page.write_number(at, place, cell, number)
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
    book.close()
    return out.getvalue()
