"""YAML texts of the library as plain values that know their line: fast, strict about repeated keys, safe to read from anybody.

Only texts, numbers, yes and no, lists and mappings are understood. Anchors and tags are refused, so that a short text cannot
unfold into a large one.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import LibraryError

LARGEST = 8_000_000
"""Bytes of a library file; the shipped ones have about 0.1 million."""
DEEPEST = 12
"""Levels of nesting; the shipped files have five."""

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
    if too_deep(text):
        raise LibraryError(f"{name}: nested deeper than {DEEPEST} levels, expected a library file")
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise LibraryError(f"{name}, line {line}: not YAML ({error.problem})") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise LibraryError(f"{name}: not YAML ({' '.join(str(error).split())[:200]})") from None
    if node is None:
        raise LibraryError(f"{name}: empty, expected a mapping at the top")
    value = _plain(node, name, 0, set())
    if not isinstance(value, Block):
        raise LibraryError(f"{name}: expected a mapping at the top, found {_kind(value)}")
    return value


def too_deep(text: str) -> bool:
    """Whether brackets or indented steps of a text nest deeper than a library file may (seen before the text is parsed: the
    parser follows nesting on the machine's stack)."""
    depth = deepest = 0
    for char in text:
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth = max(0, depth - 1)
    if deepest > DEEPEST:
        return True
    for line in text.split("\n"):
        steps = line.lstrip(" ")
        if len(line) - len(steps) > 10 * DEEPEST or steps.startswith("- " * (DEEPEST + 1)):
            return True
    return False


def _plain(node: Any, name: str, depth: int, seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    if depth > DEEPEST:
        raise LibraryError(f"{name}, line {line}: nested deeper than {DEEPEST} levels")
    if id(node) in seen:
        raise LibraryError(f"{name}, line {line}: an anchor is used again, expected the text itself")
    kind = node.id
    if kind == "scalar":
        return _scalar(node, name, line)
    seen.add(id(node))
    if not node.tag.startswith("tag:yaml.org,2002:") or node.tag[18:] not in ("map", "seq"):
        raise LibraryError(f"{name}, line {line}: the tag {node.tag} is not understood")
    if kind == "sequence":
        return [_plain(child, name, depth + 1, seen) for child in node.value]
    block = Block(line)
    for key_node, value_node in node.value:
        if key_node.id != "scalar" or not key_node.value:
            raise LibraryError(f"{name}, line {line}: a key is no text")
        key = key_node.value
        if key in block:
            raise LibraryError(f"{name}, line {key_node.start_mark.line + 1}, field {key}: stands twice")
        block[key] = _plain(value_node, name, depth + 1, seen)
    return block


def _scalar(node: Any, name: str, line: int) -> Any:
    tag, text = node.tag[18:], node.value
    if tag == "str":
        return text
    if tag == "float" or tag == "int":
        try:
            number = float(text.replace("_", ""))
        except ValueError:
            return text
        if not math.isfinite(number):
            raise LibraryError(f"{name}, line {line}: is {text!r}, expected a finite number")
        return number
    if tag == "bool":
        return _YES_NO.get(text.lower(), text)
    if tag == "null":
        return None
    if tag in ("timestamp", "merge", "value"):
        return text
    raise LibraryError(f"{name}, line {line}: the tag {node.tag} is not understood")


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "nothing" if value is None else "one value"
