"""From terms to sums: which streams, facts, counts and capacities a side of an indicator adds up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lvlian.chain.indicators.factors import Uncertain, factors
from lvlian.chain.indicators.formula import Condition, Term
from lvlian.chain.indicators.given import Given
from lvlian.chain.indicators.scene import Scene, Sum
from lvlian.chain.indicators.selection import holder, metal_fits, selects, works
from lvlian.chain.indicators.value import Line, Missing
from lvlian.chain.region import KIND_ZH, Firm
from lvlian.chain.region import Line as FirmLine


def gather(terms: Sequence[Term], scene: Scene, only: str = "") -> Sum:
    """The sum of all terms; `only` restricts firms to one (its id)."""
    total = Sum(rows=[np.zeros(f.size) for f in scene.flows])
    for term in terms:
        {"flow": _flow, "fact": _fact, "count": _count, "capacity": _capacity, "price": _price}[term.source](
            term, scene, total, only
        )
        total.unit = total.unit or _unit_of(term, scene)
    return total


# -- flows
def _flow(term: Term, scene: Scene, total: Sum, only: str) -> None:
    if "output" in term.flow:
        _output(term, scene, total, only)
        return
    found = False
    for month in scene.counted:
        account = scene.flows[month]
        chosen = []
        for index in (k for kind in term.flow for k in account.by_kind.get(kind, ())):
            stream = account.streams[index]
            if not selects(term, stream, account, scene, only):
                continue
            verdict = _holds(term.where, holder(stream), scene)
            if verdict is None:
                _ask_conditions(term, holder(stream), scene, total)
            elif verdict:
                chosen.append(index)
        found = found or bool(chosen)
        share = term.sign / (len(chosen) if term.mean and chosen else 1)
        share /= len(scene.counted) if scene.over == "mean" else 1
        for index in chosen:
            _add_stream(term, scene, total, month, index, share)
    if not found:
        if term.none == "zero":
            total.assumptions.append(f"链账里没有“{term.zh}”这样的流，按 0 计")
        else:
            total.missing.append(_gap(term, scene, only))


def _add_stream(term: Term, scene: Scene, total: Sum, month: int, index: int, share: float) -> None:
    account = scene.flows[month]
    stream = account.streams[index]
    number, uncertain, words = factors(term.times, stream.good, scene, total, term)
    weight = share * number
    for _, value, _, _ in uncertain:
        weight *= value
    total.rows[month][index] += weight
    held = account.value[index]
    for key, value, sd, label in uncertain:
        if value and not np.isnan(held):
            total.slope(key, weight / value * float(held), sd, label, "假设")
    if words:
        total.weighted[stream.id] = words


def _output(term: Term, scene: Scene, total: Sum, only: str) -> None:
    """Output value, firm by firm: its own total where there is one, else the sum over its goods; a firm that makes things and has
    neither is missing."""
    found = False
    for month in scene.counted:
        account = scene.flows[month]
        values: dict[str, dict[str, int]] = {}
        for index in account.by_kind.get("value", ()):
            stream = account.streams[index]
            values.setdefault(stream.firm, {})[stream.good] = index
        for firm in _firms(term, scene, only):
            goods = {good for who, good in account.makers if who == firm.id}
            meant = {good for good in goods if metal_fits(term, good, scene)}
            told = values.get(firm.id, {})
            if not meant and not told:
                continue
            verdict = _holds(term.where, firm.id, scene)
            if verdict is None:
                _ask_conditions(term, firm.id, scene, total)
            if not verdict:
                found = found or verdict is False
                continue
            if "" in told and (meant or not goods):
                total.rows[month][told[""]] += term.sign
                found = True
                continue
            parts = [
                index for good, index in told.items() if good in meant or (not goods and metal_fits(term, good, scene))
            ]
            for index in parts:
                total.rows[month][index] += term.sign
                found = True
            if not parts and meant:
                gap = Missing(
                    zh=f"{firm.short} {account.month} 产值",
                    en=f"{firm.short}: output value, {account.month}",
                    ask=(_post(firm),),
                )
                total.lack(gap)
                found = True
    if not found:
        total.missing.append(_gap(term, scene, only))


# -- facts, counts, capacities, prices
def _fact(term: Term, scene: Scene, total: Sum, only: str) -> None:
    number, uncertain, words = factors(term.times, "", scene, total, term)
    if term.of == "region":
        rows, absent = scene.facts.of(term.fact, "", scene.months, scene.over)
        _add_facts(term, total, rows, _each(scene, rows, number), uncertain, words, "")
        if not rows or (scene.over != "last" and absent):
            gap = f"（缺 {'、'.join(absent)}）" if rows and absent else ""
            total.missing.append(_gap(term, scene, only, gap))
        return
    firms = _firms(term, scene, only)
    if not firms:
        if term.none == "zero":
            total.assumptions.append(f"区内没有报“{term.zh}”的企业，按 0 计")
        else:
            total.missing.append(_gap(term, scene, only))
    for firm in firms:
        verdict = _holds(term.where, firm.id, scene)
        if verdict is None:
            _ask_conditions(term, firm.id, scene, total)
        if not verdict:
            continue
        rows, absent = scene.facts.of(term.fact, firm.id, scene.months, scene.over)
        _add_facts(term, total, rows, _each(scene, rows, number), uncertain, words, firm.short)
        if not rows or (scene.over != "last" and absent):
            total.missing.append(
                Missing(zh=f"{firm.short} {term.zh}", en=f"{firm.short}: {term.en or term.fact}", ask=(_post(firm),))
            )


def _each(scene: Scene, rows: Sequence[Given], number: float) -> float:
    """The factor of each figure: months are averaged where the indicator says so."""
    return number / len(rows) if scene.over == "mean" and rows else number


def _add_facts(
    term: Term,
    total: Sum,
    rows: Sequence[Given],
    number: float,
    uncertain: list[Uncertain],
    words: str,
    who: str,
) -> None:
    scale = term.sign * number
    for _, value, _, _ in uncertain:
        scale *= value
    for row in rows:
        if isinstance(row.value, str):
            total.missing.append(
                Missing(zh=f"{who} {term.zh}（现为文字“{row.value}”，应为数）".strip(), en=term.fact, ask=(who,))
            )
            continue
        total.constant += scale * row.value
        label = " ".join(part for part in (who, term.zh, row.period) if part)
        if row.sd:
            total.slope(f"fact {row.name} {row.firm} {row.period}", scale, row.sd, label, who or row.origin)
        for key, value, sd, name in uncertain:
            if value:
                total.slope(key, scale / value * row.value, sd, name, "假设")
        if row.assumed:
            total.assume(f"{label} {row.value:g} 为假设")
        total.lines.append(
            Line(
                label=label,
                value=scale * row.value,
                sd=abs(scale) * row.sd,
                kind="fact",
                factor=words,
                origin=row.origin,
            )
        )


def _count(term: Term, scene: Scene, total: Sum, only: str) -> None:
    firms = _firms(term, scene, only)
    known = 0
    unknown: list[Firm] = []
    for firm in firms:
        verdict = _holds(term.where, firm.id, scene)
        if verdict is None:
            unknown.append(firm)
            continue
        known += 1
        if verdict:
            total.constant += term.sign
            total.lines.append(Line(label=firm.short, value=term.sign, sd=0.0, kind="count"))
    if firms and not known:
        for firm in unknown:
            _ask_conditions(term, firm.id, scene, total)
        return
    if not firms:
        if term.none == "missing":
            total.missing.append(_gap(term, scene, only))
        return
    for firm in unknown:
        total.lines.append(
            Line(label=firm.short, value=None, sd=None, kind="count", low=min(0.0, term.sign), high=max(0.0, term.sign))
        )
        total.assume(
            f"{firm.short}缺{'、'.join(scene.book.called(c.fact) for c in term.where)}，计与不计都可能（问 {_post(firm)}）",
        )
    total.open_low += min(0.0, term.sign) * len(unknown)
    total.open_high += max(0.0, term.sign) * len(unknown)


def _capacity(term: Term, scene: Scene, total: Sum, only: str) -> None:
    found = False
    for firm in _firms(term, scene, only):
        for line in firm.lines:
            if not line_selected(term, line, scene):
                continue
            verdict = _holds(term.where, firm.id, scene)
            if verdict is None:
                _ask_conditions(term, firm.id, scene, total)
                found = True
                continue
            if not verdict:
                continue
            found = True
            process = scene.library.processes[line.process]
            if line.capacity is None:
                total.missing.append(
                    Missing(
                        zh=f"{firm.short} {process.zh}产能",
                        en=f"{firm.short}: capacity of {process.en}",
                        ask=(_post(firm),),
                    )
                )
                continue
            number, uncertain, words = factors(term.times, process.product, scene, total, term)
            amount = term.sign * number * line.capacity
            for _, value, _, _ in uncertain:
                amount *= value
            for key, value, sd, label in uncertain:
                if value:
                    total.slope(key, amount / value, sd, label, "假设")
            total.constant += amount
            total.lines.append(
                Line(label=f"{firm.short} {process.zh}", value=amount, sd=0.0, kind="capacity", factor=words)
            )
    if not found:
        if term.none == "zero":
            total.assumptions.append(f"区内没有“{term.zh}”的产线，按 0 计")
        else:
            total.missing.append(_gap(term, scene, only))


def line_selected(term: Term, line: FirmLine, scene: Scene) -> bool:
    """Whether a firm's line is of the term's processes and runs in the last month."""
    process = scene.library.processes.get(line.process)
    month = scene.months[-1]
    if process is None or (line.since and line.since > month) or (line.until and line.until < month):
        return False
    if term.process and line.process not in term.process:
        return False
    if line.process in term.not_process:
        return False
    if term.process_stage and process.stage.id not in term.process_stage:
        return False
    return not term.metal or process.metal in term.metal


def _price(term: Term, scene: Scene, total: Sum, only: str) -> None:
    year = scene.months[-1][:4]
    row = scene.library.price(term.fact, year)
    if row is None or row.value is None:
        total.missing.append(
            Missing(zh=f"{term.zh}（{year} 年）", en=f"{term.en or term.fact} ({year})", ask=_whom(term, scene, only))
        )
        return
    number, _, words = factors(term.times, "", scene, total, term)
    amount = term.sign * number * row.value
    sd = ((row.high or row.value) - (row.low or row.value)) / 3.92 * abs(number)
    total.constant += amount
    total.slope(f"price {term.fact}", term.sign, sd, row.item_zh, "假设")
    mark = "" if row.verified else "（假设，未核）"
    total.assume(f"{row.item_zh} {row.value:g} {row.unit}（{row.year} 年）{mark}，来源：{row.source}")
    total.lines.append(Line(label=row.item_zh, value=amount, sd=sd, kind="fact", factor=words, origin=row.source))


# -- firms
def _firms(term: Term, scene: Scene, only: str) -> list[Firm]:
    return [
        firm
        for firm in scene.region.firms
        if firm.state == "running"
        and (not term.firm_kind or firm.kind in term.firm_kind)
        and (not only or firm.id == only)
        and (not term.chain or works(firm, term.chain, scene))
    ]


def _holds(conditions: Sequence[Condition], firm: str, scene: Scene) -> bool | None:
    """Whether all conditions hold of a firm; None where a fact is missing and no other condition fails."""
    unknown = False
    for condition in conditions:
        given = scene.facts.one(condition.fact, firm, scene.months)
        if given is None:
            unknown = True
        elif not _test(given.value, condition):
            return False
    return None if unknown else True


def _test(value: float | str, condition: Condition) -> bool:
    if isinstance(condition.value, tuple):
        return str(value) in condition.value
    if isinstance(value, str):
        return False
    limit = condition.value
    return {">=": value >= limit, ">": value > limit, "<=": value <= limit, "<": value < limit, "=": value == limit}[
        condition.op
    ]


def _ask_conditions(term: Term, firm_id: str, scene: Scene, total: Sum) -> None:
    firm = scene.region.firm(firm_id)
    for condition in term.where:
        if firm is not None and scene.facts.one(condition.fact, firm_id, scene.months) is None:
            total.lack(
                Missing(
                    zh=f"{firm.short} {scene.book.called(condition.fact)}",
                    en=f"{firm.short}: {condition.fact}",
                    ask=(_post(firm),),
                ),
            )


def _post(firm: Firm) -> str:
    return f"{firm.short} {firm.post}"


def _whom(term: Term, scene: Scene, only: str) -> tuple[str, ...]:
    if term.ask:
        return (term.ask,)
    firms = _firms(term, scene, only)
    return tuple(_post(firm) for firm in firms[:6]) if term.firm_kind or only else ("各企业统计岗",)


def _gap(term: Term, scene: Scene, only: str, note: str = "") -> Missing:
    """What a term lacks; where the region has no firm of the kind that it is about, it says so and asks nobody."""
    if term.firm_kind and not _firms(term, scene, only) and not term.ask:
        kinds = "、".join(KIND_ZH[kind] for kind in term.firm_kind) if len(term.firm_kind) < 3 else "这类"
        return Missing(
            zh=f"{term.zh}{note}（区内没有{kinds}企业）", en=f"{term.en or term.zh}: no such firm in the region"
        )
    return Missing(zh=f"{term.zh}{note}", en=term.en or term.fact or term.zh, ask=_whom(term, scene, only))


def _unit_of(term: Term, scene: Scene) -> str:
    if term.unit:
        return term.unit
    if term.source == "count":
        return "户"
    if term.source == "capacity":
        return "t/a"
    if "value" in term.flow:
        return "yuan"
    return ""
