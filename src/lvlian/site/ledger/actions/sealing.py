"""From the seal on: the snapshot that nobody changes any more, the meeting, its decisions, the notice that goes out.

The seal writes the rows of every table with their hash and the root of the audit chain; a trigger of the database refuses to change or
delete them. Raise Untimely, SnapshotError, Conflict, PermissionDenied."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.ledger.quarter import Quarter
from lvlian.ledger.snapshot import About, Snapshot, pack, seal
from lvlian.site.frame import today
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.dispatch import OPEN, Untimely
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.models import Decision, Dispatch, Item, Sealed
from lvlian.site.ledger.selectors_dispatch_owed import last_sealed
from lvlian.site.ledger.selectors_dispatch_rows import rows_of
from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording, root_of
from lvlian.site.org.models import Unit

BECOMES = ("supervision", "issue", "duty")
"""督办, 问题, 台账: the registers that a decision may go to."""


def moment() -> datetime:
    """Now; on the day that the settings fix, where they fix one."""
    now, day = timezone.localtime(), today()
    return now if now.date() == day else now.replace(year=day.year, month=day.month, day=day.day)


def snapshot_of(access: Access, dispatch: Dispatch, previous: str = "", at: datetime | None = None) -> Snapshot:
    """The snapshot of a dispatch as it stands now, sealed or not."""
    about = About(
        region=dispatch.region.code, quarter=str(Quarter(dispatch.year, dispatch.quarter)), as_of=dispatch.as_of,
        sealed_at=(at or moment()).isoformat(timespec="seconds"), previous=previous,
    )  # fmt: skip
    return seal(rows_of(access, dispatch), about)


def seal_dispatch(
    access: Access, dispatch: Dispatch, revision: int | None = None, *, at: datetime | None = None
) -> Sealed:
    """Seals a quarter: once, when its day has come. The sheets of the units are closed. `at` is for quarters that are invented."""
    at = at or moment()
    if at.date() == today():
        fresh(today())
    with recording(access, "dispatch.seal", row=dispatch, permission="dispatch.run") as act:
        held = Dispatch.objects.select_for_update(of=("self",)).select_related("region").get(pk=dispatch.pk)
        if held.state not in OPEN or Sealed.objects.filter(dispatch=held).exists():
            raise Untimely(_("%(dispatch)s已经封存，不能再封。") % {"dispatch": held})
        if held.as_of > today():
            raise Untimely(
                _("数据截至 %(day)s，当日起才能封存；要提前封存，先改数据截至日。") % {"day": held.as_of.isoformat()},
                "as_of",
            )
        before = last_sealed(access, held)
        snapshot = snapshot_of(access, held, before.hash if before else "", at)
        root = root_of()
        row = Sealed(
            dispatch=held, hash=snapshot.hash, content=pack(snapshot.content), rows=len(snapshot.rows),
            previous=before.hash if before else "", root=root[1] if root else "", user=access.user, at=at,
        )  # fmt: skip
        act.update(held, revision, state=Dispatch.State.SEALED)
        act.create(row)
        act.data.update(sha256=snapshot.hash, rows=row.rows, root=row.root)
    return row


# The meeting -------------------------------------------------------------------------------------------------------------
def meet(access: Access, dispatch: Dispatch, revision: int, **about: Any) -> Dispatch:
    """Says that the meeting was held: who chaired, who was there, what was heard."""
    if dispatch.state in OPEN:
        raise Untimely(_("尚未封存；封存快照后再会商。"))
    state = Dispatch.State.MET if dispatch.state == Dispatch.State.SEALED else dispatch.state
    with recording(access, "dispatch.meet", row=dispatch, permission="dispatch.run") as act:
        return act.update(dispatch, revision, state=state, **about)  # type: ignore[no-any-return]


def decide(
    access: Access,
    dispatch: Dispatch,
    text: str,
    unit: Unit | None,
    due: date | None,
    becomes: str = "supervision",
    about: Item | None = None,
) -> Decision:
    """Adds a decision, also before the meeting as one that is wanted."""
    text = " ".join(text.split())
    if not text:
        raise Untimely(_("请写决定什么。"), "text")
    if becomes not in BECOMES:
        raise Untimely(_("转为督办、问题或台账之一。"), "becomes")
    _not_issued(dispatch)
    with recording(access, "dispatch.decide", row=dispatch, permission="dispatch.run", subject=text) as act:
        Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk)
        last = Decision.objects.filter(dispatch=dispatch).aggregate(n=Max("number"))["n"] or 0
        row = Decision(
            dispatch=dispatch, number=last + 1, text=text[:500], unit=unit, due=due, becomes=becomes, about=about
        )  # fmt: skip
        return act.create(row)  # type: ignore[no-any-return]


def change_decision(access: Access, decision: Decision, revision: int, **values: Any) -> Decision:
    """Changes a decision that has not become an item yet; later the item is changed."""
    _no_item(decision)
    _not_issued(decision.dispatch)
    if not " ".join(str(values.get("text", decision.text)).split()):
        raise Untimely(_("请写决定什么。"), "text")
    if values.get("becomes", decision.becomes) not in BECOMES:
        raise Untimely(_("转为督办、问题或台账之一。"), "becomes")
    with recording(
        access, "dispatch.redecide", row=decision.dispatch, permission="dispatch.run", subject=decision.text
    ) as act:
        return act.update(decision, revision, **values)  # type: ignore[no-any-return]


def drop_decision(access: Access, decision: Decision) -> None:
    """Takes a decision away that has not become an item."""
    _no_item(decision)
    _not_issued(decision.dispatch)
    with recording(
        access, "dispatch.undecide", row=decision.dispatch, permission="dispatch.run", subject=decision.text
    ) as act:
        act.delete(decision)


def _no_item(decision: Decision) -> None:
    if decision.item_id is not None:
        raise Untimely(_("已转为台账事项，请在事项里改。"))


def _not_issued(dispatch: Dispatch) -> None:
    if dispatch.state == Dispatch.State.ISSUED:
        raise Untimely(_("通报已经印发，决定不再增减。"))


def convert(access: Access, dispatch: Dispatch) -> list[Item]:
    """Turns every decision that is none yet into an item of its register, linked back."""
    if dispatch.state in OPEN:
        raise Untimely(_("尚未封存；会商后再转任务。"))
    made: list[Item] = []
    with recording(access, "dispatch.convert", row=dispatch, permission="dispatch.run") as act:
        held = Dispatch.objects.select_for_update(of=("self",)).select_related("region").get(pk=dispatch.pk)
        rows = (
            Decision.objects.filter(dispatch=held, item__isnull=True).select_related("unit", "about").order_by("number")
        )
        for decision in rows:
            item = _item_of(access, held, decision)
            decision.refresh_from_db()
            if decision.item_id != item.pk:
                act.update(decision, None, item=item)
            made.append(item)
        if made and held.state in (Dispatch.State.SEALED, Dispatch.State.MET):
            act.update(held, None, state=Dispatch.State.DECIDED)
        act.data["items"] = len(made)
        act.quiet = not made
    return made


def _item_of(access: Access, dispatch: Dispatch, decision: Decision) -> Item:
    from lvlian.site.ledger.actions.supervision import Task, put_on_list

    if decision.becomes == "supervision":
        task = Task(
            title=decision.text, task=decision.text, origin=_("%(dispatch)s决定第 %(n)d 条") % {"dispatch": dispatch, "n": decision.number},
            due=decision.due, about=decision.about, decision=decision, simulated=dispatch.simulated,
        )  # fmt: skip
        return put_on_list(access, dispatch.region, task, decision.unit)
    unit = decision.unit
    return items.open_item(
        access, dispatch.region, decision.becomes, decision.text, permission="dispatch.run", lead=unit,
        units=[unit] if unit else [], due=decision.due, born="decision", parent=decision.about,
        simulated=dispatch.simulated, data={"channel": "meeting"} if decision.becomes == "issue" else {},
    )  # fmt: skip


# The notice --------------------------------------------------------------------------------------------------------------
def issue(access: Access, dispatch: Dispatch, revision: int, number: str = "", day: date | None = None) -> Dispatch:
    """Says that the notice went out: with that the papers are no drafts any more."""
    if dispatch.state in OPEN:
        raise Untimely(_("尚未封存；通报的数以封存快照为准，封存后再印发。"))
    if dispatch.state == Dispatch.State.ISSUED:
        raise Untimely(_("已于 %(day)s 印发。") % {"day": dispatch.issue_on})
    day = day or today()
    if day > today():
        raise Untimely(_("印发日不能晚于今天 %(day)s。") % {"day": today().isoformat()}, "issue_on")
    with recording(access, "dispatch.issue", row=dispatch, permission="dispatch.run") as act:
        return act.update(  # type: ignore[no-any-return]
            dispatch, revision, state=Dispatch.State.ISSUED, number=number.strip()[:60], issue_on=day
        )
