"""Reading of recipe files: goods, processes and reference tables of one metal, with errors that name file, place and field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lvlian.chain.coefficient import Coefficient
from lvlian.chain.dataset import LibraryError
from lvlian.chain.document import Block, read_document
from lvlian.chain.library.good import GOOD_KINDS, GOOD_UNITS, NONE, Good, Span
from lvlian.chain.library.physics import Law
from lvlian.chain.library.process import FIGURE_ROLES, FLOW_ROLES, Exchange, Process, ReferenceTable
from lvlian.chain.library.unit import factor
from lvlian.chain.product import Stage

_FILE_FIELDS = {"metal", "sources", "goods", "laws", "processes", "tables", "products"}
_METAL_FIELDS = {"id", "zh", "symbol"}
_GOOD_FIELDS = {
    *("id", "zh", "en", "unit", "kind", "stage", "content", "content_range", "any_of", "energy", "energy_range"),
    *("words", "source", "from", "verified", "note"),
}
_PROCESS_FIELDS = {
    *("id", "zh", "en", "stage", "product", "product_zh", "per", "complete", "open", "exchanges"),
}
_TABLE_FIELDS = {"id", "zh", "rows"}
_ROW_FIELDS = {"zh", "value", "range", "unit", "amount", "counted", "source", "from", "verified", "note"}
_LAW_FIELDS = {"id", "zh", "product", "from_goods", "energy", "mass", "of", "minus", "source", "from"}
_ROLES = (*FLOW_ROLES, *FIGURE_ROLES)
OPEN = ("feed", "energy")
"""What a recipe may leave open for want of a source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeFile:
    """What one file holds; `processes` are parsed against the goods of all files later. `metal` is empty in common files."""

    path: Path
    data: Block
    metal: str
    metal_zh: str
    sources: Mapping[str, str]


def read_recipe_file(path: Path) -> RecipeFile:
    """The head of a recipe file. Raises LibraryError."""
    data = read_document(path)
    _known(path.name, data, _FILE_FIELDS)
    metal = data.get("metal")
    if metal is not None and not isinstance(metal, Block):
        raise LibraryError(f"{path.name}, field metal: expected a mapping with id and zh")
    if metal is not None:
        _known(f"{path.name}, field metal", metal, _METAL_FIELDS)
    sources = data.get("sources", {})
    if not isinstance(sources, dict) or not all(isinstance(text, str) and text.strip() for text in sources.values()):
        raise LibraryError(f"{path.name}, field sources: expected texts by key")
    return RecipeFile(
        path=path,
        data=data,
        metal=_text(f"{path.name}, field metal", metal, "id") if metal else "",
        metal_zh=_text(f"{path.name}, field metal", metal, "zh") if metal else "",
        sources=sources,
    )


def goods_of(file: RecipeFile, stages: Mapping[str, Stage]) -> dict[str, Good]:
    """The goods of a file by id. Raises LibraryError."""
    goods: dict[str, Good] = {}
    for where, entry in _entries(file, "goods", "good"):
        _known(where, entry, _GOOD_FIELDS)
        for field, allowed in (("unit", GOOD_UNITS), ("kind", GOOD_KINDS), ("stage", stages)):
            if not isinstance(entry.get(field), str) or entry[field] not in allowed:
                raise LibraryError(
                    f"{where}, field {field}: is {entry.get(field)!r}, expected one of {', '.join(allowed)}"
                )
        content = _span(where, entry, "content", "content_range") if "content" in entry else NONE
        if content.low < 0 or content.high > 1:
            raise LibraryError(f"{where}, field content: is {content.high:g}, expected a mass fraction between 0 and 1")
        if "content" in entry and not file.metal:
            raise LibraryError(f"{where}, field content: found in a file without a metal, expected none")
        energy = _span(where, entry, "energy", "energy_range") if "energy" in entry else NONE
        if energy.low < 0:
            raise LibraryError(
                f"{where}, field energy: is {energy.low:g}, expected kgce per {entry['unit']}, at least 0"
            )
        lists: dict[str, list[str]] = {field: entry.get(field, []) for field in ("any_of", "words")}
        for field, members in lists.items():
            if not isinstance(members, list) or not all(isinstance(member, str) and member for member in members):
                raise LibraryError(f"{where}, field {field}: expected a list of texts")
        figures = "content" in entry or "energy" in entry
        good = Good(
            id=entry["id"],
            zh=_text(where, entry, "zh"),
            en=_text(where, entry, "en"),
            unit=entry["unit"],
            kind=entry["kind"],
            stage=stages[entry["stage"]],
            metal=file.metal if "content" in entry else "",
            content=content,
            any_of=tuple(lists["any_of"]),
            words=tuple(lists["words"]),
            energy=energy,
            source=_source(where, entry, file.sources) if figures or "source" in entry or "from" in entry else "",
            verified=_yes(where, entry, "verified", False),
            note=_text(where, entry, "note", optional=True),
            file=file.path.name,
        )
        if good.id in goods:
            raise LibraryError(f"{where}, field id: stands twice")
        goods[good.id] = good
    return goods


