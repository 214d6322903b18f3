"""What a list can show: a column knows where its value comes from, on which fields it rests, and how it is sorted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lvlian.site.org.reach import FieldClass

Words = str | Promise


class Kind(StrEnum):
    """How a value is set: text left, figures and days right, choices by their word, relations by their name."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    RELATION = "relation"
    MANY = "many"
    BOOLEAN = "boolean"
    LIGHT = "light"
    STATE = "state"
    SEVERITY = "severity"


RIGHT = frozenset({Kind.NUMBER, Kind.DATE, Kind.MOMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a list. `path` is a query path from the model (default: the key); a column without one has a getter, and
    `rests_on` names the paths whose class decides who may read it. Only a column with a path, or with `order`, sorts."""

    key: str
    label: Words = ""
    unit: Words = ""
    path: str = ""
    kind: Kind | None = None
    get: Callable[[Any, date], Any] | None = None
    """The value of a row on a day; for a light a pair (kind, word or reason)."""
    say: Callable[[Any], str] | None = None
    """The value as it is written, where it is not simply its text."""
    rests_on: tuple[str, ...] = ()
    order: tuple[str, ...] | None = None
    annotate: Callable[[date], Mapping[str, Any]] | None = None
    """Expressions that `order` needs."""
    places: int | None = None
    total: bool = False
    same: str = ""
    """The path that must be equal in all rows for a total to mean something (`capacity_unit`)."""
    link: bool = False
    """Whether the cell leads to the record."""
    href: Callable[[Any], str] | None = None
    origin: Callable[[Any], int | None] | None = None
    """The id of the fact that the value comes from."""
    load: tuple[str, ...] = ()
    """Relations to load with the rows, beside those of the path; a `+` before a name prefetches."""
    width: int = 0
    """Characters wide in Excel; 0: by kind."""

    def source(self) -> str:
        return "" if self.get is not None and not self.path else self.path or self.key

    def paths(self) -> tuple[str, ...]:
        """The paths that a reader must be allowed to read."""
        return self.rests_on or ((self.source(),) if self.source() else ())

    def sort_paths(self) -> tuple[str, ...]:
        if self.order is not None:
            return self.order
        source = self.source()
        return (source,) if source and self.kind not in (Kind.MANY, Kind.LIGHT) else ()


def fields_on(model: type[models.Model], path: str) -> list[tuple[type[models.Model], str]]:
    """The (model, field) pairs that a path goes through; one that ends on a relation also rests on what that shows.
    Raises FieldDoesNotExist."""
    pairs: list[tuple[type[models.Model], str]] = []
    field: Any = None
    for name in path.split("__"):
        field = model._meta.get_field("id" if name == "pk" else name)
        pairs.append((model, name))
        if field.is_relation:
            model = field.related_model
    if field is not None and field.is_relation:
        pairs.append((model, ""))
    return pairs


def field_at(model: type[models.Model], path: str) -> Any:
    """The field that a path ends on."""
    pairs = [pair for pair in fields_on(model, path) if pair[1]]
    return pairs[-1][0]._meta.get_field(pairs[-1][1])


def classes_on(model: type[models.Model], paths: tuple[str, ...]) -> frozenset[FieldClass]:
    """The classes of fields that must be readable to read the paths."""
    out = set()
    for path in paths:
        for owner, name in fields_on(model, path):
            reach = owner.reach  # type: ignore[attr-defined]
            out.add(reach.class_of(name) if name else reach.rows)
    return frozenset(out)


def kind_of(model: type[models.Model], column: Column) -> Kind:
    """The kind of a column: its own, else that of its field."""
    if column.kind is not None:
        return column.kind
    source = column.source()
    if not source:
        return Kind.TEXT
    field = field_at(model, source)
    if field.many_to_many:
        return Kind.MANY
    if field.is_relation:
        return Kind.RELATION
    if getattr(field, "choices", None):
        return Kind.CHOICE
    if isinstance(field, models.BooleanField):
        return Kind.BOOLEAN
    if isinstance(field, models.DateTimeField):
        return Kind.MOMENT
    if isinstance(field, models.DateField):
        return Kind.DATE
    if isinstance(field, (models.IntegerField, models.FloatField, models.DecimalField)):
        return Kind.NUMBER
    return Kind.TEXT


def label_of(model: type[models.Model], column: Column) -> str:
    """The header without the unit."""
    if column.label:
        return str(column.label)
    return str(capfirst(field_at(model, column.source()).verbose_name))


def heading_of(model: type[models.Model], column: Column) -> str:
    """The header as it is printed: `产能，万吨`. A verbose name that holds its unit is left alone."""
    label = label_of(model, column)
    return f"{label}{_('，')}{column.unit}" if column.unit else label


def value_of(row: Any, column: Column, today: date) -> Any:
    """The value of a column in a row."""
    if column.get is not None:
        return column.get(row, today)
    value = row
    for name in column.source().split("__"):
        if value is None:
            return None
        value = getattr(value, name)
    return value
