"""The lines of accounts: what every process of a firm made, took and left over the months, with its variance."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lvlian.chain.simulate.names import name_rules, same_firm
from lvlian.outlook.case import Case

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.account.network import Stream
    from lvlian.chain.library import Library

NOTHING = 1e-6


@dataclass(slots=True)
class Line:
    """A process of a firm over the months: output by month, what it took and left in all, each with its variance; t, kWh, m3."""

    firm: str
    process: str
    made: dict[str, float] = field(default_factory=dict)
    taken: dict[str, tuple[float, float]] = field(default_factory=dict)
    left: dict[str, tuple[float, float]] = field(default_factory=dict)
    whole: dict[str, float] = field(default_factory=dict)
    """Output of the months in which a good was known, by good."""

    @property
    def months(self) -> int:
        return len(self.made)

    @property
    def yearly(self) -> float:
        """Output a year at the rate of all months that are known."""
        return 12 * sum(self.made.values()) / len(self.made) if self.made else 0.0

    @property
    def latest(self) -> float:
        """Output a year at the rate of the last month that is known."""
        return 12 * self.made[max(self.made)] if self.made else 0.0

    def per_tonne(self, good: str, role: str = "taken") -> tuple[float, float] | None:
        """What a tonne of product took (or left) and its sd; None where no month says it."""
        table = self.taken if role == "taken" else self.left
        made = self.whole.get(good, 0.0)
        if good not in table or made <= NOTHING:
            return None
        value, variance = table[good]
        return value / made, math.sqrt(max(variance, 0.0)) / made


def firm_ids(case: Case, account: Account) -> dict[str, str]:
    """Firm of the account → firm of the case: the same id, else the same short name, else its own id."""
    rules = name_rules()
    known = {plant.firm for plant in case.plants} | {one.firm for one in case.projects if one.firm} | set(case.names)
    places = (case.region, re.sub(r"[省市县州区]$", "", case.region))
    shorts = {key: rules.short(case.names.get(key, key), places) for key in known}
    out = {}
    for firm in account.region.firms:
        short = rules.short(firm.name, places)
        alike = [key for key, other in shorts.items() if same_firm(other, short)]
        out[firm.id] = firm.id if firm.id in known else (min(alike, key=len) if alike else firm.id)
    return out


def lines_of(accounts: Sequence[Account], ids: Mapping[str, str], library: Library) -> dict[tuple[str, str], Line]:
    """Every line of the accounts by (firm, process)."""
    out: dict[tuple[str, str], Line] = {}
    for account in accounts:
        here: dict[tuple[str, str], float] = {}
        rows: list[tuple[Stream, float, float]] = []
        for stream, value, sd in zip(account.streams, account.value, account.sd, strict=True):
            process = library.processes.get(stream.process)
            if stream.kind not in ("made", "used") or process is None or math.isnan(value):
                continue
            if stream.kind == "made" and stream.good == process.product:
                here[stream.firm, stream.process] = float(value)
            else:
                rows.append((stream, float(value), 0.0 if math.isnan(sd) else float(sd)))
        for (firm, name), value in here.items():
            key = (ids.get(firm, firm), name)
            out.setdefault(key, Line(*key)).made[account.month] = max(value, 0.0)
        for stream, value, sd in rows:
            made = here.get((stream.firm, stream.process))
            line = out.get((ids.get(stream.firm, stream.firm), stream.process))
            if made is None or line is None or made <= NOTHING:
                continue
            table = line.taken if stream.kind == "used" else line.left
            before = table.get(stream.good, (0.0, 0.0))
            table[stream.good] = (before[0] + value, before[1] + sd * sd)
            line.whole[stream.good] = line.whole.get(stream.good, 0.0) + made
    return out
