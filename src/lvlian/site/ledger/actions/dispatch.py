"""A quarter's dispatch until it is sealed: opened with what every unit owes, its dates, what units confirm and correct, reminders.

A correction is the item's own action (`items`): nothing is stored a second time. Whatever is reported by any door while a dispatch is
open answers what it was asked (`settle`), so that nobody tells a fact twice. Raise Untimely, the engine's Refused, Conflict,
PermissionDenied.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.ledger.item import Event
from lvlian.ledger.quarter import Quarter
from lvlian.ledger.track import ENDED, Field
from lvlian.site.frame import today
from lvlian.site.ledger import saying
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.book import Book
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.dispatch_rules import dates_of
from lvlian.site.ledger.models import Ask, Dispatch, Item, Step, Supply
from lvlian.site.ledger.registers import quarter_words, track_of
from lvlian.site.ledger.selectors_dispatch_owed import DAY, ROUND, STAGE, Owed, owed, told_by
from lvlian.site.org.access import Access
from lvlian.site.org.chain import Act, Conflict, changes_of, recording
from lvlian.site.org.models import Region, Unit

BATCH = 5000
OPEN = (Dispatch.State.PREFILL, Dispatch.State.CHECK)
"""Steps in which units answer; the seal closes their sheets."""
DATES = (
    "as_of", "check_from", "check_until", "seal_on", "meeting_at", "issue_on", "place", "chair", "office", "subject",
)  # fmt: skip


class Untimely(ValueError):
    """What cannot be done with a dispatch as it stands; `field` is the one at fault, where one is."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


# Opening -----------------------------------------------------------------------------------------------------------------
def open_dispatch(access: Access, region: Region, quarter: Quarter, **about: Any) -> Dispatch:
    """Opens a quarter's dispatch and prefills what every unit owes. `about` are dates and words that differ from the rule."""
    waiting = Dispatch.objects.filter(region=region, state__in=OPEN).first()
    if waiting is not None:
        raise Untimely(_("%(dispatch)s尚未封存，封存后再开下一季度。") % {"dispatch": waiting}, "quarter")
    if Dispatch.objects.filter(region=region, year=quarter.year, quarter=quarter.number).exists():
        raise Untimely(_("%(quarter)s已经开过。") % {"quarter": quarter_words(quarter)}, "quarter")
    if Dispatch.objects.filter(region=region).filter(_after(quarter)).exists():
        raise Untimely(_("已经开过更晚的季度，%(quarter)s不再开。") % {"quarter": quarter_words(quarter)}, "quarter")
    if quarter.first > today():
        raise Untimely(_("%(quarter)s还没有开始。") % {"quarter": quarter_words(quarter)}, "quarter")
    by_rule = dates_of(quarter, working_days())
    values: dict[str, Any] = {
        "as_of": by_rule.as_of, "check_from": by_rule.check_from, "check_until": by_rule.check_until,
        "seal_on": by_rule.seal_on, "meeting_at": timezone.make_aware(by_rule.meeting_at), "issue_on": by_rule.issue_on,
    }  # fmt: skip
    dispatch = Dispatch(
        region=region, year=quarter.year, quarter=quarter.number, state=Dispatch.State.CHECK, **{**values, **about}
    )
    with recording(access, "dispatch.open", region=region, subject=str(dispatch), permission="dispatch.run") as act:
        act.create(dispatch)
        _ask(act, dispatch, owed(access, dispatch).asks)
    return dispatch


def _after(quarter: Quarter) -> Q:
    return Q(year__gt=quarter.year) | Q(year=quarter.year, quarter__gt=quarter.number)


_COLUMNS = ("dispatch_id", "unit_id", "item_id", "supply_id", "field", "known", "source", "why", "state", "revision")


def _ask(act: Act, dispatch: Dispatch, rows: Sequence[Owed]) -> None:
    """Writes what is asked, tens of thousands at once: by the database's own means, since Django builds a statement of all their
    values."""
    values = (
        (dispatch.pk, row.unit, row.item, row.supply, row.field,
         None if row.known is None else json.dumps(row.known, ensure_ascii=False), row.source, "", str(Ask.State.WAITING), 1)
        for row in rows
    )  # fmt: skip
    table, names = Ask._meta.db_table, ", ".join(_COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for one in values:
                    copy.write_row(one)
        else:
            marks = ", ".join(["%s"] * len(_COLUMNS))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values))
    act.data["asks"] = len(rows)


