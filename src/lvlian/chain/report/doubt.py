"""Doubts about reports that need no balance: ten times last month, last month again, a slip of the unit, more sent than there was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lvlian.chain.dataset import LibraryError, read_yaml
from lvlian.chain.report.form import previous_month
from lvlian.chain.report.statement import ITEMS, Statement
from lvlian.chain.report.units import told as told_unit
from lvlian.finding import Evidence, Finding

if TYPE_CHECKING:
    from lvlian.chain.report.names import Names

SHIPPED = Path(__file__).parent / "doubts.yaml"
_IN, _OUT = ("made", "received"), ("used", "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """The thresholds of `doubts.yaml`."""

    ten_times: tuple[float, float]
    unit_slips: tuple[float, ...]
    slip_width: float
    jump: float
    stale_least: float
    stale_digits: int
    never_stale: frozenset[str]
    stock_tolerance: float


@cache
def load_doubts(path: Path = SHIPPED) -> Doubts:
    """The thresholds of a file. Raises LibraryError that names file and field."""
    data, file = read_yaml(path), path.name
    known = tuple(Doubts.__dataclass_fields__)
    for key in data:
        if key not in known:
            raise LibraryError(f"{file}, field {key}: unknown, expected one of {', '.join(known)}")
    low, high = _numbers(file, data, "ten_times", 2)
    items = data.get("never_stale")
    if not isinstance(items, list) or not all(isinstance(one, str) and one in ITEMS for one in items):
        raise LibraryError(f"{file}, field never_stale: expected a list of items, each one of {', '.join(ITEMS)}")
    return Doubts(
        ten_times=(low, high),
        unit_slips=_numbers(file, data, "unit_slips"),
        slip_width=_number(file, data, "slip_width"),
        jump=_number(file, data, "jump"),
        stale_least=_number(file, data, "stale_least"),
        stale_digits=int(_number(file, data, "stale_digits")),
        never_stale=frozenset(items),
        stock_tolerance=_number(file, data, "stock_tolerance"),
    )


def _number(file: str, data: Mapping[str, Any], field: str) -> float:
    value = data.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        raise LibraryError(f"{file}, field {field}: is {value!r}, expected a number from 0")
    return float(value)


def _numbers(file: str, data: Mapping[str, Any], field: str, size: int | None = None) -> tuple[float, ...]:
    values = data.get(field)
    if not isinstance(values, list) or (size is not None and len(values) != size):
        raise LibraryError(f"{file}, field {field}: expected a list of {size or 'some'} numbers")
    return tuple(_number(file, {f"{field}[{at}]": value}, f"{field}[{at}]") for at, value in enumerate(values))


def doubts_of(
    new: Sequence[Statement],
    held: Iterable[Statement],
    *,
    names: Names | None = None,
    doubts: Doubts | None = None,
) -> tuple[Finding, ...]:
    """Findings (severity `notice`) about new statements, beside what is held or reported with them of earlier months; in the order of the statements."""
    rules = doubts or load_doubts()
    kept = list(held)
    last = {(one.month, *one.key): one for one in (*kept, *new)}
    told = _Telling(names)
    found: list[Finding] = []
    for one in new:
        before = last.get((previous_month(one.month), *one.key))
        if before is not None and (finding := _against_last(one, before, rules, told)) is not None:
            found.append(finding)
    found += _stocks(new, kept, rules, told)
    return tuple(found)


class _Telling:
    """Words for statements: names of firms and goods where they are known, else ids."""

    def __init__(self, names: Names | None) -> None:
        self.names = names

    def firm(self, key: str) -> str:
        found = self.names.firm_of(key) if self.names is not None else None
        return found.short if found is not None else key

    def good(self, key: str) -> str:
        found = self.names.library.goods.get(key) if self.names is not None else None
        return found.zh if found is not None else key

    def line(self, one: Statement) -> tuple[str, str]:
        other = self.names.shown("partner", one.partner) if self.names is not None else one.partner
        partner = f" {'←' if one.item == 'received' else '→'} {other}" if one.partner else ""
        zh = f"{self.firm(one.party)} {one.month} {self.good(one.good)}{ITEMS[one.item]}{partner}"
        return zh, f"{self.firm(one.party)} {one.month} {one.item} {self.good(one.good)}{partner}"

    def finding(self, code: str, one: Statement, zh: str, en: str, arithmetic: str, *others: Statement) -> Finding:
        line_zh, line_en = self.line(one)
        return Finding(
            code=code,
            severity="notice",
            message_zh=f"{line_zh}：{zh}",
            message_en=f"{line_en}: {en}",
            facts=tuple(
                Evidence(kind="statement", quote=s.given or _amount(s), section=str(s.origin)) for s in (one, *others)
            ),
            arithmetic=(arithmetic,) if arithmetic else (),
        )


def _figure(value: float) -> str:
    return f"{value:,.10g}"


def _amount(one: Statement) -> str:
    unit = "" if one.item == "content" else told_unit(one.unit)
    return f"{_figure(one.value)} {unit}".strip()


def _against_last(one: Statement, before: Statement, rules: Doubts, told: _Telling) -> Finding | None:
    new, old = one.value, before.value
    if new == old:
        if one.item in rules.never_stale or abs(new) < rules.stale_least or _digits(new) < rules.stale_digits:
            return None
        shown = _amount(one)
        return told.finding(
            "report-stale",
            one,
            f"与上月逐字相同（{shown}），是不是照抄了上月？",
            f"equal to last month in every digit ({shown}); was last month's figure repeated?",
            f"{_figure(new)} = {_figure(old)}（{before.month}）",
            before,
        )
    if new <= 0 or old <= 0:
        return None
    ratio = new / old
    up = ratio >= 1
    times = ratio if up else 1 / ratio
    side_zh = "倍" if up else "分之一"
    line = f"{_figure(new)} ÷ {_figure(old)} = {ratio:.4g}（{before.month}）"
    for slip in sorted(rules.unit_slips, reverse=True):
        if slip / rules.slip_width <= times <= slip * rules.slip_width and not _is_ten(times, rules):
            return told.finding(
                "report-unit-slip",
                one,
                f"约为上月的 {slip:,.0f} {side_zh}，单位是不是选错了（写的是 {one.given or _amount(one)}）？",
                f"about {slip:,.0f} times {'' if up else 'less than '}last month; is the unit right ({one.given or _amount(one)})?",
                line,
                before,
            )
    if _is_ten(times, rules):
        return told.finding(
            "report-ten-times",
            one,
            f"约为上月的十{side_zh}，小数点是不是错了一位？",
            "about ten times last month; is the decimal point right?"
            if up
            else "about a tenth of last month; is the decimal point right?",
            line,
            before,
        )
    if times >= rules.jump and one.item not in ("opening", "closing"):
        return told.finding(
            "report-jump",
            one,
            f"是上月的 {ratio:.3g} 倍，请核对。",
            f"is {ratio:.3g} times last month; please check.",
            line,
            before,
        )
    return None


def _is_ten(times: float, rules: Doubts) -> bool:
    return rules.ten_times[0] <= times <= rules.ten_times[1]


def _digits(value: float) -> int:
    """Figures before the trailing zeros: 5240 has three, 5000 one."""
    return len(f"{abs(value):.12g}".replace(".", "").strip("0"))


def _stocks(new: Sequence[Statement], held: Sequence[Statement], rules: Doubts, told: _Telling) -> list[Finding]:
    """Stores from which more left than there was, and openings that are not last month's closing."""
    closings = {(s.party, s.good, s.month): s for s in (*held, *new) if s.item == "closing"}
    openings = {(s.party, s.good, s.month): s for s in new if s.item == "opening"}
    stores: dict[tuple[str, str, str], list[Statement]] = {}
    for one in new:
        if one.item in (*_IN, *_OUT) and one.about == one.party:
            stores.setdefault((one.party, one.good, one.month), []).append(one)
    found = []
    for key, opening in openings.items():
        before = closings.get((key[0], key[1], previous_month(key[2])))
        if before is not None and opening.value != before.value:
            found.append(
                told.finding(
                    "report-opening",
                    opening,
                    f"期初 {_amount(opening)} 与上月期末 {_amount(before)} 不同，应相同。",
                    f"the opening stock {_amount(opening)} is not last month's closing {_amount(before)}.",
                    f"{_figure(opening.value)} ≠ {_figure(before.value)}",
                    before,
                )
            )
    for key, flows in stores.items():
        start = openings.get(key) or closings.get((key[0], key[1], previous_month(key[2])))
        inward, outward = _total(flows, _IN), _total(flows, _OUT)
        if start is None or not any(s.item in _IN for s in flows) or outward == 0:
            continue
        rest = start.value + inward - outward
        if rest < -rules.stock_tolerance * max(start.value + inward, outward):
            last = next(s for s in reversed(flows) if s.item in _OUT)
            found.append(
                told.finding(
                    "report-negative-stock",
                    last,
                    f"发出和消耗合计 {_figure(outward)}，多于期初加进入的 {_figure(start.value + inward)}，库存会成负数。",
                    f"what left ({_figure(outward)}) is more than the opening stock and what came in ({_figure(start.value + inward)}).",
                    f"{_figure(start.value)} + {_figure(inward)} − {_figure(outward)} = {_figure(rest)} < 0",
                    *(s for s in flows if s is not last),
                )
            )
    return found


def _total(flows: Iterable[Statement], items: tuple[str, ...]) -> float:
    """Sum over a store; a total over partners or lines stands for its parts where both are told."""
    total = 0.0
    for item in items:
        rows = [s for s in flows if s.item == item]
        whole = [s for s in rows if not s.partner and not s.process]
        total += max(s.value for s in whole) if whole else sum(s.value for s in rows)
    return total
