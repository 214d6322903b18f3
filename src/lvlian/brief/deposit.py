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

    Raises BriefError where a folder cannot be made or a file not be written; nothing of this call is left behind then.
    """
    waiting: list[tuple[Path, Path]] = []
    here = Path()
    try:
        for path, content in files.items():
            here = path
            if path.is_dir():
                raise BriefError(f"{path} cannot be written: it is a folder, expected a file name")
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            waiting.append((Path(name), path))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(name).chmod(0o644)
        while waiting:
            name_beside, here = waiting[0]
            name_beside.replace(here)
            waiting.pop(0)
    except OSError as error:
        raise BriefError(f"{here} cannot be written: {error.strerror or error}") from None
    finally:
        for beside, _ in waiting:
            beside.unlink(missing_ok=True)
