"""Land: lots against the total, land that is approved and counted as waiting, starts before their land."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lvlian.finding import Evidence, Finding, Severity
from lvlian.plan.check.case import Case, Step, Target, listed
from lvlian.plan.check.figure import difference, shown
from lvlian.plan.check.name import firm_core, plain
from lvlian.plan.check.rule import check


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A piece of land: its name, area in 亩, the fact or words that it was read from, and where they begin in the document."""

    name: str
    area: Decimal
    fact: Step | Target | Evidence
    start: int | None


def plots(case: Case) -> tuple[Plot | None, list[Plot]]:
    """The total of land and its lots, each name once: from the facts, else from a sentence that gives both."""
    found: dict[str, Plot] = {}
    for step in case.steps:
        dimension, scale = case.unit(step.milestone.capacity_unit)
        if dimension == "area" and step.low:
            found.setdefault(
                plain(step.milestone.project),
                Plot(name=step.milestone.project, area=step.low * scale, fact=step, start=step.milestone.start),
            )
    for target in case.targets:
        if target.dimension == "area" and target.value > 0 and target.value_max is None:
            name = (
                f"{target.goal.subject or ''}{target.goal.indicator}" if not target.regional else target.goal.indicator
            )
            key = plain(name) + (shown(target.value) if name == target.goal.indicator else "")
            found.setdefault(
                key,
                Plot(
                    name=f"{name} {target.goal.quote}",
                    area=target.value * target.scale,
                    fact=target,
                    start=target.goal.start,
                ),
            )
    lots = [p for p in found.values() if case.words.within(p.name, "land_lot")]
    rest = [p for p in found.values() if p not in lots and case.words.within(p.name, "land_total")]
    total = max(rest, key=lambda p: p.area, default=None)
    if total is not None and len(lots) >= 2:
        return total, lots
    return _plots_in_text(case)


def _plots_in_text(case: Case) -> tuple[Plot | None, list[Plot]]:
    """A total (剩余, 共 … 亩) with the lots that its paragraph lists after it."""
    if case.paper is None:
        return None, []
    clean = case.paper.clean
    total_words, lot_words = case.words.pattern("land_total"), case.words.pattern("land_lot")
    for paragraph in case.paper.text.paragraphs:
        words = clean[paragraph.start : paragraph.end]
        total = re.search(rf"{total_words}[^。；，\d]{{0,16}}([\d.]+)亩", words)
        if total is None:
            continue
        lots = list(
            re.finditer(
                rf"([^，。；：]{{0,20}}?{lot_words}[^，。；：\d]{{0,12}}?[(（]?[^，。；：\d]{{0,8}})([\d.]+)亩",
                words[total.end() :],
            )
        )
        if len(lots) < 2:
            continue
        at = paragraph.start + total.end()
        whole = case.words_at(paragraph.start + total.start(), at)
        return Plot(name=total[0], area=_decimal(total[1]), fact=whole, start=whole.start), [
            Plot(name=m[1], area=_decimal(m[2]), fact=(e := case.words_at(at + m.start(), at + m.end())), start=e.start)
            for m in lots
        ]
    return None, []


def _decimal(words: str) -> Decimal:
    figure = re.match(r"\d{1,12}(?:\.\d{1,6})?", words)
    return Decimal(figure[0]) if figure else Decimal(0)


@check(
    "land-lots",
    family="total",
    zh="用地批次之和与总亩数",
    en="land lots against the total",
    needs=("milestones",),
    severities=("conflict", "notice", "agrees"),
    meaning="各批次、成片开发方案的亩数相加，与“剩余”“共”等总亩数比。",
)
def land_lots(case: Case) -> Iterator[Finding]:
    """The lots of land add up to the land that remains."""
    total, lots = plots(case)
    if total is None or len(lots) < 2:
        return
    amount = sum((lot.area for lot in lots), Decimal(0))
    agrees = amount == total.area
    close = abs(amount - total.area) <= case.assumed["rounding"].value * total.area
    severity: Severity = "agrees" if agrees else "notice" if close or amount < total.area else "conflict"
    line = f"{' + '.join(shown(lot.area) for lot in lots)} = {shown(amount)} {'=' if agrees else '≠'} {shown(total.area)}（亩）"
    if not agrees:
        line += f"；{difference(amount, total.area)}"
    yield case.finding(
        "land-lots",
        severity,
        f"{len(lots)}个批次用地之和与总亩数{'相符' if agrees else '不符'}：合计 {shown(amount)} 亩，总数 {shown(total.area)} 亩。",
        f"{len(lots)} lots of land add up to {shown(amount)} mu, the total is {shown(total.area)}.",
        [total.fact, *(lot.fact for lot in lots)],
        [line],
    )


