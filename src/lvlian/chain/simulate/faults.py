"""Faults planted in simulated reports, each of a known kind, so that what is found can be compared with what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, log10
from random import Random

from lvlian.chain.report.statement import Statement
from lvlian.chain.simulate.assumptions import Assumptions
from lvlian.chain.simulate.truth import Key, Month, drawn
from lvlian.chain.simulate.world import WorldError, month_name, month_number

FAULT_ZH: Mapping[str, str] = {
    "tenfold": "十倍",
    "unit": "单位",
    "sign": "正负号",
    "digits": "错位",
    "missing": "漏一家",
    "double": "重复",
    "stale": "过期",
    "bias": "多报或少报",
    "party": "缺一家",
    "month": "缺一月",
    "one_side": "缺一方",
    "late": "迟报",
}
"""Kinds of faults. The first eight give a wrong figure, in the words of the account's kinds; the last four leave a figure out:
a party reports nothing, in one month or from then on; one of the two sides of a flow is not reported; a report comes too late."""

WRONG = ("tenfold", "unit", "sign", "digits", "missing", "double", "stale", "bias")
ABSENT = ("party", "month", "one_side", "late")

_AMOUNTS = ("made", "used", "sent", "received", "opening", "closing", "hauled")
_UNIT_SLIPS = {"t": (1e-3, 1e-4, 1e4, 1e3), "kWh": (1e-4, 1e4), "m3": (1e-4, 1e4), "yuan": (1e-4, 1e4)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`kind` of FAULT_ZH; `key` of the statement (for a party or month the party alone is filled in); `true` what should have been
    said, `honest` what would have been reported without the fault, `reported` what is (None: nothing); `why` in words."""

    kind: str
    key: Key
    month: str
    true: float | None
    honest: float | None
    reported: float | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """Which faults to plant: a kind, where wanted the `party`, `item`, `good`, `partner` and month ("" leaves the choice to the seed);
    `size` sets the factor of tenfold, unit, bias; `optional`: where no statement fits, a bias is planted instead."""

    kind: str
    party: str = ""
    item: str = ""
    good: str = ""
    process: str = ""
    partner: str = ""
    month: str = ""
    size: float | None = None
    optional: bool = False


def plant_faults(
    statements: Mapping[str, Sequence[Statement]],
    truth: Mapping[str, Month],
    plans: Sequence[FaultPlan],
    seed: int,
    rules: Assumptions,
) -> tuple[dict[str, tuple[Statement, ...]], tuple[Fault, ...]]:
    """The statements with the faults in them, and what was planted. Each statement gets one fault at most. Raises WorldError where
    a kind is unknown or no statement fits a plan."""
    held = {month: list(rows) for month, rows in statements.items()}
    honest = {(s.month, s.key): s for rows in statements.values() for s in rows}
    touched: set[tuple[str, Key]] = set()
    planted: list[Fault] = []
    for number, plan in enumerate(plans):
        if plan.kind not in FAULT_ZH:
            raise WorldError(f"fault {plan.kind!r}: not known, expected one of {', '.join(FAULT_ZH)}")
        chance = drawn(seed, "fault", str(number), plan.kind)
        planted.extend(_plant(plan, held, honest, truth, touched, chance, rules))
    return {month: tuple(rows) for month, rows in held.items()}, tuple(planted)


def drawn_plans(months: Sequence[str], count: int, seed: int, kinds: Sequence[str] = WRONG) -> tuple[FaultPlan, ...]:
    """`count` faults per month of kinds taken in turn from a shuffled list."""
    chance = drawn(seed, "plans", *months)
    order = list(kinds)
    plans: list[FaultPlan] = []
    for month in months:
        chance.shuffle(order)
        plans += [FaultPlan(kind=order[k % len(order)], month=month, optional=True) for k in range(count)]
    return tuple(plans)