def processes_of(file: RecipeFile, goods: Mapping[str, Good], stages: Mapping[str, Stage]) -> dict[str, Process]:
    """The processes of a file by id; `goods` are those of all files. Raises LibraryError."""
    processes: dict[str, Process] = {}
    for where, entry in _entries(file, "processes", "process"):
        _known(where, entry, _PROCESS_FIELDS)
        process = _process(where, entry, file, goods, stages)
        if process.id in processes:
            raise LibraryError(f"{where}, field id: stands twice")
        processes[process.id] = process
    return processes


def laws_of(file: RecipeFile, goods: Mapping[str, Good]) -> list[Law]:
    """The least amounts that a file states. Raises LibraryError."""
    laws: list[Law] = []
    for where, entry in _entries(file, "laws", "law"):
        _known(where, entry, _LAW_FIELDS)
        lists: dict[str, list[str]] = {name: entry.get(name, []) for name in ("product", "from_goods", "of", "minus")}
        for field, members in lists.items():
            if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
                raise LibraryError(f"{where}, field {field}: is {members!r}, expected a list of goods")
            for member in members:
                if member not in goods:
                    raise LibraryError(f"{where}, field {field}: {member} is no good of the library")
        if ("energy" in entry) == ("mass" in entry) or ("mass" in entry and not lists["of"]):
            raise LibraryError(f"{where}: expected exactly one of energy (kWh) and mass (t, with of)")
        field = "energy" if "energy" in entry else "mass"
        laws.append(
            Law(
                id=entry["id"],
                zh=_text(where, entry, "zh"),
                product=tuple(lists["product"]),
                from_=tuple(lists["from_goods"]),
                least=_span(where, entry, field, f"{field}_range").value,
                unit="kWh" if field == "energy" else "t",
                source=_source(where, entry, file.sources),
                of=tuple(lists["of"]),
                minus=tuple(lists["minus"]),
                file=file.path.name,
            )
        )
    return laws


def tables_of(file: RecipeFile) -> dict[str, ReferenceTable]:
    """The reference tables of a file by id. Raises LibraryError."""
    tables: dict[str, ReferenceTable] = {}
    for where, entry in _entries(file, "tables", "table"):
        _known(where, entry, _TABLE_FIELDS)
        zh = _text(where, entry, "zh")
        rows = [_row(where, row, entry["id"], zh, file, {}) for row in _rows(where, entry, "rows")]
        if entry["id"] in tables:
            raise LibraryError(f"{where}, field id: stands twice")
        _once(where, rows)
        tables[entry["id"]] = ReferenceTable(id=entry["id"], zh=zh, rows=tuple(rows), file=file.path.name)
    return tables


