"""What the pages of indicators read: the accounts of a region's year, every indicator of them, and what people settled about them.

An official indicator is a figure of the region: it is computed from all reports whoever looks, and `sight` says how much of it is shown
(its parts are firms' figures). What was computed is kept for as long as nothing that it rests on was written.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Sum

from lvlian.site.account.models import GoalLink, Statement, SupplyLink, VariantChoice, Works
from lvlian.site.account.selectors import account_of, months_of
from lvlian.site.org.access import Access, Held, scoped
from lvlian.site.org.models import Region
from lvlian.site.org.reach import FieldClass
from lvlian.site.org.roles import ROLES
from lvlian.site.pages.selectors_chain import last_record

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.indicators.flows import Flows
    from lvlian.chain.indicators.given import Facts
    from lvlian.chain.indicators.series import Series
    from lvlian.chain.indicators.value import Choice, Part, Reading, Value

FEW = 3
"""A sum over fewer firms tells one of them; only who reads firms' figures sees it, unless the region's own plan names it."""
KEPT = 12
MONTH, YEAR = "month", "year"
_bases: OrderedDict[Hashable, Basis] = OrderedDict()
_lock = Lock()


@dataclass
class Basis:
    """The accounts of a year up to a month, and what was computed from them. `failed`: month → why it has no account; `earlier` the
    same months of the year before, where all of them have one."""

    region: Region
    month: str
    accounts: Mapping[str, Account]
    flows: Mapping[str, Flows]
    earlier: Sequence[Flows]
    facts: Facts
    failed: Mapping[str, str]
    made: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def months(self) -> list[str]:
        return sorted(self.flows)

    @property
    def account(self) -> Account | None:
        return self.accounts.get(self.month)

    def reading(self, key: str, over: str = MONTH, firm: str = "") -> Reading:
        """An indicator of the month, or from the beginning of the year to it."""
        about = (key, over, firm)
        if about not in self.made:
            from lvlian.chain.indicators.evaluate import evaluate
            from lvlian.chain.indicators.load_formulas import load_formulas

            last = self.flows.get(self.month) or self.flows[self.months[-1]]
            flows = list(self.flows.values()) if over == YEAR else [last]
            before = self.earlier if over == YEAR else self.earlier[-1:]
            self.made[about] = evaluate(load_formulas()[key], flows, self.facts, firm=firm, before=before)
        return self.made[about]  # type: ignore[no-any-return]

    def readings(self, over: str = MONTH) -> dict[str, Reading]:
        from lvlian.chain.indicators.load_formulas import load_formulas

        return {key: self.reading(key, over) for key in load_formulas().formulas}

    def series(self, key: str) -> Series:
        if ("series", key) not in self.made:
            from lvlian.chain.indicators.load_formulas import load_formulas
            from lvlian.chain.indicators.series import series

            self.made["series", key] = series(load_formulas()[key], [*self.earlier, *self.flows.values()], self.facts)
        return self.made["series", key]  # type: ignore[no-any-return]

    @property
    def suspected(self) -> frozenset[str]:
        """The streams that a doubtful report of the month reads."""
        if "suspected" not in self.made:
            self.made["suspected"] = _suspected(self.account)
        return self.made["suspected"]  # type: ignore[no-any-return]


def as_office(access: Access, region: Region) -> Access:
    """The scope that an official figure of a region is computed in, whoever looks."""
    return Access(user=access.user, held=(Held(ROLES["office"], region.pk, region.path),), region_id=region.pk)


def opens(access: Access, region: Region) -> bool:
    """Whether the reader sees the figures of all firms of a region."""
    return any(
        held.firm_id is None and FieldClass.COMMERCIAL in held.role.reads and region.path.startswith(held.path)
        for held in access.held
    )


def inside(access: Access) -> bool:
    """Whether the reader belongs to the administration: who settled what, and why, is told to it alone."""
    return any(FieldClass.INTERNAL in held.role.reads for held in access.held)


def account_months(access: Access, region: Region) -> list[str]:
    """The months of a region that have reports, the latest first; whoever looks."""
    return months_of(as_office(access, region), region)


def basis_of(access: Access, region: Region, month: str = "") -> Basis | None:
    """The accounts of the month's year up to the month (the latest where none is asked for); None where nothing was reported."""
    office = as_office(access, region)
    key = (_stamp(office, region), month)
    with _lock:
        if key in _bases:
            _bases.move_to_end(key)
            return _bases[key]
    months = months_of(office, region)
    if not months:
        return None
    made = _basis(office, region, month if month in months else months[0], months)
    with _lock:
        _bases[key] = made
        while len(_bases) > KEPT:
            _bases.popitem(last=False)
    return made


