"""What projects wait for: land before building, power before running, metal from another project; who goes first; circles; draws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from lvlian.outlook.case import CaseError, Factor, Need, Plant, Premise, Project, Step
from lvlian.outlook.model import quarters_since
from lvlian.outlook.pipeline import capacity_of, pipeline, starts_of, without_factor_delay
from tests.outlook.example import small_case


def begins(line, name) -> date:
    day = line.starts(name)
    assert day is not None
    return day


def turned(key, value):
    return Premise(key=key, zh=key, en=key, value=value, low=-9, high=9)


def region(projects, factors, premises=(), **changes):
    plants = tuple(
        Plant(id=f"plant-{one.id}", firm="x", process="cast_billet_liquid", capacity=400.0, project=one.id)
        for one in projects
    )
    return small_case(
        plants=plants,
        projects=tuple(projects),
        factors=tuple(factors),
        premises=tuple(premises),
        contracts=(),
        count=16,
        **changes,
    )


def project(name, day=date(2024, 12, 31), needs=(), **changes):
    return Project(
        **{
            "id": name, "name": name.upper(), "kind": "casting", "stage": "filed",
            "steps": (Step(stage="running", promised=day),), "needs": tuple(needs), **changes,
        }
    )  # fmt: skip


def factor(name, kind="power", day=date(2024, 6, 30), **changes):
    return Factor(id=name, kind=kind, title=name, promised=day, **changes)


def test_power_holds_the_first_output_and_land_the_start_of_building():
    for kind, stage in (("power", "running"), ("land", "started")):
        one = project("a", needs=[Need(factor="f", stage=stage)])
        base = pipeline(region([one], [factor("f", kind, date(2024, 2, 1))]))
        assert begins(base, "a") == date(2024, 12, 31)
        late = pipeline(region([one], [factor("f", kind, date(2024, 2, 1), revised=date(2025, 6, 30))]))
        wait = 0 if stage == "running" else 240 + 45
        assert (begins(late, "a") - date(2025, 6, 30)).days == pytest.approx(wait, abs=2)
        (cause,) = late.causes
        assert (cause.kind, cause.path) == ("factor", ("f", "a"))
        assert cause.plants == ("plant-a",)
        assert ("投运" if kind == "power" else "供地") in cause.zh
        assert "2025-06" in cause.zh
        assert "2025-06" in cause.en


def test_a_title_that_says_what_has_to_happen_is_not_said_twice():
    one = project("a", needs=[Need(factor="f")])
    late = factor("f", revised=date(2025, 6, 30))
    found = pipeline(region([one], [replace(late, title="园区天然气专线供气")]))
    assert found.causes[0].zh == "A晚 2 季投产，因园区天然气专线供气要到 2025-06。"


def test_the_plan_s_own_spacing_counts_where_it_is_shorter_than_the_usual_lead():
    one = project("a", day=date(2024, 7, 10), needs=[Need(factor="f", stage="running")])
    assert pipeline(region([one], [factor("f", day=date(2024, 6, 30))])).starts("a") == date(2024, 7, 10)
    later = pipeline(region([one], [factor("f", day=date(2024, 6, 30), revised=date(2025, 3, 31))]))
    assert begins(later, "a") == date(2025, 3, 31)


def test_the_premise_of_a_factor_moves_all_that_wait_for_it():
    projects = [project(name, needs=[Need(factor="f")]) for name in "abc"]
    projects[2] = replace(projects[2], needs=())
    case = region(projects, [factor("f", day=date(2024, 12, 31))], [turned("factor.f.slip", 2)])
    found = pipeline(case)
    assert [str(begins(found, name)) for name in "abc"] == ["2025-06-30", "2025-06-30", "2024-12-31"]
    assert [one.zh for one in found.causes] == [f"{name}晚 2 季投产，因f 2025-06 才投运。" for name in "AB"]
    assert pipeline(replace(case, premises=())).causes == ()


def test_what_a_late_factor_costs_is_the_difference_to_it_in_time():
    found = pipeline(small_case())
    free = without_factor_delay(found, "tower")
    assert begins(free, "pots") == date(2024, 6, 30)
    assert free.capacity.sum() > found.capacity.sum()
    assert np.array_equal(free.start[1:], found.start[1:])
    with pytest.raises(KeyError):
        without_factor_delay(found, "no such")


def test_a_factor_that_nobody_dated_comes_in_time_until_somebody_turns_it():
    one = project("a", needs=[Need(factor="f")])
    undated = factor("f", day=None)
    assert pipeline(region([one], [undated])).starts("a") == date(2024, 12, 31)
    assert pipeline(region([one], [undated])).factors[0].undated
    assert pipeline(region([one], [undated], [turned("factor.f.slip", 1)])).starts("a") == date(2025, 3, 31)


def test_a_factor_that_is_done_waits_no_longer_and_one_overdue_is_late_now():
    one = project("a", day=date(2024, 2, 29), needs=[Need(factor="f")])
    done = pipeline(
        region([one], [factor("f", day=date(2023, 6, 30), done=date(2023, 9, 30))], [turned("factor.f.slip", 4)])
    )
    assert begins(done, "a") == date(2024, 2, 29)
    assert "factor.f" not in done.slips
    overdue = pipeline(region([one], [factor("f", day=date(2023, 6, 30))]))
    assert overdue.factors[0].late > 2
    assert overdue.factor_day[0] > quarters_since(overdue.case.first, overdue.case.today)
    assert overdue.slips["factor.f"].mean > 0


def test_a_stage_that_is_done_waits_for_nothing():
    one = project("a", stage="started", needs=[Need(factor="f", stage="started")])
    assert pipeline(region([one], [factor("f", "land", date(2025, 12, 31))])).starts("a") == date(2024, 12, 31)


def test_metal_comes_from_the_project_that_makes_it():
    smelter = project("s", kind="primary", needs=[Need(factor="f")])
    caster = project("c", needs=[Need(factor="s")])
    extruder = project("e", needs=[Need(factor="c")])
    found = pipeline(region([extruder, caster, smelter], [factor("f", revised=date(2025, 9, 30))]))
    assert {str(begins(found, name)) for name in "sce"} == {"2025-09-30"}
    causes = {one.project: one for one in found.causes}
    assert causes["e"].path == ("f", "s", "c", "e")
    assert causes["e"].zh == "E晚 3 季投产，因C 2025-09 才投产。"
    assert causes["s"].kind == "factor"
    none = pipeline(region([extruder, caster, smelter], [factor("f")], [turned("project.s.run", 0)]))
    assert np.isinf(none.start[0])  # nothing to cast, nothing to extrude


def test_projects_that_wait_for_each_other_are_named():
    one, other, third = (
        project("a", needs=[Need(factor="b")]),
        project("b", needs=[Need(factor="c")]),
        project("c", needs=[Need(factor="a")]),
    )
    with pytest.raises(CaseError, match="A → B → C → A"):
        pipeline(region([one, other, third, project("d", needs=[Need(factor="a")])], []))
    with pytest.raises(CaseError, match="A → A"):
        pipeline(region([project("a", needs=[Need(factor="a")])], []))


def test_a_need_that_names_nothing_is_told():
    with pytest.raises(CaseError, match="project a, field needs: found nowhere"):
        pipeline(region([project("a", needs=[Need(factor="nowhere")])], []))
    with pytest.raises(CaseError, match="field stage: found 'soon'"):
        pipeline(region([project("a", needs=[Need(factor="f", stage="soon")])], [factor("f")]))


def test_what_is_not_enough_goes_by_day_of_need_then_by_id():
    early = project("z", date(2024, 9, 30), [Need(factor="f", amount=60)])
    late = project("a", date(2025, 3, 31), [Need(factor="f", amount=60)])
    small = project("b", date(2025, 6, 30), [Need(factor="f", amount=40)])
    first = factor("f", amount=100, unit="MW")
    found = pipeline(region([late, early, small], [first]))
    assert np.isinf(found.start[0])
    assert np.isfinite(found.start[1:]).all()  # what is left still serves the one that it is enough for
    (short,) = found.short
    assert (short.project, short.asked, short.left, short.relief) == ("a", 60, 40, "")
    assert "40MW" in short.zh
    (cause,) = found.causes
    assert (cause.kind, cause.quarters) == ("short", None)
    assert "不能投产" in cause.zh
    second = factor("g", day=date(2026, 1, 31), amount=80, unit="MW")
    relieved = pipeline(region([late, early, small], [first, second]))
    assert begins(relieved, "a") == date(2026, 1, 31)
    assert relieved.short[0].relief == "g"
    assert "改等g" in relieved.short[0].zh
    enough = pipeline(region([late, early, small], [replace(first, amount=160)]))
    assert enough.short == ()
    reverse = pipeline(region([small, early, late], [first, second]))
    assert {one.project: one.relief for one in reverse.short} == {"a": "g"}


def test_of_two_with_the_same_day_the_lesser_id_goes_first():
    rows = [project(name, needs=[Need(factor="f", amount=60)]) for name in ("b", "a")]
    assert pipeline(region(rows, [factor("f", amount=100)])).short[0].project == "b"


def test_what_is_done_has_its_share_already():
    done = project("z", stage="running", needs=[Need(factor="f", amount=60)])
    other = project("a", needs=[Need(factor="f", amount=60)])
    assert pipeline(region([other, done], [factor("f", amount=100)])).short[0].project == "a"


def test_a_shared_factor_moves_its_projects_together_in_every_draw():
    projects = [project(name, needs=[Need(factor="f")]) for name in "ab"] + [project("c")]
    line = pipeline(region(projects, [factor("f", day=date(2024, 12, 31))]))
    rng = np.random.default_rng(2)
    shift = rng.gamma(2.0, 1.0, (500, 1))
    start = starts_of(line, np.zeros((500, 3)), shift)
    np.testing.assert_allclose(start[:, 0], start[:, 1])
    np.testing.assert_allclose(start[:, 0] - line.start[0], shift[:, 0])
    np.testing.assert_allclose(start[:, 2], line.start[2])
    own = rng.gamma(1.0, 1.0, (500, 3))
    both = starts_of(line, own, shift)
    np.testing.assert_allclose(both[:, 0] - line.start[0], np.maximum(own[:, 0], shift[:, 0]))
    never = starts_of(line, np.zeros((1, 3)), np.array([[np.inf]]))
    assert np.isinf(never[0, :2]).all()
    assert (capacity_of(line, start=never)[0, :2] == 0).all()


def test_after_late_land_the_building_can_slip_too():
    one = project("a", needs=[Need(factor="f", stage="started")])
    line = pipeline(region([one], [factor("f", "land", date(2024, 2, 1), revised=date(2025, 1, 31))]))
    start = starts_of(line, np.array([[0.0], [2.0]]), np.zeros((2, 1)))[:, 0]
    moved = start[1] - start[0]
    assert 0 < moved < 2
    assert moved == pytest.approx(2 * line.days[0].after(3))


def test_draws_are_those_of_a_plain_loop():
    case = small_case()
    line = pipeline(case)
    rng = np.random.default_rng(8)
    delay, shift = rng.gamma(1.0, 2.0, (60, 3)), rng.gamma(1.0, 2.0, (60, 2))
    found = starts_of(line, delay, shift)
    for draw in range(60):
        for place, one in enumerate(line.days):
            wanted = max(line.base[place] + delay[draw, place], line.now)
            for edge in line.wiring.edges.get(place, ()):
                there = max(line.factor_base[edge.source] + shift[draw, edge.source], line.now)
                wanted = max(wanted, there + edge.offset + edge.after * delay[draw, place])
            assert found[draw, place] == pytest.approx(wanted), one.project.id
    assert np.array_equal(starts_of(line, delay, shift, compiled=True), found)


def test_the_compiled_walk_is_numpy_s_along_a_chain_of_projects():
    smelter = project("s", kind="primary", needs=[Need(factor="f"), Need(factor="l", stage="started")])
    rows = [
        project("e", needs=[Need(factor="c")]),
        project("c", needs=[Need(factor="s")]),
        smelter,
        project("d", stage="running"),
        project("n", optional=True),
        project("m", needs=[Need(factor="n")]),
    ]
    line = pipeline(region(rows, [factor("f"), factor("l", "land")], [turned("project.c.slip", 1)]))
    rng = np.random.default_rng(8)
    delay, shift = rng.gamma(1.0, 2.0, (50, 6)) - 0.5, rng.gamma(1.0, 2.0, (50, 2))
    delay[0], shift[1] = np.inf, np.inf
    for one, other in ((delay, shift), (delay[:1], shift), (delay, None), (None, shift), (None, None)):
        assert np.array_equal(starts_of(line, one, other, compiled=True), starts_of(line, one, other))
