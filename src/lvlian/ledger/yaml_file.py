"""The YAML that the ledger is set up with, read strictly: plain mappings, lists, texts, whole numbers, true and false.

People write these files by hand and may bring their own, so what YAML does behind a writer's back is left out: `yes` and `on`
stay texts, `12:30` is no number, keys do not stand twice, and there are no aliases, tags or second documents."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar

import yaml

MOST_BYTES = 256_000
MOST_DEPTH = 12
MOST_ENTRIES = 400
MOST_CHARACTERS = 600

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class FileError(ValueError):
    """A file that sets up the ledger cannot be used; the message is one sentence: file, place, found, expected."""


class _Loader(_BASE):  # type: ignore[misc]  # its base is chosen while running
    """Knows null, true, false and whole numbers; everything else that is written without quotes is a text."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]{0,8})$"), list("-0123456789"))


def _unique(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    out: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} as a key, not a text", key_node.start_mark)
        if key in out:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        out[key] = loader.construct_object(value_node, deep=True)
    return out


_Loader.add_constructor("tag:yaml.org,2002:map", _unique)


def mapping_of(path: Path, error: type[FileError]) -> dict[str, Any]:
    """The mapping of a YAML file. Raises `error`."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as why:
        raise error(f"{path}: cannot be read ({why.strerror or why})") from None
    return mapping_in(content, path.name, error)


def mapping_in(content: bytes, name: str, error: type[FileError]) -> dict[str, Any]:
    """The mapping that the bytes of a YAML file hold; `name` is the file in messages. Raises `error`."""
    if len(content) > MOST_BYTES:
        raise error(f"{name}: longer than {MOST_BYTES:,} bytes, expected a short YAML file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise error(f"{name}: not UTF-8 at byte {why.start}, expected YAML in UTF-8") from None
    try:
        _bounded(text, name, error)
        data = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as why:
        line = why.problem_mark.line + 1 if why.problem_mark else "?"
        raise error(f"{name}, line {line}: not YAML as the ledger reads it ({why.problem})") from None
    except yaml.YAMLError as why:
        raise error(f"{name}: not YAML ({' '.join(str(why).split())})") from None
    if data is None:
        raise error(f"{name}: is empty, expected a mapping")
    if not isinstance(data, dict):
        raise error(f"{name}: expected a mapping at the top, found {found(data)}")
    return data


def _bounded(text: str, name: str, error: type[FileError]) -> None:
    """Raises `error` where a file nests too deep, or uses aliases, anchors or tags."""
    depth = 0
    for event in yaml.parse(text, Loader=_BASE):
        line = event.start_mark.line + 1 if event.start_mark else "?"
        if isinstance(event, yaml.AliasEvent):
            raise error(f"{name}, line {line}: found the alias *{event.anchor}, expected the values written out")
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            raise error(f"{name}, line {line}: found the anchor &{event.anchor}, expected the values written out")
        if (tag := getattr(event, "tag", None)) is not None:
            raise error(f"{name}, line {line}: found the tag {tag!r}, expected plain values")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MOST_DEPTH:
                raise error(f"{name}, line {line}: nested deeper than {MOST_DEPTH}")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def found(value: object) -> str:
    """A value in a message: what it is, shortly."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str | int | float):
        shown = repr(value) if not isinstance(value, int) or abs(value) < 10**18 else "a very large number"
        return shown if len(shown) <= 60 else f"{shown[:57]}…'"
    return type(value).__name__


def nearest(name: str, known: Collection[str]) -> str:
    """`the nearest known is …`, or what there is."""
    near = difflib.get_close_matches(name[:60], list(known), 1, 0.5)
    return f"the nearest known is {near[0]!r}" if near else f"expected one of {', '.join(known)}"


