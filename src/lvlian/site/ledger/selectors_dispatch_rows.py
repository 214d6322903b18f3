"""The rows that a quarter's snapshot holds: items, their promises, problems, factors, goals, decisions, what units answered.

A row is what is so, not how it is shown: days, keys, figures. What only a firm and those who account for the chain read stays out of
items; demands and bookings, which are theirs too, stand in tables of their own that pages show to nobody else (`COMMERCIAL`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from lvlian.ledger.snapshot import Row
from lvlian.ledger.track import Track
from lvlian.site.ledger.models import Ask, Booking, Decision, Demand, Dispatch, Item, Party, Step, Supply
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_dispatch_goals import goal_values
from lvlian.site.ledger.selectors_dispatch_owed import region_ids
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Unit

COMMERCIAL = frozenset({"demands", "bookings"})
"""Tables that only those who read firms' figures see."""
CHUNK = 5000


def rows_of(access: Access, dispatch: Dispatch) -> list[Row]:
    """Every row, as the ledger stands now."""
    regions = region_ids(access, dispatch.region)
    units = dict(scoped(Unit, access).values_list("pk", "name"))
    items, steps, labels = _items(access, regions, units)
    return [
        *items,
        *steps,
        *_supplies(access, regions, units),
        *_demands(access, regions, labels),
        *_bookings(access, regions),
        *_goals(access, dispatch),
        *_decisions(access, regions, units),
        *_units(access, dispatch, units),
    ]


def _items(
    access: Access, regions: Collection[int], units: Mapping[int, str]
) -> tuple[list[Row], list[Row], dict[int, str]]:
    """Items (problems in a table of their own) and their promises; titles by number."""
    parties: dict[int, list[str]] = defaultdict(list)
    involved = scoped(Party, access).filter(item__region__in=regions).exclude(part=Party.Part.SUPPORT)
    for item, unit in involved.order_by("item_id", "place", "pk").values_list("item_id", "unit_id").iterator(CHUNK):
        parties[item].append(units.get(unit, ""))
    promises: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    columns = ("item_id", "key", "stage", "title", "due", "expected", "why", "done", "given")
    found = scoped(Step, access).filter(item__region__in=regions).order_by("item_id", "place", "pk")
    for item, *rest in found.values_list(*columns).iterator(CHUNK):
        promises[item].append(tuple(rest))
    rows: list[Row] = []
    steps: list[Row] = []
    labels: dict[int, str] = {}
    registers = tracks()
    values = (
        "pk", "track", "title", "lead_id", "stage", "known", "branch", "level", "opened", "since", "ended", "reported", "data",
        "due", "expected", "next", "slip", "light", "reasons", "born", "simulated", "fact_id", "goal_id", "parent_id",
    )  # fmt: skip
    for one in scoped(Item, access).filter(region__in=regions).order_by("pk").values(*values).iterator(CHUNK):
        pk, title, track = one.pop("pk"), one.pop("title"), registers.get(one["track"])
        lead = units.get(one.pop("lead_id") or 0, "")
        all_units = parties.get(pk, [])
        unit = lead or (all_units[0] if all_units else "")
        one["units"] = all_units
        one["data"] = _open_data(track, one["data"] or {})
        table = "issues" if track is not None and track.group == "issues" else "items"
        rows.append(Row(table, str(pk), title, one, unit))
        labels[pk] = title
        for key, stage, words, due, expected, why, done, given in promises.get(pk, ()):
            name = words or (track.by_key[stage].name.zh if track is not None and stage in track.by_key else "")
            told = {
                "item": pk, "stage": stage, "title": name, "due": due, "expected": expected, "why": why, "done": done,
                "given": given, "track": one["track"], "branch": one["branch"],
            }  # fmt: skip
            steps.append(Row("steps", f"{pk}.{key}", f"{title} {name}".strip(), told, unit))
    return rows, steps, labels


