"""Names of projects: a list of projects in a clause, taken apart into owner, capacity and product."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lvlian.plan.lexicon import built_from_lexicon, load_lexicon
from lvlian.plan.manuscript import Manuscript
from lvlian.quantity.measure import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as named, `[start, end)` in the clean text; capacity as printed, None where the name gives none."""

    start: int
    end: int
    name: str
    owner: str | None = None
    product: str | None = None
    capacity: float | None = None
    capacity_max: float | None = None
    capacity_unit: str | None = None
    listed: bool = False
    """One of several names that share a closing noun."""


@dataclass(frozen=True, slots=True)
class _Grammar:
    kind_end: re.Pattern[str]
    kind: re.Pattern[str]
    owner: re.Pattern[str]
    opener: re.Pattern[str]
    generic: re.Pattern[str]
    capacity_verb: re.Pattern[str]
    province: re.Pattern[str]
    product: re.Pattern[str]
    closing: re.Pattern[str]
    common: re.Pattern[str]


@built_from_lexicon
def _grammar() -> _Grammar:
    lexicon = load_lexicon("projects")
    kinds = lexicon.pattern("kinds")
    return _Grammar(
        kind_end=re.compile(rf"{kinds}(?:（[^（）]{{1,20}}）)*$"),
        kind=re.compile(kinds),
        owner=re.compile(
            rf".{{2,}}?{lexicon.pattern('owner_ends')}(?:股份)?(?:有限)?(?:责任)?(?:公司)?(?:（[^（）]{{1,8}}）)?"
        ),
        opener=re.compile(rf"(?:{lexicon.pattern('openers')}|[，、：；“”])+"),
        generic=re.compile(rf"(?:{lexicon.pattern('generic')}|[“”\d万吨亿元个、，]|（[^（）]*）)+"),
        capacity_verb=re.compile(lexicon.pattern("capacity_verbs")),
        province=re.compile(lexicon.pattern("provinces")),
        product=re.compile(lexicon.pattern("materials")),
        closing=re.compile(
            rf"等(?P<count>(?:\d+|[一二两三四五六七八九十]+)多?[个项条座大])?{lexicon.pattern('list_words')}*"
            rf"(?P<noun>{lexicon.pattern('facilities')})?(?:项目|工程)?$"
        ),
        common=re.compile(
            "|".join(
                (lexicon.pattern("materials"), lexicon.pattern("generic"), load_lexicon("chains").pattern("nodes"))
            )
        ),
    )


_CAPACITY_UNIT = re.compile(
    r"吨|千瓦|兆瓦|瓦|[MGk]W|亩|公顷|平方|立方|米|公里|辆|套|台|片|只|件|块|张|标箱|千伏安|升|箱|头|羽|Ah|Wh|瓦时"
)
_LINES = re.compile(r"[台套条座]$")
_NOT_CAPACITY_UNIT = re.compile(r"元|%|千伏$|元/")
_SEPARATOR = re.compile(r"、|以及|和(?![谐平])|及(?!时)|与(?!会)")
_TRAILING = re.compile(r"(?:等)?(?:[一二两三四五六七八九十\d]+个)?(?:重点|重大)?(?:项目|工程)?(?:等)?$")


def strip_openers(clean: str, start: int, end: int) -> int:
    """The place after the words that introduce a list of projects."""
    found = _grammar().opener.match(clean, start, end)
    return found.end() if found else start


