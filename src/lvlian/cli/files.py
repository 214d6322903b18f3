"""Files of results: whole or not at all, also under Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write all files or none; their folders are made. Raises BriefError where they cannot be written."""
    from lvlian.brief.deposit import deposit

    with _undisturbed():
        deposit(files)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back until the block is done, so that no file beside its place is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        waiting.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if waiting:
        raise KeyboardInterrupt
