"""What a moved date does to the goals: the case projected with it and without it, told beside the repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lvlian.outlook.case import Case, CaseError
from lvlian.outlook.conflict.record import Conflict, Repair
from lvlian.outlook.conflict.words import rounded, unit_en

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.outlook.projection.projection import Projection

LEAST = 5e-4
"""Share of a goal's figure below which a change is not told."""


def with_effects(
    case: Case, conflicts: Sequence[Conflict], library: Library | None = None, *, base: Projection | None = None
) -> tuple[Conflict, ...]:
    """The same conflicts; repairs that move a date say what the region's goals then come to (`2024年综合产值 −6亿元`): of several the one that
    changes most. `base`: the projection of the case where it is at hand. One projection per moved date, about a tenth of a second each."""
    from lvlian.outlook.projection.projection import project

    if not any("dates" in repair.changes for one in conflicts for repair in one.repairs):
        return tuple(conflicts)
    before = base if base is not None else project(case, library)
    return tuple(
        replace(one, repairs=tuple(_told(case, repair, before, library) for repair in one.repairs)) for one in conflicts
    )


def _told(case: Case, repair: Repair, before: Projection, library: Library | None) -> Repair:
    from lvlian.outlook.projection.projection import project
    from lvlian.outlook.scenario import apply

    if "dates" not in repair.changes or not repair.holds:
        return repair
    try:
        after = project(apply(case, repair.scenario("改法")), library)
    except CaseError:
        return repair
    best, most = None, LEAST
    for old, new in zip(before.aims, after.aims, strict=True):
        if (
            old.aim.firm
            or old.value is None
            or new.value is None
            or not old.aim.value
            or not old.aim.unit.endswith("元")
        ):
            continue
        share = abs(new.value - old.value) / abs(old.aim.value)
        if share > most:
            best, most = (old.aim, new.value - old.value), share
    if best is None:
        return repair
    aim, change = best
    sign = "−" if change < 0 else "+"
    amount = rounded(abs(change), 2)
    return replace(
        repair,
        price_zh=f"{repair.price_zh}，{aim.year}年{aim.group}{aim.name} {sign}{amount}{aim.unit}",
        price_en=f"{repair.price_en}, {aim.name} {aim.year} {sign}{amount} {unit_en(aim.unit)}",
    )
