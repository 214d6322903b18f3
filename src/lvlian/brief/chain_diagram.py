"""Chains as a picture: one row per chain, the same link of different chains in the same column."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lvlian.plan.facts import Chain

from .svg import ACCENT_L, HAIR, INK, INK2, LOOP, RULE, Canvas, coordinate, fold
from .wording import Said, Wording

_RECYCLED = re.compile(r"再生|回收|循环利用|回炉")


StageOf = Callable[[str], tuple[int, Said] | None]
"""Order and name of the stage of a link, None where it is unknown."""


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A chain placed on the grid: the column of each node, whether the node stands in several chains, whether it loops."""

    index: int
    nodes: tuple[str, ...]
    columns: tuple[int, ...]
    shared: tuple[bool, ...]
    loops: bool
    same_as: int | None
    """The number (from 1) of an earlier chain with the same nodes."""


def node_key(name: str) -> str:
    """A node's name without spaces and bracketed additions, for recognising it in other chains."""
    return re.sub(r"\s+|[（(][^（()）]*[)）]", "", name) or name


def chain_rows(chains: tuple[Chain, ...], stage_of: StageOf = lambda node: None) -> list[ChainRow]:
    """Place chains on common columns: a node stands right of everything that any chain puts before it, links of one stage
    stand in one column, and the stages keep their order unless a chain says otherwise."""
    columns = _columns([[node_key(node) for node in chain.nodes] for chain in chains], stage_of)
    count: dict[str, int] = {}
    for chain in chains:
        for key in {node_key(node) for node in chain.nodes}:
            count[key] = count.get(key, 0) + 1
    seen: dict[tuple[str, ...], int] = {}
    rows = []
    for index, chain in enumerate(chains):
        keys = tuple(node_key(node) for node in chain.nodes)
        places: list[int] = []
        for key in keys:
            places.append(max(columns[key], places[-1] + 1 if places else 0))
        rows.append(
            ChainRow(
                index,
                chain.nodes,
                tuple(places),
                tuple(count[key] > 1 for key in keys),
                len(keys) > 2 and bool(_RECYCLED.search(chain.nodes[-1])),
                seen.get(keys),
            )
        )
        seen.setdefault(keys, index + 1)
    used = sorted({place for row in rows for place in row.columns})
    return [replace(row, columns=tuple(used.index(place) for place in row.columns)) for row in rows]


def _columns(chains: list[list[str]], stage_of: StageOf) -> dict[str, int]:
    """Longest path from the front over the links of all chains; a link that would close a circle is left out."""
    stages = {node: found for chain in chains for node in chain if (found := stage_of(node))}
    crowded = {order for chain in chains for order in _repeated([stages[node][0] for node in chain if node in stages])}
    group = {
        node: f"stage {stages[node][0]}" if node in stages and stages[node][0] not in crowded else node
        for chain in chains
        for node in chain
    }
    after: dict[str, list[str]] = {name: [] for name in group.values()}

    def reaches(start: str, goal: str) -> bool:
        stack, seen = [start], {start}
        while stack:
            node = stack.pop()
            if node == goal:
                return True
            fresh = [follower for follower in after[node] if follower not in seen]
            seen.update(fresh)
            stack.extend(fresh)
        return False

    def link(left: str, right: str) -> None:
        if right not in after[left] and not reaches(right, left):
            after[left].append(right)

    for chain in chains:
        for left, right in itertools.pairwise(chain):
            link(group[left], group[right])
    ordered = sorted({(stages[node][0], name) for node, name in group.items() if name.startswith("stage ")})
    for (_, left), (_, right) in itertools.pairwise(ordered):
        link(left, right)
    columns = dict.fromkeys(after, 0)
    waiting = dict.fromkeys(after, 0)
    for followers in after.values():
        for node in followers:
            waiting[node] += 1
    ready = [node for node, count in waiting.items() if not count]
    while ready:
        node = ready.pop(0)
        for follower in after[node]:
            columns[follower] = max(columns[follower], columns[node] + 1)
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    return {node: columns[name] for node, name in group.items()}


def _repeated(values: list[int]) -> set[int]:
    return {value for value in values if values.count(value) > 1}


