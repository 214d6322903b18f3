"""A small region by hand: a smelter, three casters that report and two that do not, an extruder; streams, balances and readings typed
in, so that indicators are tested without the builder of networks. Figures are invented."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.system import System
from lvlian.chain.indicators.flows import Flows, ReadingOf
from lvlian.chain.region import Firm, Line, Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    id: str
    kind: str
    good: str = ""
    firm: str = ""
    partner: str = ""
    process: str = ""
    unit: str = "t"


def _firm(key: str, kind: str, *lines: tuple[str, float | None], **facts: float | str) -> Firm:
    return Firm(
        id=key,
        name=key,
        short=key,
        kind=kind,
        lines=tuple(Line(process=p, capacity=c) for p, c in lines),
        facts=facts,
    )


FIRMS = (
    _firm("smelter", "smelter", ("electrolysis", 1.1e6), ("cast_tbar_ingot", 4e5), revenue=1.3e10, employees=2900),
    _firm("caster", "processor", ("cast_billet_liquid", 6e5), revenue=8e9, employees=700),
    _firm("alloyer", "processor", ("cast_foundry_alloy_liquid", 1.2e5), revenue=1.5e9, employees=150),
    _firm("silent", "processor", ("cast_rod_liquid", 1e5)),
    _firm("quiet", "processor", ("cast_billet_liquid", 1e5)),
    _firm("extruder", "processor", ("extrusion_building", 8e4), revenue=9e8, employees=500),
)


@dataclass
class Sketch:
    """Grows streams, balances and readings; `flows` reconciles them."""

    region: Region = field(
        default_factory=lambda: Region(
            name="县", firms=FIRMS, facts={"above_scale_industry_output": 3.0e9}, simulated=True
        )
    )
    month: str = "2023-09"
    streams: list[Stream] = field(default_factory=list)
    rows: list[dict[str, float]] = field(default_factory=list)
    readings: list[tuple[str, float, float, str]] = field(default_factory=list)

    def stream(
        self, key: str, kind: str, good: str, firm: str, partner: str = "", process: str = "", unit: str = "t"
    ) -> None:
        self.streams.append(
            Stream(id=key, kind=kind, good=good, firm=firm, partner=partner, process=process, unit=unit)
        )

    def balance(self, **terms: float) -> None:
        self.rows.append(terms)

    def read(self, key: str, value: float, sd: float, party: str = "smelter") -> None:
        self.readings.append((key, value, sd, party))

    def system(self) -> System:
        at = {s.id: k for k, s in enumerate(self.streams)}
        table = np.zeros((len(self.rows), len(self.streams)))
        for n, row in enumerate(self.rows):
            for key, c in row.items():
                table[n, at[key]] = c
        return System(
            balance=csr_matrix(table),
            constant=np.zeros(len(self.rows)),
            stream=np.array([at[k] for k, *_ in self.readings], np.int64),
            reading=np.array([v for _, v, _, _ in self.readings]),
            variance=np.array([s**2 for _, _, s, _ in self.readings]),
            lower=np.where([s.kind == "stock" for s in self.streams], -np.inf, 0.0),
            names=tuple(at),
        )

    def flows(self) -> Flows:
        system = self.system()
        solution = reconcile(system)
        return Flows(
            region=self.region,
            month=self.month,
            streams=tuple(self.streams),
            value=solution.value,
            sd=solution.sd,
            classes=tuple(solution.classes()),
            spread=solution.spread,
            balance=system.balance,
            constant=system.constant,
            lower=system.lower,
            readings=tuple(
                ReadingOf(stream=int(k), variance=float(v), party=party, label=key, source="statement")
                for (key, _, _, party), k, v in zip(self.readings, system.stream, system.variance, strict=True)
            ),
            labels={s.id: s.id for s in self.streams},
        )


def sketch(month: str = "2023-09", scale: float = 1.0) -> Sketch:
    """Liquid metal of one smelter to four casters and its own ingot; power; scrap; billet to an extruder."""
    s = Sketch(month=month)
    s.stream("tapped", "made", "liquid_aluminium", "smelter", process="electrolysis")
    s.stream("power", "used", "electricity", "smelter", process="electrolysis", unit="kWh")
    s.stream("ingot_metal", "used", "liquid_aluminium", "smelter", process="cast_tbar_ingot")
    s.stream("ingot", "made", "aluminium_ingot", "smelter", process="cast_tbar_ingot")
    s.stream("ingot_sold", "moved", "aluminium_ingot", "smelter", "outside")
    s.stream("ingot_stock", "stock", "aluminium_ingot", "smelter")
    for firm, process in (
        ("caster", "cast_billet_liquid"),
        ("alloyer", "cast_foundry_alloy_liquid"),
        ("silent", "cast_rod_liquid"),
        ("quiet", "cast_billet_liquid"),
    ):
        s.stream(f"to_{firm}", "moved", "liquid_aluminium", "smelter", firm)
        s.stream(f"cast_{firm}", "used", "liquid_aluminium", firm, process=process)
        s.balance(**{f"to_{firm}": 1.0, f"cast_{firm}": -1.0})
    s.stream("hauled", "total", "liquid_aluminium", "smelter")
    s.stream("scrap", "moved", "aluminium_scrap", "outside", "caster")
    s.stream("billet", "made", "billet", "caster", process="cast_billet_liquid")
    s.stream("burnt", "lost", "liquid_aluminium", "caster", process="cast_billet_liquid")
    s.stream("alloy", "made", "foundry_alloy", "alloyer", process="cast_foundry_alloy_liquid")
    s.stream("rods", "made", "rod", "silent", process="cast_rod_liquid")
    s.stream("billet_2", "made", "billet", "quiet", process="cast_billet_liquid")
    s.stream("billet_in", "used", "billet", "extruder", process="extrusion_building")
    s.stream("billet_moved", "moved", "billet", "caster", "extruder")
    s.stream("billet_sold", "moved", "billet", "caster", "outside")
    s.stream("profile", "made", "profile_building", "extruder", process="extrusion_building")
    for firm in ("smelter", "caster", "alloyer", "extruder", "silent", "quiet"):
        s.stream(f"value_{firm}", "value", "", firm, unit="yuan")
    goes = {f"to_{f}": -1.0 for f in ("caster", "alloyer", "silent", "quiet")}
    s.balance(tapped=1.0, ingot_metal=-1.0, **goes)
    s.balance(hauled=-1.0, **dict.fromkeys(goes, 1.0))
    s.balance(ingot_metal=1.0, ingot=-1.0)
    s.balance(ingot=1.0, ingot_sold=-1.0, ingot_stock=-1.0)
    s.balance(cast_caster=1.0, scrap=1.0, billet=-1.0, burnt=-1.0)
    s.balance(cast_silent=1.0, rods=-1.0)
    s.balance(cast_quiet=1.0, billet_2=-1.0)
    s.balance(billet_moved=1.0, billet_in=-1.0)
    s.balance(billet=1.0, billet_moved=-1.0, billet_sold=-1.0)
    for key, value, sd, party in (
        ("tapped", 90180, 450, "smelter"),
        ("power", 1.2124e9, 3.6e6, "grid"),
        ("to_caster", 39900, 120, "smelter"),
        ("to_caster", 39812, 120, "caster"),
        ("to_alloyer", 7910, 24, "smelter"),
        ("cast_alloyer", 7872, 24, "alloyer"),
        ("hauled", 67380, 330, "haulier"),
        ("ingot", 22720, 110, "smelter"),
        ("ingot_sold", 21700, 65, "smelter"),
        ("ingot_stock", 1020, 60, "smelter"),
        ("scrap", 1900, 20, "caster"),
        ("billet", 41180, 200, "caster"),
        ("burnt", 500, 60, "caster"),
        ("alloy", 8404, 42, "alloyer"),
        ("billet_in", 6000, 30, "extruder"),
        ("profile", 5100, 26, "extruder"),
        ("value_smelter", 1.6e9, 8e6, "smelter"),
        ("value_caster", 7.4e8, 3.7e6, "caster"),
        ("value_alloyer", 1.5e8, 8e5, "alloyer"),
        ("value_extruder", 1.1e8, 6e5, "extruder"),
        ("value_silent", 1.0e8, 5e6, "silent"),
        ("value_quiet", 1.2e8, 6e6, "quiet"),
    ):
        s.read(key, value * scale, sd * scale, party)
    return s
