"""What is missing: dates, units, owners, bases, lists, an annex. One finding for each kind."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from lvlian.finding import Evidence, Finding
from lvlian.plan.check.case import Case, Step, Target, listed
from lvlian.plan.check.figure import shown
from lvlian.plan.check.name import firm_core, plain
from lvlian.plan.check.rule import check
from lvlian.plan.facts import Heading


@check(
    "goal-without-date",
    family="gap",
    zh="目标没有时间",
    en="goals without a date",
    needs=("goals",),
    severities=("gap",),
    meaning="目标没有写完成时间；标准、限额、实绩和投资额不算。只查方案、规划、意见一类文件。",
)
def goal_without_date(case: Case) -> Iterator[Finding]:
    """Goals whose date is missing."""
    if not case.is_plan:
        return
    missing = [
        t
        for t in case.targets
        if not t.goal.when
        and t.goal.when_op != "each"
        and t.goal.mode in ("level", "increase", "growth_rate")
        and not case.words.within(t.goal.indicator, "reference_levels")
        and not case.words.within(f"{t.goal.indicator}{t.goal.quote}", "no_date_needed")
    ]
    if missing:
        yield case.finding(
            "goal-without-date",
            "gap",
            f"{len(missing)}项目标没有写完成时间：{listed([t.goal.indicator for t in missing])}。",
            f"{len(missing)} goals have no date.",
            missing,
        )


@check(
    "goal-without-unit",
    family="gap",
    zh="目标没有单位",
    en="goals without a unit",
    needs=("goals",),
    severities=("gap",),
    meaning="目标只有数，没有单位。",
)
def goal_without_unit(case: Case) -> Iterator[Finding]:
    """Goals whose figure has no unit."""
    missing = [t for t in case.targets if not (t.goal.unit or "").strip()]
    if missing:
        yield case.finding(
            "goal-without-unit",
            "gap",
            f"{len(missing)}项目标没有写单位：{listed([f'{t.goal.indicator} {t.printed()}' for t in missing])}。",
            f"{len(missing)} goals have no unit.",
            missing,
        )


@check(
    "step-without-date",
    family="gap",
    zh="项目节点没有日期",
    en="project steps without a date",
    needs=("milestones",),
    severities=("gap",),
    meaning="要求办的项目节点没有日期；同一项目同一节点另处写了日期的不算。",
)
def step_without_date(case: Case) -> Iterator[Finding]:
    """Steps that are asked for without a date, told by event."""
    missing = [
        s for s in case.steps if s.moment is None and not any(o.moment and o.stage >= s.stage >= 0 for o in case.kin(s))
    ]
    if not missing or not case.is_plan:
        return
    by_event: dict[str, list[Step]] = {}
    for step in missing:
        by_event.setdefault(step.milestone.event, []).append(step)
    projects = list(dict.fromkeys(s.name for s in missing))
    lines = [f"{event} {len(steps)} 个：{listed([s.name for s in steps], 8)}" for event, steps in by_event.items()]
    vague = [word for s in missing if (word := _vague_word(case, s))]
    only = "，".join(f"{vague.count(word)}处只写“{word}”" for word in dict.fromkeys(vague))
    yield case.finding(
        "step-without-date",
        "gap",
        f"{len(projects)}个项目的节点没有日期{f'（{only}）' if only else ''}：{listed(projects)}。",
        f"Steps of {len(projects)} projects have no date.",
        missing,
        lines,
    )


def _vague_word(case: Case, step: Step) -> str | None:
    """The word that stands in the place of a step's date, after its name and before any date."""
    start = step.milestone.start
    if start is None or case.paper is None:
        return None
    words = re.split(r"[。]|\d{1,2}月", case.paper.clean[case.clean_of(start) :][:240])[0]
    found = re.search(case.words.pattern("vague_dates"), words)
    return found[0] if found else None


@check(
    "vague-date",
    family="gap",
    zh="时间含糊",
    en="vague dates",
    needs=("text",),
    severities=("gap",),
    meaning="尽早、适时、条件成熟后、不定期等不能考核的时间；标题和已报的无日期节点不重复报。",
)
def vague_date(case: Case) -> Iterator[Finding]:
    """Words in the place of a date."""
    if case.paper is None:
        return
    told = [
        (case.clean_of(s.milestone.start), s) for s in case.steps if s.moment is None and s.milestone.start is not None
    ]
    found: list[Evidence] = []
    kinds: list[str] = []
    for start, end, sentence in case.sentences():
        for match in re.finditer(case.words.pattern("vague_dates"), sentence):
            at = start + match.start()
            if (
                case.is_heading(at)
                or any(start <= place < end for place, _ in told)
                or any(w in sentence[match.start() :][:8] for w in case.words.listed("vague_not"))
            ):
                continue
            left = max((sentence.rfind(mark, 0, match.start()) for mark in "，。；："), default=-1) + 1
            right = min(
                (i for i in (sentence.find(mark, match.end()) for mark in "，。；：") if i >= 0), default=len(sentence)
            )
            found.append(case.words_at(start + left, min(start + right, end)))
            kinds.append(match[0])
    if found and case.is_plan:
        yield case.finding(
            "vague-date",
            "gap",
            f"{len(found)}处时间含糊：{'、'.join(f'“{k}”' for k in dict.fromkeys(kinds))}。",
            f"{len(found)} dates are words that nobody can check.",
            found,
        )


