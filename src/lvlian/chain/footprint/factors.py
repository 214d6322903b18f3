"""Emission factors: what burns, what arrives with inputs from outside, and what a kilowatt-hour carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import LibraryError, read_rows, read_yaml

FILE = Path(__file__).parent / "factors.yaml"
GRID = Path(__file__).parent / "grid_factors.csv"
KINDS = ("average", "residual", "fossil")
GRID_COLUMNS = ("level", "area_zh", "year", "factor_kgco2_per_kwh", "kind", "source", "verified", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Emission:
    """t CO2e per unit, with a range (read as `range_is` of the cases) and its source; not verified: an assumption."""

    value: float
    low: float
    high: float
    source: str = ""
    verified: bool = False
    note: str = ""
    label: str = ""

    def sd(self, share: float) -> float:
        """Standard deviation that a normal law with `share` of its cases in low..high has."""
        return (self.high - self.low) / (2 * _quantile(share))


@dataclass(frozen=True, slots=True)
class GridFactor:
    """kg CO2 per kWh of an area and year; `kind` average | residual (without traded non-fossil power) | fossil."""

    level: str
    area: str
    year: str
    value: float
    kind: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """The tables of `factors.yaml` and `grid_factors.csv`."""

    combustion: Mapping[str, Emission]
    upstream: Mapping[str, Emission]
    emissions: Mapping[str, Emission]
    process: Mapping[str, Emission]
    power: Mapping[str, Emission]
    scaled: Mapping[str, str]
    covered: frozenset[str]
    grid: tuple[GridFactor, ...]
    grid_range: float
    regional_grid: Mapping[str, str]
    range_is: float
    files: tuple[str, ...] = field(default=())

    def grid_factor(self, area: str, year: str, kind: str = "average") -> tuple[Emission, tuple[str, ...]]:
        """t CO2 per kWh of the power of an area, and what had to be assumed: the province, else its regional grid, else the
        nation; the year itself, else the nearest earlier one, else the earliest. Raises LibraryError for an unknown kind."""
        if kind not in KINDS:
            raise LibraryError(f"grid_factors.csv: kind is {kind!r}, expected one of {', '.join(KINDS)}")
        told: list[str] = []
        for name in (area, self.regional_grid.get(area, ""), None):
            rows = [
                g
                for g in self.grid
                if g.kind == kind and (g.area == name if name is not None else g.level == "national")
            ]
            if not rows:
                continue
            exact = [g for g in rows if g.year == year]
            earlier = [g for g in rows if g.year < year]
            row = exact[0] if exact else max(earlier or rows, key=lambda g: g.year if earlier else -int(g.year))
            if name != area:
                told.append(f"{area or '本区'}没有{_KIND_ZH[kind]}电力因子，用{row.area}的")
            if not exact:
                told.append(f"没有 {year or '该'} 年的电力因子，用 {row.year} 年的")
            if not row.verified:
                told.append(f"{row.area} {row.year} 年电力因子未核：{row.source}")
            spread = self.grid_range * (1 if exact and name == area else 2) * row.value
            found = Emission(
                value=row.value / 1000,
                low=(row.value - spread) / 1000,
                high=(row.value + spread) / 1000,
                source=row.source,
                verified=row.verified,
                note=f"{row.area} {row.year} 年 {_KIND_ZH[kind]} {row.value:g} kg/kWh",
            )
            return found, tuple(told)
        raise LibraryError(f"grid_factors.csv: no row of kind {kind}")


_KIND_ZH = {"average": "平均", "residual": "剩余（扣市场化非化石）", "fossil": "化石"}


@lru_cache(maxsize=8)
def load_factors(path: Path | None = None, grid: Path | None = None) -> Factors:
    """The shipped tables, with the rows of a user's file `path` put over them by key. Raises LibraryError with file, table, key."""
    data = read_yaml(FILE)
    names = [FILE.name]
    if path is not None:
        own = read_yaml(path)
        names.append(path.name)
        if unknown := sorted(set(own) - set(data)):
            raise LibraryError(f"{path.name}, field {unknown[0]}: unknown, expected one of {', '.join(data)}")
        for key, value in own.items():
            if not isinstance(value, type(data[key])) and not (
                isinstance(value, int | float) and isinstance(data[key], int | float)
            ):
                raise LibraryError(f"{path.name}, field {key}: expected the form of the shipped file, found {value!r}")
            data[key] = {**data[key], **value} if isinstance(value, dict) else value
    name = names[-1]
    told = {str(k): str(v) for k, v in data["sources"].items()}
    tables = {
        key: {str(k): _emission(f"{name}, {key}, {k}", v, told) for k, v in data[key].items()}
        for key in ("combustion", "upstream", "emissions", "process", "power")
    }
    # power is listed in kg per kWh, as it is spoken of
    power = {
        k: Emission(
            value=e.value / 1000,
            low=e.low / 1000,
            high=e.high / 1000,
            source=e.source,
            verified=e.verified,
            note=e.note,
        )
        for k, e in tables["power"].items()
    }
    return Factors(
        combustion=tables["combustion"],
        upstream=tables["upstream"],
        emissions=tables["emissions"],
        process=tables["process"],
        power=power,
        scaled={str(k): str(v) for k, v in data["scaled"].items()},
        covered=frozenset(map(str, data["covered"])),
        grid=_grid(grid or GRID),
        grid_range=_share(data["grid_range"], f"{name}, field grid_range"),
        regional_grid={str(k): str(v) for k, v in data["regional_grid"].items()},
        range_is=_share(data["range_is"], f"{name}, field range_is"),
        files=tuple(names),
    )


