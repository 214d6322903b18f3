"""Benefits told by the frame of the sentence: priority, finance, energy and land kept ready, applications, lists, funds."""

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
    finance_act: re.Pattern[str]
    finance_help: re.Pattern[str]
    finance_actor: re.Pattern[str]
    finance_form: re.Pattern[str]
    finance_target: re.Pattern[str]
    fund: re.Pattern[str]
    fund_use: re.Pattern[str]
    works: re.Pattern[str]
    trade: re.Pattern[str]
    needs: re.Pattern[str]
    needs_kept: re.Pattern[str]
    coal: re.Pattern[str]
    quota: re.Pattern[str]
    apply: re.Pattern[str]
    insured: re.Pattern[str]
    listed: re.Pattern[str]
    seek: re.Pattern[str]
    money_pool: re.Pattern[str]
    supports: re.Pattern[str]
    case_by_case: re.Pattern[str]
    tailored: re.Pattern[str]


@built_from_lexicon
def _patterns() -> _Patterns:
    return _Patterns(
        priority=pattern(
            r"优先(?:依法|予以|进行|依规|向|从|在[^，。；]{2,20})?(?P<act>{priority_acts})(?!级|发展|原则)"
        ),
        priority_need=pattern(
            r"优先(?:保障|安排|供应|解决|满足|保证|供(?=地))(?P<who>{plain}{0,24}?)(?P<need>{supply_needs})|(?P<need2>{supply_needs}){plain}{0,14}优先(?:保障|安排|解决|满足|供应)"
        ),
        finance_act=pattern(r"(?:加大|扩大|增加|开发|推出|创新|提供|给予|优化|提高|加强){plain}{0,50}?{finance_forms}"),
        finance_help=pattern(
            r"(?:支持|鼓励|推动|帮助|引导|推荐|助力){plain}{0,40}?{parties}{plain}{0,40}?(?P<form>{finance_forms})"
        ),
        finance_actor=pattern(r"{finance_actors}"),
        finance_form=pattern(r"{finance_forms}"),
        finance_target=re.compile(r"(?:(?<!原则)，|^)(?:重点|优先|大力|积极)?支持(?P<who>[^，。；]{3,60})"),
        fund=re.compile(r"(?:设立|联合建立|组建|建立|发起|成立)[^，。；]{0,40}?基金"),
        fund_use=re.compile(r"(?:重点|专项)?(?:支持|用于(?:重点)?(?:投资|支持)?|投资|投向)(?P<who>[^，。；]{3,40})"),
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
        seek=re.compile(r"争取[^，。；]{0,24}(?:专项)?资金(?:[^，。；]{0,16}(?:支持|扶持))?"),
        money_pool=pattern(r"(?:发挥|统筹|利用|运用|整合|用好|安排|争取){plain}{0,80}?{pool_nouns}{plain}{0,50}"),
        supports=re.compile(r"(?:多渠道|重点|优先|大力)?支持(?P<who>[^，。；]{3,60})"),
        case_by_case=re.compile(r"[“”]?一(?:事|企|项目|案|人|户|园)一(?:议|策)[“”]?"),
        tailored=re.compile(r"(?:实施|实行|开展|提供)[^，。；]{0,24}(?:帮扶指导|指导帮扶|重点帮扶|精准帮扶)"),
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


def read_frames(view: str, segment: Segment, sentence: tuple[int, int], words: Words, index: int) -> list[Event]:
    """The events of one segment that its frame tells; `sentence` is the span of the whole sentence."""
    events: list[Event] = []
    for clause in segment.clauses:
        if words.void.search(view, clause.start, clause.end):
            continue
        events.extend(_priority(view, segment, clause, words, index))
        events.extend(_supply(view, segment, clause, index))
        events.extend(_application(view, segment, clause, words, index))
        events.extend(_finance(view, segment, clause, sentence, index))
    events.extend(_pools(view, segment, sentence, index))
    return events


def _event(
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
                _event(
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
                _event(
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
        found = None  # 在环境容量、土地指标等方面优先保障 is told by its 优先
    if found:
        benefit = _need(found["need"])
        if kept:
            recipient = find_recipient(view, segment, found.start(), segment.start)
            if recipient:
                events.append(
                    _event(
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
            and re.search(r"全力|优先|足额|切实|重点|充分|给予", view[clause.start : found.start()])
        ):
            events.append(
                _event(
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
        events.append(_event(view, "用煤", "supply_needs:用煤", coal.span(), None, index, 0.7))
    quota = patterns.quota.search(view, clause.start, clause.end)
    if quota:
        recipient = find_recipient(view, segment, quota.start(), segment.start)
        if recipient:
            events.append(
                _event(
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
        events.append(_event(view, "保险补偿", "noun 保险补偿:保险补偿", insured.span(), insured.span("who"), index))
    found = patterns.apply.search(view, clause.start, clause.end)
    if found and view[found.start() - 2 : found.start()] != "优先" and not (insured and "计划" not in found["what"]):
        objects = words.lexicon.words("application_objects")
        what = found["what"]
        last = max(((what.rfind(o) + len(o), o) for o in objects if o in what), default=None)
        if last and len(what) - last[0] <= 8 and not re.match(r"(?:的|单位|承担)", what[last[0] :]):
            benefit = "资金" if "资金" in what else "项目申报"
            if found["verb"] in ("推荐", "支持", "帮助", "协助", "鼓励") and names_party(found["who"]):
                events.append(
                    _event(
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
            events.append(_event(view, benefit, rule, (listed.start(), clause.end), listed.span("who"), index, 0.75))
    return events


def _finance(view: str, segment: Segment, clause: Clause, sentence: tuple[int, int], index: int) -> list[Event]:
    """Loans, guarantees, bonds and listings that somebody is helped to get; what financial institutions are asked to support."""
    patterns = _patterns()
    form = patterns.finance_form.search(view, clause.start, clause.end)
    actor = patterns.finance_actor.search(view, sentence[0], clause.end)
    if form:
        act = patterns.finance_act.search(view, clause.start, clause.end)
        if act and (actor or re.search(r"对|针对|为|面向", act.group())):
            target = re.search(
                r"(?:对|针对|为|面向)(?P<who>[^，。；]{2,40}?)(?:的|提供|开发|信贷|贷款|融资|授信|担保|在)",
                view[clause.start : clause.end],
            )
            if target and names_party(target["who"]):
                who = (clause.start + target.start("who"), clause.start + target.end("who"))
                return [_event(view, "融资", f"finance_forms:{form.group()}", (clause.start, clause.end), who, index)]
        help_ = patterns.finance_help.search(view, clause.start, clause.end)
        if (
            help_
            and not re.match(r"引导(?!金融|银行)", help_.group())
            and not patterns.finance_actor.search(help_.group()[:12])
        ):
            recipient = find_recipient(view, segment, help_.start("form"), clause.start)
            who = (recipient.start, recipient.end) if recipient else (help_.start() + 2, help_.start("form"))
            return [
                _event(view, "融资", f"finance_forms:{form.group()}", (help_.start(), clause.end), who, index, 0.75)
            ]
        return []
    if actor and actor.end() <= clause.start and not patterns.finance_form.search(view, sentence[0], sentence[1]):
        target = re.compile(r"(?:重点|优先|大力|积极|着力)?支持(?P<who>[^，。；]{3,60})").match(
            view, clause.start, clause.end
        )
        fund = patterns.fund.search(view, sentence[0], clause.start)
        invest = patterns.fund_use.match(view, clause.start, clause.end) if fund else None
        hit = target or invest
        if hit and names_party(hit["who"]):
            span = (fund.start() if fund else clause.start, clause.end)
            return [_event(view, "融资", "finance_actors:" + actor.group(), span, hit.span("who"), index, 0.7)]
    return []


def _pools(view: str, segment: Segment, sentence: tuple[int, int], index: int) -> list[Event]:
    """Public money named first and its use after: 发挥…资金作用，支持X; money sought for a project named before."""
    patterns = _patterns()
    events = []
    for i, clause in enumerate(segment.clauses):
        seek = patterns.seek.search(view, clause.start, clause.end)
        if seek and seek.group().endswith(("支持", "扶持")) and i > 0:
            before = view[segment.clauses[i - 1].start : segment.clauses[i - 1].end]
            if names_party(before) and "部门" not in before:
                events.append(
                    _event(
                        view,
                        "资金",
                        "pool_nouns:资金",
                        (segment.clauses[i - 1].start, clause.end),
                        (segment.clauses[i - 1].start, segment.clauses[i - 1].end),
                        index,
                        0.6,
                    )
                )
        pool = patterns.money_pool.search(view, clause.start, clause.end)
        if pool:
            for later in segment.clauses[i + 1 : i + 3]:
                use = patterns.supports.match(view, later.start, later.end)
                if use and names_party(use["who"]):
                    events.append(
                        _event(view, "资金", "pool_nouns:资金", (clause.start, later.end), use.span("who"), index, 0.7)
                    )
                    break
    tailored = patterns.tailored.search(view, segment.start, segment.end)
    if tailored and names_party(view[segment.start : tailored.start()]):
        events.append(
            _event(view, "帮扶指导", "noun 帮扶指导:帮扶指导", (segment.start, tailored.end()), None, index, 0.7)
        )
    case = patterns.case_by_case.search(view, segment.start, segment.end)
    if case:
        recipient = find_recipient(view, segment, case.start(), segment.start)
        if recipient and recipient.kind in ("to", "subject"):
            events.append(
                Event(
                    benefit="一事一议",
                    group="noun 一事一议:" + case.group(),
                    start=recipient.frame,
                    end=case.end(),
                    recipient=recipient,
                    segment=index,
                    generic=True,
                    confidence=0.6,
                    reason="only the way of giving is named",
                )
            )
    return events
