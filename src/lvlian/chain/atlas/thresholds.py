"""When a link counts as thin and a gap as a gap: figures of `gaps.yaml`, all of them assumptions that a user may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import LibraryError, read_yaml
from lvlian.finding import SEVERITIES

FILE = Path(__file__).parent / "gaps.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapKind:
    """Names of a kind of gap, the level of its finding, whether closing it costs an investment (None: not known)."""

    id: str
    zh: str
    en: str
    level: Any
    investment: bool | None
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """See `gaps.yaml` for what each figure decides."""

    load_low: float
    load_full: float
    leaving_share: float
    leaving_metal: float
    local_low: float
    need_share: float
    loop_low: float
    thin_share: float
    excess: float
    replace_least: float
    kinds: Mapping[str, GapKind]


@lru_cache(maxsize=8)
def load_thresholds(path: Path | None = None) -> Thresholds:
    """The shipped thresholds, or a user's. Raises LibraryError with file and field."""
    file = path or FILE
    data = read_yaml(file)
    given, kinds = data.get("thresholds"), data.get("kinds")
    if not isinstance(given, dict) or not isinstance(kinds, dict):
        raise LibraryError(f"{file.name}: expected thresholds and kinds")
    names = [f.name for f in fields(Thresholds) if f.name != "kinds"]
    figures = {}
    for name in names:
        number = given.get(name)
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < 1e9:
            raise LibraryError(f"{file.name}, field thresholds.{name}: is {number!r}, expected a figure of at least 0")
        figures[name] = float(number)
    if unknown := sorted(map(str, given.keys() - set(names))):
        raise LibraryError(f"{file.name}, field thresholds.{unknown[0]}: unknown, expected one of {', '.join(names)}")
    out = {}
    for rank, (key, entry) in enumerate(kinds.items()):
        if not isinstance(entry, dict) or not entry.get("zh") or not entry.get("en"):
            raise LibraryError(f"{file.name}, kind {key}: expected zh, en, level and investment")
        if entry.get("level") not in SEVERITIES:
            raise LibraryError(
                f"{file.name}, kind {key}, field level: is {entry.get('level')!r}, expected one of {', '.join(SEVERITIES)}"
            )
        if entry.get("investment") not in (True, False, None):
            raise LibraryError(f"{file.name}, kind {key}, field investment: expected true, false or null")
        out[str(key)] = GapKind(
            id=str(key),
            zh=str(entry["zh"]),
            en=str(entry["en"]),
            level=entry["level"],
            investment=entry["investment"],
            rank=rank,
        )
    return Thresholds(**figures, kinds=out)
