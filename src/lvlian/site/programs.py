"""PostgreSQL's own programs: where they are, and running them with their complaint as one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class ProgramError(ValueError):
    """A program is missing or failed; one sentence."""


def program(name: str) -> str:
    """The path of a program of PostgreSQL: the newest that Debian installed, else the one in PATH. Raises ProgramError."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: path.parts[-3].zfill(4))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise ProgramError(f"{name} was not found; install PostgreSQL's programs (Debian: postgresql-client).")
    return found


def run_program(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Runs a program to its end. Raises ProgramError with what it said first."""
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise ProgramError(said[0] if said else f"{command[0]} ended with {done.returncode}.")
