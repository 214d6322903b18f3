"""How values of indicators are written: figures with decimals that their spread bears, intervals, directions, what is missing. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from lvlian.chain.indicators.value import Part, Value
from lvlian.site import saying

if TYPE_CHECKING:
    from lvlian.chain.indicators.flows import Flows

DIRECTIONS = {
    "up": ("↑", pgettext_lazy("direction", "越高越好")),
    "down": ("↓", pgettext_lazy("direction", "越低越好")),
    "neutral": ("–", pgettext_lazy("direction", "不分高低")),
}
KINDS = {
    "redundant": gettext_lazy("可查"),
    "nonredundant": gettext_lazy("不可查"),
    "exact": gettext_lazy("定值"),
    "observable": gettext_lazy("可推得"),
    "unobservable": gettext_lazy("推不得"),
    "fact": gettext_lazy("事实"),
    "count": gettext_lazy("户数"),
    "capacity": gettext_lazy("产能"),
    "missing": gettext_lazy("缺"),
}
MOST_MISSING = 2
LONGEST = 60
SCALES: dict[str, tuple[tuple[float, float, str, str], ...]] = {
    "t": ((1e7, 1e4, "万吨", "10⁴ t"), (0, 1.0, "吨", "t")),
    "t/a": ((1e4, 1e4, "万吨/年", "10⁴ t/a"), (0, 1.0, "吨/年", "t/a")),
    "kWh": ((1e8, 1e8, "亿kWh", "10⁸ kWh"), (0, 1e4, "万kWh", "10⁴ kWh")),
    "yuan": ((1e8, 1e8, "亿元", "10⁸ yuan"), (0, 1e4, "万元", "10⁴ yuan")),
    "tce": ((1e7, 1e4, "万吨标准煤", "10⁴ tce"), (0, 1.0, "吨标准煤", "tce")),
    "m3": ((1e4, 1e4, "万m³", "10⁴ m³"), (0, 1.0, "m³", "m³")),
}
"""Base unit → from how much on it is written in which unit (least, divisor, Chinese, English), the largest first."""


def english() -> bool:
    return (get_language() or "").startswith("en")


def pick(zh: str, en: str) -> str:
    """The one of two wordings that the page's language asks for."""
    return (en or zh) if english() else zh


def scale_for(size: float, unit: str) -> tuple[float, str]:
    """(divisor, unit as written) for figures of about this size."""
    for least, divisor, zh, en in SCALES.get(unit, ()):
        if abs(size) >= least:
            return divisor, pick(zh, en)
    return 1.0, "" if unit == "1" else unit


def figure_in(value: float | None, divisor: float, digits: int | None = None) -> str:
    """A figure divided, with decimals by its size."""
    if value is None or not math.isfinite(value):
        return ""
    told = value / divisor
    return number(told, decimals(told) if digits is None else digits)


def decimals(size: float) -> int:
    return 0 if abs(size) >= 1000 else 1 if abs(size) >= 100 else 2


def direction(key: str) -> tuple[str, object]:
    return DIRECTIONS.get(key.split(" ")[0], DIRECTIONS["neutral"])


def places(value: float, spread: float | None) -> int:
    """Decimals: as many as show two figures of the spread, at most three; by size where there is none."""
    if spread is not None and spread > 0 and math.isfinite(spread):
        return max(0, min(3, 1 - math.floor(math.log10(spread))))
    size = abs(value)
    if size >= 1000 or value == round(value):
        return 0
    return 1 if size >= 100 else 2


def digits_of(*values: Value) -> int:
    """Decimals of all figures of values that stand under each other: as many as their spreads bear, two from 10 on."""
    sizes = [abs(v) for one in values for v in (one.value, one.low, one.high) if v is not None and math.isfinite(v)]
    found = [places(one.value, half_width(one) or one.sd) for one in values if one.value is not None]
    found += [
        places(end, None)
        for one in values
        if one.value is None
        for end in (one.low, one.high)
        if end is not None and math.isfinite(end)
    ]
    return min(2 if max(sizes, default=0.0) >= 10 else 3, max(found, default=0))


def half_width(value: Value) -> float | None:
    """Half of the 80 % interval."""
    if value.value is None or value.interval80 is None:
        return None
    return (value.interval80[1] - value.interval80[0]) / 2


