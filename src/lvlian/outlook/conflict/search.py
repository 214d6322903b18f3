"""Which sentences cannot all hold: every smallest set, component by component, on HiGHS.

Each connected part of the system (goals of one year that share quantities) is a small programme with one clause per sentence. One
elastic solve with a deletion filter gives one smallest set (`lvlian.outlook.program.conflict`); Reiter's hitting-set tree gives the
others: whoever drops one sentence of a found set looks again (Reiter, Artificial Intelligence 32, 1987).
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from lvlian.outlook.conflict.quantity import Key
from lvlian.outlook.conflict.sentences import Row, Sentences
from lvlian.outlook.program import Clause, Program, Session, explain

INF = math.inf


@dataclass(frozen=True)
class Part:
    """A connected part: its rows and quantities, and the size of each quantity (its column counts in that size)."""

    rows: tuple[Row, ...]
    keys: tuple[Key, ...]
    sizes: dict[Key, float] = field(hash=False)

    @property
    def owners(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.owner for row in self.rows if row.owner))


def parts_of(rows: Sequence[Row]) -> list[Part]:
    """The connected parts of a system that have sentences."""
    root: dict[Key, Key] = {}

    def find(key: Key) -> Key:
        while root.setdefault(key, key) is not key and root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for row in rows:
        first = find(row.entries[0][0])
        for key, _ in row.entries[1:]:
            root[find(key)] = first
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(find(row.entries[0][0]), []).append(row)
    out = []
    for members in groups.values():
        if any(row.owner for row in members):
            keys = tuple(dict.fromkeys(key for row in members for key, _ in row.entries))
            out.append(Part(tuple(members), keys, sizes(members, keys)))
    return out


def sizes(rows: Sequence[Row], keys: Sequence[Key]) -> dict[Key, float]:
    """A typical amount of each quantity, from the figures that bound it and from there along the rows; 1 where none is told."""
    found: dict[Key, float] = {}
    for row in rows:
        bounds = [abs(b) for b in (row.low, row.high) if math.isfinite(b) and b]
        if bounds and row.form == "level":
            for key, value in row.entries:
                found[key] = max(found.get(key, 0.0), max(bounds) / abs(value))
    grown = True
    while grown:
        grown = False
        for row in rows:
            known = [abs(v) * found[k] for k, v in row.entries if k in found]
            if known:
                for key, value in row.entries:
                    if key not in found and value:
                        found[key], grown = max(known) / abs(value), True
    return {key: found.get(key, 1.0) or 1.0 for key in keys}


def programme(
    part: Part, without: Collection[str] = (), only: Collection[str] | None = None
) -> tuple[Program, dict[Key, int]]:
    """A part as a programme in shares of sizes: columns ≥ 0, one clause per sentence, definitions as hard rows."""
    program = Program()
    columns = program.variables("quantity", len(part.keys))
    place = {key: int(columns[n]) for n, key in enumerate(part.keys)}
    kept = [
        row for row in part.rows if not row.owner or (row.owner not in without and (only is None or row.owner in only))
    ]
    if not kept:
        return program, place
    unit = [max(abs(v) * part.sizes[k] for k, v in row.entries) or 1.0 for row in kept]
    low = np.array([row.low / u for row, u in zip(kept, unit, strict=True)])
    high = np.array([row.high / u for row, u in zip(kept, unit, strict=True)])
    numbers = program.rows("sentence", len(kept), low, high)
    for n, (row, size) in enumerate(zip(kept, unit, strict=True)):
        program.add(
            int(numbers[n]), [place[k] for k, _ in row.entries], [v * part.sizes[k] / size for k, v in row.entries]
        )
    held: dict[tuple[str, str], list[int]] = {}
    for n, row in enumerate(kept):
        for side, bound in (("lower", row.low), ("upper", row.high)):
            if row.owner and math.isfinite(bound):
                held.setdefault((row.owner, side), []).append(int(numbers[n]))
    for (owner, side), mine in held.items():
        program.clause(Clause(owner), rows=mine, side="lower" if side == "lower" else "upper", scale=1.0)
    return program, place


@dataclass
class Found:
    """The smallest sets of a part; `complete` False where time or number ran out. `proved` per set: without any one of it the others hold."""

    sets: list[tuple[str, ...]]
    proved: dict[tuple[str, ...], bool]
    complete: bool = True
    solves: int = 0


def smallest_sets(part: Part, *, most: int = 8, until: float = INF, prefer: Iterable[str] = ()) -> Found:
    """Every smallest set of sentences of a part that cannot all hold, up to `most`; stops at the clock `until` (perf_counter)."""
    found = Found([], {})
    queue: list[frozenset[str]] = [frozenset()]
    seen: set[frozenset[str]] = {frozenset()}
    while queue:
        gone = queue.pop(0)
        known = next((one for one in found.sets if not gone & set(one)), None)
        if known is None:
            if time.perf_counter() > until or len(found.sets) >= most:
                found.complete = False
                break
            program, _ = programme(part, gone)
            answer = explain(program, repairs=False)
            found.solves += 1 if answer is None else answer.solves
            if answer is None or answer.hard or not answer.clauses:
                continue
            known = tuple(one.id for one in answer.clauses)
            found.sets.append(known)
            found.proved[known] = answer.minimal and proves(part, known)
        for one in known:
            further = gone | {one}
            if further not in seen:
                seen.add(further)
                queue.append(further)
        if len(seen) > 4000:
            found.complete = False
            break
    return found


def proves(part: Part, keys: Sequence[str]) -> bool:
    """Whether a set cannot hold and can without any one of its sentences: solved anew each time."""
    program, _ = programme(part, only=keys)
    session = Session(program)
    if session.solve().status != "infeasible":
        return False
    for key in keys:
        session.relax(key)
        fine = session.solve().found
        session.restore(key)
        if not fine:
            return False
    return True


def feasible(part: Part, without: Collection[str] = (), only: Collection[str] | None = None) -> bool:
    program, _ = programme(part, without, only)
    return program.solve().found


def extreme(
    part: Part, weights: dict[Key, float], *, highest: bool, only: Collection[str]
) -> tuple[float, dict[Key, float]] | None:
    """The highest (lowest) Σ weight·quantity when the sentences `only` hold, in base units, with the quantities; None where it has no bound."""
    program, place = programme(part, only=only)
    sign = -1.0 if highest else 1.0
    scale = max((abs(w) * part.sizes[k] for k, w in weights.items()), default=1.0) or 1.0
    for key, weight in weights.items():
        program.price(place[key], sign * weight * part.sizes[key] / scale)
    answer = program.solve()
    if not answer.found:
        return None
    at = {key: float(answer.x[column]) * part.sizes[key] for key, column in place.items()}
    return sum(weight * at[key] for key, weight in weights.items()), at


def part_with(system: Sentences, keys: Collection[str]) -> Part | None:
    """The part of a system in which sentences stand."""
    return next((part for part in parts_of(system.rows) if set(keys) & set(part.owners)), None)
