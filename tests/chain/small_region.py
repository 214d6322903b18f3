"""A small region with figures that close to the tonne, for tests of what is shown of an account."""

from __future__ import annotations

from dataclasses import replace

from lvlian.chain.layers import Book, Flow, independent
from lvlian.chain.library import load_library
from lvlian.chain.region import OUTSIDE, Firm, Line, Link, Region


class Maker:
    """Writes flows one by one; each is read with 1 % unless told otherwise."""

    def __init__(self) -> None:
        self.flows: list[Flow] = []

    def add(self, kind: str, firm: str, good: str, value: float, **more: object) -> None:
        partner, process = str(more.pop("partner", "")), str(more.pop("process", ""))
        who = f"{firm}>{partner}" if kind == "moved" else firm
        flow = Flow(
            stream=f"{kind}:{who}/{process}/{good}",
            kind=kind,
            good=good,
            firm=firm,
            partner=partner,
            process=process,
            value=value,
            sd=abs(value) * 0.01,
            quality="redundant",
        )
        self.flows.append(replace(flow, **more))  # type: ignore[arg-type]

    def buy(self, firm: str, good: str, value: float) -> None:
        self.add("moved", OUTSIDE, good, value, partner=firm)

    def sell(self, firm: str, good: str, value: float) -> None:
        self.add("moved", firm, good, value, partner=OUTSIDE)

    def send(self, firm: str, to: str, good: str, value: float) -> None:
        self.add("moved", firm, good, value, partner=to)

    def run(self, firm: str, process: str, made: float, **scaled: float) -> None:
        """A process by its recipe: main product, inputs, by-products and wastes; an input is `scaled` where told."""
        entry = load_library().processes[process]
        self.add("made", firm, entry.product, made, process=process)
        for x in entry.inputs:
            amount = x.value * made * scaled.get(x.good, 1.0)
            if amount:
                self.add("used", firm, x.good, amount, process=process)
        for x in entry.flows("byproduct", "waste", "output"):
            self.add("made", firm, x.good, x.value * made, process=process)

    def close(self) -> None:
        """Whatever a store lacks is bought outside, whatever is left over is sold there."""
        gap: dict[tuple[str, str], float] = {}
        for f in self.flows:
            value = f.value or 0.0
            if f.kind == "made":
                gap[f.firm, f.good] = gap.get((f.firm, f.good), 0.0) + value
            elif f.kind in ("used", "lost", "stock"):
                gap[f.firm, f.good] = gap.get((f.firm, f.good), 0.0) - value
            else:
                if f.firm != OUTSIDE:
                    gap[f.firm, f.good] = gap.get((f.firm, f.good), 0.0) - value
                if f.partner != OUTSIDE:
                    gap[f.partner, f.good] = gap.get((f.partner, f.good), 0.0) + value
        for (firm, good), value in gap.items():
            if value > 1e-9:
                self.sell(firm, good, value)
            elif value < -1e-9:
                self.buy(firm, good, -value)

    def book(self, region: Region, month: str = "2023-09") -> Book:
        flows = tuple(self.flows)
        return Book(region, (month,), flows, load_library(), independent(flows), simulated=region.simulated)


SMELTER = Firm(
    id="smelter",
    name="某铝业有限公司",
    short="某铝",
    kind="smelter",
    lines=(Line(process="electrolysis", capacity=1_450_000), Line(process="cast_tbar_ingot", capacity=400_000)),
)
CASTER = Firm(
    id="caster",
    name="某铸造有限公司",
    short="某铸",
    kind="processor",
    lines=(Line(process="cast_billet_liquid", capacity=600_000),),
)
PRESS = Firm(
    id="press",
    name="某挤压有限公司",
    short="某压",
    kind="processor",
    lines=(Line(process="extrusion_industrial", capacity=100_000),),
)
RECYCLER = Firm(
    id="recycler",
    name="某再生有限公司",
    short="某再生",
    kind="recycler",
    lines=(Line(process="secondary_casting_alloy", capacity=60_000), Line(process="scrap_preprocessing")),
)


def region(area: str = "云南", **facts: float) -> Region:
    return Region(
        name="某县",
        firms=(SMELTER, CASTER, PRESS, RECYCLER),
        links=(
            Link(source="smelter", target="caster", good="liquid_aluminium"),
            Link(source="caster", target="press", good="billet"),
        ),
        grid_area=area,
        facts=facts,
        simulated=True,
    )


def small_region(area: str = "云南", scale: float = 1.0, **facts: float) -> Book:
    """Smelter → caster → press, trimmings back to the caster, a recycler beside them: one month, everything closed."""
    m = Maker()
    m.run("smelter", "electrolysis", 90_000 * scale)
    m.run("smelter", "cast_tbar_ingot", 30_000 * scale)
    m.send("smelter", "caster", "liquid_aluminium", 40_000 * scale)
    m.run("caster", "cast_billet_liquid", 39_000 * scale)
    m.run("caster", "cast_billet_ingot", 1_500 * scale, aluminium_ingot_or_scrap=0)
    m.add("used", "caster", "new_scrap_extrusion", 1_527 * scale, process="cast_billet_ingot")
    m.send("caster", "press", "billet", 12_000 * scale)
    m.run("press", "extrusion_industrial", 9_359 * scale)
    m.send("press", "caster", "new_scrap_extrusion", 1_527 * scale)
    m.run("recycler", "secondary_casting_alloy", 4_000 * scale)
    m.close()
    return m.book(region(area, **facts))
