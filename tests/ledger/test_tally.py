"""Items counted against goals: what is promised, there, due by now; and what is not counted, with the reason."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.ledger.calendar import load_calendar
from lvlian.ledger.load import load_tracks
from lvlian.ledger.tally import Goal, Mark, Tally, counted_by, period_of, tallies, tally
from lvlian.plan.region import load_region

TRACKS = load_tracks()
CALENDAR = load_calendar()
LANDED = Goal(id=1, indicator="招引落地企业", op="=", value=6, unit="户", when="2023", when_op="in")
SCALE = Goal(id=2, indicator="铝产业规模以上工业企业", value=5, unit="户", mode="increase", when="2023", when_op="in")


def told(goal: Goal, today: date, pace="days", **marks: list[Mark]) -> Tally:
    return tally(goal, TRACKS, {key.replace("_", "-"): some for key, some in marks.items()}, CALENDAR, today, pace)


def landed(item: int, reached: date | None = None, due: date | None = None) -> Mark:
    return Mark(item=item, stage="landed", due=due, reached=reached)


def test_firms_landed_are_counted_with_those_promised_and_those_due_by_now():
    marks = [
        landed(1, date(2023, 3, 10), date(2023, 3, 31)),
        landed(2, date(2023, 6, 30)),
        landed(3, None, date(2023, 6, 30)),
        landed(4, None, date(2024, 2, 1)),
        landed(5, date(2022, 12, 31)),
        landed(6, date(2023, 10, 11)),  # after today
    ]
    got = told(LANDED, date(2023, 6, 30), investment=marks)
    assert got.countable and got.counted == (("investment", "landed"),)
    assert (got.first, got.last) == (date(2023, 1, 1), date(2023, 12, 31))
    assert [got.value, got.reached, got.promised] == [6, 2, 2]
    assert got.expected == Decimal("3.0"), "half of the working days have gone"
    assert got.gap == Decimal("-1.0")
    assert got.items == (1, 2)
    assert got.awaited == (3,)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2022, 12, 31), "0"),
        (date(2023, 3, 30), "0"),
        (date(2023, 3, 31), "1.5"),
        (date(2023, 5, 1), "1.5"),
        (date(2023, 6, 30), "3"),
        (date(2023, 12, 30), "4.5"),
        (date(2023, 12, 31), "6"),
        (date(2025, 1, 1), "6"),
    ],
)
def test_by_quarters_a_quarter_counts_when_it_has_ended(today: date, expected: str):
    assert told(LANDED, today, pace="quarters").expected == Decimal(expected)


def test_a_firm_beyond_the_stage_counts_too_and_once():
    goal = Goal(id=1, indicator="市级及以上绿色制造示范企业", value=2, unit="家", mode="increase", when_op="each")
    marks = [
        Mark(item=1, stage="municipal", reached=date(2026, 2, 1)),
        Mark(item=1, stage="provincial", reached=date(2026, 8, 1)),
        Mark(item=2, stage="provincial", reached=date(2026, 3, 1)),
        Mark(item=3, stage="applied", reached=date(2026, 3, 1)),
    ]
    got = told(goal, date(2026, 9, 1), green=marks)
    assert got.reached == 2 and got.items == (1, 2)
    assert (got.first, got.last) == (date(2026, 1, 1), date(2026, 12, 31)), "a goal for each year counts in this one"


def test_a_firm_counts_once_though_two_registers_hold_it():
    got = told(
        SCALE,
        date(2023, 12, 31),
        scale_up=[
            Mark(item=1, stage="counted", reached=date(2023, 9, 1), who="甲铝业"),
            Mark(item=2, stage="counted", reached=date(2023, 5, 1), who="乙铝业"),
        ],
        project=[
            Mark(item=7, stage="counted", reached=date(2023, 8, 31), due=date(2023, 8, 31), who="甲铝业"),
            Mark(item=8, stage="full", reached=date(2023, 8, 31), who="丙铝业"),
        ],
    )
    assert got.counted == (("project", "counted"), ("scale-up", "counted"))
    assert got.reached == 2 and got.items == (2, 7), "full output does not mean that a firm is in the statistics"
    assert got.promised == 1


def test_a_total_needs_what_there_was_at_the_start():
    goal = Goal(id=1, indicator="铝规上企业", value=65, unit="家", when="2025", when_op="by", start=date(2023, 1, 1))
    assert told(goal, date(2024, 6, 28)).why is not None
    with_base = Goal(
        id=1, indicator="铝规上企业", value=65, unit="家", when="2025", when_op="by", start=date(2023, 1, 1), base=50
    )
    got = told(with_base, date(2024, 6, 28), scale_up=[Mark(item=1, stage="counted", reached=date(2023, 8, 1))])
    assert (got.first, got.last) == (date(2023, 1, 1), date(2025, 12, 31))
    assert [got.reached, got.promised] == [51, 50]
    assert Decimal(57) < got.expected < Decimal(58), "half of the way from 50 to 65"


def test_amounts_are_added_up_in_the_unit_of_the_goal():
    goal = Goal(id=1, indicator="招商到位资金", value=10, unit="亿元", when="2026", when_op="in")
    got = told(
        goal,
        date(2026, 12, 31),
        investment=[
            Mark(item=1, stage="signed", reached=date(2026, 3, 1), amount=12_500),
            Mark(item=1, stage="signed", reached=date(2026, 6, 1), amount=7_500),
            Mark(item=2, stage="signed", reached=date(2026, 6, 1)),
            Mark(item=3, stage="landed", reached=date(2026, 6, 1), amount=99),
        ],
    )
    assert (got.reached, got.items, got.unmeasured) == (Decimal(2), (1, 2), (2,))
    land = Goal(id=2, indicator="供地面积", value=2000, unit="亩", when="2026", when_op="in")
    assert told(
        land, date(2026, 12, 31), land=[Mark(item=1, stage="supplied", reached=date(2026, 2, 2), amount=690.5)]
    ).reached == Decimal("690.5")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"indicator": "铝产业产值"}, "没有登记这类事项的台账"),
        ({"unit": "%"}, "目标单位是“%”，台账按招商项目计数"),
        ({"unit": None}, "目标没有写明单位"),
        ({"mode": "growth_rate"}, "目标是增速或基数，不是户数或数量"),
        ({"mode": "baseline"}, "目标是增速或基数，不是户数或数量"),
        ({"op": "<="}, "目标是上限，没有序时进度"),
        ({"value": 0}, "目标值不是正数"),
        ({"value": float("nan")}, "目标值不是正数"),
        ({"value": float("inf")}, "目标值不是正数"),
        ({"when": None, "when_op": None}, "目标没有写明时间"),
        ({"when": "明年"}, "目标时间“明年”认不出"),
        ({"when": "2023-13"}, "目标时间“2023-13”认不出"),
        ({"when": "2022", "when_op": "by", "start": date(2023, 6, 1)}, "目标时间早于规划开始"),
        ({"indicator": "招商到位资金", "unit": "户"}, "目标单位“户”与台账“到位资金”的单位“万元”不能换算"),
        ({"indicator": "招商到位资金", "unit": "某单位"}, "目标单位“某单位”与台账“到位资金”的单位“万元”不能换算"),
    ],
)
def test_what_cannot_be_counted_says_why(change: dict, why: str):
    values = {"indicator": LANDED.indicator, "value": 6, "unit": "户", "when": "2023", "when_op": "in", **change}
    got = told(Goal(id="甲", **values), date(2023, 6, 30))
    assert not got.countable
    assert got.why is not None and got.why.zh == why and got.why.en
    assert got.value == 0 and got.reached == 0 and got.items == ()


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-Q3", date(2023, 7, 1), date(2023, 9, 30)),
        ("2023-06-09", date(2023, 6, 9), date(2023, 6, 9)),
    ],
)
def test_the_period_of_a_goal(when: str, first: date, last: date):
    assert period_of(Goal(id=1, indicator="x", value=1, when=when, when_op="in"), date(2023, 1, 1)) == (first, last)


@pytest.mark.parametrize(
    ("region", "indicator", "track", "stage"),
    [
        ("yanshan", "招引落地企业", "investment", "landed"),
        ("liaocheng", "省级以上创新平台", "platform", "provincial"),
        ("liaocheng", "市级及以上绿色制造示范企业", "green", "municipal"),
        ("liaocheng", "智能工厂和数字化车间", "smart", "workshop"),
        ("liaocheng", "高新技术企业", "high-tech", "granted"),
        ("guizhou", "“专精特新”企业", "specialised", "specialised"),
        ("baise", "自治区主席质量奖（含提名奖）", "brand", "granted"),
    ],
)
def test_the_goals_of_the_regions_find_their_register(root: Path, region: str, indicator: str, track: str, stage: str):
    goals = load_region(root / "data" / "regions" / f"{region}.yaml").goals
    assert indicator in {goal.indicator for goal in goals}
    found = counted_by(TRACKS, indicator)
    assert [(one.key, count.stage) for one, count in found] == [(track, stage)]


def test_outputs_and_meetings_are_not_counted_as_firms():
    for indicator in (
        "铝产业产值",
        "规模以上工业总产值",
        "招商引资活动",
        "调度招商引资工作",
        "铝水就地转化",
        "直接解决就业",
    ):
        assert counted_by(TRACKS, indicator) == (), indicator


DAYS = st.dates(date(2022, 1, 1), date(2026, 12, 31))


@given(st.lists(st.tuples(st.integers(1, 8), DAYS, st.none() | DAYS), max_size=20), DAYS, DAYS)
def test_what_is_there_never_falls_and_no_item_counts_twice(rows, one: date, two: date):
    marks = [landed(item, reached, due) for item, reached, due in rows]
    early, late = (told(LANDED, day, investment=marks) for day in sorted((one, two)))
    assert early.reached <= late.reached
    assert early.expected <= late.expected
    assert early.promised == late.promised
    for got in (early, late):
        assert got.reached == len(got.items) <= 8
        assert not set(got.items) & set(got.awaited)
        assert 0 <= got.expected <= got.value
        assert got.gap == got.reached - got.expected


@given(st.lists(st.tuples(st.integers(1, 8), DAYS), max_size=12), st.randoms())
def test_the_order_of_items_does_not_matter(rows, random):
    marks = [landed(item, reached) for item, reached in rows]
    shuffled = list(marks)
    random.shuffle(shuffled)
    today = date(2023, 12, 31)
    assert told(LANDED, today, investment=marks) == told(LANDED, today, investment=shuffled)


def test_many_goals_are_answered_in_their_order():
    goals = [LANDED, SCALE]
    got = tallies(goals, TRACKS, {"investment": iter([landed(1, date(2023, 1, 4))])}, CALENDAR, date(2023, 6, 1))
    assert [one.goal for one in got] == [1, 2]
    assert got[0].items == (1,)
    first, last = got[0].first, got[0].last
    assert first is not None and last is not None and last - first == timedelta(days=364)
