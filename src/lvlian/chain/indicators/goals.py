"""Goals of a plan and the indicators that they mean: proposed here, confirmed by a person, compared with the account."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lvlian.chain.dataset import LibraryError, read_yaml
from lvlian.chain.indicators.formula import Formula, FormulaBook
from lvlian.chain.indicators.load_formulas import load_formulas
from lvlian.chain.indicators.value import Missing, Reading, Value
from lvlian.quantity.unit import UnitError, convert, same_dimension

if TYPE_CHECKING:
    from lvlian.chain.library import Library

RULES = Path(__file__).parent / "goals.yaml"
_RULE = {
    "name", "name_and", "name_not", "subject", "subject_firm", "mode", "unit", "exact", "indicator", "variant", "fact", "none",
    "sure", "others", "why",
}  # fmt: skip
_TOP = {"rules", "firm_words", "counters", "about"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRules:
    """What goals.yaml holds."""

    rules: tuple[Mapping[str, Any], ...]
    firm_words: tuple[str, ...]
    counters: tuple[str, ...]
    about: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A goal and what it may mean. `goal` is its place in the list; `variant` None: the text leaves open which variant, all are meant;
    `indicator` empty: none (`why` says so, `fact` names a figure of the region that it is instead). `factor` turns a figure in the goal's
    unit into the indicator's. `of_firm`: the subject is one firm, evaluate for it. `sure` False: a person should look twice."""

    goal: int
    name: str
    subject: str
    indicator: str
    variant: str | None
    sure: bool
    why: str
    factor: float = 1.0
    unit: str = ""
    fact: str = ""
    others: tuple[str, ...] = ()
    of_firm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One variant of an indicator against a goal, in the goal's unit. `gap` = value − goal; `short` what is lacking in the goal's
    direction (0 where it is met). `chance` that it is met now, `chance_low`..`chance_high` where the value is only bounded.
    `missing` 缺数: why there is none."""

    goal: int
    variant: str
    zh: str
    target: float
    op: str
    unit: str
    value: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None
    gap: float | None = None
    short: float | None = None
    chance: float | None = None
    chance_low: float | None = None
    chance_high: float | None = None
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=4)
def load_goal_rules(path: Path | None = None) -> GoalRules:
    """The rules of a file (default: those shipped). Raises LibraryError."""
    file = path or RULES
    data = read_yaml(file)
    for key in data:
        if key not in _TOP:
            raise LibraryError(f"{file.name}, field {key}: unknown, expected one of {', '.join(sorted(_TOP))}")
    rules = data.get("rules")
    if not isinstance(rules, list):
        raise LibraryError(f"{file.name}, field rules: expected a list")
    for number, rule in enumerate(rules, start=1):
        if not isinstance(rule, dict):
            raise LibraryError(f"{file.name}, rule {number}: expected a mapping")
        for key in rule:
            if key not in _RULE:
                raise LibraryError(
                    f"{file.name}, rule {number}, field {key}: unknown, expected one of {', '.join(sorted(_RULE))}"
                )
        if sum(key in rule for key in ("indicator", "fact", "none")) != 1:
            raise LibraryError(f"{file.name}, rule {number}: expected exactly one of indicator, fact, none")
    about = data.get("about", 0.05)
    if isinstance(about, bool) or not isinstance(about, int | float) or not 0 <= about < 1:
        raise LibraryError(f"{file.name}, field about: is {about!r}, expected a share from 0 to 1")
    return GoalRules(
        rules=tuple(rules),
        firm_words=tuple(data.get("firm_words") or ()),
        counters=tuple(data.get("counters") or ()),
        about=float(about),
    )


def propose(
    goals: Sequence[Mapping[str, Any]], library: Library | None = None, book: FormulaBook | None = None
) -> tuple[Proposal, ...]:
    """For every goal (public form of facts) what indicator it names, or why none."""
    from lvlian.chain.library import load_library

    shelf = library if library is not None else load_library()
    held = book if book is not None else load_formulas()
    rules = load_goal_rules()
    return tuple(_propose(number, goal, shelf, held, rules) for number, goal in enumerate(goals))


def _propose(number: int, goal: Mapping[str, Any], library: Library, book: FormulaBook, rules: GoalRules) -> Proposal:
    name, subject = str(goal.get("indicator") or ""), str(goal.get("subject") or "")
    unit, mode = str(goal.get("unit") or ""), str(goal.get("mode") or "level")
    found = library.indicator_of(name)
    rule = next((r for r in rules.rules if _fits(r, name, subject, unit, mode, rules)), None)
    if rule is not None and "none" in rule:
        return Proposal(
            goal=number, name=name, subject=subject, indicator="", variant=None, sure=True, why=str(rule["none"])
        )
    if rule is not None and "fact" in rule:
        return Proposal(
            goal=number,
            name=name,
            subject=subject,
            indicator="",
            variant=None,
            sure=True,
            why=str(rule["why"]),
            fact=str(rule["fact"]),
        )
    key = str(rule["indicator"]) if rule is not None else (found.id if found is not None else "")
    if not key or key not in book.formulas:
        why = f"指标库里没有叫“{name}”的指标" if name else "目标没有指标名"
        return Proposal(goal=number, name=name, subject=subject, indicator="", variant=None, sure=False, why=why)
    formula = book[key]
    factor = _factor(unit, formula, rules)
    variant = str(rule["variant"]) if rule is not None and rule.get("variant") else _only(formula)
    whole = found is not None and found.id == key and name in (*found.words, found.name_zh)
    sure = bool(rule.get("sure", True)) if rule is not None else whole
    why = (
        str(rule["why"])
        if rule is not None and rule.get("why")
        else ("名称相同" if whole else f"名称里有“{_word(found, name)}”")
    )
    if factor is None:
        return Proposal(
            goal=number,
            name=name,
            subject=subject,
            indicator="",
            variant=None,
            sure=False,
            why=f"单位“{unit}”换不成{formula.unit}，与指标 {key} 对不上",
            others=(key,),
        )
    if variant is None:
        why += f"；原文没有写明口径，{len(formula.variants)} 种并列"
    if mode == "increase" and key not in ("above_scale_firms",) and not _counts_new(formula, variant):
        why += "；原文是增量，基期须另给"
        sure = False
    return Proposal(
        goal=number,
        name=name,
        subject=subject,
        indicator=key,
        variant=variant,
        sure=sure,
        why=why,
        factor=factor,
        unit=unit,
        others=tuple(rule.get("others") or ()) if rule is not None else (),
        of_firm=any(word in subject for word in rules.firm_words),
    )


def _fits(rule: Mapping[str, Any], name: str, subject: str, unit: str, mode: str, rules: GoalRules) -> bool:
    if rule.get("exact") and name not in rule.get("name", ()):
        return False
    tests = (
        not rule.get("name") or any(word in name for word in rule["name"]),
        not rule.get("name_and") or any(word in name for word in rule["name_and"]),
        not any(word in name for word in rule.get("name_not", ())),
        not rule.get("subject") or any(word in subject for word in rule["subject"]),
        not rule.get("mode") or mode in rule["mode"],
        not rule.get("unit") or unit in rule["unit"],
        "subject_firm" not in rule or bool(rule["subject_firm"]) == any(word in subject for word in rules.firm_words),
    )
    return all(tests)


def _only(formula: Formula) -> str | None:
    """The only variant that rests on reports; None where the text must choose."""
    plain = [v.id for v in formula.variants if not v.assumed]
    return plain[0] if len(plain) == 1 else None


def _counts_new(formula: Formula, variant: str | None) -> bool:
    return (variant or "").startswith("new") or any(
        t.fact.endswith("_new") for v in formula.variants for t in v.numerator
    )


def _word(found: Any, name: str) -> str:
    words = [w for w in (*found.words, found.name_zh) if w in name] if found is not None else []
    return max(words, key=len, default=name)


def _factor(unit: str, formula: Formula, rules: GoalRules) -> float | None:
    """Figure in the goal's unit × factor = figure in the indicator's; None where they do not measure the same."""
    if not unit:
        return None
    target = formula.unit
    for given in (unit, unit.removesuffix("/年").removesuffix("/a"), f"{unit}/年"):
        scale, base = _counter(given, rules)
        scale_to, base_to = _counter(target, rules)
        if base is not None and base_to is not None:
            return scale / scale_to
        try:
            if same_dimension(given, target):
                return convert(1.0, given, target)
        except UnitError:
            continue
    return None


def factor_between(unit: str, indicator: str, book: FormulaBook | None = None) -> float | None:
    """What turns a figure in a goal's unit into one in the unit of an indicator; None where they do not measure the same.

    Raises KeyError for an indicator that the book does not have."""
    held = book if book is not None else load_formulas()
    return _factor(unit, held[indicator], load_goal_rules())


def _counter(unit: str, rules: GoalRules) -> tuple[float, str | None]:
    for word, scale in (("万", 1e4), ("", 1.0)):
        if unit.startswith(word) and unit[len(word) :] in rules.counters:
            return scale, "count"
    return 1.0, None


# -- comparison
def compare(
    goal: Mapping[str, Any], proposal: Proposal, reading: Reading, about: float | None = None
) -> tuple[Comparison, ...]:
    """A goal against the account, for the variant that it means or for all of them. `reading` covers the months that are told."""
    chosen = proposal.variant or (reading.chosen.variant if reading.chosen is not None else None)
    values = [v for v in reading.values if chosen is None or v.variant == chosen]
    tolerance = load_goal_rules().about if about is None else about
    return tuple(_compare(goal, proposal, reading, value, tolerance) for value in values)


def _compare(goal: Mapping[str, Any], proposal: Proposal, reading: Reading, value: Value, about: float) -> Comparison:
    target, op = float(goal["value"]), str(goal.get("op") or "=")
    notes = [*value.notes, *_period_notes(goal, reading)]
    blank: dict[str, Any] = {
        "goal": proposal.goal,
        "variant": value.variant,
        "zh": value.zh,
        "target": target,
        "op": op,
        "unit": str(goal.get("unit") or ""),
    }
    if str(goal.get("mode") or "level") == "increase" and not _is_new(value):
        gap = Missing(zh="增量的基期数", en="the base of the increase", ask=("统计局",))
        return Comparison(**blank, missing=(gap, *value.missing), notes=tuple(notes))
    if not value.known:
        return Comparison(**blank, missing=value.missing or (Missing(zh="缺数", en="no data"),), notes=tuple(notes))
    factor = proposal.factor or 1.0
    least, most = _accepted(goal, reading.direction, about, notes)
    if value.value is not None:
        told, sd = value.value / factor, (value.sd or 0.0) / abs(factor)
        chance = _between(told, sd, least, most)
        return Comparison(
            **blank,
            value=told,
            sd=sd,
            gap=told - target,
            short=_short(told, least, most, target),
            chance=chance,
            notes=tuple(notes),
        )
    low, high = (value.low or 0.0) / factor, (value.high if value.high is not None else math.inf) / factor
    ends = [
        _between(low, (value.sd_low or 0.0) / abs(factor), least, most),
        _between(high, (value.sd_high or 0.0) / abs(factor), least, most),
    ]
    spans = least <= high and low <= most
    return Comparison(
        **blank,
        low=low,
        high=high,
        chance_low=min(ends),
        chance_high=1.0 if spans else max(ends),
        notes=tuple(notes),
    )


def _accepted(goal: Mapping[str, Any], direction: str, about: float, notes: list[str]) -> tuple[float, float]:
    """Between which figures a goal is met. A plain figure is met from its printed digits on, in the indicator's direction."""
    value, op = float(goal["value"]), str(goal.get("op") or "=")
    most = float(goal["value_max"]) if goal.get("value_max") is not None else None
    if op in (">=", ">"):
        return value, math.inf
    if op in ("<=", "<"):
        return -math.inf, most if most is not None else value
    if op == "~":
        notes.append(f"“左右”按 ±{about:.0%} 计（假设）")
        slack = about * abs(value)
    else:
        slack = 0.5 * 10.0 ** -_decimals(value)
    if direction == "down":
        return -math.inf, (most if most is not None else value) + slack
    if direction == "up":
        return value - slack, math.inf
    return value - slack, (most if most is not None else value) + slack