def described_capacity(paper: Manuscript, project: Project) -> Measure | None:
    """The capacity that a report gives where it describes the project; None where it gives none.

    It is the figure behind 年产, 产能 and the like, nearest after the name, whose goods the name names too.
    """
    told = [
        m
        for m in paper.measures_in(project.start - _DESCRIBED_WITHIN, project.start + _DESCRIBED_WITHIN + 1)
        if _CAPACITY_UNIT.search(m.unit)
        and not _NOT_CAPACITY_UNIT.search(m.unit)
        and not _LINES.search(m.unit)
        and "亩" not in m.unit
        and not re.search(r"平方|公里|米$", m.unit)
        and _TOLD.search(paper.clean, max(0, m.start - 16), m.start)
    ]
    for measure in sorted(told, key=lambda m: (m.start < project.start, abs(m.start - project.start))):
        near = (
            paper.clean[max(0, measure.start - 12) : measure.start] + " " + paper.clean[measure.end : measure.end + 10]
        )
        pairs = {project.name[i : i + 2] for i in range(len(project.name) - 1)} - _COMMON_PAIRS
        if any(pair in near for pair in pairs):
            return measure
    return None


_DESCRIBED_WITHIN = 220
_TOLD = re.compile(r"年?产能|年产|年处理|年加工|年生产|年发电|装机|规模|总容量|可达")
_COMMON_PAIRS = frozenset(["项目", "工程", "一期", "二期", "生产", "年产", "公司", "建设", "产线", "集团", "产业"])


def capacity_of(paper: Manuscript, start: int, end: int) -> Measure | None:
    """The first figure in the span that can be a capacity: no money, share or voltage."""
    measures = paper.measures_in(start, end)
    told = [m for m in measures if re.search(r"年(?:产|处理|加工|生产|回收|发电)$", paper.clean[start : m.start])]
    for measure in told or measures:
        if _LINES.search(measure.unit) and re.match(r"生产线|机组|装置|电解槽|炉|年产", paper.clean[measure.end : end]):
            continue  # a count of lines is no capacity
        if (
            measure.end <= end
            and not measure.scaled
            and _CAPACITY_UNIT.search(measure.unit)
            and not _NOT_CAPACITY_UNIT.search(measure.unit)
        ):
            return measure
    return None


def split_projects(paper: Manuscript, start: int, end: int) -> list[Project]:
    """The projects of the list in clean `[start, end)`; empty where it names none.

    Members are divided at 、 和 及 where the next one opens a project of its own (an owner, a figure, or a name after a
    finished name); other members are products of the project before. An owner or a closing noun that several members
    share is spread over them.
    """
    grammar, clean = _grammar(), paper.clean
    closed = _closed_list(paper, grammar, start, end)
    if closed:
        return closed
    pieces = _pieces(clean, start, end)
    merged: list[tuple[int, int]] = []
    for piece in pieces:
        if merged and not _opens(paper, grammar, merged[-1], piece):
            merged[-1] = (merged[-1][0], piece[1])
        else:
            merged.append(piece)
    listed = len(merged) > 1 and bool(_LISTED.search(clean, start, end)) and all(b - a <= 30 for a, b in merged)
    shared = _shared_noun(paper, grammar, merged)
    if shared:
        return shared
    out: list[Project] = []
    for a, b in merged:
        project = _project(paper, grammar, a, b)
        if project is None:
            continue
        if listed:
            project = replace(project, listed=True)
        if project.owner is None and out and out[-1].owner and _starts_with_capacity(paper, grammar, project):
            project = replace(project, owner=out[-1].owner)
        out.append(project)
    return out


def _closed_list(paper: Manuscript, grammar: _Grammar, start: int, end: int) -> list[Project]:
    """`甲、乙、丙等7个铁路项目`: each member is a project and takes the common noun that it lacks."""
    clean = paper.clean
    tail = grammar.closing.search(clean, start, end)
    if not tail or tail.start() - start < 2:
        return []
    begin = strip_openers(clean, start, tail.start())
    members = _pieces(clean, begin, tail.start())
    facility = tail["noun"] or ""
    if not members or any(b - a > 30 for a, b in members) or (len(members) == 1 and not facility and not tail["count"]):
        return []
    if (
        any(capacity_of(paper, *m) and not grammar.kind_end.search(clean[m[0] : m[1]]) for m in members)
        and not facility
    ):
        return []
    out = []
    for i, (a, b) in enumerate(members):
        words = clean[a:b]
        ends = bool(grammar.kind_end.search(words))
        rest = grammar.common.sub("", words)
        proper = len(rest) >= (1 if facility else 2) or bool(_PHASE.search(words)) or "“" in words
        if grammar.generic.fullmatch(words) or not proper or len(words) < 2:
            return []
        if (
            paper.is_ruling
            and not facility
            and not (has_place(words, paper.head.region) or _PHASE.search(words) or ends)
        ):
            return []
        name = paper.text.printed(a, b) + ("" if ends or not facility else facility)
        measure = capacity_of(paper, a, b)
        out.append(
            Project(
                start=a,
                end=b if i + 1 < len(members) else end,
                name=name,
                listed=True,
                capacity=measure.value if measure else None,
                capacity_max=measure.value_max if measure else None,
                capacity_unit=measure.unit if measure else None,
            )
        )
    return out


