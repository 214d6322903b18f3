"""Who can obtain a benefit: 对X…, 支持X…, 将X列入…, or the subject at the head of the clause."""

from __future__ import annotations

import re
from typing import NamedTuple

from lvlian.plan.incentives.clause import Clause, Segment
from lvlian.plan.incentives.words import pattern
from lvlian.plan.lexicon import built_from_lexicon


class Recipient(NamedTuple):
    """`frame` is where the wording of the beneficiary starts (对, 支持 …), `[start, end)` the beneficiary's own words."""

    frame: int
    start: int
    end: int
    kind: str


_FRAME = re.compile(
    r"(?P<to>(?<![应面相绝针校核反其人业])对(?:于)?(?!接|标|照|外|口|应|比|称|策|手|话|象|等|上|其|此|各地|企业(?:进行|给予)|个人给予)|针对)"
    r"|(?P<help>(?<![^，。；：、\n极力点先步并也要且将府政局委行构会团司可和续励导条）])(?:支持|鼓励|引导|推荐|帮助|允许|扶持))(?!力度|和|与|政策|措施|资金|办法|、|给|的|标准|方式|类|其|各地|服务|$|，|。)"
    r"|(?P<put>(?:将|把)(?=[^，。；]{2,60}(?:列入|纳入|列为|作为|传导)))"
    r"|(?P<for>为(?=[^，。；]{2,30}(?:提供|开通|办理|免费)))"
    r"|(?P<around>围绕)"
)
_CUT = re.compile(
    r"(?:一次性|分别|最高(?=[给不可奖补支资按达\d])|按照|按(?!期|时)|参照|依照|依法|给予|予以|给与|可(?!再生|持续|靠|行|追|降|信|视)|享受|优先|免收|免征|减免(?!税)|发放|豁免|前[一二三四五两\d]+年|自[^，]{2,10}起|连续|实行(?![^，]{0,20}的)|开通|"
    r"允许|由(?=[^，]{2,20}(?:给予|予以|保障|落实|统筹|提供|按))|在[^，。；]{2,80}?方面|在(?:政策|用地|资金|同等条件)上?|分档|每(?=[年个家户])|的?奖励|的?补助|通过多渠道|应保尽保|申报|参加|(?:积极)?申报|争创)"
)
_GIVEN = re.compile(r"给予|予以|奖励|补贴|补助|资助|享受|支持|优先|减免|免")
_PUT_CUT = re.compile(r"列入|纳入|列为|作为|传导")
_NOT_PARTY = re.compile(
    r"(?:按照?|参照|依照|依据|根据|经|在|可|并|由|自|从|连续|每|同时|其中|最高|通过|采取|以|给予|予以|单个|累计|原则上|待|用于|年度|当年|一次性|奖励|补助|补贴|资助|享受|免|优先|一律|发放|再|均|前[一二三四五两\d]+年|后[一二三四五两\d]+年|第[一二三四五\d]+年|首年|[一二三四五两\d]+年内|逐年|(?:各级|[省市县区州]级?|本级)?财政)"
)
_BACK = 400
"""How far before a benefit its recipient may stand, characters; keeps the reading linear."""
_CONDITION_END = re.compile(r"(?:的|企业|项目|单位|机构|团队|平台|人才|个人)$")
_LIST_NUMBER = re.compile(
    r"(?:第?[\d一二三四五六七八九十]{1,4}[、.条]|（[\d一二三四五六七八九十]{1,3}）|[①-⑳]|[一二三四五六七八九十]是)+"
)


@built_from_lexicon
def _party() -> re.Pattern[str]:
    return pattern(r"{parties}|的$")


def names_party(words: str) -> bool:
    """Whether some words name somebody who can receive a benefit, or a condition (…的)."""
    return _party().search(words) is not None


