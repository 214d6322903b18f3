"""Reading of formulas.yaml, strictly: an unknown field, word or reference is an error that names its place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import LibraryError, read_yaml
from lvlian.chain.indicators.formula import (
    BOUNDARIES,
    FLOWS,
    KINDS,
    OPS,
    OVER,
    SOURCES,
    Condition,
    Factor,
    Formula,
    FormulaBook,
    Term,
    Times,
    Variant,
)
from lvlian.chain.region import KINDS as FIRM_KINDS

FORMULAS = Path(__file__).parent / "formulas.yaml"
ENGLISH = Path(__file__).parent / "english.yaml"
_TOP = {"factors", "prices", "facts", "sets", "indicators"}
_FORMULA = {"kind", "over", "unit", "scale", "direction", "boundary", "rules", "variants"}
_VARIANT = {
    "id", "zh", "en", "reading", "numerator", "denominator", "limit", "side", "share", "top", "of", "assumed",
}  # fmt: skip
_TERM = {
    "good", "not_good", "good_kind", "stage", "metal", "process", "not_process", "process_stage", "boundary", "firm_kind",
    "partner_kind", "chain", "maker", "where", "of", "unit", "times", "sign", "none", "mean", "ask", "zh", "en", "set", *SOURCES,
}  # fmt: skip
_DIRECTIONS = ("up", "down", "neutral")
_STAGES = (
    "ore", "alumina", "carbon", "auxiliary", "primary", "casting", "semis", "deep", "application", "recycled", "residue",
    "energy", "service",
)  # fmt: skip


def load_formulas(path: Path | str | None = None) -> FormulaBook:
    """The formulas of a file (default: those shipped), kept for the life of the process. Raises LibraryError."""
    return _load(FORMULAS if path is None else Path(path).resolve())


def in_english(words: str) -> str:
    """The English of a boundary, reading, term, fact or unit of the shipped formulas; empty where none is written."""
    return str(_english().get(words, ""))


@lru_cache(maxsize=1)
def _english() -> Mapping[str, Any]:
    return read_yaml(ENGLISH)


@lru_cache(maxsize=8)
def _load(path: Path) -> FormulaBook:
    data = read_yaml(path)
    name = path.name
    _known(name, data, _TOP)
    factors = {
        key: _factor(f"{name}, factor {key}", key, value) for key, value in _mapping(name, data, "factors").items()
    }
    sets = _mapping(name, data, "sets")
    for key, value in sets.items():
        _known(f"{name}, set {key}", _dict(f"{name}, set {key}", value), _TERM)
    prices = {str(k): str(v) for k, v in _mapping(name, data, "prices").items()}
    facts = {key: _fact_name(f"{name}, fact {key}", value) for key, value in _mapping(name, data, "facts").items()}
    formulas: dict[str, Formula] = {}
    for key, value in _mapping(name, data, "indicators").items():
        formulas[key] = _formula(f"{name}, indicator {key}", key, value, sets, factors)
    for key, formula in formulas.items():
        for variant in formula.variants:
            for condition in (c for t in (*variant.numerator, *variant.denominator) for c in t.where):
                if condition.fact not in facts:
                    raise LibraryError(
                        f"{name}, indicator {key}, variant {variant.id}, field where: {condition.fact} is no fact of this file"
                    )
            of, which = variant.of
            if of and (of not in formulas or formulas[of].variant(which) is None):
                raise LibraryError(
                    f"{name}, indicator {key}, variant {variant.id}, field of: {of}/{which} is no variant of this file"
                )
    return FormulaBook(formulas=formulas, factors=factors, prices=prices, facts=facts)


def _formula(where: str, key: str, data: Any, sets: Mapping[str, Any], factors: Mapping[str, Factor]) -> Formula:
    entry = _dict(where, data)
    _known(where, entry, _FORMULA)
    kind = _choice(where, entry, "kind", KINDS)
    variants = entry.get("variants")
    if not isinstance(variants, list) or not variants:
        raise LibraryError(f"{where}, field variants: expected a list with at least one variant")
    made = tuple(_variant(f"{where}, variant {n}", v, kind, sets, factors) for n, v in enumerate(variants, start=1))
    names = [v.id for v in made]
    for twice in {n for n in names if names.count(n) > 1}:
        raise LibraryError(f"{where}, field variants: {twice} stands twice")
    return Formula(
        id=key,
        kind=kind,
        over=_choice(where, entry, "over", OVER),
        unit=_text(where, entry, "unit"),
        scale=_number(where, entry, "scale", 1.0),
        direction=_choice(where, entry, "direction", _DIRECTIONS),
        boundary=_text(where, entry, "boundary"),
        variants=made,
        rules=_texts(where, entry, "rules"),
    )


def _variant(where: str, data: Any, kind: str, sets: Mapping[str, Any], factors: Mapping[str, Factor]) -> Variant:
    entry = _dict(where, data)
    where = f"{where} ({entry.get('id', '?')})"
    _known(where, entry, _VARIANT)
    parts: dict[str, tuple[Term, ...]] = {}
    for side in ("numerator", "denominator"):
        listed = entry.get(side, [])
        if not isinstance(listed, list):
            raise LibraryError(f"{where}, field {side}: expected a list of terms")
        parts[side] = tuple(_term(f"{where}, {side}[{n}]", term, sets, factors) for n, term in enumerate(listed))
    if not parts["numerator"] and kind != "growth":
        raise LibraryError(f"{where}, field numerator: is empty, expected at least one term")
    if not parts["denominator"] and kind in ("ratio", "difference", "threshold"):
        raise LibraryError(f"{where}, field denominator: is empty, expected at least one term of a {kind}")
    of = _texts(where, entry, "of")
    if (kind == "growth") != (len(of) == 2):
        raise LibraryError(f"{where}, field of: expected [indicator, variant] of a growth and nothing else")
    top = entry.get("top", 1)
    if isinstance(top, bool) or not isinstance(top, int) or top < 1:
        raise LibraryError(f"{where}, field top: is {top!r}, expected a whole number from 1")
    return Variant(
        id=_text(where, entry, "id"),
        zh=_text(where, entry, "zh"),
        en=_text(where, entry, "en"),
        reading=_text(where, entry, "reading"),
        numerator=parts["numerator"],
        denominator=parts["denominator"],
        limit=_number(where, entry, "limit", 0.0),
        side=_choice(where, {"side": "<=", **entry}, "side", ("<=", ">")),
        share=_bool(where, entry, "share"),
        top=top,
        of=(of[0], of[1]) if of else ("", ""),
        assumed=_bool(where, entry, "assumed"),
    )


def _term(where: str, data: Any, sets: Mapping[str, Any], factors: Mapping[str, Factor]) -> Term:
    entry = dict(_dict(where, data))
    if (name := entry.pop("set", None)) is not None:
        if name not in sets:
            raise LibraryError(f"{where}, field set: {name!r} is none of {', '.join(sets)}")
        entry = {**sets[name], **entry}
    _known(where, entry, _TERM - {"set"})
    named = [s for s in SOURCES if s in entry]
    if len(named) != 1:
        raise LibraryError(f"{where}: expected exactly one of {', '.join(SOURCES)}, found {', '.join(named) or 'none'}")
    source = named[0]
    flow = _texts(where, entry, "flow")
    for word in flow:
        _one_of(where, "flow", word, FLOWS)
    for word in (*_texts(where, entry, "firm_kind"), *_texts(where, entry, "partner_kind")):
        _one_of(where, "firm_kind", word, FIRM_KINDS)
    for word in (*_texts(where, entry, "stage"), *_texts(where, entry, "process_stage")):
        _one_of(where, "stage", word, _STAGES)
    wheres = entry.get("where", [])
    fact = "" if source in ("flow", "capacity") else str(entry[source])
    return Term(
        source=source,
        zh=_text(where, entry, "zh"),
        en=str(entry.get("en", "")) or in_english(_text(where, entry, "zh")),
        flow=flow,
        good=_texts(where, entry, "good"),
        not_good=_texts(where, entry, "not_good"),
        good_kind=_texts(where, entry, "good_kind"),
        stage=_texts(where, entry, "stage"),
        metal=_texts(where, entry, "metal"),
        process=_texts(where, entry, "process"),
        not_process=_texts(where, entry, "not_process"),
        process_stage=_texts(where, entry, "process_stage"),
        boundary=_choice(where, {"boundary": "any", **entry}, "boundary", BOUNDARIES),
        firm_kind=_texts(where, entry, "firm_kind"),
        partner_kind=_texts(where, entry, "partner_kind"),
        chain=_texts(where, entry, "chain"),
        maker=_bool(where, entry, "maker"),
        where=tuple(
            _condition(f"{where}, where[{n}]", c)
            for n, c in enumerate(wheres if isinstance(wheres, list) else [wheres])
        ),
        fact=fact,
        of=_choice(where, {"of": "region", **entry}, "of", ("region", "firm")),
        unit=str(entry.get("unit", "")),
        times=tuple(_times(where, t, factors) for t in _list(where, entry, "times")),
        sign=_number(where, entry, "sign", 1.0),
        none=_choice(where, {"none": "missing", **entry}, "none", ("zero", "missing")),
        mean=_bool(where, entry, "mean"),
        ask=str(entry.get("ask", "")),
    )


def _times(where: str, data: Any, factors: Mapping[str, Factor]) -> Times:
    if isinstance(data, int | float) and not isinstance(data, bool) and math.isfinite(data):
        return Times(what="number", number=float(data))
    if data in ("content", "energy", "price"):
        return Times(what=str(data))
    if isinstance(data, list) and len(data) == 2 and all(isinstance(v, str) for v in data):
        return Times(what="coefficient", key=(data[0], data[1]))
    if isinstance(data, str) and data in factors:
        return Times(what="factor", key=(data,))
    raise LibraryError(
        f"{where}, field times: {data!r} is no number, none of content, energy, price, no [process, flow] and no factor of the file"
    )


def _condition(where: str, data: Any) -> Condition:
    if isinstance(data, list) and len(data) == 3 and isinstance(data[0], str) and data[1] in OPS:
        fact, op, value = data
        if op == "in":
            if isinstance(value, list) and value:
                return Condition(fact=fact, op=op, value=tuple(str(v) for v in value))
        elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return Condition(fact=fact, op=op, value=float(value))
    raise LibraryError(f"{where}: expected [fact, one of {' '.join(OPS)}, value], found {data!r}")


def _factor(where: str, key: str, data: Any) -> Factor:
    entry = _dict(where, data)
    _known(where, entry, {"zh", "value", "low", "high", "unit", "source", "verified"})
    value = _number(where, entry, "value")
    low, high = _number(where, entry, "low", value), _number(where, entry, "high", value)
    if not low <= value <= high:
        raise LibraryError(f"{where}, field value: is {value:g}, expected to lie between low {low:g} and high {high:g}")
    return Factor(
        id=key,
        zh=_text(where, entry, "zh"),
        value=value,
        low=low,
        high=high,
        unit=_text(where, entry, "unit"),
        source=_text(where, entry, "source"),
        verified=_bool(where, entry, "verified"),
    )


def _fact_name(where: str, data: Any) -> tuple[str, str]:
    entry = _dict(where, data)
    _known(where, entry, {"zh", "unit"})
    return _text(where, entry, "zh"), str(entry.get("unit", ""))


def _mapping(name: str, data: Mapping[str, Any], field: str) -> dict[str, Any]:
    value = data.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise LibraryError(f"{name}, field {field}: expected a mapping, found {type(value).__name__}")
    return {str(k): v for k, v in value.items()}


def _dict(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise LibraryError(f"{where}: expected a mapping, found {type(value).__name__}")
    return value


def _known(where: str, entry: Mapping[str, Any], allowed: set[str]) -> None:
    for key in entry:
        if key not in allowed:
            raise LibraryError(f"{where}, field {key}: unknown, expected one of {', '.join(sorted(allowed))}")


def _text(where: str, entry: Mapping[str, Any], field: str) -> str:
    value = entry.get(field)
    if not isinstance(value, str) or not value:
        raise LibraryError(f"{where}, field {field}: is {value!r}, expected a text")
    return value


def _texts(where: str, entry: Mapping[str, Any], field: str) -> tuple[str, ...]:
    value = entry.get(field, [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(v, str) and v for v in listed):
        raise LibraryError(f"{where}, field {field}: is {value!r}, expected a word or a list of words")
    return tuple(listed)


def _list(where: str, entry: Mapping[str, Any], field: str) -> list[Any]:
    value = entry.get(field, [])
    return value if isinstance(value, list) else [value]


def _number(where: str, entry: Mapping[str, Any], field: str, default: float | None = None) -> float:
    value = entry.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise LibraryError(f"{where}, field {field}: is {value!r}, expected a number")
    return float(value)


def _bool(where: str, entry: Mapping[str, Any], field: str) -> bool:
    value = entry.get(field, False)
    if not isinstance(value, bool):
        raise LibraryError(f"{where}, field {field}: is {value!r}, expected true or false")
    return value


def _choice(where: str, entry: Mapping[str, Any], field: str, allowed: tuple[str, ...]) -> str:
    value = entry.get(field)
    if not isinstance(value, str) or value not in allowed:
        raise LibraryError(f"{where}, field {field}: is {value!r}, expected one of {', '.join(allowed)}")
    return value


def _one_of(where: str, field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise LibraryError(f"{where}, field {field}: is {value!r}, expected one of {', '.join(allowed)}")
