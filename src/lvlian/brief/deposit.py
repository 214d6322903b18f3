"""Putting finished files in their place: all of them, or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


class BriefError(ValueError):
    """A brief that cannot be made or written; one sentence says why."""


def deposit(files: Mapping[Path, bytes]) -> None:
    """Write every file beside its place first and rename only when all are written, so that no file is ever half there.

    Raises BriefError where the folder cannot be made or written; nothing of this call is left behind then.
    """
    waiting: list[tuple[str, Path]] = []
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            waiting.append((name, path))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            os.chmod(name, 0o644)
        while waiting:
            name, path = waiting[0]
            os.replace(name, path)
            waiting.pop(0)
    except OSError as error:
        raise BriefError(f"{error.filename2 or error.filename or 'the brief'} cannot be written: {error.strerror or error}") from None
    finally:
        for name, _ in waiting:
            Path(name).unlink(missing_ok=True)
