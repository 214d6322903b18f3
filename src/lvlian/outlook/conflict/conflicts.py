"""The front door: which sentences of a plan, its quotas, its dates and what was reported cannot all hold, most serious first."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lvlian.finding import Finding
from lvlian.outlook.case import Case
from lvlian.outlook.conflict.figures import figure_conflicts
from lvlian.outlook.conflict.inversions import date_conflicts
from lvlian.outlook.conflict.record import Conflict, told_already

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.outlook.pathway import Options, Pathway
    from lvlian.outlook.projection.projection import Projection


def conflicts(
    case: Case,
    library: Library | None = None,
    *,
    pathway: Pathway | Options | bool | None = None,
    findings: Sequence[Finding] = (),
    reach: Mapping[str, float] | None = None,
    seconds: float = 6.0,
    most: int = 12,
) -> tuple[Conflict, ...]:
    """Every conflict that is found within `seconds`, at most `most`, by severity (`conflict` before `notice`), then goals before dates,
    then by how far apart they are. `findings` of the plan's checks: what they told already is linked (`same`). `reach`: the highest figure
    of each aim that can be reached (aim id → figure in its unit; `reached_by`). `pathway`: a pathway (its reach counts), the options of one,
    None for those shipped, or False: then only sentences are set against each other and no programme of the whole is built."""
    if library is None:
        from lvlian.chain.library import load_library

        library = load_library()
    if reach is None and hasattr(pathway, "goals"):
        reach = reached_by(pathway)  # type: ignore[arg-type]  # only a pathway has goals
    until = time.perf_counter() + seconds
    found = [
        *figure_conflicts(case, library, reach=reach, most=most, until=until),
        *date_conflicts(case, most=most, until=until),
    ]
    if pathway is not False and time.perf_counter() < until:
        from lvlian.outlook.conflict.whole import whole_conflicts

        options = None if pathway is True or hasattr(pathway, "goals") else pathway
        found += whole_conflicts(case, library, options=options, seconds=max(until - time.perf_counter(), 0.1))
    if findings:
        found = [
            replace(one, same=tuple(dict.fromkeys(told.code for told in told_already(one, findings)))) for one in found
        ]
    return tuple(sorted(found, key=order)[:most])


def reached_by(result: Projection | Pathway) -> dict[str, float]:
    """`reach` from a projection (what each aim comes to in its scenario) or from a pathway (only of goals that stay short with all that its
    options allow, since those that are met might go further): aim id → figure in its unit."""
    if hasattr(result, "goals"):
        return {row.aim.id: row.after for row in result.goals if row.after is not None and row.met is False}
    return {row.aim.id: row.value for row in result.aims if row.value is not None and math.isfinite(row.value)}


def order(one: Conflict) -> tuple[int, int, float, int]:
    """The declared order of conflicts: those that rest on no assumption first; then figures, dates, the pathway; then the widest gap."""
    system = ("figures", "dates", "pathway").index(one.system)
    return (one.severity != "conflict", system, -one.gap, one.year)
