"""What the simulator assumes where a plan says nothing: `assumptions.yaml`, changed by a file of the user's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import LibraryError, read_yaml

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The figures of one file (or of the shipped one changed by it), addressed by their path in it."""

    data: Mapping[str, Any]
    name: str = "assumptions.yaml"

    def _at(self, path: tuple[str, ...]) -> Any:
        node: Any = self.data
        for step in path:
            if not isinstance(node, Mapping) or step not in node:
                raise LibraryError(f"{self.name}, field {'.'.join(path)}: is missing")
            node = node[step]
        return node

    def number(self, *path: str) -> float:
        """Raises LibraryError where the field is missing or no number."""
        value = self._at(path)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise LibraryError(f"{self.name}, field {'.'.join(path)}: is {value!r}, expected a number")
        return float(value)

    def table(self, *path: str) -> Mapping[str, Any]:
        """Raises LibraryError where the field is missing or no mapping."""
        value = self._at(path)
        if not isinstance(value, Mapping):
            raise LibraryError(f"{self.name}, field {'.'.join(path)}: is {value!r}, expected a mapping")
        return value

    def names(self, *path: str) -> tuple[str, ...]:
        """Raises LibraryError where the field is missing or no list of texts."""
        value = self._at(path)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise LibraryError(f"{self.name}, field {'.'.join(path)}: is {value!r}, expected a list of texts")
        return tuple(value)

    def numbers(self, *path: str) -> tuple[float, ...]:
        """Raises LibraryError where the field is missing or no list of numbers."""
        value = self._at(path)
        if not isinstance(value, list) or not all(
            isinstance(n, int | float) and not isinstance(n, bool) for n in value
        ):
            raise LibraryError(f"{self.name}, field {'.'.join(path)}: is {value!r}, expected a list of numbers")
        return tuple(float(n) for n in value)


def load_assumptions(path: Path | str | None = None) -> Assumptions:
    """The shipped assumptions, field by field replaced by those of `path`. Raises LibraryError that names file and field."""
    shipped = _shipped()
    if path is None:
        return shipped
    own = read_yaml(Path(path))
    name = Path(path).name
    return Assumptions(_merged(shipped.data, own, name, ()), name)


@lru_cache(maxsize=1)
def _shipped() -> Assumptions:
    return Assumptions(read_yaml(HERE / "assumptions.yaml"))


_OPEN = {("options",), ("stand_ins",), ("kinds",), ("prices", "goods"), ("prices", "own"), ("remelt",), ("sinks",)}
"""Tables to which a user's file may add entries; elsewhere an unknown field is an error."""


def _merged(base: Mapping[str, Any], own: Mapping[str, Any], name: str, path: tuple[str, ...]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        where = (*path, str(key))
        if key not in base and path not in _OPEN:
            raise LibraryError(
                f"{name}, field {'.'.join(where)}: unknown, expected one of {', '.join(str(k) for k in base)}"
            )
        before = base.get(key)
        if isinstance(before, Mapping):
            if not isinstance(value, Mapping):
                raise LibraryError(f"{name}, field {'.'.join(where)}: is {value!r}, expected a mapping")
            merged[key] = _merged(before, value, name, where)
        elif key in base and isinstance(before, list) != isinstance(value, list):
            raise LibraryError(
                f"{name}, field {'.'.join(where)}: is {value!r}, expected {'a list' if isinstance(before, list) else 'one value'}"
            )
        else:
            merged[key] = value
    return merged
