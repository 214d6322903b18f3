"""Benefits without an amount that stand after a verb of giving, or are given by a verb or a set wording of their own."""

from __future__ import annotations

import re

from lvlian.plan.incentives.beneficiary import Recipient, find_recipient, names_party
from lvlian.plan.incentives.clause import Clause, Segment
from lvlian.plan.incentives.event import Event, same_class
from lvlian.plan.incentives.words import Words
from lvlian.plan.lexicon import built_from_lexicon

MODIFIES = re.compile(
    r"(?:了|的(?!优惠|政策|方式|支持|奖励|补)|后|等(?:资格|条件)的|标准|比例|办法|名单|条件|申报|范围)"
)
_LENT = re.compile(r"[约超近达共]{0,2}\d")
"""A sum after a loan that is no cap: a report of what was lent."""
_BEFORE_GIVE = re.compile(r"(?:不|未|已|已经|曾|没有|拒绝|再次|不能|停止)$")
_FIRST = re.compile(r"优先(?!发展|布局|引进|选择|级)")
_SPHERE = re.compile(r"在(?P<list>[^，。；]{2,80}?)(?:等)?(?:方面|领域|上)(?=[^方]{0,24}$)")
_OFFICE = re.compile(r"^(?:各|有关|相关|市|县|省|州|区)|部门|政府|委员会|财政|管委会|局$|厅$")
_WEAKLY_GIVEN = frozenset(
    (
        "奖励",
        "补贴",
        "贴息",
        "资金",
        "激励扶持",
        "保险补偿",
        "减免",
        "退税",
        "融资",
        "优惠价格",
        "审批",
        "豁免",
        "分级管控",
        "帮扶指导",
        "重点服务",
    )
)
"""What a verb like 落实 or 提供 can give; with the other benefits it only names a subject (严格执行能耗标准)."""
LISTING = re.compile(r"[、和及与或]")


@built_from_lexicon
def _may() -> re.Pattern[str]:
    """Words that allow or grant, one of which a set wording needs beside it."""
    return re.compile(
        r"允许|可(?!再生|持续|靠|行|追|降|信|视)|准予|同意|给予|予以|实行|支持|鼓励|采取|由|将|应保尽保|争取|一律|全部|执行|落实|不再|享受|同等|，对|对"
    )


def read_forms(view: str, segment: Segment, words: Words, index: int) -> list[Event]:
    """The events of one segment that carry no amount, in the order of their kinds; the reading drops what repeats."""
    events: list[Event] = []
    for clause in segment.clauses:
        void = words.void.search(view, clause.start, clause.end)
        if void:
            continue
        events.extend(_given(view, segment, clause, words, index))
        events.extend(_acted(view, segment, clause, words, index))
    return events


def _given(view: str, segment: Segment, clause: Clause, words: Words, index: int) -> list[Event]:
    """给予 … 奖励: one event for each form that the object lists."""
    events: list[Event] = []
    verbs = list(words.give.finditer(view, clause.start, clause.end))
    for i, verb in enumerate(verbs):
        if _BEFORE_GIVE.search(view[max(clause.start, verb.start() - 4) : verb.start()]):
            continue
        limit = verbs[i + 1].start() if i + 1 < len(verbs) else clause.end
        weak = verb.group() in words.weak
        if verb.group() in ("获得", "申请", "申领") and "可" not in view[clause.start : verb.start()]:
            continue
        forms = _forms_listed(view, verb.end(), limit, words)
        if not forms or MODIFIES.match(view, forms[-1][2]):
            continue
        forms = [f for f in forms if not MODIFIES.match(view, f[2])]
        if forms[-1][0] == "融资" and _LENT.match(view, forms[-1][2]):
            continue
        if weak:
            forms = [
                f for f in forms if f[0] in _WEAKLY_GIVEN or (f[0] == "优惠政策" and verb.group() in ("落实", "执行"))
            ]
        elif len(forms) == 1 and forms[0][0] in words.generic | {"优先"}:
            forms = _specified(view, clause, verb.start(), forms[0], words)
        recipient = find_recipient(view, segment, verb.start(), segment.start)
        if recipient is None and verb.group() == "落实" and forms and forms[0][0] in ("减免", "退税", "保险补偿"):
            recipient = _of_policy(view, verb.end(), limit, words)
        for benefit, entry, end in forms:
            generic = benefit in words.generic
            if generic and (
                recipient is None
                or (recipient.kind == "subject" and not _may_ask(view[recipient.start : recipient.end]))
            ):
                continue
            if recipient is None or (benefit == "优惠政策" and weak and recipient.kind != "to"):
                continue
            events.append(
                Event(
                    benefit=benefit,
                    group=entry,
                    start=verb.start(),
                    end=end,
                    recipient=recipient,
                    generic=generic,
                    segment=index,
                    conditional=weak,
                    confidence=0.7 if generic else 0.9 if recipient else 0.6,
                    reason="support without a form"
                    if generic
                    else None
                    if recipient
                    else "no recipient named in the sentence",
                )
            )
    return events


