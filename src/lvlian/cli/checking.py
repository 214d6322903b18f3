"""`lvlian check`: where a plan disagrees with itself, with physics or with the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.intake import Corrections, take
from lvlian.cli.options import (
    CorrectionsFile,
    Debug,
    Files,
    Jobs,
    Language,
    LexiconFolder,
    NoCorrections,
    Quiet,
    Speech,
)
from lvlian.cli.reading import choice
from lvlian.cli.status import BAD_INPUT, DONE, NOT_MET, CommandError, printable

if TYPE_CHECKING:
    from lvlian.brief import Assessed
    from lvlian.finding import Finding


class Threshold(StrEnum):
    """The severity from which on findings make the exit status 1."""

    CONFLICT = "conflict"
    NOTICE = "notice"
    GAP = "gap"


FailOn = Annotated[
    Threshold | None,
    typer.Option(
        "--fail-on",
        help="Exit status 1 when a finding of this severity or a graver one is there.",
        show_default=False,
    ),
]

_STYLE = {"conflict": "bold red", "notice": "yellow", "gap": "cyan", "agrees": "green"}
_MARK = {"conflict": "■", "notice": "▲", "gap": "○", "agrees": "✓"}
_SEVERITY_EN = {"conflict": "conflict", "notice": "notice", "gap": "gap", "agrees": "agrees"}


def check(
    files: Files,
    json: Annotated[bool, typer.Option("--json", help="The findings as a JSON list.")] = False,
    fail_on: FailOn = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="CODE",
            help="Run only this check; may be repeated (--list shows them).",
            show_default=False,
        ),
    ] = None,
    language: Language = Speech.ZH,
    corrections: CorrectionsFile = None,
    no_corrections: NoCorrections = False,
    jobs: Jobs = None,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Find where plans disagree with themselves, with physics or with the calendar; every finding shows its arithmetic."""
    _known(only)
    assessed, code = assess_files(files, choice(files, corrections, no_corrections), jobs, only)
    findings = [finding for one in assessed for finding in one.findings]
    if json:
        from lvlian.plan.export import json_text

        terminal.result(json_text([finding.to_json() for finding in findings]))
    else:
        for one in assessed:
            _show(one, language)
    if code == DONE and fail_on is not None and reached(findings, fail_on):
        return NOT_MET
    return code


def reached(findings: Sequence[Finding], threshold: Threshold) -> bool:
    """Whether a finding is as grave as the threshold."""
    from lvlian.finding import SEVERITIES

    gravest = SEVERITIES.index(threshold.value)
    return any(SEVERITIES.index(finding.severity) <= gravest for finding in findings)


def assess_files(
    files: Sequence[Path], how: Corrections, jobs: int | None, only: Sequence[str] | None = None
) -> tuple[list[Assessed], int]:
    """Every file read and checked, in order, and the exit status so far: 2 where one could not be read."""
    from lvlian.cli.batch import run_batch

    assessed, code = [], DONE
    for done in run_batch(partial(_assess, how, tuple(only) if only else None), files, jobs, "checking"):
        if done.value is None:
            code = BAD_INPUT
            continue
        one, remarks = done.value
        for words in remarks:
            terminal.remark(words)
        assessed.append(one)
    return assessed, code


def _assess(how: Corrections, only: tuple[str, ...] | None, path: Path) -> tuple[Assessed, tuple[str, ...]]:
    from lvlian.brief import Assessed
    from lvlian.plan.check import check_plan

    taken = take(path, how)
    return Assessed(taken.facts, tuple(check_plan(taken.facts, checks=only))), taken.remarks


def _known(only: Sequence[str] | None) -> None:
    if not only:
        return
    from lvlian.plan.check import TABLE

    for code in only:
        if code not in TABLE:
            raise CommandError(f"--only {code}: no such check, expected one of {', '.join(TABLE)}.")


def _show(one: Assessed, language: Speech) -> None:
    """One plan's findings for the eye."""
    from rich.text import Text

    from lvlian.finding import SEVERITIES, SEVERITY_ZH

    console, chinese = terminal.console(), language is Speech.ZH
    counts = {s: sum(finding.severity == s for finding in one.findings) for s in SEVERITIES}
    names = SEVERITY_ZH if chinese else _SEVERITY_EN
    console.print(Text(printable(one.title), style="bold"))
    told = "  ".join(f"{_MARK[s]} {names[s]} {counts[s]}" for s in SEVERITIES if counts[s])
    console.print(Text(told or ("未发现问题。" if chinese else "Nothing was found.")))
    for finding in one.findings:
        console.print()
        style = _STYLE[finding.severity]
        head = Text.assemble(
            (f"{_MARK[finding.severity]} {names[finding.severity]}", style),
            "  ",
            (finding.code, "dim"),
            "\n  ",
            printable(finding.message_zh if chinese else finding.message_en or finding.message_zh),
        )
        console.print(head, soft_wrap=not terminal.is_terminal())
        for line in finding.arithmetic:
            console.print(Text("    " + printable(line)), soft_wrap=True)
        for line in finding.assumptions:
            console.print(
                Text(("    假设：" if chinese else "    assumed: ") + printable(line), style="dim"), soft_wrap=True
            )
        for fact in finding.facts:
            console.print(
                Text("    " + evidence(fact.kind, fact.index, fact.quote, fact.section), style="dim"), soft_wrap=True
            )
    console.print()


def evidence(kind: str, index: int | None, quote: str, section: str) -> str:
    """One line for a fact's sentence: its address, its words, its heading."""
    address = f"{kind}:{index}" if index is not None else kind
    words = printable("".join(quote.split()))
    return (
        f"{address} “{words}”" + (f"  {printable(section)}" if section else "")
        if words
        else f"{address}  {printable(section)}"
    )


def checks(
    json: Annotated[bool, typer.Option("--json", help="As a JSON list.")] = False,
    language: Language = Speech.ZH,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """List the checks: what each looks for, and how grave its findings are."""
    from lvlian.plan.check import FAMILIES, TABLE

    if json:
        from lvlian.plan.export import json_text

        rows: list[dict[str, Any]] = [
            {
                "code": c.code,
                "family": c.family,
                "zh": c.zh,
                "en": c.en,
                "meaning": c.meaning,
                "severities": list(c.severities),
            }
            for c in TABLE.values()
        ]
        terminal.result(json_text(rows))
        return DONE
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in (
        "code",
        "类别" if language is Speech.ZH else "family",
        "检查" if language is Speech.ZH else "check",
        "severities",
    ):
        table.add_column(heading, overflow="fold")
    for one in TABLE.values():
        place = 0 if language is Speech.ZH else 1
        table.add_row(
            one.code,
            FAMILIES[one.family][place],
            one.zh if language is Speech.ZH else one.en,
            ", ".join(one.severities),
        )
    terminal.console().print(table)
    return DONE