def find_recipient(view: str, segment: Segment, at: int, low: int) -> Recipient | None:
    """The recipient of a benefit at clean position `at`: the nearest frame before it in the segment, else the subject.

    `low` is where to start (the end of an earlier benefit with its own recipient, or the segment's start).
    """
    low = max(low, at - _BACK)
    best: re.Match[str] | None = None
    for frame in _FRAME.finditer(view, low, segment.end):
        if frame.start() >= at:
            break
        if (
            best is not None
            and frame.lastgroup in ("help", "around")
            and best.lastgroup == "to"
            and view[frame.start() - 1] != "，"
        ):
            continue  # 对支持X的企业: the help is part of the condition
        if (
            best is not None
            and frame.lastgroup == "to"
            and best.lastgroup == "to"
            and _inside(view, best.end(), frame.start())
        ):
            continue  # 对新增投资对产业带动大的企业
        best = frame
    if best is not None:
        end = _end(view, segment, best.end(), at, best.lastgroup == "put")
        if end - best.end() >= 2:
            return Recipient(best.start(), best.end(), end, best.lastgroup or "")
    return _subject(view, segment, at, low)


def _no_party(view: str, clause: Clause) -> bool:
    """Whether a clause tells how, when or by whom, not who; 在…落户的 and 经认定的企业 do tell who."""
    return (
        _NOT_PARTY.match(view, clause.start) is not None
        and _CONDITION_END.search(view, clause.start, clause.end) is None
    )


def _inside(view: str, start: int, end: int) -> bool:
    """Whether the words between two 对 are still the first one's condition: no clause of it has been closed by a giving verb."""
    between = view[start:end]
    return "，" not in between or (_GIVEN.search(between) is None and not between.endswith("，"))


def _end(view: str, segment: Segment, start: int, at: int, put: bool = False) -> int:
    """Where the beneficiary's words end: at the verb in its own clause, or with the last clause of the condition."""
    end = start
    for clause in segment.clauses:
        if clause.end <= start:
            continue
        if clause.start > at or (clause.start > start and _no_party(view, clause)):
            break
        stop = min(clause.end, at)
        begin = max(clause.start, start)
        cut = (_PUT_CUT if put else _CUT).search(view, min(begin + 2, stop), stop)
        if cut:
            if (
                begin == start
                or (cut.start() - begin > 2 and clause.start == begin and clause.end < at)
                or cut.start() - begin > 2
            ):
                end = cut.start()
            break
        end = stop
    while end > start and view[end - 1] in "，：、；":
        end -= 1
    return end


def _subject(view: str, segment: Segment, at: int, low: int) -> Recipient | None:
    """The subject before `at` that names a party or a condition (…的): the nearest condition, else the first party."""
    first: Recipient | None = None
    nearest: Recipient | None = None
    for clause in segment.clauses:
        if clause.end <= low or clause.start >= at:
            continue
        begin = max(clause.start, low)
        number = _LIST_NUMBER.match(view, begin, clause.end)
        begin = number.end() if number else begin
        if _no_party(view, clause):
            continue
        end = _end(view, segment, begin, at) if begin < min(clause.end, at) else begin
        if end - begin < 2:
            continue
        if view[end - 1] == "的":
            nearest = Recipient(begin, begin, end, "subject")
        elif first is None and names_party(view[begin:end]):
            first = Recipient(begin, begin, end, "subject")
    return nearest or first


def words_before(view: str, segment: Segment, at: int) -> Recipient | None:
    """Where nothing names a party: the words before the giving verb, or the clause before them."""
    index = segment.index_at(at)
    clause = segment.clauses[index]
    number = _LIST_NUMBER.match(view, clause.start, clause.end)
    begin = number.end() if number else clause.start
    listed = max(view.rfind(unit + "、", begin, at) for unit in "元%万亿")
    begin = listed + 2 if listed >= 0 else begin  # the next member of a list
    begin += 2 * view.startswith("其中", begin)
    given = _GIVEN.search(view, begin, at)
    cut = _CUT.search(view, begin, at)
    end = min(m.start() for m in (given, cut) if m) if given or cut else at
    if end - begin < 2 and index > 0:
        before = segment.clauses[index - 1]
        number = _LIST_NUMBER.match(view, before.start, before.end)
        begin, end = number.end() if number else before.start, before.end
    return Recipient(begin, begin, end, "words") if end - begin >= 2 else None