@check(
    "base-missing",
    family="gap",
    zh="增长、提高没有基数",
    en="growth without a base",
    needs=("goals",),
    severities=("gap",),
    meaning="增速或“提高 x%”没有写基期的数。",
)
def base_missing(case: Case) -> Iterator[Finding]:
    """Growth rates and rises in per cent whose base stands nowhere."""
    bare = []
    for target in case.targets:
        if target.dimension != "share" or target.goal.mode not in ("growth_rate", "increase") or _is_rate(case, target):
            continue
        if target.goal.mode == "growth_rate" and not case.words.within(
            f"{target.goal.indicator}{target.goal.quote}", "steady_growth"
        ):
            continue  # growth in a year has the year before as its base
        name = re.sub(case.words.pattern("growth_rate"), "", plain(target.goal.indicator))
        if not any(
            t.goal.mode == "baseline" and t is not target and name and (name in t.key or t.key in name)
            for t in case.targets
        ):
            bare.append(target)
    if bare and case.is_plan:
        yield case.finding(
            "base-missing",
            "gap",
            f"{len(bare)}项增长目标没有写基期的数：{listed([f'{t.goal.indicator} {t.told()}' for t in bare])}。",
            f"{len(bare)} goals of growth have no base.",
            bare,
        )


def _is_rate(case: Case, target: Target) -> bool:
    name = plain(target.goal.indicator)
    return (
        bool(case.words.within(name[-4:], "rate_words"))
        and not case.words.within(name, "not_rates")
        and target.goal.mode == "increase"
    )


@check(
    "rise-ambiguous",
    family="gap",
    zh="率的提高有两种读法",
    en="a rise in a rate that reads two ways",
    needs=("goals",),
    severities=("notice",),
    meaning="“某率提高 50%”可以是提高 50 个百分点，也可以是在原来的率上提高一半。",
)
def rise_ambiguous(case: Case) -> Iterator[Finding]:
    """A rise in per cent of what is itself a rate: points, or relative."""
    for target in case.targets:
        if (
            target.dimension != "share"
            or not _is_rate(case, target)
            or "百分点" in (target.goal.unit or "") + target.goal.quote
        ):
            continue
        if target.goal.quote and not case.words.within(target.goal.quote, "rises"):
            continue
        figure = shown(target.value)
        yield case.finding(
            "rise-ambiguous",
            "notice",
            f"{target.goal.indicator}提高 {figure}%，可读作提高 {figure} 个百分点，也可读作比原来的率高 {figure}%，且没有基期的数。",
            f"A rate is to rise by {figure} %: in points, or relative to what it is? No base is given.",
            [target],
            [
                f"基期 30% 时：30% + {figure} 个百分点 = {shown(target.value + 30)}%；30% × (1 + {figure}%) = {shown(30 + 30 * target.value / 100, 1)}%"
            ],
            ["基期 30% 只为举例"],
        )


@check(
    "list-missing",
    family="gap",
    zh="“全覆盖”“全面完成”没有名单",
    en="all of it, of how many",
    needs=("text",),
    severities=("gap",),
    meaning="目标写全覆盖、全面完成，没有基数或名单，无法核对。",
)
def list_missing(case: Case) -> Iterator[Finding]:
    """Goals that ask for all of something whose number stands nowhere."""
    found = []
    for start, _, sentence in case.sentences():
        for match in re.finditer(case.words.pattern("counted_all"), sentence):
            left = max((sentence.rfind(mark, 0, match.start()) for mark in "，。；："), default=-1) + 1
            clause = sentence[left : match.end()]
            if (
                len(clause) > len(match[0]) + 3
                and not re.search(r"\d", clause)
                and not case.is_heading(start + match.start())
            ):
                found.append(case.words_at(start + left, start + match.end()))
    if found and case.is_plan:
        yield case.finding(
            "list-missing",
            "gap",
            f"{len(found)}处写“全覆盖”“全面完成”，没有名单或基数。",
            f"{len(found)} goals ask for all of something and do not say of how many.",
            found,
        )


_ANNEX_WITHIN = 100_000
"""Characters behind the list of annexes in which one is looked for, several times the length of a plan."""


