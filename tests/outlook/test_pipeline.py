"""Stages and days of projects: as told, from usual building times, moved by premises, overdue, and the words that say why."""

from __future__ import annotations

import doctest
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import STAGES, CaseError, Plant, Premise, Project, Step
from lvlian.outlook.model import compile_model, nameplate, quarters_since
from lvlian.outlook.pipeline import Record, capacity_of, load_tables, pipeline, starts_of
from lvlian.outlook.pipeline.calendar import day_at
from tests.outlook.example import small_case


def alone(project, today=date(2024, 1, 10), premises=(), count=16):
    plant = Plant(id="plant", firm="x", process="cast_billet_liquid", capacity=400.0, project=project.id)
    return small_case(
        today=today,
        count=count,
        plants=(plant,),
        projects=(project,),
        factors=(),
        premises=tuple(premises),
        contracts=(),
    )


def begins(line, name) -> date:
    day = line.starts(name)
    assert day is not None
    return day


def turned(key, value):
    return Premise(key=key, zh=key, en=key, value=value, low=-9, high=9)


def project(**changes):
    return Project(**{"id": "a", "name": "甲", "kind": "casting", "stage": "started", "plants": ("plant",), **changes})


@settings(max_examples=30)
@given(day=st.dates(date(2015, 1, 1), date(2060, 12, 31)))
def test_a_day_becomes_quarters_and_back(day):
    first = Quarter(2024, 1)
    assert day_at(first, quarters_since(first, day)) == day


def test_never_is_no_day():
    assert day_at(Quarter(2024, 1), np.inf) is None
    assert day_at(Quarter(2024, 1), -np.inf) is None
    assert day_at(Quarter(2024, 1), 1e9) is None


def test_a_day_that_was_told_is_kept_and_the_stages_before_it_are_filled_in():
    found = pipeline(alone(project(stage="signed", steps=(Step(stage="running", promised=date(2026, 6, 30)),))))
    assert begins(found, "a") == date(2026, 6, 30)
    days = found.stages["a"]
    assert days["running"] == (date(2026, 6, 30), None, date(2026, 6, 30))
    chain = [day for stage in STAGES[2:] if (day := days[stage][2]) is not None]
    assert len(chain) == 5
    assert chain == sorted(chain)
    # back from the promise by the usual times of the kind
    assert (chain[3] - chain[2]).days == pytest.approx(45, abs=2)
    assert (chain[2] - chain[1]).days == pytest.approx(240, abs=2)
    assert found.causes == ()


def test_where_only_the_start_of_building_is_told_the_usual_building_time_follows():
    found = pipeline(alone(project(stage="signed", steps=(Step(stage="started", promised=date(2024, 4, 1)),))))
    assert (begins(found, "a") - date(2024, 4, 1)).days == pytest.approx(240 + 45, abs=2)
    assert "running" in found.days[0].assumed
    assert any("未写投产日期" in zh for zh, _ in found.assumptions)
    smelter = pipeline(
        alone(project(kind="primary", stage="signed", steps=(Step(stage="started", promised=date(2024, 4, 1)),)))
    )
    assert begins(smelter, "a") > begins(found, "a")


def test_where_only_full_output_is_told_it_starts_a_ramp_before():
    found = pipeline(alone(project(steps=(Step(stage="full", promised=date(2025, 6, 30)),))))
    assert found.start[0] == pytest.approx(quarters_since(Quarter(2024, 1), date(2025, 6, 30)) - 2)
    assert found.stages["a"]["full"][2] == date(2025, 6, 30)


def test_a_plan_faster_than_usual_is_believed_where_it_has_not_passed():
    found = pipeline(alone(project(stage="signed", steps=(Step(stage="running", promised=date(2024, 3, 31)),))))
    assert begins(found, "a") == date(2024, 3, 31)
    days = [row[2] for row in found.stages["a"].values() if row[2] is not None]
    assert days == sorted(days)
    assert min(days) >= date(2024, 1, 10)


def test_what_nobody_dated_takes_the_usual_time_from_today():
    found = pipeline(alone(project(stage="signed", steps=())))
    assert (begins(found, "a") - date(2024, 1, 10)).days == pytest.approx(30 + 60 + 240 + 45, abs=3)
    assert found.causes == ()


def test_what_is_done_keeps_its_day():
    steps = (Step(stage="running", promised=date(2023, 3, 31), done=date(2023, 11, 30)),)
    found = pipeline(alone(project(stage="started", steps=steps), premises=[turned("project.a.slip", 3)]))
    assert begins(found, "a") == date(2023, 11, 30)
    assert starts_of(found, np.array([[5.0]]))[0, 0] == found.start[0]
    assert "project.a" not in found.slips
    assert found.causes == ()
    whole = pipeline(alone(project(stage="full")))
    np.testing.assert_allclose(whole.capacity, 100.0)
    assert any("按已满产计" in zh for zh, _ in whole.assumptions)


