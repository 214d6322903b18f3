"""Amounts in a clause and what they do there: a share, a sum that is given, a cap, or only a threshold of the recipient."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from lvlian.plan.incentives.clause import BLANK, Segment
from lvlian.plan.incentives.words import pattern
from lvlian.plan.lexicon import built_from_lexicon
from lvlian.quantity.measure import Measure

SHARE, GRANT, CAP, THRESHOLD = "share", "grant", "cap", "threshold"

_MONEY = re.compile(r"(?:[百千]?[万亿]?(?:元|美元|欧元|港元|港币|人民币)|[万亿])(?:/.{1,8})?$")
_SHARES = ("%", "‰", "成", "百分点")


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` in `unit` as printed (of a range the lower end), at `[start, end)` of the clean text, with its `role`."""

    start: int
    end: int
    value: float
    unit: str
    role: str = ""

    @property
    def is_share(self) -> bool:
        return self.unit in _SHARES


class Amounts:
    """The sums of money and shares of a document, without roles, for look-up by span."""

    def __init__(self, measures: Iterable[Measure], view: str) -> None:
        self._all = [
            Amount(m.start, m.end, m.value, m.unit)
            for m in measures
            if not m.scaled and (m.unit in _SHARES or _MONEY.match(m.unit)) and view[m.start] != BLANK
        ]
        self._starts = [a.start for a in self._all]

    def within(self, start: int, end: int) -> list[Amount]:
        """The amounts that start in `[start, end)`."""
        return self._all[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


@dataclass(frozen=True, slots=True)
class _Roles:
    threshold_after: re.Pattern[str]
    threshold_before: re.Pattern[str]
    base_before: re.Pattern[str]
    cap_before: re.Pattern[str]
    cap_after: re.Pattern[str]
    given_before: re.Pattern[str]
    given_after: re.Pattern[str]
    standard_after: re.Pattern[str]
    by_before: re.Pattern[str]
    schedule: re.Pattern[str]
    money: re.Pattern[str]
    level_before: re.Pattern[str]
    reported: re.Pattern[str]


_LINK = (
    r"(?:企业|个人|团队|项目|单位|资金|金额|额度|总额|总金额|标准|比例|经费|费用|幅度|最高|不超过|不高于|不低于|不少于|不得超过|最多|至多|一次性|"
    r"分别|各|每(?:[年月人户家项个台套亩吨件次度名位辆篇条款件届]|平方米|千瓦时|立方米|标箱|公里)|单[个项家户人][^，。；：\n\d]{0,6}|合计|累计|共|约|为|是|达|到|可达|可|按照|按|再|"
    r"给予|予以|人民币|的|当年|年度|另|额外|先行|原则上|：|上限|限额|总计|共计|提高到|提高至|提高|至|至少|现金|财政|发放|支持|奖励|补助|补贴|资助|不超|给|其)*"
)


@built_from_lexicon
def _roles() -> _Roles:
    return _Roles(
        threshold_after=re.compile(
            r"(?:（[^）]{0,8}）)?(?:以上|及以上|以下|以内|及以下|左右)(?!(?:的)?(?:一次性|现金|资金)?(?:奖励|补助|补贴|资助|贴息|奖补))"
            r"|(?:（[^）]{0,8}）)?(?:至|到|—|-|~)?(?:（[^）]{0,8}）)?的(?!税率|标准|比例|额度|价格|幅度|奖|补|资|支持|扶持|后)(?:[^，。；：\n]{0,12})?(?:企业|项目|单位|机构|平台|部分(?!给予|补|奖)|团队|园区|产品|基地|主体|个人)(?!奖|补)"
        ),
        threshold_before=pattern(
            r"{condition_nouns}(?:额|总额|金额|额度|规模|强度|幅度|以上)?(?:首次|累计|合计|不低于|不少于|不超过|超过|达到|突破|达|为|在|每|同比|比上年|较上年|年均)*(?:人民币)?$"
        ),
        base_before=re.compile(
            r"每(?:年)?(?:再)?(?:(?:新增|增加|增长|超过|超|满|达到|达|提高|实现|完成|投入|投资|销售|出口|进口|生产|购买|使用|节约|减少|处理|消纳|缴纳|吸纳|引进)[^，。；：\n\d每]{0,6})?$"
        ),
        cap_before=pattern(
            r"{cap_words}(?:可|可达|达|不|不超过|不得超过|奖励|补助|补贴|资助|支持|贴息|给予|予以|额度|金额|资金|为|到|按|补偿|授信|贷款|人民币|配套|至|奖补|减免|返还|发放|约|按照|分别|各|原则上|一般|每[年家户])*$"
        ),
        reported=re.compile(
            r"(?<!可)(?:兑现|获得|争取到?|下达|收到|到位|募集|获批|筹集|投放|发放(?:了)?(?:贷款|信贷))[^，。；\n\d]{0,14}$|(?:安排|设立|列支|筹措|统筹)(?:总规模|总额|不低于|不少于|约|每年|各|共|资金)*$"
        ),
        cap_after=pattern(r"(?:（[^）]{0,8}）)?{cap_after}"),
        given_before=pattern(
            r"{money_verbs}"
            + _LINK
            + "$|(?:奖励|补助|补贴|资助|给予|发放|减免)(?!{condition_nouns})[^，。；：、\n\\d的超达]{1,14}(?:各|最高)?$"
        ),
        given_after=pattern(
            r"(?:/[^，。；：\n]{1,3})?(?:（[^）]{0,40}）)?(?:的)?(?:标准|比例|额度)?(?:的)?[^，。；：\n\d给予按对的及]{0,9}?"
            r"(?:{money_verbs}|资金|奖学金)(?!的(?:企业|项目|单位|标准))"
        ),
        standard_after=pattern(
            r"(?:（[^）]{0,40}）)?(?:的)?(?:标准|比例|额度|[税费利]率|幅度|档次|价格|左右)?(?:，)?(?:（[^）]{0,40}）)?(?:一次性|再|连续[^，。；\n]{1,3}年|[^，。；\n]{1,3}年内|全额|全部|分期|每年|由[^，。；\n\d]{2,8}|对其|向其|对企业|对[^，。；\n\d]{2,10})?"
            r"(?:连续[^，。；\n]{1,3}年|[\d一二三四五]{1,2}年内|全额|全部)?(?:给予|予以|进行|发放|享受|执行|确定|计算|计发|收取|征收|缴纳|{money_verbs})"
        ),
        by_before=re.compile(
            r"(?:按照|按|参照|依照|依据|根据|以|的|达|给予|予以|不低于|不超过|最高)[^，。；：\n]{0,40}$"
        ),
        schedule=pattern(r"{schedule_words}|兑现|拨付|支付|到位|付清|预拨"),
        money=pattern(r"{money_verbs}"),
        level_before=re.compile(
            r"(?:[国省市县区州部]家?级|自治[区州]级|特等|[一二三四]等|[一二三]类|[A-D]类|[A-D]级|第?[一二三]档|第[一二三四五]年|首[年次]|次年|前[一二三\d]+[年名]|后[一二三\d]+年|[^，。；：\n\d]{1,16}的)(?:[^，。；：\n\d超达低高增以]{0,10})(?:奖励|奖|给予|补助|补贴|每[年月家户人项个])?$|每(?:[人户家项个台套亩吨件]|平方米|千瓦时|立方米|标箱)(?:每[年月天])?$|^$"
        ),
    )


def with_roles(view: str, segment: Segment, amounts: Amounts, before: bool) -> list[Amount]:
    """The amounts of a segment with their roles; `before` tells whether a benefit was named earlier in the sentence."""
    roles = _roles()
    found: list[Amount] = []
    for index, clause in enumerate(segment.clauses):
        here = amounts.within(clause.start, clause.end)
        i = 0
        while i < len(here):
            j = i
            while (
                j + 1 < len(here)
                and here[j].is_share == here[j + 1].is_share
                and _joined(view[here[j].end : here[j + 1].start])
            ):
                j += 1
            group = here[i : j + 1]
            following = segment.clauses[index + 1] if index + 1 < len(segment.clauses) else None
            named = before or bool(roles.money.search(view, segment.start, clause.start))
            floor = here[i - 1].end if i else clause.start
            role = _role(
                view,
                group,
                floor,
                clause.start,
                clause.end,
                following.start if following else None,
                segment.end,
                named,
                roles,
            )
            chained = (
                bool(i)
                and view[here[i - 1].end] == "、"
                and _near(view, here[i - 1], group[0])
                and here[i - 1].is_share == group[0].is_share
            )
            if chained and role == "" and found and found[-1].role in (GRANT, SHARE):
                role = found[-1].role  # 第一年补助10万元、第二年8万元
            if chained and role in (GRANT, SHARE) and found and found[-1].role == "":
                k = len(found) - 1  # 前两年按100%、后三年按50%返还
                while (
                    k >= 0
                    and found[k].role == ""
                    and found[k].is_share == group[0].is_share
                    and found[k].start >= clause.start
                ):
                    found[k] = replace(found[k], role=role)
                    k -= 1
            found.extend(replace(a, role=role) for a in group)
            i = j + 1
    return found


def _near(view: str, first: Amount, second: Amount) -> bool:
    """Whether only a few words stand between two amounts of a list."""
    return second.start - first.end <= 14 and "，" not in view[first.end : second.start]


def _joined(between: str) -> bool:
    return between in (
        "、",
        "和",
        "及",
        "与",
        "或",
        "、和",
        "以及",
        "/",
        "和最高",
        "、最高",
        "不超过",
        "、不超过",
        "和不超过",
        "和每年",
        "、每年",
        "和一次性",
        "以及最高",
    )


def _role(
    view: str,
    group: list[Amount],
    floor: int,
    start: int,
    end: int,
    following: int | None,
    limit: int,
    named: bool,
    roles: _Roles,
) -> str:
    first, last = group[0], group[-1]
    left = view[max(floor, first.start - 60) : first.start]
    if not first.is_share and roles.reported.search(left):
        return ""
    if left.endswith("每"):
        return THRESHOLD
    given_before = roles.given_before.search(left)
    if roles.threshold_after.match(view, last.end, min(end, last.end + 24)):
        return THRESHOLD
    cap = roles.cap_before.search(left) or roles.cap_after.match(view, last.end, end)
    given_after = roles.given_after.match(view, last.end, min(end, last.end + 40))
    benefit_here = bool(given_before or given_after)
    if cap:
        ahead = left[: cap.start()] if cap.string is left else left
        inside = (
            named
            or benefit_here
            or roles.money.search(view, start, end)
            or (following is not None and roles.money.search(view, following, limit))
        )
        if not inside:
            return ""
        if (
            not benefit_here
            and not left.endswith(("最高", "最高可达", "最高可", "封顶"))
            and roles.threshold_before.search(ahead)
        ):
            return THRESHOLD
        return CAP if not first.is_share or not _by(view, start, first.start, roles) else SHARE
    if not given_before and (
        roles.base_before.search(left) and not re.search(r"每[年月人户家项个台套亩吨件次]$", left)
    ):
        return THRESHOLD
    if first.is_share:
        if roles.schedule.search(view, start, end):
            return ""
        if given_before or given_after:
            return SHARE
        if _by(view, start, first.start, roles):
            if roles.standard_after.match(view, last.end, min(limit, last.end + 60)):
                return SHARE
            at_end = end - last.end <= 3
            if at_end and following is not None and roles.money.search(view, following, min(limit, following + 20)):
                return SHARE
        return THRESHOLD if roles.threshold_before.search(left) else ""
    if given_before:
        return GRANT
    if roles.threshold_before.search(left):
        return THRESHOLD
    if given_after:
        return GRANT
    if _by(view, start, first.start, roles) and roles.standard_after.match(view, last.end, min(end, last.end + 60)):
        return GRANT
    if named and end - last.end <= 1 and roles.level_before.search(left):
        return GRANT
    return ""


def _by(view: str, start: int, at: int, roles: _Roles) -> bool:
    return roles.by_before.search(view[max(start, at - 48) : at]) is not None


@lru_cache(maxsize=1)
def duration_pattern() -> re.Pattern[str]:
    """Wordings of how long or how often a benefit is given."""
    n = r"(?:[\d.]+|[一二两三四五六七八九十]+)"
    return re.compile(
        rf"连续{n}(?:个)?(?:年|月)|{n}(?:年|个月|个工作日)内|[前后]{n}年|第?{n}年起|每年(?!度)|一次性|长期|{n}年(?:期|免租)|(?:期限|不超过|最长|最多){n}(?:年|个月)|{n}年(?=[^，。；：\n]{{0,6}}(?:贴息|补|奖|减|免|租))|贴息{n}年"
    )
