"""What the parties report of a month: the answers to their forms, read with the error of their source, rounded as people round."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, log10
from typing import TYPE_CHECKING

from lvlian.chain.account.sources import Sources, load_sources
from lvlian.chain.report.form import Item, forms_of
from lvlian.chain.report.layout import AT, FILL, cell_name
from lvlian.chain.report.statement import Origin, Statement
from lvlian.chain.report.units import factor
from lvlian.chain.simulate.scene import Scene
from lvlian.chain.simulate.truth import Key, Month, normal
from lvlian.chain.simulate.world import month_name, month_number

if TYPE_CHECKING:
    from lvlian.chain.library import Library

_PLAIN = ("price", "output_value", "content", "fact")
"""Items copied from books and certificates: no error of a scale or meter."""
FIRST_ROW = 6
"""The first row of a filled template below its headings."""


def report_file(party: str, month: str) -> str:
    """The name of a simulated report."""
    return f"模拟-{party}-{month}.xlsx"


def report_month(
    scene: Scene, library: Library, truth: Month, seed: int, held: Iterable[Statement] = ()
) -> tuple[Statement, ...]:
    """The statements of a month: every item of every firm's form that the month has a true figure for. `held`: the statements of the
    month before (an opening stock is asked for once)."""
    sources = load_sources()
    held = tuple(held)
    before = {statement.key for statement in held}
    running = {plant.firm for plant in scene.world.plants if plant.runs(truth.month)}
    running |= {firm.id for firm in scene.world.region.firms if firm.kind in ("power", "haulier")}
    statements: list[Statement] = []
    for form in forms_of(scene.world.region, library, truth.month, held=held):
        party = form.firm.id
        if party not in running:
            continue
        row, group = FIRST_ROW - 1, ""
        for item in form.items:
            row += 1 if item.group == group else 2  # a group has a heading of its own
            group = item.group
            key: Key = (party, item.firm or party, item.item, item.good, item.process, item.partner)
            true = truth.value(key)
            if true is None:
                if item.item not in ("sent", "received") or key not in before:
                    continue  # left empty: a nil is written only where there was something the month before
                true = 0.0
            statements.append(_answer(scene, sources, truth.month, seed, key, item, true, row))
    return tuple(statements)


def _answer(
    scene: Scene, sources: Sources, month: str, seed: int, key: Key, item: Item, true: float, row: int
) -> Statement:
    party, firm = key[0], key[1]
    bias = noise = 0.0
    if item.item not in _PLAIN and true:
        sd = sources.sd(true, item.base, item.source, item.item) / abs(true)
        when, what = month, item.item
        if what == "opening":  # copied from what was counted at the end of the month before
            when, what = month_name(month_number(month) - 1), "closing"
        bias = scene.rules.number("party_bias") * normal(seed, "bias", party)
        noise = min(0.5, sd) * normal(seed, "noise", when, party, firm, what, item.good, item.process, item.partner)
    value, given = as_written(true * (1 + bias + noise), item.unit, item.base)
    return Statement(
        party=party,
        firm=item.firm,
        month=month,
        item=item.item,
        good=item.good,
        process=item.process,
        partner=item.partner,
        value=value,
        unit=item.base,
        given=given,
        source=item.source,
        origin=Origin(file=report_file(party, month), sheet=FILL, cell=cell_name(row, AT["value"])),
    )


def as_written(value: float, unit: str, base: str) -> tuple[float, str]:
    """The figure as somebody writes it in `unit` (five digits, two decimals at most for tonnes) and its value in `base`:
    90176.8 t → 90177.0, "90,177 吨"."""
    size = factor(unit, base) if unit else 1.0
    figure = value / size
    decimals = 2 if size == 1.0 and base == "t" else 4
    keep = min(decimals, max(0, 4 - floor(log10(abs(figure))))) if figure else 0
    written = f"{figure:.{keep}f}"
    return float(f"{float(written) * size:.12g}"), f"{float(written):,.{keep}f} {unit}".strip()
