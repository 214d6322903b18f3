"""A programme whose sentences may be broken at a price: one slack column per bound of each clause.

A row's bound is softened by a column with one entry; a column's bound by a column with the same entries (what is taken beyond the
bound, or short of it). The price of one share of the clause's scale is its weight, so that the optimum is the cheapest repair and its
duals are a certificate of which sentences are in conflict (Farkas; Chinneck 2008, chapter 6).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.program.blocks import INF, Program
from lvlian.outlook.program.clause import Hold
from lvlian.outlook.program.matrix import Block, Floats, Ints, Matrix


@dataclass(frozen=True)
class Slack:
    """The slack columns of one clause. For each: `column` its number, `hold` and `place` (number in that hold) which bound it softens,
    `upper` whether it is the upper one, `price` per unit, `most` what it can be at most (where the bound would rest)."""

    column: Ints
    hold: Ints
    place: Ints
    upper: NDArray[np.bool_]
    price: Floats
    most: Floats


@dataclass(frozen=True)
class Elastic:
    """The matrix with slacks after the programme's own columns, and the slacks by clause."""

    matrix: Matrix
    slacks: dict[str, Slack]
    width: int
    """Columns of the programme itself."""

    def point(self, x: Floats, holds: dict[str, tuple[Hold, ...]]) -> Floats:
        """The programme's own columns as they truly are: with what was taken beyond a bound or left short of it."""
        found = x[: self.width].copy()
        for key, slack in self.slacks.items():
            for number, hold in enumerate(holds[key]):
                if hold.columns:
                    mine = slack.hold == number
                    sign = np.where(slack.upper[mine], 1.0, -1.0)
                    np.add.at(found, hold.places[slack.place[mine]], sign * x[slack.column[mine]])
        return found


def elastic(program: Program, *, only: Collection[str] | None = None, whole: bool = True) -> Elastic:
    """The elastic form; the programme's own costs do not count in it. `only` softens these clauses alone (default: all), `whole` False
    lets whole-number columns be broken."""
    matrix = program.matrix()
    width = matrix.shape[1]
    indices: list[NDArray[np.int32]] = []
    values: list[Floats] = []
    lengths: list[NDArray[np.int64]] = []
    blocks: list[Block] = []
    prices: list[Floats] = []
    kinds: list[NDArray[np.bool_]] = []
    mosts: list[Floats] = []
    slacks: dict[str, Slack] = {}
    next_column = width
    for key, clause in program.clauses.items():
        if only is not None and key not in only:
            continue
        parts: list[tuple[int, Ints, bool, Floats, Floats]] = []
        for number, hold in enumerate(program.holds(key)):
            lower, upper = (matrix.lower, matrix.upper) if hold.columns else (matrix.row_lower, matrix.row_upper)
            for of_upper in (True, False):
                if hold.side == ("lower" if of_upper else "upper"):
                    continue
                bound = (upper if of_upper else lower)[hold.places]
                rest = hold.rest_upper if of_upper else hold.rest_lower
                held = np.flatnonzero(np.isfinite(bound) & (rest != bound))
                room = np.full(bound.size, INF)
                room[held] = (rest - bound)[held] if of_upper else (bound - rest)[held]
                held = held[room[held] > 0]
                if not held.size:
                    continue
                parts.append((number, held, of_upper, clause.weight / hold.scale[held], room[held]))
                sign = 1.0 if of_upper else -1.0
                # what is taken of a whole-number column beyond its bound is a whole number too
                kinds.append(matrix.integer[hold.places[held]] if hold.columns else np.zeros(held.size, bool))
                if hold.columns:
                    entry, length = _entries(matrix, hold.places[held])
                    indices.append(matrix.index[entry])
                    values.append(sign * matrix.value[entry])
                    lengths.append(length)
                else:
                    indices.append(hold.places[held].astype(np.int32))
                    values.append(np.full(held.size, -sign))
                    lengths.append(np.ones(held.size, np.int64))
        count = sum(part[1].size for part in parts)
        slacks[key] = Slack(
            column=np.arange(next_column, next_column + count, dtype=np.int64),
            hold=np.concatenate(
                [np.full(part[1].size, part[0], np.int64) for part in parts] or [np.zeros(0, np.int64)]
            ),
            place=np.concatenate([part[1] for part in parts] or [np.zeros(0, np.int64)]),
            upper=np.concatenate([np.full(part[1].size, part[2]) for part in parts] or [np.zeros(0, bool)]),
            price=np.concatenate([part[3] for part in parts] or [np.zeros(0)]),
            most=np.concatenate([part[4] for part in parts] or [np.zeros(0)]),
        )
        prices.append(slacks[key].price)
        mosts.append(slacks[key].most)
        blocks.append(Block(f"slack {key}", next_column, (count,)))
        next_column += count
    extra = next_column - width
    start = np.concatenate(
        [matrix.start.astype(np.int64), matrix.start[-1] + np.cumsum(np.concatenate([np.zeros(0, np.int64), *lengths]))]
    )
    return Elastic(
        replace(
            matrix,
            start=start.astype(np.int32),
            index=np.concatenate([matrix.index, *indices]).astype(np.int32),
            value=np.concatenate([matrix.value, *values]),
            lower=np.concatenate([matrix.lower, np.zeros(extra)]),
            upper=np.concatenate([matrix.upper, *mosts]),
            cost=np.concatenate([np.zeros(width), *prices]),
            integer=np.concatenate([matrix.integer, *kinds]) & whole,
            columns=(*matrix.columns, *blocks),
            offset=0.0,
        ),
        slacks,
        width,
    )


def _entries(matrix: Matrix, columns: Ints) -> tuple[Ints, Ints]:
    """The numbers of all entries of some columns, one after the other, and how many each has."""
    begin = matrix.start[columns].astype(np.int64)
    length = matrix.start[columns + 1].astype(np.int64) - begin
    offset = np.repeat(begin - np.concatenate([[0], np.cumsum(length)[:-1]]), length)
    return np.arange(int(length.sum()), dtype=np.int64) + offset, length


def excess(lower: Floats, upper: Floats, value: Floats) -> float:
    """The largest violation of bounds, relative to the size of the bound (absolute below 1)."""
    found = 0.0
    for bound, over in ((upper, value - upper), (lower, lower - value)):
        held = np.isfinite(bound)
        found = max(found, float((over[held] / np.maximum(1.0, np.abs(bound[held]))).max(initial=0.0)))
    return found
