"""The section of a brief's page on a month's chain account: what a reader needs of it, already in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lvlian.finding import Finding, by_severity

from .account import account_title, reading_words

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account


@dataclass(frozen=True, slots=True)
class AccountSection:
    """`findings` of the account, the severe ones first; `tests` (what was left out, χ², degrees of freedom, limit, whether it holds)."""

    title: str
    month: str
    simulated: bool
    statements: int
    findings: tuple[Finding, ...]
    tests: tuple[tuple[str, str, int, str, bool], ...]


def account_section(account: Account) -> AccountSection:
    """What the page shows of an account."""
    tests = tuple(
        ("" if r is None else reading_words(account, r), f"{t.chi2:,.1f}", t.dof, f"{t.limit:.1f}", t.ok)
        for t, r in zip(account.removals, account.removed, strict=True)
    )
    return AccountSection(
        account_title(account), account.month, account.region.simulated, len(account.network.statements),
        tuple(by_severity(list(account.findings))), tests,
    )  # fmt: skip
