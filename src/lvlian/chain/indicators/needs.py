"""Which facts the formulas ask of firms and offices, and which indicators need each: what a form has to ask beside flows."""

from __future__ import annotations

from dataclasses import dataclass

from lvlian.chain.indicators.formula import FormulaBook, Term
from lvlian.chain.indicators.load_formulas import load_formulas


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A fact by its name in statements (`fact`): what it is called, its unit (empty: yes 1, no 0, a grade), `of` region or firm, the
    kinds of firms that are asked (empty: all), the office for the region's, and the indicators that need it."""

    fact: str
    zh: str
    unit: str
    of: str
    firm_kind: tuple[str, ...]
    ask: str
    indicators: tuple[str, ...]


def needs(book: FormulaBook | None = None) -> tuple[Need, ...]:
    """Every fact of the formulas once, in order of its name."""
    held = book if book is not None else load_formulas()
    found: dict[str, list[tuple[str, str, str, str, tuple[str, ...], str]]] = {}
    for key, formula in held.formulas.items():
        for variant in formula.variants:
            for term in (*variant.numerator, *variant.denominator):
                for fact, zh, unit, of in _facts(term, held):
                    found.setdefault(fact, []).append((key, zh, unit, of, term.firm_kind, term.ask))
    return tuple(
        Need(
            fact=fact,
            zh=rows[0][1],
            unit=rows[0][2],
            of=rows[0][3],
            firm_kind=() if any(not r[4] for r in rows) else tuple(dict.fromkeys(k for r in rows for k in r[4])),
            ask=rows[0][5],
            indicators=tuple(dict.fromkeys(r[0] for r in rows)),
        )
        for fact, rows in sorted(found.items())
    )


def _facts(term: Term, book: FormulaBook) -> list[tuple[str, str, str, str]]:
    out = [(c.fact, book.called(c.fact), book.facts.get(c.fact, ("", ""))[1], "firm") for c in term.where]
    if term.source == "fact":
        out.append((term.fact, term.zh, term.unit, term.of))
    return out