def _process(
    where: str, entry: Block, file: RecipeFile, goods: Mapping[str, Good], stages: Mapping[str, Stage]
) -> Process:
    if not isinstance(entry.get("stage"), str) or entry["stage"] not in stages:
        raise LibraryError(f"{where}, field stage: is {entry.get('stage')!r}, expected one of {', '.join(stages)}")
    product = goods.get(_text(where, entry, "product"))
    if product is None:
        raise LibraryError(f"{where}, field product: {entry['product']} is no good of the library")
    zh = _text(where, entry, "zh")
    per = entry.get("per", {})
    if not isinstance(per, dict) or not all(isinstance(size, float) and size > 0 for size in per.values()):
        raise LibraryError(f"{where}, field per: expected sizes above 0 in {product.unit} by unit")
    not_listed = entry.get("open", [])
    if not isinstance(not_listed, list) or not all(isinstance(x, str) and x in OPEN for x in not_listed):
        raise LibraryError(f"{where}, field open: is {not_listed!r}, expected a list of {', '.join(OPEN)}")
    unit = f"{product.unit}/{product.unit}"
    main = Coefficient(
        process_id=entry["id"],
        process_zh=zh,
        role="main_product",
        flow_id=product.id,
        flow_zh=_text(where, entry, "product_zh", optional=True) or product.zh,
        value=1.0,
        low=1.0,
        high=1.0,
        unit=unit,
        source="definition",
        verified=False,
        note="reference flow of the process",
    )
    rows, exchanges = [main], [_exchange(main, Span(1.0, 1.0, 1.0), product.unit, True, entry.line)]
    for block in _rows(where, entry, "exchanges"):
        row = _row(where, block, entry["id"], zh, file, goods)
        spot = f"{where}, {row.role} {row.flow_id}"
        counted = _yes(spot, block, "counted", True)
        span, out = Span(row.value, row.low, row.high), row.unit
        if row.role in FLOW_ROLES and counted:
            good = goods.get(row.flow_id)
            if good is None:
                raise LibraryError(f"{spot}: no good of the library has this id")
            span, out = _amount(spot, block, row, good, product, per), good.unit
        elif "amount" in block:
            raise LibraryError(f"{spot}, field amount: found where nothing flows, expected none")
        rows.append(row)
        exchanges.append(_exchange(row, span, out, counted, block.line))
    _once(where, rows)
    return Process(
        id=entry["id"],
        zh=zh,
        en=_text(where, entry, "en"),
        stage=stages[entry["stage"]],
        metal=file.metal,
        product=product.id,
        exchanges=tuple(exchanges),
        rows=tuple(rows),
        complete=_yes(where, entry, "complete", False),
        open=tuple(not_listed),
        file=file.path.name,
        line=entry.line,
    )


def _exchange(row: Coefficient, span: Span, unit: str, counted: bool, line: int) -> Exchange:
    return Exchange(
        role=row.role,
        good=row.flow_id,
        zh=row.flow_zh,
        value=span.value,
        low=span.low,
        high=span.high,
        unit=unit,
        given=f"{row.value:g} {row.unit}",
        source=row.source,
        verified=row.verified,
        note=row.note,
        counted=counted,
        line=line,
    )


def _amount(where: str, block: Block, row: Coefficient, good: Good, product: Good, per: Mapping[str, float]) -> Span:
    if "amount" in block:
        amount = block["amount"]
        if not isinstance(amount, list) or len(amount) != 3 or not all(isinstance(x, float) for x in amount):
            raise LibraryError(f"{where}, field amount: is {amount!r}, expected [value, low, high]")
        value, low, high = amount
        if not 0 <= low <= value <= high:
            raise LibraryError(f"{where}, field amount: is {value:g}, expected 0 ≤ low {low:g} ≤ value ≤ high {high:g}")
        return Span(value, low, high)
    try:
        times = factor(row.unit, good.unit, product.unit, per)
    except ValueError as error:
        raise LibraryError(f"{where}, field unit: {error}") from None
    if row.low < 0:
        raise LibraryError(f"{where}, field value: is {row.low:g}, expected at least 0")
    return Span(row.value * times, row.low * times, row.high * times)


