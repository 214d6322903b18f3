"""`lvlian assess`: read, check and write the brief."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lvlian.cli import terminal
from lvlian.cli.checking import FailOn, assess_files, reached
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
from lvlian.cli.reading import choice, folder
from lvlian.cli.session import session
from lvlian.cli.status import BAD_INPUT, DONE, NOT_MET, CommandError, printable

if TYPE_CHECKING:
    from lvlian.brief import Assessed
    from lvlian.chain.account.account import Account

LARGEST_ACCOUNT = 200_000_000
_KINDS = {
    "goals": ("目标", "goals"),
    "milestones": ("节点", "milestones"),
    "duties": ("责任", "duties"),
    "incentives": ("政策", "incentives"),
    "chains": ("链条", "chains"),
}


def assess(
    files: Files,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder of the brief.")] = Path("brief"),
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    account: Annotated[
        Path | None,
        typer.Option(
            "--account",
            metavar="FILE",
            help="A month's account (account.json of lvlian reconcile), told behind the plans and set against their goals.",
            show_default=False,
        ),
    ] = None,
    fail_on: FailOn = None,
    language: Language = Speech.ZH,
    corrections: CorrectionsFile = None,
    no_corrections: NoCorrections = False,
    jobs: Jobs = None,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Read, check and project plans, and write the brief: brief.html, brief.docx, brief.xlsx.

    The paths of the three files are printed on standard output, the summary on standard error.
    """
    from lvlian.brief import write_brief

    folder(out)
    month = _account(account)
    assessed, code = assess_files(files, choice(files, corrections, no_corrections), jobs)
    if not assessed:
        return BAD_INPUT
    _other_region(assessed, month)
    with terminal.meter(1, "writing the brief"):
        written = write_brief(assessed, out, language=language.value, account=month)
    if code != DONE:
        terminal.complain(
            f"The brief holds {len(assessed)} of {len(files)} files; the others could not be read, see above."
        )
    if not session.quiet:
        _summary(assessed, language)
    for path in written:
        terminal.result(f"{path}\n")
    if open_page:
        import webbrowser

        webbrowser.open(written[0].resolve().as_uri())
    if code == DONE and fail_on is not None and reached([f for one in assessed for f in one.findings], fail_on):
        return NOT_MET
    return code


def _account(path: Path | None) -> Account | None:
    """The account of a file. Raises CommandError with one sentence."""
    return None if path is None else account_of_file(path)


def account_of_file(path: Path) -> Account:
    """The account that a file holds. Raises CommandError with one sentence."""
    from lvlian.chain.account.system import UnsolvableError
    from lvlian.chain.account.write_account import AccountError, from_json

    try:
        if path.stat().st_size > LARGEST_ACCOUNT:
            raise CommandError(f"{path.name}: is larger than {LARGEST_ACCOUNT // 10**6} MB.")
        return from_json(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(f"{path}: cannot be read ({error.strerror or error}).") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path.name}: is not UTF-8 text; expected the JSON of lvlian reconcile.") from None
    except (AccountError, UnsolvableError) as error:
        raise CommandError(f"{path.name}: {error}") from None


def _other_region(assessed: list[Assessed], account: Account | None) -> None:
    """Say it where no plan is of the account's region: its goals are not set against the account then."""
    if account is None:
        return
    from lvlian.brief.account_page import of_region

    if not any(of_region(one, account) for one in assessed):
        names = ", ".join(dict.fromkeys(one.facts.document.region or "" for one in assessed))
        terminal.complain(
            f"The account is of {printable(account.region.name)}, the plans are of {printable(names)}: goals are not set against it."
        )


def _summary(assessed: list[Assessed], language: Speech) -> None:
    """One line a plan: what was read and what was found."""
    import sys

    from rich.console import Console
    from rich.table import Table

    from lvlian.finding import SEVERITIES, SEVERITY_ZH

    place = 0 if language is Speech.ZH else 1
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("规划" if place == 0 else "plan", overflow="fold")
    for names in _KINDS.values():
        table.add_column(names[place], justify="right")
    for severity in SEVERITIES:
        table.add_column(SEVERITY_ZH[severity] if place == 0 else severity, justify="right")
    for one in assessed:
        read = [str(len(one.facts.of(kind))) for kind in _KINDS]
        found = [str(sum(finding.severity == severity for finding in one.findings)) for severity in SEVERITIES]
        table.add_row(printable(one.title), *read, *found)
    Console(
        file=sys.stderr, markup=False, highlight=False, emoji=False, width=None if sys.stderr.isatty() else 120
    ).print(table)