class Node:
    """One mapping of the file with its place; its methods give a value of the right type or raise."""

    def __init__(self, value: object, known: Collection[str], file: str, place: str, error: type[FileError]) -> None:
        """Raises the error where it is no mapping or holds a key that is not `known`."""
        self.file, self.place, self.error, self.known = file, place, error, known
        if not isinstance(value, Mapping):
            raise self.wrong("", f"found {found(value)}, expected a mapping with {', '.join(known)}")
        self.value: Mapping[Any, Any] = value
        for key in value:
            if not isinstance(key, str):
                raise self.wrong("", f"found the key {found(key)}, expected a text")
            if key not in known:
                raise self.wrong(
                    key if key.isidentifier() else "", f"found the unknown key {found(key)}, {nearest(key, known)}"
                )

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place and key else self.place or key

    def wrong(self, key: str, what: str) -> FileError:
        place = self.at(key)
        return self.error(f"{self.file}, {place}: {what}" if place else f"{self.file}: {what}")

    def has(self, key: str) -> bool:
        return self.value.get(key) is not None

    def under(self, key: str, known: Collection[str]) -> Node:
        return Node(self.value.get(key), known, self.file, self.at(key), self.error)

    def text(self, key: str, default: str | None = None) -> str:
        """A text on one line that is not empty; `default` where the key is missing."""
        if (value := self.value.get(key)) is None and default is not None:
            return default
        return self.checked(value, key)

    def checked(self, value: object, key: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, f"found {found(value) if value != '' else 'an empty text'}, expected a text")
        if len(value) > MOST_CHARACTERS:
            raise self.wrong(key, f"found {len(value):,} characters, expected at most {MOST_CHARACTERS}")
        if not value.isprintable():
            raise self.wrong(key, f"found {found(value)}, expected a text on one line without control characters")
        return value.strip()

    def number(self, key: str, default: int | None = None, *, low: int = 0, high: int = 36_500) -> int:
        """A whole number from `low` to `high`; `default` where the key is missing."""
        if (value := self.value.get(key)) is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(key, f"found {found(value)}, expected a whole number from {low} to {high}")
        return value

    def yes(self, key: str) -> bool:
        if (value := self.value.get(key)) is None:
            return False
        if not isinstance(value, bool):
            raise self.wrong(key, f"found {found(value)}, expected true or false")
        return value

    def one_of(self, key: str, allowed: Collection[str], default: str | None = None) -> Any:
        value = self.text(key, default)
        if value not in allowed and value != default:
            raise self.wrong(key, f"found {found(value)}, {nearest(value, allowed)}")
        return value

    def items(self, key: str) -> list[Any]:
        """A list; empty where the key is missing."""
        if (value := self.value.get(key)) is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(key, f"found {found(value)}, expected a list")
        if len(value) > MOST_ENTRIES:
            raise self.wrong(key, f"found {len(value):,} entries, expected at most {MOST_ENTRIES}")
        return value

    def texts(self, key: str, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of different texts, each of `allowed` where that is given."""
        out: list[str] = []
        for number, raw in enumerate(self.items(key)):
            value = self.checked(raw, f"{key}[{number}]")
            if allowed is not None and value not in allowed:
                raise self.wrong(f"{key}[{number}]", f"found {found(value)}, {nearest(value, allowed)}")
            if value in out:
                raise self.wrong(f"{key}[{number}]", f"found {found(value)} for the second time, expected it once")
            out.append(value)
        return tuple(out)

    def nodes(self, key: str, known: Collection[str]) -> tuple[Node, ...]:
        """A list of mappings."""
        return tuple(
            Node(value, known, self.file, self.at(f"{key}[{number}]"), self.error)
            for number, value in enumerate(self.items(key))
        )

    def entries(self, key: str) -> dict[str, Any]:
        """A mapping with keys of the writer's own; empty where the key is missing."""
        if (value := self.value.get(key)) is None:
            return {}
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise self.wrong(key, f"found {found(value)}, expected a mapping with texts as keys")
        if len(value) > MOST_ENTRIES:
            raise self.wrong(key, f"found {len(value):,} entries, expected at most {MOST_ENTRIES}")
        return dict(value)
