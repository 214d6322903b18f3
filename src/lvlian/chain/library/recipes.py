"""Goods, processes and tables of all files of a library, and who makes and uses what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from lvlian.chain.dataset import LibraryError
from lvlian.chain.library.good import Good
from lvlian.chain.library.load import RecipeFile, goods_of, laws_of, processes_of, read_recipe_file, tables_of
from lvlian.chain.library.physics import Law, check_process
from lvlian.chain.library.process import Process, ReferenceTable
from lvlian.chain.product import Stage

Entry = TypeVar("Entry", Good, Process, ReferenceTable)


@dataclass(frozen=True, kw_only=True)
class Recipes:
    """By id; `metals` are the metals with a file and their Chinese names."""

    goods: Mapping[str, Good]
    processes: Mapping[str, Process]
    tables: Mapping[str, ReferenceTable]
    metals: Mapping[str, str] = field(default_factory=dict)
    laws: tuple[Law, ...] = ()

    @cached_property
    def _makers(self) -> Mapping[str, tuple[Process, ...]]:
        found: dict[str, tuple[Process, ...]] = {}
        for process in self.processes.values():
            found[process.product] = (*found.get(process.product, ()), process)
        return found

    @cached_property
    def _users(self) -> Mapping[str, tuple[Process, ...]]:
        found: dict[str, tuple[Process, ...]] = {}
        for process in self.processes.values():
            for good in dict.fromkeys(m for x in process.inputs for m in (x.good, *self.accepts(x.good))):
                found[good] = (*found.get(good, ()), process)
        return found

    def makers(self, good_id: str) -> tuple[Process, ...]:
        return self._makers.get(good_id, ())

    def users(self, good_id: str) -> tuple[Process, ...]:
        return self._users.get(good_id, ())

    def accepts(self, good_id: str) -> tuple[str, ...]:
        found: dict[str, None] = {}

        def follow(key: str, path: tuple[str, ...]) -> None:
            good = self.goods.get(key)
            members = good.any_of if good is not None else ()
            if not members or key in self._makers:
                found[key] = None
            for member in members:
                if member not in path:
                    follow(member, (*path, member))

        follow(good_id, (good_id,))
        return tuple(found)

    def with_stages(self, stages: Mapping[str, Stage]) -> Recipes:
        """The same with other stages for goods and processes."""
        goods, processes = dict(self.goods), dict(self.processes)
        for key, stage in stages.items():
            if key in goods:
                goods[key] = replace(goods[key], stage=stage)
            if key in processes:
                processes[key] = replace(processes[key], stage=stage)
        return replace(self, goods=goods, processes=processes)


def recipe_files(folders: Sequence[Path], others: Collection[str]) -> list[tuple[int, RecipeFile]]:
    """The recipe files of the folders (every `*.yaml` whose name is none of `others`), each with the number of its folder; a later
    folder replaces files of the same name. Raises LibraryError."""
    places: dict[str, tuple[int, Path]] = {}
    for level, folder in enumerate(folders):
        for path in sorted(folder.glob("*.yaml")):
            if path.name not in others:
                places[path.name] = (level, path)
    return [(level, read_recipe_file(path)) for level, path in places.values()]


def read_recipes(files: Sequence[tuple[int, RecipeFile]], stages: Mapping[str, Stage]) -> Recipes:
    """What recipe files hold together: single goods and processes of a later folder replace those of earlier ones. Raises
    LibraryError, also where nature forbids a recipe."""
    goods = _merged([(level, goods_of(file, stages)) for level, file in files])
    for good in goods.values():
        for member in good.any_of:
            if member not in goods:
                raise LibraryError(f"{good.file}, good {good.id}, field any_of: {member} is no good of the library")
    processes = _merged([(level, processes_of(file, goods, stages)) for level, file in files])
    laws = [law for _, file in files for law in laws_of(file, goods)]
    metals = {file.metal: file.metal_zh for _, file in files if file.metal}
    tables = _merged([(level, tables_of(file)) for level, file in files])
    for key in tables:
        if key in processes:
            raise LibraryError(f"{tables[key].file}, table {key}, field id: already names a process")
    found = Recipes(goods=goods, processes=processes, tables=tables, metals=metals, laws=tuple(laws))
    accepts = {key: found.accepts(key) for key in goods}
    for key, process in list(processes.items()):
        least = check_process(process, goods, accepts, metals, laws)
        if least:
            processes[key] = replace(process, minimum_energy=least)
    return found


def _merged(parts: Sequence[tuple[int, Mapping[str, Entry]]]) -> dict[str, Entry]:
    """One mapping; within a folder an id stands once, a later folder replaces."""
    merged: dict[str, Entry] = {}
    levels: dict[str, int] = {}
    for level, part in parts:
        for key, entry in part.items():
            if levels.get(key, -1) == level:
                raise LibraryError(f"{entry.file}, {key}, field id: already stands in {merged[key].file}")
            if level >= levels.get(key, -1):
                merged[key], levels[key] = entry, level
    return merged
