"""How a record looks in the API: its fields, what may be filtered and sorted, and which fields are masked for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import Model
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, create_model

from lvlian.site.org.access import Access, region_path, unit_ids
from lvlian.site.org.reach import FieldClass


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("NUL")
    return text


Number = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""The number of a record."""
Year = Annotated[int, Field(ge=0, le=9999)]


def text(longest: int) -> Any:
    """A text that a database can hold."""
    return Annotated[str, StringConstraints(max_length=longest), AfterValidator(_no_nul)]


class Ref(Schema):
    """Another record, by number and name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Part:
    """A field of the answer. `of` is the model's field whose class decides who reads it; `get` takes the value from the row."""

    name: str
    type: Any
    of: str = ""
    get: Callable[[Any], Any] | None = None

    @property
    def source(self) -> str:
        return self.of or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A kind of record. `filters` maps parameters to a type and a lookup; every filter and sort rests on fields of the row's own
    class, so that neither a count nor an order tells of a masked value (a test holds it)."""

    key: str
    model: type[Model]
    permission: str
    summary: str
    parts: tuple[Part, ...]
    detail: tuple[Part, ...] = ()
    filters: Mapping[str, tuple[Any, str]] = field(default_factory=dict)
    sorts: tuple[str, ...] = ("id",)
    first: str = ""
    """The order where none is asked for; empty: the first of `sorts`."""
    named: tuple[str, ...] = ()
    """Fields that `q` looks through."""
    related: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    """Large fields that a list does not load."""

    @property
    def name(self) -> str:
        return self.model._meta.object_name or ""

    def row_schema(self, *, whole: bool = False) -> Any:
        """The schema of one record."""
        parts = (*self.parts, *self.detail) if whole else self.parts
        fields: dict[str, Any] = {part.name: (part.type | None, ...) for part in parts}
        fields["masked"] = (
            list[str],
            Field(..., description="Fields that the caller may not read; their value is null"),
        )
        name = f"{self.name}{'Detail' if whole and self.detail else ''}Out"
        return create_model(name, __base__=Schema, __doc__=self.summary, **fields)

    def page_schema(self, row: Any) -> Any:
        return create_model(
            f"{self.name}Page",
            __base__=Schema,
            count=(int, Field(..., description="Records that match, of those in the caller's scope")),
            items=(list[row], ...),
            next=(int | None, Field(..., description="`offset` of the next page; null on the last")),
        )

    def query_schema(self) -> Any:
        fields: dict[str, Any] = {
            "limit": (Annotated[int, Field(ge=1, le=200)], 50),
            "offset": (Annotated[int, Field(ge=0, le=10_000_000)], 0),
            "sort": (Literal[tuple(s for name in self.sorts for s in (name, f"-{name}"))], self.first or self.sorts[0]),
            "region": (Number | None, Field(None, description="A region and all below it")),
        }
        if self.named:
            fields["q"] = (text(200) | None, Field(None, description="Part of: " + ", ".join(self.named)))
        for name, (kind, _lookup) in self.filters.items():
            fields[name] = (kind | None, None)
        return create_model(f"{self.name}Query", __base__=Schema, __config__=ConfigDict(extra="ignore"), **fields)


class Masking:
    """Rows as dictionaries, each field as far as the caller reads it. One instance serves one answer."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._known: dict[Any, frozenset[FieldClass]] = {}

    def classes_of(self, row: Any) -> frozenset[FieldClass]:
        reach, firm = row.reach, None
        if reach.firm == "self":
            firm = row.pk
        elif reach.firm:
            firm = row
            for name in f"{reach.firm}_id".split("__"):
                firm = getattr(firm, name) if firm is not None else None
        units = frozenset(unit_ids(row)) if reach.unit else None
        own = self.access.user is not None and isinstance(row, type(self.access.user)) and row.pk == self.access.user.pk
        key = (type(row), region_path(row), firm, units, own)
        if key not in self._known:
            self._known[key] = self.access.classes_of(row)
        return self._known[key]

    def shown(self, shape: Shape, row: Any, *, whole: bool = False) -> dict[str, Any]:
        """A row as the answer holds it."""
        parts = (*shape.parts, *shape.detail) if whole else shape.parts
        readable = self.classes_of(row)
        out: dict[str, Any] = {}
        masked: list[str] = []
        for part in parts:
            if row.reach.class_of(part.source) in readable:
                out[part.name] = plain(part.get(row) if part.get else getattr(row, part.name))
            else:
                out[part.name] = None
                masked.append(part.name)
        out["masked"] = masked
        return out

    def all_shown(self, shape: Shape, rows: Iterable[Any]) -> list[dict[str, Any]]:
        return [self.shown(shape, row) for row in rows]


def plain(value: Any) -> Any:
    """A value as JSON holds it; sums of money as text, so that no digit is lost."""
    return str(value) if isinstance(value, Decimal) else value


def ref(name: str) -> Callable[[Any], Any]:
    """Takes the number and name of a related record."""

    def take(row: Any) -> dict[str, Any] | None:
        other = getattr(row, name)
        return None if other is None else {"id": other.pk, "name": str(other)}

    return take


def refs(name: str) -> Callable[[Any], Any]:
    """Takes the numbers and names of a list of related records."""
    return lambda row: [{"id": other.pk, "name": str(other)} for other in getattr(row, name).all()]


def number(name: str) -> Callable[[Any], Any]:
    """Takes the number alone of a related record."""
    return lambda row: getattr(row, f"{name}_id")
