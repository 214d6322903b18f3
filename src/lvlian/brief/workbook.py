"""Sheets written as an Excel workbook: one frozen header row, filters, numbers as numbers, no formula ever."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .assessed import Assessed
from .paper_layout import STAMP
from .sheets import Sheet, fact_sheets, finding_sheet, notes_sheet

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account

    from .outlook import Outlook

LONGEST = 32_000
"""Characters of one cell; Excel refuses more than 32,767."""


def brief_workbook(
    assessed: Sequence[Assessed],
    *,
    language: str = "zh",
    account: Account | None = None,
    outlooks: Sequence[Outlook | None] = (),
) -> bytes:
    """The brief's workbook: facts, findings, notes; behind them the tables of the outlooks, each with its plan in the first column, and the
    sheets of a chain account, where one is given."""
    from lvlian import __version__

    facts = [item.facts for item in assessed]
    sheets = [
        *fact_sheets(facts, language),
        finding_sheet(assessed, language),
        notes_sheet(facts, __version__, language, [finding for item in assessed for finding in item.findings]),
    ]
    if any(outlooks):
        from .outlook_sheets import joined_sheets

        sheets += joined_sheets([one for one in outlooks if one is not None], language)
    if account is not None:
        from .account_page import bundle_of

        behind = "链账" if language == "zh" else "account"
        sheets += [
            replace(sheet, name=f"{behind} {sheet.name}") for sheet in bundle_of(account, assessed, language).sheets()
        ]
    return workbook_bytes(sheets)


def workbook_bytes(sheets: Sequence[Sheet], *, foot: tuple[str, str] = ("", "")) -> bytes:
    """Write the sheets. A text that begins with = + - @ stays text: every text cell is written as a string. `foot` stands left
    and right of the page number on every printed page."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    book.set_properties({"author": "lvlian", "created": STAMP})
    base = {"font_name": "宋体", "font_size": 10.5, "valign": "top"}
    head = book.add_format({**base, "bold": True, "top": 2, "bottom": 1, "text_wrap": True})
    text = book.add_format({**base, "text_wrap": True, "num_format": "@"})
    figure = book.add_format({**base, "align": "right", "num_format": "General"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            page.write_string(0, place, column.heading, head)
        for row, values in enumerate(sheet.rows, start=1):
            for place, value in enumerate(values):
                if isinstance(value, str):
                    if value:
                        page.write_string(row, place, value[:LONGEST], text)
                elif value is not None:
                    page.write_number(row, place, value, figure)
        page.freeze_panes(1, 2 if len(sheet.columns) > 4 else 0)
        page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        left, right = (words.replace("&", "&&")[:100] for words in foot)
        page.set_footer((f"&L{left}" if left else "") + "&C&P / &N" + (f"&R{right}" if right else ""))
    book.close()
    return out.getvalue()
