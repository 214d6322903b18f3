"""The options that every command has: --quiet, --debug, --lexicon."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer


@dataclass(slots=True)
class Session:
    """What was asked for on this command line, wherever on it the option stands."""

    quiet: bool = False
    debug: bool = False
    lexicon: Path | None = None


session = Session()


def reset() -> None:
    """Back to the defaults, for a new command line in the same process."""
    if session.lexicon is not None:
        from lvlian.plan.lexicon import use_folder

        use_folder(None)
    session.quiet, session.debug, session.lexicon = False, False, None


def _quiet(value: bool) -> bool:
    session.quiet = session.quiet or value
    return value


def _debug(value: bool) -> bool:
    session.debug = session.debug or value
    return value


def _lexicon(value: Path | None) -> Path | None:
    if value is not None:
        session.lexicon = value
    return value


Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", callback=_quiet, help="Only results and errors: no progress, no remarks.")
]
Debug = Annotated[bool, typer.Option("--debug", callback=_debug, help="Show the traceback of an unexpected error.")]
LexiconFolder = Annotated[
    Path | None,
    typer.Option(
        "--lexicon",
        metavar="DIR",
        callback=_lexicon,
        help="A folder with your own lexicon files, laid over the shipped ones.",
    ),
]


def use_lexicon() -> None:
    """Lay the user's lexicon folder over the shipped words. Raises LexiconError."""
    if session.lexicon is not None:
        from lvlian.plan.lexicon import lexicon_names, load_lexicon, use_folder

        use_folder(session.lexicon)
        for name in lexicon_names():
            load_lexicon(name)  # a slip in the user's file is told before any document is read