def chain_diagram(
    chains: tuple[Chain, ...],
    labels: list[str],
    stage_of: StageOf = lambda node: None,
    *,
    width: float = 1216,
    label_width: float = 190,
) -> str:
    """SVG of all chains; `labels` says what each is for (empty where unknown). Without chains an empty string."""
    rows = chain_rows(chains, stage_of)
    if not any(row.columns for row in rows):
        return ""
    words = Wording()
    wide = max(column for row in rows for column in row.columns) + 1
    if not any(labels):
        label_width = min(label_width, 72)
    step = (width - label_width) / wide
    bar = min(step - 34, 170.0)
    texts = [[fold(node, 13, bar + 18, 3) for node in row.nodes] for row in rows]
    heights = [
        16.0 * max((len(lines) for lines in row), default=1) + (52 if rows[at].loops else 34)
        for at, row in enumerate(texts)
    ]
    heads = _column_stages(rows, wide, stage_of)
    top = 24.0 if any(heads) else 0.0
    canvas = Canvas(width, top + sum(heights) + 4, words.say("chain_title"))
    for column, said in enumerate(heads):
        if said:
            canvas.text(label_width + column * step, 14, said.zh, en=said.en, size=12)
    for row, lines, height in zip(rows, texts, heights, strict=True):
        canvas.line(0, top, width, top, HAIR if row.index else RULE)
        y = top + height - (40 if row.loops else 20)
        canvas.text(0, y + 4, str(row.index + 1), size=13, fill=INK, bold=True)
        side = fold(labels[row.index], 12, label_width - 34, 3) if labels[row.index] else []
        for at, line in enumerate(side):
            canvas.text(20, y + 4 - 16 * (len(side) - 1 - at), line, title=labels[row.index])
        if row.same_as:
            said = words.both("same_chain", number=row.same_as)
            canvas.text(20, y + 18 if side else y + 4, said.zh, en=said.en, fill="#7d5600")
        _row(canvas, row, lines, label_width, step, bar, y)
        top += height
    canvas.line(0, top, width, top, INK)
    return canvas.close("chain")


def _column_stages(rows: list[ChainRow], wide: int, stage_of: StageOf) -> list[Said | None]:
    """The stage over each column whose links all stand at one stage."""
    found: list[set[Said]] = [set() for _ in range(wide)]
    for row in rows:
        for node, column in zip(row.nodes, row.columns, strict=True):
            stage = stage_of(node_key(node))
            found[column].add(stage[1] if stage else Said("", ""))
    return [next(iter(stages)) if len(stages) == 1 and next(iter(stages)).zh else None for stages in found]


def _row(canvas: Canvas, row: ChainRow, texts: list[list[str]], left: float, step: float, bar: float, y: float) -> None:
    spots = [left + column * step for column in row.columns]
    for place, (x, lines) in enumerate(zip(spots, texts, strict=True)):
        for at, line in enumerate(lines):
            canvas.text(
                x,
                y - 8 - 16 * (len(lines) - 1 - at),
                line,
                size=13,
                fill=INK,
                bold=True,
                title=row.nodes[place] if at == 0 else "",
            )
        canvas.rect(x + 0.5, y - 2.5, bar, 7, ACCENT_L if row.shared[place] else "#fff", stroke=INK)
        if place:
            start = spots[place - 1] + bar
            canvas.line(start + 4, y + 1, x - 7, y + 1, INK2)
            canvas.add("polygon", points=_arrow(x - 3, y + 1, 1), fill=INK2)
    if row.loops:
        right, back = spots[-1] + bar / 2, spots[0] + bar / 2
        canvas.path(
            f"M{coordinate(right)} {coordinate(y + 6)}V{coordinate(y + 24)}H{coordinate(back)}V{coordinate(y + 12)}",
            LOOP,
            1.5,
            "5 4",
        )
        tip = f"{coordinate(back - 4)},{coordinate(y + 13)} {coordinate(back + 4)},{coordinate(y + 13)} {coordinate(back)},{coordinate(y + 6)}"
        canvas.add("polygon", points=tip, fill=LOOP)
        said = Wording().both("loop")
        canvas.text((right + back) / 2, y + 28, said.zh, en=said.en, anchor="middle", halo=True)


def _arrow(x: float, y: float, direction: int) -> str:
    back = x - 7 * direction
    return (
        f"{coordinate(x)},{coordinate(y)} {coordinate(back)},{coordinate(y - 4)} {coordinate(back)},{coordinate(y + 4)}"
    )
