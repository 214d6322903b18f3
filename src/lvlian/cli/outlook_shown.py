"""An outlook for the eye: sentences and tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lvlian.cli import terminal
from lvlian.cli.status import printable

if TYPE_CHECKING:
    from lvlian.brief.outlook_tables import Grid
    from lvlian.brief.wording import Said

STYLE = {"ok": "green", "warn": "yellow", "bad": "bold red", "none": "dim"}
MARK = {"ok": "●", "warn": "▲", "bad": "■", "none": "○"}


def show_head(title: str, scenario: str, simulated: bool, language: str) -> None:
    """The plan's title, the scenario in force, whether its figures are invented."""
    from rich.text import Text

    zh = language == "zh"
    parts = [printable(title)]
    if scenario:
        parts.append(("情景：" if zh else "scenario: ") + printable(scenario))
    if simulated:
        parts.append("（模拟）" if zh else "(simulated)")
    terminal.console().print(Text("  ".join(parts), style="bold"), soft_wrap=True)


def show_sentences(sentences: Iterable[Said], language: str) -> None:
    from rich.text import Text

    console = terminal.console()
    for one in sentences:
        console.print(Text(printable(one.in_(language))), soft_wrap=True)


def show_grid(grid: Grid, language: str, *, most: int | None = None, without: Sequence[int] = ()) -> None:
    """A table with its name above; nothing where it has no row. `most` rows; what is left out is counted. `without`: columns left out."""
    from rich.table import Table
    from rich.text import Text

    if not grid.rows:
        return
    console = terminal.console()
    console.print()
    console.print(Text(grid.title.in_(language), style="bold"))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    kept = [at for at in range(len(grid.heads)) if at not in without]
    for at in kept:
        table.add_column(grid.heads[at].in_(language), justify="right" if at in grid.right else "left", overflow="fold")
    for row in grid.rows[:most]:
        cells = []
        for at in kept:
            cell = row[at]
            text = printable(cell.in_(language))
            cells.append(
                Text(f"{MARK[cell.light]} {text}", style=STYLE[cell.light], no_wrap=True) if cell.light else Text(text)
            )
        table.add_row(*cells)
    console.print(table)
    rest = len(grid.rows) - len(grid.rows[:most])
    if rest:
        console.print(
            Text(f"另有 {rest} 行，--json 或 --out 有全部。" if language == "zh" else f"{rest} more rows; --json or --out has all.", style="dim")
        )  # fmt: skip
