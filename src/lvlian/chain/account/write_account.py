"""An account as JSON: everything that a page, a paper or another program needs, the same bytes for the same account."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, is_dataclass
from typing import Any

import numpy as np

from lvlian.chain.account.account import Account
from lvlian.chain.account.load_region import region_data, region_of
from lvlian.chain.report.statement import Origin, Statement

FORMAT = "lvlian-account/1"


class AccountError(ValueError):
    """An account's file cannot be used; one sentence with what was found and what was expected."""


def to_json(account: Account) -> str:
    """The account with its inputs (region, statements, last month's closing) and its results; `from_json` makes it again."""
    return json.dumps(to_data(account), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def to_data(account: Account) -> dict[str, Any]:
    """The content of the file: plain values, null for what is not known, 12 digits."""
    network = account.network
    streams = []
    for k, s in enumerate(network.streams):
        entry: dict[str, Any] = {
            "id": s.id, "kind": s.kind, "good": s.good, "firm": s.firm, "partner": s.partner, "process": s.process, "unit": s.unit,
            "label_zh": account.label(k), "label_en": account.label(k, False), "class": account.classes[k],
            "value": _number(account.value[k]), "sd": _number(account.sd[k]),
        }  # fmt: skip
        if k in account.hidden.intervals:
            entry["interval"] = [_number(x) for x in account.hidden.intervals[k]]
        streams.append(entry)
    names = [s.id for s in network.streams]
    return {
        "format": FORMAT,
        "region": region_data(account.region),
        "month": account.month,
        "family_error": account.family_error,
        "limit": _number(account.limit),
        "closed": account.closed,
        "streams": streams,
        "nodes": [
            {"id": n.id, "kind": n.kind, "terms": [[k, _number(c)] for k, c in n.terms], "products": [[i, j, _number(c)] for i, j, c in n.products]}
            for n in network.nodes
        ],
        "readings": [
            {"stream": r.stream, "value": _number(r.value), "sd": _number(r.sd), "role": r.role, "note": r.note, "used": at not in account.whole.unused, "statement": None if r.statement is None else _statement(r.statement)}
            for at, r in enumerate(network.readings)
        ],
        "rows": [_plain(row) for row in account.rows],
        "tests": [
            {"removed": r, "chi2": _number(t.chi2), "dof": t.dof, "limit": _number(t.limit), "ok": t.ok}
            for r, t in zip(account.removed, account.removals, strict=True)
        ],
        "suspects": [_plain(d) for d in account.doubts],
        "sets": [
            {"count": s.count, "members": [_plain(m) for m in s.members], "alternatives": [{names[k]: _number(v) for k, v in a.items()} for a in s.alternatives]}
            for s in account.sets
        ],
        "stale": list(account.stale),
        "missing": list(account.missing),
        "asks": [_plain(a) for a in account.asks],
        "checks": [_plain(c) for c in account.checks],
        "findings": [f.to_json() for f in account.findings],
        "assumptions": list(account.assumptions),
        "statements": [_statement(s) for s in account.statements],
        "before": [_statement(s) for s in account.before],
        "carried": [[firm, good, _exact(v), _exact(sd)] for (firm, good), (v, sd) in sorted(account.carried.items())],
    }  # fmt: skip


def from_json(text: str) -> Account:
    """The account of a file, made again from its inputs by this version. Raises AccountError."""
    from lvlian.chain.account.account import account_of

    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise AccountError(f"account: not JSON ({error})") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else type(data).__name__
        raise AccountError(f"account: format is {found!r}, expected {FORMAT}")
    try:
        return account_of(
            region_of(data["region"], "account"),
            str(data["month"]),
            [_said(s) for s in data["statements"]],
            before=[_said(s) for s in data["before"]],
            carried={(f, g): (float(v), float(sd)) for f, g, v, sd in data["carried"]},
            family_error=float(data["family_error"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AccountError(f"account: cannot be made again ({error})") from None


def _statement(s: Statement) -> dict[str, Any]:
    return {**asdict(s), "value": _exact(s.value), "sd": None if s.sd is None else _exact(s.sd)}


def _said(data: dict[str, Any]) -> Statement:
    value = data["value"]
    return Statement(
        **{**data, "value": math.nan if value is None else float(value), "origin": Origin(**data["origin"])}
    )


def _number(value: Any) -> float | None:
    """12 significant digits; None for NaN and ±∞."""
    number = float(value)
    return float(f"{number:.12g}") if math.isfinite(number) else None


def _exact(value: float) -> float | None:
    """An input with all its digits, so that the account can be made again from it; None for what is no number."""
    return float(value) if math.isfinite(value) else None


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {k: _plain(v) for k, v in asdict(value).items()}
    if isinstance(value, bool | str | int) or value is None:
        return value
    if isinstance(value, float | np.floating):
        return _number(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return str(value)
