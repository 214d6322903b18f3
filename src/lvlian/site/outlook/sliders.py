"""What can be turned: one slider for each premise of the case, in groups, those that move the goals first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lvlian.site import saying
from lvlian.site.marks import IDEOGRAPH
from lvlian.site.org.access import Access
from lvlian.site.outlook.origins import origin_of, pick
from lvlian.site.outlook.overlay import name_of, places_of, scale_of, shown_of
from lvlian.site.outlook.selectors import Ground

if TYPE_CHECKING:
    from lvlian.outlook.case import Case, Factor, Premise
    from lvlian.outlook.projection import ProjectRow

GROUPS = (
    ("factor", pgettext_lazy("all", "要素")),
    ("project", pgettext_lazy("all", "项目")),
    ("power", pgettext_lazy("outlook", "电")),
    ("price", gettext_lazy("价格与能耗")),
    ("ramp", gettext_lazy("爬坡")),
)
BRACKETS = re.compile(r"\([^()]*\)")
"""What the library adds to a process or a good in brackets."""
HEADS = {"factor": "factor", "project": "project", "start": "project", "power": "power", "ramp": "ramp"}


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A premise as a slider; figures in the slider's unit. `late`: it counts quarters, 0 is in time. `drop`: the project that it belongs to and
    that may be left out; `dropped` whether it is."""

    key: str
    label: str
    group: str
    unit: str
    value: float
    base: float
    low: float
    high: float
    step: float
    places: int
    origin: dict[str, Any]
    note: str
    days: str = ""
    late: bool = False
    drop: str = ""
    dropped: bool = False

    @property
    def tongue(self) -> str:
        """The language of the note: sources are named as they are."""
        return "zh-CN" if IDEOGRAPH.search(self.note) else "en"

    @property
    def changed(self) -> bool:
        return self.dropped or abs(self.value - self.base) > 10.0**-self.places / 2

    @property
    def id(self) -> str:
        return "turn-" + "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in self.key)

    def told(self, value: float) -> str:
        """An end of the range in words."""
        if self.late:
            figure = saying.number(abs(value))
            if value == 0:
                return _("按期")
            return _("晚 %(n)s 季") % {"n": figure} if value > 0 else _("早 %(n)s 季") % {"n": figure}
        return saying.number(value, self.places) + ("%" if self.unit == "%" else "")

    @property
    def low_told(self) -> str:
        return self.told(self.low)

    @property
    def high_told(self) -> str:
        return self.told(self.high)

    @property
    def base_told(self) -> str:
        return self.told(self.base)

    @property
    def value_told(self) -> str:
        return self.told(self.value)

    @property
    def tick(self) -> float:
        """Where the baseline stands between the ends, in percent."""
        return self._at(self.base)

    @property
    def at(self) -> float:
        return self._at(self.value)

    @property
    def left(self) -> float:
        return min(self.tick, self.at)

    @property
    def width(self) -> float:
        return round(abs(self.tick - self.at), 1)

    def _at(self, value: float) -> float:
        if self.high <= self.low:
            return 0.0
        return round(min(max((value - self.low) / (self.high - self.low), 0.0), 1.0) * 100, 1)

    @property
    def raw(self) -> str:
        return f"{self.value:.{self.places}f}"

    @property
    def raw_base(self) -> str:
        return f"{self.base:.{self.places}f}"

    @property
    def raw_step(self) -> str:
        return f"{self.step:.{self.places}f}"


@dataclass
class Group:
    key: str
    name: str
    first: list[Slider] = field(default_factory=list)
    more: list[Slider] = field(default_factory=list)


def group_of(key: str) -> str:
    """The group of a premise by its key."""
    return HEADS.get(key.partition(".")[0], "price")


def sliders_of(
    access: Access,
    ground: Ground,
    case: Case,
    base_rows: Sequence[ProjectRow],
    dropped: Sequence[str],
    first: Sequence[str],
) -> list[Group]:
    """All sliders; `case` is the turned case, `first` the keys that stand before the fold. What is changed stands there too."""
    base = {one.key: one for one in ground.case.premises}
    factors = {one.id: one for one in ground.case.factors}
    rows = {one.id: one for one in base_rows}
    groups = {key: Group(key, str(name)) for key, name in GROUPS}
    order = {key: place for place, key in enumerate(first)}
    found = []
    for premise in case.premises:
        if premise.key.endswith(".run") or premise.key not in base:
            continue
        found.append(_slider(access, ground, premise, base[premise.key], factors, rows, dropped))
    for one in sorted(found, key=lambda one: order.get(one.key, len(order))):
        group = groups[one.group]
        (group.first if one.key in order or one.changed else group.more).append(one)
    return [group for group in groups.values() if group.first or group.more]


def _slider(
    access: Access,
    ground: Ground,
    premise: Premise,
    base: Premise,
    factors: Mapping[str, Factor],
    rows: Mapping[str, ProjectRow],
    dropped: Sequence[str],
) -> Slider:
    scale, unit = scale_of(base)
    late = premise.key.endswith(".slip")
    head, _dot, rest = premise.key.partition(".")
    project = rest.removesuffix(".slip") if head == "project" else ""
    factor = factors.get(rest.removesuffix(".slip")) if head == "factor" else None
    label = BRACKETS.sub("", name_of(base))
    low, high = min(base.low, base.value), max(base.high, base.value)
    return Slider(
        key=premise.key,
        label=label,
        group=group_of(premise.key),
        unit=unit,
        value=shown_of(base, premise.value),
        base=shown_of(base, base.value),
        low=round(low * scale, places_of(base)),
        high=round(high * scale, places_of(base)),
        step=round((base.step or (high - low) / 100) * scale, places_of(base)) or 10.0 ** -places_of(base),
        places=places_of(base),
        origin=origin_of(access, ground, base.ref, label),
        note=_note(base, factor),
        days=_days(factor) if factor is not None else _starts(rows[project]) if project in rows else "",
        late=late,
        drop=project,
        dropped=project in dropped,
    )


def _note(base: Premise, factor: Factor | None) -> str:
    from lvlian.site.outlook.origins import note_of

    ref = base.ref
    if factor is not None:
        return factor.unit_name
    if base.key.startswith("project."):
        return ""
    if ref.kind == "plan":
        return ref.words or ref.section
    return note_of(ref) or pick("未写来源", "no source")


def _days(factor: Factor) -> str:
    """`规划 2023-08；现 2023-10`."""
    parts = []
    if factor.promised:
        parts.append(_("规划 %(month)s") % {"month": saying.month(factor.promised)})
    now = factor.revised
    if now and now != factor.promised:
        parts.append(_("现 %(month)s") % {"month": saying.month(now)})
    return _("；").join(parts) or _("规划没有写日期")


def _starts(row: ProjectRow) -> str:
    """`规划 2024-06 投产；推演 2024-09`."""
    parts = (
        [_("规划 %(month)s 投产") % {"month": saying.month(row.promised)}]
        if row.promised
        else [_("规划没有写投产日期")]
    )
    parts.append(
        _("推演 %(month)s") % {"month": saying.month(row.projected)}
        if row.projected and not row.never
        else _("推演期内不投产")
    )
    return _("；").join(parts)