def _row(
    where: str, block: Block, process_id: str, process_zh: str, file: RecipeFile, goods: Mapping[str, Good]
) -> Coefficient:
    roles = [role for role in _ROLES if role in block]
    if len(roles) != 1:
        raise LibraryError(f"{where}, line {block.line}: expected exactly one of {', '.join(_ROLES)}")
    role = roles[0]
    flow = block[role]
    if not isinstance(flow, str) or not flow:
        raise LibraryError(f"{where}, line {block.line}, field {role}: is {flow!r}, expected an id")
    spot = f"{where}, {role} {flow}"
    _known(spot, block, _ROW_FIELDS | {role})
    span = _span(spot, block, "value", "range")
    zh = block.get("zh")
    if zh is None and role in FLOW_ROLES and flow in goods:
        zh = goods[flow].zh
    if not isinstance(zh, str) or not zh.strip():
        raise LibraryError(f"{spot}, field zh: is {zh!r}, expected a text")
    return Coefficient(
        process_id=process_id,
        process_zh=process_zh,
        role=role,
        flow_id=flow,
        flow_zh=zh,
        value=span.value,
        low=span.low,
        high=span.high,
        unit=_text(spot, block, "unit"),
        source=_source(spot, block, file.sources),
        verified=_yes(spot, block, "verified", False),
        note=_text(spot, block, "note", optional=True),
    )


def _entries(file: RecipeFile, field: str, noun: str) -> list[tuple[str, Block]]:
    listed = file.data.get(field)
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise LibraryError(f"{file.path.name}, field {field}: expected a list")
    found = []
    for number, entry in enumerate(listed, start=1):
        if not isinstance(entry, Block):
            raise LibraryError(f"{file.path.name}, {noun} {number}: is {entry!r}, expected a mapping")
        where = f"{file.path.name}, line {entry.line}, {noun}"
        found.append((f"{where} {_text(where, entry, 'id')}", entry))
    return found


def _rows(where: str, entry: Block, field: str) -> list[Block]:
    rows = entry.get(field) or []
    if not isinstance(rows, list) or not all(isinstance(row, Block) for row in rows):
        raise LibraryError(f"{where}, field {field}: expected a list of mappings")
    return rows


def _once(where: str, rows: list[Coefficient]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.flow_id in seen:
            raise LibraryError(f"{where}, {row.role} {row.flow_id}: stands twice")
        seen.add(row.flow_id)


def _known(where: str, block: Mapping[str, Any], fields: set[str]) -> None:
    for key in block:
        if key not in fields:
            raise LibraryError(f"{where}, field {key}: unknown, expected one of {', '.join(sorted(fields))}")


def _text(where: str, block: Mapping[str, Any], field: str, *, optional: bool = False) -> str:
    value = block.get(field)
    if value is None and optional:
        return ""
    if not isinstance(value, str) or not value.strip():
        raise LibraryError(f"{where}, field {field}: is {value!r}, expected a text")
    return value


def _yes(where: str, block: Mapping[str, Any], field: str, default: bool) -> bool:
    value = block.get(field, default)
    if not isinstance(value, bool):
        raise LibraryError(f"{where}, field {field}: is {value!r}, expected yes or no")
    return value


def _span(where: str, block: Mapping[str, Any], field: str, range_field: str) -> Span:
    value = block.get(field)
    if not isinstance(value, float):
        raise LibraryError(f"{where}, field {field}: is {value!r}, expected a number")
    ends = block.get(range_field, [value, value])
    if not isinstance(ends, list) or len(ends) != 2 or not all(isinstance(end, float) for end in ends):
        raise LibraryError(f"{where}, field {range_field}: is {ends!r}, expected [low, high]")
    if not ends[0] <= value <= ends[1]:
        raise LibraryError(
            f"{where}, field {field}: is {value:g}, expected to lie between low {ends[0]:g} and high {ends[1]:g}"
        )
    return Span(value, ends[0], ends[1])


def _source(where: str, block: Mapping[str, Any], sources: Mapping[str, str]) -> str:
    if ("source" in block) == ("from" in block):
        found = "both" if "source" in block else "none"
        raise LibraryError(f"{where}, field source: found {found}, expected exactly one of source and from")
    if "source" in block:
        return _text(where, block, "source")
    if not isinstance(key := block["from"], str) or key not in sources:
        raise LibraryError(f"{where}, field from: {key!r} is no key of sources")
    return sources[key]
