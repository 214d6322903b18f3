"""What the page of one indicator holds beside its variants: their two sides, months, documents, sources of the spread, history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lvlian.site.account import saying_indicators as say
from lvlian.site.account.indicator_rows import IndicatorRow, Rows, VariantRow
from lvlian.site.account.selectors_indicators import Basis
from lvlian.site.org.access import Access
from lvlian.site.org.models import Region

if TYPE_CHECKING:
    from lvlian.chain.indicators.value import Part

MOST_LINES = 60


def page_of(access: Access, region: Region, basis: Basis | None, rows: Rows, key: str, over: str) -> dict[str, Any]:
    row = rows.items[key]
    mine = [aim for aim in rows.aims if aim.indicator == key and aim.state in ("open", "confirmed")]
    return {
        "opened": [opened(one) for one in row.variants if one.value is not None and rows.whole],
        "aims": mine,
        "formula_words": [(one, formula_words(row, one)) for one in row.variants],
    }


def opened(one: VariantRow) -> dict[str, Any]:
    value = one.value
    assert value is not None
    return {
        "variant": one, "over": side(value.numerator), "under": side(value.denominator), "shares": [
            {"label": share.label, "party": share.party, "part": share.part} for share in value.shares
        ],
        "notes": value.notes, "assumptions": value.assumptions, "otherwise": [
            {"month": o.month, "label": o.label, "value": say.number(o.value, say.digits_of(value))} for o in value.otherwise
        ],
    }  # fmt: skip


def side(part: Part | None) -> dict[str, Any] | None:
    """A numerator or denominator as a list of flows, in one unit."""
    if part is None:
        return None
    sizes = [abs(v) for v in (part.value, part.low, part.high) if v is not None and v != float("inf")]
    divisor, unit = say.scale_for(max(sizes, default=0.0), part.unit)
    lines = [
        {
            "label": line.label,
            "value": say.figure_in(line.value, divisor) if line.value is not None else _between(line.low, line.high, divisor),
            "spread": say.figure_in(line.sd * 1.2815515655446004, divisor) if line.sd is not None and line.value is not None else "",
            "kind": say.KINDS.get(line.kind, line.kind),
            "factor": line.factor, "stream": line.stream, "origin": line.origin,
        }
        for line in part.lines[:MOST_LINES]
    ]  # fmt: skip
    total = say.figure_in(part.value, divisor) if part.value is not None else _between(part.low, part.high, divisor)
    return {
        "unit": unit, "lines": lines, "total": total, "more": max(len(part.lines) - MOST_LINES, 0),
        "spread": say.figure_in(part.sd * 1.2815515655446004, divisor) if part.sd is not None else "",
    }  # fmt: skip


def _between(low: float | None, high: float | None, divisor: float) -> str:
    if low is None:
        return ""
    if high is None or high == float("inf"):
        return f"≥ {say.figure_in(low, divisor)}"
    return f"{say.figure_in(low, divisor)}–{say.figure_in(high, divisor)}"


def formula_words(row: IndicatorRow, one: VariantRow) -> str:
    """The formula of a variant in words: what is divided by what."""
    variant = row.formula.variant(one.id)
    if variant is None:
        return ""
    over = " + ".join(say.pick(term.zh, term.en) for term in variant.numerator)
    under = " + ".join(say.pick(term.zh, term.en) for term in variant.denominator)
    return f"（{over}）÷（{under}）" if under else over
