"""Standard output for results, standard error for everything else."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from lvlian.cli.session import session
from lvlian.cli.status import printable

if TYPE_CHECKING:
    from rich.console import Console

PATIENCE = 1.0
"""Seconds after which a progress bar appears."""
_lock = threading.Lock()
_bar: Any = None


def use_utf8() -> None:
    """Write UTF-8 and plain newlines whatever the locale says, so that the same input gives the same bytes everywhere."""
    for stream, errors in ((sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors=errors, newline="\n")


class NobodyReads(Exception):
    """Standard output was closed by its reader."""


def result(text: str) -> None:
    """Write a result as it is. Raises NobodyReads."""
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise NobodyReads from None


class _Results(io.TextIOBase):
    """Standard output as Rich sees it, so that all results leave by one door."""

    def write(self, text: str) -> int:
        result(text)
        return len(text)

    def isatty(self) -> bool:
        return is_terminal()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"


def remark(text: str) -> None:
    """Say something that is no result; silent with --quiet."""
    if not session.quiet:
        complain(text)


def complain(text: str) -> None:
    """Say what is wrong, one line, also with --quiet."""
    line = printable(text)
    with _lock:
        if _bar is not None:
            _bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
            return
    sys.stderr.write(f"{line}\n")


def is_terminal() -> bool:
    """Whether a person looks at standard output."""
    return sys.stdout.isatty()


def console(width: int | None = None) -> Console:
    """A Rich console on standard output; lines are not cut to a width where no terminal gives one."""
    from rich.console import Console

    return Console(
        file=cast("IO[str]", _Results()),
        highlight=False,
        emoji=False,
        markup=False,
        width=width or (None if is_terminal() else 400),
        legacy_windows=False,
    )


class Meter(Protocol):
    """Counts what is done."""

    def step(self, words: str = "") -> None: ...


class _Silent:
    def step(self, words: str = "") -> None:
        return None


class _Counting:
    def __init__(self, total: int, words: str) -> None:
        self.total, self.words, self.done = total, words, 0

    def step(self, words: str = "") -> None:
        self.done += 1
        self.words = words or self.words
        with _lock:
            if _bar is not None:
                _bar.update(_bar.task_ids[0], completed=self.done, description=self.words)


@contextmanager
def meter(total: int, words: str) -> Iterator[Meter]:
    """A progress bar on standard error for anything over a second; none with --quiet or where nobody looks."""
    if session.quiet or not sys.stderr.isatty():
        yield _Silent()
        return
    counting = _Counting(total, words)
    timer = threading.Timer(PATIENCE, _show, (counting,))
    timer.daemon = True
    timer.start()
    try:
        yield counting
    finally:
        timer.cancel()
        timer.join()
        _hide()


def _show(counting: _Counting) -> None:
    global _bar
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    bar.add_task(counting.words, total=counting.total, completed=counting.done)
    with _lock:
        bar.start()
        _bar = bar


def _hide() -> None:
    global _bar
    with _lock:
        if _bar is not None:
            _bar.stop()
            _bar = None
