"""From weighted links between named places to a graph that can be drawn: gathered, cut open, closed, laid out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lvlian.chain.sankey.acyclic import cut
from lvlian.chain.sankey.ordering import order
from lvlian.chain.sankey.record import Link, Node

LOOP_IN, LOOP_OUT = "loop:in", "loop:out"
EDGES: Mapping[str, tuple[str, str]] = {
    "in": ("区外", "outside"),
    "out": ("区外", "outside"),
    "loop_in": ("回炉料", "returned scrap"),
    "loop_out": ("回炉", "melted again"),
    "loss": ("损失", "losses"),
    "stock_in": ("动用库存", "from stock"),
    "stock_out": ("转入库存", "into stock"),
    "source": ("本环节加入", "added here"),
    "use": ("理论最低能耗", "least energy by thermodynamics"),
    "gap": ("未平", "not closed"),
    "unknown": ("推不得", "cannot be found"),
}
KEEP = 1e-9
"""Links below this share of the largest are rounding and are not drawn."""


@dataclass
class Place:
    """An inner node before drawing: its column's number and id, names, what it stands for."""

    id: str
    number: int
    column: str
    zh: str
    en: str
    good: str = ""
    firm: str = ""
    edge: str = ""  # the kind, where it is no inner node
    members: tuple[str, ...] = ()


@dataclass
class Draft:
    """Places and links as collected; `inside`: what moves within a place."""

    places: dict[str, Place] = field(default_factory=dict)
    links: dict[tuple[str, str, str], Link] = field(default_factory=dict)
    inside: dict[str, float] = field(default_factory=dict)

    def add(self, link: Link) -> None:
        """Parallel links of one kind become one; a link to itself is noted as `inside`."""
        if link.source == link.target:
            self.inside[link.source] = self.inside.get(link.source, 0.0) + link.value
            return
        key = (link.source, link.target, link.kind)
        known = self.links.get(key)
        self.links[key] = link if known is None else joined(known, link)


def joined(first: Link, second: Link) -> Link:
    """Two links between the same places as one (the spread is left open: it is found from the terms)."""
    return replace(
        first,
        value=first.value + second.value,
        sd=None,
        terms=first.terms + second.terms,
        goods=tuple(dict.fromkeys(first.goods + second.goods)),
        estimated=first.estimated or second.estimated,
    )


def gather(draft: Draft, least: float) -> Draft:
    """Inner places and edges through which less than `least` passes are gathered: one 其他 a column and kind, with its members.
    One small place alone stays as it is: there is nothing to gather."""
    through = throughput(draft)
    giving = {link.source for link in draft.links.values()}
    small: dict[tuple[int, str, str, str], list[str]] = {}
    for place in draft.places.values():
        if through.get(place.id, 0.0) < least:
            side = ("left" if place.id in giving else "right") if place.edge else ""
            small.setdefault((place.number, place.column, place.edge, side), []).append(place.id)
    moved: dict[str, str] = {}
    out = Draft(inside=dict(draft.inside))
    for (number, column, edge, side), members in small.items():
        members = [m for m in members if through.get(m, 0.0) > 0]
        if len(members) < 2:
            continue
        key = f"other:{column}:inner" if not edge else f"other:{edge}:{side}"
        count = len(members)
        zh = f"区外 其他 {count} 项" if edge in ("in", "out") else f"其他 {count} 项"
        en = f"outside, {count} others" if edge in ("in", "out") else f"{count} others"
        out.places[key] = Place(key, number, column, zh, en, edge=edge, members=tuple(members))
        moved.update(dict.fromkeys(members, key))
    out.places |= {key: place for key, place in draft.places.items() if key not in moved}
    for link in draft.links.values():
        out.add(replace(link, source=moved.get(link.source, link.source), target=moved.get(link.target, link.target)))
    return out


