"""What is done about a problem: reported in a minute, taken by whose duty it is, handed over, handled, answered, rated by whoever
asked, sent back where the answer does not satisfy, closed. Clocks and levels are the track's; everything is an event of the item.

Raises Refused (the engine's, with its sentence), Conflict, PermissionDenied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied

from lvlian.ledger.item import Event, Refused, advance
from lvlian.ledger.track import Track
from lvlian.site.frame import today
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.book import Book, state_of
from lvlian.site.ledger.actions.issue_route import first_takers, issuer_of
from lvlian.site.ledger.models import Evidence, Item
from lvlian.site.ledger.registers import of_group, track_of
from lvlian.site.org.access import Access
from lvlian.site.org.chain import Act, recording
from lvlian.site.org.models import Firm, Region, StoredFile, Unit, User
from lvlian.site.plans.models import Finding

LONGEST = 120
"""Characters of the one sentence."""
MOST_BYTES = 10_000_000
PHOTOS = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"%PDF-": "pdf"}
"""How files begin that may be brought as evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A problem as somebody reports it. `key` makes it the same report however often it is sent."""

    kind: str
    sentence: str
    wished: date | None = None
    about: Item | None = None
    firm: Firm | None = None
    channel: str = "page"
    references: Sequence[str] = ()
    photo: tuple[str, bytes] | None = None
    key: str = ""
    simulated: bool = False


def register() -> Track:
    """The track of problems: the first of its room."""
    return of_group("issues")[0]


def open_issue(access: Access, region: Region, report: Report, *, day: date | None = None) -> Item:
    """Opens a problem, or gives the one that the same report opened before."""
    track = register()
    kinds = track.field("kind")
    sentence = " ".join(report.sentence.split())
    if not sentence:
        raise Refused("field-missing", "sentence", name="一句话说清", stage=track.stages[0].key)
    if kinds is not None and report.kind not in dict(kinds.choices):
        raise Refused("field-missing", "kind", name=str(kinds.name), stage=track.stages[0].key)
    firm, asker = _asking(access, region, report.firm)
    unit = first_takers(region, [report.kind], report.about)[report.kind].unit
    about = report.about
    item = Item(
        region=region, track=track.key, title=sentence[:LONGEST], firm=firm, parent=about, goal_id=about.goal_id if about else None,
        born="issue", simulated=report.simulated,
    )  # fmt: skip
    data = {
        "kind": report.kind, "channel": report.channel, "wished": report.wished, "asker": asker.pk if asker else None,
        "project": about.project_id if about else None, "by": access.user.pk if access.user else None, "key": report.key,
    }  # fmt: skip
    bound = firm is not None and not access.may_in("issue.open", region)
    with recording(
        access, "issue.open", region=region, row=item if bound else None, subject=item.title, permission="issue.open"
    ) as act:
        if report.key and access.user is not None:
            User.objects.select_for_update().get(
                pk=access.user.pk
            )  # two sendings of one report come one after the other
            same = Item.objects.filter(region=region, track=track.key, data__key=report.key, data__by=access.user.pk)
            if (known := same.first()) is not None:
                act.quiet = True
                return known
        book = Book(act, today())
        supports = [asker.pk] if asker is not None and asker != unit else []
        opened = {"lead": unit.pk if unit else None, "units": [], "supports": supports}
        kept = {key: value for key, value in data.items() if value not in (None, "")}
        book.open(item, day or today(), {**opened, "data": kept, "stage": track.stages[0].key})
        book.write()
        for reference in report.references:
            if words := " ".join(reference.split())[:200]:
                act.create(Evidence(item=item, stage=track.stages[0].key, reference=words, user=access.user))
        if report.photo is not None:
            file = keep_file(act, region, *report.photo)
            act.create(Evidence(item=item, stage=track.stages[0].key, reference=file.name, file=file, user=access.user))
    return item


def _asking(access: Access, region: Region, firm: Firm | None) -> tuple[Firm | None, Unit | None]:
    """For whom a problem is reported: a firm's own people report for it alone; the unit of the others stays a party."""
    held = [h for h in access.held if "issue.open" in h.role.may and region.path.startswith(h.path)]
    own = next((h.firm_id for h in held if h.firm_id is not None), None)
    if not any(h.firm_id is None for h in held):
        if own is None or (firm is not None and firm.pk not in {h.firm_id for h in held}):
            raise PermissionDenied("issue.open")
        return firm or Firm.objects.get(pk=own), None
    unit = next((h.unit_id for h in held if h.unit_id is not None), None)
    return firm, Unit.objects.get(pk=unit) if unit is not None else None


