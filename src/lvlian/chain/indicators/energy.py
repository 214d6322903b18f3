"""Energy of smelters: grades of the mandatory standard by capacity, the stepped power price, and the intensity joint with downstream.

Levels and steps come from regulations.csv; what is not verified there stands among the assumptions of every result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lvlian.chain.indicators.evaluate import value_of
from lvlian.chain.indicators.flows import Flows
from lvlian.chain.indicators.formula import FormulaBook, Term
from lvlian.chain.indicators.given import Facts, facts_of
from lvlian.chain.indicators.load_formulas import load_formulas
from lvlian.chain.indicators.scene import Scene
from lvlian.chain.indicators.terms import gather
from lvlian.chain.indicators.threshold import SURE, Standing, chance_below, intensity_of, standings
from lvlian.chain.indicators.value import Missing, Value
from lvlian.chain.regulation import Regulation

if TYPE_CHECKING:
    from lvlian.chain.library import Library

GRADES = "gb21346_2022_electrolysis"
LEVELS = "fagaichanye_2021_1609"
STEPS = "stepped_price_2021_1239"
AC = "smelting_ac_intensity"


def scene_of(
    accounts: Flows | Sequence[Flows],
    facts: Facts | None = None,
    library: Library | None = None,
    book: FormulaBook | None = None,
    over: str = "sum",
) -> Scene:
    """What energy is computed against: one or several months."""
    from lvlian.chain.library import load_library

    flows = (accounts,) if isinstance(accounts, Flows) else tuple(accounts)
    return Scene(
        flows=flows,
        over=over,
        facts=facts if facts is not None else facts_of(flows[-1].region),
        library=library if library is not None else load_library(),
        book=book if book is not None else load_formulas(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Capacity at or under a limit: `limit` in kWh/t, `low`..`high` in t/a (equal where every firm is clear), `share_low`..`share_high`
    of all capacity, `expected` share by the chances of all firms (None where one is not known)."""

    id: str
    zh: str
    limit: float
    low: float
    high: float
    share_low: float
    share_high: float
    expected: float | None
    chances: Mapping[str, float | None]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """`firms`: capacity and intensity of every smelter; `levels` from the strictest to the loosest; `cells`: capacity in cells under
    400 kA by firm (t/a, None: not reported)."""

    firms: tuple[Standing, ...]
    levels: tuple[Level, ...]
    cells: Mapping[str, float | None]
    assumptions: tuple[str, ...]
    missing: tuple[Missing, ...]


def grades(scene: Scene) -> Grades:
    """Smelting capacity by the grades of GB 21346 and the benchmark and baseline levels, AC power per tonne of liquid metal."""
    variant = scene.book["benchmark_capacity_share"].variants[0]
    firms = standings(variant, scene)
    standard, levels = scene.library.regulation(GRADES), scene.library.regulation(LEVELS)
    limits = [
        (name, f"GB 21346 {n}级", float(limit), standard)
        for n, (name, limit) in enumerate(
            zip(standard.parameters["order"], standard.parameters["ac_liquid_kwh_t"], strict=True), start=1
        )
    ]
    both = levels.parameters["electrolytic_aluminium_ac_liquid_kwh_t"]
    limits += [
        ("benchmark", "标杆水平", float(both["benchmark"]), levels),
        ("baseline", "基准水平", float(both["baseline"]), levels),
    ]
    known = [f for f in firms if f.capacity > 0]
    whole = sum(f.capacity for f in known)
    cells = {}
    for firm in firms:
        given = scene.facts.one("capacity_under_400ka", firm.firm, scene.months)
        cells[firm.firm] = float(given.value) if given is not None and not isinstance(given.value, str) else None
    return Grades(
        firms=firms,
        levels=tuple(_level(key, zh, limit, rule, known, whole) for key, zh, limit, rule in limits),
        cells=cells,
        assumptions=tuple(dict.fromkeys(a for f in firms for a in f.intensity.assumptions)),
        missing=tuple(dict.fromkeys(m for f in firms for m in f.missing)),
    )


