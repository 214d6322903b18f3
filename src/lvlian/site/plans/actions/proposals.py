"""Four eyes: one person proposes, another confirms; each step is one recorded action. A goal's figures always take two people; a milestone's
day does where the ledger proposes it, because a supply slipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.site.org.access import Access
from lvlian.site.org.chain import Act, Conflict, plain, recording
from lvlian.site.plans.models import Goal, Milestone, Proposal

TARGETS: tuple[type[models.Model], ...] = (Goal, Milestone)
"""Models that proposals are about; `four_eyes` names the fields that never change without one."""


class ProposalError(ValueError):
    """A proposal cannot be made or decided; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Two:
    """What two people do to records of a model otherwise than by setting its fields. `apply(act, row, after)` does it within the
    second person's action and raises ProposalError; `seen(access)` are the records in the reader's scope; `tell(row, name, value)`
    gives a name and a value in words; `permission` is what the first person needs."""

    model: type[models.Model]
    apply: Callable[[Act, Any, Mapping[str, Any]], None]
    seen: Callable[[Access], QuerySet[Any]]
    tell: Callable[[Any, str, Any], tuple[str, str]]
    permission: str


TWO: dict[str, Two] = {}
"""By the model's name."""


def visible(access: Access) -> Q:
    """The proposals whose record the reader may see, where a record's scope is narrower than its region's."""
    wanted = ~Q(model__in=list(TWO))
    for name, two in TWO.items():
        wanted |= Q(model=name, object_id__in=two.seen(access).values("pk"))
    return wanted


def guarded(model: type[models.Model]) -> frozenset[str]:
    """The fields of a model that take two people."""
    return getattr(model, "four_eyes", frozenset()) if issubclass(model, TARGETS) else frozenset()


def propose(access: Access, row: models.Model, revision: int, values: Mapping[str, Any], reason: str) -> Proposal:
    """Proposes new values of guarded fields. Raises PermissionDenied, Conflict, ProposalError."""
    fields = guarded(type(row))
    changed = {name: value for name, value in values.items() if name in fields and getattr(row, name) != value}
    if not changed:
        raise ProposalError(_("没有要改的数"))
    if not reason.strip():
        raise ProposalError(_("请写理由，第二人要据此判断"))
    before = {name: getattr(row, name) for name in changed}
    return offer(access, row, revision, before, changed, reason, "record.edit")


def offer(
    access: Access,
    row: models.Model,
    revision: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    reason: str,
    permission: str,
) -> Proposal:
    """Puts a change before the second person. Raises PermissionDenied, Conflict, ProposalError."""
    if not reason.strip():
        raise ProposalError(_("请写理由，第二人要据此判断"))
    model = row._meta.model_name or ""
    if Proposal.objects.filter(model=model, object_id=row.pk, state=Proposal.State.WAITING).exists():
        raise ProposalError(_("“%(label)s”已有一项改动待第二人确认，请先处理") % {"label": row})
    with recording(access, "proposal.make", row=row, permission=permission, reason=reason) as act:
        if type(row)._base_manager.filter(pk=row.pk, revision=revision).first() is None:
            raise Conflict(type(row)._base_manager.get(pk=row.pk))
        return act.create(  # type: ignore[no-any-return]
            Proposal(
                region=row.region,  # type: ignore[attr-defined]
                firm=getattr(row, "firm", None),
                model=model,
                object_id=row.pk,
                label=str(row)[:200],
                seen=revision,
                before=plain(before),
                after=plain(after),
                reason=reason.strip()[:500],
                proposed_by=access.user,
            )
        )


def target(proposal: Proposal) -> models.Model | None:
    """The record that a proposal is about."""
    known = [*TARGETS, *(two.model for two in TWO.values())]
    model = next((m for m in known if m._meta.model_name == proposal.model), None)
    return model._base_manager.filter(pk=proposal.object_id).first() if model else None


def confirm(access: Access, proposal: Proposal) -> Proposal:
    """The second person agrees: the record is changed. A record that moved since makes the proposal overtaken and stays as it is.
    Raises PermissionDenied (also for the first person), ProposalError."""
    _second(access, proposal)
    row = target(proposal)
    with recording(
        access,
        "proposal.confirm",
        row=proposal,
        permission="record.confirm",
        reason=proposal.reason,
        witness="proposal",
    ) as act:
        moved = row is None or row.revision != proposal.seen  # type: ignore[attr-defined]
        two = TWO.get(proposal.model)
        if row is not None and not moved and two is not None:
            two.apply(act, row, proposal.after)
        elif row is not None and not moved:
            act.update(row, proposal.seen, **_values(row, proposal.after))
        state = Proposal.State.OVERTAKEN if moved else Proposal.State.CONFIRMED
        _decide(act, access, proposal, state, _("提出之后原记录已变") if moved else "")
    return proposal


def _values(row: models.Model, told: Mapping[str, Any]) -> dict[str, Any]:
    """What a proposal holds as JSON, as values of the record's fields."""
    return {name: row._meta.get_field(name).to_python(value) for name, value in told.items()}  # type: ignore[union-attr]


def send_back(access: Access, proposal: Proposal, answer: str) -> Proposal:
    """The second person does not agree, and says why. Raises PermissionDenied, ProposalError."""
    _second(access, proposal)
    if not answer.strip():
        raise ProposalError(_("退回须写明原因"))
    with recording(access, "proposal.return", row=proposal, permission="record.confirm", reason=answer) as act:
        _decide(act, access, proposal, Proposal.State.RETURNED, answer.strip())
    return proposal


def take_back(access: Access, proposal: Proposal) -> Proposal:
    """The first person takes the proposal back. Raises PermissionDenied, ProposalError."""
    _waiting(proposal)
    if access.user is None or proposal.proposed_by_id != access.user.pk:
        raise PermissionDenied("record.edit")
    with recording(access, "proposal.withdraw", row=proposal, permission="record.edit") as act:
        _decide(act, access, proposal, Proposal.State.WITHDRAWN, "")
    return proposal


def _second(access: Access, proposal: Proposal) -> None:
    _waiting(proposal)
    if access.user is None or proposal.proposed_by_id == access.user.pk:
        raise ProposalError(_("第二人须是另一个人，不能自己确认自己提出的改动"))


def _waiting(proposal: Proposal) -> None:
    if proposal.state != Proposal.State.WAITING:
        raise ProposalError(_("此项已处理：%(state)s") % {"state": proposal.get_state_display()})


def _decide(act: Any, access: Access, proposal: Proposal, state: str, answer: str) -> None:
    act.update(
        proposal, proposal.revision, state=state, answer=answer, decided_by=access.user, decided_at=timezone.now()
    )
