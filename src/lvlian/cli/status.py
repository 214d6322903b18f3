"""What a command ends with, and how trouble becomes one sentence."""

from __future__ import annotations

DONE = 0
NOT_MET = 1
"""Done, and a threshold that was asked for is not met."""
BAD_INPUT = 2
STOPPED = 130
"""Ctrl-C."""
NOBODY_READS = 141
"""Whoever read standard output closed it (`| head`)."""


class CommandError(ValueError):
    """Input or options that cannot be used; one sentence."""


def sentence(error: BaseException, name: str = "") -> str:
    """One sentence for the person at the terminal: the error's own where this package raised it, else that it is our fault."""
    if is_expected(error):
        return printable(str(error))
    about = f"{printable(name)}: " if name else ""
    if isinstance(error, MemoryError):
        return f"{about}not enough memory for this file."
    if isinstance(error, OSError):
        where = printable(str(error.filename)) + ": " if error.filename and not name else ""
        return f"{about}{where}{error.strerror or error}."
    what = f"{type(error).__name__}: {printable(str(error))[:200]}"
    return f"{about}Lvlian failed on this ({what}); please report it, --debug shows where."


def is_expected(error: BaseException) -> bool:
    """Whether the error is bad input that an engine of this package has put into a sentence."""
    return isinstance(error, ValueError) and type(error).__module__.partition(".")[0] == "lvlian"


def printable(text: str) -> str:
    """`text` on one line and without control characters: words of a document must not steer a terminal."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)
