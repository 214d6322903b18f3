"""A person's decisions about facts: accept, correct, reject, undo, add one that the reader missed. Each is one recorded action that
also brings the region's records up to date and checks the plan again where a value changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.brief.headings import Outline
from lvlian.plan.fields import checked, checked_record, own_fields, same_value
from lvlian.plan.overlay import Place
from lvlian.site.org.access import Access
from lvlian.site.org.chain import Act, Conflict, changes_of, recording
from lvlian.site.org.models import AuditChange
from lvlian.site.plans.actions.findings import recheck
from lvlian.site.plans.actions.records import MODELS, apply_facts, withdraw_records
from lvlian.site.plans.models import Duty, Fact, Goal, Incentive, Milestone, Plan, Version
from lvlian.site.plans.reading import stored
from lvlian.site.plans.refusal import PlanError
from lvlian.site.plans.saying import title_of

State = Fact.State
_BY_HAND: dict[type[Any], tuple[str, ...]] = {
    Goal: ("note",),
    Duty: ("note",),
    Incentive: ("note",),
    Milestone: ("expected", "why", "done"),
}
"""What people wrote on a record; it comes back when the decision that removed the record is undone."""


def accept(access: Access, fact: Fact, revision: int | None, reason: str = "") -> Fact:
    """The reading is right. A fact that was corrected is accepted as it was read. Raises Conflict, PermissionDenied."""
    with recording(access, "fact.accept", row=fact, reason=reason, permission="fact.review") as act:
        _current(fact)
        was = bool(fact.corrected)
        _decide(act, fact, revision, State.ACCEPTED, reason, corrected={}, title=title_of(fact.kind, fact.data))
        _after(act, fact, changed=was)
    return fact


def correct(access: Access, fact: Fact, revision: int | None, values: Mapping[str, Any], reason: str = "") -> Fact:
    """The fact stands with other values; what the reader said is kept beside. Raises Conflict, FieldError, PermissionDenied."""
    new = {name: checked(fact.kind, name, value) for name, value in values.items()}
    with recording(access, "fact.correct", row=fact, reason=reason, permission="fact.review") as act:
        _current(fact)
        if fact.state == State.ADDED:
            data = stored({**fact.data, **new})
            _decide(act, fact, revision, State.ADDED, reason, data=data, title=title_of(fact.kind, data))
        else:
            said = {**fact.values, **stored(new)}
            differing = {name: value for name, value in said.items() if not _same(fact.data.get(name), value)}
            state = State.CORRECTED if differing else State.ACCEPTED
            title = title_of(fact.kind, {**fact.data, **differing})
            _decide(act, fact, revision, state, reason, corrected=differing, title=title)
        _after(act, fact, changed=True)
    return fact


def reject(access: Access, fact: Fact, revision: int | None, reason: str) -> Fact:
    """The text says no such thing. Raises PlanError without a reason, Conflict, PermissionDenied."""
    if not reason.strip():
        raise PlanError(_("驳回要写明理由：原文说的是什么，或为何不是一条事实。"))
    with recording(access, "fact.reject", row=fact, reason=reason, permission="fact.review") as act:
        _current(fact)
        _decide(act, fact, revision, State.REJECTED, reason)
        _after(act, fact, changed=True)
    return fact


def undo(access: Access, fact: Fact, revision: int | None) -> Fact | None:
    """Takes the last decision back: the fact is again what it was before it, and so is its record with what people wrote on it.
    A fact that was added is removed (None). Raises PlanError where nothing was decided, Conflict, PermissionDenied."""
    if fact.state == State.PENDING:
        raise PlanError(_("这一条还没有核过，没有可撤销的。"))
    with recording(access, "fact.undo", row=fact, permission="fact.review") as act:
        _current(fact)
        last = _last_decision(fact)
        if fact.state == State.ADDED and (last is None or not last.before):
            if revision is not None and revision != fact.revision:
                raise Conflict(fact, changes_of(fact, since=revision))
            version = fact.version
            fact.state = State.REJECTED
            apply_facts(act, version.plan, [fact])
            act.delete(fact)
            recheck(act, version)
            return None
        before = dict(last.before) if last is not None else {}
        values = {name: before[name] for name in ("state", "corrected", "data", "title", "reason") if name in before}
        if last is None:  # decided while loading
            values = {"state": State.PENDING, "corrected": {}, "reason": "", "title": title_of(fact.kind, fact.data)}
        was = fact.values
        values["decided_by"], values["decided_at"] = before.get("decided_by"), before.get("decided_at")
        act.update(fact, revision, **values)
        record = _after(act, fact, changed=not fact.stands or fact.values != was)
        if last is not None and record is not None:
            _restore(act, fact, record, last)
    return fact


def add(
    access: Access,
    version: Version,
    kind: str,
    values: Mapping[str, Any],
    quote: str,
    start: int | None = None,
    reason: str = "",
) -> Fact:
    """A fact that the reader missed, with the words of the text that carry it; where they stand several times, the place nearest to
    `start`. Raises PlanError, FieldError, PermissionDenied."""
    first, last = locate(version, quote, start)
    data = stored(checked_record(kind, {name: value for name, value in values.items() if name in own_fields(kind)}))
    there = Fact.objects.filter(version=version, kind=kind, start__lt=last, start__gte=max(0, first - 2000))
    for other in there.exclude(state=State.REJECTED):
        near = (other.start or 0) + other.length > first
        if near and all(_same(other.values.get(name), value) for name, value in data.items()):
            raise PlanError(_("这里已有同样的一条：%(title)s。") % {"title": other.title})
    with recording(
        access, "fact.add", region=version.plan.region, reason=reason, permission="fact.review", data={"kind": kind}
    ) as act:
        before = Fact.objects.filter(version=version, start__lte=first).order_by("-order").first()
        fact = Fact(
            version=version, region_id=version.plan.region_id, kind=kind, order=before.order if before else 0,
            title=title_of(kind, data), data=data, quote=version.text[first:last], start=first, length=last - first,
            section=Outline(version.outline).path(first), origin="hand", state=State.ADDED, decided_by=access.user,
            decided_at=timezone.now(), reason=reason[:500],
        )  # fmt: skip
        act.subject = fact.title[:200]
        act.create(fact)
        _after(act, fact, changed=True)
    return fact


def accept_many(access: Access, version: Version, ids: Iterable[int]) -> list[Fact]:
    """Accepts the facts of these numbers that nobody has decided yet, in one action. Raises PermissionDenied."""
    with recording(access, "fact.accept", row=version.plan, permission="fact.review") as act:
        rows = list(
            Fact.objects.select_for_update(of=("self",))
            .filter(version=version, pk__in=list(ids), state=State.PENDING)
            .order_by("order", "pk")
        )
        now = timezone.now()
        for row in rows:
            act.note(
                row,
                {"state": row.state, "decided_by": None, "decided_at": None},
                {"state": State.ACCEPTED, "decided_by": access.user, "decided_at": now},
            )
            row.state, row.decided_by, row.decided_at = State.ACCEPTED, access.user, now
            row.revision += 1
            row.version = version
        Fact.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.ACCEPTED, decided_by=access.user, decided_at=now, revision=F("revision") + 1
        )
        apply_facts(act, version.plan, rows)
        act.data["facts"] = len(rows)
    return rows


def keep(access: Access, fact: Fact, revision: int | None, reason: str) -> Fact:
    """The version in force does not say this any more, and its record stays nevertheless. Raises PlanError without a reason."""
    if not reason.strip():
        raise PlanError(_("保留要写明理由：新版没有这句话，为何仍然算数。"))
    with recording(access, "record.keep", row=fact, reason=reason, permission="fact.review") as act:
        act.update(fact, revision, kept=reason.strip()[:300])
    return fact


def withdraw(access: Access, fact: Fact, revision: int | None, reason: str = "") -> None:
    """Takes back the record of a fact that the version in force does not say any more. Raises Conflict, PermissionDenied."""
    with recording(access, "record.withdraw", row=fact, reason=reason, permission="fact.review") as act:
        if revision is not None and not Fact.objects.filter(pk=fact.pk, revision=revision).exists():
            raise Conflict(Fact.objects.get(pk=fact.pk), changes_of(fact, since=revision))
        model = MODELS.get(fact.kind)
        if model is not None:
            rows: Any = model._default_manager.filter(fact=fact)
            withdraw_records(act, model, list(rows.select_related("project") if model is Milestone else rows))


def locate(version: Version, quote: str, start: int | None) -> tuple[int, int]:
    """The span of words in the version's text, white space aside, nearest to `start`. Raises PlanError."""
    if not quote.strip():
        raise PlanError(_("先在正文里选中载有这条事实的字句。"))
    if len(quote) > 2000:
        raise PlanError(_("选中的字句有 %(count)d 字，最多 2000 字：只选载有这条事实的一句。") % {"count": len(quote)})
    if not version.text:
        raise PlanError(_("这一版没有正文，附上原件后才能补录。"))
    if start is not None and version.text.startswith(quote, max(0, start)):
        return start, start + len(quote)
    place = Place(version.text)
    starts = place.starts(quote)
    if not starts:
        raise PlanError(_("选中的字句不在正文里：“%(quote)s”。") % {"quote": quote[:40]})
    nearest = min(range(len(starts)), key=lambda at: abs(starts[at] - (start or 0)))
    span = place.span(quote, nearest + 1)
    if span is None:
        raise PlanError(_("选中的字句不在正文里：“%(quote)s”。") % {"quote": quote[:40]})
    return span


