"""Benefits of finance and of public money whose giver is named first: banks, funds, pools of money."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvlian.plan.incentives.beneficiary import find_recipient, names_party
from lvlian.plan.incentives.clause import Clause, Segment
from lvlian.plan.incentives.event import Event
from lvlian.plan.incentives.frames import framed
from lvlian.plan.incentives.words import Words, pattern
from lvlian.plan.lexicon import built_from_lexicon


@dataclass(frozen=True, slots=True)
class _Patterns:
    finance_act: re.Pattern[str]
    finance_help: re.Pattern[str]
    finance_actor: re.Pattern[str]
    finance_form: re.Pattern[str]
    actor_target: re.Pattern[str]
    fund: re.Pattern[str]
    fund_use: re.Pattern[str]
    seek: re.Pattern[str]
    money_pool: re.Pattern[str]
    supports: re.Pattern[str]
    case_by_case: re.Pattern[str]
    tailored: re.Pattern[str]


@built_from_lexicon
def _patterns() -> _Patterns:
    return _Patterns(
        finance_act=pattern(r"(?:加大|扩大|增加|开发|推出|创新|提供|给予|优化|提高|加强){plain}{0,50}?{finance_forms}"),
        finance_help=pattern(
            r"(?:支持|鼓励|推动|帮助|引导|推荐|助力){plain}{0,40}?{parties}{plain}{0,40}?(?P<form>{finance_forms})"
        ),
        finance_actor=pattern(r"{finance_actors}"),
        finance_form=pattern(r"{finance_forms}"),
        actor_target=re.compile(
            r"(?:重点|优先|大力|积极|着力)?支持(?P<who>[^，。；]{3,60})|(?:进一步|持续)?(?:加大|强化|加强)对(?P<whom>[^，。；]{2,40}?)的?(?:支持|扶持|投放)(?:力度)?"
        ),
        fund=re.compile(r"(?:设立|联合建立|组建|建立|发起|成立|发挥|用好|运用|鼓励|引导|支持)[^，。；]{0,40}?基金"),
        fund_use=re.compile(
            r"(?:重点|专项|吸引社会资本|引导社会资本|引导资金)?(?:支持|用于(?:重点)?(?:投资|支持)?|投资|投向)(?P<who>[^，。；]{3,40})"
        ),
        seek=re.compile(r"争取[^，。；]{0,24}(?:专项)?资金(?:[^，。；]{0,16}(?:支持|扶持))?"),
        money_pool=pattern(r"(?:发挥|统筹|利用|运用|整合|用好|安排|争取){plain}{0,80}?{pool_nouns}{plain}{0,50}"),
        supports=re.compile(r"(?:多渠道|重点|优先|大力)?支持(?P<who>[^，。；]{3,60})"),
        case_by_case=re.compile(r"[“”]?一(?:事|企|项目|案|人|户|园)一(?:议|策)[“”]?"),
        tailored=re.compile(r"(?:实施|实行|开展|提供)[^，。；]{0,24}(?:帮扶指导|指导帮扶|重点帮扶|精准帮扶)"),
    )


def read_finance(view: str, segment: Segment, sentence: tuple[int, int], words: Words, index: int) -> list[Event]:
    """The events of one segment; `sentence` is the span of the whole sentence, whose giver may stand before."""
    events: list[Event] = []
    for clause in segment.clauses:
        if not words.void.search(view, clause.start, clause.end):
            events.extend(_finance(view, segment, clause, sentence, index))
    events.extend(_pools(view, segment, sentence, index))
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
                return [framed(view, "融资", f"finance_forms:{form.group()}", (clause.start, clause.end), who, index)]
        help_ = patterns.finance_help.search(view, clause.start, clause.end)
        if (
            help_
            and not re.match(r"引导(?!金融|银行)", help_.group())
            and not patterns.finance_actor.search(help_.group()[:12])
        ):
            recipient = find_recipient(view, segment, help_.start("form"), clause.start)
            who = (recipient.start, recipient.end) if recipient else (help_.start() + 2, help_.start("form"))
            return [
                framed(view, "融资", f"finance_forms:{form.group()}", (help_.start(), clause.end), who, index, 0.75)
            ]
        return []
    if actor and actor.end() <= clause.start and not patterns.finance_form.search(view, sentence[0], sentence[1]):
        target = patterns.actor_target.match(view, clause.start, clause.end)
        fund = patterns.fund.search(view, sentence[0], clause.start)
        invest = patterns.fund_use.match(view, clause.start, clause.end) if fund else None
        hit = target or invest
        name = "whom" if hit and hit.groupdict().get("whom") else "who"
        if hit and (names_party(hit[name]) or (invest and "领域" in hit[name])):
            span = (fund.start() if fund else clause.start, clause.end)
            return [framed(view, "融资", "finance_actors:" + actor.group(), span, hit.span(name), index, 0.7)]
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
                    framed(
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
                        framed(view, "资金", "pool_nouns:资金", (clause.start, later.end), use.span("who"), index, 0.7)
                    )
                    break
    tailored = patterns.tailored.search(view, segment.start, segment.end)
    if tailored and names_party(view[segment.start : tailored.start()]):
        events.append(
            framed(view, "帮扶指导", "noun 帮扶指导:帮扶指导", (segment.start, tailored.end()), None, index, 0.7)
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