def _decimals(value: float) -> int:
    text = f"{value:.10f}".rstrip("0")
    return len(text.partition(".")[2])


def _between(value: float, sd: float, least: float, most: float) -> float:
    if sd <= 0 or math.isinf(value):
        return 1.0 if least <= value <= most else 0.0

    def under(x: float) -> float:
        return 1.0 if x == math.inf else 0.0 if x == -math.inf else 0.5 * math.erfc((value - x) / (sd * math.sqrt(2)))

    return under(most) - under(least)


def _short(value: float, least: float, most: float, target: float) -> float:
    if least <= value <= most:
        return 0.0
    return abs(target - value)


def _is_new(value: Value) -> bool:
    return value.variant.startswith("new") or "新增" in value.zh


def _period_notes(goal: Mapping[str, Any], reading: Reading) -> list[str]:
    """What the months of the account are to the goal's date."""
    when = str(goal.get("when") or "")[:4]
    if not when or not reading.months:
        return []
    inside = [m for m in reading.months if m.startswith(when)]
    if not inside:
        return [
            f"目标是 {when} 年，链账是 {reading.months[0]}—{reading.months[-1]}"
            if len(reading.months) > 1
            else f"目标是 {when} 年，链账是 {reading.months[0]}"
        ]
    part = part_of_year(goal, reading)
    return [f"年累计 {part} 个月，不外推；把握是已经达到的把握"] if part else []


def part_of_year(goal: Mapping[str, Any], reading: Reading) -> int:
    """How many months (of the goal's year, if there are any) are summed up where a whole year is meant; 0 where the account holds a
    whole year or a ratio is told."""
    when = str(goal.get("when") or "")[:4]
    inside = [m for m in reading.months if when and m.startswith(when)] or reading.months
    summed = reading.over == "sum" and reading.unit not in ("%", "元/kWh", "千瓦时/吨", "倍")
    return len(inside) if summed and len(inside) < 12 else 0
