"""What takes two people in the ledger: a light against the computed one, and a gate that is let pass. One proposes, another confirms
(`plans.actions.proposals`); only then an event of the item says so, with the reason and, for a light, its last day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lvlian.ledger.item import Event, Refused
from lvlian.ledger.saying import say_refused
from lvlian.site.frame import today
from lvlian.site.ledger import saying
from lvlian.site.ledger.actions.book import Book
from lvlian.site.ledger.actions.items import happen, locked
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import track_of
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import Act
from lvlian.site.plans.actions.proposals import TWO, ProposalError, Two, offer
from lvlian.site.plans.models import Proposal

LONGEST = 92
"""A light may be set by hand for so many days at most; then it is proposed anew."""


def propose_light(access: Access, item: Item, revision: int, state: str, why: str, until: date) -> Proposal:
    """Proposes a light until a day. Raises Refused, PermissionDenied, Conflict, ProposalError."""
    if state not in Item.Light.values:
        raise Refused("unknown-light", "light", state=state)
    if until < today():
        raise Refused("until-missing", "until", day=today())
    if (until - today()).days > LONGEST:
        raise ProposalError(_("人工改灯最长 %(n)d 天，到期重新提出") % {"n": LONGEST})
    before = {"override_state": item.light, "override_why": "", "override_until": None}
    after = {"override_state": state, "override_why": why.strip(), "override_until": until}
    return offer(access, item, revision, before, after, why, "item.edit")


def propose_waiver(access: Access, item: Item, revision: int, gate: str, before: str, why: str) -> Proposal:
    """Proposes to let a gate pass. Raises Refused, PermissionDenied, Conflict, ProposalError."""
    if not any(one.key == gate for stage in track_of(item.track).stages for one in stage.gates):
        raise Refused("unknown-gate", "gate", gate=gate)
    return offer(
        access, item, revision, {f"gate:{gate}": before}, {f"gate:{gate}": "waived"}, why, "item.edit"
    )  # fmt: skip


def lift(access: Access, item: Item, revision: int | None) -> Item:
    """Takes a light that was set by hand away before its last day: back to the computed one, which needs no second person."""
    return happen(access, item, revision, "item.lift", Event("lift", today()))


def apply(act: Act, item: Item, after: Mapping[str, Any]) -> None:
    """The second person agreed."""
    held = locked(item, None)
    book = Book(act, today())
    book.take([held])
    try:
        book.happen(held, *_events(after, act.reason))
    except Refused as refused:
        raise ProposalError(say_refused(refused, saying.language(), track_of(held.track))) from None
    book.write()


def _events(after: Mapping[str, Any], reason: str) -> list[Event]:
    day = today()
    out = [
        Event("answer", day, {"gate": name.removeprefix("gate:"), "answer": "waived", "why": reason})
        for name in after
        if name.startswith("gate:")
    ]
    if "override_state" in after:
        until = date.fromisoformat(after["override_until"])
        out.append(
            Event("override", day, {"state": after["override_state"], "why": after["override_why"], "until": until})
        )
    return out


def seen(access: Access) -> QuerySet[Any]:
    return scoped(Item, access).order_by()


def tell(proposal: Proposal, name: str, value: Any) -> tuple[str, str]:
    """A name and a value of a proposal in words."""
    if name.startswith("gate:"):
        item = Item.objects.filter(pk=proposal.object_id).first()
        gates = [gate for stage in track_of(item.track).stages for gate in stage.gates] if item else []
        gate = next((one for one in gates if one.key == name.removeprefix("gate:")), None)
        return _("关口 %(gate)s") % {"gate": saying.words(gate.name) if gate else name}, saying.answer_name(str(value))
    label = {"override_state": _("灯"), "override_why": _("理由"), "override_until": _("到哪一天")}.get(name, name)
    if name == "override_state":
        return label, saying.light_name(str(value)) if value else "—"
    return label, str(value or "—")


def register() -> None:
    """Lets two people change items; called when the app is ready."""
    TWO["item"] = Two(Item, apply, seen, tell, "item.edit")
