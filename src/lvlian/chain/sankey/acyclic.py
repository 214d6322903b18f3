"""Cutting the recycled loop open: a flow graph becomes one that a Sankey diagram can draw, without losing a tonne.

A link that runs against the order of the columns is drawn twice: from its source to 回炉 at the right edge, and from 回炉料 at the left
edge to its target. Links that would close a cycle inside one column are found by the ordering heuristic of Eades, Lin & Smyth
(Inf. Process. Lett. 47, 1993), made deterministic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

N = TypeVar("N", bound=str)


@dataclass(frozen=True, slots=True)
class Cut:
    """`place`: every node's position in an order of which each kept link goes strictly forward; `forward` and `back` are places
    in the list of links; `depth` the layer of every node (longest path, columns never overlap)."""

    place: Mapping[str, int]
    depth: Mapping[str, int]
    forward: tuple[int, ...]
    back: tuple[int, ...]


def cut(columns: Mapping[str, int], links: Sequence[tuple[str, str, float]]) -> Cut:
    """`columns`: node → number of its column; `links`: (source, target, value > 0), no self loops. Raises KeyError for an end
    that is no node, ValueError for a self loop or a value that is not positive."""
    for source, target, value in links:
        if source == target:
            raise ValueError(f"{source} → {target}: a link to itself cannot be drawn")
        if not value > 0:
            raise ValueError(f"{source} → {target}: a width of {value}, expected a positive figure")
        _ = columns[source], columns[target]
    place: dict[str, int] = {}
    for column in sorted(set(columns.values())):
        members = [node for node, number in columns.items() if number == column]
        inner = [(s, t, v) for s, t, v in links if columns[s] == column == columns[t]]
        for node in _sequence(members, inner):
            place[node] = len(place)
    forward = tuple(i for i, (s, t, _) in enumerate(links) if place[s] < place[t])
    back = tuple(i for i, (s, t, _) in enumerate(links) if place[s] > place[t])
    return Cut(place, _depths(columns, place, [links[i] for i in forward]), forward, back)


def _sequence(nodes: Sequence[str], links: Iterable[tuple[str, str, float]]) -> list[str]:
    """An order of the nodes against which little weight runs; one that no link contradicts where there is such an order."""
    out: dict[str, dict[str, float]] = {n: {} for n in nodes}
    into: dict[str, dict[str, float]] = {n: {} for n in nodes}
    for s, t, v in links:
        out[s][t] = out[s].get(t, 0.0) + v
        into[t][s] = into[t].get(s, 0.0) + v
    left, right = [], []
    remaining = list(nodes)

    def take(node: str) -> None:
        remaining.remove(node)
        for t in out[node]:
            del into[t][node]
        for s in into[node]:
            del out[s][node]

    while remaining:
        if (source := next((n for n in remaining if not into[n]), None)) is not None:
            left.append(source)
            take(source)
        elif (sink := next((n for n in remaining if not out[n]), None)) is not None:
            right.append(sink)
            take(sink)
        else:
            best = max(remaining, key=lambda n: sum(out[n].values()) - sum(into[n].values()))
            left.append(best)
            take(best)
    return left + right[::-1]


def _depths(
    columns: Mapping[str, int], place: Mapping[str, int], forward: Iterable[tuple[str, str, float]]
) -> dict[str, int]:
    """Layer of every node: columns one after the other, inside a column along its own links."""
    within: dict[str, int] = dict.fromkeys(columns, 0)
    for s, t, _ in sorted(forward, key=lambda link: place[link[0]]):
        if columns[s] == columns[t]:
            within[t] = max(within[t], within[s] + 1)
    start, at = {}, 0
    for column in sorted(set(columns.values())):
        start[column] = at
        at += 1 + max(within[n] for n in columns if columns[n] == column)
    return {n: start[columns[n]] + within[n] for n in columns}
