"""All checks over one plan."""

from __future__ import annotations

from collections.abc import Collection

from lvlian.chain.library import Library
from lvlian.finding import Finding, by_severity
from lvlian.plan.check import calendar, capacity, count, form, gap, land, law, naming, ratio, total, trend
from lvlian.plan.check.case import Case
from lvlian.plan.check.rule import CHECKS, FAMILIES, Check
from lvlian.plan.facts import PlanFacts

_MODULES = (total, land, ratio, trend, capacity, calendar, naming, count, gap, law, form)
"""The modules whose import fills the table; their order is that of the checks within a family."""

_ORDER = {module.__name__: place for place, module in enumerate(_MODULES)}
TABLE: dict[str, Check] = dict(
    sorted(CHECKS.items(), key=lambda item: (list(FAMILIES).index(item[1].family), _ORDER[item[1].run.__module__]))
)
"""All checks by code: family by family, within one as its module has them."""


def check_plan(
    facts: PlanFacts, *, checks: Collection[str] | None = None, library: Library | None = None
) -> list[Finding]:
    """The findings of a plan: conflicts first, what agrees last, within that in the order of the table and of the text.

    `checks` names the codes to run (all where it is None); `library` is the chain's (the one shipped where it is None). Checks
    that read the text are left out where `facts.text` is empty. Raises ValueError on a code that is not in the table.
    """
    unknown = sorted(set(checks or ()) - TABLE.keys())
    if unknown:
        raise ValueError(f"checks: {', '.join(unknown)} is not in the table; it has {', '.join(TABLE)}")
    case = Case(facts, library)
    found: list[Finding] = []
    for code, check in TABLE.items():
        if (checks is None or code in checks) and (facts.text or "text" not in check.needs):
            found.extend(check.run(case))
    return by_severity(found)
