"""Lights: each rule once, and the SQL that counts them agrees with the Python that shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lvlian.site.pages.selectors_projects import LIGHTS, light_counts, of_light, page_of
from lvlian.site.plans.light import RANKS, STATES, light_case, light_of, with_light, worst
from lvlian.site.plans.models import Milestone, Project

TODAY = date(2023, 10, 12)


@dataclass
class Row:
    due: date | None = None
    expected: date | None = None
    done: date | None = None


def days(n: int) -> date:
    return TODAY + timedelta(days=n)


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (Row(), "none"),
        (Row(done=days(-1)), "ok"),
        (Row(due=days(-400), done=days(-1)), "ok"),
        (Row(due=days(0)), "ok"),
        (Row(due=days(1)), "ok"),
        (Row(due=days(-1)), "warn"),
        (Row(due=days(-30)), "warn"),
        (Row(due=days(-31)), "bad"),
        (Row(due=days(-31), expected=days(5)), "bad"),
        (Row(due=days(10), expected=days(40)), "warn"),
        (Row(due=days(10), expected=days(41)), "bad"),
        (Row(due=days(10), expected=days(10)), "ok"),
        (Row(due=days(10), expected=days(5)), "ok"),
        (Row(due=days(10), expected=days(-2)), "warn"),
        (Row(expected=days(3)), "ok"),
        (Row(expected=days(-40)), "bad"),
    ],
)
def test_each_rule(row, state):
    assert light_of(row, TODAY).state == state


def test_words_and_reasons():
    assert light_of(Row(), TODAY).reason == "原文无日期"
    assert light_of(Row(due=days(-12)), TODAY).reason == "已过 12 天"
    assert light_of(Row(due=days(1), expected=days(21)), TODAY).reason == "比承诺晚 20 天"
    assert (light_of(Row(due=days(4)), TODAY).word, light_of(Row(due=days(4)), TODAY).reason) == ("序时", "还有 4 天")
    assert light_of(Row(done=days(-3)), TODAY).word == "已完成"


def test_a_project_has_the_worst_of_its_lights():
    lights = [light_of(row, TODAY) for row in (Row(done=days(-1)), Row(), Row(due=days(-3)))]
    assert worst(lights).state == "warn"
    assert worst(lights[:2]).state == "none"
    assert worst([]).state == "none"


NEAR = st.none() | st.integers(-70, 70).map(days)
ROWS = st.lists(st.builds(Row, due=NEAR, expected=NEAR, done=st.none() | NEAR), min_size=1, max_size=25)


@given(ROWS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_python_agree(world, rows):
    project = world.a.projects[0]
    Milestone.objects.filter(project=project).delete()
    made = Milestone.objects.bulk_create(
        Milestone(project=project, event="投产", due=r.due, expected=r.expected, done=r.done) for r in rows
    )
    ranks = dict(Milestone.objects.filter(project=project).annotate(rank=light_case(TODAY)).values_list("pk", "rank"))
    assert [ranks[row.pk] for row in made] == [RANKS[light_of(row, TODAY).state] for row in made]
    for state in STATES:
        found = Milestone.objects.filter(with_light(state, TODAY), project=project).values_list("pk", flat=True)
        assert set(found) == {row.pk for row in made if light_of(row, TODAY).state == state}


@given(st.lists(st.lists(st.builds(Row, due=NEAR, expected=NEAR, done=st.none() | NEAR), max_size=3), max_size=12))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_projects_are_counted_and_paged_by_their_worst_light(world, projects):
    Project.objects.filter(region=world.b.region).delete()
    wanted: dict[str, list[int]] = {state: [] for state in STATES}
    for steps in projects:
        project = Project.objects.create(region=world.b.region, name="某项目")
        Milestone.objects.bulk_create(
            Milestone(project=project, due=r.due, expected=r.expected, done=r.done) for r in steps
        )
        wanted[worst(light_of(row, TODAY) for row in steps).state].append(project.pk)
    rows = Project.objects.filter(region=world.b.region)
    assert light_counts(rows, TODAY) == {state: len(wanted[state]) for state in LIGHTS}
    for state in LIGHTS:
        assert set(rows.filter(of_light(state, TODAY)).values_list("pk", flat=True)) == set(wanted[state])
    counts = light_counts(rows, TODAY)
    ordered = [pk for state in LIGHTS for pk in sorted(wanted[state])]
    paged = [pk for first in range(0, len(ordered), 5) for pk in page_of(rows, counts, first, 5, TODAY)]
    assert paged == ordered