def _level(key: str, zh: str, limit: float, rule: Regulation, firms: Sequence[Standing], whole: float) -> Level:
    chances = {f.firm: chance_below(f.intensity, limit) if f.intensity.known else None for f in firms}
    low = sum(f.capacity for f in firms if (c := chances[f.firm]) is not None and c >= SURE)
    high = sum(f.capacity for f in firms if (c := chances[f.firm]) is None or c > 1 - SURE)
    told = [f.capacity * c for f in firms if (c := chances[f.firm]) is not None]
    expected = sum(told) / whole if whole and len(told) == len(firms) else None
    divisor = whole or 1.0
    return Level(
        id=key,
        zh=zh,
        limit=limit,
        low=low,
        high=high,
        share_low=low / divisor,
        share_high=high / divisor,
        expected=expected,
        chances=chances,
        rule=rule.cite,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SteppedPrice:
    """The surcharge of a smelter: `intensity` comprehensive AC power per tonne, `limit` the first step's, `add` yuan/kWh at the best
    estimate, `steps` its number of steps, `chances` of each number of steps, `cost` yuan in the period at the best estimate and
    `expected` over the chances (None where the power used is not known), `per_tonne` yuan per tonne of liquid metal."""

    firm: str
    intensity: Value
    limit: float
    steps: int | None
    add: float | None
    chances: Mapping[int, float]
    cost: float | None
    expected: float | None
    per_tonne: float | None
    assumptions: tuple[str, ...]
    missing: tuple[Missing, ...]


def stepped_price(scene: Scene, firm: str) -> SteppedPrice:
    """What a smelter would pay more for power in these months, were its intensity of these months the year's.

    The rule goes by last year's comprehensive AC power without desulphurisation; the tier of a year that is not listed is that of the
    last listed year before it. Non-hydro renewable power above its threshold lowers the surcharge where the fact is given."""
    rule = scene.library.regulation(STEPS)
    parameters = rule.parameters
    variant = scene.book[AC].variant("comprehensive")
    assert variant is not None  # the shipped formulas have it
    intensity = intensity_of(variant.numerator, variant.denominator, scene, firm)
    limit = _tier(parameters, scene.months[-1][:4])
    assumptions = [f"按本期电耗试算，实际按上年；{rule.cite}", *intensity.assumptions]
    discount = _discount(parameters, scene, firm, assumptions)
    power = gather([t for t in variant.numerator if "electrolysis" in t.process], scene, firm)
    energy = _known(power.rows, scene)
    blank: dict[str, Any] = {"firm": firm, "intensity": intensity, "limit": limit, "missing": intensity.missing}
    if intensity.value is None:
        return SteppedPrice(
            **blank,
            steps=None,
            add=None,
            chances={},
            cost=None,
            expected=None,
            per_tonne=None,
            assumptions=tuple(assumptions),
        )
    size, increment = float(parameters["step_kwh"]), float(parameters["increment_yuan_kwh"]) * discount
    chances = _step_chances(intensity.value, intensity.sd or 0.0, limit, size)
    steps = _steps(intensity.value, limit, size)
    mean = sum(k * p for k, p in chances.items())
    made = gather(variant.denominator, scene, firm)
    tonnes = _known(made.rows, scene)
    add = increment * steps
    return SteppedPrice(
        **blank,
        steps=steps,
        add=add,
        chances=chances,
        cost=None if energy is None else add * energy,
        expected=None if energy is None else increment * mean * energy,
        per_tonne=None if energy is None or not tonnes else add * energy / tonnes,
        assumptions=tuple(dict.fromkeys(assumptions)),
    )


def _steps(value: float, limit: float, size: float) -> int:
    return max(math.ceil((value - limit) / size - 1e-9), 0)


def _step_chances(value: float, sd: float, limit: float, size: float) -> dict[int, float]:
    """The chance of each number of steps, those above 0.1 %."""
    if sd <= 0:
        return {_steps(value, limit, size): 1.0}

    def under(x: float) -> float:
        return 0.5 * math.erfc((value - x) / (sd * math.sqrt(2)))

    top = _steps(value + 6 * sd, limit, size)
    out = {0: under(limit)}
    for k in range(1, top + 1):
        out[k] = under(limit + k * size) - under(limit + (k - 1) * size)
    return {k: p for k, p in out.items() if p > 1e-3}


def _tier(parameters: Mapping[str, Any], year: str) -> float:
    tiers = {str(k): float(v) for k, v in parameters["tier_kwh_t"].items()}
    listed = [y for y in sorted(tiers) if y <= year]
    return tiers[listed[-1] if listed else min(tiers)]


def _discount(parameters: Mapping[str, Any], scene: Scene, firm: str, assumptions: list[str]) -> float:
    given = scene.facts.one("renewable_non_hydro_share", firm, scene.months)
    if given is None or isinstance(given.value, str):
        assumptions.append("非水可再生电量占比未报，不计减收")
        return 1.0
    points = (given.value - float(parameters["renewable_non_hydro_threshold"])) * 100
    return 1.0 if points <= 0 else max(1.0 - math.floor(points) * float(parameters["discount_per_pp"]), 0.0)


def _known(rows: Sequence[Any], scene: Scene) -> float | None:
    total = 0.0
    for account, row in zip(scene.flows, rows, strict=True):
        settled = account.settled(row)
        if settled is None or not row.any():
            return None
        total += sum(float(w) * float(account.value[k]) for k, w in enumerate(settled[0]) if w) + settled[1]
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """`members`: the smelter and the firms that take its liquid metal in the region; `alone` and `joint` in tce per 10k yuan, power at
    calorific and at equal value; `benefit` says by how much the joint figure is lower (same unit), None where one is missing."""

    firm: str
    members: tuple[str, ...]
    alone: Mapping[str, Value]
    joint: Mapping[str, Value]
    benefit: Mapping[str, float | None]


def joint_intensity(scene: Scene, firm: str) -> Joint:
    """Energy and output value of a smelter taken with its contracted downstream: those that it delivers liquid metal to."""
    partners: dict[str, None] = {}
    for account in scene.flows:
        for k in account.by_kind.get("moved", ()):
            stream = account.streams[k]
            if stream.firm == firm and scene.region.firm(stream.partner) is not None and _is_liquid(stream.good, scene):
                partners[stream.partner] = None
    members = (firm, *partners)
    formula = scene.book["energy_intensity_chain"]
    alone, joint, benefit = {}, {}, {}
    for variant in formula.variants:
        blank = Value(
            variant=variant.id,
            zh=variant.zh,
            en=variant.en,
            reading=variant.reading,
            unit=formula.unit,
            scale=formula.scale,
        )
        alone[variant.id] = _of_firms(variant.numerator, variant.denominator, (firm,), scene, blank)
        joint[variant.id] = _of_firms(variant.numerator, variant.denominator, members, scene, blank)
        one, both = alone[variant.id].value, joint[variant.id].value
        benefit[variant.id] = None if one is None or both is None else one - both
    return Joint(firm=firm, members=members, alone=alone, joint=joint, benefit=benefit)


def _is_liquid(good_id: str, scene: Scene) -> bool:
    good = scene.library.goods.get(good_id)
    return good is not None and good.stage.id == "primary" and bool(good.metal)


def _of_firms(over: Sequence[Term], under: Sequence[Term], firms: Sequence[str], scene: Scene, blank: Value) -> Value:
    """The value over some firms only: their sums added, each firm's gaps kept."""
    region = replace(scene.region, firms=tuple(f for f in scene.region.firms if f.id in firms))
    narrow = replace(scene, flows=tuple(replace(f, region=region) for f in scene.flows))
    top, bottom = gather(over, narrow), gather(under, narrow)
    return value_of("ratio", top, bottom, narrow, blank)
