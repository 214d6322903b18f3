"""Two projections row by row: premises that differ, goals, indicators by year, days of projects, what holds each quarter back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from lvlian.outlook.projection.projection import Projection

Kind = Literal["premise", "aim", "indicator", "project", "binding"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One row that stands in either projection: `a`, `b` what each says (figure, day or words; None: nothing), `change` b − a for figures, in
    days for days. `when` a year, a quarter, or empty."""

    kind: Kind
    key: str
    zh: str
    en: str
    unit: str
    when: str
    a: float | str | None
    b: float | str | None
    change: float | None

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "key": self.key, "zh": self.zh, "en": self.en, "unit": self.unit, "when": self.when,
            "a": self.a, "b": self.b, "change": self.change,
        }  # fmt: skip


def compare(a: Projection, b: Projection, *, all_rows: bool = False) -> tuple[Difference, ...]:
    """Every row that differs between two projections (`all_rows`: also those that do not), goals always. Rows are matched by id, so that a
    goal or project that only one of them has stands beside nothing."""
    rows = [*_premises(a, b), *_aims(a, b), *_indicators(a, b), *_projects(a, b), *_binding(a, b)]
    return tuple(row for row in rows if all_rows or row.kind == "aim" or row.a != row.b)


def _row(kind: Kind, key: str, zh: str, en: str, unit: str, when: str, a: Any, b: Any) -> Difference:
    change: float | None = None
    if isinstance(a, float) and isinstance(b, float):
        change = b - a
    elif isinstance(a, date) and isinstance(b, date):
        change = float((b - a).days)
    told = [x.isoformat() if isinstance(x, date) else x for x in (a, b)]
    return Difference(kind=kind, key=key, zh=zh, en=en, unit=unit, when=when, a=told[0], b=told[1], change=change)


def _both(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys((*a, *b)))


def _premises(a: Projection, b: Projection) -> list[Difference]:
    left, right = {p.key: p for p in a.premises}, {p.key: p for p in b.premises}
    out = []
    for key in _both(left, right):
        one, two = left.get(key), right.get(key)
        known = one or two
        assert known is not None  # the key is of one of them
        out.append(
            _row("premise", key, known.zh, known.en, known.unit, "", None if one is None else float(one.value), None if two is None else float(two.value))
        )  # fmt: skip
    return out


def _aims(a: Projection, b: Projection) -> list[Difference]:
    left, right = {r.aim.id: r for r in a.aims}, {r.aim.id: r for r in b.aims}
    english = {row.indicator: row.name_en for row in (*a.indicators, *b.indicators)}
    out = []
    for key in _both(left, right):
        one, two = left.get(key), right.get(key)
        known = one or two
        assert known is not None  # the key is of one of them
        aim = known.aim
        out.append(
            _row("aim", key, aim.name, english.get(aim.indicator, aim.name), aim.unit, str(aim.year or ""), None if one is None else one.value, None if two is None else two.value)
        )  # fmt: skip
    return out


def _indicators(a: Projection, b: Projection) -> list[Difference]:
    left = {f"{r.indicator}.{r.variant}": r for r in a.indicators}
    right = {f"{r.indicator}.{r.variant}": r for r in b.indicators}
    out = []
    for key in _both(left, right):
        one, two = left.get(key), right.get(key)
        known = one or two
        assert known is not None  # the key is of one of them
        years: Sequence[int] = sorted({*((one and one.years) or {}), *((two and two.years) or {})})
        for year in years:
            told = [None if r is None or r.years is None else r.years.get(year) for r in (one, two)]
            zh, en = f"{known.name_zh}（{known.zh}）", f"{known.name_en} ({known.en})"
            out.append(_row("indicator", key, zh, en, known.unit, str(year), told[0], told[1]))
    return out


def _projects(a: Projection, b: Projection) -> list[Difference]:
    left, right = {r.id: r for r in a.projects}, {r.id: r for r in b.projects}
    out = []
    for key in _both(left, right):
        one, two = left.get(key), right.get(key)
        known = one or two
        assert known is not None  # the key is of one of them
        days = [None if r is None else "不建" if r.never else r.projected for r in (one, two)]
        out.append(_row("project", key, known.name, known.name, "天", "", days[0], days[1]))
    return out


def _binding(a: Projection, b: Projection) -> list[Difference]:
    left = {f"{r.aim} {r.quarter}": r for r in a.binding}
    right = {f"{r.aim} {r.quarter}": r for r in b.binding}
    names = {r.aim.id: r.aim.name for r in (*a.aims, *b.aims)}
    out = []
    for key in _both(left, right):
        one, two = left.get(key), right.get(key)
        known = one or two
        assert known is not None  # the key is of one of them
        name = names.get(known.aim, known.aim)
        told = [None if r is None else r.zh for r in (one, two)]
        out.append(_row("binding", known.aim, name, name, "", known.quarter, told[0], told[1]))
    return out


__all__ = ["Difference", "compare"]
