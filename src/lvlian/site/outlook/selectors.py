"""What the rooms of the outlook read: the case of a region, made from its plan, its registers, its account and what people fixed;
its projection and its chances, kept in memory for as long as what they were made from stays as it is."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Exists, F, OuterRef, Value
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lvlian.site.account.models import GoalLink, VariantChoice
from lvlian.site.account.selectors import account_of, area_of, months_of
from lvlian.site.ledger.models import Booking, Demand, Item, Supply
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Region
from lvlian.site.outlook.models import PremiseChoice, Scenario
from lvlian.site.outlook.registers import with_registers
from lvlian.site.plans.models import Fact, Goal, Milestone, Plan, Version
from lvlian.site.plans.reading import plan_facts

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.outlook.case import Case, Factor, Project, Step
    from lvlian.outlook.projection import Projection
    from lvlian.outlook.risk import Risk

T = TypeVar("T")
KEPT = 48
NO_REPORTS = gettext_lazy("没有企业报数，只按规划推演")
NOT_SEEN = gettext_lazy("不看企业数，只按规划推演")
"""Told later than made: what is kept is read in both languages."""
MONTHS = 6
"""So many months of the account make the start."""
QUICK, FULL = 2000, 10_000
SEED = 20240601
"""The draws of every page are the same, so that two scenarios are told apart by what they change and not by luck."""
_made: OrderedDict[Any, Any] = OrderedDict()
_lock = Lock()


def once(key: Any, make: Callable[[], T]) -> T:
    """What `make` gives, kept under the key."""
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]  # type: ignore[no-any-return]
    made = make()
    with _lock:
        _made[key] = made
        while len(_made) > KEPT:
            _made.popitem(last=False)
    return made


@dataclass(frozen=True)
class Ground:
    """A region's case before any scenario. `stamp` changes with whatever it was made from; `goals` aim id → goal, `facts` (kind, place) of
    a fact in the plan (`Ref.fact`) → its row; `months` of the account that it starts from (empty: the plan alone)."""

    region: Region
    version: Version
    case: Case
    stamp: str
    goals: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[tuple[str, int], int] = field(default_factory=dict)
    months: tuple[str, ...] = ()
    why_plan_alone: str | Promise = ""

    @property
    def simulated(self) -> bool:
        return self.case.simulated


def library() -> Library:
    from lvlian.chain.library import load_library

    return load_library()


def plan_of(access: Access, region: Region) -> Version | None:
    """The version in force of the region's latest plan that has goals; its text is loaded when it is asked for."""
    aimed = Exists(scoped(Goal, access).filter(plan=OuterRef("pk")))
    rows = scoped(Plan, access).filter(aimed, region=region, current__isnull=False).select_related("current")
    plan = rows.defer("current__text", "current__region_file").order_by("-issued_on", "-id").first()
    return plan.current if plan is not None else None


def ground_of(access: Access, region: Region, day: date) -> Ground | None:
    """The case of a region at a day as far as the user may read what it rests on; None where no plan with goals is in force."""
    version = plan_of(access, region)
    if version is None:
        return None
    stamp = _stamp(access, region, version, day)
    return once(("ground", stamp), lambda: _ground(access, region, version, day, stamp))


