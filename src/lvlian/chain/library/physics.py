"""What nature allows: the loader refuses a recipe that makes metal or mass, or needs less energy or carbon than it must.

Every check looks at the best case that the ranges leave open, and at the stated values with a small allowance for contents that are
round figures. A recipe that passes may still be wrong; one that fails cannot be right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lvlian.chain.dataset import LibraryError
from lvlian.chain.library.good import Good
from lvlian.chain.library.process import Exchange, Process

KWH_PER_KGCE = 1 / 0.1229
"""GB/T 2589-2020, equivalent value: 1 kWh = 0.1229 kgce."""
ALLOWANCE = 0.02
"""Metal at the stated values may exceed the input by this share: contents are round figures of alloys that differ."""
MASS_ALLOWANCE = 0.001
"""Mass at the stated values: rounding of the rows."""
LARGEST_INPUT = 100.0
"""t or m3 divided by 100 per unit of product that any recipe takes; above it the unit is wrong."""
LARGEST_ENERGY = 100_000.0
"""kWh of all carriers per t; above it the unit is wrong (high-purity metals stay below a third of it)."""
_SHARES = ("yield", "recovery", "efficiency", "rate", "share", "utilisation")
_WEIGHED = ("ore", "intermediate", "metal", "part", "scrap", "residue", "byproduct", "reagent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A least amount for every process that makes one of `product` out of one of `from_`: `least` kWh of energy (`unit` kWh; all
    carriers where `of` is empty) or t of the goods `of` less the goods `minus` given back, per unit of product."""

    id: str
    zh: str
    product: tuple[str, ...]
    from_: tuple[str, ...]
    least: float
    unit: str
    source: str
    of: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    file: str = ""


def check_process(
    process: Process,
    goods: Mapping[str, Good],
    accepts: Mapping[str, Collection[str]],
    metals: Iterable[str],
    laws: Iterable[Law],
) -> float:
    """Raises LibraryError in one sentence (file, process, field, found, expected) where nature forbids the recipe; gives the least
    energy in kWh per unit of product that the laws ask for (0: none applies). `accepts` gives the goods that may stand for one."""
    where = f"{process.file}, line {process.line}, process {process.id}"
    _shares(where, process)
    _sizes(where, process, goods)
    _stated_yield(where, process, goods)
    for metal in metals:
        _metal(where, process, goods, metal)
    if process.complete:
        _mass(where, process, goods)
    least = 0.0
    for law in laws:
        taken = {member for x in process.inputs for member in (x.good, *accepts.get(x.good, ()))}
        if process.product in law.product and taken & set(law.from_):
            _lawful(where, process, goods, law)
            if law.unit == "kWh":
                least = max(least, law.least)
    return least


def _shares(where: str, process: Process) -> None:
    for x in process.params:
        words = x.good.split("_")
        if not any(word in words for word in _SHARES) or x.role != "param" or not _is_quotient(x.unit):
            continue
        if not 0 <= x.low <= x.high <= 1:
            found = x.high if x.high > 1 else x.low
            raise LibraryError(f"{where}, param {x.good}: is {found:g} {x.unit}, expected a share between 0 and 1")
        if "yield" in words and x.low == 0:
            raise LibraryError(f"{where}, param {x.good}: a yield of 0, expected above 0 and at most 1")


def _is_quotient(unit: str) -> bool:
    above, slash, below = unit.partition("/")
    return unit == "-" or (slash != "" and above.split()[:1] == ["t"] and below.split()[:1] == ["t"])


def _sizes(where: str, process: Process, goods: Mapping[str, Good]) -> None:
    energy = 0.0
    for x in process.exchanges:
        if x.role in ("param", "cost") or not x.counted:
            continue
        good = goods[x.good]
        if good.energy.value and x.role == "input":
            energy += x.high * good.energy.value * KWH_PER_KGCE
        elif good.unit == "t" and x.high > LARGEST_INPUT:
            raise LibraryError(
                f"{where}, {x.role} {x.good}: {x.high:g} {good.unit} per unit of product (given {x.given}), expected at most"
                f" {LARGEST_INPUT:g}; the unit looks wrong"
            )
    if energy > LARGEST_ENERGY:
        raise LibraryError(
            f"{where}, input: {energy:,.0f} kWh of energy per unit of product, expected at most {LARGEST_ENERGY:,.0f}; a unit looks wrong"
        )


