"""Which columns and filters somebody has in a list, and which cells of a row are shown.

A column is sorted, filtered and summed only by those who read its field in every row that they see: an order or a count tells
of values that are not shown. A cell is shown to those who read the field in its row.
"""

from __future__ import annotations

from typing import Any

from lvlian.site.lists.columns import Column, classes_on, fields_on
from lvlian.site.lists.filters import Filter
from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.access import Access, region_path, unit_ids
from lvlian.site.org.reach import FieldClass


class Sight:
    """What an access sees of a list; keeps what it found out, row by row."""

    def __init__(self, access: Access, spec: ListSpec) -> None:
        self.access, self.spec = access, spec
        self._classes: dict[Any, frozenset[FieldClass]] = {}
        self._needs: dict[tuple[str, ...], frozenset[FieldClass]] = {}
        self._throughout: dict[tuple[str, ...], bool] = {}
        self.columns = tuple(c for c in spec.columns if self._ever(c.paths()))
        self.filters = tuple(f for f in spec.filters if self.throughout(f.paths()))
        self.sortable = frozenset(c.key for c in self.columns if c.sort_paths() and self.throughout(c.paths()))
        self.search = tuple(path for path in spec.search if self.throughout((path,)))

    def needs(self, paths: tuple[str, ...]) -> frozenset[FieldClass]:
        if paths not in self._needs:
            self._needs[paths] = classes_on(self.spec.model, paths)
        return self._needs[paths]

    def _ever(self, paths: tuple[str, ...]) -> bool:
        """Whether some grant reads the column at all; else it is not even offered."""
        needed = self.needs(paths)
        return not needed or any(needed <= held.role.reads for held in self.access.held)

    def throughout(self, paths: tuple[str, ...]) -> bool:
        """Whether every row's value may be read."""
        if paths not in self._throughout:
            self._throughout[paths] = all(
                self.access.reads_throughout(model, name or "id")
                for path in paths
                for model, name in fields_on(self.spec.model, path)
            )
        return self._throughout[paths]

    def classes_of(self, row: Any) -> frozenset[FieldClass]:
        """`Access.classes_of`, asked once for each region, set of units and firm."""
        reach = row.reach
        firm: Any = None
        if reach.firm == "self":
            firm = row.pk
        elif reach.firm:
            firm = row
            for name in f"{reach.firm}_id".split("__"):
                firm = getattr(firm, name) if firm is not None else None
        key = (
            region_path(row),
            firm,
            frozenset(unit_ids(row)) if reach.unit else None,
            row.pk if self._own(row) else 0,
        )
        if key not in self._classes:
            self._classes[key] = self.access.classes_of(row)
        return self._classes[key]

    def _own(self, row: Any) -> bool:
        return (
            self.access.user is not None and isinstance(row, type(self.access.user)) and row.pk == self.access.user.pk
        )

    def shows(self, row: Any, column: Column | Filter) -> bool:
        """Whether a cell of a row may be shown."""
        return self.needs(column.paths()) <= self.classes_of(row)

    def shows_field(self, row: Any, name: str) -> bool:
        return self.needs((name,)) <= self.classes_of(row)

    def relations(self, columns: tuple[Column, ...]) -> tuple[list[str], list[str]]:
        """What to join and what to prefetch so that the rows' cells and their classes cost no query each."""
        joined: set[str] = set()
        fetched: set[str] = set()
        reach = self.spec.model.reach  # type: ignore[attr-defined]
        if reach.region not in ("", "*", "self"):
            joined.add(reach.region)
        if reach.firm and "__" in reach.firm:
            joined.add(reach.firm.rsplit("__", 1)[0])
        if reach.unit and "__" not in reach.unit:
            (fetched if self.spec.model._meta.get_field(reach.unit).many_to_many else joined).add(reach.unit)
        wanted = [c.source() for c in columns if c.source()]
        for path in wanted:
            way: list[str] = []
            for model, name in fields_on(self.spec.model, path):
                if not name or name == "pk":
                    continue
                field: Any = model._meta.get_field(name)
                if not field.is_relation:
                    break
                way.append(name)
                if field.many_to_many:
                    fetched.add("__".join(way))
                    break
                joined.add("__".join(way))
        for name in (*self.spec.load, *(n for c in columns for n in c.load)):
            (fetched if name.startswith("+") else joined).add(name.removeprefix("+"))
        return sorted(joined), sorted(fetched)
