"""YAML texts of the library as plain values that know their line: fast, strict about repeated keys, safe to read from anybody.

Only texts, numbers, yes and no, lists and mappings are understood. Anchors and tags are refused, so that a short text cannot
unfold into a large one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import LibraryError

LARGEST = 8_000_000
"""Bytes of a library file; the shipped ones have about 0.1 million."""
DEEPEST = 12
"""Levels of nesting; the shipped files have five."""

_NUMBER_HEADS = frozenset("+-.0123456789")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_YES_NO = {word: word in ("yes", "true") for word in ("yes", "no", "true", "false")}


class Block(dict[str, Any]):
    """A mapping of a YAML text; `line` counts from 1."""

    __slots__ = ("line",)

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def read_document(path: Path) -> Block:
    """The mapping of a YAML file in UTF-8. Raises LibraryError in one sentence with file and line."""
    try:
        if path.stat().st_size > LARGEST:
            raise LibraryError(f"{path.name}: larger than {LARGEST // 1_000_000} MB, expected a library file")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LibraryError(f"{path}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise LibraryError(f"{path.name}: not UTF-8, expected YAML in UTF-8") from None
    return parse_document(text, path.name)


def parse_document(text: str, name: str) -> Block:
    """The mapping that a YAML text holds; `name` is its file in errors. Raises LibraryError."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        value = _built(yaml.parse(text, Loader=loader), name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise LibraryError(f"{name}, line {line}: not YAML ({error.problem})") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise LibraryError(f"{name}: not YAML ({' '.join(str(error).split())[:200]})") from None
    if value is None:
        raise LibraryError(f"{name}: empty, expected a mapping at the top")
    if not isinstance(value, Block):
        raise LibraryError(
            f"{name}: expected a mapping at the top, found {'a list' if isinstance(value, list) else 'a value'}"
        )
    return value


def _built(events: Iterable[Any], name: str) -> Any:
    """The value that the events of a parser describe; nothing is followed on the stack, however deep a text nests."""
    top: Any = None
    stack: list[Block | list[Any]] = []
    keys: list[str | None] = []
    documents = 0
    for event in events:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            value = (
                _scalar(event, name)
                if not stack or isinstance(stack[-1], list) or keys[-1] is not None
                else event.value
            )
        elif kind == "MappingStartEvent" or kind == "SequenceStartEvent":
            line = event.start_mark.line + 1
            if len(stack) >= DEEPEST:
                raise LibraryError(f"{name}, line {line}: nested deeper than {DEEPEST} levels, expected a library file")
            if event.anchor is not None or event.tag is not None:
                raise LibraryError(
                    f"{name}, line {line}: anchors and tags are not understood, expected the text itself"
                )
            value = Block(line) if kind == "MappingStartEvent" else []
        elif kind == "MappingEndEvent" or kind == "SequenceEndEvent":
            stack.pop()
            keys.pop()
            continue
        elif kind == "AliasEvent":
            line = event.start_mark.line + 1
            raise LibraryError(f"{name}, line {line}: anchors and tags are not understood, expected the text itself")
        elif kind == "DocumentStartEvent":
            documents += 1
            if documents > 1:
                raise LibraryError(f"{name}, line {event.start_mark.line + 1}: a second document, expected one")
            continue
        else:
            continue
        if not stack:
            top = value
        elif isinstance(holder := stack[-1], list):
            holder.append(value)
        elif (key := keys[-1]) is None:
            if not isinstance(value, str) or not value:
                raise LibraryError(f"{name}, line {event.start_mark.line + 1}: a key is no text")
            if value in holder:
                raise LibraryError(f"{name}, line {event.start_mark.line + 1}, field {value}: stands twice")
            keys[-1] = value
        else:
            holder[key] = value
            keys[-1] = None
        if isinstance(value, list | Block):
            stack.append(value)
            keys.append(None)
    return top


def _scalar(event: Any, name: str) -> Any:
    text: str = event.value
    if not event.implicit[0] or event.tag is not None:
        if event.tag is not None and event.tag != "!":
            raise LibraryError(
                f"{name}, line {event.start_mark.line + 1}: anchors and tags are not understood, expected the text itself"
            )
        return text
    if text[:1] in _NUMBER_HEADS and _NUMBER.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise LibraryError(f"{name}, line {event.start_mark.line + 1}: is {text[:40]!r}, expected a finite number")
        return number
    if text in ("", "~", "null"):
        return None
    return _YES_NO.get(text.lower(), text) if len(text) <= 5 else text