def _stated_yield(where: str, process: Process, goods: Mapping[str, Good]) -> None:
    """A stated `yield` and the feed must tell the same story: input = 1 / yield."""
    stated = process.exchange("yield", "param")
    feeds = [x for x in process.inputs if goods[x.good].metal and goods[x.good].kind != "reagent"]
    if stated is None or len(feeds) != 1:
        return
    expected = 1 / stated.value
    if abs(feeds[0].value / expected - 1) > 0.01:
        raise LibraryError(
            f"{where}, input {feeds[0].good}: is {feeds[0].value:g}, expected {expected:.4f} for the stated yield of {stated.value:g}"
        )


def _metal(where: str, process: Process, goods: Mapping[str, Good], metal: str) -> None:
    def holds(flows: Iterable[Exchange]) -> list[tuple[Exchange, Good]]:
        return [(x, goods[x.good]) for x in flows if goods[x.good].metal == metal]

    out, into = holds(process.outputs), holds(process.inputs)
    if not out or (not into and (goods[process.product].kind == "ore" or "feed" in process.open)):
        return
    if not into:
        raise LibraryError(
            f"{where}, input: none holds {metal} but {out[0][0].good} does, expected an input with {metal} or open: [feed]"
        )
    least = sum(x.low * good.content.low for x, good in out)
    most = sum(x.high * good.content.high for x, good in into)
    if least > most * (1 + 1e-9):
        raise LibraryError(
            f"{where}, input: {most:.4g} t of {metal} at most go in and {least:.4g} t at least come out, expected no more than goes in"
        )
    given = sum(x.value * good.content.value for x, good in into)
    made = sum(x.value * good.content.value for x, good in out)
    if made > given * (1 + ALLOWANCE):
        raise LibraryError(
            f"{where}, input: {given:.4g} t of {metal} go in and {made:.4g} t come out at the stated values, expected no more than"
            f" goes in"
        )


def _mass(where: str, process: Process, goods: Mapping[str, Good]) -> None:
    def weighed(flows: Iterable[Exchange]) -> list[Exchange]:
        return [x for x in flows if goods[x.good].unit == "t" and goods[x.good].kind in _WEIGHED]

    out, into = weighed(process.outputs), weighed(process.inputs)
    given, made = sum(x.value for x in into), sum(x.value for x in out)
    most, least = sum(x.high for x in into), sum(x.low for x in out)
    if made > given * (1 + MASS_ALLOWANCE) or least > most * (1 + MASS_ALLOWANCE):
        raise LibraryError(
            f"{where}, complete: {given:.4g} t go in and {made:.4g} t come out, expected no more than goes in where the recipe is complete"
        )


def _lawful(where: str, process: Process, goods: Mapping[str, Good], law: Law) -> None:
    energy = law.unit == "kWh"
    if energy and "energy" in process.open:
        return
    taken = [x for x in process.inputs if (x.good in law.of if law.of else energy and goods[x.good].energy.value > 0)]
    given = [x for x in process.outputs if x.good in law.minus]

    def size(x: Exchange, figure: float) -> float:
        carrier = goods[x.good].energy.high
        return figure * carrier * KWH_PER_KGCE if energy else figure

    if not taken and not energy:
        return
    # The low end of a range claims to be possible, so it must be; one figure being low does not make the others low.
    for label, amount in (
        ("stated", sum(size(x, x.value) for x in taken) - sum(size(x, x.value) for x in given)),
        ("low end", sum(size(x, x.low) for x in taken) - sum(size(x, x.value) for x in given)),
    ):
        if amount < law.least * (1 - 1e-9):
            names = ", ".join(x.good for x in taken) or "energy"
            raise LibraryError(
                f"{where}, input {names}: {amount:,.4g} {law.unit} per unit of product ({label}), expected at least {law.least:,.4g}"
                f" ({law.id}: {law.source})"
            )
