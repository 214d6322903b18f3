"""Figures that are no flows: facts of the region and of its firms, counts of the ledger, each with its period and its origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lvlian.chain.region import Region
from lvlian.chain.report.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """`value` of a fact in its base unit (a text for grades). `period` is a month "2023-09", a year "2023" or empty (it stands until
    replaced); `sd` its standard deviation; `origin` where it stands."""

    name: str
    value: float | str
    firm: str = ""
    period: str = ""
    sd: float = 0.0
    origin: str = ""
    assumed: bool = False


@dataclass(frozen=True)
class Facts:
    """All facts at hand, found by name and firm."""

    table: Mapping[tuple[str, str], tuple[Given, ...]] = field(default_factory=dict)

    def of(self, name: str, firm: str, months: Sequence[str], over: str) -> tuple[tuple[Given, ...], tuple[str, ...]]:
        """The figures that tell `name` of a firm ("" for the region) over `months`, and the months that lack one.

        Monthly figures come first (all months where they add up, else the last that has one), then the year's figure where the
        months are a whole year or it does not add up, then one without a period."""
        rows = self.table.get((name, firm), ())
        if not rows:
            return (), tuple(months)
        monthly = {g.period: g for g in rows if len(g.period) == 7}
        present = [monthly[m] for m in months if m in monthly]
        years = {m[:4] for m in months}
        yearly = [g for g in rows if len(g.period) == 4 and g.period in years]
        if over in ("sum", "mean"):
            if present and (len(present) == len(months) or not yearly):
                return tuple(present), tuple(m for m in months if m not in monthly)
            if yearly and _whole_years(months):
                return tuple(yearly), ()
        elif present:
            return (present[-1],), ()
        elif yearly:
            return (yearly[-1],), ()
        standing = [g for g in rows if not g.period]
        return ((standing[-1],), ()) if standing else ((), tuple(months))

    def one(self, name: str, firm: str, months: Sequence[str]) -> Given | None:
        """The latest figure, for tests and stocks."""
        found, _ = self.of(name, firm, months, "last")
        return found[-1] if found else None


def _whole_years(months: Sequence[str]) -> bool:
    return all(sum(m.startswith(y) for m in months) == 12 for y in {m[:4] for m in months})


def facts_of(region: Region, statements: Iterable[Statement] = (), extra: Iterable[Given] = ()) -> Facts:
    """The facts of a region and its firms (standing), of statements with the item `fact` (of their month), and others; of two for
    the same period the later in this order holds."""
    rows: list[Given] = []
    for name, number in region.facts.items():
        rows.append(Given(name=name, value=number, origin="region"))
    for firm in region.firms:
        for name, value in firm.facts.items():
            rows.append(Given(name=name, value=value, firm=firm.id, origin=firm.short))
    for s in statements:
        if s.item == "fact":
            at = s.about if region.firm(s.about) is not None else ""
            rows.append(
                Given(
                    name=s.good, value=s.value, firm=at, period=s.month, sd=s.sd or 0.0, origin=str(s.origin) or s.party
                )
            )
    rows.extend(extra)
    table: dict[tuple[str, str], dict[str, Given]] = {}
    for row in rows:
        table.setdefault((row.name, row.firm), {})[row.period] = row
    return Facts({key: tuple(v for _, v in sorted(periods.items())) for key, periods in table.items()})
