"""Reads the incentives of a paper: sentence by sentence, the benefits found, what repeats dropped, quotes cut."""

from __future__ import annotations

import re
from dataclasses import replace

from lvlian.plan.facts import Incentive
from lvlian.plan.incentives.amount import Amounts, duration_pattern
from lvlian.plan.incentives.clause import Segment, masked, segments
from lvlian.plan.incentives.event import MONEY, Event, benefit_class, same_class
from lvlian.plan.incentives.finance import read_finance
from lvlian.plan.incentives.forms import read_forms
from lvlian.plan.incentives.frames import read_frames
from lvlian.plan.incentives.grants import read_grants, spread_who
from lvlian.plan.incentives.means import read_means
from lvlian.plan.incentives.words import Words, pattern, words
from lvlian.plan.lexicon import built_from_lexicon
from lvlian.plan.manuscript import Manuscript

_DUTY = re.compile(r"[（(]?(?:责任|牵头|配合|支持|主办|协办|落实)(?:单位|部门)")
_GIVES = re.compile(r"对[^，。；]{2,}(?:给予|予以|享受|免|优先|奖励|补贴|补助)|给予|予以")
_ITEM = re.compile(r"(?:[—-]{1,2}|[（(]?\d{1,2}[）).、]|（[一二三四五六七八九十]{1,3}）|[①-⑳]|[a-zA-Z][.、)）])")
"""The mark at the head of an item of a list."""
_ARTICLE = re.compile(
    r"(?:第[\d 一二三四五六七八九十百]{1,5}条|\d{1,2}[.、]|（[一二三四五六七八九十\d]{1,3}）|[一二三四五六七八九十]{1,3}、)"
)
_RUN_IN = 26
"""A numbered sentence this short at the head of a paragraph is its title."""
_LONGEST = 1200
"""A sentence longer than this is a broken table or a list of names; it is read in pieces."""


def read_incentives(paper: Manuscript) -> list[Incentive]:
    """The incentives of a paper in the order of the text. Linear in its length; raises LexiconError only."""
    lexicon = words()
    view = masked(paper.clean)
    amounts = Amounts(paper.measures, view)
    heads = dict(paper.titles)
    kept: list[Event] = []
    header: Event | None = None
    announced = (-1, False)
    for sentence in paper.spoken:
        start = sentence.start
        if (
            header is not None
            and sentence.paragraph != announced[0]
            and not (announced[1] and _ITEM.match(view, start))
        ):
            header = None
        while start < sentence.end:
            end = _piece_end(view, start, sentence.end)
            if (header is None and not lexicon.trigger.search(view, start, end)) or _DUTY.match(view, start):
                start = end
                continue
            title = _is_heading(paper, view, amounts, heads, start, end)
            found = _events(view, amounts, start, end, lexicon, header)
            if header is not None and kept and kept[-1] is header and any(_details(e, header) for e in found):
                kept.pop()  # what stands under it tells what is given
                found = [replace(e, told=header.recipient) if _details(e, header) else e for e in found]
            kept.extend(e for e in found if not title or e.group.startswith("application"))
            if found and not title and benefit_class(found[-1].benefit) == MONEY and found[-1].amount is None:
                header, announced = found[-1], (sentence.paragraph, view[end - 1] == "：")
            elif header is not None and not announced[1]:
                header = None
            start = end
    return [_incentive(paper, view, event) for event in kept]


def _details(event: Event, header: Event) -> bool:
    """Whether an event only gives the amount of a benefit that was announced before, and names no recipient of its own."""
    own = event.recipient is not None and event.recipient.kind not in ("words", "subject")
    return event.amount is not None and not own and benefit_class(header.benefit) == benefit_class(event.benefit)


