"""The sum that shows why sentences cannot all hold: bounds carried from row to row until two of them cross.

In a smallest conflicting set every row is needed; where they form a tree (they nearly always do) carrying bounds along them ends in a
quantity whose lower bound is above its upper one, and each step is one line of arithmetic that a reader can redo.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lvlian.outlook.conflict.quantity import Key, Quantity
from lvlian.outlook.conflict.record import Line
from lvlian.outlook.conflict.search import Part, programme
from lvlian.outlook.conflict.sentences import Row, Sentence
from lvlian.outlook.conflict.words import apart, rounded, told, unit_en
from lvlian.quantity.show import figure

INF = math.inf
_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound of a quantity, from `row` and the bounds of its other quantities (`came`: (key, lower?))."""

    value: float
    row: Row
    came: tuple[tuple[Key, bool], ...]


@dataclass(frozen=True)
class Sum:
    """The lines; `gap` by how much the crossing bounds differ, as a share; `basis` definitions that were used."""

    lines: tuple[Line, ...]
    gap: float
    basis: tuple[tuple[str, str], ...]


def shown(
    part: Part,
    keys: Sequence[str],
    sentences: Mapping[str, Sentence],
    quantities: Mapping[Key, Quantity],
    marks: Mapping[str, str],
) -> Sum:
    """The arithmetic of a smallest set. `marks` sentence id → 甲 乙 …"""
    rows = _needed(part, keys)
    for upper_first in (False, True):
        met = _carry(rows, both=upper_first)
        if met is not None:
            return _Writer(met, sentences, quantities, marks).write()
    return Sum((), 0.0, ())


def _needed(part: Part, keys: Sequence[str]) -> list[Row]:
    """The rows of the set's sentences and those definitions without which they could hold: each is tried."""
    own = [row for row in part.rows if row.owner in keys]
    definitions = [row for row in part.rows if not row.owner]
    kept = list(dict.fromkeys(definitions))
    for row in list(kept):
        rest = [one for one in kept if one is not row]
        program, _ = programme(Part((*own, *rest), part.keys, part.sizes))
        if not program.solve().found:
            kept = rest
    sides = []
    for row in own:  # a sentence that binds both ways: only the side that is needed
        sides += [row] if not (math.isfinite(row.low) and math.isfinite(row.high)) else _halves(row)
    for row in list(sides):
        rest = [one for one in sides if one is not row]
        if any(one.owner == row.owner for one in rest):
            program, _ = programme(Part((*rest, *kept), part.keys, part.sizes))
            if not program.solve().found:
                sides = rest
    return [*sides, *kept]


def _halves(row: Row) -> list[Row]:
    from dataclasses import replace

    return [replace(row, high=INF), replace(row, low=-INF)]


def _carry(rows: Sequence[Row], *, both: bool) -> tuple[Key, dict[tuple[Key, bool], Bound]] | None:
    """Bounds carried along the rows; the quantity where they cross. Without `both` only lower bounds are carried further, so that they meet
    an upper bound that a sentence sets itself."""
    held: dict[tuple[Key, bool], Bound] = {}
    for row in rows:
        if len(row.entries) == 1:
            _from(row, 0, held)
    for _ in range(_ROUNDS):
        met = _crossed(held)
        if met is not None:
            return met, held
        if not any(_from(row, n, held, lower_only=not both) for row in rows for n in range(len(row.entries))):
            return None
    return None


def _from(row: Row, n: int, held: dict[tuple[Key, bool], Bound], lower_only: bool = False) -> bool:
    """What a row says of its n-th quantity by the bounds of the others; whether that is news."""
    key, a = row.entries[n]
    news = False
    for bound, least in ((row.low, True), (row.high, False)):
        if not math.isfinite(bound) or not a:
            continue
        # least: a·x ≥ low − Σ others, so that the others stand at their highest
        total, came = bound, []
        for other, b in (one for m, one in enumerate(row.entries) if m != n):
            lower = (b < 0) if least else (b > 0)
            known = held.get((other, lower))
            value = known.value if known is not None else (0.0 if lower else INF)
            if not math.isfinite(value):
                break
            if known is not None:
                came.append((other, lower))
            total -= b * value
        else:
            is_lower = (a > 0) == least
            if lower_only and not is_lower and len(row.entries) > 1:
                continue
            value = total / a
            old = held.get((key, is_lower))
            better = old is None or (value > old.value * (1 + 1e-12) if is_lower else value < old.value * (1 - 1e-12))
            if better and not (is_lower and value <= 0) and not (old is not None and _loops(key, is_lower, came, held)):
                held[(key, is_lower)] = Bound(value, row, tuple(came))
                news = True
    return news


