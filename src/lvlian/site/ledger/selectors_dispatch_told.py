"""A quarter as its page and its papers tell it: everything is read from the snapshot, the sealed one once there is one, so that no figure
moves after the seal. What a viewer may not read is left out afterwards (`Sight`)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

from lvlian.ledger.difference import difference
from lvlian.ledger.light import Reason
from lvlian.ledger.report import Counts, GoalLine, ItemLine, LightLine, UnitLine
from lvlian.ledger.saying import name, say, step_words
from lvlian.ledger.snapshot import About, Change, Row, Snapshot, read, unpack
from lvlian.site.frame import today
from lvlian.site.ledger.actions.sealing import snapshot_of
from lvlian.site.ledger.models import Dispatch, Item, Sealed, Supply
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_dispatch import whole
from lvlian.site.ledger.selectors_dispatch_goals import light_of
from lvlian.site.ledger.selectors_dispatch_owed import last_sealed
from lvlian.site.ledger.selectors_dispatch_rows import COMMERCIAL, by_table
from lvlian.site.org.access import Access, Held, scoped
from lvlian.site.org.chain import root_of
from lvlian.site.org.roles import ROLES

T = TypeVar("T")
KEPT = 24
_store: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()
ENDED = frozenset({"cancelled", "merged", "closed"})
COMPARED: Mapping[str, tuple[str, ...]] = {
    "items": ("stage", "branch"),
    "issues": ("stage", "branch"),
    "steps": ("due", "expected", "done", "why"),
    "supplies": ("amount", "due", "expected", "done", "why"),
    "goals": ("value", "reached"),
    "decisions": ("due", "done"),
    "demands": ("amount", "need_by"),
    "bookings": ("amount",),
}
"""What of a row is told when it changes; that a day came nearer or a light turned by itself is no change. The promises of an item are
rows of their own; a decision that became an item is told there."""


def as_office(access: Access, dispatch: Dispatch) -> Access:
    """The scope that a snapshot is made in: what the office of the region sees, whoever looks. What of it is shown is `Sight`'s."""
    region = dispatch.region
    return Access(user=access.user, held=(Held(ROLES["office"], region.pk, region.path),), region_id=region.pk)


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """What was made for this key; the root of the audit chain in it makes it hold until something is written."""
    with _lock:
        if key in _store:
            _store.move_to_end(key)
            return _store[key]  # type: ignore[no-any-return]
    made = make()
    with _lock:
        _store[key] = made
        while len(_store) > KEPT:
            _store.popitem(last=False)
    return made


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a snapshot a viewer sees: all items (None) or those named, supplies likewise, and whether figures of firms."""

    items: frozenset[int] | None
    supplies: frozenset[int] | None
    units: frozenset[str] | None
    commercial: bool

    def shows(self, table: str, key: str, unit: str) -> bool:
        if table in COMMERCIAL:
            return self.commercial and self.items is None
        if self.items is None or table == "goals":
            return True
        if table in ("items", "issues", "steps"):
            return int(key.partition(".")[0]) in self.items
        if table == "supplies":
            return self.supplies is not None and int(key) in self.supplies
        return self.units is not None and unit in self.units


def sight_of(access: Access, dispatch: Dispatch) -> Sight:
    """Two queries for somebody bound to a unit, none else."""
    commercial = all(
        {"commercial"} <= {str(one) for one in held.role.reads}
        for held in access.held
        if "dispatch.see" in held.role.may
    )
    if whole(access):
        return Sight(None, None, None, commercial)
    from lvlian.site.org.models import Unit

    mine = {held.unit_id for held in access.held if held.unit_id is not None}
    return Sight(
        frozenset(
            scoped(Item, access).filter(region__path__startswith=dispatch.region.path).values_list("pk", flat=True)
        ),
        frozenset(scoped(Supply, access).values_list("pk", flat=True)),
        frozenset(scoped(Unit, access).filter(pk__in=mine).values_list("name", flat=True)),
        False,
    )


@dataclass(frozen=True)
class Told:
    """A quarter: its snapshot (of now, before the seal), the one before it, the seal where there is one."""

    dispatch: Dispatch
    snapshot: Snapshot
    previous: Snapshot | None
    sealed: Sealed | None
    before: Sealed | None
    day: date
    """The day that reasons count to: that of the seal, or today."""

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        return by_table(self.snapshot.rows)

    @cached_property
    def all_changes(self) -> tuple[Change, ...]:
        """Since the snapshot before; nothing where there is none."""
        if self.previous is None:
            return ()
        found = difference(_comparable(self.previous), _comparable(self.snapshot))
        whole_items = {(one.kind, one.key) for one in found if one.table in ("items", "issues")}
        return tuple(
            one for one in found if not (one.table == "steps" and (one.kind, one.key.partition(".")[0]) in whole_items)
        )

    def changes(self, sight: Sight) -> list[Change]:
        return [one for one in self.all_changes if sight.shows(one.table, one.key, one.unit)]

    def lights(self, sight: Sight, language: str = "zh") -> list[LightLine]:
        """Late and warned items, the late ones first, then by how late."""
        lines = [
            _light(row, self.day, language)
            for row in self._items(sight)
            if row.values["light"] in ("bad", "warn") and row.values["branch"] not in ENDED
        ]
        return sorted(lines, key=lambda line: (line.light != "bad", -(line.late or 0)))

    def goals(self, language: str = "zh") -> list[GoalLine]:
        """What is counted first, the late ones at the head; what waits for the account after it."""
        office = "链长办" if language == "zh" else "the office"
        lines = [_goal(row, office, self.dispatch, language) for row in self.tables.get("goals", ())]
        return sorted(lines, key=lambda line: ("bad", "warn", "ok", "none").index(line.light))

    def units(self, sight: Sight) -> list[UnitLine]:
        out = []
        for row in self.tables.get("units", ()):
            if not sight.shows("units", row.key, row.unit):
                continue
            v = row.values
            left = v["owed"] - v["answered"]
            state = "已交" if not left else f"还差 {left}" if v["answered"] else "未交"
            out.append(
                UnitLine(unit=row.label, owed=v["owed"], answered=v["answered"], corrected=v["corrected"], minutes=v["minutes"], state=state)
            )  # fmt: skip
        return out

    def items(self, sight: Sight) -> list[ItemLine]:
        """The registers, by track."""
        out = []
        order = {key: place for place, key in enumerate(tracks())}
        for row in sorted(self._items(sight), key=lambda row: (order.get(row.values["track"], 99), int(row.key))):
            v, track = row.values, tracks().get(row.values["track"])
            stage = track.by_key[v["stage"]].name.zh if track and v["stage"] in track.by_key else v["stage"]
            if v["branch"] != "active":
                stage = f"{stage}（{name('branches', v['branch'])}）"
            reason = _reason(row, self.day, "zh") if v["light"] in ("bad", "warn") else ""
            out.append(
                ItemLine(track=track.name.zh if track else v["track"], title=row.label, unit=row.unit, stage=stage,
                         due=v["due"], expected=v["expected"], light=v["light"], note=reason)
            )  # fmt: skip
        return out

    def counts(self, sight: Sight) -> Counts:
        """Promises whose day lay up to the dispatch's: kept, late within what a track bears, later than that."""
        due = kept = warned = late = 0
        as_of = self.snapshot.about.as_of
        for row in self.tables.get("steps", ()):
            v = row.values
            if not v["due"] or date.fromisoformat(v["due"]) > as_of or v["branch"] in ("cancelled", "merged"):
                continue
            if not sight.shows("steps", row.key, row.unit):
                continue
            track = tracks().get(v["track"])
            due += 1
            if v["done"]:
                kept += 1
            elif (as_of - date.fromisoformat(v["due"])).days > (track.light.bad if track else 30):
                late += 1
            else:
                warned += 1
        return Counts(due=due, kept=kept, warned=warned, late=late, what="节点")

    def _items(self, sight: Sight) -> Iterable[Row]:
        for table in ("items", "issues"):
            for row in self.tables.get(table, ()):
                if sight.shows(table, row.key, row.unit):
                    yield row


