"""The fixed grid of the chain: which column and row a good stands in, the same for every region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import LibraryError, read_yaml

FILE = Path(__file__).parent / "grid.yaml"
LOOP = "loop"


@dataclass(frozen=True, slots=True, kw_only=True)
class GridColumn:
    """A column (or the loop below them): `number` counts from the left, the loop is −1; `stages` are the library's."""

    id: str
    zh: str
    en: str
    number: int
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A link of the chain: one good, or several that are one link under different recipes."""

    id: str
    zh: str
    en: str
    goods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place that an atlas looks at: link `group` in `column`, `row` from the top; `support`: no metal passes through it."""

    group: str
    column: str
    row: int
    support: bool = False


@dataclass(frozen=True)
class Grid:
    """`flow_columns` gives, for every stage, the number of its column in a flow picture (scrap enters left of the furnaces)."""

    columns: tuple[GridColumn, ...]
    groups: Mapping[str, Group]
    slots: Mapping[str, tuple[Slot, ...]]
    flow_columns: Mapping[str, int]
    by_stage: Mapping[str, str]
    by_good: Mapping[str, str]

    def column(self, column_id: str) -> GridColumn:
        """Raises KeyError."""
        return {c.id: c for c in self.columns}[column_id]

    def group_of(self, good: str) -> str:
        """The link that a good belongs to; its own id where no group names it."""
        return self.by_good.get(good, good)

    def flow_column(self, stage: str) -> GridColumn:
        """The column that goods of a stage stand in in a flow picture; unknown stages stand in the last."""
        return self._main[self.flow_columns.get(stage, len(self._main) - 1)]

    @cached_property
    def _main(self) -> list[GridColumn]:
        return [c for c in self.columns if c.id != LOOP]

    def names(self, group: str, goods: Mapping[str, Any]) -> tuple[str, str]:
        """Chinese and English name of a link."""
        if (found := self.groups.get(group)) is not None:
            return found.zh, found.en
        good = goods.get(group)
        return (good.zh, good.en) if good is not None else (group, group)

    def members(self, group: str) -> tuple[str, ...]:
        found = self.groups.get(group)
        return found.goods if found is not None else (group,)


@lru_cache(maxsize=8)
def load_grid(path: Path | None = None) -> Grid:
    """The shipped grid, or a user's. Raises LibraryError with file, field, what was found and expected."""
    file = path or FILE
    data = read_yaml(file)
    columns = [_column(file.name, i, entry) for i, entry in enumerate(_list(data, "columns", file.name))]
    loop = _column(file.name, -1, data.get("loop"))
    by_stage: dict[str, str] = {}
    for column in (*columns, loop):
        for stage in column.stages:
            if stage in by_stage:
                raise LibraryError(
                    f"{file.name}, column {column.id}: stage {stage} stands in {by_stage[stage]} already"
                )
            by_stage[stage] = column.id
    numbers = {c.id: c.number for c in columns}
    flow = {s: numbers[c] for s, c in by_stage.items() if c in numbers}
    for stage, column_id in _mapping(data, "sankey", file.name).items():
        if column_id not in numbers:
            raise LibraryError(f"{file.name}, field sankey.{stage}: {column_id!r} is no column")
        flow[stage] = numbers[column_id]
    groups, by_good = _groups(file.name, _list(data, "groups", file.name))
    slots = {
        metal: tuple(_slots(file.name, metal, rows, {*numbers, loop.id}))
        for metal, rows in _mapping(data, "links", file.name).items()
    }
    return Grid((*columns, loop), groups, slots, flow, by_stage, by_good)


def _column(file: str, number: int, entry: Any) -> GridColumn:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(k), str) and entry[k] for k in ("id", "zh", "en")):
        raise LibraryError(f"{file}, column {number + 1}: expected id, zh, en and stages, found {entry!r}")
    stages = entry.get("stages")
    if not isinstance(stages, list) or not all(isinstance(s, str) for s in stages):
        raise LibraryError(f"{file}, column {entry['id']}, field stages: expected a list of stages")
    return GridColumn(id=entry["id"], zh=entry["zh"], en=entry["en"], number=number, stages=tuple(stages))


def _groups(file: str, entries: Iterable[Any]) -> tuple[dict[str, Group], dict[str, str]]:
    groups: dict[str, Group] = {}
    by_good: dict[str, str] = {}
    for i, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or not all(
            isinstance(entry.get(k), str) and entry[k] for k in ("id", "zh", "en")
        ):
            raise LibraryError(f"{file}, group {i}: expected id, zh, en and goods, found {entry!r}")
        goods = entry.get("goods")
        if not isinstance(goods, list) or not goods or not all(isinstance(g, str) for g in goods):
            raise LibraryError(f"{file}, group {entry['id']}, field goods: expected a list of goods")
        for good in goods:
            if good in by_good:
                raise LibraryError(f"{file}, group {entry['id']}: {good} belongs to {by_good[good]} already")
            by_good[good] = entry["id"]
        groups[entry["id"]] = Group(id=entry["id"], zh=entry["zh"], en=entry["en"], goods=tuple(goods))
    return groups, by_good


def _slots(file: str, metal: str, rows: Any, known: set[str]) -> list[Slot]:
    if not isinstance(rows, dict):
        raise LibraryError(f"{file}, field links.{metal}: expected columns with lists of links")
    out = []
    for column, entries in rows.items():
        if column not in known or not isinstance(entries, list):
            raise LibraryError(
                f"{file}, field links.{metal}.{column}: expected a column of the grid with a list of links"
            )
        for row, entry in enumerate(entries):
            support = isinstance(entry, dict) and bool(entry.get("support"))
            group = entry.get("good") if isinstance(entry, dict) else entry
            if not isinstance(group, str) or not group:
                raise LibraryError(
                    f"{file}, field links.{metal}.{column}[{row}]: expected a good or group, found {entry!r}"
                )
            out.append(Slot(group=group, column=str(column), row=row, support=support))
    return out


def _list(data: Mapping[str, Any], key: str, file: str) -> list[Any]:
    if not isinstance(data.get(key), list) or not data[key]:
        raise LibraryError(f"{file}, field {key}: expected a list")
    return list(data[key])


def _mapping(data: Mapping[str, Any], key: str, file: str) -> dict[str, Any]:
    if not isinstance(data.get(key), dict):
        raise LibraryError(f"{file}, field {key}: expected a mapping")
    return {str(k): v for k, v in data[key].items()}