# Parts ---------------------------------------------------------------------------------------------------------------------
def _current(fact: Fact) -> None:
    """Raises PlanError where the fact is not one of the version in force: its decisions would change records of another text."""
    current = Plan.objects.filter(versions=fact.version_id).values_list("current_id", flat=True).first()
    if current != fact.version_id:
        raise PlanError(_("这一条属于旧版，只能看；要改先切换到那一版。"))


def _decide(act: Act, fact: Fact, revision: int | None, state: str, reason: str, **values: Any) -> None:
    act.update(
        fact,
        revision,
        state=state,
        reason=reason.strip()[:500],
        decided_by=act.access.user,
        decided_at=timezone.now(),
        **values,
    )


def _after(act: Act, fact: Fact, *, changed: bool) -> Any:
    """Brings the fact's record up to date, and checks the plan again where a value changed. Gives the record."""
    plan = fact.version.plan
    record = apply_facts(act, plan, [fact]).get(fact.pk)
    if changed:
        recheck(act, fact.version)
    return record


def _last_decision(fact: Fact) -> AuditChange | None:
    """The change that made the fact what it is now; None where it was loaded that way, or was itself an undoing."""
    for change in changes_of(fact, limit=5):
        if "state" in change.after:
            return None if change.record.action == "fact.undo" else change
    return None


def _restore(act: Act, fact: Fact, record: Any, last: AuditChange) -> None:
    """What people had written on the record that the undone decision removed."""
    names = _BY_HAND.get(type(record), ())
    gone = AuditChange.objects.filter(record_id=last.record_id, model=record._meta.model_name, after={})
    for change in gone:
        if change.before.get("fact") == fact.pk:
            values = {name: change.before[name] for name in names if change.before.get(name)}
            if values:
                act.update(record, None, **values)


def _same(one: Any, other: Any) -> bool:
    def plain(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    return same_value(plain(one), plain(other))