def _piece_end(view: str, start: int, end: int) -> int:
    """Where the piece of a long sentence ends: at its last semicolon or comma within reach."""
    if end - start <= _LONGEST:
        return end
    for mark in "；，":
        at = view.rfind(mark, start + _LONGEST // 2, start + _LONGEST)
        if at > 0:
            return at + 1
    return start + _LONGEST


def _is_heading(paper: Manuscript, view: str, amounts: Amounts, heads: dict[int, int], start: int, end: int) -> bool:
    """Whether the sentence is the words of a heading, which announces and gives nothing."""
    if amounts.within(start, end) or _GIVES.search(view, start, end):
        return False
    stop = heads.get(start)
    if stop is not None and end - 1 <= stop:
        return True
    return end - start <= _RUN_IN and _ARTICLE.match(view, start, end) is not None


def _events(view: str, amounts: Amounts, start: int, end: int, lexicon: Words, header: Event | None) -> list[Event]:
    """The events of one sentence."""
    parts = segments(view, start, end)
    granted: list[Event] = []
    plain: list[Event] = []
    named = header is not None
    for index, segment in enumerate(parts):
        grants = read_grants(view, segment, amounts, lexicon, index, named)
        if header is not None:
            grants = [replace(e, benefit=header.benefit, group=header.group) if e.vague else e for e in grants]
        granted.extend(grants)
        forms = read_forms(view, segment, lexicon, index)
        plain.extend(forms)
        plain.extend(read_means(view, segment, lexicon, index))
        plain.extend(read_frames(view, segment, lexicon, index))
        plain.extend(read_finance(view, segment, (start, end), lexicon, index))
        named = named or bool(grants or forms)
    kept = [e for e in granted + _settled(granted, plain, parts) if not _reported(view, start, e)]
    return sorted((_completed(e, parts) for e in kept), key=lambda e: (e.start, e.end))


@built_from_lexicon
def _report() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return pattern(r"{report_words}"), pattern(r"{offer_words}")


def _reported(view: str, start: int, event: Event) -> bool:
    """Whether an event is told as done: 去年累计减免税费2亿元."""
    report, offer = _report()
    told = report.search(view, start, event.end)
    if told and not offer.search(view, told.end(), event.end):
        return True
    # Hundreds of millions that nobody is offered are what a place or a bank has spent.
    return (
        (event.unit or "").startswith("亿")
        and event.limit == "exact"
        and not offer.search(view, event.start, event.end)
        and event.benefit != "奖励"
    )


def _settled(granted: list[Event], plain: list[Event], parts: list[Segment]) -> list[Event]:
    """The plain events that say something of their own: not the amount's own words, not a repetition, not a vaguer word."""
    out: list[Event] = []
    for event in sorted(plain, key=lambda e: (e.generic, e.start)):
        beside = [g for g in granted if g.segment == event.segment]
        others = [o for o in out if o.segment == event.segment]
        if event.group.startswith("effort ") and (
            beside or any(o is not event and o.start > event.start and o.group.startswith("noun") for o in plain)
        ):
            continue
        full = event.group.startswith(("act 奖励", "act 补贴"))
        if (
            not full
            and benefit_class(event.benefit) == MONEY
            and any(benefit_class(g.benefit) == MONEY for g in beside)
        ):
            continue
        if any(g.start <= event.start < g.end or (event.conditional and event.start < g.start) for g in beside):
            continue
        if event.benefit == "一事一议" and (out or granted):
            continue
        if event.generic and any(_same_recipient(o, event) for o in others + beside):
            continue
        if event.benefit == "优先" and any(o.group.startswith("supply_needs") and _overlap(o, event) for o in others):
            continue
        if event.group.startswith("list ") and any(o.benefit == event.benefit and o.start > event.start for o in plain):
            continue
        if any(same_class(o.benefit, event.benefit) and _repeats(o, event, parts[event.segment]) for o in others):
            continue
        out.append(event)
    return out


def _overlap(a: Event, b: Event) -> bool:
    return a.start < b.end and b.start < a.end


def _repeats(other: Event, event: Event, segment: Segment) -> bool:
    """Whether two events of one benefit are one: words that overlap, or the same recipient in the same clause."""
    if other.benefit != event.benefit and benefit_class(event.benefit) == MONEY:
        return False  # forms in a list of forms
    if _overlap(other, event):
        return True
    return (
        other.benefit == event.benefit
        and _same_recipient(other, event)
        and segment.index_at(other.end - 1) == segment.index_at(event.end - 1)
    )


def _same_recipient(a: Event, b: Event) -> bool:
    if a.recipient is None or b.recipient is None:
        return True
    return a.recipient.start == b.recipient.start or (
        a.recipient.start < b.recipient.end and b.recipient.start < a.recipient.end
    )


def _completed(event: Event, parts: list[Segment]) -> Event:
    """The event with its span widened to the beneficiary's words."""
    start = min(event.start, event.recipient.frame) if event.recipient else event.start
    segment = parts[event.segment]
    return replace(event, start=max(segment.start, start))


def _incentive(paper: Manuscript, view: str, event: Event) -> Incentive:
    quote, at = paper.text.quote(event.start, event.end)
    recipient = event.recipient
    who = paper.text.printed(recipient.start, recipient.end) if recipient else ""
    if event.told is not None and (recipient is None or recipient.kind == "words"):
        announced = paper.text.printed(event.told.start, event.told.end)
        who = f"{announced}，{who}" if who else announced
    if event.members > 1:
        who = spread_who(who, event.member, event.members)
    if not who:
        who = paper.text.printed(event.start, event.end)
    told = list(duration_pattern().finditer(view, event.start, event.end))
    # 每年 tells how often; a span of years tells how long and goes before it.
    duration = next((d for d in told if d.group() != "每年"), told[0] if told else None)
    reason = event.reason
    if recipient is None and reason is None:
        reason = "no recipient named in the sentence"
    return Incentive(
        who=who.strip("，、；：的") if not who.endswith("的") else who.strip("，、；："),
        benefit=event.benefit,
        amount=event.amount,
        unit=event.unit,
        limit=event.limit,
        duration=paper.text.printed(*duration.span()) if duration else None,
        quote=quote,
        start=at,
        section=paper.section_at(event.start),
        confidence=event.confidence,
        reason=reason if event.confidence < 0.75 else None,
        made_by=(words().entry(*event.group.split(":", 1)),),
    )