def number(value: float | None, digits: int) -> str:
    """With exactly so many decimals; empty for what is no figure."""
    if value is None or not math.isfinite(value):
        return ""
    shown = round(value, digits)
    return saying.number(abs(shown) if shown == 0 else shown, digits)


def written(value: Value, digits: int | None = None) -> str:
    """`81.22`; `0–13.8` where it is only bounded; empty where it is missing."""
    digits = digits_of(value) if digits is None else digits
    if value.value is not None:
        return number(value.value, digits)
    if value.low is None:
        return ""
    if value.high is None or not math.isfinite(value.high):
        return f"≥ {number(value.low, digits)}"
    return f"{number(value.low, digits)}–{number(value.high, digits)}"


def spread(value: Value, digits: int | None = None) -> str:
    """Half of the 80 % interval; `0` where it lies under the last decimal."""
    half = half_width(value)
    if half is None:
        return ""
    digits = digits_of(value) if digits is None else digits
    return "0" if half < 0.5 * 10.0**-digits else number(half, digits)


def interval(value: Value, digits: int | None = None) -> str:
    if value.interval80 is None:
        return ""
    low, high = value.interval80
    digits = digits_of(value) if digits is None else digits
    if not math.isfinite(high):
        return f"≥ {number(low, digits)}"
    return f"{number(low, digits)}–{number(high, digits)}"


def side(part: Part | None) -> str:
    """A numerator or denominator with its unit, `68.88 万吨`."""
    if part is None:
        return ""
    ends = [end for end in (part.value, part.low, part.high) if end is not None and math.isfinite(end)]
    divisor, unit = scale_for(max((abs(end) for end in ends), default=0.0), part.unit)
    if part.value is not None:
        return f"{figure_in(part.value, divisor)} {unit}".strip()
    if part.low is None:
        return ""
    if part.high is None or not math.isfinite(part.high):
        return f"≥ {figure_in(part.low, divisor)} {unit}".strip()
    return f"{figure_in(part.low, divisor)}–{figure_in(part.high, divisor)} {unit}".strip()


def lacks(value: Value, *, named: bool, most: int = MOST_MISSING) -> list[tuple[str, str]]:
    """What is missing and whom to ask, the first few; who does not read firms' figures is told no firm."""
    if not named:
        return [(_("缺企业报数"), "")] if value.missing else []
    out: list[tuple[str, str]] = []
    for one in value.missing[:most]:
        who: Sequence[str] = [whom(each) for each in one.ask]
        asked = _("、").join(who[:most]) + (_(" 等 %(n)d 处") % {"n": len(who)} if len(who) > most else "")
        out.append((shortened(pick(one.zh, one.en)), asked))
    more = len(value.missing) - most
    if more > 0:
        out.append((_("另 %(n)d 项") % {"n": more}, ""))
    return out


def said(words: str) -> str:
    """A boundary, reading or unit of the formulas in the page's language; as it stands where it has no English."""
    from lvlian.chain.indicators.load_formulas import in_english

    return pick(words, in_english(words)) if english() else words


def names_of(flows: Iterable[Flows]) -> Mapping[str, str]:
    """Words of streams in Chinese → in English, for the labels of what was computed; empty on a page in Chinese."""
    if not english():
        return {}
    return {zh: one.english[key] for one in flows for key, zh in one.labels.items() if key in one.english}


def named(label: str, names: Mapping[str, str]) -> str:
    """A label of what was computed in the page's language, as far as it is known in it."""
    head = label.removesuffix(" 合计")
    if names and head != label:
        return ", ".join(names.get(one, one) for one in head.split("、")) + ", in all"
    return names.get(label, label)


def whom(asked: str) -> str:
    """Who is asked: an office by its name, what every region has in the page's language."""
    name, _space, post = asked.rpartition(" ")
    if name and post == "统计岗":
        return _("%(firm)s 统计岗") % {"firm": name}
    known = {
        "各企业统计岗": _("各企业统计岗"),
        "项目台账": _("项目台账"),
        "发展改革局": _("发展改革局"),
        "统计局": _("统计局"),
    }
    return known.get(asked, asked)


def shortened(words: str) -> str:
    """A long list of flows told by its first."""
    if len(words) <= LONGEST:
        return words
    head, _sep, _rest = words.partition(", " if english() else "、")
    return f"{head[:LONGEST]} {_('等')}"
