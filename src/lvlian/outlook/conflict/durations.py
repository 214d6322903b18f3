"""dates.yaml, read strictly: the least days between the stages of a project."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lvlian.outlook.case import STAGES, CaseError

SHIPPED = Path(__file__).parent / "dates.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """`days` kind → stage → least days since the stage before."""

    days: dict[str, dict[str, float]]
    zh: str
    en: str

    def between(self, kind: str, first: str, last: str) -> float:
        """Least days from one stage to a later one."""
        held = {**self.days["default"], **self.days.get(kind, {})}
        begin, end = STAGES.index(first), STAGES.index(last)
        return sum(held.get(stage, 0.0) for stage in STAGES[begin + 1 : end + 1])


@lru_cache(maxsize=4)
def load_least(path: Path | None = None) -> Least:
    """The days of a file (default: those shipped). Raises CaseError in one sentence: file, field, found, expected."""
    import yaml

    file = path or SHIPPED
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CaseError(f"{file.name}: cannot be read as YAML ({type(error).__name__})") from None
    least = data.get("least") if isinstance(data, dict) else None
    if not isinstance(least, dict) or not isinstance(least.get("default"), dict):
        raise CaseError(f"{file.name}, field least: expected a mapping of kinds with an entry default")
    found: dict[str, dict[str, float]] = {}
    for kind, rows in least.items():
        if not isinstance(rows, dict):
            raise CaseError(f"{file.name}, field least.{kind}: found {rows!r}, expected stages with days")
        for stage, days in rows.items():
            if stage not in STAGES:
                raise CaseError(
                    f"{file.name}, field least.{kind}.{stage}: unknown stage, expected one of {', '.join(STAGES)}"
                )
            if isinstance(days, bool) or not isinstance(days, int | float) or not 0 <= days < 10_000:
                raise CaseError(f"{file.name}, field least.{kind}.{stage}: found {days!r}, expected days from 0")
        found[str(kind)] = {str(stage): float(days) for stage, days in rows.items()}
    source = data.get("source") or {}
    return Least(days=found, zh=str(source.get("zh", "假设")), en=str(source.get("en", "assumed")))
