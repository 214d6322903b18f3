"""What changed between two seals: nothing left out, broken promises first, and quickly found."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lvlian.ledger.difference import LABEL, UNIT, applied, difference
from lvlian.ledger.snapshot import About, Change, Row, Snapshot, seal

JUNE, SEPTEMBER = date(2023, 6, 30), date(2023, 9, 30)


def sealed(*rows: Row, as_of: date = JUNE) -> Snapshot:
    return seal(rows, About(region="示例县", quarter="2023-Q2", as_of=as_of, sealed_at=f"{as_of}T18:00:00+08:00"))


def promise(
    due: str | None, done: str | None = None, expected: str | None = None, why: str = "", key: str = "1"
) -> Row:
    return Row(
        "items", key, "第二批次用地", {"due": due, "done": done, "expected": expected, "why": why}, "县自然资源局"
    )


def told(old: tuple[Row, ...], new: tuple[Row, ...], **options: Any) -> list[Change]:
    return list(difference(sealed(*old), sealed(*new, as_of=SEPTEMBER), **options))


def test_a_row_that_changes_tells_only_the_fields_that_differ() -> None:
    [change] = told((Row("goals", "1", "产值", {"a": 1, "b": "x"}),), (Row("goals", "1", "产值", {"a": 2, "b": "x"}),))
    assert (change.kind, change.label, change.fields) == ("changed", "产值", (("a", 1, 2),))


def test_a_new_name_or_another_unit_is_a_change() -> None:
    [change] = told((Row("goals", "1", "产值", {}, "甲局"),), (Row("goals", "1", "总产值", {}, "乙局"),))
    assert change.fields == ((LABEL, "产值", "总产值"), (UNIT, "甲局", "乙局"))
    assert (change.label, change.unit) == ("总产值", "乙局")


def test_a_removed_row_keeps_its_old_values() -> None:
    [change] = told((Row("goals", "1", "产值", {"a": 1, "b": "x"}, "甲局"),), ())
    assert (change.kind, change.unit, change.fields) == ("removed", "甲局", (("a", 1, None), ("b", "x", None)))


def test_yes_is_not_one_and_nothing_is_not_zero() -> None:
    old, new = Row("t", "1", "", {"a": True, "b": None}), Row("t", "1", "", {"a": 1, "b": 0})
    assert told((old,), (new,))[0].fields == (("a", True, 1), ("b", None, 0))
    assert told((Row("t", "1", "", {"b": None}),), (Row("t", "1", "", {}),)) == []


def test_fields_are_told_in_the_callers_words() -> None:
    old, new = promise("2024-01-01"), promise("2024-02-01")
    [change] = told((old,), (new,), labels={"due": "到期日", "items.due": "应办结日"})
    assert change.fields == (("应办结日", "2024-01-01", "2024-02-01"),)


def test_a_promise_whose_day_passed_is_broken() -> None:
    [change] = told((promise("2023-08-31"),), (promise("2023-08-31"),))
    assert (change.kind, change.days, change.fields) == ("broken", 30, (("due", "2023-08-31", "2023-08-31"),))


def test_a_promise_that_was_put_off_is_broken_and_changed() -> None:
    new = promise("2023-08-31", expected="2023-10-31", why="组件未到")
    broken, changed = told((promise("2023-08-31"),), (new,))
    assert (broken.kind, broken.days, broken.why) == ("broken", 61, "组件未到")
    assert (changed.kind, changed.why) == ("changed", "组件未到")


def test_moving_the_day_of_the_promise_itself_does_not_hide_that_it_was_broken() -> None:
    broken, changed = told((promise("2023-08-31"),), (promise("2023-12-31"),))
    assert (broken.kind, broken.days, changed.kind) == ("broken", 122, "changed")
    broken, changed = told((promise("2023-12-31"),), (promise("2023-09-01"),))
    assert (broken.kind, broken.days) == ("broken", 29)


def test_a_promise_removed_after_its_day_is_removed_and_broken() -> None:
    assert [one.kind for one in told((promise("2023-08-31"),), ())] == ["broken", "removed"]
    assert [one.kind for one in told((promise("2023-12-31"),), ())] == ["removed"]
    assert [one.kind for one in told((promise("2023-08-31", done="2023-06-01"),), ())] == ["removed"]


def test_what_was_kept_lies_ahead_or_was_broken_before_is_not_told_as_broken() -> None:
    for row in (promise("2023-08-31", done="2023-08-30"), promise("2023-10-01"), promise("2023-06-30"), promise(None)):
        assert told((row,), (row,)) == []
    assert [one.days for one in told((promise("2023-06-30"),), (promise("2023-06-30"),), overdue=True)] == [92]
    assert told((Row("goals", "1", "", {"due": "2023-08-31"}),), (Row("goals", "1", "", {"due": "2023-08-31"}),)) == []


def test_the_last_day_of_the_quarter_belongs_to_it() -> None:
    assert [one.kind for one in told((), (promise("2023-09-30"),))] == ["broken", "added"]


def test_what_matters_comes_first() -> None:
    old = (
        promise("2023-08-31", key="1"),
        promise("2023-07-31", key="2"),
        Row("t", "3", "", {}),
        Row("t", "4", "", {"a": 1}),
    )
    new = (
        promise("2023-08-31", key="1"),
        promise("2023-07-31", key="2"),
        Row("t", "4", "", {"a": 2}),
        Row("t", "5", "", {}),
    )
    assert [(one.kind, one.key) for one in told(old, new)] == [
        ("broken", "2"),
        ("broken", "1"),
        ("removed", "3"),
        ("changed", "4"),
        ("added", "5"),
    ]


scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-3, 3) | st.text('甲乙a"\\', max_size=3)
days = st.none() | st.dates(date(2023, 5, 1), date(2023, 11, 1))
values = st.dictionaries(st.sampled_from("abcd"), scalars, max_size=4) | st.fixed_dictionaries(
    {"due": days, "done": days, "expected": days}
)
tables = st.dictionaries(
    st.tuples(st.sampled_from(["items", "goals"]), st.sampled_from("123456")),
    st.tuples(st.sampled_from(["甲", "乙"]), values, st.sampled_from(["", "丙局"])),
    max_size=8,
).map(
    lambda found: tuple(Row(table, key, label, fields, unit) for (table, key), (label, fields, unit) in found.items())
)


def plain(rows: tuple[Row, ...]) -> list[tuple[Any, ...]]:
    return [
        (row.table, row.key, row.label, row.unit, {name: repr(v) for name, v in row.values.items() if v is not None})
        for row in rows
    ]


@given(tables)
def test_nothing_differs_from_itself(rows: tuple[Row, ...]) -> None:
    assert difference(sealed(*rows), sealed(*rows)) == ()


@given(tables, tables)
def test_a_difference_holds_everything(old: tuple[Row, ...], new: tuple[Row, ...]) -> None:
    one, other = sealed(*old), sealed(*new, as_of=SEPTEMBER)
    assert plain(applied(one.rows, difference(one, other))) == plain(other.rows)


@given(tables, tables)
def test_a_difference_is_mirrored(old: tuple[Row, ...], new: tuple[Row, ...]) -> None:
    def facts(changes: tuple[Change, ...], turned: bool) -> set[Any]:
        names = {"added": "removed", "removed": "added", "changed": "changed"}
        return {
            (
                names[one.kind] if turned else one.kind,
                one.table,
                one.key,
                *((name, repr(b), repr(a)) if turned else (name, repr(a), repr(b)) for name, a, b in one.fields),
            )
            for one in changes
            if one.kind != "broken"
        }

    one, other = sealed(*old), sealed(*new)
    assert facts(difference(one, other), False) == facts(difference(other, one), True)


@given(tables, tables, st.randoms())
def test_the_order_of_rows_does_not_count(old: tuple[Row, ...], new: tuple[Row, ...], chance: Any) -> None:
    mixed = list(new)
    chance.shuffle(mixed)
    one = sealed(*old)
    assert difference(one, sealed(*new, as_of=SEPTEMBER)) == difference(one, sealed(*mixed, as_of=SEPTEMBER))


@given(tables, tables)
def test_the_broken_are_those_whose_day_passed_unkept(old: tuple[Row, ...], new: tuple[Row, ...]) -> None:
    one, other = sealed(*old), sealed(*new, as_of=SEPTEMBER)
    broken = {(change.table, change.key) for change in difference(one, other) if change.kind == "broken"}
    before, after = ({(row.table, row.key): row.values for row in side.rows} for side in (one, other))
    wanted = set()
    for key in before.keys() | after.keys():
        here = after.get(key, before.get(key, {}))
        due = [side[key].get("due") for side in (before, after) if key in side]
        if "done" in here and not here["done"] and any(day and str(JUNE) < day <= str(SEPTEMBER) for day in due):
            wanted.add(key)
    assert broken == wanted
