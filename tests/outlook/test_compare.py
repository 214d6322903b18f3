"""Tables for papers: every cell is text, nothing is left blank, minus is a minus."""

from __future__ import annotations

import pytest

from lvlian.outlook.projection import compare, project, sensitivity
from lvlian.outlook.projection.tables import (
    aims_table,
    binding_table,
    differences_table,
    premises_table,
    projects_table,
    risks_table,
    swings_table,
    told,
)
from tests.outlook.example import small_case
from tests.outlook.test_run import PRICES


@pytest.fixture(scope="module")
def pair():
    case = small_case(prices=PRICES)
    return project(case), project(case.turned({"factor.tower.slip": 2}))


def every(a, b):
    swings = sensitivity(a.live.case)
    return [
        aims_table(a), binding_table(a), binding_table(a, ["g1"]), projects_table(a), projects_table(b, late=True), risks_table(b),
        premises_table(b), premises_table(b, turned=True), swings_table(swings, "g2"), differences_table(compare(a, b)),
    ]  # fmt: skip


def test_every_cell_is_text_and_every_row_is_whole(pair):
    for table in every(*pair):
        assert all(table.title) and all(all(head) for head in table.columns)
        assert table.rows, table.title
        for row in table.rows:
            assert len(row) == len(table.columns)
            assert all(isinstance(cell, str) for cell in row)


def test_goals_say_planned_projected_and_gap(pair):
    first = aims_table(pair[0]).rows[0]
    assert first[:4] == ("电解铝产量", "2024", "万吨", "≥ 45")
    assert first[6] in ("达到", "未达到")


def test_only_what_a_scenario_turned(pair):
    assert premises_table(pair[0], turned=True).rows == ()
    ((name, value, before, *_),) = premises_table(pair[1], turned=True).rows
    assert (name, value, before) == ("园区110千伏变电站", "2", "0")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (float("nan"), "—"),
        (943.6, "944"),
        (12.34, "12.3"),
        (-0.7034, "−0.7"),
        (0.0, "0"),
        (17_200.0, "17,200"),
        (-0.001, "0"),
    ],
)
def test_figures_show_what_their_size_asks_for(value, text):
    assert told(value) == text
