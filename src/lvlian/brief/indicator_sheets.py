"""Indicators as sheets: every variant with its ±, its two sides flow by flow, months side by side, goals of a plan beside the account."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .sheets import Column, Sheet, Value

if TYPE_CHECKING:
    from lvlian.brief.goal_standing import Standing
    from lvlian.chain.indicators.value import Part, Reading
    from lvlian.chain.indicators.value import Value as Figure

EIGHTY = 1.2815515655446004
CLASSES = {
    "redundant": ("可查", "checked"), "nonredundant": ("不可查", "unchecked"), "exact": ("精确", "exact"), "observable": ("可推得", "derived"),
    "unobservable": ("推不得", "unknown"), "fact": ("事实", "fact"), "count": ("计数", "count"), "capacity": ("产能", "capacity"),
}  # fmt: skip


def indicator_sheet(readings: Mapping[str, Reading], zh: bool = True) -> Sheet:
    """One row for each variant of each indicator, those without a figure too: what is missing and whom to ask."""
    rows: list[list[Value]] = []
    for reading in readings.values():
        for v in reading.values:
            low, high = ends(v)
            rows.append(
                [
                    reading.name_zh if zh else reading.name_en, v.zh if zh else v.en, v.unit, v.value, half_of(v), low, high,
                    *_side(v.numerator), *_side(v.denominator), "；".join(m.zh if zh else m.en for m in v.missing),
                    "、".join(dict.fromkeys(who for m in v.missing for who in m.ask)), "；".join(v.assumptions), "；".join(v.notes),
                    "、".join(reading.absent), reading.indicator, v.variant,
                ]
            )  # fmt: skip
    heads = (
        ("指标", "indicator", 26, 0), ("口径", "variant", 34, 0), ("单位", "unit", 12, 0), ("平衡后", "value", 12, 1), ("±（80%）", "± 80%", 12, 1),
        ("80% 下", "80% low", 12, 1), ("80% 上", "80% high", 12, 1), ("分子", "numerator", 16, 1), ("分子单位", "its unit", 8, 0),
        ("分母", "denominator", 16, 1), ("分母单位", "its unit", 8, 0), ("缺什么", "missing", 40, 0), ("问谁", "whom to ask", 24, 0), ("假设", "assumed", 40, 0),
        ("须知", "notes", 30, 0), ("缺的月份", "months missing", 16, 0), ("指标代码", "indicator id", 24, 0), ("口径代码", "variant id", 20, 0),
    )  # fmt: skip
    return Sheet("指标" if zh else "indicators", _columns(heads, zh), rows)


def parts_sheet(readings: Mapping[str, Reading], zh: bool = True) -> Sheet:
    """Numerators and denominators flow by flow, so that every indicator can be added up again."""
    rows: list[list[Value]] = []
    for reading in readings.values():
        for v in reading.values:
            for side, part in ((("分子", "numerator"), v.numerator), (("分母", "denominator"), v.denominator)):
                for line in part.lines if part is not None else ():
                    rows.append(
                        [
                            reading.name_zh if zh else reading.name_en, v.zh if zh else v.en, side[0 if zh else 1], line.label, line.value,
                            EIGHTY * line.sd if line.sd is not None and math.isfinite(line.sd) else None, line.low, finite(line.high),
                            part.unit if part is not None else "", line.factor, CLASSES.get(line.kind, (line.kind, line.kind))[0 if zh else 1],
                            line.stream or "、".join(line.members), line.origin,
                        ]
                    )  # fmt: skip
    heads = (
        ("指标", "indicator", 26, 0), ("口径", "variant", 30, 0), ("哪一边", "side", 8, 0), ("流", "flow", 40, 0), ("量", "amount", 16, 1), ("±（80%）", "± 80%", 12, 1),
        ("下界", "low", 14, 1), ("上界", "high", 14, 1), ("单位", "unit", 8, 0), ("乘以", "times", 24, 0), ("类", "class", 10, 0), ("流的名号", "stream", 40, 0),
        ("出处", "origin", 30, 0),
    )  # fmt: skip
    return Sheet("指标的分子分母" if zh else "parts", _columns(heads, zh), rows)


def months_sheet(by_month: Mapping[str, Mapping[str, Reading]], absent: Sequence[str] = (), zh: bool = True) -> Sheet:
    """The indicators month by month, one row for each variant; a month without an account is an empty column with its name."""
    names = sorted({*by_month, *absent})
    rows: list[list[Value]] = []
    last = by_month[max(by_month)] if by_month else {}
    for key, reading in last.items():
        for v in reading.values:
            found = [by_month[m][key].value(v.variant) if m in by_month else None for m in names]
            if any(one is not None and one.known for one in found):
                rows.append(
                    [
                        reading.name_zh if zh else reading.name_en, v.zh if zh else v.en, v.unit,
                        *(x for one in found for x in ((one.value, half_of(one)) if one is not None else (None, None))),
                    ]
                )  # fmt: skip
    none = "（无账）" if zh else " (no account)"
    columns = [*_columns((("指标", "indicator", 26, 0), ("口径", "variant", 30, 0), ("单位", "unit", 12, 0)), zh)]
    for m in names:
        columns += [
            Column(m + (none if m in absent else ""), 12, True),
            Column("±（80%）" if zh else "± 80%", 10, True),
        ]
    return Sheet("指标按月" if zh else "by month", tuple(columns), rows)


def goals_sheet(standings: Sequence[Standing], zh: bool = True) -> Sheet:
    """Goals of a plan against the account, one row for each variant that may be meant; goals that name no indicator say why."""
    rows: list[list[Value]] = []
    for s in standings:
        proposed = ("，".join([s.why, *([] if s.proposal.sure else ["须人确认"])])) if zh else ("" if s.proposal.sure else "to be confirmed")  # fmt: skip
        start: list[Value] = [s.subject, s.name, s.target_words, s.when, s.indicator_zh if zh else s.indicator_en]
        if not s.found:
            rows.append([*start, "", s.unit, None, None, None, None, None, "", s.reason(zh), proposed])
        for c in s.found:
            variant = s.variant_words(c.variant, zh)
            half = EIGHTY * c.sd if c.sd is not None else None
            notes = c.notes if zh else [s.remark(False)]
            missing = "；".join(filter(None, [*(m.zh if zh else m.en for m in c.missing), *notes]))
            rows.append(
                [*start, variant, c.unit, finite(c.value), finite(half), finite(c.low), finite(c.high), finite(c.gap), s.chance_words(c), missing, proposed]
            )  # fmt: skip
    heads = (
        ("谁", "whose", 14, 0), ("目标", "goal", 24, 0), ("写的", "as written", 16, 0), ("何时", "when", 10, 0), ("指标", "indicator", 26, 0), ("口径", "variant", 30, 0),
        ("单位", "unit", 10, 0), ("账上", "account", 12, 1), ("±（80%）", "± 80%", 10, 1), ("下界", "low", 12, 1), ("上界", "high", 12, 1),
        ("差", "gap", 12, 1), ("现已达到的可能", "chance that it is met now", 16, 0), ("缺什么、须知", "missing, notes", 40, 0), ("凭什么对上", "why this indicator", 40, 0),
    )  # fmt: skip
    return Sheet("目标" if zh else "goals", _columns(heads, zh), rows)


def finite(value: float | None) -> float | None:
    """A figure for a cell; nothing for None, NaN and ±∞."""
    return float(f"{value:.10g}") if value is not None and math.isfinite(value) else None


def ends(v: Figure) -> tuple[float | None, float | None]:
    """The ends of the 80 % interval, else of the bounds."""
    low, high = v.interval80 if v.interval80 is not None else (v.low, v.high)
    return finite(low), finite(high)


def half_of(v: Figure) -> float | None:
    """The ± of 80 %; nothing where there is no value."""
    return EIGHTY * v.sd if v.value is not None and v.sd is not None and math.isfinite(v.sd) else None


def _side(part: Part | None) -> tuple[Value, Value]:
    return (None, "") if part is None else (finite(part.value), part.unit)


def _columns(heads: Sequence[tuple[str, str, int, int]], zh: bool) -> tuple[Column, ...]:
    return tuple(Column(first if zh else second, width, bool(number)) for first, second, width, number in heads)