def _plant(
    plan: FaultPlan,
    held: dict[str, list[Statement]],
    honest: Mapping[tuple[str, Key], Statement],
    truth: Mapping[str, Month],
    touched: set[tuple[str, Key]],
    chance: Random,
    rules: Assumptions,
) -> list[Fault]:
    fitting = [
        s
        for month, rows in sorted(held.items())
        if plan.month in ("", month)
        for s in rows
        if (s.month, s.key) not in touched
        and plan.party in ("", s.party)
        and plan.item in ("", s.item)
        and plan.good in ("", s.good)
        and plan.process in ("", s.process)
        and plan.partner in ("", s.partner)
    ]
    if plan.kind in ABSENT:
        return _leave_out(plan, fitting, held, touched, truth, chance)
    fitting = [s for s in fitting if s.item in _AMOUNTS and s.value]
    able = [s for s in fitting if _can(plan.kind, s, honest, held, truth)]
    if not able and plan.optional and fitting:
        plan, able = replace(plan, kind="bias"), fitting
    fitting = able
    if not fitting:
        where = ", ".join(
            f"{n} {v}"
            for n, v in (("party", plan.party), ("item", plan.item), ("good", plan.good), ("month", plan.month))
            if v
        )
        raise WorldError(f"fault {plan.kind}: no statement that it fits{f' with {where}' if where else ''}")
    chosen = chance.choice(fitting)
    if plan.kind == "missing":
        name, part = chance.choice(_parts(chosen, held, truth))
        value, why = _clean(max(0.0, chosen.value - part)), f"漏 {name}，少 {part:,.6g}"
    else:
        value, why = _WRONG[plan.kind](chosen, honest, held, chance, plan.size, rules)
    index = held[chosen.month].index(chosen)
    held[chosen.month][index] = replace(chosen, value=value, given=_given(chosen, value))
    touched.add((chosen.month, chosen.key))
    true = truth[chosen.month].of(chosen)
    return [
        Fault(
            kind=plan.kind, key=chosen.key, month=chosen.month, true=true, honest=chosen.value, reported=value, why=why
        )
    ]


def _given(statement: Statement, value: float) -> str:
    """The figure as written, in the unit that the honest one was written in."""
    _, _, unit = statement.given.partition(" ")
    shown = float(statement.given.partition(" ")[0].replace(",", "") or 0)
    if not shown or not statement.value:
        return f"{value:,.6g} {unit}".strip()
    return f"{shown * value / statement.value:,.6g} {unit}".strip()


# -- wrong figures

Held = Mapping[str, list[Statement]]
Honest = Mapping[tuple[str, Key], Statement]


def _before(statement: Statement, honest: Honest) -> Statement | None:
    return honest.get((month_name(month_number(statement.month) - 1), statement.key))


def _siblings(statement: Statement, held: Held) -> list[Statement]:
    """Other figures of the same party and item about the same good: parts of one total."""
    return [
        s
        for s in held[statement.month]
        if s.party == statement.party and s.item == statement.item and s.good == statement.good
        and s.key != statement.key and s.value > 0
    ]  # fmt: skip


def _parts(statement: Statement, held: Held, truth: Mapping[str, Month]) -> list[tuple[str, float]]:
    """What a total is made of: a carrier's loads as their senders report them, a firm's energy by process."""
    if statement.item == "used" and not statement.process:
        used = truth[statement.month].used.items()
        parts = [(p, v) for (f, p, g), v in used if f == statement.about and g == statement.good and p and v > 0]
        return parts if len(parts) > 1 else []
    if statement.item != "hauled":
        return []
    loads = [
        s for s in held[statement.month]
        if s.item == "sent" and s.good == statement.good and s.partner and s.partner != "outside" and s.value > 0
        and statement.about in (s.party, statement.party)
    ]  # fmt: skip
    return [(f"{s.party} → {s.partner}", s.value) for s in loads]


def _can(kind: str, statement: Statement, honest: Honest, held: Held, truth: Mapping[str, Month]) -> bool:
    match kind:
        case "stale":
            before = _before(statement, honest)
            return before is not None and before.value != statement.value
        case "missing":
            return bool(_parts(statement, held, truth))
        case "digits":
            return _swapped(statement.value) != statement.value
        case _:
            return True


def _tenfold(
    s: Statement, honest: Honest, held: Held, chance: Random, size: float | None, rules: Assumptions
) -> tuple[float, str]:
    factor = size or chance.choice((10.0, 0.1))
    return _clean(s.value * factor), f"× {factor:g}"


