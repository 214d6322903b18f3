"""What the parties report of a month: the figures that they are asked for, read with the error of their source, rounded as people round."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, log10

from lvlian.chain.region import OUTSIDE
from lvlian.chain.report.statement import Origin, Statement
from lvlian.chain.simulate.scene import Scene
from lvlian.chain.simulate.truth import Key, Month, normal
from lvlian.chain.simulate.world import month_name, month_number

_WEIGHED = ("sent", "received", "hauled")


def asked(scene: Scene, truth: Month) -> list[Key]:
    """The keys of the statements that are asked for: of every flow each side its own, each fact of one party once."""
    book = scene.book
    keys: dict[Key, None] = {}
    for firm, process, good in truth.made:
        if scene.worth_asking(good):
            keys[firm, firm, "made", good, process, ""] = None
    for firm, process, good in truth.used:
        if scene.worth_asking(good):
            keys[firm, firm, "used", good, process, ""] = None
    for source, target, good in truth.sent:
        if not scene.worth_asking(good):
            continue
        if source != OUTSIDE:
            keys[source, source, "sent", good, "", target] = None
        if target != OUTSIDE and (source != scene.world.grid):
            keys[target, target, "received", good, "", source] = None
    for firm, good in truth.closing:
        if scene.worth_asking(good) and book.unit[good] == "t":
            keys[firm, firm, "opening", good, "", ""] = None
            keys[firm, firm, "closing", good, "", ""] = None
    for haulier in sorted({h for h, _, _ in truth.hauled}):
        for good in scene.rules.names("tied"):
            keys[haulier, haulier, "hauled", good, "", ""] = None
    for firm in truth.output_value:
        keys[firm, firm, "output_value", "money", "", ""] = None
    for firm, good in truth.price:
        if (firm, good) in {(f, g) for f, _, g in truth.made}:
            keys[firm, firm, "price", good, "", ""] = None
    return sorted(keys)


def source_class(scene: Scene, key: Key) -> str:
    """Where a figure of this kind comes from."""
    _, _, item, good, _, _ = key
    if item in ("price", "output_value", "content", "fact"):
        return "statement"
    if item in ("opening", "closing"):
        return "stocktake"
    if scene.book.unit.get(good) in ("kWh", "m3"):
        return "meter"
    if item in _WEIGHED:
        return "weighbridge"
    return "statement"


def report_month(scene: Scene, truth: Month, seed: int, keys: Iterable[Key] | None = None) -> tuple[Statement, ...]:
    """Statements for the keys (default: all that are asked). Keys of which the month has no true figure are left out."""
    statements: list[Statement] = []
    for number, key in enumerate(asked(scene, truth) if keys is None else keys):
        true = truth.value(key)
        if true is None:
            continue
        party, firm, item, good, process, partner = key
        source = source_class(scene, key)
        sd = scene.rules.number("sources", source) if source in scene.rules.table("sources") else 0.01
        bias = scene.rules.number("sources", "party_bias") * normal(seed, "bias", party)
        when, what = truth.month, item
        if item == "opening":  # copied from what was counted at the end of the month before
            when, what = month_name(month_number(truth.month) - 1), "closing"
        noise = sd * normal(seed, "noise", when, party, firm, what, good, process, partner)
        if item in ("price", "output_value", "content"):
            bias = noise = 0.0
        unit = "yuan" if good == "money" else scene.book.unit[good]
        value, given = as_written(true * (1 + bias + noise), item, unit)
        statements.append(
            Statement(
                party=party,
                firm=firm,
                month=truth.month,
                item=item,
                good=good,
                process=process,
                partner=partner,
                value=value,
                unit=unit,
                given=given,
                source=source,
                origin=Origin(file=f"模拟-{party}-{truth.month}", sheet="填报", cell=f"E{number + 6}"),
            )
        )
    return tuple(statements)


_SHOWN = {
    "t": ("吨", 1.0, 2),
    "kWh": ("万kWh", 1e4, 4),
    "m3": ("万m3", 1e4, 4),
    "yuan": ("万元", 1e4, 4),
}
"""Unit as people write it, its size, decimals kept."""


def as_written(value: float, item: str, unit: str) -> tuple[float, str]:
    """The figure as somebody writes it (five digits, in the usual unit) and its value: 90176.8 t → 90,177 吨."""
    if item == "content":
        written = float(f"{value:.4f}")
        return written, f"{written * 100:.2f}%"
    if item == "price":
        word = {"t": "元/吨", "kWh": "元/kWh", "m3": "元/m3"}.get(unit, "元")
        digits = 0 if value >= 100 else 4
        written = round(value, digits)
        return written, f"{written:,.{digits}f} {word}"
    word, size, decimals = _SHOWN.get(unit, (unit, 1.0, 2))
    figure = value / size
    keep = min(decimals, max(0, 4 - floor(log10(abs(figure))))) if figure else 0
    written = round(figure, keep)
    return float(f"{written * size:.10g}"), f"{written:,.{keep}f} {word}"
