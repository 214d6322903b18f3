"""What projects need beside a firm's own means (要素): who supplies how much from when, who needs it, what is booked for whom.

Amounts are exact decimals in the unit they were reported in; `measured` tells them in the factor's own unit. A day that nobody has
told is None and stays None: such a row is told as missing with who must bring it, and never counted on a guessed day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Literal, get_args

from lvlian.ledger.track import Factor, Words
from lvlian.quantity.show import figure
from lvlian.quantity.unit import UnitError, convert, normal_unit

Id = int | str
"""A row of a database or a name: only equality and a stable order are asked of it."""


@dataclass(frozen=True, slots=True)
class FactorKind:
    """`unit` is what a factor is balanced in. `stock`: it stays there until somebody books it (land, funds); else it is a rate that
    is there anew each quarter (load, gas), and a figure per year or month is told per quarter."""

    key: Factor
    name: Words
    unit: str
    stock: bool = False
    timed: bool = False
    """Whether `unit` is an amount in a quarter, so that 万立方米/年 may be told in it."""


FACTORS: Mapping[Factor, FactorKind] = {
    kind.key: kind
    for kind in (
        FactorKind("power", Words("用电负荷", "power load"), "万千瓦"),
        FactorKind("energy", Words("用电量", "electricity"), "万千瓦时", timed=True),
        FactorKind("land", Words("用地", "land"), "亩", stock=True),
        FactorKind("gas", Words("用气", "gas"), "万立方米", timed=True),
        FactorKind("water", Words("用水", "water"), "万立方米", timed=True),
        FactorKind("funds", Words("资金", "funds"), "万元", stock=True),
        FactorKind("logistics", Words("物流", "logistics"), "万吨", timed=True),
        FactorKind("environment", Words("环境容量", "environmental capacity"), "吨", timed=True),
        FactorKind("energy_quota", Words("能耗指标", "energy quota"), "吨标准煤", timed=True),
    )
}
"""Every factor, in the order in which pages and papers tell them."""
ORDER: Mapping[str, int] = {key: place for place, key in enumerate(FACTORS)}
_TIMES = ("年", "季度", "月")


class FactorError(ValueError):
    """A row that cannot stand in the balance; one sentence, in Chinese, and in English in `en`."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


def exact(value: Decimal | float | str) -> Decimal:
    """An amount as a decimal, as it is printed and not as binary holds it. Raises FactorError where it is no finite figure."""
    try:
        amount = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise FactorError(
            f"数量写的是“{value}”，应为一个有限的数。", f"The amount is {value!s}, expected a finite figure."
        )
    return amount


@cache
def _ratio(factor: Factor, unit: str) -> Decimal:
    """How many of the factor's units one `unit` is. Raises FactorError."""
    kind = FACTORS[factor]
    if unit == kind.unit:  # the usual case needs no register of units, which takes a second to load
        return Decimal(1)
    try:
        if kind.timed and normal_unit(unit).partition("/")[2] in _TIMES:
            ratio = convert(1.0, unit, f"{kind.unit}/季度")
        else:
            ratio = convert(1.0, unit, kind.unit)
    except UnitError as error:
        raise FactorError(
            f"{kind.name.zh}的单位写的是“{unit[:40]}”，不能折算为{kind.unit}，请按{kind.unit}填报。",
            f"The unit of {kind.name.en} is {unit[:40]!r}, which cannot be told in {kind.unit}; report it in {kind.unit}.",
        ) from error
    return Decimal(int(ratio)) if ratio.is_integer() else Decimal(repr(ratio))


def measured(factor: Factor, amount: Decimal, unit: str) -> Decimal:
    """An amount told in the factor's unit (公顷 in 亩, 万立方米/年 in 万立方米 a quarter). Raises FactorError where it cannot be."""
    return amount * _ratio(factor, unit)


def told(factor: Factor, amount: Decimal) -> str:
    """`12.5万千瓦`: an amount in the factor's unit with the unit."""
    return figure(float(amount)) + FACTORS[factor].unit


def rank(row: Id) -> tuple[int, int, str]:
    """The declared order of rows that agree in all that counts: numbers by size, then names."""
    return (0, row, "") if isinstance(row, int) else (1, 0, row)


