"""Dates against the date of issue, against each other, and against the calendar."""

from __future__ import annotations

import calendar as gregorian
import re
from collections.abc import Iterator

from lvlian.finding import Evidence, Finding
from lvlian.plan.check.case import Case, Step, Target, listed
from lvlian.plan.check.name import plain
from lvlian.plan.check.rule import check
from lvlian.plan.facts import Fact


def _told(step: Step) -> str:
    when = step.moment.zh() if step.moment else "没有日期"
    return f"{step.name}{step.milestone.event}（{when}{'前' if step.milestone.when_op == 'by' else ''}）"


@check(
    "date-past",
    family="calendar",
    zh="节点早于印发日",
    en="dates before the date of issue",
    needs=("milestones", "goals"),
    severities=("notice",),
    meaning="节点或目标的时间早于印发月份；实绩（基数）不算。",
)
def date_past(case: Case) -> Iterator[Finding]:
    """Milestones and goals that were due before the paper was issued."""
    issued = case.issued
    if issued is None:
        return
    steps = [s for s in case.steps if s.moment and s.moment.last < issued.first]
    goals = [
        t
        for t in case.targets
        if t.moment and t.moment.last < issued.first and t.goal.mode != "baseline" and t.goal.when_op != "each"
    ]
    if steps or goals:
        date = case.facts.document.date or issued.iso()
        yield case.finding(
            "date-past",
            "notice",
            f"{len(steps) + len(goals)}个节点早于印发日（{date}），应写明是否已完成：{listed([s.name for s in steps] + [t.goal.indicator for t in goals])}。",
            f"{len(steps) + len(goals)} dates lie before the date of issue ({date}).",
            [*steps, *goals],
            [f"{_told(s)} < {date}" for s in steps] + [f"{t.goal.indicator} {t.goal.when} < {date}" for t in goals],
        )


@check(
    "date-this-month",
    family="calendar",
    zh="节点在印发当月之前到期",
    en="due before the month of issue is over",
    needs=("milestones", "text"),
    severities=("notice",),
    meaning="“N月前”而印发就在 N 月：按字面在月初已到期。",
)
def date_this_month(case: Case) -> Iterator[Finding]:
    """`6月前` in a paper that is issued in June."""
    issued = case.issued
    if issued is None or issued.first != issued.last:
        return
    month = issued.last % 12 + 1
    due = []
    for step in case.steps:
        start = step.milestone.start
        if step.moment == issued and step.milestone.when_op == "by" and start is not None:
            sentence = case.sentence_around(start)
            if re.search(rf"(?<!\d)0?{month}月(?:份)?(?:以)?前", sentence) and not re.search(
                rf"(?<!\d)0?{month}月底前", sentence
            ):
                due.append(step)
    if due:
        yield case.finding(
            "date-this-month",
            "notice",
            f"{len(due)}个节点写“{month}月前”，印发已在{issued.zh()}：{listed([s.name for s in due])}。",
            f"{len(due)} steps are due before {issued.iso()}, the month in which the paper was issued.",
            due,
            [f"{_told(s)}，印发 {case.facts.document.date}" for s in due],
        )


@check(
    "step-order",
    family="calendar",
    zh="项目节点先后",
    en="the order of a project's steps",
    needs=("milestones",),
    severities=("conflict", "notice", "agrees"),
    meaning="同一项目后道节点的时限早于前道（达产早于投产、建成早于开工、供地早于获批……），前道只写到年的降为提示；次序无误的合并报相符。",
)
def step_order(case: Case) -> Iterator[Finding]:
    """A later step that is due before an earlier one; projects whose steps are in order are told together."""
    dated = [s for s in case.steps if s.moment and s.stage >= 0]
    good: dict[str, list[Step]] = {}
    land = case.words.listed("land_steps")
    starts = case.words.listed("start_steps")
    for one, other in (
        (a, b) for a in dated for b in case.later_kin(a) if b.moment and b.stage >= 0 and b.stage != a.stage
    ):
        first, second = sorted((one, other), key=lambda s: s.stage)
        assert first.moment and second.moment  # kept above
        if second.moment.last >= first.moment.first:
            good.setdefault(plain(first.name), []).extend((first, second))
            continue
        if any(w in first.milestone.event for w in land) and any(w in second.milestone.event for w in starts):
            continue  # told by start-before-land
        coarse = first.moment.first != first.moment.last
        yield case.finding(
            "step-order",
            "notice" if coarse else "conflict",
            f"{first.name}：{second.milestone.event}（{second.moment.zh()}）早于{first.milestone.event}（{first.moment.zh()}）。",
            f"A later step is due by {second.moment.iso()}, the step before it by {first.moment.iso()}.",
            [first, second],
            [f"{second.milestone.event} {second.moment.iso()} < {first.milestone.event} {first.moment.iso()}"],
        )
    if good:
        yield case.finding(
            "step-order",
            "agrees",
            f"{len(good)}个项目前后节点次序相符：{listed([steps[0].name for steps in good.values()])}。",
            f"The steps of {len(good)} projects are in order.",
            [s for steps in good.values() for s in steps],
            [
                f"{a.name}：{a.milestone.event} {a.moment.iso()} ≤ {b.milestone.event} {b.moment.iso()}"
                for steps in good.values()
                for a, b in [(steps[0], steps[1])]
                if a.moment and b.moment
            ],
        )


