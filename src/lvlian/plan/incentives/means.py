"""Benefits told by the means of giving: 加大…力度, 通过补贴等方式, money set aside for a use, a policy that is issued."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvlian.plan.incentives.beneficiary import Recipient, find_recipient, names_party
from lvlian.plan.incentives.clause import Clause, Segment
from lvlian.plan.incentives.event import Event
from lvlian.plan.incentives.forms import LISTING, MODIFIES
from lvlian.plan.incentives.words import Words, pattern
from lvlian.plan.lexicon import built_from_lexicon


@dataclass(frozen=True, slots=True)
class _Patterns:
    effort: re.Pattern[str]
    by_means: re.Pattern[str]
    funds_push: re.Pattern[str]
    as_subsidy: re.Pattern[str]
    policy: re.Pattern[str]
    reserve: re.Pattern[str]


@built_from_lexicon
def _patterns() -> _Patterns:
    return _Patterns(
        effort=pattern(
            r"(?:加大|加强|强化|提高|增强)(?P<body>{plain}{0,60}?)(?:{effort}){plain}{0,8}?(?:支持|扶持|投放|奖励|补助|补贴|倾斜|保障)?力度"
        ),
        by_means=re.compile(
            r"(?:通过|采取|采用|运用|以)(?P<list>[^，。；]{2,40}?)(?:等)?(?:多种|各种|多样化)?(?:方式|形式|手段)"
        ),
        funds_push=re.compile(
            r"通过[^，。；]{0,8}(?:资金|财政|金融)(?:扶持|支持|引导)，(?:加快|大力|积极)?(?:推进|推动|支持)(?P<who>[^，。；]{2,60})"
        ),
        as_subsidy=re.compile(r"作为(?P<who>[^，。；]{2,20}?)的?(?:政策)?(?P<form>补贴|奖励|补助)"),
        policy=pattern(
            r"{policy_makers}(?P<who>{plain}{2,40}?)(?:的|相应|具体|相关|专项|有关|等)*(?P<form>{policy_nouns})"
        ),
        reserve=re.compile(
            r"(?:设立|安排|整合|统筹|列支)[^。；]{0,30}?资金(?:[^。；]{0,60}?)用于(?P<use>[^，。；]{2,50})"
        ),
    )


def read_means(view: str, segment: Segment, words: Words, index: int) -> list[Event]:
    """The events of one segment, in the order of their clauses."""
    events: list[Event] = []
    for clause in segment.clauses:
        if not words.void.search(view, clause.start, clause.end):
            events.extend(_effort(view, segment, clause, index))
            events.extend(_means(view, segment, clause, words, index))
            events.extend(_policy(view, segment, clause, words, index))
    return events


def _effort(view: str, segment: Segment, clause: Clause, index: int) -> list[Event]:
    """加大对X的资金支持力度: a named form for a named recipient."""
    found = _patterns().effort.search(view, clause.start, clause.end)
    if not found:
        return []
    benefit = next(name for name in found.groupdict() if name != "body" and found[name])
    group = f"effort {benefit}:{found[benefit]}"
    to = re.match(r"对(.{2,60}?)的?$", found["body"]) or re.match(r"对(.{2,60}?)(?:的|在)", found["body"])
    start = found.start()
    recipient = None
    if to:
        begin = found.start("body") + to.start(1)
        recipient = Recipient(found.start(), begin, begin + len(to.group(1)), "to")
    elif len(found["body"]) > 4 and names_party(found["body"]):
        recipient = Recipient(found.start(), found.start("body"), found.end("body"), "to")
    else:
        around = re.search(r"围绕([^，。；]{2,40})，$", view[segment.start : found.start()])
        after = re.compile(r"，(?:推进|支持|推动|加快)([^，。；]{2,60})").match(view, clause.end, segment.end)
        if around:
            recipient = Recipient(
                segment.start + around.start(), segment.start + around.start(1), segment.start + around.end(1), "around"
            )
        elif after and names_party(after.group(1)):
            recipient = Recipient(start, after.start(1), after.end(1), "help")
            return [
                Event(
                    benefit=benefit,
                    group=group,
                    start=start,
                    end=after.end(1),
                    recipient=recipient,
                    segment=index,
                    confidence=0.7,
                )
            ]
    if recipient is None:
        return []
    return [
        Event(
            benefit=benefit,
            group=group,
            start=start,
            end=found.end(),
            recipient=recipient,
            segment=index,
            confidence=0.75,
        )
    ]


def _means(view: str, segment: Segment, clause: Clause, words: Words, index: int) -> list[Event]:
    """通过补贴、奖励等方式，加大…支持力度: each form a record. 厂房作为…补贴. 通过资金扶持，推进X."""
    events = []
    patterns = _patterns()
    found = patterns.by_means.search(view, clause.start, clause.end)
    rest = view[clause.end : segment.end]
    if found and re.match(r"，(?:加大|支持|鼓励|扶持|给予)", rest) and not re.search(r"银行|金融机构", rest):
        recipient = find_recipient(view, segment, segment.end, clause.end)
        for part in re.split(r"[、和及]", found["list"]):
            noun = words.nouns.fullmatch(part)
            if noun and noun.lastgroup not in words.generic and recipient:
                events.append(
                    Event(
                        benefit=noun.lastgroup or "",
                        group=f"noun {noun.lastgroup}:{part}",
                        start=clause.start,
                        end=recipient.end,
                        recipient=recipient,
                        segment=index,
                        confidence=0.75,
                    )
                )
    push = patterns.funds_push.match(view, clause.start, segment.end)
    if push:
        events.append(
            Event(
                benefit="资金",
                group="noun 资金:资金扶持",
                start=push.start(),
                end=push.end(),
                segment=index,
                confidence=0.7,
            )
        )
    reserve = patterns.reserve.search(view, clause.start, segment.end)
    if reserve and reserve.start() < clause.end:
        who = re.match(
            r"(?:支持|扶持|奖励|补助)?(.{2,40}?)(?:的)?(?=" + "奖励|补助|补贴|贴息|资助|奖补" + ")", reserve["use"]
        )
        if re.match(r"支持|扶持", reserve["use"]) and names_party(reserve["use"]):
            recipient = Recipient(reserve.start(), reserve.start("use") + 2, reserve.end("use"), "use")
            events.append(
                Event(
                    benefit="资金",
                    group="pool_nouns:资金",
                    start=reserve.start(),
                    end=reserve.end(),
                    recipient=recipient,
                    segment=index,
                    confidence=0.7,
                )
            )
        elif who:
            begin = reserve.start("use") + who.start(1)
            recipient = Recipient(reserve.start(), begin, begin + len(who.group(1)), "use")
            for part in LISTING.split(reserve["use"][who.end() :]):
                noun = words.nouns.match(part)
                if noun and noun.lastgroup in ("奖励", "补贴", "贴息"):
                    events.append(
                        Event(
                            benefit=noun.lastgroup,
                            group=f"noun {noun.lastgroup}:{noun.group()}",
                            start=reserve.start(),
                            end=reserve.end(),
                            recipient=recipient,
                            segment=index,
                            confidence=0.7,
                        )
                    )
    given = patterns.as_subsidy.search(view, clause.start, clause.end)
    if given:
        benefit = "奖励" if given["form"] == "奖励" else "补贴"
        recipient = Recipient(clause.start, given.start("who"), given.end("who"), "to")
        events.append(
            Event(
                benefit=benefit,
                group=f"noun {benefit}:{given['form']}",
                start=given.start(),
                end=given.end(),
                recipient=recipient,
                segment=index,
                confidence=0.8,
            )
        )
    return events


def _policy(view: str, segment: Segment, clause: Clause, words: Words, index: int) -> list[Event]:
    """出台X优惠政策: a policy of a named form for a named X."""
    found = _patterns().policy.search(view, clause.start, clause.end)
    if not found or found["who"].strip("的等和、") == "" or re.match(r"的|关于", found["who"]):
        return []
    if MODIFIES.match(view, found.end()):
        return []
    maker = view[found.start() : found.start("who")]
    noun = words.nouns.match(found["form"])
    benefit = noun.lastgroup or "优惠政策" if noun else "优惠政策"
    telling = words.nouns.search(found["who"])
    if benefit in words.generic and telling and telling.lastgroup not in words.generic:
        benefit = telling.lastgroup or benefit
    if maker in ("落实", "用好") and benefit in words.generic:
        return []
    recipient = Recipient(found.start(), found.start("who"), found.end("who"), "policy")
    return [
        Event(
            benefit=benefit,
            group=f"policy_nouns:{found['form']}",
            start=found.start(),
            end=found.end(),
            recipient=recipient,
            segment=index,
            confidence=0.7,
        )
    ]
