"""What each field of the public fact form may hold, for facts that come from outside: a JSON file, a person, a model.

The table is drawn from the records of `lvlian.plan.facts`, so that a field added there is known here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, Literal

from lvlian.plan.facts import FACT_KINDS, Fact

Shape = Literal["text", "number", "list"]
Value = str | float | tuple[str, ...] | None

KINDS: dict[str, type[Fact]] = {cls.kind: cls for cls in FACT_KINDS}
_SHARED = frozenset(f.name for f in fields(Fact))
_SHAPES: dict[str, tuple[Shape, bool]] = {
    "str": ("text", False),
    "str | None": ("text", True),
    "float": ("number", False),
    "float | None": ("number", True),
    "tuple[str, ...]": ("list", False),
}
_CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("goals", "op"): (">=", ">", "<=", "<", "=", "~"),
    ("goals", "mode"): ("level", "increase", "growth_rate", "baseline"),
    ("goals", "when_op"): ("in", "by", "each"),
    ("milestones", "when_op"): ("in", "by"),
    ("incentives", "limit"): ("max", "exact"),
    ("mechanisms", "op"): (">=", ">", "<=", "<", "=", "~"),
}
_WHEN = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])|-Q[1-4])?")
LONGEST = 2000
"""Characters of a text field; longer is no field but a page."""


class FieldError(ValueError):
    """A value that a field cannot hold; the message names the field, what was found and what was expected."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `shape`, whether it may be None, its `choices` (empty where it is free), whether a record must name it."""

    name: str
    shape: Shape
    optional: bool
    choices: tuple[str, ...]
    required: bool

    @property
    def expected(self) -> str:
        """What the field takes, in words."""
        if self.choices:
            words = f"one of {', '.join(self.choices)}"
        else:
            words = {"text": "a text", "number": "a number", "list": "a list of texts"}[self.shape]
        return f"{words} or null" if self.optional else words


@cache
def own_fields(kind: str) -> Mapping[str, Field]:
    """The fields that facts of this kind have of their own, by name, in the order of the public form. Raises FieldError."""
    if kind not in KINDS:
        raise FieldError(f"fact kind {kind!r}: expected one of {', '.join(KINDS)}")
    table = {}
    for f in fields(KINDS[kind]):
        if f.name not in _SHARED:
            shape, optional = _SHAPES[str(f.type)]
            required = f.default is MISSING and f.default_factory is MISSING and not optional
            table[f.name] = Field(f.name, shape, optional, _CHOICES.get((kind, f.name), ()), required)
    return table


def checked(kind: str, name: str, value: Any, *, strict: bool = True) -> Value:
    """`value` as the field holds it (numbers as float, lists as tuple). Raises FieldError.

    `strict` also holds texts to their choices and `when` to its form (2025, 2023-09, 2023-Q3); without it only the shape counts.
    """
    table = own_fields(kind)
    if name not in table:
        raise FieldError(f"field {name}: {kind} have no such field, expected one of {', '.join(table)}")
    field = table[name]
    if value is None and field.optional:
        return None
    if field.shape == "number":
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            raise _wrong(field, value)
        return float(value)
    if field.shape == "list":
        if not isinstance(value, list | tuple) or not all(
            isinstance(part, str) and len(part) <= LONGEST for part in value
        ):
            raise _wrong(field, value)
        if strict and not all(value):
            raise FieldError(f"field {name}: a member of the list is empty")
        return tuple(value)
    if not isinstance(value, str) or len(value) > LONGEST:
        raise _wrong(field, value)
    if strict:
        if field.choices and value not in field.choices:
            raise _wrong(field, value)
        if name == "when" and not _WHEN.fullmatch(value):
            raise FieldError(
                f"field when: is {value!r}, expected a year, a month or a quarter (2025, 2023-09, 2023-Q3) or null"
            )
        if not value.isprintable():
            raise FieldError(f"field {name}: holds a control character, expected {field.expected}")
        if field.required and not value.strip():
            raise FieldError(f"field {name}: is empty, expected {field.expected}")
    return value


def checked_record(kind: str, record: Any, *, strict: bool = True) -> dict[str, Value]:
    """The own fields of a record, each checked. Fields that the form does not know are left out. Raises FieldError."""
    if not isinstance(record, Mapping):
        raise FieldError(f"is {_shown(record)}, expected an object with the fields of {kind}")
    out: dict[str, Value] = {}
    for name, field in own_fields(kind).items():
        if name in record:
            out[name] = checked(kind, name, record[name], strict=strict)
        elif field.required:
            raise FieldError(f"field {name}: is missing, expected {field.expected}")
    for name in ("subject",):  # a field of the record that has no default although it may be None
        if name in own_fields(kind):
            out.setdefault(name, None)
    return out


def value_of_text(kind: str, name: str, text: str) -> Value:
    """A field's value as typed on the command line: `null`, a number, a text, a list divided by 、 or ，. Raises FieldError."""
    table = own_fields(kind)
    if name not in table:
        raise FieldError(f"field {name}: {kind} have no such field, expected one of {', '.join(table)}")
    field = table[name]
    if text == "null" and field.optional:
        return None
    if field.shape == "number":
        try:
            return checked(kind, name, float(text))
        except ValueError as error:
            raise error if isinstance(error, FieldError) else _wrong(field, text) from None
    if field.shape == "list":
        return checked(kind, name, [part for raw in re.split("[、，,]", text) if (part := raw.strip())])
    return checked(kind, name, text)


def own_values(fact: Fact) -> dict[str, Value]:
    """The fact's own fields by name, without quote, place and origin."""
    return {name: getattr(fact, name) for name in own_fields(fact.kind)}


def same_value(one: Value, other: Value) -> bool:
    """Equal, white space in texts left out of account."""
    if isinstance(one, str) and isinstance(other, str):
        return "".join(one.split()) == "".join(other.split())
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(same_value(a, b) for a, b in zip(one, other, strict=True))
    return one == other


def plain_number(value: Any) -> Any:
    """A float without a fraction as an int, so that 300 is written as it is printed; everything else as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _wrong(field: Field, value: Any) -> FieldError:
    return FieldError(f"field {field.name}: is {_shown(value)}, expected {field.expected}")
