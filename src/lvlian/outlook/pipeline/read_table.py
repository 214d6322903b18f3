"""YAML tables read strictly: every fault is one sentence that names file, field, what was found and what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from lvlian.outlook.case import CaseError


def layers(shipped: Path, path: Path | None, keys: tuple[str, ...]) -> list[tuple[str, Mapping[str, Any]]]:
    """Name and content of the shipped file and of a user's over it. Raises CaseError."""
    paths = [shipped, *([] if path is None else [Path(path)])]
    return [(one.name, mapping(read(one), one.name, "", keys)) for one in paths]


def read(path: Path) -> object:
    """What a YAML file holds. Raises CaseError."""
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise CaseError(f"{path}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise CaseError(f"{path.name}: not UTF-8, expected YAML in UTF-8") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        raise CaseError(f"{path.name}{f', line {where.line + 1}' if where else ''}: not YAML") from None


def mapping(value: object, name: str, place: str, keys: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """A mapping with text keys, all among `keys` where given. Raises CaseError."""
    where = f"{name}, field {place}" if place else name
    if not isinstance(value, dict):
        raise CaseError(f"{where}: found {type(value).__name__}, expected a mapping")
    for key in value:
        if not isinstance(key, str) or (keys and key not in keys):
            raise CaseError(f"{where}: found the key {key!r:.40}, expected one of {', '.join(keys) or 'texts'}")
    return value


def number(value: object, name: str, place: str, low: float, high: float) -> float:
    """A finite figure within bounds. Raises CaseError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise CaseError(f"{name}, field {place}: found {value!r:.40}, expected a figure from {low:g} to {high:g}")
    return float(value)


def source_of(data: Mapping[str, Any], name: str) -> tuple[tuple[str, str], bool]:
    """Where a file says its figures are from, in Chinese and English, and whether that was verified. Raises CaseError."""
    if "source" not in data:
        return ("用户文件，未写来源", "a user's file that names no source"), False
    row = mapping(data["source"], name, "source", ("zh", "en", "verified"))
    return words(row, name, "source"), row.get("verified") is True


def words(value: object, name: str, place: str) -> tuple[str, str]:
    """One thing in both languages. Raises CaseError."""
    if isinstance(value, str):
        return value, value
    row = mapping(value, name, place)
    return str(row.get("zh", "")), str(row.get("en", ""))