@check(
    "annex-missing",
    family="gap",
    zh="附件没有附上",
    en="an annex that is not there",
    needs=("text",),
    severities=("gap",),
    meaning="文末写了附件名，后面没有附件的正文或表。",
)
def annex_missing(case: Case) -> Iterator[Finding]:
    """An annex that is named and does not follow."""
    if case.paper is None:
        return
    clean = case.paper.clean
    missing = []
    if not re.search(r"(?:^|\n)附[件表]", clean):
        missing = [(m.start(1), m[1]) for m in re.finditer(r"(?:详?见|按照?)(附[件表]\d{0,2})(?!的)", clean)][:1]
    for head in re.finditer(r"(?:^|\n)附件\d{0,2}[：:](?:1[.、])?([^\n。；]{3,60})", clean):
        titles = [(head.start(1), head[1])]
        end = head.end()
        while following := re.compile(r"\n\d{1,2}[.、]([^\n。；]{3,60})").match(clean, end):
            titles.append((following.start(1), following[1]))
            end = following.end()
        after = clean[end : end + _ANNEX_WITHIN]
        body = plain(after)
        for number, (at, title) in enumerate(titles, 1):
            there = (
                plain(title) in body
                or re.search(rf"\n附件{number}(?!\d)", after)
                or (len(titles) == 1 and len(after.strip()) >= 200)
            )
            if not there:
                missing.append((at, title))
    if missing:
        yield case.finding(
            "annex-missing",
            "gap",
            f"附件没有附上：{listed([title for _, title in missing])}。",
            f"{len(missing)} annex(es) are named and missing.",
            [case.words_at(at, at + len(title)) for at, title in missing],
        )


@check(
    "duty-missing",
    family="gap",
    zh="任务没有责任单位",
    en="tasks without a unit in charge",
    needs=("duties",),
    severities=("gap",),
    meaning="同级任务多数有责任单位、个别没有；或全文没有责任单位。",
)
def duty_missing(case: Case) -> Iterator[Finding]:
    """Sections of tasks without a duty line where their siblings have one; a plan of tasks without any duty."""
    if not case.headings or not case.is_plan:
        return
    if not case.duties:
        tasks = [h for h in case.headings if h.level == 2]
        if len(tasks) >= 4 and case.targets and case.facts.text:
            yield case.finding(
                "duty-missing",
                "gap",
                f"全文 {len(tasks)} 项措施没有一项写明责任单位。",
                f"None of the {len(tasks)} tasks names a unit in charge.",
                [_heading(case, h) for h in tasks[:3]],
            )
        return
    bare_starts = {h.start for h in _bare(case)}
    for siblings in _families(case.headings):
        if siblings[0].level == 1:
            continue
        bare = [h for h in siblings if h.start in bare_starts]
        if len(siblings) >= 3 and 0 < len(bare) <= len(siblings) * 0.4:
            yield case.finding(
                "duty-missing",
                "gap",
                f"{len(bare)}项任务没有责任单位，同级其余 {len(siblings) - len(bare)} 项都有：{listed([h.text for h in bare])}。",
                f"{len(bare)} tasks name no unit in charge, their {len(siblings) - len(bare)} siblings do.",
                [_heading(case, h) for h in bare],
            )


def _heading(case: Case, heading: Heading) -> Evidence:
    return Evidence(
        kind="text", quote=case.facts.text[heading.start : heading.end], start=heading.start, section=heading.text
    )


def _families(headings: Sequence[Heading]) -> list[list[Heading]]:
    """Headings of one level under one parent."""
    groups: dict[tuple[int, int], list[Heading]] = {}
    stack: list[Heading] = []
    for heading in headings:
        while stack and stack[-1].level >= heading.level:
            stack.pop()
        groups.setdefault((heading.level, stack[-1].start if stack else -1), []).append(heading)
        stack.append(heading)
    return list(groups.values())


def _bare(case: Case) -> list[Heading]:
    """Headings whose part, down to the next heading of their level, holds no duty, and that no duty names as its section."""
    starts = sorted(duty.start for duty in case.duties if duty.start is not None)
    named = {plain(duty.section) for duty in case.duties}
    out: list[Heading] = []
    ends: dict[int, int] = {}
    above: list[Heading] = []
    for heading in case.headings:
        while above and above[-1].level >= heading.level:
            ends[above.pop().start] = heading.start
        above.append(heading)
    for heading in case.headings:
        end = ends.get(heading.start, len(case.facts.text) + 1)
        if bisect_left(starts, heading.start) == bisect_left(starts, end) and plain(heading.text) not in named:
            out.append(heading)
    return out


