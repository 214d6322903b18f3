"""Every figure and date of the hand annotation is among what the scanners find in its sentence."""

from __future__ import annotations

import json
from pathlib import Path

from lvlian.quantity.measure import find_measures
from lvlian.quantity.period import find_periods
from lvlian.quantity.unit import normal_unit


def records(shared: Path, kind: str) -> list[tuple[str, str, dict[str, object]]]:
    out = []
    for file in sorted((shared / "gold").glob("*.json")):
        text = (shared / "plans" / f"{file.stem}.txt").read_text(encoding="utf-8")
        data = json.loads(file.read_text(encoding="utf-8"))
        out += [(file.stem, text, record) for record in data[kind]]
    return out


def test_every_goal_figure_is_a_measure(shared: Path) -> None:
    goals = records(shared, "goals")
    missed = []
    for name, _, goal in goals:
        found = [(m.value, m.value_max, normal_unit(m.unit)) for m in find_measures(str(goal["quote"]))]
        unit = normal_unit(str(goal["unit"]))
        wanted = (goal["value"], goal.get("value_max"), "元" if unit == "元/kWh" else unit)
        if wanted not in found:
            missed.append((name, wanted, goal["quote"]))
    assert len(goals) > 80
    assert missed == []


def test_every_date_of_a_fact_is_told_in_its_document(shared: Path) -> None:
    years = {"yanshan": 2023, "baise": 2019, "changji": 2022, "guizhou": 2024, "liaocheng": 2023}
    told: dict[str, set[tuple[object, object]]] = {}
    missed = []
    for kind in ("goals", "milestones"):
        for name, text, record in records(shared, kind):
            if name not in told:
                told[name] = {(m.period.when, m.period.when_op) for m in find_periods(text, years[name])}
            if record["when"] is not None and (record["when"], record["when_op"]) not in told[name]:
                missed.append((name, record["when"], record["when_op"], record["quote"]))
    assert missed == []