def refill(access: Access, dispatch: Dispatch) -> tuple[int, int]:
    """Brings what is asked up to date: asks what is owed since, lets go what nobody owes any more. Answers stay. Returns how many
    were added and let go."""
    with recording(access, "dispatch.refill", row=dispatch, permission="dispatch.run") as act:
        held = _locked(dispatch)
        _still_open(held)
        wanted = {(row.item, row.supply, row.field): row for row in owed(access, held).asks}
        there = {(ask.item_id, ask.supply_id, ask.field): ask for ask in Ask.objects.filter(dispatch=held)}
        gone = [
            ask.pk
            for key, ask in there.items()
            if ask.state == Ask.State.WAITING and (key not in wanted or wanted[key].unit != ask.unit_id)
        ]
        kept = {key for key, ask in there.items() if ask.pk not in set(gone)}
        for start in range(0, len(gone), BATCH):
            Ask.objects.filter(pk__in=gone[start : start + BATCH]).delete()
        new = [row for key, row in wanted.items() if key not in kept]
        _ask(act, held, new)
        act.data["gone"] = len(gone)
        act.quiet = not new and not gone
    return len(new), len(gone)


def set_dates(access: Access, dispatch: Dispatch, revision: int, **values: Any) -> Dispatch:
    """Changes dates and words of the workspace. What the seal locks is not changed after it."""
    unknown = set(values) - set(DATES)
    assert not unknown, unknown
    if dispatch.state not in OPEN and values.get("as_of", dispatch.as_of) != dispatch.as_of:
        raise Untimely(_("已经封存，数据截至日不再改。"), "as_of")
    _in_order(values)
    with recording(access, "dispatch.edit", row=dispatch, permission="dispatch.run") as act:
        return act.update(dispatch, revision, **values)  # type: ignore[no-any-return]


def _in_order(values: Mapping[str, Any]) -> None:
    """Each step no earlier than the one before it."""
    names = ("check_from", "check_until", "seal_on", "meeting_at", "issue_on")
    before: date | None = None
    for name in names:
        value = values.get(name)
        if value is None:
            continue
        day = timezone.localtime(value).date() if hasattr(value, "hour") else value
        if before is not None and day < before:
            raise Untimely(_("不应早于上一步的 %(day)s。") % {"day": before.isoformat()}, name)
        before = day


def remind(access: Access, dispatch: Dispatch) -> list[Unit]:
    """Reminds the units that have not answered all: it stands in the to-do of whoever answers for them, and on their sheets."""
    with recording(access, "dispatch.remind", row=dispatch, permission="dispatch.run") as act:
        held = _locked(dispatch)
        _still_open(held)
        late = Ask.objects.filter(dispatch=held, state=Ask.State.WAITING).order_by().values("unit").distinct()
        units = list(Unit.objects.filter(pk__in=late).order_by("pk"))
        if units:
            day = today().isoformat()
            act.update(held, None, reminded={**held.reminded, **{str(unit.pk): day for unit in units}})
            act.data["units"] = [unit.name for unit in units]
        act.quiet = not units
    return units