def _unit(
    s: Statement, honest: Honest, held: Held, chance: Random, size: float | None, rules: Assumptions
) -> tuple[float, str]:
    factor = size or chance.choice(_UNIT_SLIPS.get(s.unit, (1e-3, 1e3)))
    return _clean(s.value * factor), f"× {factor:g}"


def _sign(
    s: Statement, honest: Honest, held: Held, chance: Random, size: float | None, rules: Assumptions
) -> tuple[float, str]:
    return -s.value, "−"


def _digits(
    s: Statement, honest: Honest, held: Held, chance: Random, size: float | None, rules: Assumptions
) -> tuple[float, str]:
    return _swapped(s.value), "相邻两位对调"


def _double(
    s: Statement, honest: Honest, held: Held, chance: Random, size: float | None, rules: Assumptions
) -> tuple[float, str]:
    others = _siblings(s, held)
    if others and chance.random() < 0.5:
        other = chance.choice(others)
        return _clean(s.value + other.value), f"又计入 {other.value:g}"
    return _clean(2 * s.value), "计了两遍"


def _stale(
    s: Statement, honest: Honest, held: Held, chance: Random, size: float | None, rules: Assumptions
) -> tuple[float, str]:
    before = _before(s, honest)
    assert before is not None  # only chosen where there is one
    return before.value, f"照抄 {before.month}"


def _bias(
    s: Statement, honest: Honest, held: Held, chance: Random, size: float | None, rules: Assumptions
) -> tuple[float, str]:
    low, high = rules.numbers("faults", "bias")
    factor = size or 1 + chance.choice((-1, 1)) * chance.uniform(low, high)
    return _clean(s.value * factor), f"× {factor:.3f}"


_Wrong = Callable[[Statement, Honest, Held, Random, float | None, Assumptions], tuple[float, str]]
_WRONG: Mapping[str, _Wrong] = {
    "tenfold": _tenfold,
    "unit": _unit,
    "sign": _sign,
    "digits": _digits,
    "double": _double,
    "stale": _stale,
    "bias": _bias,
}


def _clean(value: float) -> float:
    return float(f"{value:.10g}")


def _swapped(value: float) -> float:
    """The figure with its first pair of unequal neighbouring digits (from the second digit on) exchanged: 41200 → 42100."""
    if not value:
        return value
    size = floor(log10(abs(value)))
    digits = f"{abs(value):.9e}"[:11].replace(".", "")
    for k in range(1, 4):
        if digits[k] != digits[k + 1]:
            other = digits[:k] + digits[k + 1] + digits[k] + digits[k + 2 :]
            return _clean((1 if value > 0 else -1) * float(f"{other[0]}.{other[1:]}e{size}"))
    return value


# -- figures that are not there


def _leave_out(
    plan: FaultPlan,
    fitting: list[Statement],
    held: dict[str, list[Statement]],
    touched: set[tuple[str, Key]],
    truth: Mapping[str, Month],
    chance: Random,
) -> list[Fault]:
    if plan.kind == "one_side":
        both = {(s.month, s.about, s.partner, s.good) for rows in held.values() for s in rows if s.item == "sent"}
        fitting = [
            s for s in fitting
            if s.item == "received" and s.partner and (s.month, s.partner, s.about, s.good) in both
        ]  # fmt: skip
        if not fitting:
            raise WorldError("fault one_side: no flow is reported by both of its sides")
        gone = [chance.choice(fitting)]
    else:
        parties = sorted({s.party for s in fitting})
        if not parties:
            raise WorldError(f"fault {plan.kind}: no statement that it fits")
        party = chance.choice(parties)
        months = sorted({s.month for s in fitting if s.party == party})
        first = plan.month or chance.choice(months)
        gone = [
            s for s in fitting if s.party == party and (s.month == first if plan.kind != "party" else s.month >= first)
        ]
    faults: list[Fault] = []
    for s in gone:
        held[s.month].remove(s)
        touched.add((s.month, s.key))
        why = {"late": "过了期限才报", "one_side": "对方报了，这一方没报"}.get(plan.kind, "没报")
        faults.append(
            Fault(
                kind=plan.kind,
                key=s.key,
                month=s.month,
                true=truth[s.month].of(s),
                honest=s.value,
                reported=None,
                why=why,
            )
        )
    return faults
