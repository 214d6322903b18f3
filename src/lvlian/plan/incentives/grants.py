"""Benefits with an amount: shares, sums and caps become one event each, a share and its cap one event together."""

from __future__ import annotations

import re
from dataclasses import replace

from lvlian.plan.incentives.amount import CAP, GRANT, SHARE, Amount, Amounts, with_roles
from lvlian.plan.incentives.beneficiary import find_recipient, words_before
from lvlian.plan.incentives.clause import Clause, Segment
from lvlian.plan.incentives.event import MONEY, Event, benefit_class
from lvlian.plan.incentives.words import Words, pattern
from lvlian.plan.lexicon import built_from_lexicon

_GIVEN = re.compile(r"给予|予以|奖励|补助|补贴|资助")
_RELIEF = re.compile(r"减按|减征|减免|减收|免除")
_BEFORE = 90
"""How far before an amount the word that names it may stand in its clause, characters."""
_UNTOLD = "noun 资金:资金"


@built_from_lexicon
def _fee() -> re.Pattern[str]:
    return pattern(r"{fee_words}")


_LAND_PRICE = re.compile(r"土地|地价|出让(?:底价|价|金)|用地")


def read_grants(view: str, segment: Segment, found: Amounts, words: Words, index: int, named: bool) -> list[Event]:
    """The events of the amounts in one segment; `named` tells whether the sentence named a benefit before."""
    amounts = with_roles(view, segment, found, named)
    events: list[Event] = []
    low = segment.start
    for group in _groups(view, amounts):
        first = group[0]
        if first.role not in (SHARE, GRANT, CAP):
            continue
        clause = segment.clauses[segment.index_at(first.start)]
        void = words.void.search(view, clause.start, first.start)
        if void and not _GIVEN.search(view, void.end(), first.start):
            continue
        if first.role == CAP and events:
            joined = _cap(events, group, view, clause, words)
            if joined is not None:
                events = joined
                continue
        following = next((a for a in amounts if a.start >= group[-1].end and a.role in (SHARE, GRANT, CAP)), None)
        benefit, entry, end = _benefit(view, segment, clause, group, following, words)
        recipient = find_recipient(view, segment, first.start, low) or words_before(view, segment, first.start)
        if benefit == "用地" and first.is_share:
            # A price told as a share of another price (最低标准的70%) is no amount that is given.
            events.append(
                Event(
                    benefit=benefit,
                    group=entry,
                    start=clause.start,
                    end=max(end, first.end),
                    recipient=recipient,
                    segment=index,
                )
            )
            continue
        for i, amount in enumerate(group):
            events.append(
                Event(
                    benefit=benefit,
                    group=entry,
                    start=clause.start,
                    end=max(end, amount.end),
                    recipient=recipient,
                    amount=amount.value,
                    unit=amount.unit,
                    limit="max" if amount.role == CAP else "exact",
                    vague=entry == _UNTOLD,
                    open_share=amount.role == SHARE and amount.is_share,
                    confidence=0.95 if recipient and recipient.kind != "words" else 0.8,
                    segment=index,
                    member=i if len(group) > 1 else -1,
                    members=len(group) if len(group) > 1 else 0,
                )
            )
    for i in range(len(events) - 2, -1, -1):
        if events[i].vague and not events[i + 1].vague and events[i].start == events[i + 1].start:
            # 前两年按100%、后三年按50%返还: the form is told once, behind the last
            events[i] = replace(events[i], benefit=events[i + 1].benefit, group=events[i + 1].group)
    return events


_LEVEL = r"(?:(?:国家|自治区|省|市|区|县|州|部)级?|[A-Z]类|[A-Z]级|[特一二三四五]等奖?|[一二三四五]类|[一二三四五]星级?|[金银铜优]奖|\d+(?:\.\d+)?[万亿]*元?)"
_LEVELS = re.compile(rf"{_LEVEL}(?:(?:、|和|及|与|或){_LEVEL})+")


def spread_who(who: str, member: int, members: int) -> str:
    """The beneficiary of one member of a list (国家级、省级中心分别奖励A、B): its own level in place of the list of levels."""
    for levels in _LEVELS.finditer(who):
        parts = re.split(r"[、和及与或]", levels.group())
        if len(parts) == members:
            return who[: levels.start()] + parts[member] + who[levels.end() :]
    return who


_ONE_LIST = re.compile(r"(?:[、和及与或/]|以及){1,2}(?:最高|不超过|每年|一次性)?")


def _groups(view: str, amounts: list[Amount]) -> list[list[Amount]]:
    """Amounts joined in one list (100万元、50万元) together."""
    groups: list[list[Amount]] = []
    for amount in amounts:
        last = groups[-1][-1] if groups else None
        if (
            last
            and last.role == amount.role
            and last.is_share == amount.is_share
            and _ONE_LIST.fullmatch(view, last.end, amount.start)
        ):
            groups[-1].append(amount)
        else:
            groups.append([amount])
    return groups


