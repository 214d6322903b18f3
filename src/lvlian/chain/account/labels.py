"""What streams, readings and parties are called in tables and sentences, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from lvlian.chain.account.network import Stream
from lvlian.chain.library import Library
from lvlian.chain.region import OUTSIDE, Region
from lvlian.chain.report.statement import ITEMS, Statement
from lvlian.quantity.show import figure

ITEM_EN: Mapping[str, str] = {
    "made": "made",
    "used": "used",
    "sent": "sent",
    "received": "received",
    "opening": "opening stock",
    "closing": "closing stock",
    "lost": "lost",
    "content": "content",
    "price": "price",
    "output_value": "output value",
    "hauled": "hauled",
    "fact": "fact",
}
TOTAL_ZH = {"hauled": "运量合计", "sent": "发出合计", "received": "收到合计", "made": "产量合计", "used": "消耗合计"}
TOTAL_EN = {
    "hauled": "hauled in all",
    "sent": "sent in all",
    "received": "received in all",
    "made": "made in all",
    "used": "used in all",
}
UNITS: Mapping[str, tuple[str, str, float]] = {
    "t": ("吨", "t", 1.0),
    "kWh": ("万kWh", "10⁴ kWh", 1e4),
    "m3": ("万m³", "10⁴ m³", 1e4),
    "yuan": ("万元", "10⁴ yuan", 1e4),
}
"""How a unit of the library is shown: words and the factor by which figures are divided."""


def good_name(library: Library, good: str, chinese: bool = True) -> str:
    """The good's name without what stands in brackets."""
    entry = library.goods.get(good)
    if entry is None:
        return good
    return entry.zh.partition("（")[0] if chinese else entry.en


def firm_name(region: Region, firm: str, chinese: bool = True) -> str:
    """A firm's short name; 区外 or the named partner for what lies beyond the region."""
    if firm.startswith(OUTSIDE):
        return firm.partition(":")[2] or ("区外" if chinese else "outside")
    entry = region.firm(firm)
    return entry.short if entry is not None else firm


def label(stream: Stream, region: Region, library: Library, chinese: bool = True, item: str = "") -> str:
    """A stream in a table of which the firm has a column of its own; `item` says from whose side (sent, received)."""
    good = good_name(library, stream.good, chinese)
    kind = stream.kind
    if kind in ("moved", "arrived"):
        return _moved(stream, region, good, chinese, item)
    process = library.processes.get(stream.process)
    if kind == "made":
        return f"{good}产量" if chinese else f"{good} made"
    if kind == "used":
        step = (process.zh.partition("(")[0] if chinese else process.en) if process is not None else ""
        if chinese:
            return f"{good} → {step}" if step else f"{good}其他消耗" if item == "" else f"{good}消耗"
        return f"{good} → {step}" if step else f"{good}, other use"
    if kind == "total":
        return (
            f"{good}{TOTAL_ZH.get(stream.process, '合计')}"
            if chinese
            else f"{good} {TOTAL_EN.get(stream.process, 'in all')}"
        )
    if kind == "level":
        if chinese:
            return f"{good}{'期初' if stream.process == 'opening' else '期末'}库存"
        return f"{good}, {stream.process} stock"
    words = {
        "stock": ("库存变动", "change of stock"),
        "lost": ("损失", "lost"),
        "price": ("单价", "price"),
        "value": ("产值", "output value"),
        "content": ("含量", "content"),
        "slack": ("配方差", "off the recipe"),
    }.get(kind, (kind, kind))
    where = ""
    if kind == "lost" and process is not None:
        where = f"（{process.zh.partition('(')[0]}）" if chinese else f" ({process.en})"
    if chinese:
        return f"{good}{words[0]}{where}"
    return f"{good}, {words[1]}{where}" if good else f"{words[1]}{where}"


def _moved(stream: Stream, region: Region, good: str, chinese: bool, item: str) -> str:
    source, target = firm_name(region, stream.firm, chinese), firm_name(region, stream.partner, chinese)
    side = ""
    if item in ("sent", "received") and not stream.boundary:
        side = {"sent": ("（发）", " (sent)"), "received": ("（收）", " (received)")}[item][0 if chinese else 1]
    if stream.boundary == "in":
        named = f"（{source}）" if stream.firm != OUTSIDE else ""
        return f"外购{good}{named}" if chinese else f"{good} bought outside{named}"
    if stream.boundary == "out":
        named = f"（{target}）" if stream.partner != OUTSIDE else ""
        return f"{good}外销{named}" if chinese else f"{good} sold outside{named}"
    return f"{good} → {target}{side}"


def statement_words(statement: Statement, region: Region, library: Library, chinese: bool = True) -> str:
    """A statement in a sentence: who reports what, about whom, in figures as given."""
    party = firm_name(region, statement.party, chinese)
    about = firm_name(region, statement.about, chinese) if statement.about != statement.party else ""
    good = good_name(library, statement.good, chinese)
    what = ITEMS.get(statement.item, statement.item) if chinese else ITEM_EN.get(statement.item, statement.item)
    partner = firm_name(region, statement.partner, chinese) if statement.partner else ""
    if chinese:
        told = f"{party}报{about}{good}{what.partition('（')[0]}"
        return told + (f"（{partner}）" if partner else "")
    told = f"{party}: {good} {what}" + (f" of {about}" if about else "")
    return told + (f" ({partner})" if partner else "")


def amount(value: float, unit: str, chinese: bool = True, digits: int | None = None) -> str:
    """A figure in the unit that people use: 6,140 吨, 121,217 万kWh."""
    word, english, factor = UNITS.get(unit, (unit, unit, 1.0))
    shown = value / factor
    if digits is None:
        digits = 0 if abs(shown) >= 100 else 1 if abs(shown) >= 10 else 2 if abs(shown) >= 0.1 else 4
    text = figure(round(shown, digits), separators=True, digits=digits)
    name = word if chinese else english
    return f"{text} {name}" if name else text