def keep_file(act: Act, region: Region, name: str, content: bytes) -> StoredFile:
    """Keeps a photo or a PDF, equal bytes once. Raises Refused for anything else and for what is too large."""
    kind = next((kind for start, kind in PHOTOS.items() if content.startswith(start)), "")
    if not kind or len(content) > MOST_BYTES:
        raise Refused("file-wrong", "photo")
    digest = hashlib.sha256(content).hexdigest()
    known = StoredFile.objects.filter(region=region, sha256=digest).defer("content").first()
    if known is not None:
        return known
    row = StoredFile(
        region=region,
        sha256=digest,
        name=name[-200:],
        kind=kind,
        size=len(content),
        content=content,
        user=act.access.user,
    )
    act.create(row)
    return row


# Taking and handing over ----------------------------------------------------------------------------------------------------
def accept(access: Access, item: Item, revision: int | None, *, handle: bool = True) -> Item:
    """受理: by the unit that has it, or by the office; `handle`: it also goes on to handle it itself."""
    track = track_of(item.track)
    events = advance(track, state_of(item), "handling" if handle else "accepted", today())
    if not events:
        raise Refused("stage-behind", "stage", stage="accepted", here=item.stage, next="")
    return items.happen(access, item, revision, "issue.accept", *_said(events))


def hand_over(
    access: Access, item: Item, revision: int | None, unit: Unit, supports: Sequence[Unit] = (), why: str = ""
) -> Item:
    """交办 to a unit; whoever asked stays a party. What is handled already goes on where it stands, with the other unit."""
    state = state_of(item)
    asker = item.data.get("asker")
    others = [one.pk for one in supports if one != unit]
    if asker and asker != unit.pk and asker not in others:
        others.append(asker)
    told = Event("assign", today(), {"lead": unit.pk, "units": [], "supports": others, "why": why})
    events = _said(advance(track_of(item.track), state, "assigned", today()))
    return items.happen(access, item, revision, "issue.assign", told, *events, permission="item.assign", reason=why)


def _said(events: Sequence[Event]) -> list[Event]:
    """Stages that one press passes through were passed by that press: they are reported, not implied."""
    return [Event(one.kind, one.day, {"stage": one.data["stage"]}) for one in events]


def give_back(access: Access, item: Item, revision: int | None, why: str) -> Item:
    """Says that it is not this unit's duty: nobody has it, and the office hands it over anew."""
    if not why.strip():
        raise Refused("why-missing", "why")
    asker = item.data.get("asker")
    data = {"lead": None, "units": [], "supports": [asker] if asker else [], "why": why}
    return items.happen(access, item, revision, "issue.return", Event("assign", today(), data), reason=why)


def answer(access: Access, item: Item, revision: int | None, text: str) -> Item:
    """答复 whoever asked. A finding that was asked about is settled with the answer."""
    text = text.strip()
    if not text:
        raise Refused("why-missing", "answer")
    events = _said(advance(track_of(item.track), state_of(item), "answered", today()))
    if not events:
        raise Refused("stage-behind", "stage", stage="answered", here=item.stage, next="")
    told = Event("amend", today(), {"values": {"answer": text[:2000], "satisfied": None}})

    def also(act: Act, held: Item) -> None:
        finding = Finding.objects.filter(pk=held.data.get("finding") or 0).first()
        if finding is not None and finding.state == Finding.State.ASKED:
            act.update(finding, None, state=Finding.State.KNOWN, reason=text[:500])

    return items.happen(access, item, revision, "issue.answer", told, *events, reason=text[:500], also=also)