def _locked(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.select_for_update(of=("self",)).select_related("region").get(pk=dispatch.pk)


def _still_open(dispatch: Dispatch) -> None:
    if dispatch.state not in OPEN:
        raise Untimely(_("%(dispatch)s已经封存，不再核对。") % {"dispatch": dispatch})


# Answers -----------------------------------------------------------------------------------------------------------------
def past(ask: Ask, day: date) -> bool:
    """Whether what is prefilled is a day that is over: it cannot be confirmed, only kept or moved."""
    dated = ask.field.startswith("step:") or ask.field == DAY
    return dated and isinstance(ask.known, str) and ask.known < day.isoformat()


def confirmable(ask: Ask, day: date) -> bool:
    """Whether it may be right as it is prefilled."""
    if ask.field == ROUND:
        return True
    return ask.known not in (None, "") and not past(ask, day)


def confirm(
    access: Access, dispatch: Dispatch, unit: Unit, asks: Sequence[int] | None = None, *, day: date | None = None
) -> int:
    """Confirms what is prefilled right: the facts named, or all of the unit's that may be right (without routines, of which
    somebody has to say that they were done). Returns how many; what was answered meanwhile is left as it is. `day` is for quarters
    that are invented."""
    day = day or today()
    rows = Ask.objects.filter(dispatch=dispatch, unit=unit, state=Ask.State.WAITING)
    rows = rows.exclude(field=ROUND) if asks is None else rows.filter(pk__in=asks)
    first = Ask(dispatch=dispatch, unit=unit)
    with recording(
        access, "dispatch.confirm", row=first, permission="dispatch.answer", subject=f"{dispatch} {unit}"
    ) as act:
        _still_open(_locked(dispatch))
        chosen = [ask for ask in rows.select_for_update() if confirmable(ask, day)]
        _report(act, chosen, day)
        for ask in chosen:
            _answered(ask, ask.known if ask.field != ROUND else day.isoformat(), Ask.State.CONFIRMED, access, "")
        _write(chosen)
        act.data["asks"] = len(chosen)
        act.quiet = not chosen
    return len(chosen)


def _report(act: Act, asks: Iterable[Ask], day: date) -> None:
    """One event for each item: that the facts named stand as they are shown."""
    told: dict[int, list[str]] = defaultdict(list)
    for ask in asks:
        if ask.item_id is not None:
            told[ask.item_id].append(ask.field)
    if not told:
        return
    held = list(Item.objects.select_for_update(of=("self",)).select_related("region").filter(pk__in=told))
    book = Book(act, day)
    book.take(held)
    for item in held:
        if item.branch in ENDED:
            continue
        data: dict[str, Any] = {"note": "", "fields": told[item.pk]}
        if STAGE in told[item.pk]:
            data["stage"] = item.stage
        book.happen(item, Event("report", day, data))
    book.write()


def correct(access: Access, ask: Ask, revision: int, value: Any, why: str = "", *, done: date | None = None) -> Ask:
    """Says what a fact is instead: a stage's key, a day (or the day on which the promise was kept, `done`), a field's value. It is the
    item's own action; the ask follows it."""
    held = Ask.objects.select_related("dispatch__region", "unit", "item__region", "supply__region").get(pk=ask.pk)
    _still_open(held.dispatch)
    access.need("dispatch.answer", held)
    if held.revision != revision:
        raise Conflict(held, changes_of(held, since=revision))
    why = " ".join(why.split())
    if held.supply is not None:
        _correct_supply(access, held.supply, value, why, done)
    elif held.item is not None:
        _correct_item(access, held, held.item, value, why, done)
    held.refresh_from_db()
    return held


def _correct_item(access: Access, ask: Ask, item: Item, value: Any, why: str, done: date | None) -> None:
    track = track_of(item.track)
    if ask.field == STAGE:
        if value not in track.by_key:
            raise Untimely(_("此台账没有这个阶段。"), "value")
        if value == item.stage:
            raise Untimely(_("与预填相同，请直接确认。"), "value")
        if not why:
            raise Untimely(_("请写理由或依据，如批文号、日期。"), "why")
        if track.order[value] > track.order[item.stage]:
            items.enter(access, item, None, value, note=why)
        else:
            items.send_back(access, item, None, value, why, correction=True)
    elif ask.field.startswith("step:"):
        key = ask.field.removeprefix("step:")
        there = Step.objects.filter(item=item, key=key).exists()
        if done is not None and there:
            items.finish(access, item, None, key, done)
        elif done is not None:
            raise Untimely(_("这一节点还没有承诺过日期，请先填日期。"), "done")
        elif value is None:
            raise Untimely(_("请填新的日期，或完成日期。"), "value")
        elif value == ask.known or (isinstance(value, date) and value.isoformat() == ask.known):
            raise Untimely(_("与预填相同，请直接确认。"), "value")
        elif there:
            items.move(access, item, None, key, value, why or ("" if ask.known else _("补报日期")))
        else:
            items.promise(access, item, None, key, value)
    elif ask.field == ROUND:
        raise Untimely(_("本期办过的请点确认；没有办的留着不核。"), "value")
    else:
        named = track.field(ask.field)
        if named is None or value in (None, ""):
            raise Untimely(_("请填是多少。"), "value")
        if value == ask.known:
            raise Untimely(_("与预填相同，请直接确认。"), "value")
        if ask.known not in (None, "") and not why:
            raise Untimely(_("更正请写理由。"), "why")
        event = Event("amend", today(), {"values": {ask.field: value}})
        items.happen(access, item, None, "item.amend", event, reason=why)


def _correct_supply(access: Access, supply: Supply, value: Any, why: str, done: date | None) -> None:
    from lvlian.site.ledger.actions import factors

    try:
        if done is not None:
            factors.finish_supply(access, supply, None, done)
        elif value is None:
            raise Untimely(_("请填新的日期，或到位日期。"), "value")
        else:
            known = supply.promised or supply.expected
            factors.move_supply(access, supply, None, value, why or ("" if known else _("补报日期")))
    except factors.Refused as refused:
        raise Untimely(str(refused), "value" if refused.field == "expected" else refused.field) from None


def value_of(field: Field, text: str) -> Any:
    """What somebody typed for a field of a track, as it is stored. Raises Untimely."""
    text = text.strip()
    if field.kind == "number":
        try:
            number = float(text.replace(",", "").replace("，", ""))
        except ValueError:
            raise Untimely(_("写的是“%(text)s”，应为一个数。") % {"text": text[:40]}, "value") from None
        if number != number or number in (float("inf"), float("-inf")):
            raise Untimely(_("写的是“%(text)s”，应为一个数。") % {"text": text[:40]}, "value")
        return int(number) if number.is_integer() else number
    if field.kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise Untimely(_("写的是“%(text)s”，应为日期，如 2023-10-25。") % {"text": text[:40]}, "value") from None
    if field.kind == "yes":
        if text not in ("是", "否", "yes", "no"):
            raise Untimely(_("写的是“%(text)s”，应为是或否。") % {"text": text[:40]}, "value")
        return text in ("是", "yes")
    if field.kind == "choice":
        for key, words in field.choices:
            if text in (key, words.zh, words.en):
                return key
        raise Untimely(
            _("写的是“%(text)s”，应为%(all)s之一。")
            % {"text": text[:40], "all": _("、").join(saying.words(words) for _key, words in field.choices)},
            "value",
        )
    return text[:200]


# What is reported by any door answers what was asked ------------------------------------------------------------------------
def settle(act: Act) -> None:
    """Called at the end of every recorded action: marks as answered what it told. One query where nobody is asked."""
    told: dict[int, set[str]] = defaultdict(set)
    supplies = set()
    for row in act.rows:
        if row.model == "item" and row.before.keys() | row.after.keys():
            for kind, data in row.after.get("events") or ():
                told[row.object_id] |= told_by(kind, data)
            if row.after.get("branch") in ENDED:
                told[row.object_id].add("ended")
        elif row.model == "supply" and {"promised", "expected", "done"} & set(row.after):
            supplies.add(row.object_id)
    told = {item: facts for item, facts in told.items() if facts}
    if (not told and not supplies) or act.action == "dispatch.confirm":
        return
    open_asks = Ask.objects.filter(dispatch__state__in=OPEN)
    if not open_asks.exists():
        return
    about = Q(supply__in=supplies)
    ids = list(told)
    changed: list[Ask] = []
    for start in range(0, max(len(ids), 1), BATCH):
        rows = open_asks.filter(about | Q(item__in=ids[start : start + BATCH])).select_related("item", "supply")
        for ask in rows:
            if _follows(act, ask, told):
                changed.append(ask)
        about = Q(pk__in=[])
    _write(changed)


def _follows(act: Act, ask: Ask, told: Mapping[int, set[str]]) -> bool:
    """Whether an ask is answered by what was told; then it says what the answer is."""
    facts = told.get(ask.item_id or 0, set())
    name = ask.field if ask.field in (STAGE, ROUND, DAY) or ask.field.startswith("step:") else f"field:{ask.field}"
    day = today()
    if ask.supply is not None:
        now: Any = _day(ask.supply.done) or _day(ask.supply.expected) or _day(ask.supply.promised)
        now = {"done": now} if ask.supply.done else now
    elif ask.item is None:
        return False
    elif "ended" in facts:
        now = ask.item.branch
    elif name in facts:
        now = _now(ask, ask.item, day)
    elif "*" in facts and confirmable(ask, day) and ask.state == Ask.State.WAITING and not name.startswith("field:"):
        now = ask.known if ask.field != ROUND else day.isoformat()
    else:
        return False
    same = now == ask.known or ask.field == ROUND
    state = Ask.State.CONFIRMED if same else Ask.State.CORRECTED
    if now is None or (ask.state, ask.answer) == (state, now):
        return False
    _answered(ask, now, state, act.access, act.reason)
    return True


def _now(ask: Ask, item: Item, day: date) -> Any:
    """What a fact is now."""
    if ask.field == STAGE:
        return item.stage if item.branch in ("active", "closed") else item.branch
    if ask.field == ROUND:
        return day.isoformat()
    if ask.field.startswith("step:"):
        step = Step.objects.filter(item=item, key=ask.field.removeprefix("step:")).first()
        if step is None:
            return None
        return {"done": step.done.isoformat()} if step.done else _day(step.expected or step.due)
    return item.data.get(ask.field)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _answered(ask: Ask, answer: Any, state: str, access: Access, why: str) -> None:
    ask.answer, ask.state, ask.why = answer, state, why[:300]
    ask.answered_by, ask.answered_at = access.user, timezone.now()
    ask.revision += 1


def _write(asks: Sequence[Ask]) -> None:
    fields = ["answer", "state", "why", "answered_by", "answered_at", "revision"]
    Ask.objects.bulk_update(asks, fields, batch_size=500)