def _checked(factor: Factor, title: str, amount: Decimal | None, unit: str) -> Decimal | None:
    """The amount as an exact decimal. Raises FactorError for an unknown factor, a negative amount or a unit that does not fit."""
    if factor not in get_args(Factor):
        known = "、".join(kind.name.zh for kind in FACTORS.values())
        raise FactorError(
            f"“{title}”的要素写的是“{factor}”，应为{known}之一。",
            f"The factor of {title!r} is {factor!r}, expected one of {', '.join(FACTORS)}.",
        )
    _ratio(factor, unit)
    if amount is None:
        return None
    value = exact(amount)
    if value < 0:
        raise FactorError(
            f"“{title}”的数量写的是 {value}，不应小于零。",
            f"The amount of {title!r} is {value}, expected none below zero.",
        )
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Something that is or will be there: a substation, a land batch, a bond. `promised` is the day that was promised, `expected` the
    day reported now, `done` the day on which it was there, `until` its last day. `source` is the item of the ledger that brings it,
    `unit_name` who answers for it. Raises FactorError."""

    id: Id
    factor: Factor
    title: str
    amount: Decimal | None
    unit: str
    promised: date | None = None
    expected: date | None = None
    done: date | None = None
    until: date | None = None
    stock: bool = False
    source: Id = ""
    unit_name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", _checked(self.factor, self.title, self.amount, self.unit))

    @property
    def day(self) -> date | None:
        """The best day known: when it was there, else reported, else promised; None where nobody has told one."""
        return self.done or self.expected or self.promised

    @property
    def measure(self) -> Decimal:
        """The amount in the factor's unit; nothing where nobody has told it."""
        return Decimal(0) if self.amount is None else self.amount * _ratio(self.factor, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a project needs by a day for a step (the key of its stage). `goals` are the goals that the project stands for.
    `until` is the last day of the need. Raises FactorError."""

    id: Id
    factor: Factor
    title: str
    project: Id
    amount: Decimal | None
    unit: str
    need_by: date | None = None
    until: date | None = None
    step: Id = ""
    goals: tuple[str, ...] = ()
    unit_name: str = ""
    project_name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", _checked(self.factor, self.title, self.amount, self.unit))

    @property
    def measure(self) -> Decimal:
        """The amount in the factor's unit; nothing where nobody has told it."""
        return Decimal(0) if self.amount is None else self.amount * _ratio(self.factor, self.unit)

    @property
    def who(self) -> str:
        """What a sentence calls it."""
        return self.project_name or str(self.project) or self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """So much of a supply is kept for a demand; in the factor's unit unless `unit` says another. Raises FactorError."""

    id: Id
    supply: Id
    demand: Id
    amount: Decimal
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", exact(self.amount))

    def measure(self, factor: Factor) -> Decimal:
        """The amount in the factor's unit. Raises FactorError where the unit does not fit."""
        return self.amount * _ratio(factor, self.unit) if self.unit else self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """缺数: a row that nothing can be said about, what it lacks, and who must bring it."""

    side: Literal["supply", "demand"]
    id: Id
    factor: Factor
    title: str
    lacks: tuple[Literal["amount", "date"], ...]
    unit_name: str
    zh: str
    en: str


def missing(supplies: Iterable[Supply], demands: Iterable[Demand]) -> tuple[Missing, ...]:
    """Every supply and demand that lacks its amount or its date, with the sentence that asks for it; by factor, then title."""
    out = [
        _missing("supply", row, row.day, row.unit_name, Words("供给日期", "the day on which it is there"))
        for row in supplies
    ]
    out += [
        _missing("demand", row, row.need_by, row.unit_name or row.project_name, Words("需用日期", "the day of need"))
        for row in demands
    ]
    found = [row for row in out if row is not None]
    return tuple(sorted(found, key=lambda row: (ORDER[row.factor], row.side == "demand", row.title, rank(row.id))))


def _missing(
    side: Literal["supply", "demand"], row: Supply | Demand, day: date | None, who: str, when: Words
) -> Missing | None:
    lacks: list[Literal["amount", "date"]] = []
    if row.amount is None:
        lacks.append("amount")
    if day is None:
        lacks.append("date")
    if not lacks:
        return None
    named = {"amount": Words("数量", "the amount"), "date": when}
    zh = "和".join(named[key].zh for key in lacks)
    en = " and ".join(named[key].en for key in lacks)
    name = FACTORS[row.factor].name
    return Missing(
        side=side, id=row.id, factor=row.factor, title=row.title, lacks=tuple(lacks), unit_name=who,
        zh=f"“{row.title}”（{name.zh}）缺{zh}，由{who or '填报单位'}补报。",
        en=f"{row.title!r} ({name.en}) lacks {en}; {who or 'the reporting unit'} has to bring it.",
    )  # fmt: skip