def _loops(key: Key, lower: bool, came: Sequence[tuple[Key, bool]], held: Mapping[tuple[Key, bool], Bound]) -> bool:
    """Whether a bound would rest on itself."""
    todo, seen = list(came), set()
    while todo:
        one = todo.pop()
        if one == (key, lower):
            return True
        if one not in seen and one in held:
            seen.add(one)
            todo += held[one].came
    return False


def _crossed(held: Mapping[tuple[Key, bool], Bound]) -> Key | None:
    best, margin = None, 1e-9
    for (key, lower), bound in held.items():
        other = held.get((key, False)) if lower else None
        if other is not None and bound.value > other.value * (1 + 1e-9) + 1e-12:
            gap = bound.value / other.value - 1 if other.value > 0 else INF
            if gap > margin:
                best, margin = key, gap
    return best


class _Writer:
    def __init__(
        self,
        met: tuple[Key, dict[tuple[Key, bool], Bound]],
        sentences: Mapping[str, Sentence],
        quantities: Mapping[Key, Quantity],
        marks: Mapping[str, str],
    ) -> None:
        (self.key, self.held), self.sentences, self.quantities, self.marks = met, sentences, quantities, marks
        self.lines: list[Line] = []
        self.basis: list[tuple[str, str]] = []
        self.done: set[tuple[Key, bool]] = set()

    def write(self) -> Sum:
        low, high = self.held[(self.key, True)], self.held[(self.key, False)]
        digits = apart(low.value, high.value)
        self.digits = digits
        self._step(self.key, True)
        self._step(self.key, False)
        unit = self.quantities[self.key].unit
        self.lines.append(
            Line(
                zh=told(low.value, unit, digits=digits),
                sign=">",
                right=told(high.value, unit, digits=digits),
                en=told(low.value, unit, False, digits),
                right_en=told(high.value, unit, False, digits),
                last=True,
            )
        )
        gap = low.value / high.value - 1 if high.value > 0 else 1.0
        return Sum(tuple(dict.fromkeys(self.lines)), gap, tuple(dict.fromkeys(self.basis)))

    def _step(self, key: Key, lower: bool) -> None:
        if (key, lower) in self.done:
            return
        self.done.add((key, lower))
        bound = self.held[(key, lower)]
        for other, side in bound.came:
            self._step(other, side)
        row = bound.row
        if not row.owner and row.zh:
            self.basis.append((row.zh, row.en))
        unit = self.quantities[key].unit
        right, right_en = told(bound.value, unit, digits=self.digits), told(bound.value, unit, False, self.digits)
        if row.form == "level" and len(row.entries) == 1:
            self._level(row, lower, right, right_en)
        elif row.form == "rate":
            self._rate(key, bound, right, right_en)
        elif (
            len(bound.came) > 1
            or (bound.came and len(row.entries) > 2)
            or (row.form == "parts" and bound.came and self._weighted(row))
        ):
            self._sum(key, bound, right, right_en)
        elif row.form == "growth" and bound.came:
            self._growth(bound, right, right_en)

    def _level(self, row: Row, lower: bool, right: str, right_en: str) -> None:
        """Only what is not the figure itself: 甲的上限：900 × 105%。"""
        sentence = self.sentences.get(row.owner)
        if sentence is None or not sentence.slack:
            return
        mark = self.marks.get(row.owner, "")
        edge, edge_en = ("下限", "least") if lower else ("上限", "most")
        written = (
            sentence.aim.value_max
            if sentence.aim is not None and sentence.aim.value_max is not None and not lower
            else sentence.figure
        )
        admitted = sentence.low if lower else sentence.high
        share = admitted / written if written else 1.0
        word = f"±{rounded(sentence.slack * 100, 2)}% 假"
        self.lines.append(
            Line(
                zh=f"{mark}的{edge}：{figure(written)} × {rounded(share * 100, 4)}%（{sentence.slack_word}按{word}）",
                sign="=",
                right=right,
                en=f"{_letter(mark)}, at {edge_en}: {figure(written)} × {rounded(share * 100, 4)} % (assumed)",
                right_en=right_en,
            )
        )

    def _rate(self, key: Key, bound: Bound, right: str, right_en: str) -> None:
        row = bound.row
        entries = dict(row.entries)
        if len(row.entries) != 2 or len(bound.came) != 1:
            self._sum(key, bound, right, right_en)
            return
        (other, side), sentence = bound.came[0], self.sentences.get(row.owner)
        rate = abs(entries[other] / entries[key])
        base = self.held[(other, side)].value
        unit = self.quantities[other].unit
        # the factor as it stands in the sentence: numerator ÷ denominator
        top = row.entries[0][0]
        admitted = (sentence.low if math.isfinite(row.low) else sentence.high) if sentence is not None else rate
        unit_zh = sentence.unit if sentence is not None else ""
        digits = max(self.digits, 6) if abs(admitted) >= 10_000 else self.digits
        factor = (
            f"{rounded(admitted, digits)}{unit_zh if unit_zh in ('%', '％') else (' ' + unit_zh) if unit_zh else ''}"
        )
        factor_en = f"{rounded(admitted, digits)} {unit_en(unit_zh)}".rstrip()
        sign = "×" if key == top else "÷"
        self.lines.append(
            Line(
                zh=f"{told(base, unit, digits=self.digits)} {sign} {factor}",
                sign="=",
                right=right,
                en=f"{told(base, unit, False, self.digits)} {sign} {factor_en}",
                right_en=right_en,
            )
        )

    def _weighted(self, row: Row) -> bool:
        return any(abs(abs(v) - 1) > 1e-12 for _, v in row.entries)

    def _sum(self, key: Key, bound: Bound, right: str, right_en: str) -> None:
        """The others, each with its sign and weight: 310亿元 + 550亿元 + 34亿元."""
        entries = dict(bound.row.entries)
        words, words_en = [], []
        constant = bound.row.low if math.isfinite(bound.row.low) else bound.row.high
        if constant:
            unit = self.quantities[key].unit
            words.append(("+", told(constant / entries[key], unit, digits=self.digits)))
            words_en.append(("+", told(constant / entries[key], unit, False, self.digits)))
        for other, side in bound.came:
            weight = -entries[other] / entries[key]
            value, unit = self.held[(other, side)].value, self.quantities[other].unit
            mine, mine_en = told(value, unit, digits=self.digits), told(value, unit, False, self.digits)
            if abs(abs(weight) - 1) > 1e-12:
                scale = (
                    told(abs(weight), self.quantities[key].unit),
                    told(abs(weight), self.quantities[key].unit, False),
                )
                mine, mine_en = f"{mine} × {scale[0]}", f"{mine_en} × {scale[1]}"
            words.append(("+" if weight > 0 else "−", mine))
            words_en.append(("+" if weight > 0 else "−", mine_en))
        words.sort(key=lambda one: one[0] == "−")
        words_en.sort(key=lambda one: one[0] == "−")
        self.lines.append(Line(zh=_joined(words), sign="=", right=right, en=_joined(words_en), right_en=right_en))

    def _growth(self, bound: Bound, right: str, right_en: str) -> None:
        (other, side) = bound.came[0]
        entries = dict(bound.row.entries)
        rate = max(abs(v) for v in entries.values())
        base, unit = self.held[(other, side)].value, self.quantities[other].unit
        sign = "×" if side else "÷"
        self.lines.append(
            Line(
                zh=f"{told(base, unit, digits=self.digits)} {sign} {rounded(rate)}（逐年增速连乘）",
                sign="=",
                right=right,
                en=f"{told(base, unit, False, self.digits)} {sign} {rounded(rate)} (growth compounded)",
                right_en=right_en,
            )
        )


def _joined(words: Sequence[tuple[str, str]]) -> str:
    out = ""
    for n, (sign, text) in enumerate(words):
        out += text if n == 0 and sign == "+" else f"{sign}{text}" if n == 0 else f" {sign} {text}"
    return out or "0"


def _letter(mark: str) -> str:
    from lvlian.outlook.conflict.record import MARKS, MARKS_EN

    return MARKS_EN[MARKS.index(mark)] if mark and mark in MARKS else mark
