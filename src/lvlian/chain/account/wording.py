"""Asks in words: what to ask of whom, what it fixes, from how wide to how narrow, until when."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lvlian.chain.account.labels import amount, firm_name, good_name, label

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.account.asks import Ask, Fixed


def ask_what(account: Account, ask: Ask, chinese: bool = True) -> str:
    """The paper that is asked for."""
    stream = account.streams[ask.stream]
    region, library = account.region, account.library
    firm = firm_name(region, ask.firm, chinese)
    source = account.sources.classes.get(ask.source)
    paper = (source.zh if chinese else source.en) if source is not None else ask.source
    good = good_name(library, stream.good, chinese)
    if ask.reason == "recipe":
        return f"{firm} {good}重量（{paper}）" if chinese else f"weight of {good} at {firm} ({paper})"
    if ask.reason == "stock" and stream.kind == "level":
        return (
            f"{firm} {account.month} {good}盘点单" if chinese else f"stocktaking of {good} at {firm}, {account.month}"
        )
    if ask.reason == "receipt" and stream.kind == "moved" and ask.firm == stream.partner:
        return (
            f"{firm} {account.month} {good}接收量（{paper}）"
            if chinese
            else f"{good} received by {firm}, {account.month} ({paper})"
        )
    name = label(stream, region, library, chinese)
    return f"{firm} {account.month} {name}（{paper}）" if chinese else f"{name} of {firm}, {account.month} ({paper})"


def ask_fixes(account: Account, ask: Ask, chinese: bool = True) -> str:
    """What the paper decides."""
    if ask.set_at is not None:
        return "分不开的一组" if chinese else "the set that cannot be told apart"
    names = [label(account.streams[f.stream], account.region, account.library, chinese) for f in ask.fixes[:3]]
    if ask.reason == "second":
        return f"{names[0]}，现不可查" if chinese else f"{names[0]}, unchecked so far"
    more = len(ask.fixes) - len(names)
    joined = ("、" if chinese else ", ").join(names)
    return joined + ((f" 等{len(ask.fixes)}项" if chinese else f" and {more} more") if more > 0 else "")


def ask_change(account: Account, ask: Ask, chinese: bool = True) -> str:
    """From how wide to how narrow, 80 %."""
    if ask.reason == "second":
        return "不可查 → 可查" if chinese else "unchecked → checked"
    if ask.set_at is not None:
        f = ask.fixes[0]
        unit = account.streams[f.stream].unit
        word = "差" if chinese else "off by"
        return f"{word} {_figure((f.high - f.low) / 2, unit)} → ± {_figure(f.half, unit)}"
    if ask.reason == "recipe":
        f = ask.fixes[0]
        return f"{(f.low + f.high) / 2:.2%} ± {(f.high - f.low) / 2:.2%} → ± {f.half:.2%}"
    joint = "、" if chinese else ", "
    return f"{_width(account, ask.fixes[0], chinese)} → {joint.join(f'± {_figure(f.half, account.streams[f.stream].unit)}' for f in ask.fixes[:3])}"


def ask_words(account: Account, ask: Ask, chinese: bool = True) -> str:
    """An ask in one line."""
    who = f"{firm_name(account.region, ask.firm, chinese)} {ask.post}".strip()
    parts = (
        ask_what(account, ask, chinese),
        ask_fixes(account, ask, chinese),
        ask_change(account, ask, chinese),
        who,
        ask.due,
    )
    return "｜".join(parts) if chinese else " | ".join(parts)


def _figure(value: float, unit: str) -> str:
    return amount(value, unit).split(" ")[0]


def _width(account: Account, f: Fixed, chinese: bool) -> str:
    unit = account.streams[f.stream].unit
    if math.isinf(f.high):
        return "推不得" if chinese else "unknown"
    return f"{_figure(f.low, unit)}–{_figure(f.high, unit)}"