def _stamp(office: Access, region: Region) -> tuple[Any, ...]:
    rows = scoped(Statement, office).filter(region__path__startswith=region.path, current=True)
    works = scoped(Works, office).filter(firm__region__path__startswith=region.path)
    links = scoped(SupplyLink, office).filter(region__path__startswith=region.path)
    told = rows.order_by().aggregate(n=Count("pk"), last=Max("pk"), sum=Sum("value"))
    firms = works.order_by().aggregate(n=Count("pk"), last=Max("pk"), sum=Sum("revision"))
    supply = links.order_by().aggregate(n=Count("pk"), last=Max("pk"), sum=Sum("revision"))
    return (region.pk, region.name, last_record(), *told.values(), *firms.values(), *supply.values())


def _basis(office: Access, region: Region, month: str, months: Sequence[str]) -> Basis:
    from lvlian.chain.indicators.from_account import facts_in, flows_of

    year = sorted(one for one in months if one[:4] == month[:4] and one <= month)
    accounts, failed = _accounts(office, region, year)
    flows = {one: flows_of(made) for one, made in accounts.items()}
    past = [f"{int(one[:4]) - 1:04d}{one[4:]}" for one in flows]
    earlier: list[Flows] = []
    if past and set(past) <= set(months):
        before, _lost = _accounts(office, region, past)
        if len(before) == len(past):
            earlier = [flows_of(before[one]) for one in past]
    facts = _facts(accounts, facts_in)
    return Basis(region, month, accounts, flows, earlier, facts, failed)


def _accounts(office: Access, region: Region, months: Sequence[str]) -> tuple[dict[str, Account], dict[str, str]]:
    from lvlian.chain.account.system import UnsolvableError

    made, failed = {}, {}
    for one in months:
        try:
            made[one] = account_of(office, region, one)
        except UnsolvableError as error:
            failed[one] = str(error)
    return made, failed


def _facts(accounts: Mapping[str, Account], facts_in: Any) -> Facts:
    """Facts of all months: the later ones come with their own period, standing ones are those of the last."""
    from lvlian.chain.indicators.given import Facts

    table: dict[tuple[str, str], dict[str, Any]] = {}
    for month in sorted(accounts):
        for key, rows in facts_in(accounts[month]).table.items():
            table.setdefault(key, {}).update({row.period: row for row in rows})
    return Facts({key: tuple(row for _period, row in sorted(rows.items())) for key, rows in table.items()})


def _suspected(account: Account | None) -> frozenset[str]:
    if account is None:
        return frozenset()
    network = account.network
    readings = [doubt.reading for doubt in account.doubts]
    readings += [member.reading for group in account.sets for member in group.members]
    return frozenset(network.streams[network.readings[n].stream].id for n in readings)


# What people settled -----------------------------------------------------------------------------------------------------
def choices_of(access: Access, region: Region) -> dict[str, VariantChoice]:
    """The readings that a region fixed, by indicator; whoever looks (it decides which figure is the region's)."""
    rows = scoped(VariantChoice, as_office(access, region)).filter(region=region)
    return {row.indicator: row for row in rows.select_related("user")}


def links_of(access: Access, region: Region) -> list[GoalLink]:
    """The goals of a region that somebody has confirmed or refused to mean an indicator."""
    rows = scoped(GoalLink, as_office(access, region)).filter(goal__region=region)
    return list(rows.select_related("goal__plan", "goal__region", "user").order_by("goal__year", "goal_id"))


def choice_for(row: VariantChoice | None) -> Choice | None:
    from lvlian.chain.indicators.value import Choice

    if row is None:
        return None
    by = row.user.name if row.user is not None else ""
    return Choice(indicator=row.indicator, variant=row.variant, by=by, when=row.at.date().isoformat(), note=row.reason)


def with_choice(reading: Reading, row: VariantChoice | None) -> Reading:
    return replace(reading, chosen=choice_for(row))


# How much is shown -------------------------------------------------------------------------------------------------------
def shows(value: Value, official: bool, whole: bool, flows: Mapping[str, Flows]) -> bool:
    """Whether a figure may be told: to whom reads firms' figures always, to others where the region's own plan names it, or where both
    sides add up at least three firms."""
    if whole or official:
        return True
    sides = [side for side in (value.numerator, value.denominator) if side is not None]
    return bool(sides) and all(_many(side, flows) for side in sides)


def _many(side: Part, flows: Mapping[str, Flows]) -> bool:
    """Whether a side adds up enough firms; a count of firms tells nothing of one."""
    if side.lines and all(line.kind == "count" for line in side.lines):
        return True
    named = {name for weights in side.weights for name, weight in weights.items() if weight}
    firms: set[str] = set()
    for month in flows.values():
        for stream in month.streams:
            if stream.id in named:
                firms.add(stream.firm)
    return len(firms) >= FEW