def told_of(access: Access, dispatch: Dispatch) -> Told:
    """A quarter, from its seal or as it stands. Kept until something is written."""
    office = as_office(access, dispatch)
    sealed = scoped(Sealed, office).filter(dispatch=dispatch).defer("content").first()
    before = last_sealed(office, dispatch)
    previous = content_of(office, before) if before is not None else None
    if sealed is not None:
        snapshot = content_of(office, sealed)
        day = date.fromisoformat(snapshot.about.sealed_at[:10])
    else:
        day = today()
        snapshot = remembered(
            ("live", dispatch.pk, root_of(), day),
            lambda: snapshot_of(office, dispatch, before.hash if before else ""),
        )
    return remembered(
        ("told", dispatch.pk, snapshot.hash, before.hash if before else "", dispatch.revision, day),
        lambda: Told(dispatch, snapshot, previous, sealed, before, day),
    )


def content_of(access: Access, sealed: Sealed) -> Snapshot:
    """The snapshot of a seal, checked against its hash. Raises SnapshotError."""
    return remembered(("sealed", sealed.hash), lambda: read(bytes_of(access, sealed), sealed.hash))


def bytes_of(access: Access, sealed: Sealed) -> bytes:
    """The bytes that were sealed."""
    packed = scoped(Sealed, access).filter(pk=sealed.pk).values_list("content", flat=True).get()
    return unpack(bytes(packed))


def _comparable(snapshot: Snapshot) -> Snapshot:
    """The snapshot with what of its rows counts as a change, stages and states in words."""
    rows = tuple(
        replace(row, values=_worded(row))
        for row in snapshot.rows
        if row.table in COMPARED and not (row.table == "decisions" and row.values.get("item"))
    )
    about = snapshot.about
    return Snapshot(
        b"", "", About(region=about.region, quarter=about.quarter, as_of=about.as_of, sealed_at=about.sealed_at), rows
    )