def test_a_ramp_that_began_before_the_case_goes_on_in_it():
    case = alone(project(stage="running", steps=(Step(stage="running", done=date(2023, 10, 1)),)))
    np.testing.assert_allclose(pipeline(case).capacity[0, :3], [75.0, 100.0, 100.0])


def test_what_is_overdue_is_late_now():
    told = project(steps=(Step(stage="running", promised=date(2023, 10, 1)),))
    found = pipeline(alone(told))
    assert begins(found, "a") > date(2024, 1, 10)
    assert found.days[0].late > 0
    # in draws it may come today at the soonest, and nothing pulls it before
    assert starts_of(found, np.array([[0.0], [-3.0]])).min() >= quarters_since(Quarter(2024, 1), date(2024, 1, 10))
    (cause,) = found.causes
    assert cause.kind == "overdue"
    assert "逾期" in cause.zh
    assert "overdue" in cause.en


def test_what_was_not_begun_in_time_needs_its_building_time_yet():
    steps = (Step(stage="started", promised=date(2023, 6, 30)), Step(stage="running", promised=date(2024, 3, 31)))
    found = pipeline(alone(project(stage="signed", steps=steps)))
    # nine months between the two in the plan, the usual time of a caster is 285 days
    assert (begins(found, "a") - date(2024, 1, 10)).days > 270
    late = pipeline(alone(project(stage="signed", steps=steps), today=date(2024, 7, 10)))
    assert begins(late, "a") > begins(found, "a")


def test_a_revised_day_moves_what_follows_and_is_told():
    steps = (
        Step(stage="started", promised=date(2024, 3, 31), revised=date(2024, 9, 30)),
        Step(stage="running", promised=date(2025, 3, 31)),
    )
    found = pipeline(alone(project(kind="semis", stage="filed", steps=steps)))
    assert found.stages["a"]["started"] == (date(2024, 3, 31), date(2024, 9, 30), date(2024, 9, 30))
    assert (begins(found, "a") - date(2024, 9, 30)).days == pytest.approx(
        365, abs=2
    )  # the plan's own year, shorter than the usual
    (cause,) = found.causes
    assert (cause.kind, cause.quarters, cause.promised) == ("revised", 2, date(2025, 3, 31))
    assert cause.zh == "甲晚 2 季投产，因前面的环节已改期。"


def test_premises_act():
    told = project(steps=(Step(stage="running", promised=date(2024, 6, 30)),))
    base = pipeline(alone(told))
    slow = pipeline(alone(told, premises=[turned("project.a.slip", 2)]))
    assert slow.start[0] == pytest.approx(base.start[0] + 2)
    assert begins(slow, "a") == date(2024, 12, 31)
    assert slow.causes[0].zh == "甲晚 2 季投产，因设定晚 2 季。"
    soon = pipeline(alone(told, premises=[turned("project.a.slip", -1)]))
    assert soon.start[0] == pytest.approx(base.start[0] - 1)
    none = pipeline(alone(told, premises=[turned("project.a.run", 0)]))
    assert np.isinf(none.start[0])
    assert none.capacity.sum() == 0
    assert none.causes[0].kind == "dropped"
    assert "project.a" not in none.slips


def test_what_nobody_promised_is_built_only_where_a_scenario_says_so():
    told = project(optional=True, steps=(Step(stage="running", promised=date(2024, 6, 30)),))
    assert pipeline(alone(told)).capacity.sum() == 0
    assert pipeline(alone(told)).causes == ()
    assert pipeline(alone(told, premises=[turned("project.a.run", 1)])).capacity.sum() > 0