@check(
    "addressee-duty",
    family="gap",
    zh="主送单位没有任务",
    en="addressees without a duty",
    needs=("duties", "text"),
    severities=("gap", "agrees"),
    meaning="主送机关中点名的单位，在责任单位中没有出现。",
)
def addressee_duty(case: Case) -> Iterator[Finding]:
    """Units that the paper is sent to by name and that no duty names."""
    if case.paper is None or not case.duties:
        return
    duty_units = {plain(unit) for duty in case.duties for unit in duty.units}
    lines = re.finditer(r"(?:^|\n)([^\n。]{6,300})：\n", case.paper.clean)
    for line in lines:
        after = case.paper.clean[line.end() : line.end() + 160]
        if not re.search(r"印发给你们|现予印发|请.{0,6}(?:贯彻|组织|遵照)", after):
            continue
        units = _addressees(case, line[1])
        if len(units) < 3:
            return
        idle = [u for u in units if not any(_same_unit(u, d) for d in duty_units)]
        where = [case.words_at(*line.span(1))]
        if idle:
            yield case.finding(
                "addressee-duty",
                "gap",
                f"主送的 {len(units)} 个单位中，{len(idle)} 个没有任务：{listed(idle)}。",
                f"{len(idle)} of the {len(units)} units addressed have no duty.",
                where,
                [f"{len(units)} − {len(idle)} = {len(units) - len(idle)}"],
            )
        else:
            yield case.finding(
                "addressee-duty",
                "agrees",
                f"主送点名的 {len(units)} 个单位都有任务。",
                f"All {len(units)} units addressed by name have a duty.",
                where,
                [f"{len(units)} = {len(units)}"],
            )
        return


def _addressees(case: Case, line: str) -> list[str]:
    """Units named one by one; `百色、柳州市人民政府` lends its ending to the names before it."""
    out: list[str] = []
    for group in re.split(r"[，；]", line):
        names = group.split("、")
        ending = re.search(r"(?:市|县|区|州)人民政府$", names[-1])
        for name in names:
            full = plain(name)
            if ending and not full.endswith("人民政府"):
                full = (
                    f"{full}人民政府"
                    if len(full) > 2 and full.endswith(("市", "县", "区", "州"))
                    else f"{full}{ending[0]}"
                )
            if len(full) >= 4 and not case.words.within(full, "generic_addressees") and not full.startswith("各"):
                out.append(full)
    return out


def _same_unit(one: str, other: str) -> bool:
    a, b = (x.replace("人民政府", "") for x in (one, other))
    return a == b or (min(len(a), len(b)) >= 3 and (a.endswith(b) or b.endswith(a)))


@check(
    "factor-undated",
    family="gap",
    zh="变电站等要素没有日期",
    en="substations and lines without a date",
    needs=("milestones", "text"),
    severities=("gap",),
    meaning="点名为某项目建变电站、线路、管线，没有日期，而该项目有投产日期。",
)
def factor_undated(case: Case) -> Iterator[Finding]:
    """A sentence that names projects for a substation or line and carries no date, while the projects have one."""
    words = case.words
    owners: dict[str, Step] = {}
    for step in case.steps:
        core = firm_core(step.owner) if step.owner else ""
        if len(core) >= 2 and step.moment and words.within(step.milestone.event, "production_steps"):
            owners.setdefault(core, step)
    for start, _, sentence in case.sentences():
        facility = words.within(sentence, "substation_words")
        if facility is None or re.search(r"\d{1,2}月|\d{4}年|年底|季度", sentence) or case.is_heading(start):
            continue
        named = [(core, step) for core, step in owners.items() if core in sentence]
        if named:
            span = start, start + len(sentence)
            yield case.finding(
                "factor-undated",
                "gap",
                f"{'、'.join(core for core, _ in named)}的{facility}没有日期，这{len(named)}个项目都有投产日期。",
                f"{len(named)} projects have a date of production and none for their {facility}.",
                [case.words_at(*span), *(step for _, step in named)],
                [
                    f"{step.name}{step.milestone.event} {step.moment.iso()}，{facility} —"
                    for _, step in named
                    if step.moment
                ],
            )


@check(
    "reward-without-measure",
    family="gap",
    zh="奖补没有标准",
    en="rewards without a measure",
    needs=("incentives",),
    severities=("gap",),
    meaning="奖励、补贴只写“按有关政策”，没有金额，也没有写出文件名。",
)
def reward_without_measure(case: Case) -> Iterator[Finding]:
    """Money that is promised 'by the policies in force' without an amount or the name of a policy."""
    vague = [
        i
        for i in case.facts.incentives
        if i.amount is None
        and case.words.within(i.benefit, "money_benefits")
        and case.words.within(i.quote, "per_existing_policy")
        and "《" not in i.quote
    ]
    if vague:
        yield case.finding(
            "reward-without-measure",
            "gap",
            f"{len(vague)}项奖补只写按有关政策，没有金额和文件名。",
            f"{len(vague)} rewards are promised by 'the policies in force', without an amount or a name.",
            vague,
        )
