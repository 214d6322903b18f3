"""Reading of the library's tables: CSV with a header line and YAML, with errors that name file, line and field."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
_LONGEST = 600
"""Characters of a message."""


class LibraryError(ValueError):
    """A table of the chain library cannot be used; the message is one sentence that names file, line and field."""

    def __init__(self, message: str) -> None:
        """Words of a broken file stand in the message: line breaks and control characters in them become spaces, long ones end."""
        if not message.isprintable():
            message = " ".join("".join(char if char.isprintable() else " " for char in message).split())
        super().__init__(message if len(message) <= _LONGEST else message[:_LONGEST] + " …")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CSV table; its methods turn a field into a value or raise LibraryError."""

    file: str
    line: int
    values: dict[str, str]

    def text(self, field: str) -> str:
        return self.values[field].strip()

    def required(self, field: str) -> str:
        if not (value := self.text(field)):
            raise self.error(field, "is empty, expected a text")
        return value

    def number(self, field: str) -> float:
        value = self.text(field)
        try:
            number = float(value)
        except ValueError:
            raise self.error(field, f"is {value!r}, expected a number") from None
        if not math.isfinite(number):
            raise self.error(field, f"is {value!r}, expected a finite number")
        return number

    def optional_number(self, field: str) -> float | None:
        return self.number(field) if self.text(field) else None

    def yes(self, field: str) -> bool:
        return self.choice(field, ("yes", "no")) == "yes"

    def choice(self, field: str, allowed: Sequence[str]) -> str:
        if (value := self.text(field)) not in allowed:
            raise self.error(field, f"is {value!r}, expected one of {', '.join(allowed)}")
        return value

    def parts(self, field: str) -> tuple[str, ...]:
        """The values of a field that holds several, separated by `|`."""
        return tuple(part for raw in self.text(field).split("|") if (part := raw.strip()))

    def error(self, field: str, what: str) -> LibraryError:
        return LibraryError(f"{self.file}, line {self.line}, field {field}: {what}")


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """The lines of a CSV table with exactly these columns, in any order. Raises LibraryError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            header = next(reader, [])
            if missing := [c for c in columns if c not in header]:
                raise LibraryError(
                    f"{path.name}, line 1: the column {missing[0]} is missing, expected {', '.join(columns)}"
                )
            for cells in reader:
                if not any(cells):
                    continue
                if len(cells) != len(header):
                    raise LibraryError(
                        f"{path.name}, line {reader.line_num}: {len(cells)} fields, expected {len(header)}"
                    )
                yield Row(path.name, reader.line_num, dict(zip(header, cells, strict=True)))
    except UnicodeDecodeError:
        raise LibraryError(f"{path.name}: not UTF-8, expected a CSV table in UTF-8") from None
    except csv.Error as error:
        raise LibraryError(f"{path.name}: not a CSV table ({error})") from None
    except OSError as error:
        raise LibraryError(f"{path}: cannot be read ({error.strerror or error})") from None


def read_table(path: Path, columns: Sequence[str], make: Callable[[Row], T]) -> tuple[T, ...]:
    return tuple(make(row) for row in read_rows(path, columns))


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping of a YAML file. Raises LibraryError."""
    try:
        return yaml_mapping(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise LibraryError(f"{path}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise LibraryError(f"{path.name}: not UTF-8, expected YAML in UTF-8") from None


def yaml_mapping(text: str, name: str) -> dict[str, Any]:
    """The mapping that a YAML text holds; `name` is its file in errors. Raises LibraryError."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        data = yaml.load(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise LibraryError(f"{name}, line {line}: not YAML ({error.problem})") from None
    except yaml.YAMLError as error:
        raise LibraryError(f"{name}: not YAML ({' '.join(str(error).split())})") from None
    if not isinstance(data, dict):
        raise LibraryError(f"{name}: expected a mapping at the top, found {type(data).__name__}")
    return data
