"""The outlook in an official paper: three sentences, the goals that can be judged, risks, moves, conflicts, and what would settle the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .annexes import NOTHING, Annex, without_empty
from .outlook import Outlook
from .outlook_goals import GoalLine, goal_lines, worst_first
from .outlook_saying import basis, opening
from .outlook_tables import (
    Grid,
    asks_grid,
    conflicts_grid,
    goals_grid,
    grids,
    late_grid,
    moves_grid,
    risks_grid,
    unsaid_grid,
)
from .paper_words import ordinal

if TYPE_CHECKING:
    from lvlian.outlook.pathway import Pathway

    from .paper_layout import Paper

GOALS = 6
"""So many goals stand in the paper's table; the annex and the workbook have all."""
ROWS = 3
MOVES = 2
FOLLOWERS = re.compile("，[^，]*随之提前")
"""The projects that come sooner with a factor: a paper leaves their names to the workbook."""


def outlook_paper(told_of: Outlook) -> bytes:
    """The Word file of an outlook alone, a draft until somebody issues it."""
    from .red_head import IssuedPaper

    title = f"{told_of.title}推演要点"
    paper = IssuedPaper(title, ["代拟稿", *(["模拟"] if told_of.case.simulated else [])])
    paper.title(title)
    outlook_body(paper, told_of, 1)
    tables = [grid for grid in grids(told_of) if grid.key not in ("premises", "late")]
    paper.annexes([grid.title.zh for grid in tables])
    for place, grid in enumerate(tables, start=1):
        paper.annex(place, len(tables), grid.title.zh)
        annex = outlook_annex(grid)
        paper.table(annex.header, annex.rows, annex.right)
    return paper.bytes()


def outlook_annex(grid: Grid, label: str = "") -> Annex:
    """A table as an annex, without columns in which nothing stands."""
    header = tuple(head.zh for head in grid.heads)
    return without_empty(
        Annex(grid.title.zh + label, header, [[cell.zh for cell in row] for row in grid.rows], grid.right)
    )


def outlook_body(paper: Paper, told_of: Outlook, level: int) -> None:
    """The section; with its table it fits a page."""
    lines = goal_lines(told_of)
    if told_of.case.simulated and told_of.months:
        paper.paragraph("本节所据报数为模拟，不是实绩。")
    for n, one in enumerate(opening(told_of, lines), start=1):
        paper.paragraph(f"{ordinal(level + 2, n)}{one.zh}")
    if told_of.known:
        _table(paper, goals_grid(shown_first(lines)))
    elif any(one.value is not None for one in lines):
        _sized(paper, lines)
    _listed(paper, "哪项拖着哪些目标。", [_risk(row) for row in _texts(risks_grid(told_of))])
    if not told_of.projection.risks:
        _listed(paper, "晚了的项目。", [_late(row) for row in _texts(late_grid(told_of))])
    if told_of.pathway is not None and told_of.pathway.moves:
        _listed(paper, "最省的动作。", _moves(told_of, told_of.pathway), MOVES)
    _listed(
        paper,
        "不能同时成立的句子。",
        [f"{row[0]}：{row[2]}。最小改法：{row[3]}" for row in _texts(conflicts_grid(told_of))],
    )
    _listed(paper, "哪份报表能定。", [f"{row[1]}，找{row[0]}" for row in _texts(asks_grid(told_of))], 3)
    paper.paragraph(basis(told_of).zh + "推演不是实绩。")


def shown_first(lines: Sequence[GoalLine], most: int = GOALS) -> list[GoalLine]:
    """Those goals that a page has room for, in their own order: what falls short first, the region's own before lists and firms."""
    known = [one for one in lines if one.odds is not None]
    kept: dict[tuple[str, int, float, str, str], GoalLine] = {}
    for one in [*worst_first(known), *known]:  # what two names say of one thing stands once
        aim = one.aim
        kept.setdefault((aim.indicator, aim.year, aim.value, aim.group, aim.firm), one)
    chosen = set(map(id, list(kept.values())[:most]))
    return [one for one in known if id(one) in chosen]


def _texts(grid: Grid) -> list[list[str]]:
    return [[cell.zh for cell in row] for row in grid.rows]


def _table(paper: Paper, grid: Grid) -> None:
    """Goal with its unit, plan, projection, chance, interval, what holds it; the rest stands in the workbook."""
    rows = [
        (f"{row[1].zh}年{row[2].zh}，{row[3].zh}" if row[1].zh != NOTHING else f"{row[2].zh}，{row[3].zh}", row[4].zh, row[5].zh, row[7].zh, row[8].zh, row[9].zh)
        for row in grid.rows
    ]  # fmt: skip
    paper.table(("目标", "规划", "推演", "达成概率", "80%区间", "卡在哪里"), rows, (1, 2, 3, 4))


def _sized(paper: Paper, lines: Sequence[GoalLine]) -> None:
    """Figures that follow from assumed sizes; no verdict."""
    rows = [
        (row[0].zh + "年" + row[1].zh + "，" + row[2].zh, row[3].zh, row[4].zh)
        for row in unsaid_grid([one for one in lines if one.value is not None]).rows
    ]
    paper.table(("目标", "规划", "按假设规模推得，不作判断"), rows[:GOALS], (1, 2))


def _listed(paper: Paper, lead: str, parts: Sequence[str], most: int = ROWS) -> None:
    if not parts:
        return
    more = f"另有{len(parts) - most}项见工作簿。" if len(parts) > most else ""
    paper.paragraph("；".join(part.rstrip("。；") for part in parts[:most]) + "。" + more, lead=lead)


def _risk(row: Sequence[str]) -> str:
    held = f"，带累{row[3]}" if row[3] != NOTHING else ""
    who = f"（{row[2]}）" if row[2] != NOTHING else ""
    return f"{row[0]}晚{row[1]}天{who}{held}，{row[4]}"


def _moves(told_of: Outlook, way: Pathway) -> list[str]:
    """Each in a clause, what buys most first; what only goes with another stands in the workbook."""
    size = {row.aim.id: max(abs(row.aim.value), 1e-9) for row in way.goals}
    weight = {
        move.zh: sum(max(gain, 0.0) / size[key] for key, gain in (move.gain or {}).items() if key in size)
        for move in way.moves
    }
    rows = sorted(_texts(moves_grid(told_of, way)), key=lambda row: -weight.get(row[0], 0.0))
    return [_move(row) for row in rows]


def _move(row: Sequence[str]) -> str:
    cost = row[3].removesuffix(" 假")
    told = f"约{cost}万元（假设）" if cost != row[3] else f"{cost}万元"
    gain = row[4].split("；")[0]
    when = f"{row[2][:4]}年{'一二三四'[int(row[2][-1]) - 1]}季度前"
    what = FOLLOWERS.sub("", row[0])
    return f"{what}，{row[1]}，{when}，{told}" + (f"，{gain}" if gain != NOTHING else "")


def _late(row: Sequence[str]) -> str:
    late = f"晚{row[3]}天" if row[3] != NOTHING else row[2]
    return f"{row[0]}{late}，{row[5]}"