@check(
    "production-before-power",
    family="calendar",
    zh="投产早于通电、供气",
    en="production before power or gas",
    needs=("milestones",),
    severities=("conflict",),
    meaning="同一项目投产时限早于其通电、供气时限。",
)
def production_before_power(case: Case) -> Iterator[Finding]:
    """A plant that is to produce before its own power or gas."""
    words = case.words
    supplies = [
        s
        for s in case.steps
        if s.moment and (words.within(s.milestone.event, "power_steps") or words.within(s.milestone.event, "gas_steps"))
    ]
    for supply in supplies:
        for step in case.kin(supply):
            if (
                step.moment is None
                or supply.moment is None
                or not words.within(step.milestone.event, "production_steps")
            ):
                continue
            if step.moment.last < supply.moment.first:
                yield case.finding(
                    "production-before-power",
                    "conflict",
                    f"{step.name}：{step.moment.zh()}投产，{supply.moment.zh()}才{supply.milestone.event}。",
                    f"Production is due by {step.moment.iso()}, power or gas by {supply.moment.iso()}.",
                    [step, supply],
                    [f"{step.milestone.event} {step.moment.iso()} < {supply.milestone.event} {supply.moment.iso()}"],
                )


@check(
    "two-dates",
    family="calendar",
    zh="同一节点两个日期",
    en="one step with two dates",
    needs=("milestones",),
    severities=("notice",),
    meaning="同一项目同一节点在两处写了不同的时间。",
)
def two_dates(case: Case) -> Iterator[Finding]:
    """The same step of a project with two dates."""
    for one, other in ((a, b) for a in case.steps if a.moment for b in case.later_kin(a)):
        if one.milestone.event == other.milestone.event and other.moment and one.moment and one.moment != other.moment:
            yield case.finding(
                "two-dates",
                "notice",
                f"{one.name}{one.milestone.event}写了两个时间：{one.moment.zh()}、{other.moment.zh()}。",
                f"One step stands with two dates: {one.moment.iso()} and {other.moment.iso()}.",
                [one, other],
                [f"{one.moment.iso()} ≠ {other.moment.iso()}"],
            )


@check(
    "outside-period",
    family="calendar",
    zh="超出规划期",
    en="outside the plan's period",
    needs=("milestones", "goals"),
    severities=("notice",),
    meaning="节点或目标的时间晚于规划期末年。",
)
def outside_period(case: Case) -> Iterator[Finding]:
    """Dates later than the last year of the plan's period."""
    period = case.facts.document.period
    if period is None or not period[1][:4].isdigit():
        return
    last = int(period[1][:4])
    if not _stated(case, period[0][:4], period[1][:4]):
        return
    steps = [s for s in case.steps if s.moment and s.moment.first // 12 > last]
    goals = [t for t in case.targets if t.moment and t.moment.first // 12 > last]
    if steps or goals:
        items: list[Step | Target] = [*steps, *goals]
        yield case.finding(
            "outside-period",
            "notice",
            f"{len(items)}项时间晚于规划期末年{last}年：{listed([s.name for s in steps] + [t.goal.indicator for t in goals])}。",
            f"{len(items)} dates are later than {last}, the last year of the period.",
            items,
            [f"{i.moment.iso()} > {last}" for i in items if i.moment],
        )


def _stated(case: Case, first: str, last: str) -> bool:
    """Whether the paper itself gives its period (2023—2025年), so that it was not concluded from its goals."""
    words = case.facts.document.title + (case.paper.clean if case.paper else "")
    return first != last and re.search(rf"{first}年?\s*[—–\-~至到]+\s*{last}", words) is not None


_DAY = re.compile(r"(?:(\d{4})年)?(?<![\d.])(\d{1,2})月(\d{1,2})日")
_MONTH = re.compile(r"(?:\d{4}年)(\d{1,2})月(?!\d)")


@check(
    "date-impossible",
    family="calendar",
    zh="不存在的日期",
    en="a date that does not exist",
    needs=("milestones", "goals"),
    severities=("conflict",),
    meaning="13月、2月30日、9月31日一类的日期。",
)
def date_impossible(case: Case) -> Iterator[Finding]:
    """Months and days that the calendar does not have, in the text and in the facts."""
    found: list[tuple[str, Evidence]] = []
    if case.paper is not None:
        clean = case.paper.clean
        for day in _DAY.finditer(clean):
            year, month, number = int(day[1] or 2024), int(day[2]), int(day[3])
            if not 1 <= month <= 12 or not 1 <= number <= gregorian.monthrange(max(1, min(year, 9999)), month)[1]:
                found.append((day[0], case.words_at(*day.span())))
        for match in _MONTH.finditer(clean):
            if not 1 <= int(match[1]) <= 12:
                found.append((match[0], case.words_at(*match.span())))
    dated: list[tuple[Fact, str]] = [(m, m.when or "") for m in case.facts.milestones] + [
        (g, g.when or "") for g in case.facts.goals
    ]
    for fact, when in dated:
        month_words = re.fullmatch(r"\d{4}-(\d{1,2})(?:-\d{1,2})?", when)
        if month_words and not 1 <= int(month_words[1]) <= 12 and not found:
            found.append((when, case.evidence(fact)))
    for words, evidence in found:
        yield case.finding(
            "date-impossible", "conflict", f"“{words}”不存在。", "A date that the calendar does not have.", [evidence]
        )
