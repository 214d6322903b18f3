"""Scenarios: what they change, what they refuse, how they combine, and their files."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.outlook.case import CaseError
from lvlian.outlook.load_case import load_scenario, read_scenario
from lvlian.outlook.scenario import Scenario, apply, combine, scenario_from
from lvlian.outlook.write_case import scenario_text, write_scenario
from tests.outlook.example import small_case

DRY = Scenario(
    name="枯水", author="链长办", reason="三季度会前压力测试", day=date(2024, 1, 8), set={"factor.tower.slip": 2.0}
)


def test_a_scenario_turns_premises_and_says_so():
    case = apply(small_case(), DRY)
    assert case.scenario == "枯水"
    assert case.figure("factor.tower.slip", 0.0) == 2
    assert case.premise("factor.tower.slip").baseline == 0
    assert scenario_from(case, name="枯水").set == DRY.set


def test_a_dropped_project_keeps_its_row_and_does_not_run():
    case = apply(small_case(), Scenario(name="x", drop=("pots",)))
    assert case.project("pots") is not None
    assert case.figure("project.pots.run", 1.0) == 0
    assert case.premise("project.pots.run").baseline == 1


def test_a_date_is_what_was_told_since_and_leaves_the_promise():
    case = apply(
        small_case(), Scenario(name="x", dates={"slab": {"running": date(2024, 9, 30), "full": date(2025, 3, 31)}})
    )
    step = case.project("slab").step("running")
    assert (step.promised, step.revised) == (date(2024, 3, 31), date(2024, 9, 30))
    assert case.project("slab").step("full").day == date(2025, 3, 31)
    assert [step.stage for step in case.project("slab").steps] == ["running", "full"]
    case = apply(small_case(), Scenario(name="x", dates={"batch2": {"day": date(2024, 5, 31)}}))
    assert case.factor("batch2").day == date(2024, 5, 31)
    assert case.factor("batch2").promised == date(2024, 2, 28)


def test_a_goal_may_be_asked_for_lower():
    case = apply(small_case(), Scenario(name="x", aims={"g1": 40.0}))
    assert next(one.value for one in case.aims if one.id == "g1") == 40


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (
            Scenario(name="x", set={"factor.towr.slip": 1.0}),
            r"set\.factor\.towr\.slip: is no premise .*factor\.tower\.slip",
        ),
        (Scenario(name="x", drop=("pot",)), "field drop: found 'pot'.*pots"),
        (Scenario(name="x", dates={"batch3": {"day": date(2024, 1, 1)}}), r"dates\.batch3: is no project or factor"),
        (Scenario(name="x", dates={"slab": {"opened": date(2024, 1, 1)}}), "stage opened"),
        (Scenario(name="x", dates={"tower": {"a": date(2024, 1, 1), "b": date(2024, 1, 2)}}), "found 2 days"),
        (Scenario(name="x", aims={"g9": 1.0}), r"aims\.g9: is no goal"),
    ],
)
def test_what_the_case_does_not_have_is_one_sentence(scenario, words):
    with pytest.raises(CaseError, match=words) as caught:
        apply(small_case(), scenario)
    assert "\n" not in str(caught.value)


def test_of_two_scenarios_the_later_decides():
    later = Scenario(
        name="早",
        author="供电局",
        set={"factor.tower.slip": -1.0},
        drop=("slab",),
        dates={"slab": {"full": date(2025, 1, 1)}},
    )
    both = combine(DRY, later, name="合")
    assert both.set == {"factor.tower.slip": -1.0}
    assert both.name == "合"
    assert both.author == "链长办、供电局"
    assert both.drop == ("slab",)
    assert apply(small_case(), both) == apply(apply(small_case(), DRY), both)
    assert combine(DRY, Scenario(name="空")).set == DRY.set
    assert Scenario(name="空").empty


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    str.strip
)
figures = st.floats(allow_nan=False, allow_infinity=False, width=64)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
scenarios = st.builds(
    Scenario,
    name=names,
    author=st.text(max_size=8).filter(lambda t: t.isprintable()),
    reason=names,
    day=st.none() | days,
    set=st.dictionaries(names, figures, max_size=4),
    drop=st.lists(names, max_size=3, unique=True).map(tuple),
    dates=st.dictionaries(names, st.dictionaries(names, days, min_size=1, max_size=2), max_size=2),
    aims=st.dictionaries(names, figures, max_size=2),
)


@settings(max_examples=30, deadline=None)
@given(scenarios, st.sampled_from(["yaml", "json"]))
def test_a_scenario_comes_back_from_its_file(scenario, form):
    assert read_scenario(scenario_text(scenario, form).encode(), f"s.{form}") == scenario


def test_a_file_by_hand(tmp_path):
    text = """\
