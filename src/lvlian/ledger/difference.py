"""What has changed between two sealed snapshots, told in the order in which a meeting asks: promises broken, rows removed, changed, added.

A promise is a row with the fields `due` and `done`, days of which the second is empty as long as it is not kept. It is broken where `due`, as it was sealed last time or as
it stands now, came after the last seal's day and not after this one's, and `done` is still empty: also where a later day has been
`expected` since, and also where the row has gone, which is then both removed and broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from lvlian.ledger.snapshot import Change, Kind, Row, Snapshot

LABEL, UNIT = "#label", "#unit"
"""The names of fields that tell of a row's own label and unit; no field of a row begins so."""
DUE, DONE, EXPECTED, WHY = "due", "done", "expected", "why"
_PLACE: Mapping[Kind, int] = {"broken": 0, "removed": 1, "changed": 2, "added": 3}


def difference(
    old: Snapshot, new: Snapshot, labels: Mapping[str, str] | None = None, *, overdue: bool = False
) -> tuple[Change, ...]:
    """All changes from `old` to `new`; broken promises by days, the latest first, the rest by table and key.

    An added row has no values before, a removed one keeps its last. A field that a row lacks
    counts as None. `labels` are the words for fields (`table.field` or `field`) that take their names' place. With `overdue`, promises
    that were broken before the last seal and are still not kept are told among the broken too.
    """
    before = {(row.table, row.key): row for row in old.rows}
    after = {(row.table, row.key): row for row in new.rows}
    since = None if overdue else old.about.as_of
    out: list[Change] = []
    for place, row in after.items():
        was = before.get(place)
        if was is None:
            out.append(_change("added", row, _fields({}, row.values), labels))
        elif (was != row or _kinds(was) != _kinds(row)) and (fields := _changed(was, row)):
            out.append(_change("changed", row, fields, labels))
        out += _broken(was, row, since, new.about.as_of, labels)
    for place, was in before.items():
        if place not in after:
            out.append(_change("removed", was, _fields(was.values, {}), labels))
            out += _broken(was, None, since, new.about.as_of, labels)
    out.sort(key=lambda one: (_PLACE[one.kind], -one.days, one.table, one.key))
    return tuple(out)


def applied(rows: Iterable[Row], changes: Iterable[Change]) -> tuple[Row, ...]:
    """The rows after changes told without `labels`: those of the newer snapshot, by table and key. Raises KeyError for a change of a row that
    is not there. A difference that holds everything is one that can be applied."""
    kept = {(row.table, row.key): row for row in rows}
    for one in changes:
        place = (one.table, one.key)
        if one.kind == "removed":
            del kept[place]
        elif one.kind == "added":
            kept[place] = Row(one.table, one.key, one.label, {name: value for name, _, value in one.fields}, one.unit)
        elif one.kind == "changed":
            kept[place] = _patched(kept[place], one)
    return tuple(kept[place] for place in sorted(kept))


def _patched(row: Row, change: Change) -> Row:
    values = {**row.values, **{name: value for name, _, value in change.fields if name not in (LABEL, UNIT)}}
    return Row(row.table, row.key, change.label, values, change.unit)


def _change(
    kind: Kind,
    row: Row,
    fields: Iterable[tuple[str, Any, Any]],
    labels: Mapping[str, str] | None,
    why: str | None = None,
    days: int = 0,
) -> Change:
    if labels:
        fields = ((labels.get(f"{row.table}.{name}") or labels.get(name) or name, a, b) for name, a, b in fields)
    reason = row.values.get(WHY) if why is None else why
    return Change(kind, row.table, row.key, row.label, row.unit, tuple(fields), str(reason or ""), days)


def _kinds(row: Row) -> list[type]:
    """The types of a row's values: yes and 1 are equal to Python, and are not the same answer."""
    return [type(value) for value in row.values.values()]


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """The fields of which the two differ, by name."""
    out = []
    for name in sorted(old.keys() | new.keys()):
        one, other = old.get(name), new.get(name)
        if one != other or type(one) is not type(other):
            out.append((name, one, other))
    return out


def _changed(was: Row, row: Row) -> list[tuple[str, Any, Any]]:
    out: list[tuple[str, Any, Any]] = []
    if was.label != row.label:
        out.append((LABEL, was.label, row.label))
    if was.unit != row.unit:
        out.append((UNIT, was.unit, row.unit))
    return out + _fields(was.values, row.values)


def _broken(
    was: Row | None, row: Row | None, since: date | None, as_of: date, labels: Mapping[str, str] | None
) -> list[Change]:
    """The change that tells a broken promise, or nothing."""
    here = row or was
    if here is None:
        return []
    old = was.values if was is not None else {}
    new = row.values if row is not None else {}
    if DONE not in here.values or here.values[DONE]:
        return []
    days = [
        day
        for day in (_day(old.get(DUE)), _day(new.get(DUE)))
        if day is not None and day <= as_of and (since is None or day > since)
    ]
    if not days:
        return []
    due = min(days)
    expected = max(filter(None, (_day(here.values.get(EXPECTED)), _day(new.get(DUE)), as_of)))
    fields = [(name, old.get(name), new.get(name)) for name in (DUE, EXPECTED, DONE) if old.get(name) or new.get(name)]
    return [_change("broken", here, fields, labels, days=(expected - due).days)]


def _day(value: Any) -> date | None:
    """The day of an ISO date or time; None where it is none."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
