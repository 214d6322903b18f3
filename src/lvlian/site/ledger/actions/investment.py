"""What is done about a lead beside what is done with any item: its gates are answered together, it is signed, and what was promised to the
investor becomes a commitment with its unit and its clock.

All raise Refused (the engine's, with its sentence), Conflict where somebody else was quicker, PermissionDenied.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from lvlian.ledger.item import Event, Refused
from lvlian.site.frame import today
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.book import state_of
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import track_of
from lvlian.site.org.access import Access
from lvlian.site.org.models import Unit

COMMITMENT = "commitment"
SIGNED = "signed"


def check(access: Access, lead: Item, revision: int | None, answers: Mapping[str, tuple[str, str]]) -> Item:
    """Answers several gates in one record: gate → (answer, why). Those that stand as they were are left alone; a waiver takes two people
    and is none of these."""
    if any(answer == "waived" for answer, _why in answers.values()):
        raise PermissionDenied("record.confirm")
    stand = state_of(lead).answers
    events = [
        Event("answer", today(), {"gate": gate, "answer": answer, "why": why.strip()})
        for gate, (answer, why) in answers.items()
        if stand.get(gate, ("unknown", "")) != (answer, why.strip())
    ]
    if not events:
        events = [Event("report", today(), {"note": ""})]
    return items.happen(access, lead, revision, "investment.check", *events)


def sign(
    access: Access, lead: Item, revision: int | None, day: date, agreement: str, values: Mapping[str, Any]
) -> Item:
    """Signs a lead: fills in what the signing asks for and brings it to the stage, both or neither. Refused while a gate is open. Where
    the one who signs does not fill in what was promised, the commitments on file tell it."""
    track = track_of(lead.track)
    told = {key: value for key, value in values.items() if value not in (None, "")}
    if track.field("promised") is not None and not told.get("promised") and not lead.data.get("promised"):
        kept = list(
            Item.objects.filter(parent=lead.pk, track=COMMITMENT).order_by("pk").values_list("title", flat=True)
        )
        if kept:
            told["promised"] = f"{len(kept)} 项：{'；'.join(kept)}"[:500]
    with transaction.atomic():
        if told:
            lead = items.amend(access, lead, revision, told)
            revision = lead.revision
        return items.enter(access, lead, revision, SIGNED, day=day, evidence=agreement)


def commit_to(
    access: Access, lead: Item, title: str, unit: Unit, due: date | None, basis: str = "", amount: float | None = None
) -> Item:
    """Writes down what was promised to an investor: a duty of the government with a unit that answers for it. `basis` is the clause of
    the agreement or the minutes."""
    access.need("item.edit", lead)
    if not title.strip():
        raise Refused("field-missing", "title", name="承诺什么", stage="raised")
    data: dict[str, Any] = {"basis": basis.strip(), "amount": amount, "firm": lead.firm_id}
    return items.open_item(
        access, lead.region, COMMITMENT, title, stage="raised", lead=unit, due=due, parent=lead, firm=lead.firm, goal=lead.goal,
        data={key: value for key, value in data.items() if value not in (None, "")}, simulated=lead.simulated,
    )  # fmt: skip
