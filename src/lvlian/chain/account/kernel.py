"""Loops that are compiled when they are first needed; imported for large systems only, because the compiler takes time and memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def kernel(function: Callable[..., Any]) -> Any:
    """The compiled function, kept on disk between runs; where no folder can be written it is compiled again in every process."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # neither the package nor the user's cache folder can be written
        return njit(nogil=True)(function)
