"""A small world from a YAML file: firms, the lines that they run, and yearly outputs; everything else is assumed as for a plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lvlian.chain.dataset import read_yaml
from lvlian.chain.region import KINDS
from lvlian.chain.simulate.assembly import assemble
from lvlian.chain.simulate.assumptions import Assumptions, load_assumptions
from lvlian.chain.simulate.draft import Draft
from lvlian.chain.simulate.names import name_rules
from lvlian.chain.simulate.recipe import recipe_book
from lvlian.chain.simulate.side_lines import add_sinks_and_remelting
from lvlian.chain.simulate.world import Plant, World, WorldError, month_number

if TYPE_CHECKING:
    from lvlian.chain.library import Library

FORMAT = "lvlian-world/1"
MOST_FIRMS = 5000
_FIELDS = ("format", "name", "province", "grid", "firms")
_FIRM_FIELDS = ("name", "kind", "lines")
_LINE_FIELDS = ("process", "capacity", "since", "until", "output")


def is_world(data: Mapping[str, Any]) -> bool:
    """Whether a YAML file says that it describes a world."""
    return data.get("format") == FORMAT


def load_world(path: Path | str, library: Library, *, assumptions: Assumptions | None = None) -> World:
    """Read a file of the form in docs/simulation.md. Raises LibraryError (no YAML) or WorldError with file, place, found, expected."""
    path = Path(path)
    return world_of(read_yaml(path), library, path.name, assumptions=assumptions)


def world_of(data: Mapping[str, Any], library: Library, name: str, *, assumptions: Assumptions | None = None) -> World:
    """As `load_world`, from what the file holds. Raises WorldError."""
    if not is_world(data):
        raise WorldError(f"{name}, field format: is {data.get('format')!r}, expected {FORMAT}")
    _known(data, _FIELDS, name)
    region = _text(data, "name", name)
    firms = data.get("firms")
    if not isinstance(firms, list) or not firms:
        raise WorldError(f"{name}, field firms: expected a list of firms")
    if len(firms) > MOST_FIRMS:
        raise WorldError(f"{name}, field firms: {len(firms)} firms, expected at most {MOST_FIRMS}")
    draft = Draft(recipe_book(library), assumptions or load_assumptions(), name_rules(), (region,))
    for number, firm in enumerate(firms, 1):
        _firm(firm, draft, f"{name}, firm {number}")
    add_sinks_and_remelting(draft)
    grid = data.get("grid")
    if grid is not None and (not isinstance(grid, str) or not grid):
        raise WorldError(f"{name}, field grid: is {grid!r}, expected the name of the firm that supplies power")
    province = data.get("province", "")
    if not isinstance(province, str):
        raise WorldError(f"{name}, field province: is {province!r}, expected a text")
    return assemble(draft, region, grid or "供电公司（假设）", grid is None, province)


def _firm(data: Any, draft: Draft, where: str) -> None:
    if not isinstance(data, Mapping):
        raise WorldError(f"{where}: found {data!r}, expected a mapping with name and lines")
    _known(data, _FIRM_FIELDS, where)
    full = _text(data, "name", where)
    short = draft.names.short(full, draft.places)
    if short in draft.full:
        short = full
    if full in draft.full.values():
        raise WorldError(f"{where}, field name: {full} stands twice")
    draft.full[short] = full
    kind = data.get("kind", "")
    if kind:
        if kind not in KINDS:
            raise WorldError(f"{where}, field kind: is {kind!r}, expected one of {', '.join(KINDS)}")
        draft.kinds[short] = str(kind)
    lines = data.get("lines", [])
    if not isinstance(lines, list):
        raise WorldError(f"{where}, field lines: found {lines!r}, expected a list")
    for number, line in enumerate(lines, 1):
        _line(line, short, draft, f"{where}, line {number}")


def _line(data: Any, short: str, draft: Draft, where: str) -> None:
    if not isinstance(data, Mapping):
        raise WorldError(f"{where}: found {data!r}, expected a mapping with process and capacity")
    _known(data, _LINE_FIELDS, where)
    process = _text(data, "process", where)
    if process not in draft.book.recipes:
        raise WorldError(
            f"{where}, field process: {process} is not in the library, expected one of {', '.join(sorted(draft.book.recipes))}"
        )
    capacity = _number(data.get("capacity"), f"{where}, field capacity", "t/a")
    months = {}
    for key in ("since", "until"):
        months[key] = data.get(key, "")
        if months[key]:
            if not isinstance(months[key], str):
                raise WorldError(f"{where}, field {key}: is {months[key]!r}, expected a month like '2023-09' in quotes")
            try:
                month_number(months[key])
            except WorldError as error:
                raise WorldError(f"{where}, field {key}: {error}") from None
    draft.plants.append(
        Plant(firm=short, process=process, capacity=capacity, since=months["since"], until=months["until"])
    )
    output = data.get("output", {})
    if not isinstance(output, Mapping):
        raise WorldError(f"{where}, field output: found {output!r}, expected year: tonnes")
    for year, tonnes in output.items():
        if isinstance(year, bool) or not isinstance(year, int) or not 1900 <= year <= 2200:
            raise WorldError(f"{where}, field output: {year!r} is no year, expected year: tonnes")
        figure = _number(tonnes, f"{where}, field output.{year}", "t")
        draft.outputs.setdefault((short, process), {})[year] = figure


def _known(data: Mapping[str, Any], fields: tuple[str, ...], where: str) -> None:
    for key in data:
        if key not in fields:
            raise WorldError(f"{where}, field {key}: unknown, expected one of {', '.join(fields)}")


def _text(data: Mapping[str, Any], key: str, where: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise WorldError(f"{where}, field {key}: is {str(value)[:60]!r}, expected a text of at most 200 characters")
    return value.strip()


def _number(value: Any, where: str, unit: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e12:
        raise WorldError(f"{where}: is {value!r}, expected a number above 0, in {unit}")
    return float(value)