def _of_policy(view: str, start: int, end: int, words: Words) -> Recipient | None:
    """落实再生铝企业即征即退政策: the party between the verb and the benefit."""
    noun = next(
        (n for n in words.nouns.finditer(view, start, end) if n.lastgroup in ("减免", "退税", "保险补偿")), None
    )
    if noun is None or not (
        names_party(view[start : noun.start()]) or (noun.lastgroup == "保险补偿" and noun.start() - start >= 2)
    ):
        return None
    return Recipient(start, start, noun.start(), "policy")


def _may_ask(words: str) -> bool:
    """Whether the subject of a sentence is somebody who asks for support, not the office that gives it."""
    return not _OFFICE.search(words) and (words.endswith("的") or names_party(words[-6:]))


def _forms_listed(view: str, start: int, end: int, words: Words) -> list[tuple[str, str, int]]:
    """(benefit, entry, end) of each form in a list of forms; a chain of nouns (贷款贴息补助) is one form, its first telling noun names it."""
    chains: list[list[re.Match[str]]] = []
    for noun in words.nouns.finditer(view, start, end):
        if (
            chains
            and not LISTING.search(view, chains[-1][-1].end(), noun.start())
            and noun.start() - chains[-1][-1].end() <= 12
        ):
            chains[-1].append(noun)
        else:
            chains.append([noun])
    forms = []
    for chain in chains:
        telling = [n for n in chain if n.lastgroup not in words.generic] or chain
        name = telling[0].lastgroup or ""
        forms.append((name, f"noun {name}:{telling[0].group()}", chain[-1].end()))
    telling_forms = [f for f in forms if f[0] not in words.generic]
    return telling_forms or forms[:1]


def _specified(
    view: str, clause: Clause, at: int, form: tuple[str, str, int], words: Words
) -> list[tuple[str, str, int]]:
    """A plain 支持 said in a sphere (在产能置换方面予以支持, 利用专项资金给予支持) is that form."""
    before = view[clause.start : at]
    if _FIRST.search(before) or form[0] == "优先":
        return [("优先", "noun 优先:优先", form[2])]
    sphere = _SPHERE.search(before)
    if sphere:
        found: list[tuple[str, str, int]] = []
        for part in LISTING.split(sphere["list"]):
            noun = words.nouns.search(part)
            if (
                noun
                and noun.lastgroup not in words.generic
                and len(part) <= 8
                and not any(same_class(f[0], noun.lastgroup or "") for f in found)
            ):
                found.append((noun.lastgroup or "", f"noun {noun.lastgroup}:{noun.group()}", form[2]))
        if found:
            return found
    if form[0] == "优惠政策":
        domain = [n for n in words.nouns.finditer(before) if n.lastgroup in ("用电", "用地", "能耗", "减免", "融资")]
        if domain and len(before) - domain[-1].end() <= 6:  # 用电价格给予优惠
            return [(domain[-1].lastgroup or "", f"noun {domain[-1].lastgroup}:{domain[-1].group()}", form[2])]
    noun = next((n for n in words.nouns.finditer(before) if n.lastgroup == "资金"), None)
    if noun and re.search(r"(?:利用|运用|使用|从|安排|统筹)[^，。；]*$", before[: noun.end()]):
        return [("资金", f"noun 资金:{noun.group()}", form[2])]
    return [form]


def _acted(view: str, segment: Segment, clause: Clause, words: Words, index: int) -> list[Event]:
    """Verbs and set wordings that give a benefit by themselves."""
    events = []
    for kind, found in [("act", m) for m in words.acts.finditer(view, clause.start, clause.end)] + [
        ("phrase", m) for m in words.phrases.finditer(view, clause.start, clause.end)
    ]:
        benefit = found.lastgroup or ""
        if MODIFIES.match(view, found.end()) and kind == "act":
            continue
        recipient = find_recipient(view, segment, found.start(), segment.start)
        allowed = _may().search(view, segment.start, found.end())
        if recipient is None and not (kind == "act" and (allowed or found.start() == clause.start)):
            continue
        if kind == "phrase" and not allowed:
            continue
        events.append(
            Event(
                benefit=benefit,
                group=f"{kind} {benefit}:{found.group()}",
                start=found.start(),
                end=_object_end(view, found.end(), clause.end) if kind == "act" else found.end(),
                recipient=recipient,
                segment=index,
                confidence=0.9 if recipient and recipient.kind == "to" else 0.75,
                reason=None if recipient else "no recipient named in the sentence",
            )
        )
    return events


def _object_end(view: str, start: int, end: int) -> int:
    """The end of the short object of a verb (免收基本电费)."""
    return end if end - start <= 24 else start
