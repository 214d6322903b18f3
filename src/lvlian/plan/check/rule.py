"""The table of checks: each is a small named function, registered with what it looks for and what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lvlian.finding import Finding, Severity

if TYPE_CHECKING:
    from lvlian.plan.check.case import Case

FAMILIES: dict[str, tuple[str, str]] = {
    "total": ("分项与总数", "parts against totals"),
    "ratio": ("比率", "shares and ratios"),
    "trend": ("走势", "goals over the years"),
    "capacity": ("产能与原料", "capacity against supply"),
    "calendar": ("时间", "calendar"),
    "naming": ("名称", "one thing under two names"),
    "count": ("件数", "counts"),
    "gap": ("待补", "gaps"),
    "law": ("合规", "law"),
    "form": ("文字", "form"),
}
"""Family → name in Chinese and English, in the order of the table."""

Run = Callable[["Case"], Iterable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check. `code` is that of its findings; where figures agree the code is `<code>-agrees`. `needs` names the facts that it
    reads (`text` for the document's words), `severities` what its findings can be, `meaning` one sentence for the planner."""

    code: str
    family: str
    zh: str
    en: str
    meaning: str
    needs: tuple[str, ...]
    severities: tuple[Severity, ...]
    run: Run


CHECKS: dict[str, Check] = {}
"""All checks by code, in the order in which they are registered."""


def check(
    code: str, *, family: str, zh: str, en: str, meaning: str, needs: tuple[str, ...], severities: tuple[Severity, ...]
) -> Callable[[Run], Run]:
    """Register the function as a check. Raises ValueError on a code that is taken or a family that is unknown."""
    if code in CHECKS:
        raise ValueError(f"check {code}: registered twice")
    if family not in FAMILIES:
        raise ValueError(f"check {code}: family {family!r}, expected one of {', '.join(FAMILIES)}")

    def register(run: Run) -> Run:
        CHECKS[code] = Check(
            code=code, family=family, zh=zh, en=en, meaning=meaning, needs=needs, severities=severities, run=run
        )
        return run

    return register
