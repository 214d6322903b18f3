"""How sure reported figures are, and what is assumed where nobody reports: `sources.yaml` and a user's file over it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).with_name("sources.yaml")
ITEMS_WITHOUT_AMOUNT = ("content", "price")
_SECTIONS: Mapping[str, type | tuple[type, ...]] = {
    "classes": dict,
    "common_error": dict,
    "item_floor": dict,
    "range_in_sd": (int, float),
    "residue_tie": (int, float),
    "loss_tie": (int, float),
    "lost_into": list,
    "stock_unreported": (int, float),
    "residue_unreported": (int, float),
    "stale_least": (int, float),
    "unstorable": list,
    "local": list,
    "melted": list,
    "transport": dict,
    "other_use": dict,
    "asks": dict,
}
_ENTRY_KEYS: Mapping[str, tuple[str, ...]] = {
    "classes": ("zh", "en", "relative", "floor", "verified", "source"),
    "transport": ("process", "param"),
    "other_use": ("value", "sd", "source"),
    "asks": ("days", "class"),
}


class SourcesError(ValueError):
    """A file of uncertainties cannot be used; one sentence with file, field, what was found and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceClass:
    """A kind of origin: `relative` standard deviation as a share of the figure, `floor` the least one by unit."""

    id: str
    zh: str
    en: str
    relative: float
    floor: Mapping[str, float]
    verified: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The content of `sources.yaml`, field by field (see the comments there)."""

    classes: Mapping[str, SourceClass]
    common_error: Mapping[str, float]
    item_floor: Mapping[str, float]
    range_in_sd: float
    residue_tie: float
    loss_tie: float
    lost_into: frozenset[str]
    stock_unreported: float
    residue_unreported: float
    stale_least: float
    unstorable: frozenset[str]
    local: frozenset[str]
    melted: frozenset[str]
    transport: Mapping[str, tuple[str, str]]
    other_use: Mapping[str, tuple[float, float]]
    asks: Mapping[str, tuple[int, str]]
    most_asks: int

    def sd(self, value: float, unit: str, source: str, item: str = "") -> float:
        """Standard deviation of a figure in `unit` that came from `source`; an unknown class counts as a statement."""
        kind = self.classes.get(source) or self.classes["statement"]
        floor = self.item_floor.get(item)
        if floor is None:
            floor = kind.floor.get(unit, 0.0) or max(kind.floor.values(), default=1.0)
        return max(abs(value) * kind.relative, floor, 1e-12)


@lru_cache(maxsize=16)
def load_sources(path: Path | None = None) -> Sources:
    """The shipped uncertainties, with a user's file over them. Raises SourcesError."""
    data = _read(SHIPPED)
    if path is not None:
        for key, value in _read(Path(path)).items():
            if isinstance(value, dict) and isinstance(data[key], dict):
                merged = dict(data[key])
                for name, entry in value.items():
                    old = merged.get(name)
                    merged[name] = {**old, **entry} if isinstance(old, dict) and isinstance(entry, dict) else entry
                value = merged
            data[key] = value
    return _made(data, (path or SHIPPED).name)


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise SourcesError(f"{path}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise SourcesError(f"{path.name}: not UTF-8, expected YAML as in sources.yaml") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        raise SourcesError(f"{path.name}{f', line {where.line + 1}' if where else ''}: not YAML") from None
    if not isinstance(data, dict):
        raise SourcesError(f"{path.name}: expected a mapping with classes, unstorable …, found {type(data).__name__}")
    for key, value in data.items():
        if key not in _SECTIONS:
            near = get_close_matches(str(key), _SECTIONS, 1)
            raise SourcesError(f"{path.name}, field {key}: not known{f', meant {near[0]}?' if near else ''}")
        if not isinstance(value, _SECTIONS[key]) or isinstance(value, bool):
            raise SourcesError(
                f"{path.name}, field {key}: found {type(value).__name__}, expected another kind of value"
            )
        for name, entry in data[key].items() if key in _ENTRY_KEYS else ():
            if key == "asks" and name == "most":
                continue
            if not isinstance(entry, dict):
                raise SourcesError(f"{path.name}, field {key}.{name}: found {entry!r}, expected a mapping")
            for part in entry:
                if part not in _ENTRY_KEYS[key]:
                    raise SourcesError(
                        f"{path.name}, field {key}.{name}.{part}: not known, expected {', '.join(_ENTRY_KEYS[key])}"
                    )
    return data


def _made(data: dict[str, Any], name: str) -> Sources:
    def number(value: Any, field: str, low: float = 0.0, high: float = math.inf) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise SourcesError(f"{name}, field {field}: is {value!r}, expected a number from {low:g} to {high:g}")
        return float(value)

    def text(value: Any, field: str) -> str:
        if not isinstance(value, str):
            raise SourcesError(f"{name}, field {field}: is {value!r}, expected a text")
        return value

    classes = {}
    for key, entry in data["classes"].items():
        where = f"classes.{key}"
        floor = entry.get("floor", {})
        if not isinstance(floor, dict):
            raise SourcesError(f"{name}, field {where}.floor: is {floor!r}, expected unit: number")
        classes[str(key)] = SourceClass(
            id=str(key),
            zh=text(entry.get("zh", key), f"{where}.zh"),
            en=text(entry.get("en", key), f"{where}.en"),
            relative=number(entry.get("relative"), f"{where}.relative", 0, 10),
            floor={str(unit): number(least, f"{where}.floor.{unit}") for unit, least in floor.items()},
            verified=entry.get("verified") is True,
            source=text(entry.get("source", ""), f"{where}.source"),
        )
    if "statement" not in classes:
        raise SourcesError(f"{name}, field classes: has no statement, which stands for every class that is not listed")
    asks = {k: v for k, v in data["asks"].items() if k != "most"}
    for key, entry in asks.items():
        if entry.get("class") not in classes:
            raise SourcesError(
                f"{name}, field asks.{key}.class: is {entry.get('class')!r}, expected one of {', '.join(classes)}"
            )
    return Sources(
        classes=classes,
        common_error={str(k): number(v, f"common_error.{k}", 0, 0.99) for k, v in data["common_error"].items()},
        item_floor={str(k): number(v, f"item_floor.{k}") for k, v in data["item_floor"].items()},
        range_in_sd=number(data["range_in_sd"], "range_in_sd", 1, 20),
        residue_tie=number(data["residue_tie"], "residue_tie", 1e-6, 10),
        loss_tie=number(data["loss_tie"], "loss_tie", 1e-6, 10),
        lost_into=frozenset(text(v, "lost_into") for v in data["lost_into"]),
        stock_unreported=number(data["stock_unreported"], "stock_unreported", 0, 10),
        residue_unreported=number(data["residue_unreported"], "residue_unreported", 0, 10),
        stale_least=number(data["stale_least"], "stale_least"),
        unstorable=frozenset(text(v, "unstorable") for v in data["unstorable"]),
        local=frozenset(text(v, "local") for v in data["local"]),
        melted=frozenset(text(v, "melted") for v in data["melted"]),
        transport={
            str(k): (text(v.get("process"), f"transport.{k}.process"), text(v.get("param"), f"transport.{k}.param"))
            for k, v in data["transport"].items()
        },
        other_use={
            str(k): (
                number(v.get("value"), f"other_use.{k}.value", 0, 1),
                number(v.get("sd"), f"other_use.{k}.sd", 0, 1),
            )
            for k, v in data["other_use"].items()
        },
        asks={str(k): (int(number(v.get("days"), f"asks.{k}.days", 0, 366)), str(v["class"])) for k, v in asks.items()},
        most_asks=int(number(data["asks"].get("most", 8), "asks.most", 0, 1000)),
    )