@check(
    "land-approved",
    family="total",
    zh="已批用地计入待批总数",
    en="approved land counted as still to be approved",
    needs=("milestones", "text"),
    severities=("notice",),
    meaning="总亩数写“尽快报批”，其中一批又写“已审批”。",
)
def land_approved(case: Case) -> Iterator[Finding]:
    """A lot that is called approved is part of a total that is still to be approved."""
    total, lots = plots(case)
    if total is None or len(lots) < 2:
        return
    approved = [
        lot for lot in lots if _before(case, lot.start, "land_approved") or case.words.within(lot.name, "land_approved")
    ]
    amount = sum((lot.area for lot in lots), Decimal(0))
    if (
        not approved
        or not _waiting(case, total)
        or abs(amount - total.area) > case.assumed["rounding"].value * total.area
    ):
        return
    already = sum((lot.area for lot in approved), Decimal(0))
    yield case.finding(
        "land-approved",
        "notice",
        f"待报批的 {shown(total.area)} 亩中，{shown(already)} 亩写明已审批，实际待批 {shown(total.area - already)} 亩。",
        f"Of {shown(total.area)} mu said to await approval, {shown(already)} are called approved already.",
        [total.fact, *(lot.fact for lot in approved)],
        [f"{shown(total.area)} − {shown(already)} = {shown(total.area - already)}（亩）"],
    )


def _before(case: Case, start: int | None, group: str) -> bool:
    """Whether a word of the group stands right before a place, in the same clause."""
    if start is None or case.paper is None:
        return False
    at = case.clean_of(start)
    return case.words.within(re.split(r"[。；，]", case.paper.clean[max(0, at - 16) : at])[-1], group) is not None


def _waiting(case: Case, total: Plot) -> bool:
    """Whether the words of the total, up to the end of their sentence, say that it is to be approved."""
    if total.start is None or case.paper is None:
        return False
    at = case.clean_of(total.start)
    return case.words.within(re.split("[。；]", case.paper.clean[at : at + 60])[0], "land_to_approve") is not None


@check(
    "start-before-land",
    family="calendar",
    zh="开工早于供地",
    en="a start before its land",
    needs=("milestones",),
    severities=("conflict",),
    meaning="同一项目开工时限早于供地时限；批次写明“用于某项目”的也算。",
)
def start_before_land(case: Case) -> Iterator[Finding]:
    """A project that is to start before its land is supplied; one finding for each owner."""
    groups: dict[str, list[tuple[Step, Step]]] = {}
    for start, land in _starts_with_land(case):
        if start.moment and land.moment and start.moment.last < land.moment.first:
            groups.setdefault(firm_core(start.owner or start.name), []).append((start, land))
    for pairs in groups.values():
        start, land = pairs[0]
        assert start.moment and land.moment  # kept above
        names = listed([land.name if land.owner else start.name for start, land in pairs])
        yield case.finding(
            "start-before-land",
            "conflict",
            f"{names}：开工时限{start.moment.zh()}，供地时限{land.moment.zh()}。",
            f"{len(pairs)} project(s) are to start by {start.moment.iso()}, their land is to be supplied by {land.moment.iso()}.",
            [step for pair in pairs for step in pair],
            [f"开工 {s.moment.iso()} < 供地 {d.moment.iso()}（{d.name}）" for s, d in pairs if s.moment and d.moment],
        )


def _starts_with_land(case: Case) -> Iterator[tuple[Step, Step]]:
    """Each supply of land with the start of the project that it is for."""
    starts = [s for s in case.steps if s.moment and case.words.within(s.milestone.event, "start_steps")]
    known = {id(start) for start in starts}
    for land in case.steps:
        if land.moment is None or not case.words.within(land.milestone.event, "land_steps"):
            continue
        kin = {id(step) for step in case.kin(land)}
        use = _use_of(case, land)
        for start in starts[:_MOST_STARTS] if use else case.kin(land):
            if (id(start) in kin and id(start) in known) or _named_in(start, use):
                yield start, land


_MOST_STARTS = 500


def _use_of(case: Case, land: Step) -> str:
    """What a lot is for: the words after 用于 in its clause."""
    if land.milestone.start is None or case.paper is None:
        return ""
    at = case.clean_of(land.milestone.start)
    return re.split("[；。]", case.paper.clean[at : at + 240])[0].partition("用于")[2]


def _named_in(step: Step, words: str) -> bool:
    core = firm_core(step.owner) if step.owner else ""
    if not words or len(core) < 2 or core not in words:
        return False
    return step.low is None or re.search(rf"(?<![\d.]){re.escape(shown(step.low))}(?![\d.])", words) is not None
