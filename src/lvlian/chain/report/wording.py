"""The words that reports use for columns, items and sources: `words.yaml`, or a user's own file in its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import LibraryError, read_yaml
from lvlian.chain.report.statement import ITEMS
from lvlian.chain.words import folded

SHIPPED = Path(__file__).parent / "words.yaml"
COLUMNS = (
    "party",
    "firm",
    "month",
    "item",
    "good",
    "process",
    "partner",
    "value",
    "unit",
    "source",
    "sd",
    "given",
    "withdrawn",
    "remark",
)
_LISTS = ("outside", "total", "empty", "affirmed")


@dataclass(frozen=True, slots=True)
class Words:
    """Folded word → id for `columns`, `items`, `sources`; folded words of `outside`, `total`, `empty`, `affirmed`.

    `shown` gives the word that is written for an id: the first of its list."""

    columns: Mapping[str, str]
    items: Mapping[str, str]
    sources: Mapping[str, str]
    outside: frozenset[str]
    total: frozenset[str]
    empty: frozenset[str]
    affirmed: frozenset[str]
    shown: Mapping[tuple[str, str], str]


@cache
def load_words(path: Path = SHIPPED) -> Words:
    """The words of a file. Raises LibraryError that names file, field, what was found and what was expected."""
    data = read_yaml(path)
    expected = ("columns", "items", "sources", *_LISTS)
    for key in data:
        if key not in expected:
            raise LibraryError(f"{path.name}, field {key}: unknown, expected one of {', '.join(expected)}")
    shown: dict[tuple[str, str], str] = {}
    maps = {
        name: _index(path.name, name, data.get(name), ids, shown)
        for name, ids in (("columns", COLUMNS), ("items", tuple(ITEMS)), ("sources", None))
    }
    lists = {name: frozenset(_texts(path.name, name, data.get(name))) for name in _LISTS}
    return Words(
        columns=maps["columns"],
        items=maps["items"],
        sources=maps["sources"],
        outside=lists["outside"],
        total=lists["total"],
        empty=lists["empty"],
        affirmed=lists["affirmed"],
        shown=shown,
    )


def _index(
    file: str, name: str, data: Any, ids: tuple[str, ...] | None, shown: dict[tuple[str, str], str]
) -> dict[str, str]:
    if not isinstance(data, dict) or not data:
        raise LibraryError(f"{file}, field {name}: expected a mapping of ids to lists of words")
    index: dict[str, str] = {}
    for key, words in data.items():
        if ids is not None and key not in ids:
            raise LibraryError(f"{file}, field {name}.{key}: unknown, expected one of {', '.join(ids)}")
        listed = _texts(file, f"{name}.{key}", words)
        shown[name, str(key)] = str(words[0])
        for word in (*listed, folded(str(key))):
            if index.setdefault(word, str(key)) != key:
                raise LibraryError(f"{file}, field {name}.{key}: {word} already stands for {index[word]}")
    return index


def _texts(file: str, field: str, data: Any) -> Iterable[str]:
    if not isinstance(data, list) or not data or not all(isinstance(word, str) and word.strip() for word in data):
        raise LibraryError(f"{file}, field {field}: expected a list of words")
    return [folded(word) for word in data]