def _worded(row: Row) -> dict[str, Any]:
    out = {key: row.values.get(key) for key in COMPARED[row.table] if key in row.values}
    if row.table in ("items", "issues"):
        track = tracks().get(row.values["track"])
        stage = str(out["stage"])
        if track is not None and stage in track.by_key:
            out["stage"] = track.by_key[stage].name.zh
        out["branch"] = name("branches", str(out["branch"]))
        for field in track.fields if track is not None else ():
            if field.asked:
                value = (row.values.get("data") or {}).get(field.key)
                out[f"{field.name.zh}，{field.unit}" if field.unit else field.name.zh] = value
    return out


def _reason(row: Row, day: date, language: str) -> str:
    track = tracks().get(row.values["track"])
    return ("；" if language == "zh" else "; ").join(
        say(Reason(code, values), day, language, track) for code, values in row.values["reasons"][:2]
    )


def _cause(row: Row, day: date, language: str) -> str:
    """The reasons without the days that a sentence of the notice tells by itself: of a moved date only why."""
    track = tracks().get(row.values["track"])
    told = []
    for code, values in row.values["reasons"][:3]:
        if code == "moved":
            told.append(str(values.get("why") or ""))
        elif code not in ("late", "late-report", "clock-out", "unassigned"):
            told.append(say(Reason(code, values), day, language, track))
    return ("；" if language == "zh" else "; ").join(one for one in told if one)


def _light(row: Row, day: date, language: str) -> LightLine:
    v, track = row.values, tracks().get(row.values["track"])
    code, values = (v["reasons"] or [["", {}]])[0]
    late = None
    promised = expected = None
    step = v["next"]
    if code in ("late", "late-report", "clock-out") and values.get("day"):
        promised = values["day"]
        late = (day - date.fromisoformat(promised)).days
        step = values.get("step") or step
    elif code == "moved":
        promised, expected, step = values.get("from"), values.get("to"), values.get("step") or step
    elif v["expected"]:
        late = (day - date.fromisoformat(v["expected"])).days
    group = name("factors", track.supplies, language) if track and track.supplies else ""
    return LightLine(
        light=v["light"], title=row.label, unit=row.unit, late=late, reason=_reason(row, day, language),
        cause=_cause(row, day, language),
        next_step=step_words(track, v["next"], language),
        next_day=v["expected"] if v["expected"] and date.fromisoformat(v["expected"]) >= day else None,
        track=(track.name.en if language == "en" else track.name.zh) if track else v["track"], step=step, promised=promised,
        expected=expected, group=group or (str(track.name) if track else ""), key=row.key,
    )  # fmt: skip


def _goal(row: Row, office: str, dispatch: Dispatch, language: str) -> GoalLine:
    v = row.values
    name_of = (
        v["indicator"]
        if not v["subject"] or v["subject"] == dispatch.region.name
        else f"{v['subject']} {v['indicator']}"
    )
    light = light_of(v)
    reached = v["reached"]
    why = ""
    account = v.get("account") or {}
    if account:
        why = _of_account(account, v["missing"], language)
    elif light == "none":
        waits = (
            f"核算待接入，由{office}接入链账"
            if language == "zh"
            else f"the account is not connected; {office} connects it"
        )
        why = f"{v['missing']}；{waits}" if v["missing"] and language == "zh" else waits
    elif light != "ok":
        even = f"{v['even']:g}"
        why = f"序时应有 {even}" if language == "zh" else f"{even} by an even pace"
        if v["awaited"]:
            why += f"，承诺未到 {v['awaited']} 项" if language == "zh" else f", {v['awaited']} promised and not there"
    day = dispatch.as_of
    return GoalLine(
        indicator=name_of, unit=v["measure"], promised=v["value"], reached=float(reached) if reached is not None else None,
        light=light, why=why, op=v["op"], period=f"{v['year']}年" if v["year"] else "",
        through=_through(account, day) if reached is not None and v["year"] == day.year else "", origin=v["when"],
        measured=bool(account) and reached is not None,
    )  # fmt: skip


def _of_account(account: Mapping[str, Any], missing: str, language: str) -> str:
    """What the account says beside its figure: as of which month, a range where the variant is open, what is missing. The reasons are
    told in the language in which the snapshot was made."""
    zh = language == "zh"
    if account["text"]:
        told = (
            f"核算 {account['text']}，{account['month']}"
            if zh
            else f"account {account['text']} as of {account['month']}"
        )
        if account["unfixed"]:
            told = f"口径未定，{told}" if zh else f"variant open, {told}"
        if not zh:
            return told
        return "；".join(part for part in (told, account["gap"], account["why"]) if part)
    return (missing or account["why"]) if zh else "missing in the account"


def _through(account: Mapping[str, Any], day: date) -> str:
    """Up to which month the figure reaches: 1—5月 where months are added up."""
    month = int(account["month"][5:]) if account.get("month") else day.month
    return f"{month}月" if account and account.get("months") == 1 else f"1—{month}月"
