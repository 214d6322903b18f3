"""relations.yaml, read strictly: what quantities of indicators are to one another, and how a plan's figure is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lvlian.outlook.case import CaseError

if TYPE_CHECKING:
    from lvlian.chain.indicators.formula import FormulaBook, Term

SHIPPED = Path(__file__).parent / "relations.yaml"
Side = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """weight·part summed ≤ whole. `always`: the part stands wherever the whole does."""

    whole: Side
    parts: tuple[tuple[Side, float], ...]
    zh: str
    en: str
    assumed: bool
    always: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """low ≤ of ÷ per ≤ high, both from an assumption of the plan's checks."""

    of: Side
    per: Side
    low: float
    high: float
    zh: str
    en: str
    unit: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """What relations.yaml holds; `rounding` a share, `counts` in pieces, `one_way` whether rates bind only against their direction,
    `silent` and `near` the shares up to which a gap is not told, and told as a notice,
    `assumed_gap` (`measured_gap` with an account) the share below which what rests on assumed prices is not told."""

    parts: tuple[Parts, ...]
    ranges: tuple[Range, ...]
    rounding: float
    counts: float
    one_way: bool
    silent: float
    near: float
    assumed_gap: float
    measured_gap: float


@lru_cache(maxsize=4)
def load_relations(path: Path | None = None) -> Relations:
    """The relations of a file (default: those shipped). Raises CaseError in one sentence: file, row, field, found, expected."""
    import yaml

    from lvlian.plan.check.assumption import load_assumptions

    file = path or SHIPPED
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CaseError(f"{file.name}: cannot be read as YAML ({type(error).__name__})") from None
    if not isinstance(data, dict):
        raise CaseError(f"{file.name}: found {type(data).__name__}, expected a mapping")
    assumed = load_assumptions()
    parts = []
    for number, row in _rows(file, data, "parts"):
        where = f"{file.name}, parts {number}"
        listed = _need(where, row, "parts")
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise CaseError(f"{where}, field parts: expected a list of mappings with side")
        parts.append(
            Parts(
                whole=_side(where, _need(where, row, "whole")),
                parts=tuple(
                    (_side(where, _need(where, one, "side")), _number(where, one.get("weight", 1.0))) for one in listed
                ),
                zh=str(_need(where, row, "zh")),
                en=str(_need(where, row, "en")),
                assumed=bool(row.get("assumed", False)),
            )
        )
    for number, row in _rows(file, data, "within"):
        where = f"{file.name}, within {number}"
        parts.append(
            Parts(
                whole=_side(where, _need(where, row, "whole")),
                parts=((_side(where, _need(where, row, "part")), 1.0),),
                zh=str(_need(where, row, "zh")),
                en=str(_need(where, row, "en")),
                assumed=bool(row.get("assumed", False)),
                always=bool(row.get("always", False)),
            )
        )
    ranges = []
    for number, row in _rows(file, data, "ranges"):
        where = f"{file.name}, ranges {number}"
        name = str(_need(where, row, "assumption"))
        if name not in assumed:
            raise CaseError(f"{where}, field assumption: found {name}, expected a figure of thresholds.yaml")
        ranges.append(
            Range(
                of=_side(where, _need(where, row, "of")),
                per=_side(where, _need(where, row, "per")),
                low=float(assumed[name].low),
                high=float(assumed[name].high),
                zh=str(_need(where, row, "zh")),
                en=str(_need(where, row, "en")),
                unit=str(_need(where, row, "unit")),
                source=str(assumed[name]),
            )
        )
    slack = data.get("slack")
    if not isinstance(slack, dict):
        raise CaseError(f"{file.name}, field slack: expected a mapping with figure, counts and rates_one_way")
    figure = str(slack.get("figure", "rounding"))
    if figure not in assumed:
        raise CaseError(f"{file.name}, field slack.figure: found {figure}, expected a figure of thresholds.yaml")
    return Relations(
        parts=tuple(parts),
        ranges=tuple(ranges),
        rounding=float(assumed[figure].value),
        counts=_number(f"{file.name}, slack", slack.get("counts", 0)),
        one_way=bool(slack.get("rates_one_way", True)),
        silent=_number(f"{file.name}, slack", slack.get("silent", 0.0)),
        near=_number(f"{file.name}, slack", slack.get("near", 0.0)),
        assumed_gap=_number(f"{file.name}, slack", slack.get("assumed_gap", 0.0)),
        measured_gap=_number(f"{file.name}, slack", slack.get("measured_gap", 0.0)),
    )


def terms_at(side: Side, book: FormulaBook) -> tuple[Term, ...]:
    """The terms of one side of a formula; none where the book does not have it."""
    formula = book.formulas.get(side[0])
    variant = formula.variant(side[1]) if formula is not None else None
    if variant is None:
        return ()
    return variant.numerator if side[2] == "numerator" else variant.denominator


def _rows(file: Path, data: Mapping[str, Any], name: str) -> list[tuple[int, Mapping[str, Any]]]:
    rows = data.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CaseError(f"{file.name}, field {name}: expected a list of mappings")
    return list(enumerate(rows, start=1))


def _need(where: str, row: Mapping[str, Any], name: str) -> Any:
    if name not in row:
        raise CaseError(f"{where}, field {name}: missing")
    return row[name]


def _side(where: str, given: Any) -> Side:
    if not isinstance(given, list) or len(given) != 3 or given[2] not in ("numerator", "denominator"):
        raise CaseError(f"{where}: found {given!r}, expected [indicator, variant, numerator or denominator]")
    return str(given[0]), str(given[1]), str(given[2])


def _number(where: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < 1e30:
        raise CaseError(f"{where}: found {given!r}, expected a number")
    return float(given)