def draw(draft: Draft) -> tuple[tuple[Node, ...], tuple[Link, ...]]:
    """A graph without a cycle. Every place keeps what it takes and gives; the loop stands once left and once right."""
    largest = max((link.value for link in draft.links.values()), default=0.0)
    links = [link for link in draft.links.values() if link.value > KEEP * largest]
    used = {end for link in links for end in (link.source, link.target)}
    inner = {p.id: p.number for p in draft.places.values() if p.id in used and not p.edge}
    between = [link for link in links if link.source in inner and link.target in inner]
    rest = [link for link in links if link.source not in inner or link.target not in inner]
    found = cut(inner, [(k.source, k.target, k.value) for k in between])
    kept = [between[i] for i in found.forward]
    edges = {p.id: p for p in draft.places.values() if p.id in used and p.edge}
    if found.back:
        edges[LOOP_IN] = _edge(LOOP_IN, "loop_in")
        edges[LOOP_OUT] = _edge(LOOP_OUT, "loop_out")
        halves = Draft()
        for i in found.back:
            halves.add(replace(between[i], target=LOOP_OUT, kind="loop"))
            halves.add(replace(between[i], source=LOOP_IN, kind="loop"))
        rest += halves.links.values()
    first = 1 if any(k.source in edges for k in rest) else 0
    depth = {n: d + first for n, d in found.depth.items()}
    last = max(depth.values(), default=0) + 1
    for place in edges.values():
        depth[place.id] = _edge_depth(place, rest, depth, last)
    # from left to right, inner places in their own sequence, edges below them
    sequence = sorted(depth, key=lambda n: (depth[n], n in edges, found.place.get(n, 0), n))
    all_links = kept + rest
    ends = [(k.source, k.target, k.value) for k in all_links]
    row = order({n: depth[n] for n in sequence}, ends)
    taken: dict[str, float] = {}
    given: dict[str, float] = {}
    for s, t, v in ends:
        given[s] = given.get(s, 0.0) + v
        taken[t] = taken.get(t, 0.0) + v
    nodes = []
    for n in sequence:
        p = edges.get(n) or draft.places[n]
        nodes.append(
            Node(
                id=n,
                zh=p.zh,
                en=p.en,
                kind=p.edge or "inner",
                column=p.column,
                depth=depth[n],
                order=row[n],
                value=max(taken.get(n, 0.0), given.get(n, 0.0)),
                good=p.good,
                firm=p.firm,
                members=p.members,
            )
        )
    nodes.sort(key=lambda n: (n.depth, n.order))
    rank = {n.id: i for i, n in enumerate(nodes)}
    return tuple(nodes), tuple(sorted(all_links, key=lambda k: (rank[k.source], rank[k.target], k.kind)))


def _edge(place_id: str, kind: str) -> Place:
    zh, en = EDGES[kind]
    return Place(place_id, 0, "", zh, en, edge=kind)


def _edge_depth(place: Place, links: Iterable[Link], depth: Mapping[str, int], last: int) -> int:
    """The loop stands at the outer edges; what enters stands just left of where it goes, what leaves just right of it."""
    if place.edge == "loop_in":
        return 0
    if place.edge in ("loop_out", "out"):
        return last
    here = [k for k in links if place.id in (k.source, k.target)]
    entering = [depth[k.target] for k in here if k.source == place.id and k.target in depth]
    leaving = [depth[k.source] for k in here if k.target == place.id and k.source in depth]
    if entering:
        return min(entering) - 1
    return max(leaving, default=last - 1) + 1


def throughput(draft: Draft) -> dict[str, float]:
    """The larger of what enters and what leaves, per place and edge."""
    taken: dict[str, float] = {}
    given: dict[str, float] = {}
    for link in draft.links.values():
        given[link.source] = given.get(link.source, 0.0) + link.value
        taken[link.target] = taken.get(link.target, 0.0) + link.value
    return {n: max(taken.get(n, 0.0), given.get(n, 0.0)) for n in taken.keys() | given.keys()}


def imbalance(draft: Draft) -> dict[str, float]:
    """What enters less what leaves, per inner place."""
    gap: dict[str, float] = {p.id: 0.0 for p in draft.places.values() if not p.edge}
    for link in draft.links.values():
        if link.source in gap:
            gap[link.source] -= link.value
        if link.target in gap:
            gap[link.target] += link.value
    return gap


def pass_through(draft: Draft, place_id: str) -> bool:
    """Take a place out that only hands on, where that needs no guess: all from one source or all to one target. True if done."""
    into = [k for k in draft.links.values() if k.target == place_id]
    out = [k for k in draft.links.values() if k.source == place_id]
    if not into or not out or (len(into) > 1 and len(out) > 1):
        return False
    if any(k.kind != "local" and k.kind not in ("in", "out") for k in (*into, *out)):
        return False
    a, b = sum(k.value for k in into), sum(k.value for k in out)
    if abs(a - b) > 1e-6 * max(a, b):
        return False
    new = _through_one(into[0], out) if len(into) == 1 else _through_one(out[0], into, backward=True)
    for k in (*into, *out):
        del draft.links[k.source, k.target, k.kind]
    for link in new:
        draft.add(link)
    del draft.places[place_id]
    return True


def _through_one(one: Link, many: Sequence[Link], backward: bool = False) -> list[Link]:
    """The links of the many side, their far end moved over to the one side; each keeps its own terms and opens the one's too."""
    kind = one.kind
    if backward:
        return [replace(k, target=one.target, kind=kind if kind != "local" else k.kind) for k in many]
    return [replace(k, source=one.source, kind=kind if kind != "local" else k.kind) for k in many]
