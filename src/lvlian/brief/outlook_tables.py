"""The tables of an outlook in both languages, the same on a terminal, a page, a paper and a sheet."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lvlian.outlook.standing import standing
from lvlian.quantity.show import EN_DASH, figure

from .outlook import Outlook
from .outlook_goals import NOTHING, GoalLine, english_unit, goal_lines, goal_name, number, places_for
from .wording import Said, Wording

if TYPE_CHECKING:
    from lvlian.outlook.case import Premise
    from lvlian.outlook.pathway import Pathway
    from lvlian.outlook.projection import Difference

WAN = 1e4
GAINS = 2
LATE = 45
"""Days up to which a delay is told in days."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; `value` where it is a number, `light` where it begins with one."""

    zh: str
    en: str
    value: float | None = None
    light: str = ""

    def in_(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its name, heads, rows of as many cells, the columns flush right."""

    key: str
    title: Said
    heads: tuple[Said, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: tuple[int, ...] = ()


def _heads(*keys: str) -> tuple[Said, ...]:
    return tuple(Wording().both(f"outlook_{key}") for key in keys)


def _grid(key: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], right: Sequence[int] = ()) -> Grid:
    return Grid(
        key, Wording().both(f"outlook_{key}"), _heads(*columns), tuple(tuple(row) for row in rows), tuple(right)
    )


def plain(text: str) -> Cell:
    return Cell(text or NOTHING, text or NOTHING)


def both(words: Said) -> Cell:
    return Cell(words.zh or NOTHING, words.en or words.zh or NOTHING)


def counted(value: float | None, places: int, *, sign: bool = False) -> Cell:
    text = number(value, places, sign=sign)
    return Cell(text, text, value if value is not None and math.isfinite(value) else None)


def goals_grid(lines: Sequence[GoalLine]) -> Grid:
    """Goals that a chance is known of: plan, projection, gap, chance, interval, what holds them back."""
    words = Wording()
    rows = []
    for one in lines:
        odds = one.odds
        if odds is None:
            continue
        light = words.term("outlook_light", one.light)
        rows.append(
            (
                Cell(light.zh, light.en, None, one.light), plain(str(one.aim.year or "")), both(one.name), both(one.unit),
                Cell(one.target.zh, one.target.en), counted(one.value, one.places), counted(one.gap, one.places, sign=True),
                Cell(one.chance, one.chance, odds.chance), plain(one.interval), both(one.held),
            )
        )  # fmt: skip
    columns = ("light_head", "year", "goal", "unit", "planned", "projected", "gap", "chance", "interval", "held")
    return _grid("goals", columns, rows, (4, 5, 6, 7, 8))


def unsaid_grid(lines: Sequence[GoalLine]) -> Grid:
    """Goals without a chance: the figure on assumed sizes where there is one, and what is missing."""
    rows = [
        (
            plain(str(one.aim.year or "")), both(one.name), both(one.unit), Cell(one.target.zh, one.target.en),
            counted(one.value, one.places), both(one.lacks), plain("、".join(one.ask)),
        )
        for one in lines
        if one.odds is None
    ]  # fmt: skip
    return _grid("unsaid", ("year", "goal", "unit", "planned", "assumed_figure", "lacks", "whom"), rows, (3, 4))


def late_grid(told_of: Outlook) -> Grid:
    """Projects that start late or not at all, and why."""
    rows = []
    for row in sorted(told_of.projection.projects, key=lambda one: (not one.never, -(one.late or 0))):
        if not row.late and not row.never:
            continue
        never = Wording().both("outlook_never")
        why = Said(row.zh, row.en) if row.zh else Wording().both("outlook_passed")
        when = both(never) if row.never else plain(day(row.projected))
        late = plain("") if row.late is None else Cell(str(row.late), str(row.late), float(row.late))
        rows.append((plain(row.name), plain(day(row.promised)), when, late, plain(row.unit_name), both(why)))
    return _grid("late", ("project", "promised", "expected", "days", "unit_name", "why"), rows, (3,))


def risks_grid(told_of: Outlook) -> Grid:
    """Factor → project → goal: which delay costs which goal how much."""
    aims = {one.aim.id: one.aim for one in told_of.projection.aims}
    names = {row.id: row.name for row in told_of.projection.projects}
    rows = []
    for row in told_of.projection.risks:
        worst = sorted(
            ((aims[key], lost) for key, lost in row.costs.items() if lost > 0),
            key=lambda pair: -pair[1] / max(abs(pair[0].value), 1e-12),
        )
        zh, en = [], []
        for aim, lost in worst[:GAINS]:
            name, text = goal_name(told_of, aim), number(-lost, places_for((lost,), aim.unit))
            zh.append(f"{aim.year}年{name.zh} {text}{aim.unit}")
            en.append(f"{name.en} {aim.year}: {text} {english_unit(aim.unit)}")
        held = [names.get(key, key) for key in row.projects if key != row.id]
        cost = Cell("；".join(zh), "; ".join(en)) if zh else both(Wording().both("outlook_no_cost"))
        late = Cell(str(row.days), str(row.days), float(row.days))
        rows.append((plain(row.title), late, plain(row.unit_name), both(_list(held)), cost))
    return _grid("risks", ("factor", "days", "unit_name", "projects", "cost"), rows, (1,))


def _list(names: Sequence[str], most: int = 3) -> Said:
    more = len(names) - most
    tail = Said(f"等 {len(names)} 个", f" and {more} more") if more > 0 else Said("", "")
    return Said("、".join(names[:most]) + tail.zh, ", ".join(names[:most]) + tail.en)


def deciders_grid(told_of: Outlook, most: int = 8) -> Grid:
    """Which factor or project, alone and in time, would most often have saved a goal."""
    aims = {one.aim.id: one.aim for one in told_of.projection.aims}
    rows = []
    for one in told_of.deciders[:most]:
        key, share = max(one.saves.items(), key=lambda item: item[1])
        name, aim = goal_name(told_of, aims[key]), aims[key]
        goal = Cell(f"{aim.year}年{name.zh}", f"{name.en} {aim.year}")
        rows.append((both(Said(one.zh, one.en)), goal, Cell(f"{share:.0%}", f"{share:.0%}", share)))
    return _grid("deciders", ("factor", "goal", "saves"), rows, (2,))


def moves_grid(told_of: Outlook, way: Pathway) -> Grid:
    """What is done, who, by when, what it costs (assumed), what it buys."""
    aims = {row.aim.id: row.aim for row in way.goals}
    rows = []
    for move in way.moves:
        gains = sorted(
            ((aims[key], gain) for key, gain in (move.gain or {}).items() if key in aims and abs(gain) > 1e-3 * max(abs(aims[key].value), 1e-9)),
            key=lambda pair: -abs(pair[1]) / max(abs(pair[0].value), 1e-9),
        )  # fmt: skip
        zh, en = [], []
        for aim, gain in gains[:GAINS]:
            name, text = goal_name(told_of, aim), number(gain, places_for((gain,), aim.unit), sign=True)
            zh.append(f"{aim.year}年{name.zh} {text}{aim.unit}")
            en.append(f"{name.en} {aim.year}: {text} {english_unit(aim.unit)}")
        cost = figure(round(move.cost / WAN), separators=move.cost / WAN >= WAN)
        mark = Said(" 假", " (assumed)") if move.assumed and move.cost else Said("", "")
        rows.append(
            (
                both(Said(move.zh, move.en)), plain(move.who), plain(str(move.when)), Cell(cost + mark.zh, cost + mark.en, move.cost / WAN),
                Cell("；".join(zh) or NOTHING, "; ".join(en) or NOTHING),
            )
        )  # fmt: skip
    return _grid("moves", ("move", "who", "by", "money", "buys"), rows, (3,))


def way_goals_grid(told_of: Outlook, way: Pathway) -> Grid:
    """Goals without and with all moves, projected again."""
    rows = []
    for row in way.goals:
        if row.before is None and row.after is None:
            continue
        aim, name = row.aim, goal_name(told_of, row.aim)
        places = places_for((row.before, row.after, aim.value), aim.unit)
        state = Wording().both("outlook_met" if row.met else "outlook_short" if row.met is False else "outlook_open")
        chance = [] if row.chance is None else [row.chance]
        chances = plain("") if not chance else Cell(f"{chance[0]:.0%}", f"{chance[0]:.0%}", chance[0])
        rows.append(
            (plain(str(aim.year or "")), both(name), Cell(aim.unit, english_unit(aim.unit)), plain(figure(aim.value)), counted(row.before, places),
             counted(row.after, places), chances, both(state))
        )  # fmt: skip
    return _grid(
        "way_goals", ("year", "goal", "unit", "planned", "before", "after", "chance", "result"), rows, (3, 4, 5, 6)
    )


def prices_grid(way: Pathway) -> Grid:
    """What one more unit of a limit is worth."""
    rows = [(plain(one.name), plain(str(one.quarter)), Cell(one.zh, one.en)) for one in way.prices]
    return _grid("prices", ("limit", "when", "worth"), rows)


def conflicts_grid(told_of: Outlook) -> Grid:
    """Sentences that cannot all hold, the line in which the sum breaks, and the repairs solved again."""
    rows = []
    for one in told_of.conflicts or ():
        last = [line for line in one.lines if line.last] or list(one.lines[-1:])
        tried = [repair for repair in one.repairs if repair.tested]
        best = next((repair for repair in tried if repair.holds), None)
        repair = (
            Said(f"{best.mark} {best.zh}（复算可行）", f"{best.en} (solved again: holds)")
            if best is not None
            else Wording().both("outlook_no_repair")
        )
        sentences = Said(
            "；".join(f"{said.mark} {said.words}" for said in one.clauses),
            "; ".join(f"{letter(said.mark)} {said.en}" for said in one.clauses),
        )
        who = next((said.unit_name for said in one.clauses if said.unit_name), "") if best is None else best.who
        sums = Said("；".join(line.said() for line in last), "; ".join(line.said(chinese=False) for line in last))
        rows.append((both(Said(one.title, one.title_en)), both(sentences), both(sums), both(repair), plain(who)))
    return _grid("conflicts", ("clash", "sentences", "sum", "repair", "unit_name"), rows)


def letter(mark: str) -> str:
    """甲 乙 丙 as A B C."""
    from lvlian.outlook.conflict.record import MARKS, MARKS_EN

    return MARKS_EN[MARKS.index(mark)] if mark and mark in MARKS else mark


def asks_grid(told_of: Outlook) -> Grid:
    """Which paper of whom would settle what the case leaves open, the most important first."""
    rows = [
        (plain(one.who), plain(one.paper), both(Said(one.zh, one.en)), Cell(str(len(one.aims)), str(len(one.aims)), float(len(one.aims))))
        for one in standing(told_of.case).asks
    ]  # fmt: skip
    return _grid("asks", ("whom", "paper", "ask", "goals_count"), rows, (3,))


def premises_grid(premises: Iterable[Premise]) -> Grid:
    """What the figures rest on, with who says so."""
    words = Wording()
    rows = []
    for one in premises:
        mark = words.term("outlook_origin", one.ref.kind)
        said = " ".join(part for part in (one.ref.who, one.ref.said) if part)
        ground = Cell(f"{mark.zh} {said}".strip(), f"{mark.en} {said}".strip())
        span = f"{_premise(one.low).zh}{EN_DASH}{_premise(one.high).zh}" if one.low != one.high else NOTHING
        was = plain("") if one.baseline is None else _premise(one.baseline)
        rows.append(
            (both(Said(one.zh, one.en)), _premise(one.value), was, plain(span), Cell(one.unit or NOTHING, english_unit(one.unit) or NOTHING), ground, plain(one.key))
        )  # fmt: skip
    return _grid("premises", ("premise", "value", "was", "range", "unit", "ground", "key"), rows, (1, 2, 3))


def _premise(value: float) -> Cell:
    text = figure(float(f"{value:.4g}" if abs(value) < WAN else f"{value:.0f}"), separators=abs(value) >= WAN)
    return Cell(text, text, value)


def moving(premises: Iterable[Premise]) -> list[Premise]:
    """The premises that a reader asks for first: those that were turned, then those that nobody has said and that vary."""
    rows = list(premises)
    turned = [one for one in rows if one.baseline is not None]
    guessed = [one for one in rows if one.baseline is None and one.spread > 0 and one.ref.kind == "assumption"]
    return [*turned, *guessed]


def differences_grid(rows: Sequence[Difference], names: tuple[str, str], told_of: Outlook) -> Grid:
    """Two projections row by row."""
    words = Wording()
    known = {one.aim.id: one for one in told_of.projection.aims}

    def cell(value: float | str | None, other: float | str | None, unit: str, *, sign: bool = False) -> Cell:
        if isinstance(value, str):
            translated = words.term("outlook_state", value)
            return Cell(translated.zh, translated.en)
        sizes = [one for one in (value, other) if isinstance(one, float)]
        return counted(value, places_for(sizes, unit), sign=sign)

    out = []
    for row in rows:
        name = Said(row.zh, row.en)
        if row.kind in ("aim", "binding") and row.key in known:
            name = goal_name(told_of, known[row.key].aim)
        out.append(
            (both(words.term("outlook_kind", row.kind)), both(name), plain(row.when), Cell(row.unit or NOTHING, english_unit(row.unit) or NOTHING),
             cell(row.a, row.b, row.unit), cell(row.b, row.a, row.unit), cell(row.change, row.a, row.unit, sign=True))
        )  # fmt: skip
    grid = _grid("against", ("sort", "name", "when", "unit", "first", "second", "change"), out, (4, 5, 6))
    heads = (*grid.heads[:4], Said(names[0], names[0]), Said(names[1], names[1]), grid.heads[6])
    return Grid(grid.key, grid.title, heads, grid.rows, grid.right)


def grids(told_of: Outlook) -> list[Grid]:
    """Everything that an outlook has, in the order in which it is read; tables without a row are left out."""
    lines = goal_lines(told_of)
    out = [goals_grid(lines), late_grid(told_of), risks_grid(told_of), deciders_grid(told_of)]
    if told_of.pathway is not None:
        out += [
            moves_grid(told_of, told_of.pathway),
            way_goals_grid(told_of, told_of.pathway),
            prices_grid(told_of.pathway),
        ]
    out += [
        conflicts_grid(told_of),
        unsaid_grid(lines),
        asks_grid(told_of),
        premises_grid(told_of.projection.premises),
    ]
    return [grid for grid in out if grid.rows]


def day(value: date | None) -> str:
    """A day as a table has it."""
    return "" if value is None else value.isoformat()
