"""The state of the scenario page is its address: what is turned, what is not built, the year that is looked at, the goal of the chart.

An address names a kept scenario (`s`), or holds the changes themselves: `<premise key>=<value in the unit of its slider>`, `drop=<project>`. With
`own` beside `s` the changes of the address stand for those of the scenario; dates and goals that a scenario moves stay its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from lvlian.site.outlook.models import Scenario
from lvlian.site.outlook.origins import pick

if TYPE_CHECKING:
    from lvlian.outlook.case import Case, Premise

PERCENT = ("start.rate", "power.dry", "load.", "yield.")
"""Shares without a unit, shown in percent."""
LARGE = 1e7
PARTS = ("set", "drop", "dates", "aims")
BY = ("rolling", "quarter", "year")


@dataclass(frozen=True)
class Turned:
    """What an address asks for. `overlay` in the form of lvlian.outlook.scenario; `strange` what it named that the case does not have."""

    scenario: Scenario | None
    overlay: dict[str, Any]
    year: int = 0
    aim: str = ""
    by: str = "rolling"
    strange: tuple[str, ...] = field(default_factory=tuple)

    @property
    def kept(self) -> bool:
        """Whether it is a kept scenario as it was kept."""
        return self.scenario is not None and same(self.scenario.overlay, self.overlay)

    @property
    def count(self) -> int:
        return sum(len(self.overlay.get(part) or ()) for part in PARTS)


def scale_of(premise: Premise) -> tuple[float, str]:
    """By how much a premise is multiplied for its slider, and in which unit it stands there."""
    if not premise.unit and premise.key.startswith(PERCENT):
        return 100.0, "%"
    if premise.unit == "kWh" and abs(premise.value) >= LARGE:
        return 1e-8, _("亿kWh")
    words = {"季": _("季"), "元/吨": _("元/吨"), "元/kWh": _("元/kWh")}
    return 1.0, str(words.get(premise.unit, premise.unit))


def shown_of(premise: Premise, value: float) -> float:
    """A value as the slider has it, with as many digits as the slider's step bears."""
    scale, _unit = scale_of(premise)
    return round(value * scale, places_of(premise))


def places_of(premise: Premise) -> int:
    """Decimals of a slider: those of its step, at most four."""
    step = abs(premise.step or (premise.high - premise.low) / 100) * scale_of(premise)[0]
    if step <= 0:
        return 2
    return min(max(-math.floor(math.log10(step) + 1e-9), 0), 4)


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two overlays say the same."""

    def plain(overlay: Mapping[str, Any]) -> dict[str, Any]:
        out = {part: overlay.get(part) or {} for part in PARTS}
        return {**out, "drop": sorted(out["drop"]), "set": {k: round(float(v), 9) for k, v in dict(out["set"]).items()}}

    return plain(one) == plain(other)


def read(query: QueryDict | Mapping[str, str], case: Case, scenarios: Iterable[Scenario]) -> Turned:
    """What an address asks for, as far as the case has it."""
    strange: list[str] = []
    scenario = None
    number = query.get("s", "")
    if number:
        scenario = next((one for one in scenarios if str(one.pk) == number), None)
        if scenario is None:
            strange.append(_("情景 %(number)s 已不在") % {"number": number[:12]})
    if scenario is not None and "own" not in query:
        overlay = {part: scenario.overlay[part] for part in PARTS if scenario.overlay.get(part)}
    else:
        overlay = _changes(query, case, strange)
        if scenario is not None:
            overlay |= {part: scenario.overlay[part] for part in ("dates", "aims") if scenario.overlay.get(part)}
    year = query.get("year", "")
    by = query.get("by", "")
    return Turned(
        scenario=scenario,
        overlay=overlay,
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
        aim=(query.get("aim") or query.get("goal") or "")[:80],
        by=by if by in BY else BY[0],
        strange=tuple(strange),
    )


def _changes(query: QueryDict | Mapping[str, str], case: Case, strange: list[str]) -> dict[str, Any]:
    turned: dict[str, float] = {}
    for premise in case.premises:
        text = query.get(premise.key)
        if text is None or not text.strip() or premise.key.endswith(".run"):
            continue
        try:
            asked = float(text.replace("−", "-").replace(",", ""))
        except ValueError:
            asked = math.nan
        if not math.isfinite(asked):
            strange.append(_("%(name)s：%(text)s 不是数") % {"name": name_of(premise), "text": text[:20]})
            continue
        if abs(asked - shown_of(premise, premise.value)) < 10.0 ** -places_of(premise) / 2:
            continue
        value = asked / scale_of(premise)[0]
        low, high = min(premise.low, premise.value), max(premise.high, premise.value)
        if not low - 1e-9 <= value <= high + 1e-9:
            strange.append(
                _("%(name)s：%(text)s 超出范围，已取最近的一端") % {"name": name_of(premise), "text": text[:20]}
            )
            value = min(max(value, low), high)
        turned[premise.key] = round(value, 10)
    dropped = query.getlist("drop") if isinstance(query, QueryDict) else []
    known = {one.id for one in case.projects}
    strange += [_("没有项目 %(name)s") % {"name": one[:40]} for one in dropped if one not in known]
    out: dict[str, Any] = {}
    if turned:
        out["set"] = turned
    if drop := sorted({one for one in dropped if one in known}):
        out["drop"] = drop
    return out


def name_of(premise: Premise) -> str:
    return pick(premise.zh, premise.en)


def address(case: Case, turned: Turned, **changes: Any) -> str:
    """The shortest query that says the same, without `?`; `changes` set year, aim, by, or take them away with None."""
    query = QueryDict(mutable=True)
    scenario = turned.scenario
    if scenario is not None:
        query["s"] = str(scenario.pk)
    if scenario is None or not turned.kept:
        if scenario is not None:
            query["own"] = "1"
        premises = {one.key: one for one in case.premises}
        for key, value in (turned.overlay.get("set") or {}).items():
            if key in premises:
                query[key] = (
                    f"{shown_of(premises[key], value):g}"
                    if abs(value) < 1e5
                    else f"{shown_of(premises[key], value):.10g}"
                )
        query.setlist("drop", list(turned.overlay.get("drop") or ()))
    now = {
        "year": turned.year or None,
        "aim": turned.aim or None,
        "by": None if turned.by == BY[0] else turned.by,
        **changes,
    }
    for key, value in now.items():
        if value not in (None, ""):
            query[key] = str(value)
    return query.urlencode()