def _stamp(access: Access, region: Region, version: Version, day: date) -> str:
    """Changes with any row that the case is made of; two people who see different rows never share one. Two queries beside those of
    the account: pages must not pay for a case that is at hand."""
    facts = scoped(Fact, access).filter(version=version).order_by("pk").values_list("pk", "revision", "state")
    below = region.path
    rows = [
        scoped(Milestone, access).filter(project__region__path__startswith=below),
        scoped(Goal, access).filter(region=region),
        scoped(GoalLink, access).filter(goal__region=region),
        scoped(VariantChoice, access).filter(region=region),
        scoped(PremiseChoice, access).filter(region=region),
        scoped(Supply, access).filter(region__path__startswith=below),
        scoped(Demand, access).filter(region__path__startswith=below),
        scoped(Item, access).filter(supply__region__path__startswith=below),
    ]
    kept = [
        some.order_by().annotate(from_=Value(n), seen_=F("revision")).values_list("from_", "pk", "seen_")
        for n, some in enumerate(rows)
    ]
    booked = scoped(Booking, access).filter(supply__region__path__startswith=below).order_by()
    # What is booked is never changed, only released: its number says enough.
    kept.append(booked.annotate(from_=Value(len(rows)), seen_=F("pk")).values_list("from_", "pk", "seen_"))
    parts = [list(facts), sorted(kept[0].union(*kept[1:], all=True))]
    held = [_account_stamp(access, region, month) for month in _months(access, region, day)]
    return hashlib.sha256(
        repr((region.pk, version.pk, day, parts, held, access.may("account.see"))).encode()
    ).hexdigest()


def _account_stamp(access: Access, region: Region, month: str) -> str:
    from lvlian.site.account.selectors import _stamp as stamp

    return repr(stamp(access, region, month))


def _months(access: Access, region: Region, day: date) -> list[str]:
    if not access.may("account.see"):
        return []
    return sorted(month for month in months_of(access, region) if month <= f"{day:%Y-%m}")[-MONTHS:]


def _ground(access: Access, region: Region, version: Version, day: date, stamp: str) -> Ground:
    from lvlian.outlook.from_account import with_account
    from lvlian.outlook.from_plan import case_from_plan

    rows = list(scoped(Fact, access).filter(version=version).order_by("order", "pk"))
    standing = any(row.stands for row in rows)
    facts, kept = plan_facts(version, rows, standing=standing)
    by_place = _places(kept)
    case = case_from_plan(facts, today=day, library=library(), area=area_of(region))
    case = replace(case, region=region.name, simulated=bool(region.simulated) or case.simulated)
    case = with_registers(access, region, _dated(access, region, case, by_place), by_place)
    case, goals = _aimed(access, region, case, by_place)
    why: str | Promise = ""
    months = _months(access, region, day)
    accounts = []
    for month in months:
        try:
            accounts.append(account_of(access, region, month))
        except ValueError:  # a month that contradicts itself says nothing about the start
            continue
    if accounts:
        case = with_account(case, accounts)
    else:
        why = NO_REPORTS if access.may("account.see") else NOT_SEEN
    fixed = {row.key: row for row in scoped(PremiseChoice, access).filter(region=region).select_related("user")}
    case = replace(case, premises=tuple(_fixed(one, fixed.get(one.key)) for one in case.premises))
    return Ground(
        region=region, version=version, case=case, stamp=stamp, goals=goals, facts={place: row.pk for place, row in by_place.items()},
        months=tuple(months if accounts else ()), why_plan_alone=why,
    )  # fmt: skip


def _fixed(premise: Any, choice: PremiseChoice | None) -> Any:
    """The premise as the region fixed it: its value, and whose it is."""
    from lvlian.outlook.case import Ref

    if choice is None:
        return premise
    ref = Ref(
        kind="person", words=choice.reason, who=str(choice.user) if choice.user else "", day=choice.at.date(), verified=False
    )  # fmt: skip
    low, high = min(premise.low, choice.value), max(premise.high, choice.value)
    return replace(premise, value=choice.value, low=low, high=high, ref=ref)


def _places(rows: Sequence[Fact]) -> dict[tuple[str, int], Fact]:
    """(kind, place in the facts of that kind) → row."""
    counts: dict[str, int] = {}
    out = {}
    for row in rows:
        place = counts.get(row.kind, 0)
        counts[row.kind] = place + 1
        out[row.kind, place] = row
    return out


