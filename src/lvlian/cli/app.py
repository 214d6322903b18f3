"""The table of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from lvlian.cli import (
    assessing,
    checking,
    comparing,
    correcting,
    explaining,
    keeping,
    pathing,
    projecting,
    reading,
    reconciling,
    registers,
    reporting,
    serving,
    simulating,
    snapshots,
    tracks,
)
from lvlian.cli.session import Debug, LexiconFolder, Quiet

app = typer.Typer(
    name="lvlian",
    help="Read a development plan into facts, check it, hand over a brief, and open the site.",
    no_args_is_help=True,
    add_completion=False,
    # Rich takes longer to import than everything else together; help stays plain.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _version(value: bool) -> None:
    if value:
        from lvlian import __version__

        typer.echo(f"lvlian {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Read a development plan into facts, check it, and hand over a brief.

    Exit status: 0 done; 1 done, and a threshold asked for is not met; 2 bad input.
    Results go to standard output, everything else to standard error.
    """


for _command in (
    reading.read,
    checking.check,
    assessing.assess,
    projecting.project,
    pathing.pathway,
    projecting.case,
    reconciling.reconcile,
    registers.ledger,
    reading.attach,
    explaining.explain,
    explaining.lexicon,
    checking.checks,
    correcting.correct,
    comparing.compare,
    simulating.simulate,
    serving.serve,
    serving.demo,
    keeping.backup,
    keeping.restore,
):
    app.command()(_command)
app.add_typer(tracks.app, name="tracks")
app.add_typer(snapshots.app, name="snapshot")
app.add_typer(reporting.app, name="report")
app.add_typer(keeping.audit, name="audit")
app.add_typer(keeping.person, name="person")