def _open_data(track: Track | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an item that the administration reads; people's numbers and commercial figures stay out."""
    if track is None:
        return {}
    named = {one.key for one in track.fields if not one.commercial}
    return {key: value for key, value in data.items() if key in named}


def _supplies(access: Access, regions: Collection[int], units: Mapping[int, str]) -> Iterable[Row]:
    columns = ("pk", "factor", "title", "amount", "unit", "stock", "item_id", "owner_id", "promised", "expected", "why", "done", "until")  # fmt: skip
    for one in scoped(Supply, access).filter(region__in=regions).order_by("pk").values(*columns):
        owner = units.get(one.pop("owner_id") or 0, "")
        brought = one["item_id"] is not None
        told = {
            "factor": one["factor"], "amount": one["amount"], "measure": one["unit"], "stock": one["stock"],
            "item": one["item_id"], "until": one["until"], "why": "" if brought else one["why"],
        }  # fmt: skip
        if not brought:  # the days of one that an item brings are the item's, and stand there alone
            told |= {"due": one["promised"], "expected": one["expected"], "done": one["done"]}
        yield Row("supplies", str(one["pk"]), one["title"], told, owner)


def _demands(access: Access, regions: Collection[int], labels: Mapping[int, str]) -> Iterable[Row]:
    columns = ("pk", "factor", "item_id", "amount", "unit", "stage", "need_by", "until")
    rows = scoped(Demand, access).filter(region__in=regions).order_by("pk").values_list(*columns)
    for pk, factor, item, amount, unit, stage, need, until in rows:
        told = {"factor": factor, "item": item, "amount": amount, "measure": unit, "stage": stage, "need_by": need, "until": until}  # fmt: skip
        yield Row("demands", str(pk), labels.get(item, ""), told)


def _bookings(access: Access, regions: Collection[int]) -> Iterable[Row]:
    rows = scoped(Booking, access).filter(supply__region__in=regions).order_by("pk")
    for pk, supply, demand, amount, title in rows.values_list(
        "pk", "supply_id", "demand_id", "amount", "supply__title"
    ):
        yield Row("bookings", str(pk), title, {"supply": supply, "demand": demand, "amount": amount})


def _goals(access: Access, dispatch: Dispatch) -> Iterable[Row]:
    for goal, told in goal_values(access, dispatch):
        yield Row("goals", str(goal.pk), str(goal), told)


def _decisions(access: Access, regions: Collection[int], units: Mapping[int, str]) -> Iterable[Row]:
    """Decisions of all meetings so far with what became of them."""
    columns = ("pk", "text", "unit_id", "due", "becomes", "item_id", "item__branch", "item__ended", "dispatch__year", "dispatch__quarter")  # fmt: skip
    rows = scoped(Decision, access).filter(dispatch__region__in=regions).order_by("pk").values_list(*columns)
    for pk, text, unit, due, becomes, item, branch, ended, year, quarter in rows:
        told = {
            "quarter": f"{year}-Q{quarter}", "due": due, "done": ended if branch == "closed" else None, "becomes": becomes,
            "item": item,
        }  # fmt: skip
        yield Row("decisions", str(pk), text, told, units.get(unit or 0, ""))


def _units(access: Access, dispatch: Dispatch, units: Mapping[int, str]) -> Iterable[Row]:
    for pk, burden in burdens(scoped(Ask, access).filter(dispatch=dispatch)).items():
        told = {
            "owed": burden.owed, "answered": burden.answered, "corrected": burden.corrected, "missing": burden.missing,
            "minutes": burden.minutes,
        }  # fmt: skip
        yield Row("units", str(pk), units.get(pk, ""), told, units.get(pk, ""))


def burdens(asks: Any) -> dict[int, Any]:
    """What each unit was asked and answered, by its number. One query."""
    from django.db.models import Count, Q

    from lvlian.site.ledger.burden import Burden

    waiting, corrected = Q(state=Ask.State.WAITING), Q(state=Ask.State.CORRECTED)
    rows = asks.order_by("unit_id").values("unit_id").annotate(
        owed=Count("pk"), left=Count("pk", filter=waiting), mended=Count("pk", filter=corrected),
        missing=Count("pk", filter=Q(source="")),
    )  # fmt: skip
    return {
        row["unit_id"]: Burden(
            owed=row["owed"], answered=row["owed"] - row["left"], corrected=row["mended"], missing=row["missing"]
        )
        for row in rows
    }


def by_table(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows by their table."""
    out: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        out[row.table].append(row)
    return out
