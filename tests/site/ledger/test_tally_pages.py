"""What the registers' pages count: which stage an item reached when, read from its events, held against the plan's goals."""

from __future__ import annotations

import doctest
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lvlian.ledger.calendar import load_calendar
from lvlian.ledger.load import load_tracks
from lvlian.ledger.tally import Goal, tally
from lvlian.site.ledger.marks import course_of, marks_of

TRACKS = load_tracks()
LEAD = TRACKS["investment"]
CALENDAR = load_calendar()
D = date


def marks(*events: Any, promised: dict[str, date] | None = None) -> dict[str, Any]:
    return {"investment": marks_of(LEAD, 1, course_of(LEAD, events), promised or {})}


def told(goal: dict[str, Any], found: dict[str, Any], today: date) -> Any:
    return tally(Goal(id=1, **goal), TRACKS, found, CALENDAR, today)


LANDED: dict[str, Any] = {"indicator": "招引落地企业", "value": 6, "unit": "户", "when": "2023", "when_op": "in"}
ARRIVED: dict[str, Any] = {"indicator": "到位资金", "value": 2, "unit": "亿元", "when": "2023", "when_op": "in"}
AGREED: dict[str, Any] = {"indicator": "签约金额", "value": 4, "unit": "亿元", "when": "2023", "when_op": "in"}


def test_an_item_opened_further_on_has_reached_what_lies_before() -> None:
    course = course_of(LEAD, [("open", D(2023, 3, 1), {"stage": "signed"})])
    assert course.reached == dict.fromkeys(("found", "talking", "visited", "signed"), D(2023, 3, 1))


def test_a_stage_counts_from_its_first_day_and_not_after_it_was_taken_back() -> None:
    events: list[Any] = [
        ("open", D(2023, 1, 5), {}),
        ("enter", D(2023, 2, 1), {"stage": "talking"}),
        ("enter", D(2023, 3, 1), {"stage": "signed"}),
        ("enter", D(2023, 4, 1), {"stage": "landed"}),
    ]
    assert told(LANDED, marks(*events), D(2023, 10, 12)).reached == 1
    back = [*events, ("back", D(2023, 5, 1), {"stage": "signed"})]
    assert told(LANDED, marks(*back), D(2023, 10, 12)).reached == 0
    again = [*back, ("enter", D(2023, 9, 1), {"stage": "landed"})]
    assert course_of(LEAD, again).reached["landed"] == D(2023, 9, 1)
    assert told(LANDED, marks(*again), D(2023, 10, 12)).reached == 1


def test_a_closed_item_that_was_reopened_stands_before_its_last_stage() -> None:
    events: list[Any] = [("open", D(2023, 1, 5), {"stage": "landed"}), ("enter", D(2023, 5, 1), {"stage": "started"})]
    assert "started" in course_of(LEAD, events).reached
    events.append(("reopen", D(2023, 6, 1), {"why": "误报"}))
    assert max(course_of(LEAD, events).reached, key=LEAD.order.__getitem__) == "landed"


def test_money_counts_on_the_days_on_which_it_came() -> None:
    events = [
        ("open", D(2022, 11, 1), {"stage": "signed", "data": {"agreed": 30000, "arrived": 5000}}),
        ("amend", D(2023, 4, 1), {"values": {"arrived": 9000}}),
        ("amend", D(2023, 8, 1), {"values": {"arrived": 14000, "product": "铝箔"}}),
    ]
    told_2023 = told(ARRIVED, marks(*events), D(2023, 10, 12))
    assert float(told_2023.reached) == 0.9, "the 5,000 of the year before do not count again"
    assert not told_2023.unmeasured
    assert float(told(AGREED, marks(*events), D(2023, 10, 12)).reached) == 0, "signed the year before"
    agreed_2022 = {**AGREED, "when": "2022"}
    assert float(told(agreed_2022, marks(*events), D(2023, 10, 12)).reached) == 3


def test_money_before_the_signing_counts_with_it_and_a_correction_takes_back() -> None:
    events = [
        ("open", D(2023, 1, 1), {"data": {"arrived": 100}}),
        ("enter", D(2023, 3, 1), {"stage": "signed"}),
        ("amend", D(2023, 5, 1), {"values": {"arrived": 10000}}),
        ("amend", D(2023, 6, 1), {"values": {"arrived": 8000}}),
    ]
    assert float(told(ARRIVED, marks(*events), D(2023, 10, 12)).reached) == 0.8
    assert float(told(ARRIVED, marks(*events), D(2023, 4, 1)).reached) == 0.01


def test_a_signing_without_its_amount_is_told_as_unmeasured() -> None:
    found = told(
        AGREED, marks(("open", D(2023, 1, 1), {}), ("enter", D(2023, 3, 1), {"stage": "signed"})), D(2023, 10, 12)
    )
    assert (float(found.reached), found.unmeasured) == (0, (1,))


def test_what_is_promised_counts_for_the_period_of_its_day() -> None:
    found = told(LANDED, marks(("open", D(2023, 1, 1), {}), promised={"landed": D(2023, 11, 30)}), D(2023, 10, 12))
    assert (found.promised, found.reached, found.awaited) == (1, 0, (1,))
    assert float(found.gap) < 0


@pytest.mark.parametrize("name", ["investment", "cultivation"])
def test_the_examples_of_the_page_run_as_they_stand(name: str) -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / f"{name}.md"
    text = "\n".join("" if line.startswith("```") else line for line in page.read_text("utf-8").splitlines())
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    assert len(test.examples) >= 6
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0
    for linked in re.findall(r"\]\(([a-z-]+\.md)\)", page.read_text("utf-8")):
        assert (page.parent / linked).is_file(), linked
