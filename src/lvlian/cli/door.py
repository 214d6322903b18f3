"""The door of the command line: from arguments to an exit status, with one sentence where something is wrong."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from lvlian.cli import session as options
from lvlian.cli import status, terminal

_UsageTrouble = next(cls for cls in typer.BadParameter.__mro__ if cls.__name__ == "ClickException")
"""The class that typer's parser raises; where it lives differs between versions of typer."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command line (that of the process where none is given) and leave with its exit status."""
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # a region's matrices are small: threads of BLAS only wait for each other
    code = run(list(sys.argv[1:] if arguments is None else arguments))
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = status.NOBODY_READS
        _silence_stdout()
    except OSError as error:
        terminal.complain(f"standard output: {error.strerror or error}.")
        code = status.BAD_INPUT
        _silence_stdout()
    if code in (status.STOPPED, status.NOBODY_READS) and "lvlian.cli.batch" in sys.modules:
        from lvlian.cli.batch import end_workers

        sys.stderr.flush()
        end_workers()
        os._exit(code)  # an ordinary end would wait for what nobody wants any more
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command line; the exit status. Nothing but KeyboardInterrupt of a second Ctrl-C comes out of it."""
    from lvlian.cli.app import app

    options.reset()
    options.session.debug = "--debug" in arguments  # holds also for trouble with the options themselves
    terminal.use_utf8()
    try:
        code = app(arguments, prog_name="lvlian", standalone_mode=False)
        # The parser turns Ctrl-C into this status by itself.
        return _stopped() if code == status.STOPPED else code if isinstance(code, int) else status.DONE
    except typer.Exit as leave:
        return leave.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _stopped()
    except terminal.NobodyReads:
        _silence_stdout()
        return status.NOBODY_READS
    except Exception as error:
        if isinstance(error, _UsageTrouble):
            return _usage(error)
        if options.session.debug:
            raise
        terminal.complain(status.sentence(error))
        return status.BAD_INPUT


def _stopped() -> int:
    terminal.complain("Stopped; files that were finished stay, no file is half written.")
    return status.STOPPED


def _usage(error: Exception) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{error}\n")
        return status.BAD_INPUT
    message = str(getattr(error, "format_message", lambda: error)())
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "lvlian"
    terminal.complain(f"{message.rstrip('.')}. ({path} --help shows the options)")
    return status.BAD_INPUT


def _silence_stdout() -> None:
    """Python flushes standard output once more at its end; what is left goes nowhere."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = io.StringIO()
