"""The cheapest ways out of conflicting goals: each changes one sentence, just as far as it must, and is solved again.

For every sentence of a smallest set the others say how far it could go (highest and lowest sum, or ratio by Dinkelbach's iteration:
Management Science 13, 1967). That figure is rounded to what a plan would print, to the side on which it still holds; then the system is
built anew with it and solved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lvlian.outlook.conflict.quantity import Key
from lvlian.outlook.conflict.record import MARKS, MARKS_EN, Repair
from lvlian.outlook.conflict.repair_kinds import RepairKinds, load_repair_kinds
from lvlian.outlook.conflict.rules import load_relations
from lvlian.outlook.conflict.search import Part, extreme, feasible, part_with, programme
from lvlian.outlook.conflict.sentences import Sentence, Sentences, admitted
from lvlian.outlook.conflict.words import OP_EN, OP_ZH, neat, rounded, told, unit_en
from lvlian.outlook.program import explain
from lvlian.quantity.show import figure

Rebuild = Callable[[Mapping[str, Sentence], Mapping[str, str]], Sentences]
"""The system again with sentences replaced, and with other readings."""
_ITERATIONS = 30


@dataclass(frozen=True)
class Trial:
    """What repairs of one conflict need: the system, its part, the conflict's sentences, all sets found in the part, what each aim can
    reach (aim id → figure in the aim's unit, highest; from a projection or pathway), and how to build the system again."""

    system: Sentences
    part: Part
    keys: tuple[str, ...]
    marks: Mapping[str, str]
    sets: Sequence[tuple[str, ...]]
    rebuild: Rebuild
    reach: Mapping[str, float]
    kinds: RepairKinds


def repairs(trial: Trial) -> tuple[Repair, ...]:
    """The repairs of a conflict in the declared order: those that hold first, then by rank of their kind, then by how little moves."""
    found = [one for key in trial.keys if (one := _alone(trial, key)) is not None]
    if not any(one.holds for one in found) or len(found) < trial.kinds.most:
        found += _readings(trial)
    return ordered(found, trial.kinds)


def ordered(found: Sequence[Repair], kinds: RepairKinds | None = None) -> tuple[Repair, ...]:
    held = kinds or load_repair_kinds()
    rule = sorted(
        found, key=lambda r: (not (r.holds and r.tested), held.rank.get(r.kind, 9), round(r.share, 4), r.mark)
    )
    return tuple(replace(one, rank=place + 1) for place, one in enumerate(rule))[: held.most]


def _alone(trial: Trial, key: str) -> Repair | None:
    sentence = trial.system.sentences[key]
    others = [one for one in trial.keys if one != key]
    if sentence.form in ("level", "quota"):
        return _level(trial, sentence, others)
    if sentence.form == "rate":
        return _rate(trial, sentence, others)
    if sentence.form == "recipe" and sentence.said.role != "rule":
        return _intensity(trial, sentence, others)
    return None  # physics, ranges and growth rates are no single figure that somebody may write otherwise


# -- sums
def _level(trial: Trial, sentence: Sentence, others: Sequence[str]) -> Repair | None:
    row = next(one for one in trial.part.rows if one.owner == sentence.said.id)
    weights = dict(row.entries)
    most = extreme(trial.part, weights, highest=True, only=others)
    if most is not None and most[0] / sentence.scale < sentence.low:
        return _moved(trial, sentence, most[0] / sentence.scale, up=False, at=most[1])
    least = extreme(trial.part, weights, highest=False, only=others)
    if least is not None and least[0] / sentence.scale > sentence.high:
        return _moved(trial, sentence, least[0] / sentence.scale, up=True, at=least[1])
    return None


# -- rates
def _rate(trial: Trial, sentence: Sentence, others: Sequence[str]) -> Repair | None:
    sides = _ratio_sides(trial.part, sentence)
    if sides is None:
        return None
    most = ratio(trial.part, *sides, highest=True, only=others)
    if most is not None and most[0] / sentence.scale < sentence.low:
        return _moved(trial, sentence, most[0] / sentence.scale, up=False, at=most[1])
    least = ratio(trial.part, *sides, highest=False, only=others)
    if least is not None and least[0] / sentence.scale > sentence.high:
        return _moved(trial, sentence, least[0] / sentence.scale, up=True, at=least[1])
    return None


def _ratio_sides(part: Part, sentence: Sentence) -> tuple[dict[Key, float], dict[Key, float]] | None:
    """Numerator and denominator of a rate, from its rows."""
    row = next((one for one in part.rows if one.owner == sentence.said.id), None)
    if row is None:
        return None
    rate = (sentence.low if math.isfinite(row.low) else sentence.high) * sentence.scale
    top = {key: value for key, value in row.entries if value > 0}
    bottom = {key: -value / rate for key, value in row.entries if value < 0} if rate else {}
    return (top, bottom) if top and bottom else None


def ratio(
    part: Part, top: Mapping[Key, float], bottom: Mapping[Key, float], *, highest: bool, only: Sequence[str]
) -> tuple[float, dict[Key, float]] | None:
    """The highest (lowest) Σtop ÷ Σbottom when the sentences `only` hold, with the quantities; None where it has no bound or the
    denominator may vanish."""
    start = (
        extreme(part, dict(bottom), highest=False, only=only)
        if highest
        else extreme(part, dict(top), highest=False, only=only)
    )
    if start is None:
        return None
    at = start[1]
    for _ in range(_ITERATIONS):
        below = sum(w * at[k] for k, w in bottom.items())
        if below <= 0:
            return None
        rate = sum(w * at[k] for k, w in top.items()) / below
        weights = dict(top)
        for key, value in bottom.items():
            weights[key] = weights.get(key, 0.0) - rate * value
        better = extreme(part, weights, highest=highest, only=only)
        if better is None:
            return None
        gain = better[0] if highest else -better[0]
        if gain <= 1e-9 * max(abs(rate) * below, 1e-9):
            return rate, at
        at = better[1]
    return None


def _intensity(trial: Trial, sentence: Sentence, others: Sequence[str]) -> Repair | None:
    sides = _ratio_sides(trial.part, sentence)
    if sides is None:
        return None
    now = sentence.figure
    most = ratio(trial.part, *sides, highest=True, only=others)
    if most is not None and most[0] < now:
        new, at = neat(most[0], up=False, share=trial.kinds.neat), most[1]
    else:
        least = ratio(trial.part, *sides, highest=False, only=others)
        if least is None or least[0] <= now:
            return None
        new, at = neat(least[0], up=True, share=trial.kinds.neat), least[1]
    made = sum(w * at[k] for k, w in sides[1].items())
    saved = (now - new) * made
    mark, word = trial.marks[sentence.said.id], "降到" if new < now else "升到"
    side, side_en = ("以下", "or less") if new < now else ("以上", "or more")
    cost = trial.kinds.cost.get(("intensity", sentence.good)) if saved > 0 else None
    price = saved * cost.value if cost is not None else None
    made_change = Change(
        kind="better_intensity",
        zh=f"单耗{word} {rounded(new, 6)} {sentence.unit}{side}",
        en=f"intensity {rounded(new, 6)} {unit_en(sentence.unit)} {side_en}",
        new=new,
        share=abs(new / now - 1),
        cost=price,
        price_zh=f"技改 {told(price, 'yuan', digits=2)}（假）"
        if price
        else f"每吨少 {rounded(now - new)}"
        if new < now
        else "放松单耗",
        price_en=f"investment {told(price, 'yuan', False, 2)} (assumed)" if price else "",
        assumptions=(cost.said,) if cost is not None and price else (),
        changes={"set": {sentence.said.key: new}},
    )
    low, high = sentence.strict
    if not low * (1 - 1e-9) <= new <= high * (1 + 1e-9):
        edge, word, en = (low, "低于", "below") if new < low else (high, "高于", "above")
        return _told(
            trial,
            sentence,
            made_change,
            False,
            f"{word}工艺范围 {rounded(edge, 6)}",
            f"{en} what the process allows ({rounded(edge, 6)})",
            mark,
        )
    changed = replace(sentence, low=new, high=new, figure=new)
    return _told(trial, sentence, made_change, *_again(trial, changed), mark)


# -- the change in words
@dataclass(frozen=True, kw_only=True)
class Change:
    """One change in words."""

    kind: str
    zh: str
    en: str
    new: float
    share: float
    price_zh: str = ""
    price_en: str = ""
    cost: float | None = None
    assumptions: tuple[str, ...] = ()
    changes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def _moved(trial: Trial, sentence: Sentence, edge: float, *, up: bool, at: Mapping[Key, float]) -> Repair | None:
    """A goal or quota moved so that it admits `edge` (in its own unit)."""
    mark = trial.marks[sentence.said.id]
    if sentence.limit is not None:
        return _quota(trial, sentence, edge, mark)
    aim = sentence.aim
    if aim is None:
        return None
    old = aim.value if not up or aim.value_max is None else aim.value_max
    direction, rate, unit = _reading(trial, sentence)
    for slack in (sentence.slack, 0.0):  # a plain figure with more digits is read more narrowly: then without any slack
        raw = edge / (1 + slack) if up else edge / (1 - slack) if slack < 1 else edge
        new = neat(raw, up=up, share=trial.kinds.neat)
        moved = replace(aim, value=new if aim.value_max is None or not up else aim.value)
        if aim.value_max is not None:
            moved = replace(moved, value_max=new if up else max(aim.value_max, new))
        low, high, share, word = admitted(moved, direction, rate, load_relations(), unit)
        if (edge <= high * (1 + 1e-12)) if up else (edge >= low * (1 - 1e-12)):
            break
    changed = replace(sentence, figure=moved.value, low=low, high=high, slack=share, slack_word=word, aim=moved)
    step = abs(new - old)
    places = max(_places(old), _places(new))
    text, text_en = figure(round(step, places)), unit_en(aim.unit)
    change = Change(
        kind="raise_goal" if up else "lower_goal",
        zh=f"{figure(old)} 改为 {figure(new)}{_unit(aim.unit)}{OP_ZH.get(aim.op, '')}",
        en=f"{figure(old)} becomes {OP_EN.get(aim.op, '')}{figure(new)} {text_en}".rstrip(),
        new=new,
        share=step / abs(old) if old else 1.0,
        price_zh=f"{'再要' if up else '下调' if rate else '少'} {text}{_unit(aim.unit)}",
        price_en=f"{text} {text_en} {'more' if up else 'less'}",
        changes={"aims": {aim.id: new}} if aim.value_max is None else {},
    )
    if old and new < 0:
        return _told(trial, sentence, change, False, "改到零也不够", "not even at zero", mark)
    reach = trial.reach.get(aim.id)
    if up and reach is not None and reach < edge * (1 - 1e-9):
        return _told(
            trial, sentence, change, False, f"本情景最多到 {rounded(reach)}{_unit(aim.unit)}", f"this scenario reaches at most {rounded(reach)} {text_en}", mark
        )  # fmt: skip
    return _told(trial, sentence, change, *_again(trial, changed), mark)


def _quota(trial: Trial, sentence: Sentence, edge: float, mark: str) -> Repair | None:
    new = neat(edge, up=True, share=trial.kinds.neat)
    old = sentence.figure
    more = (new - old) * sentence.scale
    cost = trial.kinds.cost.get(("quota", sentence.good))
    price = more * cost.value if cost is not None else None
    change = Change(
        kind="more_quota",
        zh=f"{rounded(old, 6)} 增到 {rounded(new, 6)}{sentence.unit}",
        en=f"{rounded(old, 6)} becomes {rounded(new, 6)} ({unit_en(sentence.unit)})",
        new=new,
        share=abs(new / old - 1) if old else 1.0,
        cost=price,
        price_zh=f"每年多付 {told(price, 'yuan', digits=2)}（假）"
        if price
        else f"再要 {rounded(new - old)}{sentence.unit}",
        price_en=f"{told(price, 'yuan', False, 2)} a year (assumed)" if price else "",
        assumptions=(cost.said,) if cost is not None else (),
    )
    changed = replace(sentence, figure=new, high=new)
    return _told(trial, sentence, change, *_again(trial, changed), mark)


def _reading(trial: Trial, sentence: Sentence) -> tuple[str, bool, str]:
    from lvlian.chain.indicators.load_formulas import load_formulas

    aim = sentence.aim
    book = load_formulas()
    if aim is None or aim.indicator not in book:
        return "up", False, ""
    formula = book[aim.indicator]
    return formula.direction, formula.kind == "ratio", formula.unit


def _unit(unit: str) -> str:
    return f" {unit}" if unit and unit[0].isascii() and unit[0] not in "%" else unit


def _places(value: float) -> int:
    return len(f"{value:.10f}".rstrip("0").partition(".")[2])


# -- solved again
def _again(trial: Trial, changed: Sentence) -> tuple[bool, str, str]:
    """Whether the system holds with the sentence as changed, apart from conflicts that were there without it; else with what it does not."""
    system = trial.rebuild({changed.said.id: changed}, {})
    return _clear(trial, system, changed.said.id)


def _clear(trial: Trial, system: Sentences, key: str) -> tuple[bool, str, str]:
    part = part_with(system, trial.keys)
    if part is None:
        return True, "", ""
    gone: set[str] = set()
    for one in trial.sets:
        if set(one) != set(trial.keys) and not gone & set(one):
            outside = [name for name in one if name not in trial.keys] or [name for name in one if name != key]
            gone.add(outside[0])
    if feasible(part, gone):
        return True, "", ""
    program, _ = programme(part, gone)
    answer = explain(program, repairs=False)
    against = [system.sentences[one.id].said for one in answer.clauses if one.id != key] if answer is not None else []
    zh = "、".join(one.zh for one in against[:3])
    en = "; ".join(one.en for one in against[:3])
    return False, f"又与“{zh}”合不上", f"then it does not fit: {en}"


def _told(trial: Trial, sentence: Sentence, change: Change, holds: bool, why_zh: str, why_en: str, mark: str) -> Repair:
    return Repair(
        kind=change.kind,
        clause=sentence.said.id,
        mark=mark,
        zh=change.zh,
        en=f"{letter(mark)}: {change.en}",
        holds=holds,
        old=None if math.isnan(sentence.figure) else sentence.figure,
        new=change.new,
        unit=sentence.unit,
        share=change.share,
        cost=change.cost,
        price_zh=change.price_zh,
        price_en=change.price_en,
        why_zh=why_zh,
        why_en=why_en,
        who=sentence.said.unit_name,
        assumptions=change.assumptions,
        changes=change.changes,
    )


def letter(mark: str) -> str:
    return MARKS_EN[MARKS.index(mark)] if mark and mark in MARKS else mark


# -- readings
def _readings(trial: Trial) -> list[Repair]:
    """Another reading of a rate that the text leaves open, where with it the sentences can all hold."""
    from lvlian.chain.indicators.load_formulas import load_formulas

    book, out = load_formulas(), []
    for key in trial.keys:
        sentence = trial.system.sentences[key]
        aim = sentence.aim
        if aim is None or sentence.form != "rate" or aim.variant:
            continue
        now = trial.system.readings.get(aim.id, "")
        for variant in book[aim.indicator].variants:
            if variant.assumed or variant.id == now:
                continue
            system = trial.rebuild({}, {aim.id: variant.id})
            holds, why_zh, why_en = _clear(trial, system, key)
            if holds:
                change = Change(
                    kind="reading",
                    zh=f"写明口径：{aim.name}按“{variant.zh}”",
                    en=f"say how it is read: {variant.en}",
                    new=aim.value,
                    share=0.0,
                    price_zh="不改数，改口径",
                    price_en="no figure changes",
                )
                out.append(_told(trial, sentence, change, holds, why_zh, why_en, trial.marks[key]))
    return out
