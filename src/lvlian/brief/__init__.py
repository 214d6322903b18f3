"""What a person takes away from an assessed plan: a page, a paper, a workbook, a picture in the terminal.

Importing this package is light; the libraries that write the files are imported when a file is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .assessed import Assessed
from .deposit import BriefError, deposit

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account

__all__ = ["Assessed", "BriefError", "write_brief"]


def write_brief(
    assessed: Sequence[Assessed],
    out: Path,
    *,
    language: str = "zh",
    account: Account | None = None,
    outlook: bool = True,
) -> list[Path]:
    """Write `brief.html`, `brief.docx` and `brief.xlsx` into the folder `out` and return their paths in this order.

    The same input gives the same bytes. `language` (`zh`, `en`) is the one that the page opens in and the workbook's headings
    use; the paper follows a Chinese standard and stays Chinese. `account` is a
    month of the region's chain account, told behind the plans in all three. `outlook`: whether each plan is projected and judged. Raises BriefError when there is no plan or the folder cannot be
    written; nothing is half written.
    """
    from .outlook import outlook_of
    from .page import render_page
    from .paper import paper_bytes
    from .workbook import brief_workbook

    if not assessed:
        raise BriefError("no plan was given: a brief needs at least one assessed plan")
    folder = Path(out)
    told = [outlook_of(item, account) for item in assessed] if outlook else []
    files = {
        folder / "brief.html": render_page(assessed, language=language, account=account, outlooks=told).encode(
            "utf-8", "replace"
        ),
        folder / "brief.docx": paper_bytes(assessed, account=account, outlooks=told),
        folder / "brief.xlsx": brief_workbook(assessed, language=language, account=account, outlooks=told),
    }
    deposit(files)
    return list(files)
