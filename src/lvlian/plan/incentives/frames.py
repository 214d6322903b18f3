"""Benefits told by the frame of the sentence: priority, energy and land kept ready, applications, lists."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvlian.plan.incentives.beneficiary import Recipient, find_recipient, names_party
from lvlian.plan.incentives.clause import Clause, Segment
from lvlian.plan.incentives.event import Event
from lvlian.plan.incentives.words import Words, pattern
from lvlian.plan.lexicon import built_from_lexicon


@dataclass(frozen=True, slots=True)
class _Patterns:
    priority: re.Pattern[str]
    priority_need: re.Pattern[str]
    works: re.Pattern[str]
    trade: re.Pattern[str]
    needs: re.Pattern[str]
    needs_kept: re.Pattern[str]
    coal: re.Pattern[str]
    quota: re.Pattern[str]
    apply: re.Pattern[str]
    insured: re.Pattern[str]
    listed: re.Pattern[str]


@built_from_lexicon
def _patterns() -> _Patterns:
    return _Patterns(
        priority=pattern(
            r"优先(?:依法|予以|进行|依规|向[^，。；]{2,20}|从|在[^，。；]{2,20})?(?P<act>{priority_acts})(?!级|发展|原则)"
        ),
        priority_need=pattern(
            r"优先(?:保障|安排|供应|解决|满足|保证|供(?=地))(?P<who>{plain}{0,24}?)(?P<need>{supply_needs})|(?P<need2>{supply_needs}){plain}{0,14}优先(?:保障|安排|解决|满足|供应|向)"
        ),
        works=pattern(
            r"(?:支持|鼓励|推动|允许|帮助)(?P<who>{plain}{0,24}?(?:企业|业主|用户|公司|园区|项目)){plain}{0,30}?{energy_works}"
        ),
        trade=pattern(
            r"(?:将|把|支持|鼓励|推动|组织){plain}{2,30}?(?P<who>[^，。；、]{2,12}(?:企业|用户|园区)){plain}{0,6}(?:电力市场化交易|电力直接交易|直供电)"
        ),
        needs=pattern(r"(?:保障|保证|满足|解决|落实)(?P<who>{plain}{2,24}?)(?P<need>{supply_needs})"),
        needs_kept=pattern(
            r"(?P<need>{supply_needs}){plain}{0,10}(?:应保尽保|优先保障|予以保障|足额保障|全额保障|优先安排)"
        ),
        coal=re.compile(r"(?:支持|保障|落实|运用)[^，。；]{0,12}长协煤[^，。；]{0,40}"),
        quota=re.compile(r"支持[^，。；]{1,12}(?:引入|承接|使用)[^，。；]{0,10}产能指标"),
        apply=pattern(
            r"(?P<verb>推荐|支持|鼓励|帮助|指导|协助|组织|引导)(?P<who>{plain}{2,60}?)(?:积极|优先|争取|参与)*(?:申报|申请|争取列入|列入|争取)(?P<what>{plain}{2,60})"
        ),
        insured=re.compile(
            r"(?:支持|鼓励)(?P<who>[^，。；]{2,30}?)(?:积极)?(?:参加|参与|申请|申报|享受|投保)[^，。；]{0,30}保险补偿(?:机制|政策)?(?![^，。；]{0,4}等[^，。；]{0,8}(?:计划|项目))"
        ),
        listed=re.compile(r"(?:将|把)(?P<who>[^，。；]{2,40}?)(?:优先)?(?:列入|纳入|列为)(?P<what>[^，。；]{2,60})"),
    )


_NEEDS = (
    ("用电", ("用电", "电力")),
    ("用地", ("用地", "土地")),
    ("能耗", ("用能", "能耗")),
    ("用气", ("用气",)),
    ("用煤", ("用煤",)),
)


def _need(words: str) -> str:
    """The benefit of what is kept ready: 用电需求 → 用电."""
    return next((benefit for benefit, heads in _NEEDS if words.startswith(heads)), "用电")


def read_frames(view: str, segment: Segment, words: Words, index: int) -> list[Event]:
    """The events of one segment that its frame tells."""
    events: list[Event] = []
    for clause in segment.clauses:
        if words.void.search(view, clause.start, clause.end):
            continue
        events.extend(_priority(view, segment, clause, words, index))
        events.extend(_supply(view, segment, clause, index))
        events.extend(_application(view, segment, clause, words, index))
    return events


def framed(
    view: str,
    benefit: str,
    rule: str,
    span: tuple[int, int],
    who: tuple[int, int] | None,
    index: int,
    confidence: float = 0.8,
) -> Event:
    recipient = Recipient(min(span[0], who[0]), who[0], who[1], "frame") if who and who[1] > who[0] else None
    return Event(
        benefit=benefit,
        group=rule,
        start=span[0],
        end=span[1],
        recipient=recipient,
        segment=index,
        confidence=confidence,
    )


def _priority(view: str, segment: Segment, clause: Clause, words: Words, index: int) -> list[Event]:
    """优先 with what is done first, for a named recipient."""
    events = []
    patterns = _patterns()
    for found in patterns.priority.finditer(view, clause.start, clause.end):
        need = patterns.priority_need.search(view, clause.start, clause.end)
        listed = need is not None and (
            view[max(clause.start, need.start() - 1)] == "、" or "、" in view[need.start() : need.end()]
        )
        if need and not listed:
            benefit = _need(need["need"] or need["need2"])
            recipient = find_recipient(view, segment, found.start(), segment.start)
            who = (recipient.start, recipient.end) if recipient else need.span("who") if need["who"] else None
            events.append(
                framed(
                    view,
                    benefit,
                    f"supply_needs:{need['need'] or need['need2']}",
                    (clause.start, max(found.end(), need.end())),
                    who,
                    index,
                )
            )
            continue
        if found["act"] in ("给予", "予以", "享受", "落实", "发放", "安排", "提供") and any(
            n.lastgroup not in words.generic and n.lastgroup != "优先"
            for n in words.nouns.finditer(view, found.end(), clause.end)
        ):
            continue  # 优先给予奖励 gives a reward
        recipient = find_recipient(view, segment, found.start(), segment.start)
        after = view[found.end() : clause.end]
        if recipient or names_party(after):
            end = clause.end if clause.end - found.end() <= 90 else found.end()
            start = recipient.frame if recipient else found.start()
            if recipient is None:
                recipient = Recipient(found.start(), found.end(), end, "object")
            events.append(
                Event(
                    benefit="优先",
                    group=f"priority_acts:{found['act']}",
                    start=start,
                    end=end,
                    recipient=recipient,
                    segment=index,
                    confidence=0.8,
                )
            )
            break
    return events


def _supply(view: str, segment: Segment, clause: Clause, index: int) -> list[Event]:
    """Power, land, coal and gas kept ready for named users; power works and trades that they are helped to have."""
    patterns = _patterns()
    events = []
    for rule in (patterns.works, patterns.trade):
        found = rule.search(view, clause.start, clause.end)
        if found:
            events.append(
                framed(
                    view,
                    "用电",
                    f"energy_works:{found.group()}",
                    (found.start(), clause.end),
                    found.span("who"),
                    index,
                    0.75,
                )
            )
            break
    kept = patterns.needs_kept.search(view, clause.start, clause.end)
    found = kept or patterns.needs.search(view, clause.start, clause.end)
    if (
        found
        and "、" in view[max(clause.start, found.start() - 1) : found.end()]
        and "方面" in view[found.start() : clause.end]
    ):
        found = None  # 在水资源、用地指标等方面优先保障 is told by its 优先
    if found:
        benefit = _need(found["need"])
        if kept:
            recipient = find_recipient(view, segment, found.start(), segment.start)
            if recipient:
                events.append(
                    framed(
                        view,
                        benefit,
                        f"supply_needs:{found['need']}",
                        (clause.start, found.end()),
                        (recipient.start, recipient.end),
                        index,
                    )
                )
        elif (
            names_party(found["who"])
            and re.search(r"需求|负荷|指标", found["need"])
            and re.search(
                r"全力|优先|足额|切实|重点|充分|给予|^$|保障$",
                view[clause.start : found.start()] + ("保障" if view.startswith("保障", found.start()) else ""),
            )
        ):
            events.append(
                framed(
                    view,
                    benefit,
                    f"supply_needs:{found['need']}",
                    (clause.start, found.end()),
                    found.span("who"),
                    index,
                    0.7,
                )
            )
    coal = patterns.coal.search(view, clause.start, clause.end)
    if coal:
        events.append(framed(view, "用煤", "supply_needs:用煤", coal.span(), None, index, 0.7))
    quota = patterns.quota.search(view, clause.start, clause.end)
    if quota:
        recipient = find_recipient(view, segment, quota.start(), segment.start)
        if recipient:
            events.append(
                framed(
                    view,
                    "产能指标",
                    "application_objects:产能指标",
                    (recipient.frame, quota.end()),
                    (recipient.start, recipient.end),
                    index,
                )
            )
    return events


def _application(view: str, segment: Segment, clause: Clause, words: Words, index: int) -> list[Event]:
    """推荐X申报Y, 将X列入Y."""
    patterns = _patterns()
    events = []
    insured = patterns.insured.search(view, clause.start, clause.end)
    if insured:
        events.append(framed(view, "保险补偿", "noun 保险补偿:保险补偿", insured.span(), insured.span("who"), index))
    found = patterns.apply.search(view, clause.start, clause.end)
    if found and view[found.start() - 2 : found.start()] != "优先" and not (insured and "计划" not in found["what"]):
        objects = words.lexicon.words("application_objects")
        what = found["what"]
        last = max(((what.rfind(o) + len(o), o) for o in objects if o in what), default=None)
        if last and len(what) - last[0] <= 8 and not re.match(r"(?:的|单位|承担)", what[last[0] :]):
            benefit = "资金" if "资金" in what else "项目申报"
            if found["verb"] in ("推荐", "支持", "帮助", "协助", "鼓励") and names_party(found["who"]):
                events.append(
                    framed(
                        view,
                        benefit,
                        f"application_objects:{last[1]}",
                        (found.start(), clause.end),
                        found.span("who"),
                        index,
                        0.75,
                    )
                )
    listed = patterns.listed.search(view, clause.start, clause.end)
    if listed:
        named = words.lists.search(listed["what"])
        benefit, rule = (named.lastgroup or "", f"list {named.lastgroup}:{named.group()}") if named else ("", "")
        if (
            not named
            and re.search(r"用地|土地", listed["who"] + listed["what"])
            and re.search(r"保障|优先|指标", view[clause.start : clause.end])
        ):
            benefit, rule = "用地", "supply_needs:用地"
        if benefit:
            events.append(framed(view, benefit, rule, (listed.start(), clause.end), listed.span("who"), index, 0.75))
    return events