format: lvlian-scenario/1
name: 枯水期少两成，变电站晚两季
author: 链长办
reason: 三季度会前压力测试
day: 2023-10-12
set: {power.dry: -0.2, factor.tower.slip: 2}
drop: [slab]
dates:
  batch2: {day: 2024-05-31}
  profile: {started: 2024-06-30}
aims: {g1: 4.2e1}
"""
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    found = load_scenario(path)
    assert found.set == {"power.dry": -0.2, "factor.tower.slip": 2.0}
    assert found.dates["profile"]["started"] == date(2024, 6, 30)
    assert found.aims["g1"] == 42
    write_scenario(tmp_path / "t.json", found)
    assert load_scenario(tmp_path / "t.json") == found


HOSTILE = [
    (b"", "expected a mapping"),
    (b"- a\n", "expected a mapping"),
    (b"\xff\xfe\x00a", "UTF-8"),
    (b"format: lvlian-scenario/1\nname: a\0b\n", "zero byte"),
    (b"format: lvlian-scenario/2\nname: a\n", "field format"),
    (b"format: lvlian-scenario/1\n", "field name: is missing"),
    (b"format: lvlian-scenario/1\nname: ''\n", "field name: is empty"),
    (b"format: lvlian-scenario/1\nname: 12\n", "field name: found 12, expected a text"),
    (b"format: lvlian-scenario/1\nname: a\nsets: {}\n", "field sets: unknown field"),
    (b"format: lvlian-scenario/1\nname: a\nset: {k: much}\n", r"field set\.k: found 'much', expected a number"),
    (b"format: lvlian-scenario/1\nname: a\nset: {k: .nan}\n", r"set\.k"),
    (b"format: lvlian-scenario/1\nname: a\nset: {k: 1e999}\n", r"set\.k: found inf, expected a finite number"),
    (b"format: lvlian-scenario/1\nname: a\nset: [1]\n", "field set: found .*expected a mapping"),
    (b"format: lvlian-scenario/1\nname: a\nset: {k: true}\n", "expected a number"),
    (
        b"format: lvlian-scenario/1\nname: a\ndates: {p: {running: soon}}\n",
        r"dates\.p\.running: found 'soon', expected a day",
    ),
    (b"format: lvlian-scenario/1\nname: a\ndates: {p: {running: 2024-02-30}}\n", "expected a day"),
    (b"format: lvlian-scenario/1\nname: a\nname: b\n", "line 3.*second time"),
    (b"format: lvlian-scenario/1\nname: &x a\nauthor: *x\n", "line 2: found an anchor"),
    (b"format: lvlian-scenario/1\nname: !!python/object:os.system a\n", "line 2: found the tag"),
    (b"format: lvlian-scenario/1\nname: a\n---\nname: b\n", "second document"),
    (b"format: lvlian-scenario/1\nname: [a\n", "line"),
    (b"format: lvlian-scenario/1\nname: " + b"[" * 60 + b"]" * 60, "nested too deeply"),
    (b'{"format": "lvlian-scenario/1", "name": "a", "name": "b"}', "second time"),
    (b'{"format": "lvlian-scenario/1", "name": NaN}', "finite number"),
    (b'{"format": "lvlian-scenario/1", "name": "a", }', "line 1"),
    (b'{"a": ' + b"[" * 100_000, "nested too deeply|JSON"),
    (b"format: lvlian-scenario/1\nname: a\nset: {k: " + b"9" * 5000 + b"}\n", r"set\.k|digits"),
]


@pytest.mark.parametrize(("content", "words"), HOSTILE, ids=range(len(HOSTILE)))
def test_a_broken_file_is_one_sentence(content, words):
    with pytest.raises(CaseError, match=words) as caught:
        read_scenario(content, "s.yaml")
    assert "\n" not in str(caught.value)
    assert "s.yaml" in str(caught.value)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(CaseError, match=r"none\.yaml: cannot be read"):
        load_scenario(tmp_path / "none.yaml")