def _dated(access: Access, region: Region, case: Case, rows: Mapping[tuple[str, int], Fact]) -> Case:
    """The case with the days that the registers hold: what was promised, what is told now, what is done."""
    found = {
        step.fact_id: step
        for step in scoped(Milestone, access).filter(project__region__path__startswith=region.path, fact__isnull=False)
    }

    from lvlian.outlook.case import STAGES

    def _place(stage: str) -> int:
        return STAGES.index(stage) if stage in STAGES else -1

    def milestone(ref: Any) -> Milestone | None:
        row = rows.get(ref.fact) if ref.fact is not None else None
        return found.get(row.pk) if row is not None else None

    def step(one: Step) -> Step:
        held = milestone(one.ref)
        if held is None:
            return one
        return replace(one, promised=held.due or one.promised, revised=held.expected or one.revised, done=held.done)

    def factor(one: Factor) -> Factor:
        held = milestone(one.ref)
        if held is None:
            return one
        return replace(
            one, promised=held.due or one.promised, revised=held.expected or one.revised, done=held.done or one.done
        )

    def project(one: Project) -> Project:
        steps = tuple(step(s) for s in one.steps)
        done = [s.stage for s in steps if s.done is not None and s.stage in STAGES]
        return replace(one, steps=steps, stage=max([one.stage, *done], key=_place))

    return replace(
        case, projects=tuple(project(one) for one in case.projects), factors=tuple(factor(one) for one in case.factors)
    )


def _aimed(
    access: Access, region: Region, case: Case, rows: Mapping[tuple[str, int], Fact]
) -> tuple[Case, dict[str, int]]:
    """The case with goals as they stand in the records now, meaning what people confirmed; and aim id → goal."""
    from lvlian.site.account.selectors_aims import aims_of

    goals = {goal.fact_id: goal for goal in scoped(Goal, access).filter(region=region, fact__isnull=False)}
    settled = {one.goal.pk: one for one in aims_of(access, region, goals.values())}
    chosen = {one.indicator: one.variant for one in scoped(VariantChoice, access).filter(region=region)}
    out, known = [], {}
    for aim in case.aims:
        row = rows.get(aim.ref.fact) if aim.ref.fact is not None else None
        goal = goals.get(row.pk) if row is not None else None
        if goal is None:
            out.append(aim)
            continue
        known[aim.id] = goal.pk
        held = settled[goal.pk]
        indicator, variant = aim.indicator, aim.variant
        if held.confirmed:
            indicator, variant = held.indicator, held.variant or aim.variant
        out.append(
            replace(
                aim,
                value=goal.value,
                value_max=goal.value_max,
                op=goal.op,
                unit=goal.unit,
                year=goal.year or aim.year,
                indicator=indicator,
                variant=variant or chosen.get(indicator, ""),
            )
        )
    return replace(case, aims=tuple(out)), known


# Scenarios ---------------------------------------------------------------------------------------------------------------
def scenarios_of(access: Access, region: Region) -> list[Scenario]:
    return list(scoped(Scenario, access).filter(region=region).select_related("user"))


def with_overlay(case: Case, overlay: Mapping[str, Any], name: str = "") -> Case:
    """The case under a scenario's overlay. Raises the engine's CaseError with one sentence."""
    from lvlian.outlook.scenario import apply, scenario_of

    if not overlay:
        return case
    return apply(case, scenario_of({"name": name or _("未存的改动"), **overlay}, _("情景")))


def key_of(overlay: Mapping[str, Any]) -> str:
    return json.dumps(overlay, sort_keys=True, ensure_ascii=False, default=str)


def projection_of(ground: Ground, overlay: Mapping[str, Any] | None = None) -> Projection:
    """The projection of a region's case under an overlay."""
    from lvlian.outlook.projection import project

    overlay = overlay or {}
    return once(
        ("projection", ground.stamp, key_of(overlay)), lambda: project(with_overlay(ground.case, overlay), library())
    )


def risk_of(ground: Ground, overlay: Mapping[str, Any] | None = None, draws: int = QUICK) -> Risk:
    """The chances under an overlay, on the same draws for every overlay."""
    from lvlian.outlook.risk import risk

    overlay = overlay or {}
    return once(
        ("risk", ground.stamp, key_of(overlay), draws),
        lambda: risk(with_overlay(ground.case, overlay), library(), draws=draws, seed=SEED),
    )
