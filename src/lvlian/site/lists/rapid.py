"""Many rows written in few statements, for imports: what the ORM would write, without an object for each row.

Only called inside a recorded action, which notes every row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

MOST_PARAMETERS = 20_000
FEW = 500
"""Up to so many rows are written by an ordinary statement."""


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Adds rows with the values of these fields and returns their numbers, in order. Fields that are not named get their default."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    rest = [f for f in model._meta.concrete_fields if not f.primary_key and f.name not in set(names)]
    constant = [f.get_db_prep_save(f.get_default(), connection) for f in rest]
    if connection.vendor == "postgresql" and len(rows) > FEW:
        return _copied(model, [*fields, *rest], [(*_stored(fields, row), *constant) for row in rows])
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column) for f in (*fields, *rest))
    width = len(fields) + len(rest)
    head = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "
    one = f"({', '.join(['%s'] * width)})"
    size = max(1, MOST_PARAMETERS // max(width, 1))
    numbers: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            values = [value for row in part for value in (*_stored(fields, row), *constant)]
            cursor.execute(f"{head}{', '.join([one] * len(part))} RETURNING {quote(model._meta.pk.column)}", values)  # type: ignore[union-attr]
            numbers += [found[0] for found in cursor.fetchall()]
    return numbers


def _copied(model: type[models.Model], fields: Sequence[Any], rows: Sequence[Sequence[Any]]) -> list[int]:
    """The same on PostgreSQL by COPY, which is several times as fast; the numbers are drawn before."""
    quote = connection.ops.quote_name
    pk: Any = model._meta.pk
    columns = ", ".join(quote(f.column) for f in (pk, *fields))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [quote(model._meta.db_table), pk.column, len(rows)],
        )
        numbers = [found[0] for found in cursor.fetchall()]
        with cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy:
            for number, row in zip(numbers, rows, strict=True):
                copy.write_row((number, *row))
    return numbers


def update(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[int, int, Sequence[Any]]]) -> int:
    """Sets these fields of rows given as (number, revision, values), where the revision is still that one; returns how many were."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    sets = "".join(f"{quote(f.column)} = %s, " for f in fields)
    revision, pk = quote("revision"), quote(model._meta.pk.column)  # type: ignore[union-attr]
    sql = f"UPDATE {quote(model._meta.db_table)} SET {sets}{revision} = {revision} + 1 WHERE {pk} = %s AND {revision} = %s"
    values = [(*_stored(fields, row), number, seen) for number, seen, row in rows]
    if not values:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
        return int(cursor.rowcount)


def link(through: type[models.Model], left: str, right: str, pairs: Sequence[tuple[int, int]]) -> None:
    """Adds the rows of a list of records."""
    if not pairs:
        return
    quote = connection.ops.quote_name
    columns = ", ".join(quote(through._meta.get_field(name).column) for name in (left, right))  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(through._meta.db_table)} ({columns}) VALUES (%s, %s)", pairs)


def _stored(fields: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    return [
        value
        if value is None or (isinstance(value, (str, int, float)) and not field.is_relation)
        else field.get_db_prep_save(value, connection)
        for field, value in zip(fields, values, strict=True)
    ]
