"""`lvlian backup`, `restore`, `audit` and `person`: keeping a site, from the terminal of its machine."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lvlian.cli import terminal
from lvlian.cli.serving import Home
from lvlian.cli.session import Debug, Quiet
from lvlian.cli.status import DONE, NOT_MET, CommandError

audit = typer.Typer(help="The audit chain: verify it, print its root.", no_args_is_help=True, rich_markup_mode=None)
person = typer.Typer(help="People, where nobody can log in any more.", no_args_is_help=True, rich_markup_mode=None)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file, .tar or .tar.gz.")],
    home: Home = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Save the whole site into one file, while it is being used."""
    from lvlian.site.serving import open_home

    open_home(home)
    from lvlian.site.backup import write_backup

    manifest = write_backup(file)
    terminal.result(f"{file}\n")
    terminal.remark(_about(manifest))
    return DONE


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that lvlian backup wrote.")],
    home: Home = None,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            help="The empty PostgreSQL database instead of LVLIAN_DATABASE.",
            show_default=False,
        ),
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Restore a backup into an empty folder or database, and prove that it is the site that was saved."""
    from lvlian.site.serving import use_home

    if database is not None:
        os.environ["LVLIAN_DATABASE"] = database
    use_home(home)
    from lvlian.site.backup import restore as put_back

    manifest = put_back(file)
    terminal.result(f"{_about(manifest)}; verified\n")
    return DONE


def _about(manifest: dict[str, object]) -> str:
    root, counts = manifest["root"], manifest["counts"]
    assert isinstance(root, dict) and isinstance(counts, dict)
    rows = sum(counts.values())
    return f"{rows} rows; audit record {root['seq']}, root {root['hash']}"


@audit.command("verify")
def verify(home: Home = None, quiet: Quiet = False, debug: Debug = False) -> int:
    """Recompute every hash of the audit chain; exit status 1 where something was changed."""
    from lvlian.site.serving import open_home

    open_home(home)
    from lvlian.site.org.chain import verify as recompute

    verdict = recompute()
    for fault in verdict.faults:
        terminal.complain(fault)
    terminal.result(
        f"{verdict.records} records, root {verdict.root or '-'}{'' if verdict.faults else ': the chain holds'}\n"
    )
    return NOT_MET if verdict.faults else DONE


@audit.command("root")
def root(
    day: Annotated[
        str | None,
        typer.Option("--day", metavar="YYYY-MM-DD", help="The root at the end of this day.", show_default=False),
    ] = None,
    home: Home = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Print the number and the hash of the last audit record: the root to keep on paper."""
    try:
        wanted = datetime.strptime(day, "%Y-%m-%d").date() if day else None
    except ValueError:
        raise CommandError(f"--day {day}: expected a day as YYYY-MM-DD.") from None
    from lvlian.site.serving import open_home

    open_home(home)
    from lvlian.site.org.chain import root_of

    found = root_of(wanted)
    if found is None:
        terminal.complain("There is no audit record up to then.")
        return NOT_MET
    terminal.result(f"{found[0]} {found[1]}\n")
    return DONE


@person.callback()
def _person() -> None:
    """People, where nobody can log in any more."""


@person.command("reset-password")
def reset_password(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The account.")],
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="Also forget the second factor, when the phone is lost.")
    ] = False,
    home: Home = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Give an account a new first password, shown once; its sessions end."""
    from lvlian.site.serving import open_home

    open_home(home)
    from lvlian.site.org.actions import Refused, reset_from_console

    try:
        password = reset_from_console(name, second_factor=second_factor)
    except Refused as refusal:
        raise CommandError(str(refusal)) from None
    terminal.result(f"{password}\n")
    return DONE