_FIELDS = {"value", "low", "high", "from", "source", "verified", "note", "label"}


def _emission(where: str, data: Any, told: Mapping[str, str]) -> Emission:
    if not isinstance(data, dict) or "value" not in data:
        raise LibraryError(f"{where}: expected a mapping with value, found {data!r}")
    if unknown := sorted(map(str, data.keys() - _FIELDS)):
        raise LibraryError(f"{where}, field {unknown[0]}: unknown, expected one of {', '.join(sorted(_FIELDS))}")
    figures = {}
    for key in ("value", "low", "high"):
        number = data.get(key, data["value"])
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < 1e6:
            raise LibraryError(f"{where}, field {key}: is {number!r}, expected a figure of at least 0")
        figures[key] = float(number)
    if not figures["low"] <= figures["value"] <= figures["high"]:
        raise LibraryError(f"{where}: low, value and high are not in this order")
    origin = data.get("from")
    if origin is not None and origin not in told:
        raise LibraryError(f"{where}, field from: {origin!r} is none of the sources at the head of the file")
    return Emission(
        **figures,
        source=str(data.get("source") or told.get(str(origin), "")),
        verified=data.get("verified") in (True, "yes"),
        note=str(data.get("note", "")),
        label=str(data.get("label", "")),
    )


def _share(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        raise LibraryError(f"{where}: is {value!r}, expected a share between 0 and 1")
    return float(value)


def _grid(path: Path) -> tuple[GridFactor, ...]:
    out = []
    for row in read_rows(path, GRID_COLUMNS):
        figure = row.number("factor_kgco2_per_kwh")
        if not 0 <= figure < 2:
            raise row.error("factor_kgco2_per_kwh", f"is {figure:g}, expected kg/kWh between 0 and 2")
        out.append(
            GridFactor(
                level=row.choice("level", ("national", "region", "province")),
                area=row.required("area_zh"),
                year=row.required("year"),
                value=figure,
                kind=row.choice("kind", KINDS),
                source=row.required("source"),
                verified=row.yes("verified"),
            )
        )
    return tuple(out)


@lru_cache(maxsize=8)
def _quantile(share: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + share / 2)