def _cap(events: list[Event], group: list[Amount], view: str, clause: Clause, words: Words) -> list[Event] | None:
    """The events with a cap joined to its share; None where the cap stands for itself."""
    shares = [i for i, e in enumerate(events) if e.open_share]
    if shares and not events[-1].open_share:
        # Sums were given after the share: the cap is over all of them.
        for i in shares:
            events[i] = replace(events[i], open_share=False)
        return None
    if len(shares) == 1 and len(group) > 1:
        # One share with a cap for each level: the share stands for each of them.
        i = shares[0]
        events[i : i + 1] = [replace(events[i], member=k, members=len(group)) for k in range(len(group))]
        shares = list(range(i, i + len(group)))
    if len(shares) == len(group):
        for i, amount in zip(shares, group, strict=True):
            named = [
                n
                for n in words.nouns.finditer(view, clause.start, min(clause.end, group[-1].end + 16))
                if n.lastgroup not in words.generic and benefit_class(n.lastgroup or "") == MONEY
            ]
            if named and (benefit_class(events[i].benefit) != MONEY or events[i].vague):
                noun = named[-1]
                events[i] = replace(
                    events[i],
                    benefit=noun.lastgroup or "",
                    group=f"noun {noun.lastgroup}:{noun.group()}",
                    end=max(events[i].end, noun.end()),
                )
            events[i] = replace(
                events[i],
                amount=amount.value,
                unit=amount.unit,
                limit="max",
                end=max(events[i].end, amount.end),
                open_share=False,
            )
        return events
    if shares:
        for i in shares:
            events[i] = replace(events[i], open_share=False)
        return None
    between = view[events[-1].end : group[0].start]
    if len(events) == 1 and len(group) == 1 and not re.search(r"给予|予以|对", between):
        # A cap over sums that are given in full (每项10万元，最高50万元) bounds the recipient's total; the sum is the benefit.
        last = group[-1]
        events[-1] = replace(events[-1], end=max(events[-1].end, last.end))
        return events
    return None


def _benefit(
    view: str, segment: Segment, clause: Clause, group: list[Amount], following: Amount | None, words: Words
) -> tuple[str, str, int]:
    """(benefit, lexicon entry, end of its words) of a list of amounts: the noun after it, before it, or earlier in the segment."""
    last = group[-1]
    limit = min(clause.end, following.start if following else clause.end, last.end + 44)
    more = following is not None and following.start < clause.end  # its noun may be that of the next amount
    after = [
        n
        for n in words.nouns.finditer(view, last.end, limit)
        if n.start() - last.end <= 26 and not (more and "、" in view[last.end : n.start()])
    ]
    telling = [n for n in after if n.lastgroup not in words.generic]
    money = [n for n in telling if benefit_class(n.lastgroup or "") == MONEY]
    end = after[0].end() if after else last.end
    if telling:
        noun = (money or telling)[0]
        return noun.lastgroup or "", f"noun {noun.lastgroup}:{noun.group()}", max(end, noun.end())
    fee = _fee().search(view, last.end, min(limit, last.end + 24))
    if fee:
        return "减免", f"act 减免:{fee.group()}", fee.end()
    near_start = max(clause.start, group[0].start - _BEFORE)
    before = [n for n in words.nouns.finditer(view, near_start, group[0].start) if n.lastgroup not in words.generic]
    near = [
        n
        for n in before
        if benefit_class(n.lastgroup or "") == MONEY or n.lastgroup in ("退税", "减免") or not group[0].is_share
    ]
    if near:
        noun = near[-1]
        return noun.lastgroup or "", f"noun {noun.lastgroup}:{noun.group()}", end
    if _RELIEF.search(view, clause.start, group[0].start):
        return "减免", "act 减免:减免", end
    if group[0].is_share and _LAND_PRICE.search(view, segment.start, last.end):
        return "用地", "noun 用地:用地", end
    for noun in reversed(list(words.nouns.finditer(view, segment.start, clause.start))):
        name = noun.lastgroup or ""
        if name not in words.generic and name in ("奖励", "补贴", "贴息", "资金", "减免", "退税", "融资", "保险补偿"):
            return name, f"noun {name}:{noun.group()}", end
    index = segment.index_at(last.end - 1) + 1
    if clause.end - last.end <= 3 and index < len(segment.clauses):
        later = segment.clauses[index]
        told = words.nouns.search(view, later.start, min(later.end, later.start + 24))
        if told and told.lastgroup not in words.generic:
            return told.lastgroup or "", f"noun {told.lastgroup}:{told.group()}", told.end()
    return "资金", _UNTOLD, end
