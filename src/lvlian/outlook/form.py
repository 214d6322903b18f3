"""The text of a case or a scenario as plain data and back: strict YAML or JSON, small enough to be read safely.

What YAML does behind a writer's back is left out: `yes` and dates stay texts, a key does not stand twice, no aliases, tags or second documents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

import yaml

from lvlian.outlook.case import CaseError

MOST_BYTES = 8_000_000
MOST_DEPTH = 24

_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$")
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})$")
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]  # its base is chosen while running
    """Knows null, true, false and numbers; everything else that is written without quotes is a text."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


class _Dumper(yaml.SafeDumper):
    """Quotes whatever `_Loader` or another reader of YAML would take for something else than a text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


for one in (_Loader, _Dumper):
    one.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|)$"), ["~", "n", ""])
    one.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), ["t", "f"])
    one.add_implicit_resolver("tag:yaml.org,2002:int", _INT, list("-+0123456789"))
    one.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))


def _unique(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    out: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} as a key, not a text", key_node.start_mark)
        if key in out:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} a second time", key_node.start_mark)
        out[key] = loader.construct_object(value_node, deep=True)
    return out


_Loader.add_constructor("tag:yaml.org,2002:map", _unique)


def data_of(content: bytes, name: str, form: str) -> dict[str, Any]:
    """The mapping that a file called `name` holds, without its `format`. Raises CaseError: file, line or field, found, expected."""
    if len(content) > MOST_BYTES:
        raise CaseError(f"{name}: holds more than {MOST_BYTES // 1_000_000} MB, expected a smaller file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError(f"{name}: byte {error.start + 1} is no UTF-8, expected a text file in UTF-8") from None
    if "\0" in text:
        raise CaseError(f"{name}: holds a zero byte, expected a text file")
    data = _json(text, name) if text.lstrip()[:1] == "{" else _yaml(text, name)
    if not isinstance(data, Mapping):
        raise CaseError(f"{name}: found {type(data).__name__}, expected a mapping that begins with format: {form}")
    if data.get("format") != form:
        raise CaseError(f"{name}, field format: found {str(data.get('format'))[:60]!r}, expected {form}")
    return {key: value for key, value in data.items() if key != "format"}


def _json(text: str, name: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(pairs)
        if len(out) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise CaseError(f"{name}: found the key {twice[:60]!r} a second time, expected each once")
        return out

    def never(word: str) -> float:
        raise CaseError(f"{name}: found {word}, expected a finite number")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=never)
    except json.JSONDecodeError as error:
        if text.lstrip()[:1] == "{" and not text.lstrip().startswith('{"'):
            return _yaml(text, name)
        raise CaseError(f"{name}, line {error.lineno}: is not JSON ({error.msg})") from None
    except RecursionError:
        raise CaseError(f"{name}: is nested too deeply, expected at most {MOST_DEPTH} levels") from None
    except CaseError:
        raise
    except ValueError:
        raise CaseError(f"{name}: found a number of too many digits, expected a smaller one") from None


def _yaml(text: str, name: str) -> Any:
    try:
        _bounded(text, name)
        return yaml.load(text, Loader=_Loader)  # a safe loader with fewer types
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "broken")
        raise CaseError(f"{name}{where}: is not the YAML that is read here ({problem[:120]})") from None
    except RecursionError:
        raise CaseError(f"{name}: is nested too deeply, expected at most {MOST_DEPTH} levels") from None
    except CaseError:
        raise
    except ValueError:
        raise CaseError(f"{name}: found a number of too many digits, expected a smaller one") from None


def _bounded(text: str, name: str) -> None:
    """Refuses aliases, tags, further documents and deep nesting before anything is built."""
    depth = 0
    started = 0
    for event in yaml.parse(text, Loader=_BASE):
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise CaseError(f"{name}, line {line}: found an anchor or alias, expected plain values")
        tag = getattr(event, "tag", None)
        if tag is not None and tag not in ("!", "tag:yaml.org,2002:str"):
            raise CaseError(f"{name}, line {line}: found the tag {str(tag)[:60]}, expected plain values")
        if isinstance(event, yaml.DocumentStartEvent):
            started += 1
            if started > 1:
                raise CaseError(f"{name}, line {line}: found a second document, expected one")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
            if depth > MOST_DEPTH:
                raise CaseError(f"{name}, line {line}: is nested too deeply, expected at most {MOST_DEPTH} levels")
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1


def yaml_text(data: Mapping[str, Any], form: str) -> str:
    """The YAML text of plain data, with its format first."""
    return yaml.dump({"format": form, **data}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=140)


def json_text(data: Mapping[str, Any], form: str) -> str:
    """The JSON text of plain data, with its format first."""
    return json.dumps({"format": form, **data}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
