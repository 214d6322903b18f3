"""What the page of one indicator holds beside its variants: their two sides, months, documents, sources of the spread, history."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from lvlian.brief.figures import goal_value
from lvlian.chain.indicators.value import Z80
from lvlian.site import saying
from lvlian.site.account import saying_indicators as say
from lvlian.site.account.indicator_energy import KEYS, energy_of
from lvlian.site.account.indicator_rows import IndicatorRow, Rows, VariantRow
from lvlian.site.account.indicator_series import series_of
from lvlian.site.account.selectors_choices import choice_history
from lvlian.site.account.selectors_indicators import Basis
from lvlian.site.org.access import Access
from lvlian.site.org.models import Region
from lvlian.site.pages import links

if TYPE_CHECKING:
    from lvlian.chain.indicators.formula import Term, Times
    from lvlian.chain.indicators.value import Part
    from lvlian.chain.regulation import Regulation

MOST_LINES = 60
MOST_AIMS = 30


def page_of(access: Access, region: Region, basis: Basis | None, rows: Rows, key: str, over: str) -> dict[str, Any]:
    row = rows.items[key]
    mine = [aim for aim in rows.aims if aim.indicator == key and aim.state in ("open", "confirmed")]
    made = basis is not None and bool(basis.flows)
    names = say.names_of(basis.flows.values()) if basis is not None else {}
    return {
        "opened": [opened(one, names) for one in row.variants if one.value is not None and rows.whole],
        "aims": [{"aim": aim, "text": goal_value(aim.goal), "origin": links.origin(access, aim.goal.fact_id)} for aim in mine[:MOST_AIMS]],  # type: ignore[arg-type]
        "formula_words": [(one, formula_words(row, one)) for one in row.variants],
        "series": series_of(row, basis, over) if made and basis is not None else None,
        "energy": energy_of(basis, over) if made and basis is not None and rows.whole and key in KEYS else None,
        "regulations": [(rule.cite, rule.rule, rule.verified) for rule in regulations(row)],
        "history": choice_history(access, region, key), "named_in": named_in(key),
    }  # fmt: skip


def regulations(row: IndicatorRow) -> list[Regulation]:
    """The rules that define an indicator or set its levels."""
    from lvlian.chain.library import load_library

    library = load_library()
    return [library.regulation(rule) for rule in row.formula.rules]


def named_in(key: str) -> int:
    """How many of the published plans that the library was made from name it."""
    from lvlian.chain.library import load_library

    entry = load_library().indicators.get(key)
    return len(entry.named_in) if entry is not None else 0


def opened(one: VariantRow, names: Mapping[str, str]) -> dict[str, Any]:
    value = one.value
    assert value is not None
    return {
        "variant": one, "over": side(value.numerator, names), "under": side(value.denominator, names), "shares": [
            {"label": say.named(share.label, names), "party": share.party, "part": share.part, "bar": [{"value": share.part, "kind": "done"}, {"value": 1 - share.part, "kind": "rest"}]} for share in value.shares
        ],
        "notes": value.notes, "assumptions": value.assumptions, "otherwise": [
            {"month": o.month, "label": say.named(o.label, names), "value": say.number(o.value, say.digits_of(value))} for o in value.otherwise
        ],
    }  # fmt: skip


def side(part: Part | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    """A numerator or denominator as a list of flows, in one unit."""
    if part is None:
        return None
    sizes = [abs(v) for v in (part.value, part.low, part.high) if v is not None and v != float("inf")]
    divisor, unit = say.scale_for(max(sizes, default=0.0), part.unit)
    digits = say.decimals(max(sizes, default=0.0) / divisor)
    lines = [
        {
            "label": say.named(line.label, names),
            "value": say.figure_in(line.value, divisor, digits) if line.value is not None else _between(line.low, line.high, divisor, digits),
            "spread": say.figure_in(line.sd * Z80, divisor, digits) if line.sd is not None and line.value is not None else "",
            "kind": say.KINDS.get(line.kind, line.kind),
            "factor": line.factor, "stream": line.stream, "origin": line.origin,
        }
        for line in part.lines[:MOST_LINES]
    ]  # fmt: skip
    total = (
        say.figure_in(part.value, divisor, digits)
        if part.value is not None
        else _between(part.low, part.high, divisor, digits)
    )
    return {
        "unit": unit, "lines": lines, "total": total, "more": max(len(part.lines) - MOST_LINES, 0),
        "spread": say.figure_in(part.sd * Z80, divisor, digits) if part.sd is not None else "",
    }  # fmt: skip


def _between(low: float | None, high: float | None, divisor: float, digits: int) -> str:
    if low is None:
        return ""
    if high is None or math.isinf(high):
        return f"≥ {say.figure_in(low, divisor, digits)}"
    return f"{say.figure_in(low, divisor, digits)}–{say.figure_in(high, divisor, digits)}"


def formula_words(row: IndicatorRow, one: VariantRow) -> str:
    """The formula of a variant in one line: what is divided by what."""
    variant = row.formula.variant(one.id)
    if variant is None:
        return ""
    kind = row.formula.kind
    if kind == "growth":
        return _("（%(of)s ÷ 上一期）^(1/年数) − 1") % {"of": "·".join(variant.of)}
    if kind == "threshold":
        sign, limit = variant.side.replace("<=", "≤").replace(">=", "≥"), saying.number(variant.limit)
        words = (
            _("电耗 %(sign)s %(limit)s 的企业占全部产能") if variant.share else _("电耗 %(sign)s %(limit)s 的企业产能")
        )
        return words % {"sign": sign, "limit": limit}
    top, bottom = _sum(variant.numerator), _sum(variant.denominator)
    if kind == "difference":
        return f"{top} − {bottom}"
    if kind == "capped":
        return _("每家 min（%(top)s，%(limit)s 元）之和") % {"top": top, "limit": saying.number(variant.limit)}
    if kind == "concentration":
        return _("最大 %(n)d 家的%(top)s ÷ 全部") % {"n": variant.top, "top": top}
    return top if not bottom else f"({top}) ÷ ({bottom})" if say.english() else f"（{top}）÷（{bottom}）"


def _sum(terms: Sequence[Term]) -> str:
    """Terms as a sum in words, with what they are multiplied by."""
    out = ""
    for n, term in enumerate(terms):
        sign = " − " if term.sign < 0 else " + " if n else ""
        out += f"{sign}{say.pick(term.zh, term.en)}{''.join(f' × {_factor(one)}' for one in term.times)}"
    return out


def _factor(times: Times) -> str:
    if times.what == "number":
        return saying.number(times.number)
    known = {"content": _("金属含量"), "energy": _("折标系数"), "price": _("参考单价")}
    return known.get(times.what, "·".join(times.key))
