"""The section of a brief's page on a month's chain account: what a reader needs of it, already in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lvlian.finding import Finding, by_severity

from .account import account_title, reading_words
from .indicator_sheets import EIGHTY

if TYPE_CHECKING:
    from lvlian.brief.account_bundle import Bundle
    from lvlian.chain.account.account import Account
    from lvlian.chain.atlas.record import Gap

    from .assessed import Assessed

GAPS = 8
"""So many gaps stand in the section; the workbook has all."""


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal in one of its readings: what is written, and what the account says, in the goal's unit; pairs are zh, en."""

    name: str
    subject: str
    written: str
    when: str
    variant: tuple[str, str]
    told: str
    chance: str
    note: tuple[str, str]


@dataclass(frozen=True, slots=True)
class AccountSection:
    """`findings` of the account, the severe ones first; `tests` (what was left out, χ², degrees of freedom, limit, whether it holds);
    `goals` of the plans against it; `flows`, the drawing of its metal in `flow_unit`; `gaps` of the chain, the weightiest first."""

    title: str
    month: str
    simulated: bool
    statements: int
    findings: tuple[Finding, ...]
    tests: tuple[tuple[str, str, int, str, bool], ...]
    goals: tuple[GoalRow, ...] = ()
    flows: str = ""
    flow_unit: tuple[str, str] = ("", "")
    gaps: tuple[Gap, ...] = ()


def account_section(account: Account, bundle: Bundle) -> AccountSection:
    """What the page shows of an account; `bundle` is that account with the plans' facts."""
    from lvlian.chain.sankey import sankey

    from .sankey_drawing import sankey_svg, scale_for

    tests = tuple(
        ("" if r is None else reading_words(account, r), f"{t.chi2:,.1f}", t.dof, f"{t.limit:.1f}", t.ok)
        for t, r in zip(account.removals, account.removed, strict=True)
    )
    picture = sankey(bundle.book, "metal")
    return AccountSection(
        account_title(account), account.month, account.region.simulated, len(account.network.statements),
        tuple(by_severity(list(account.findings))), tests, goal_rows(bundle),
        sankey_svg(picture, bundle.language, title=bundle.title) if picture.links else "",
        (scale_for(picture).zh, scale_for(picture).en), bundle.atlas.gaps[:GAPS],
    )  # fmt: skip


def bundle_of(account: Account, assessed: Sequence[Assessed], language: str = "zh") -> Bundle:
    """The account with the goals and projects of those plans that are of its region (or do not say of which)."""
    from lvlian.plan.export import public_form

    from .account_bundle import Bundle

    plan: dict[str, Any] = {"goals": [], "milestones": []}
    for item in assessed:
        if of_region(item, account):
            facts = public_form(item.facts)
            for key in plan:
                plan[key] += facts.get(key) or []
    return Bundle((account,), None, plan, language)


def of_region(item: Assessed, account: Account) -> bool:
    """Whether a plan may be of the account's region."""
    named, own = item.facts.document.region or "", account.region.name
    return not named or named in own or own in named


def goal_rows(bundle: Bundle) -> tuple[GoalRow, ...]:
    """Every goal that names an indicator, once for each reading that the account has a figure for; those without a figure once."""
    rows = []
    for s in bundle.standings:
        known = [c for c in s.found if c.value is not None or c.low is not None]
        for c in known or s.found[:1]:
            if c.value is not None:
                told = f"{short(c.value)} ± {short(EIGHTY * (c.sd or 0.0))}"
            elif c.low is not None:
                told = (
                    f"{short(c.low)}–{short(c.high)}" if c.high is not None and c.high < 1e300 else f"≥ {short(c.low)}"
                )
            else:
                told = ""
            lacking = "；".join(m.zh for m in c.missing[:3]), "; ".join(m.en for m in c.missing[:3])
            note = (s.remark(True), s.remark(False)) if told else lacking
            variant = s.variant_words(c.variant), s.variant_words(c.variant, False)
            rows.append(GoalRow(s.name, s.subject, s.target_words, s.when, variant, told, s.chance_words(c), note))
    return tuple(rows)


def short(value: float | None) -> str:
    """A figure with the digits that a reader needs."""
    if value is None:
        return "—"
    size = abs(value)
    places = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 3
    text = f"{value:,.{places}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else text.lstrip("-")
