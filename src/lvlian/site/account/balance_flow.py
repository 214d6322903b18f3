"""The parts of the page of one flow: everything that was said of it, and the balances that it is in. No database."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lvlian.chain.account.labels import label
from lvlian.site.account import saying_balance as say
from lvlian.site.account.balance import ask_key, gap_entry, stream_url, who_said
from lvlian.site.account.plots_balance import z_plot

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account


def statements_on(account: Account, stream: int) -> list[dict[str, Any]]:
    """Everything that was read of a flow: statements with their cell, ratios of the library, what was carried over."""
    out = []
    rows = {row.reading: row for row in account.rows if row.reading is not None}
    unit = account.streams[stream].unit
    for r, given in enumerate(account.network.readings):
        if given.stream != stream:
            continue
        row = rows.get(r)
        digits = say.digits_for(given.value, unit)
        source = account.sources.classes.get(given.statement.source) if given.statement is not None else None
        out.append(
            {
                "who": who_said(account, r)[1] if given.statement is not None else "",
                "role": given.role, "note": given.note,
                "origin": str(given.statement.origin) if given.statement is not None else "",
                "given": given.statement.given if given.statement is not None else "",
                "source": say.pick(source.zh, source.en) if source is not None else "",
                "assumed": source is None or not source.verified,
                "value": say.as_reported(given.value, unit, digits), "half": say.told(1.2815515655446004 * given.sd, unit, digits),
                "used": r not in account.whole.unused, "struck": row.struck if row is not None else r in account.whole.unused,
                "z": say.z_told(row.z) if row is not None else "", "plot": z_plot(row.z, account.limit) if row is not None else "",
                "mark": say.pick(row.mark_zh, row.mark_en) if row is not None else "",
                "change": say.told(row.change, unit, digits, sign=True) if row is not None else "",
                "card": f"doubt-{r}" if row is not None and row.doubt is not None else "",
            }
        )  # fmt: skip
    return out


def balances_of(account: Account, stream: int) -> list[dict[str, Any]]:
    """The balances that a flow is in, each with its parts and its gap before and after."""
    checks = {c.node: c for c in account.checks}
    out = []
    for n, node in enumerate(account.network.nodes):
        mine = next((c for k, c in node.terms if k == stream), None)
        if mine is None or n not in checks:
            continue
        parts = []
        for k, factor in node.terms:
            s = account.streams[k]
            value = float(account.value[k])
            digits = say.digits_for(value if math.isfinite(value) else 0.0, s.unit)
            parts.append(
                {
                    "label": label(s, account.region, account.library, not say.english()), "sign": "+" if factor > 0 else "−",
                    "factor": "" if abs(abs(factor) - 1) < 1e-12 else f"{abs(factor):.6g} ×",
                    "value": say.told(value, s.unit, digits), "half": say.told(1.2815515655446004 * float(account.sd[k]), s.unit, digits),
                    "kind": say.CLASS_WORDS[account.classes[k]], "here": k == stream, "url": stream_url(account, k),
                    "unit": say.unit_word(s.unit),
                }
            )  # fmt: skip
        out.append({**gap_entry(checks[n]), "id": node.id, "parts": parts})
    return out


def asks_of(rows: Sequence[Mapping[str, Any]], account: Account, stream: int) -> list[Mapping[str, Any]]:
    """Those asks that would fix a flow."""
    keys = {ask_key(account, a) for a in account.asks if a.stream == stream or any(f.stream == stream for f in a.fixes)}
    return [row for row in rows if row["key"] in keys]
