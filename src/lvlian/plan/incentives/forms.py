"""Benefits without an amount that stand after a verb of giving, or are given by a verb or a set wording of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvlian.plan.incentives.beneficiary import Recipient, find_recipient, names_party
from lvlian.plan.incentives.clause import Clause, Segment
from lvlian.plan.incentives.event import Event, same_class
from lvlian.plan.incentives.words import Words, pattern
from lvlian.plan.lexicon import built_from_lexicon

_MODIFIES = re.compile(
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
_LIST = re.compile(r"[、和及与或]")


@dataclass(frozen=True, slots=True)
class _Patterns:
    effort: re.Pattern[str]
    by_means: re.Pattern[str]
    funds_push: re.Pattern[str]
    as_subsidy: re.Pattern[str]
    policy: re.Pattern[str]
    may: re.Pattern[str]
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
        may=re.compile(
            r"允许|可(?!再生|持续|靠|行|追|降|信|视)|准予|同意|给予|予以|实行|支持|鼓励|采取|由|将|应保尽保|争取|一律|全部|执行|落实|不再|，对|对"
        ),
        reserve=re.compile(
            r"(?:设立|安排|整合|统筹|列支)[^。；]{0,30}?资金(?:[^。；]{0,60}?)用于(?P<use>[^，。；]{2,50})"
        ),
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
        events.extend(_effort(view, segment, clause, index))
        events.extend(_means(view, segment, clause, words, index))
        events.extend(_policy(view, segment, clause, words, index))
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
        if not forms or _MODIFIES.match(view, forms[-1][2]):
            continue
        forms = [f for f in forms if not _MODIFIES.match(view, f[2])]
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
            and not _LIST.search(view, chains[-1][-1].end(), noun.start())
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
        for part in _LIST.split(sphere["list"]):
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
        if _MODIFIES.match(view, found.end()) and kind == "act":
            continue
        recipient = find_recipient(view, segment, found.start(), segment.start)
        allowed = _patterns().may.search(view, segment.start, found.end())
        if recipient is None and not (kind == "act" and allowed):
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
        if who:
            begin = reserve.start("use") + who.start(1)
            recipient = Recipient(reserve.start(), begin, begin + len(who.group(1)), "use")
            for part in _LIST.split(reserve["use"][who.end() :]):
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
    if _MODIFIES.match(view, found.end()):
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