_LISTED = re.compile(r"等(?:(?:\d+|[一二两三四五六七八九十]+)多?[个项][^、，]{0,8}|重大|重点|一批重大)(?:项目|工程)$")


def _pieces(clean: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces, depth, at, i = [], 0, start, start
    while i < end:
        char = clean[i]
        if char in "（“《":
            depth += 1
        elif char in "）”》":
            depth = max(0, depth - 1)
        elif depth == 0 and (found := _SEPARATOR.match(clean, i, end)):
            pieces.append((at, i))
            at = i = found.end()
            continue
        i += 1
    pieces.append((at, end))
    return [p for p in pieces if p[1] > p[0]]


def _opens(paper: Manuscript, grammar: _Grammar, before: tuple[int, int], piece: tuple[int, int]) -> bool:
    """Whether a piece begins a project of its own rather than another product of the one before."""
    clean = paper.clean
    words = clean[piece[0] : piece[1]]
    glued = clean[before[1] : piece[0]] in ("和", "及", "与", "以及")
    if capacity_of(paper, *piece):
        return True
    closed = bool(grammar.kind_end.search(clean[before[0] : before[1]]))
    if grammar.owner.match(words) and grammar.kind_end.search(words):
        return True
    if closed:
        return bool(grammar.kind_end.search(words)) or not glued
    if not grammar.kind_end.search(words):
        return False
    if glued:
        return False
    # `…铝灰综合利用、矩申物流项目`: a name without a product word is a project, with one it is the last product.
    stem = grammar.kind.sub("", words)
    return not grammar.product.search(stem)


def _shared_noun(paper: Manuscript, grammar: _Grammar, pieces: list[tuple[int, int]]) -> list[Project]:
    """`东湖、西湖2个产业园` and `甲园区、乙园区和丙园区的再生铝项目`: the closing noun belongs to each member."""
    clean = paper.clean
    if not pieces:
        return []
    a, b = pieces[0][0], pieces[-1][1]
    words = clean[a:b]
    counted = re.search(r"[\d一二两三四五六七八九十]{1,3}[个座条家](?P<noun>[^、，\d]{2,20})$", words)
    if counted and "、" in words[: counted.start()] and grammar.kind_end.search(counted["noun"]):
        start = strip_openers(clean, a, a + counted.start())
        noun = (a + counted.start("noun"), b)
        members = _pieces(clean, start, a + counted.start())
    else:
        owned = re.search(r"(?P<of>的)(?P<noun>[^、，的]{2,16}(?:项目|工程))$", words)
        if not owned or len(_pieces(clean, a, a + owned.start())) < 2:
            return []
        start = strip_openers(clean, a, a + owned.start())
        noun = (a + owned.start("noun"), b)
        members = _pieces(clean, start, a + owned.start())
    if len(members) < 2 or any(capacity_of(paper, *m) for m in members) or any(m[1] - m[0] > 20 for m in members):
        return []
    if clean[members[-1][1] - 1] == "等":
        members[-1] = (members[-1][0], members[-1][1] - 1)
    if grammar.generic.fullmatch(clean, *noun):
        # `甲二期、乙二期等45个续建项目`: the noun says nothing; the members are names by themselves.
        return [Project(start=a, end=b, name=paper.text.printed(a, b), listed=True) for a, b in members if b - a > 2]
    tail = paper.text.printed(*noun)
    product = re.sub(r"(?:项目|工程)$", "", tail)
    return [
        Project(
            start=m[0],
            end=noun[1],
            name=paper.text.printed(*m) + tail,
            product=product if product != tail else None,
            listed=True,
        )
        for m in members
    ]


def _starts_with_capacity(paper: Manuscript, grammar: _Grammar, project: Project) -> bool:
    measure = capacity_of(paper, project.start, project.end)
    if measure is None:
        return False
    lead = paper.clean[project.start : measure.start]
    return not lead or bool(grammar.capacity_verb.fullmatch(lead))


_LAND = re.compile(r"（[^（）]*?(?:用地|面积|占地)[^（）]*?）$")


def _project(paper: Manuscript, grammar: _Grammar, start: int, end: int) -> Project | None:
    """One project, its name cleaned of introductions and of a shared `等项目`; None for a general phrase."""
    clean = paper.clean
    begun = start
    while True:
        start = strip_openers(clean, start, end)
        period = next((p for p in paper.periods_in(start, end) if p.start == start), None)
        if period is None or clean[period.end : period.end + 1] == "度":
            break
        start = period.end
        if start >= end:
            return None
    numbering = re.compile(r"(?:\d{1,2}[.、]|（\d{1,2}）|（[一二三四五六七八九十]+）|[①-⑳])").match(clean, start, end)
    if numbering:
        start = numbering.end()
    aside = clean.rfind("——", start, end)
    if aside > start:
        start = aside + 2
    under_way = re.compile(r"[^、，]*?(?:(?:建设|审批|批准|立项)的|签[署订下](?:了)?)(?=.{3,})").match(
        clean, start, end
    )
    if under_way:
        start = under_way.end()
    back = re.compile(r"(?:该|此|本)(?:项目|工程)的?(?=.{3,})").match(clean, start, end)
    if back:
        start = back.end()
    while end > start and clean[end - 1] in "，、：；的在于":
        end -= 1
    shared = re.search(
        r"等(?:[一二两三四五六七八九十\d]+多?[个项])?(?:一批)?(?:重点|重大|新建|续建|在建|投产|签约|开工|前期)*(?:项目|工程)?$",
        clean[start:end],
    )
    if shared:
        end = start + shared.start()
    counted = re.search(r"(?:\d+|[一二两三四五六七八九十]+)[项个](?:重点|重大|子)?(?:项目|工程)$", clean[start:end])
    if counted and counted.start() > 1:
        end = start + counted.start()
    placed = re.search(r"(?:项目|工程|生产线|基地)(?=(?:在|于|落户|位于)[\u4e00-\u9fff]{2,})", clean[start:end])
    if placed:
        end = start + placed.end()
    words = clean[start:end]
    if not 2 <= len(words) <= 90 or grammar.generic.fullmatch(words) or re.search(r"[，；。]", words):
        return None
    measure = capacity_of(paper, start, end)
    land = _LAND.search(words)
    name_end = start + land.start() if land else end
    # `…用地506亩`: the area after a land batch's name is its size, no part of the name.
    if measure and measure.end == name_end and "亩" in measure.unit and name_end - start > measure.end - measure.start:
        name_end = measure.start
    name = paper.text.printed(start, name_end)
    owner, product = _owner_and_product(paper, grammar, start, end, measure)
    return Project(
        start=start if begun <= start else begun,
        end=end,
        name=name,
        owner=owner,
        product=product,
        capacity=measure.value if measure else None,
        capacity_max=measure.value_max if measure else None,
        capacity_unit=measure.unit if measure else None,
    )


def _owner_and_product(
    paper: Manuscript, grammar: _Grammar, start: int, end: int, measure: Measure | None
) -> tuple[str | None, str | None]:
    clean = paper.clean
    words = clean[start:end]
    owner = product = None
    company = grammar.owner.match(words)
    if measure and "亩" not in measure.unit:
        lead = clean[start : measure.start]
        lead = re.sub(rf"(?:{grammar.capacity_verb.pattern}|投资|总投资|的)+$", "", lead)
        owner = (company.group() if company and company.end() <= len(lead) else lead) or None
        product = (
            re.sub(r"(?:生产|加工|精深加工|建设)?(?:项目|工程|生产线)?(?:（[^（）]*）)*$", "", clean[measure.end : end])
            or None
        )
        product = re.split(r"项目|工程", product)[0].removeprefix("的") or None if product else None
    elif company:
        owner = company.group()
    return owner, product


_COUNTED = re.compile(
    r"(?<![第\d一二三四五六七八九十])(?:\d+|[一二两三四五六七八九十]+)(?:[至—–~-]\d+)?多?[个家户条座批](?!月)"
)
_PEOPLE = re.compile(
    r"^(?:其|通过|在|从|成为|标志|多措|该|为)|从.+到$|与[^、]{2,}(?:省|市|县|区|政府|公司|集团)$|出席|书记|董事长|领导|参加|市长|县长|州长|省长|主任|总经理|代表|记者|双方|仪式"
)
_AMOUNT = re.compile(r"(?<!硫酸)(?:产能|能力|产值|规模|产量|收入|占比)(?:\d|$|超|达|约)")
_ASPIRED = re.compile(
    r"(?:重大|重点|优质|产业|配套|前期)项目$|全国|国内|世界|国际|中国(?!铝)|一流|领先|重要的|区域性|特色|千亿|百亿|省级|国家级|自治区级|市级"
)


def is_facility(paper: Manuscript, project: Project) -> bool:
    """Whether a name ends as projects and facilities do, or begins with a firm: a bare amount of goods does neither."""
    grammar = _grammar()
    words = paper.clean[project.start : project.end]
    return project.listed or bool(grammar.kind_end.search(words) or grammar.owner.match(words))


def is_named(paper: Manuscript, project: Project, dated: bool) -> bool:
    """Whether the words name one thing: a capacity, an owner, a place, a phase, a quoted name; with a date any specific noun."""
    grammar = _grammar()
    words = paper.clean[project.start : project.end]
    if (
        words.count("“") != words.count("”")
        or re.search(r"等[^、，（）]{0,4}$", words)
        or re.match(r"规模|内容|总投资", words)
    ):
        return False
    if (
        _COUNTED.search(project.name)
        or _PEOPLE.search(project.name)
        or words[0] in "或及和等的"
        or _AMOUNT.search(words)
    ):
        return False
    if project.listed or project.capacity is not None:
        return True
    if project.owner and (own := grammar.owner.match(words)):
        return bool(own.end() < len(words))  # a firm by itself is no project
    closed = grammar.kind_end.search(words) or grammar.kind_end.search(re.sub(r"（[^（）]*）$", "", words))
    if not closed:
        return dated and bool(grammar.province.match(words))
    if _ASPIRED.search(words) and not _PHASE.search(words):
        return False
    if has_place(words, paper.head.region) or _PHASE.search(words):
        return True
    stem = grammar.generic.sub("", grammar.kind_end.sub("", words))
    return dated and len(stem) >= 2


_PHASE = re.compile(r"[一二三四五首]期|“[^”]+”")
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,6}(?:省|(?<![城都])市|县|州|旗|镇|乡|村|工业园区|产业园区|开发区|经开区|高新区|产业示范园区|工业园)"
)


def has_place(words: str, region: str) -> bool:
    """Whether a name stands on a place: a province, the document's region, a town or a park."""
    stem = re.sub(r"(?:省|市|县|州|区|自治区|自治州|旗|盟)$", "", region)
    return bool(_grammar().province.search(words) or (len(stem) > 1 and stem in words) or _PLACE.search(words))
