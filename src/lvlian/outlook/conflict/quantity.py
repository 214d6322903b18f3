"""What goals are made of: the quantities of a region by year, and which of them contains which.

A quantity is one term of an indicator's formula for one holder (the region, a firm, a list of projects) in one year: `output value of
chain firms, 2024`, `power of electrolysis, 2024`. Two indicators that use the same term speak of the same quantity; a term whose filters
select less than another's is a part of it. Nothing in here knows a document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lvlian.chain.indicators.formula import Term
    from lvlian.chain.library import Library

Key = tuple[object, ...]
_ONLY = ("good", "good_kind", "stage", "metal", "process", "process_stage", "firm_kind", "partner_kind", "chain")
_NOT = ("not_good", "not_process")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """`term` of a formula, of `holder` ("" the region; else a firm, a place, a list of projects) in `year`; `unit` the account's base unit
    (t, kWh, yuan, 户 …). `kind` of holder: region, firm, other."""

    term: Term
    holder: str
    year: int
    unit: str
    zh: str
    en: str
    key: Key
    kind: str = "region"


_KEYS: dict[int, tuple[Term, Key]] = {}
_CONTAINS: dict[tuple[Key, Key], bool] = {}


def term_key(term: Term) -> Key:
    """What tells one term from another: its selection and the factors that are no plain numbers; not its words."""
    held = _KEYS.get(id(term))
    if held is None or held[0] is not term:
        if len(_KEYS) > 10_000:
            _KEYS.clear()
        held = _KEYS[id(term)] = (term, _made_key(term))
    return held[1]


def _made_key(term: Term) -> Key:
    times = tuple((t.what, t.key) for t in term.times if t.what != "number")
    return (
        term.source,
        term.flow,
        *(frozenset(getattr(term, name)) for name in (*_ONLY, *_NOT)),
        term.boundary,
        term.maker,
        term.where,
        term.fact,
        times,
    )


def weight_of(term: Term) -> float:
    """The plain number that a term is multiplied by, with its sign."""
    number = term.sign
    for one in term.times:
        if one.what == "number":
            number *= one.number
    return number


def contains(whole: Term, part: Term) -> bool:
    """Whether everything that `part` adds up is also in `whole`, so that part ≤ whole. Only for terms of like source, flow and factors;
    False where the filters do not show it."""
    pair = (term_key(whole), term_key(part))
    if pair not in _CONTAINS:
        if len(_CONTAINS) > 50_000:
            _CONTAINS.clear()
        _CONTAINS[pair] = _contains(whole, part)
    return _CONTAINS[pair]


def _contains(whole: Term, part: Term) -> bool:
    if term_key(whole) == term_key(part):
        return False
    if whole.source != part.source or set(whole.flow) != set(part.flow) or whole.fact != part.fact:
        return False
    if term_key(whole)[-1] != term_key(part)[-1] or whole.source not in ("flow", "capacity", "count"):
        return False
    for name in _ONLY:
        wide, narrow = set(getattr(whole, name)), set(getattr(part, name))
        if wide and not (narrow and narrow <= wide):
            return False
    for name, mine in zip(_NOT, ("good", "process"), strict=True):
        out = set(getattr(whole, name)) - set(getattr(part, name))
        chosen = set(getattr(part, mine))
        if out and not (chosen and not out & chosen):
            return False
    if whole.boundary not in ("any", part.boundary) or (whole.maker and not part.maker):
        return False
    return set(whole.where) <= set(part.where)


def unit_of(term: Term, library: Library) -> str:
    """The base unit that a term adds up."""
    if term.unit:
        return term.unit
    if term.source == "count":
        return "户"
    if term.source == "capacity":
        return "t/a"
    if {"output", "value"} & set(term.flow):
        return "yuan"
    units = {library.goods[good].unit for good in term.good if good in library.goods}
    return next(iter(units)) if len(units) == 1 else "t"


UNITS_ZH = {"yuan": "元", "t": "吨", "kWh": "千瓦时", "t/a": "吨/年", "m3": "立方米", "tce": "吨标准煤"}
UNITS_EN = {
    "yuan": "yuan", "t": "t", "kWh": "kWh", "t/a": "t/a", "m3": "m³", "tce": "tce", "户": "firms", "个": "", "家": "firms",
}  # fmt: skip