def test_of_what_is_not_yet_started_a_share_starts_in_time():
    told = project(stage="signed", steps=(Step(stage="running", promised=date(2025, 6, 30)),))
    whole = pipeline(alone(told)).capacity
    rows = [pipeline(alone(told, premises=[turned("start.rate", rate)])) for rate in (1.0, 0.6, 0.2)]
    np.testing.assert_allclose(rows[0].capacity, whole)
    totals = [row.capacity.sum() for row in rows]
    assert totals[0] > totals[1] > totals[2] > 0
    assert rows[2].slips["project.a"].mean > rows[1].slips["project.a"].mean
    # one that nobody has turned is the plan's word: the prior of slip stays
    assert rows[0].slips["project.a"] == pipeline(alone(told)).slips["project.a"]
    by_hand = Premise(key="start.rate", zh="", en="", value=1.0, low=0, high=1, baseline=0.6)
    assert pipeline(alone(told, premises=[by_hand])).slips["project.a"].mean < rows[0].slips["project.a"].mean
    begun = replace(told, stage="started")
    np.testing.assert_allclose(
        pipeline(alone(begun, premises=[turned("start.rate", 0.2)])).capacity, pipeline(alone(begun)).capacity
    )
    with pytest.raises(CaseError, match=r"start\.rate"):
        pipeline(alone(told, premises=[turned("start.rate", 1.2)]))


def test_capacity_is_the_nameplate_s_where_there_is_no_ramp():
    case = small_case(factors=(), projects=tuple(replace(one, needs=()) for one in small_case().projects))
    line = pipeline(case)
    none = capacity_of(line, ramp=dict.fromkeys(line.kinds, 0.0))[0]
    steps = nameplate(case)
    np.testing.assert_allclose(none, steps, rtol=1e-9, atol=1e-5)
    assert compile_model.__doc__
    assert line.capacity.shape == steps.shape
    assert (line.capacity <= steps + 1e-6).all()


def test_history_moves_the_laws():
    case = alone(project(steps=(Step(stage="running", promised=date(2024, 12, 31)),)))
    base = pipeline(case)
    late = pipeline(case, history=[Record(kind="casting", stage="built", slip=4.0)] * 10)
    assert late.slips["project.a"].mean > base.slips["project.a"].mean + 1
    assert pipeline(case).slips["project.a"].mean == base.slips["project.a"].mean


def test_causes_name_the_goals_that_count_the_project():
    found = pipeline(small_case())
    assert {one.project: one.aims for one in found.causes} == {"pots": ("g1", "g2"), "slab": ("g1", "g2")}
    aims = tuple(replace(aim, group="未开工项目") if aim.id == "g2" else aim for aim in small_case().aims)
    assert pipeline(small_case(aims=aims)).causes[0].aims == ("g1",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"projects": (Project(id="a", name="a", stage="begun"),), "plants": ()}, "field stage: found 'begun'"),
        ({"projects": (Project(id="a", name="a", steps=(Step(stage="open"),)),), "plants": ()}, "steps, field stage"),
        ({"projects": ()}, "plant smelt2, field project: found pots"),
    ],
)
def test_what_names_nothing_is_told(changes, words):
    with pytest.raises(CaseError, match=words):
        pipeline(small_case(**changes))


def test_an_empty_case_has_an_empty_pipeline():
    found = pipeline(small_case(projects=(), plants=(), factors=(), contracts=()))
    assert found.capacity.shape == (0, 8)
    assert found.start.shape == (0,)
    assert found.causes == ()
    assert capacity_of(found, np.zeros((5, 0))).shape == (5, 0, 8)


days = st.one_of(st.none(), st.dates(date(2022, 1, 1), date(2027, 12, 31)))


@settings(max_examples=30, deadline=None)
@given(
    stage=st.sampled_from(STAGES),
    told=st.lists(st.tuples(st.sampled_from(STAGES), days, days), max_size=4),
    kind=st.sampled_from([*load_tables().curves, "unknown"]),
    slip=st.floats(-4, 8),
)
def test_whatever_is_told_nothing_undone_lies_in_the_past_and_stages_keep_their_order(stage, told, kind, slip):
    steps = tuple(Step(stage=name, promised=first, revised=second) for name, first, second in told)
    found = pipeline(alone(project(stage=stage, steps=steps, kind=kind), premises=[turned("project.a.slip", slip)]))
    cap = found.capacity[0]
    assert np.isfinite(cap).all()
    assert (cap >= -1e-9).all()
    assert (cap <= 100.0 + 1e-9).all()
    assert (np.diff(cap) >= -1e-9).all()
    if found.fixed[0]:
        return
    assert found.start[0] >= found.now - 1e-9
    rows = [day for name in STAGES[found.days[0].stage + 1 :] if (day := found.stages["a"][name][2]) is not None]
    assert rows == sorted(rows)
    assert min(rows) >= date(2024, 1, 10)
    for one in found.causes:
        assert one.zh.endswith("。")
        assert one.en.endswith(".")
        assert "!" not in one.zh


def test_the_example_of_the_page_runs():
    page = Path(__file__).parents[2] / "docs" / "pipeline.md"
    test = doctest.DocTestParser().get_doctest(page.read_text("utf-8"), {}, page.name, str(page), 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0
