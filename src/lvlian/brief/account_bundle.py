"""Everything that is taken away from a month's account, or from that of several months: data, workbook, paper, pictures, footprints."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .account import account_sheets, account_title
from .account_paper import account_paper
from .atlas_drawing import atlas_svg
from .atlas_sheets import atlas_sheets
from .footprint_sheets import footprint_workbook, products_of
from .goal_standing import Standing, standings_of
from .indicator_sheets import goals_sheet, indicator_sheet, months_sheet, parts_sheet
from .period_sheets import period_sheets
from .sankey_drawing import sankey_svg
from .sheets import Sheet
from .workbook import workbook_bytes

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.account.year import PeriodAccount
    from lvlian.chain.atlas import Atlas
    from lvlian.chain.indicators.value import Reading
    from lvlian.chain.layers import Book

INDICATORS = "lvlian-indicators/1"
PERIOD = "lvlian-period/1"
PICTURES = {"metal": ("金属", "metal"), "energy": ("能量", "energy"), "carbon": ("碳", "carbon"), "value": ("价值", "value")}  # fmt: skip


@dataclass(frozen=True)
class Bundle:
    """The account of one month, or `period` with its months. `plan`: a plan's facts in their public form, for goals and projects;
    empty without one. Everything is reckoned once, when it is first asked for."""

    accounts: tuple[Account, ...]
    period: PeriodAccount | None = None
    plan: Mapping[str, Any] | None = None
    language: str = "zh"

    @property
    def zh(self) -> bool:
        return self.language == "zh"

    @property
    def last(self) -> Account:
        return self.accounts[-1]

    @property
    def simulated(self) -> bool:
        return self.last.region.simulated

    @property
    def absent(self) -> tuple[str, ...]:
        """Months of the period that have no account."""
        return self.period.missing if self.period is not None else ()

    @property
    def title(self) -> str:
        if self.period is None:
            return account_title(self.last) if self.zh else f"{self.last.region.name} {self.last.month} account"
        name = self.period.name
        return f"{self.last.region.name} {name} 产业链账" if self.zh else f"{self.last.region.name} {name} account"

    @cached_property
    def book(self) -> Book:
        from lvlian.chain.layers import open_book

        return open_book(*self.accounts)

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        """All indicators, over all months together."""
        return _evaluated(self.accounts)

    @cached_property
    def by_month(self) -> Mapping[str, Mapping[str, Reading]]:
        """All indicators of each month."""
        return {a.month: _evaluated([a]) for a in self.accounts}

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """The plan's goals against the account."""
        return standings_of((self.plan or {}).get("goals") or (), self.accounts)

    @cached_property
    def atlas(self) -> Atlas:
        from lvlian.chain.atlas.build import atlas
        from lvlian.chain.atlas.planned import plan_projects

        region, library = self.last.region, self.last.library
        return atlas(self.book, plan_projects(self.plan, library, region) if self.plan else ())

    @property
    def legend(self) -> tuple[str, ...]:
        """What stands below a picture that is taken away."""
        months = ("、" if self.zh else ", ").join(a.month for a in self.accounts)
        told = [f"来源：{months} 的平衡账" if self.zh else f"Source: the balanced account of {months}"]
        if self.absent:
            gaps = ("、" if self.zh else ", ").join(self.absent)
            told.append(f"缺 {gaps}，未推算" if self.zh else f"Missing: {gaps}; nothing is extrapolated")
        if self.simulated:
            told.append("模拟：报数为演示数据" if self.zh else "Simulated: the reports are invented")
        return tuple(told)

    # -- files
    def files(self) -> dict[str, bytes]:
        """Every file by name; see docs/account.md for what they are. The same account gives the same bytes."""
        from lvlian.chain.account.write_account import to_json
        from lvlian.chain.sankey import sankey

        out: dict[str, bytes] = {}
        if self.period is None:
            out["account.json"] = to_json(self.last).encode()
            out["account.docx"] = account_paper(self.last, self.readings)
        else:
            out["period.json"] = dumped(self.period_data())
            out |= {f"account-{a.month}.json": to_json(a).encode() for a in self.accounts}
        out["account.xlsx"] = self.workbook()
        out["indicators.json"] = dumped(self.indicator_data())
        for layer, names in PICTURES.items():
            picture = sankey(self.book, layer, found=self.book.footprint)
            title = f"{self.title} {names[0 if self.zh else 1]}"
            out[f"flows-{layer}.svg"] = sankey_svg(picture, self.language, title=title, legend=self.legend).encode()
        title = f"{self.title} {'产业链图' if self.zh else 'atlas'}"
        out["atlas.svg"] = atlas_svg(self.atlas, language=self.language, title=title, legend=self.legend).encode()
        products = products_of(self.book, self.book.footprint)
        if products:
            most = max(products, key=lambda c: c.amount)
            title = (
                f"{self.title} {self.book.names(most.good)[0 if self.zh else 1]} {'碳足迹' if self.zh else 'footprint'}"
            )
            out["footprint.xlsx"] = footprint_workbook(
                self.book, self.book.footprint, good=most.good, language=self.language, legend=self.legend, title=title
            )
        return out

    def workbook(self) -> bytes:
        """The sheets as an Excel workbook."""
        marked = ("模拟" if self.zh else "simulated") if self.simulated else ""
        return workbook_bytes(self.sheets(), foot=(self.title, marked))

    def sheets(self) -> list[Sheet]:
        """The account's sheets, then indicators with their parts, months side by side, goals, gaps."""
        parts = account_sheets(self.last) if self.period is None else period_sheets(self.period, self.last.library, self.zh)  # fmt: skip
        sheets: list[Sheet] = [s for s in parts if s.name not in ("指标", "说明")]
        sheets += [indicator_sheet(self.readings, self.zh), parts_sheet(self.readings, self.zh)]
        if self.period is not None:
            sheets.append(months_sheet(self.by_month, self.absent, self.zh))
        if self.plan:
            sheets.append(goals_sheet(self.standings, self.zh))
        sheets.append(atlas_sheets(self.atlas, self.zh, ())[2])
        return [*sheets, *(s for s in parts if s.name == "说明")]

    def indicator_data(self) -> dict[str, Any]:
        """All indicators and, with a plan, its goals, as plain values."""
        data: dict[str, Any] = {
            "format": INDICATORS, "region": self.last.region.name, "months": [a.month for a in self.accounts], "absent": list(self.absent),
            "simulated": self.simulated, "indicators": [r.to_json() for r in self.readings.values()],
        }  # fmt: skip
        if self.period is not None:
            data["by_month"] = {
                m: {r.indicator: [{"variant": v.variant, "value": v.value, "sd": v.sd, "low": v.low, "high": v.high} for v in r.values] for r in table.values()}
                for m, table in self.by_month.items()
            }  # fmt: skip
        if self.plan:
            data["goals"] = [standing_data(s) for s in self.standings]
        return data

    def period_data(self) -> dict[str, Any]:
        """The period's streams: value, sd, class, bounds where they cannot be found."""
        period = self.period
        assert period is not None
        streams = [
            {"id": s.id, "unit": s.unit, "class": period.classes[k], "value": period.value[k], "sd": period.sd[k], "interval": list(period.intervals.get(s.id, ())) or None}
            for k, s in enumerate(period.streams)
        ]  # fmt: skip
        return {
            "format": PERIOD, "region": period.region.name, "period": period.name, "months": list(period.months), "missing": list(period.missing),
            "simulated": self.simulated, "closed": {a.month: a.closed for a in period.accounts}, "streams": streams,
            "assumptions": list(period.assumptions),
        }  # fmt: skip


def standing_data(s: Standing) -> dict[str, Any]:
    """A goal against the account as plain values."""
    keys = ("variant", "unit", "value", "sd", "low", "high", "gap", "short", "chance", "chance_low", "chance_high")
    return {
        **{key: s.goal.get(key) for key in ("subject", "indicator", "op", "value", "value_max", "unit", "when")},
        "means": s.proposal.indicator or None, "sure": s.proposal.sure, "why": s.reason() if not s.found else s.why,
        "account": [{**{key: getattr(c, key) for key in keys}, "missing": [m.zh for m in c.missing], "notes": list(c.notes)} for c in s.found],
    }  # fmt: skip


def dumped(data: Any) -> bytes:
    """JSON in UTF-8; null for NaN and ±∞."""
    return (json.dumps(_finite(data), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.12g}") if math.isfinite(value) else None
    return value


def _evaluated(accounts: Sequence[Account]) -> Mapping[str, Reading]:
    from lvlian.chain.indicators.evaluate import evaluate_all
    from lvlian.chain.indicators.from_account import facts_in, flows_of

    last = accounts[-1]
    return evaluate_all([flows_of(a) for a in accounts], facts_in(last), library=last.library)