# Whoever asked --------------------------------------------------------------------------------------------------------------
def asks(access: Access, item: Item) -> bool:
    """Whether the user is the one who asked: the firm, the unit, or the very person."""
    if access.user is None:
        return False
    if item.data.get("by") == access.user.pk:
        return True
    for held in access.held:
        if held.firm_id is not None and held.firm_id == item.firm_id:
            return True
        if held.unit_id is not None and held.unit_id == item.data.get("asker"):
            return True
    return False


def may_rate(access: Access, item: Item) -> bool:
    """Whoever asked rates the answer; the office notes what it was told by telephone. The unit that answered never rates itself for
    somebody else."""
    if not access.may("issue.rate", item):
        return False
    return asks(access, item) or (
        access.may_in("item.assign", item.region) and access.may_in("issue.rate", item.region)
    )


def rate(access: Access, item: Item, revision: int | None, satisfied: bool, why: str = "") -> Item:
    """满意 closes it (销号); 不满意 sends it back to be handled, with a new clock. Somebody else's word needs its source."""
    if not may_rate(access, item):
        raise PermissionDenied("issue.rate")
    why = why.strip()
    if not why and (not satisfied or not asks(access, item)):
        raise Refused("why-missing", "why")
    told = Event("amend", today(), {"values": {"satisfied": satisfied}})
    if item.stage != "answered":
        raise Refused("stage-skipped", "stage", stage="closed", here=item.stage, next="answered")
    if satisfied:
        moves = Event("enter", today(), {"stage": track_of(item.track).closes_at, "note": why})
        return items.happen(access, item, revision, "issue.close", told, moves, permission="issue.rate", reason=why)
    moves = Event("back", today(), {"stage": "handling", "why": why})
    return items.happen(access, item, revision, "issue.unsatisfied", told, moves, permission="issue.rate", reason=why)


def withdraw(access: Access, item: Item, revision: int | None, why: str) -> Item:
    """Whoever asked takes it back: it is settled otherwise, or was reported by mistake."""
    if not asks(access, item):
        raise PermissionDenied("issue.rate")
    event = Event("cancel", today(), {"why": why})
    return items.happen(access, item, revision, "issue.withdraw", event, permission="issue.rate", reason=why)


# Findings that are asked about ----------------------------------------------------------------------------------------------
def follow_findings(act: Act) -> None:
    """A finding that becomes an enquiry opens a problem for the unit that issued the plan; one that is settled otherwise takes the
    problem back. Called at the end of every recorded action (`chain.FOLLOWERS`)."""
    if act.action.startswith("issue."):
        return
    states = {
        row.object_id: row.after.get("state") for row in act.rows if row.model == "finding" and "state" in row.after
    }
    if not states:
        return
    book = Book(act, today())
    track = register()
    open_ones = Item.objects.select_for_update(of=("self",)).filter(track=track.key, born="finding", branch="active")
    known = {item.data.get("finding"): item for item in open_ones.filter(data__finding__in=list(states))}
    rows = Finding.objects.filter(pk__in=states).select_related("version__plan__region").order_by("pk")
    for finding in rows:
        item = known.get(finding.pk)
        if states[finding.pk] == Finding.State.ASKED and item is None:
            _enquire(book, track, finding)
        elif states[finding.pk] != Finding.State.ASKED and item is not None and item.stage != "answered":
            book.happen(item, Event("cancel", today(), {"why": f"自查已另行处理：{finding.get_state_display()}"}))
    book.write()


def _enquire(book: Book, track: Track, finding: Finding) -> None:
    plan, user = finding.version.plan, book.act.access.user
    unit = issuer_of(plan.region, plan.issuer)
    item = Item(
        region=plan.region, track=track.key, title=(finding.reason or finding.message_zh)[:LONGEST],
        about=f"《{plan.title}》自查：{finding.message_zh}"[:1000], born="finding",
    )  # fmt: skip
    data: dict[str, Any] = {"kind": "other", "channel": "check", "finding": finding.pk, "by": user.pk if user else None}
    opened: dict[str, Any] = {"lead": unit.pk if unit else None, "units": [], "supports": []}
    book.open(item, today(), {**opened, "data": data, "stage": track.stages[0].key})
