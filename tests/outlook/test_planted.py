"""Conflicts that were planted are found, all of them and nothing else; plans that are consistent have none."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.chain.library import load_library
from lvlian.outlook.conflict.figures import figure_conflicts
from lvlian.outlook.conflict.inversions import date_conflicts
from lvlian.outlook.conflict.search import Part, feasible, parts_of, proves, sizes, smallest_sets
from lvlian.outlook.conflict.sentences import Row
from tests.outlook.conflicted import aim, case_of, land, project, reported, waits

LIBRARY = load_library()
SETTINGS = settings(max_examples=20)


def goals_around(
    year: int, metal: float, rate: float, intensity: float, share: float, ops: list[str]
) -> dict[str, tuple]:
    """Goals that hold at one point: metal 万吨, yuan per kWh, the split of the value; name → what `aim` takes."""
    value = metal * 1e4 * intensity * rate / 1e8
    smelter = metal * 1e4 * 17_000 / 1e8
    rest = max(value - smelter, value * 0.2)
    return {
        "value": ("chain_output_value", value, "亿元", ops[0]),
        "rate": ("output_per_kwh", rate * 0.999, "元/kWh", ">="),
        "metal": ("primary_output", metal, "万吨", ops[1]),
        "under": ("projects_underway_value", rest * share, "亿元", "="),
        "new": ("projects_new_value", rest * (1 - share) * 0.9, "亿元", "="),
        "downstream": ("downstream_output_value", rest * 0.7, "亿元", ops[2]),
    }


PLANTED = {
    "rate": (1.4, {"value", "rate", "metal"}),
    "under": (40.0, {"value", "under"}),
    "new": (90.0, {"value", "new"}),
    "downstream": (9.0, {"value", "downstream"}),
}
"""Which goal is multiplied by how much, and which goals then cannot all hold."""

YEARS = st.fixed_dictionaries(
    {
        "metal": st.floats(20, 400),
        "rate": st.floats(2.6, 8.0),
        "share": st.floats(0.3, 0.8),
        "ops": st.lists(st.sampled_from(["~", "="]), min_size=3, max_size=3),
    }
)


def plan_of(years: dict[int, dict], intensity: float, planted: dict[int, str]):
    aims, names = [], {}
    for year, draw in years.items():
        for name, (indicator, value, unit, op) in goals_around(
            year, draw["metal"], draw["rate"], intensity, draw["share"], draw["ops"]
        ).items():
            factor = PLANTED[name][0] if planted.get(year) == name else 1.0
            op = ">=" if factor != 1.0 else op
            names[(year, name)] = f"aim.g{len(aims)}"
            aims.append(aim(len(aims), indicator, round(value * factor, 6), unit, op, year, name=name))
    return case_of(*aims, premises=(reported(intensity),)), names


@SETTINGS
@given(st.lists(YEARS, min_size=1, max_size=3), st.floats(12_900, 13_600))
def test_a_consistent_plan_has_no_conflict(draws, intensity):
    case, _ = plan_of({2026 + n: one for n, one in enumerate(draws)}, intensity, {})
    assert figure_conflicts(case, LIBRARY) == []


@SETTINGS
@given(
    st.lists(YEARS, min_size=1, max_size=3),
    st.floats(12_900, 13_600),
    st.lists(st.sampled_from(sorted(PLANTED)), min_size=3, max_size=3),
)
def test_what_was_planted_is_found_exactly(draws, intensity, broken):
    years = {2026 + n: one for n, one in enumerate(draws)}
    planted = {year: broken[n] for n, year in enumerate(years)}
    case, names = plan_of(years, intensity, planted)
    found = [set(one.keys()) for one in figure_conflicts(case, LIBRARY)]
    for year, kind in planted.items():
        wanted = {names[(year, name)] for name in PLANTED[kind][1]}
        if kind == "rate":
            wanted.add(f"recipe.electrolysis.electricity@{year}")
        mine = [one for one in found if one & {names[(year, name)] for name in PLANTED[kind][1]}]
        assert wanted in mine
    assert all(one.proved for one in figure_conflicts(case, LIBRARY))
    assert all(
        names[(year, planted[year])] in one
        for one in found
        for year in planted
        if one & {v for k, v in names.items() if k[0] == year}
    )


def test_three_planted_in_one_plan_are_three_conflicts():
    draw = {"metal": 180.0, "rate": 4.0, "share": 0.5, "ops": ["~", "=", "="]}
    years = {2026: draw, 2027: draw, 2028: draw}
    case, names = plan_of(years, 13_420.0, {2026: "rate", 2027: "under", 2028: "downstream"})
    found = [one.keys() for one in figure_conflicts(case, LIBRARY)]
    assert sorted(len(one) for one in found) == [2, 2, 4]
    assert {names[(2027, "value")], names[(2027, "under")]} in [set(one) for one in found]


# -- the search itself, against trying every subset
@st.composite
def systems(draw):
    """Random rows over three quantities, each side a sentence."""
    count = draw(st.integers(3, 6))
    rows = []
    for n in range(count):
        kind = draw(st.sampled_from(["least", "most", "rate", "sum"]))
        a, b, c = draw(st.permutations(["a", "b", "c"]))
        figure = draw(st.sampled_from([1.0, 2.0, 3.0, 5.0]))
        if kind == "least":
            rows.append(Row(entries=(((a,), 1.0),), low=figure, high=float("inf"), owner=f"s{n}"))
        elif kind == "most":
            rows.append(Row(entries=(((a,), 1.0),), low=-float("inf"), high=figure, owner=f"s{n}"))
        elif kind == "rate":
            rows.append(
                Row(entries=(((a,), 1.0), ((b,), -figure)), low=0.0, high=float("inf"), owner=f"s{n}", form="rate")
            )
        else:
            rows.append(
                Row(
                    entries=(((a,), 1.0), ((b,), -1.0), ((c,), -1.0)),
                    low=0.0,
                    high=float("inf"),
                    owner=f"s{n}",
                    form="parts",
                )
            )
    return rows


@SETTINGS
@given(systems())
def test_every_smallest_set_is_found(rows):
    for part in parts_of(rows):
        owners, wrong = part.owners, []
        for size in range(1, len(owners) + 1):
            for some in combinations(owners, size):
                if not any(set(one) <= set(some) for one in wrong) and not feasible(part, only=some):
                    wrong.append(some)
        found = smallest_sets(part, most=50)
        assert found.complete and {frozenset(one) for one in found.sets} == {frozenset(one) for one in wrong}
        assert all(found.proved.values())


def test_a_set_that_is_not_smallest_is_not_proved():
    rows = [Row(entries=((("a",), 1.0),), low=5.0, high=float("inf"), owner="x"), Row(entries=((("a",), 1.0),), low=-float("inf"), high=2.0, owner="y"),
            Row(entries=((("a",), 1.0),), low=-float("inf"), high=9.0, owner="z")]  # fmt: skip
    part = parts_of(rows)[0]
    assert proves(part, ("x", "y")) and not proves(part, ("x", "y", "z")) and not proves(part, ("x", "z"))


def test_a_search_stops_at_its_number_and_its_clock():
    rows = [Row(entries=((("a",), 1.0),), low=10.0 + n, high=float("inf"), owner=f"l{n}") for n in range(4)]
    rows += [Row(entries=((("a",), 1.0),), low=-float("inf"), high=5.0 - n, owner=f"h{n}") for n in range(4)]
    part = Part(tuple(rows), (("a",),), sizes(rows, [("a",)]))
    assert len(smallest_sets(part, most=50).sets) == 16
    few = smallest_sets(part, most=3)
    assert len(few.sets) == 3 and not few.complete
    assert smallest_sets(part, until=0.0).sets == []


def test_definitions_that_contradict_each_other_are_no_sentence_s_fault():
    rows = [Row(entries=((("a",), 1.0),), low=5.0, high=float("inf")), Row(entries=((("a",), 1.0),), low=-float("inf"), high=2.0),
            Row(entries=((("a",), 1.0),), low=1.0, high=float("inf"), owner="x")]  # fmt: skip
    assert smallest_sets(parts_of(rows)[0]).sets == []


# -- dates
@SETTINGS
@given(
    st.lists(st.tuples(st.integers(40, 500), st.integers(30, 400), st.integers(200, 900)), min_size=1, max_size=5),
    st.sets(st.integers(0, 4), max_size=3),
)
def test_planted_inversions_are_found_exactly(draws, broken):
    base = date(2025, 1, 1)
    projects, factors, wanted = [], [], set()
    for n, (first, wait, build) in enumerate(draws):
        ready = base + timedelta(days=first)
        start = ready + timedelta(days=wait)
        if n in broken:
            start = date(2025, 1, 2) + timedelta(days=max(first - 35, 0))
            start = min(start, ready.replace(day=1) - timedelta(days=1))
            wanted.add(f"p{n}")
        running = max(start, ready) + timedelta(days=build)
        factors.append(land(f"f{n}", ready))
        projects.append(
            project(
                f"p{n}",
                started=(start, start.isoformat()),
                running=(running, running.isoformat()),
                needs=[waits(f"f{n}")],
            )
        )
    case = case_of(projects=projects, factors=factors, today=date(2024, 12, 1))
    found = [one for one in date_conflicts(case) if one.severity == "conflict"]
    assert {title.removesuffix("项目") for one in found for title in one.titles} == wanted
    assert all(one.proved and len(one.clauses) == 2 for one in found)
