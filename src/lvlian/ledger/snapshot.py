"""A sealed snapshot (封存快照): the rows of every table at the end of a quarter as bytes that can be checked by anybody.

The content is canonical JSON: one line of UTF-8, keys sorted, no spaces, rows sorted, one form for each number; so equal rows give equal
bytes. `Snapshot.hash` is the SHA-256 of the content, what `sha256sum` prints for the file. Inside, `_digest` is the SHA-256 of the same bytes with
64 zeros in its place, so that a damaged file is recognised without anything beside it; a forged one by its hash alone."""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

FORM = "lvlian-snapshot/1"
LIMIT = 256 * 1024 * 1024
"""The largest content that `unpack` makes, in bytes: 10⁵ rows of 15 fields are about a tenth of it."""
_HEAD = b'{"_digest":"'
_ZEROS = b"0" * 64
_WHOLE = Decimal(10) ** 40

Kind = Literal["broken", "removed", "changed", "added"]


class SnapshotError(ValueError):
    """Rows that cannot be sealed, or bytes that are no whole snapshot; one sentence in Chinese, and in English in `en`."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: `key` finds it again in the next snapshot, `label` is what people call it, `unit` who answers for it. `values`
    are texts, numbers, days, truth values, None, or lists and mappings of such."""

    table: str
    key: str
    label: str
    values: Mapping[str, Any]
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The header: whose snapshot, of which quarter (`2023-Q3`), the day that the rows stand for, when it was sealed, and the hash of the
    snapshot before it. `tables` counts the rows of each table and is filled by `seal`."""

    region: str
    quarter: str
    as_of: date
    sealed_at: str
    previous: str = ""
    tables: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`content` and its SHA-256, and what stands in it, rows by table and key."""

    content: bytes
    hash: str
    about: About
    rows: tuple[Row, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a row between two snapshots. `fields` are (name, value before, value after); `why` the reason that the row itself
    gives; `days` how late a broken promise is."""

    kind: Kind
    table: str
    key: str
    label: str
    unit: str
    fields: tuple[tuple[str, Any, Any], ...]
    why: str = ""
    days: int = 0


def seal(rows: Iterable[Row], about: About) -> Snapshot:
    """The snapshot of rows, in whatever order they come. Raises SnapshotError where two rows have one table and key, or where a value has no
    canonical form (a number that is not finite, an object)."""
    kept = sorted((_canonical(row) for row in rows), key=lambda row: (row.table, row.key))
    for one, other in pairwise(kept):
        if one.table == other.table and one.key == other.key:
            raise SnapshotError(
                f"表“{one.table}”里编号“{one.key}”出现两次，未封存。",
                f"Table {one.table!r} has the key {one.key!r} twice; nothing was sealed.",
            )
    about = About(
        region=str(about.region), quarter=str(about.quarter), as_of=date(*about.as_of.timetuple()[:3]),
        sealed_at=str(about.sealed_at), previous=str(about.previous),
        tables=dict(sorted(Counter(row.table for row in kept).items())),
    )  # fmt: skip
    body = {
        "_digest": _ZEROS.decode(),
        "about": {
            "as_of": about.as_of.isoformat(), "previous": about.previous, "quarter": about.quarter, "region": about.region,
            "sealed_at": about.sealed_at, "tables": about.tables,
        },
        "form": FORM,
        "rows": [[row.table, row.key, row.label, row.unit, row.values] for row in kept],
    }  # fmt: skip
    try:
        blank = json.dumps(body, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise SnapshotError(
            "有一处文字含有半个字符，不能封存，请重新录入该处文字。",
            "A text holds half a character and cannot be sealed; enter it again.",
        ) from error
    digest = hashlib.sha256(blank).hexdigest().encode()
    content = b"".join((_HEAD, digest, blank[len(_HEAD) + len(_ZEROS) :]))
    return Snapshot(content, hashlib.sha256(content).hexdigest(), about, tuple(kept))


def read(content: bytes, expected: str = "") -> Snapshot:
    """The snapshot that bytes hold. Raises SnapshotError where they were changed since they were sealed, are no snapshot, or do not have the
    `expected` hash (of the database, or as printed on the notice)."""
    start = len(_HEAD)
    if not content.startswith(_HEAD):
        raise SnapshotError("文件不是封存快照。", "The file is no sealed snapshot.")
    blank = b"".join((_HEAD, _ZEROS, content[start + 64 :]))
    if hashlib.sha256(blank).hexdigest().encode() != content[start : start + 64]:
        raise SnapshotError(
            "封存快照的内容在封存后被改动或损坏，未采用。",
            "The snapshot was changed or damaged after it was sealed; it is not used.",
        )
    found = hashlib.sha256(content).hexdigest()
    if expected and found != expected:
        raise SnapshotError(
            f"快照的散列是 {found[:12]}…，登记的是 {expected[:12]}…，不是同一份，未采用。",
            f"The snapshot's hash is {found[:12]}…, on record is {expected[:12]}…: not the same snapshot, it is not used.",
        )
    try:
        body = json.loads(content)
        head = body["about"]
        if body["form"] != FORM:
            raise ValueError(body["form"])
        about = About(
            region=head["region"], quarter=head["quarter"], as_of=date.fromisoformat(head["as_of"]),
            sealed_at=head["sealed_at"], previous=head["previous"], tables=head["tables"],
        )  # fmt: skip
        rows = tuple(Row(table, key, label, values, unit) for table, key, label, unit, values in body["rows"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SnapshotError(
            f"文件不是 {FORM} 格式的封存快照。", f"The file is no sealed snapshot of the form {FORM}."
        ) from error
    return Snapshot(content, found, about, rows)


def pack(content: bytes) -> bytes:
    """The content compressed, to be kept; `unpack` gives the same bytes again."""
    return zlib.compress(content, 6)


def unpack(packed: bytes, limit: int = LIMIT) -> bytes:
    """What was packed. Raises SnapshotError where the bytes are damaged, cut off, followed by others, or hold more than `limit` bytes."""
    tool = zlib.decompressobj()
    try:
        content = tool.decompress(packed, limit + 1)
    except zlib.error as error:
        raise SnapshotError("压缩的快照已损坏，未采用。", "The packed snapshot is damaged; it is not used.") from error
    if len(content) > limit:
        raise SnapshotError(
            f"压缩的快照展开后超过 {limit:,} 字节，未采用。",
            f"The packed snapshot holds more than {limit:,} bytes; it is not used.",
        )
    if not tool.eof or tool.unused_data:
        raise SnapshotError("压缩的快照不完整，未采用。", "The packed snapshot is not whole; it is not used.")
    return content


def _canonical(row: Row) -> Row:
    """The row with every value in the one form that JSON gives back. Raises SnapshotError."""
    try:
        values = {_name(name): _value(value) for name, value in sorted(row.values.items())}
    except TypeError as error:
        raise SnapshotError(
            f"“{row.label}”（表“{row.table}”）有一个值不能封存：{error}。",
            f"{row.label!r} of table {row.table!r} has a value that cannot be sealed: {error}.",
        ) from error
    return Row(str(row.table), str(row.key), str(row.label), values, str(row.unit))


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(type(name).__name__)
    return str(name)


def _value(value: Any) -> Any:
    kind = type(value)
    if kind is str or value is None or kind is bool or kind is int:
        return value
    if kind is float:
        if not math.isfinite(value):
            raise TypeError(str(value))
        return int(value) if value.is_integer() else value
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_value(one) for one in value]
    if isinstance(value, Mapping):
        return {_name(name): _value(one) for name, one in sorted(value.items())}
    if isinstance(value, str):  # a lazy word or an enumeration
        return str(value)
    raise TypeError(kind.__name__)


def _decimal(value: Decimal) -> int | float | str:
    """A decimal as the number of the same digits; as text where a number would lose some."""
    if not value.is_finite() or abs(value) >= _WHOLE:
        raise TypeError(str(value))
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else format(value.normalize(), "f")
