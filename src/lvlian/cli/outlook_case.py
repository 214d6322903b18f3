"""What an outlook is asked about: a plan or a case, accounts, scenarios, premises, a last year; each checked before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lvlian.cli import terminal
from lvlian.cli.intake import Corrections, take
from lvlian.cli.session import use_lexicon
from lvlian.cli.status import CommandError, printable

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.finding import Finding
    from lvlian.outlook.case import Case

PEEK = 4096
MARK = b"lvlian-case/1"

PlanOrCase = Annotated[
    Path, typer.Argument(metavar="PLAN|CASE", help="A plan (a document, its fact file) or a case (lvlian case).")
]
Accounts = Annotated[
    list[Path] | None,
    typer.Option(
        "--account", metavar="FILE", help="A month's account (account.json of lvlian reconcile); may be repeated.", show_default=False
    ),
]  # fmt: skip
Scenarios = Annotated[
    list[Path] | None,
    typer.Option(
        "--scenario", metavar="FILE", help="A scenario (yaml, json); may be repeated, a later one decides.", show_default=False
    ),
]  # fmt: skip
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Turn a premise, for instance power.dry=-0.2; may be repeated.", show_default=False
    ),
]  # fmt: skip
Drops = Annotated[
    list[str] | None,
    typer.Option("--drop", metavar="PROJECT", help="A project that is not built; may be repeated.", show_default=False),
]
Until = Annotated[
    int | None,
    typer.Option("--until", metavar="YEAR", min=1990, max=2200, help="The last year projected.", show_default=False),
]
Today = Annotated[
    str | None,
    typer.Option(
        "--today", metavar="DAY", help="The day from which is projected (2023-10-12); by default the plan's date of issue.", show_default=False
    ),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """The case with everything in force, `base` the same without scenario, `title` of the plan, `files` that were read."""

    case: Case
    base: Case
    title: str
    months: tuple[str, ...]
    files: tuple[Path, ...]
    findings: tuple[Finding, ...] = ()


def asked(
    path: Path,
    accounts: Sequence[Path] | None,
    scenarios: Sequence[Path] | None = None,
    settings: Sequence[str] | None = None,
    drops: Sequence[str] | None = None,
    until: int | None = None,
    today: str | None = None,
    corrections: Corrections | None = None,
    *,
    check: bool = False,
) -> Asked:
    """The case that the options describe. Raises ValueError with one sentence. `check`: also the findings of the plan's own checks."""
    use_lexicon()
    months = tuple(_account(one) for one in accounts or ())
    case, title, findings = _case(path, today, corrections or Corrections(), check)
    if months:
        from lvlian.outlook.from_account import with_account

        _same_region(case, months, accounts or ())
        case = with_account(case, months)
    if until is not None:
        case = _until(case, until)
    base = case
    for one in scenarios or ():
        case = overlaid(case, one)
    case = _turned(case, settings or (), drops or ())
    files = (path, *(accounts or ()), *(scenarios or ()))
    return Asked(case, base, title, tuple(sorted(one.month for one in months)), files, findings)


def overlaid(case: Case, path: Path) -> Case:
    """The case with the scenario of a file in force."""
    from lvlian.outlook.load_case import load_scenario
    from lvlian.outlook.scenario import apply

    name = case.scenario
    turned = apply(case, load_scenario(path))
    return replace(turned, scenario=f"{name} + {turned.scenario}") if name else turned


def is_case(path: Path) -> bool:
    """Whether a file says at its head that it is a case."""
    if path.suffix.lower() not in (".yaml", ".yml", ".json"):
        return False
    try:
        with path.open("rb") as stream:
            return MARK in stream.read(PEEK)
    except OSError:
        return False


def _case(path: Path, today: str | None, how: Corrections, check: bool) -> tuple[Case, str, tuple[Finding, ...]]:
    if is_case(path):
        from lvlian.outlook.load_case import load_case

        case = load_case(path)
        if today is not None:
            case = replace(case, today=_day(today))
        return case, case.region, ()
    from lvlian.outlook.from_plan import case_from_plan

    taken = take(path, how)
    for words in taken.remarks:
        terminal.remark(words)
    if not taken.facts.goals:
        raise CommandError(f"{path.name}: holds no goal that could be met or missed; expected a plan with goals.")
    case = case_from_plan(taken.facts, today=None if today is None else _day(today))
    findings: tuple[Finding, ...] = ()
    if check:
        from lvlian.plan.check import check_plan

        findings = tuple(check_plan(taken.facts))
    from lvlian.brief import Assessed

    invented = Assessed(taken.facts).invented
    return replace(case, simulated=case.simulated or invented), taken.facts.document.title or taken.facts.name, findings


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--today {printable(text)[:20]}: expected a day such as 2023-10-12.") from None


def _account(path: Path) -> Account:
    from lvlian.cli.assessing import account_of_file

    return account_of_file(path)


def _same_region(case: Case, accounts: Sequence[Account], files: Sequence[Path]) -> None:
    """Raises CommandError for an account of another region than the plan's."""
    for one, path in zip(accounts, files, strict=True):
        name = one.region.name
        if case.region and name not in case.region and case.region not in name:
            raise CommandError(
                f"{path.name}: is the account of {printable(name)}, the plan is of {printable(case.region)}; expected one region."
            )


def _until(case: Case, year: int) -> Case:
    from lvlian.ledger.quarter import Quarter

    count = Quarter(year, 4).place - case.first.place + 1
    if count < 1:
        raise CommandError(f"--until {year}: lies before the first quarter of the case, {case.first}.")
    return replace(case, count=count)


def _turned(case: Case, settings: Sequence[str], drops: Sequence[str]) -> Case:
    if not settings and not drops:
        return case
    from lvlian.outlook.scenario import Scenario, apply

    values: dict[str, float] = {}
    for text in settings:
        key, sign, value = text.partition("=")
        try:
            values[key.strip()] = float(value)
        except ValueError:
            raise CommandError(
                f"--set {printable(text)[:80]}: expected KEY=VALUE with a figure, such as power.dry=-0.2."
            ) from None
        if not sign or not key.strip():
            raise CommandError(f"--set {printable(text)[:80]}: expected KEY=VALUE, such as power.dry=-0.2.")
    told = ", ".join([*settings, *(f"−{one}" for one in drops)])
    name = f"{case.scenario} + {told}" if case.scenario else told
    return apply(case, Scenario(name=name[:200], set=values, drop=tuple(drops)))
