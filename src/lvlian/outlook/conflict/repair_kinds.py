"""repairs.yaml, read strictly: kinds of repairs, their order, and what they are assumed to cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lvlian.outlook.case import CaseError

SHIPPED = Path(__file__).parent / "repairs.yaml"
KINDS = (
    "better_intensity",
    "more_quota",
    "workshops",
    "later_date",
    "earlier_date",
    "lower_goal",
    "raise_goal",
    "reading",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """An assumed figure; `said` how it is told as an assumption."""

    value: float
    unit: str
    zh: str
    en: str
    source: str
    verified: bool

    @property
    def said(self) -> str:
        return f"{self.zh}（{'已核' if self.verified else '假设，未核'}）；依据：{self.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairKinds:
    """`rank` kind → order; `cost` (group, name) → Cost; `halls` kinds of projects that rented workshops can house, up to `most_land` 亩."""

    rank: dict[str, int]
    cost: dict[tuple[str, str], Cost]
    halls: tuple[str, ...]
    most_land: float
    most: int
    neat: float


@lru_cache(maxsize=4)
def load_repair_kinds(path: Path | None = None) -> RepairKinds:
    """The kinds of a file (default: those shipped). Raises CaseError in one sentence: file, field, found, expected."""
    import yaml

    file = path or SHIPPED
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CaseError(f"{file.name}: cannot be read as YAML ({type(error).__name__})") from None
    if not isinstance(data, dict):
        raise CaseError(f"{file.name}: found {type(data).__name__}, expected a mapping")
    kinds = _mapping(file, data, "kinds")
    for name in KINDS:
        if not isinstance(kinds.get(name), dict):
            raise CaseError(f"{file.name}, field kinds.{name}: missing, expected a mapping with rank")
    rank = {name: int(_number(file, f"kinds.{name}.rank", kinds[name].get("rank"))) for name in KINDS}
    cost: dict[tuple[str, str], Cost] = {}
    for group in _mapping(file, data, "cost"):
        for name, row in _mapping(file, data["cost"], group).items():
            if not isinstance(row, dict):
                raise CaseError(f"{file.name}, field cost.{group}.{name}: found {row!r}, expected a mapping with value")
            cost[(str(group), str(name))] = Cost(
                value=_number(file, f"cost.{group}.{name}.value", row.get("value")),
                unit=str(row.get("unit", "")),
                zh=str(row.get("zh", "")),
                en=str(row.get("en", "")),
                source=str(row.get("source", "")),
                verified=bool(row.get("verified", False)),
            )
    halls, show = _mapping(file, data, "workshops"), _mapping(file, data, "show")
    return RepairKinds(
        rank=rank,
        cost=cost,
        halls=tuple(str(one) for one in halls.get("kinds") or ()),
        most_land=_number(file, "workshops.most_land", halls.get("most_land", 0)),
        most=int(_number(file, "show.most", show.get("most", 6))),
        neat=_number(file, "show.neat", show.get("neat", 0.001)),
    )


def _mapping(file: Path, data: dict[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name)
    if not isinstance(found, dict):
        raise CaseError(f"{file.name}, field {name}: found {type(found).__name__}, expected a mapping")
    return found


def _number(file: Path, name: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < 1e30:
        raise CaseError(f"{file.name}, field {name}: found {given!r}, expected a number from 0")
    return float(given)
