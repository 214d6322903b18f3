"""Any network draws: no cycle, every inner node passes on what it takes, the loop stands left as it stands right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.chain.sankey.acyclic import cut
from lvlian.chain.sankey.drawing import LOOP_IN, LOOP_OUT, Draft, Place, draw, gather, imbalance
from lvlian.chain.sankey.ordering import crossings, order
from lvlian.chain.sankey.record import Link

NAMES = [f"n{i}" for i in range(9)]


@st.composite
def networks(draw_: st.DrawFn) -> Draft:
    """Random links between up to nine places in four columns, closed at the edges so that every place is in balance."""
    count = draw_(st.integers(2, 9))
    draft = Draft()
    for i in range(count):
        number = draw_(st.integers(0, 3))
        draft.places[NAMES[i]] = Place(NAMES[i], number, f"c{number}", NAMES[i], NAMES[i])
    ends = st.tuples(
        st.integers(0, count - 1),
        st.integers(0, count - 1),
        st.floats(1e-3, 1e6, allow_nan=False, allow_infinity=False),
    )
    for s, t, v in draw_(st.lists(ends, min_size=1, max_size=30)):
        draft.add(Link(source=NAMES[s], target=NAMES[t], value=v, terms=((f"{s}>{t}", 1.0),)))
    for name, gap in imbalance(draft).items():
        if gap > 0:
            kind = draw_(st.sampled_from(["out", "gap"]))
            draft.places[f"{kind}:out:{name}"] = Place(f"{kind}:out:{name}", 0, "", "区外", "outside", edge=kind)
            draft.add(Link(source=name, target=f"{kind}:out:{name}", value=gap, kind=kind))
        elif gap < 0:
            kind = draw_(st.sampled_from(["in", "gap"]))
            draft.places[f"{kind}:in:{name}"] = Place(f"{kind}:in:{name}", 0, "", "区外", "outside", edge=kind)
            draft.add(Link(source=f"{kind}:in:{name}", target=name, value=-gap, kind=kind))
    return draft


def _check(draft: Draft) -> None:
    nodes, links = draw(draft)
    depth = {n.id: n.depth for n in nodes}
    assert len(depth) == len(nodes)
    for k in links:
        assert depth[k.source] < depth[k.target], "a link that goes forward only cannot close a cycle"
    scale = max((k.value for k in links), default=1.0)
    for n in nodes:
        into = sum(k.value for k in links if k.target == n.id)
        out = sum(k.value for k in links if k.source == n.id)
        assert n.value == pytest.approx(max(into, out))
        if n.kind == "inner":
            assert into == pytest.approx(out, abs=1e-6 * scale)
        else:
            assert into == 0 or out == 0
    left = sum(k.value for k in links if k.source == LOOP_IN)
    right = sum(k.value for k in links if k.target == LOOP_OUT)
    assert left == pytest.approx(right)
    kinds = {n.id: n.kind for n in nodes}
    entering = sum(k.value for k in links if kinds[k.source] in ("in", "gap"))
    leaving = sum(k.value for k in links if kinds[k.target] in ("out", "gap"))
    assert entering == pytest.approx(leaving, abs=1e-6 * scale)
    wanted = sum(k.value for k in draft.links.values() if k.value > 1e-9 * scale)
    assert sum(k.value for k in links) == pytest.approx(wanted + right), "a cut link is drawn twice, every other once"
    for d in set(depth.values()):
        rows = sorted(n.order for n in nodes if n.depth == d)
        assert rows == list(range(len(rows)))


@given(networks())
def test_any_network_draws_without_a_cycle_and_in_balance(draft: Draft) -> None:
    _check(draft)


@given(networks(), st.floats(0, 1e6))
def test_gathering_small_places_keeps_the_balance_and_the_edges(draft: Draft, least: float) -> None:
    gathered = gather(draft, least)
    before = sum(k.value for k in draft.links.values()) + sum(draft.inside.values())
    after = sum(k.value for k in gathered.links.values()) + sum(gathered.inside.values())
    assert after == pytest.approx(before)
    members = [m for p in gathered.places.values() for m in p.members]
    assert len(members) == len(set(members))
    _check(gathered)


@given(networks())
def test_the_same_network_draws_the_same(draft: Draft) -> None:
    assert draw(draft) == draw(draft)


@given(networks())
def test_sorting_never_adds_crossings(draft: Draft) -> None:
    nodes, links = draw(draft)
    ends = [(k.source, k.target, k.value) for k in links]
    depth = {n.id: n.depth for n in sorted(nodes, key=lambda n: n.id)}
    start: dict[int, int] = {}
    place = {}
    for name, d in depth.items():
        place[name] = start.get(d, 0)
        start[d] = place[name] + 1
    assert crossings(depth, order(depth, ends), ends) <= crossings(depth, place, ends)


def test_a_chain_in_one_column_is_not_cut() -> None:
    found = cut({"a": 0, "b": 0, "c": 0}, [("b", "a", 1.0), ("c", "b", 2.0)])
    assert found.back == ()
    assert found.depth == {"c": 0, "b": 1, "a": 2}


def test_the_lighter_side_of_a_cycle_is_cut() -> None:
    found = cut({"a": 0, "b": 0}, [("a", "b", 9.0), ("b", "a", 1.0)])
    assert found.forward == (0,)
    assert found.back == (1,)


def test_two_crossing_bands_are_uncrossed() -> None:
    depth = {"a": 0, "b": 0, "x": 1, "y": 1}
    links = [("a", "y", 1.0), ("b", "x", 1.0)]
    assert crossings(depth, {"a": 0, "b": 1, "x": 0, "y": 1}, links) == 1
    assert crossings(depth, order(depth, links), links) == 0


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="to itself"):
        cut({"a": 0}, [("a", "a", 1.0)])
    with pytest.raises(ValueError, match="positive"):
        cut({"a": 0, "b": 0}, [("a", "b", 0.0)])
    with pytest.raises(KeyError):
        cut({"a": 0}, [("a", "b", 1.0)])
