"""Records as plain data and back: one form for cases, scenarios and whatever else is a frozen record of this room.

A record becomes a mapping of the fields that differ from their defaults; days are ISO dates, quarters `2024-Q1`, None and defaults left out.
Reading is strict: an unknown field, a wrong type or a figure that is not finite is one sentence that names file and field."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from lvlian.ledger.quarter import Quarter, read_quarter
from lvlian.outlook.case import CaseError

T = TypeVar("T")
MOST = 20_000
"""Entries of one list or mapping."""
LONGEST = 20_000
"""Characters of one text."""


def plain(value: Any) -> Any:
    """A record as plain data, loss-free."""
    if is_dataclass(value) and not isinstance(value, type):
        if isinstance(value, Quarter):
            return str(value)
        out = {}
        for one in fields(value):
            held = getattr(value, one.name)
            if not _default(one, held):
                out[one.name] = plain(held)
        return out
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [plain(held) for held in value]
    return value


def _default(one: Field[Any], held: Any) -> bool:
    if one.default is not MISSING:
        return bool(held == one.default and type(held) is type(one.default))
    if one.default_factory is not MISSING:
        return bool(held == one.default_factory())
    return False


_HINTS: dict[Any, dict[str, Any]] = {}


def _hints(kind: Any) -> dict[str, Any]:
    """The types of a record's fields, looked up once."""
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]


def record(kind: type[T], data: Any, at: str) -> T:
    """A record of `kind` from plain data; `at` is `file, plants[2]`. Raises CaseError in one sentence."""
    if not isinstance(data, Mapping):
        raise wrong(at, data, "a mapping of fields")
    hints = _hints(kind)
    own = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    for key in data:
        if key not in own:
            raise CaseError(f"{_at(at, key)}: unknown field, expected one of {', '.join(own)}")
    values = {}
    for name, one in own.items():
        if name in data:
            values[name] = typed(hints[name], data[name], _at(at, name))
        elif one.default is MISSING and one.default_factory is MISSING:
            raise CaseError(f"{_at(at, name)}: is missing, expected {_told(hints[name])}")
    try:
        return kind(**values)
    except CaseError as error:
        raise CaseError(f"{at}: {error}") from None
    except ValueError as error:
        raise CaseError(f"{at}: {error}") from None


def typed(hint: Any, value: Any, at: str) -> Any:
    """Plain data as what a type hint asks for. Raises CaseError."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        inner = [one for one in args if one is not type(None)]
        if value is None:
            raise wrong(at, value, _told(hint))
        return typed(inner[0], value, at)
    if origin is Literal:
        if value not in args or isinstance(value, bool):
            raise wrong(at, value, "one of " + ", ".join(map(str, args)))
        return value
    if origin in (Mapping, dict):
        return _mapping(args, value, at)
    if origin is tuple:
        return _sequence(args, value, at)
    if hint is Quarter:
        return _quarter(value, at)
    if hint is date:
        return _day(value, at)
    if hint is bool:
        if not isinstance(value, bool):
            raise wrong(at, value, "true or false")
        return value
    if hint is float:
        return _number(value, at)
    if hint is int:
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**12:
            raise wrong(at, value, "a whole number")
        return value
    if hint is str:
        if not isinstance(value, str) or len(value) > LONGEST:
            raise wrong(at, value, "a text")
        return value
    return record(hint, value, at)


def _mapping(args: tuple[Any, ...], value: Any, at: str) -> dict[str, Any]:
    if not isinstance(value, Mapping) or len(value) > MOST:
        raise wrong(at, value, "a mapping")
    out = {}
    for key, held in value.items():
        if not isinstance(key, str):
            raise wrong(at, key, "a text as the key")
        out[key] = typed(args[1], held, _at(at, key))
    return out


def _sequence(args: tuple[Any, ...], value: Any, at: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple) or len(value) > MOST:
        raise wrong(at, value, "a list")
    if args[-1] is Ellipsis:
        return tuple(typed(args[0], held, f"{at}[{place}]") for place, held in enumerate(value))
    if len(value) != len(args):
        raise wrong(at, value, f"a list of {len(args)}")
    return tuple(
        typed(hint, held, f"{at}[{place}]") for place, (hint, held) in enumerate(zip(args, value, strict=True))
    )


def _number(value: Any, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(at, value, "a number")
    try:
        number = float(value)
    except OverflowError:
        raise wrong(at, "a number of too many digits", "a finite number") from None
    if not math.isfinite(number):
        raise wrong(at, value, "a finite number")
    return number


def _day(value: Any, at: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise wrong(at, value, "a day such as 2024-06-30") from None


def _quarter(value: Any, at: str) -> Quarter:
    try:
        return read_quarter(value)
    except (TypeError, ValueError, AttributeError):
        raise wrong(at, value, "a quarter such as 2024-Q1") from None


def _at(at: str, name: str) -> str:
    return f"{at}, field {name}" if ", field " not in at else f"{at}.{str(name)[:80]}"


def wrong(at: str, found: Any, expected: str) -> CaseError:
    """`case.yaml, field plants[2].capacity: found 'much', expected a number`."""
    text = repr(found)
    return CaseError(f"{at}: found {text if len(text) <= 60 else text[:57] + '…'}, expected {expected}")


def _told(hint: Any) -> str:
    names = {str: "a text", float: "a number", int: "a whole number", date: "a day", Quarter: "a quarter"}
    if hint in names:
        return names[hint]
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(map(str, get_args(hint)))
    return "a list" if get_origin(hint) is tuple else "a value"
