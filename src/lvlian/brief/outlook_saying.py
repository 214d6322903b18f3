"""The three sentences with which an outlook begins: how the goals stand, which one falls short and by what it is held, what to do first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lvlian.outlook.standing import standing

from .outlook import Outlook
from .outlook_goals import NOTHING, GoalLine, english_unit, goal_lines, goal_name, number, places_for, worst_first
from .outlook_tables import WAN
from .wording import Said, Wording

if TYPE_CHECKING:
    from lvlian.outlook.standing import Ask


def opening(told_of: Outlook, lines: Sequence[GoalLine] | None = None) -> tuple[Said, ...]:
    """At most three sentences: first the fact, then the figure, then who by when."""
    rows = goal_lines(told_of) if lines is None else tuple(lines)
    first = _count(rows)
    if not told_of.known:
        return tuple(one for one in (first, _why(rows), _ask(told_of)) if one is not None)
    return tuple(one for one in (first, _worst(rows), _first_move(told_of) or _ask(told_of)) if one is not None)


def basis(told_of: Outlook) -> Said:
    """What the figures rest on: account or plan alone, day, draws."""
    words = Wording()
    day = f"{told_of.case.today:%Y-%m-%d}"
    key = "outlook_basis_account" if told_of.months else "outlook_basis_plan"
    months = "、".join(told_of.months)
    said = words.both(key, day=day, months=months)
    if not told_of.known:
        return said
    drawn = words.both("outlook_basis_draws", n=f"{told_of.draws:,}", seed=told_of.seed)
    return Said(said.zh + drawn.zh, f"{said.en} {drawn.en}")


def _count(rows: Sequence[GoalLine]) -> Said:
    words = Wording()
    known = [one for one in rows if one.odds is not None]
    if not known:
        sized = sum(one.value is not None for one in rows)
        return words.both("outlook_none_known" if sized else "outlook_none_sized", n=len(rows), sized=sized)
    lights = [one.light for one in known]
    return words.both(
        "outlook_counts", n=len(rows), known=len(known), ok=lights.count("ok"), warn=lights.count("warn"), bad=lights.count("bad"),
        rest=len(rows) - len(known),
    )  # fmt: skip


def _worst(rows: Sequence[GoalLine]) -> Said | None:
    words = Wording()
    ranked = worst_first(rows)
    if not ranked:
        return words.both("outlook_all_ok")
    one = ranked[0]
    said, held = words.both("outlook_worst"), words.both("outlook_worst_held")
    parts = []
    for language in ("zh", "en"):
        tail = held.in_(language).format(held=one.held.in_(language)) if one.held.zh != NOTHING else ""
        parts.append(
            said.in_(language).format(
                goal=one.whole.in_(language), median=one.told, unit=one.unit.in_(language), low_high=one.interval,
                target=f"{one.target.in_(language)} {one.unit.in_(language)}" if language == "en" else _with_unit(one), gap=number(abs(one.gap or 0.0), one.places),
                chance=one.chance, tail=tail,
            )
        )  # fmt: skip
    return Said(parts[0], parts[1][:1].upper() + parts[1][1:])


def _with_unit(one: GoalLine) -> str:
    """`1500亿元`, `900亿元左右`."""
    head, _, tail = one.target.zh.partition(" 左右")
    return f"{head}{one.aim.unit}" + ("左右" if one.target.zh != head else tail)


def _first_move(told_of: Outlook) -> Said | None:
    """The cheapest way in one sentence: how many moves, what they cost, which goal gains most, the move that brings most of it."""
    way = told_of.pathway
    if way is None or not way.moves:
        return None
    size = {row.aim.id: max(abs(row.aim.value), 1e-9) for row in way.goals}
    gained = [
        row
        for row in way.goals
        if row.gain is not None and row.before is not None and row.short_before - row.short > 1e-3 * size[row.aim.id]
    ]
    if not gained:
        return None
    most = max(
        gained, key=lambda row: (not (row.aim.firm or row.aim.group), (row.short_before - row.short) / size[row.aim.id])
    )
    best = max(
        way.moves, key=lambda move: (move.gain or {}).get(most.aim.id, 0.0) * (-1 if most.aim.op in ("<=", "<") else 1)
    )
    name, places = goal_name(told_of, most.aim), places_for((most.before, most.after), most.aim.unit)
    said = Wording().both("outlook_moves_said")
    values = {
        "n": len(way.moves),
        "cost": f"{way.cost / WAN:,.0f}",
        "before": number(most.before, places),
        "after": number(most.after, places),
        "who": best.who,
    }
    return Said(
        said.zh.format(
            **values, goal=f"{most.aim.year}年{name.zh}", unit=most.aim.unit, move=best.zh, when=best.when.zh
        ),
        said.en.format(
            **values, goal=f"{name.en} {most.aim.year}", unit=english_unit(most.aim.unit), move=best.en, when=best.when
        ),
    )


def _why(rows: Sequence[GoalLine]) -> Said | None:
    """What the most goals lack."""
    counts: dict[tuple[str, str], int] = {}
    for one in rows:
        if one.lacks.zh:
            key = one.lacks.zh, one.lacks.en
            counts[key] = counts.get(key, 0) + 1
    if not counts:
        return None
    (zh, en), n = max(counts.items(), key=lambda item: item[1])
    words = Wording().both("outlook_lacks_said")
    return Said(words.zh.format(n=n, what=zh), words.en.format(n=n, what=en))


def _ask(told_of: Outlook) -> Said | None:
    asks: Sequence[Ask] = standing(told_of.case).asks
    if not asks:
        return None
    words = Wording().both("outlook_ask_said")
    one = asks[0]
    return Said(words.zh.format(paper=one.paper, who=one.who, n=len(one.aims)), words.en.format(ask=one.en))
