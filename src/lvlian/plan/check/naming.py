"""One thing under two names, or two things under one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise

from lvlian.finding import Evidence, Finding
from lvlian.plan.check.assumption import load_words
from lvlian.plan.check.case import Case, Step, Target, listed
from lvlian.plan.check.figure import OP_WORDS, shown
from lvlian.plan.check.name import firm_core, is_full_name, plain, share_a_word
from lvlian.plan.check.rule import check
from lvlian.plan.check.total import output_values, part_class
from lvlian.plan.facts import Chain, Duty, Fact

_FULL_NAME = re.compile(r"[\u4e00-\u9fff]{2,20}?有限(?:责任)?公司")
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]")


@check(
    "two-firm-names",
    family="naming",
    zh="同一企业两个全称",
    en="one firm under two full names",
    needs=("milestones", "goals"),
    severities=("notice",),
    meaning="两个“……有限公司”全称，字号相同，只差“科技”“新材料”“股份”一类字；简称不算，另有业务字样（销售、财务）的视为另一企业。",
)
def two_firm_names(case: Case) -> Iterator[Finding]:
    """Two full legal names that differ only in words that lengthen a name."""
    named: dict[str, Fact | Evidence] = {}
    facts: list[tuple[str | None, Fact]] = []
    for step in case.steps:
        printed = _FULL_NAME.match(plain(step.milestone.project))
        facts += [(step.owner, step.milestone), (printed[0] if printed else None, step.milestone)]
    facts += [(target.goal.subject, target.goal) for target in case.targets]
    for name, fact in facts:
        if name and is_full_name(name):
            named.setdefault(plain(name), fact)
    for name, words in _firms_in_text(case):
        if name in named and name not in plain(named[name].quote):
            named[name] = words  # the goal of a firm may not print its name
        if not any(known.endswith(name) or name.endswith(known) for known in named):
            named.setdefault(name, words)
    by_root: dict[str, list[str]] = {}
    for name in named:
        by_root.setdefault(_root(name), []).append(name)
    for names in by_root.values():
        for one, other in pairwise(names):
            yield case.finding(
                "two-firm-names",
                "notice",
                f"疑为同一企业的两个名称：{one}、{other}。",
                f"One firm may stand under two names: {one}, {other}.",
                [named[one], named[other]],
                [f"{one} ≠ {other}"],
            )


@lru_cache(maxsize=4096)
def _root(name: str) -> str:
    """A full name without its legal form and the words that only lengthen it."""
    words = load_words()
    stem = re.sub(f"{words.pattern('firm_suffixes')}$", "", name)
    return re.sub(f"(?:{words.pattern('lengthening')})+$", "", stem) or stem


def _firms_in_text(case: Case) -> list[tuple[str, Evidence]]:
    """Full legal names in the text, cut at punctuation and at the verb before them."""
    if case.paper is None:
        return []
    clean = case.paper.clean
    lead = re.compile(f"^.*(?:{case.words.pattern('name_lead')})")
    out = []
    for match in re.finditer(r"[\u4e00-\u9fff]{4,24}?有限(?:责任)?公司", clean):
        cut = lead.match(match[0][:-4])
        name = match[0][cut.end() :] if cut else match[0]
        if len(_root(name)) >= 4:
            out.append((name, case.words_at(match.end() - len(name), match.end())))
    return out


@cache
def _dropped() -> re.Pattern[str]:
    words = load_words()
    return re.compile(words.pattern("dropped_words"))


@check(
    "two-place-names",
    family="naming",
    zh="同一核心区、园区两个名称",
    en="one core area or park under two names",
    needs=("milestones",),
    severities=("notice",),
    meaning="去掉地名后用字相同、次序或写法不同的核心区、集聚区、园区、基地。",
)
def two_place_names(case: Case) -> Iterator[Finding]:
    """Names of areas that, without places, are made of the same characters but are not the same words."""
    named: dict[str, tuple[str, Fact | Evidence]] = {}
    for fact, name in [(m, m.project) for m in case.facts.milestones] + [(c, c.name) for c in case.facts.clusters]:
        if case.words.within(plain(name), "place_forms"):
            named.setdefault(plain(name), (name, fact))
    for name, words in _areas_in_text(case):
        if not any(plain(name) in known or known in plain(name) for known in named):
            named.setdefault(plain(name), (name, words))
    by_letters: dict[str, dict[str, str]] = {}
    for key, (name, _) in named.items():
        core = _without_places(case, name)
        if len(core) >= 6:
            by_letters.setdefault("".join(sorted(core)), {}).setdefault(core, key)
    for keys in by_letters.values():
        if len(keys) > 1:
            names = [named[key][0] for key in keys.values()]
            yield case.finding(
                "two-place-names",
                "notice",
                f"同一区域写了{len(names)}个名称：{listed(names)}。",
                f"One area stands under {len(names)} names: {', '.join(names)}.",
                [named[key][1] for key in keys.values()],
                [" ≠ ".join(names)],
            )


def _areas_in_text(case: Case) -> list[tuple[str, Evidence]]:
    """Core areas and clusters of firms named in the text: the words between a verb and the form (核心区, 集聚区)."""
    if case.paper is None:
        return []
    clean = case.paper.clean
    starts = re.compile(case.words.pattern("area_verbs"))
    out = []
    for match in re.finditer(
        rf"[\u4e00-\u9fff（）]{{4,24}}?{case.words.pattern('area_forms')}(?![\u4e00-\u9fff]{{0,2}}建设|域)", clean
    ):
        verbs = list(starts.finditer(match[0]))
        begin = match.start() + (verbs[-1].end() if verbs else 0)
        name = clean[begin : match.end()]
        if verbs and len(name) >= 8 and name.count("（") == name.count("）"):
            out.append((name, case.words_at(begin, match.end())))
    return out


def _without_places(case: Case, name: str) -> str:
    words = plain(_BRACKETED.sub("", name))
    region = plain(case.facts.document.region)
    tails = case.words.pattern("place_tails")
    root = re.sub(f"{tails}$", "", region)
    places = [re.escape(p) for p in (region, root) if len(p) >= 2]
    prefix = re.compile(f"^(?:(?:{'|'.join([*places, case.words.pattern('provinces')])})(?:{tails})?)+")
    return _dropped().sub("", prefix.sub("", words))


@check(
    "same-chain",
    family="naming",
    zh="不同产业写成同一链条",
    en="one chain written for two industries",
    needs=("chains",),
    severities=("notice",),
    meaning="两条名称不同的产业链，环节一字不差。",
)
def same_chain(case: Case) -> Iterator[Finding]:
    """Two chains with different labels and the same nodes."""
    by_nodes: dict[tuple[str, ...], list[Chain]] = {}
    for chain in case.facts.chains:
        if len(chain.nodes) >= 2:
            by_nodes.setdefault(tuple(plain(n) for n in chain.nodes), []).append(chain)
    for one, other in (pair for chains in by_nodes.values() for pair in pairwise(chains)):
        a, b = _label(case, one), _label(case, other)
        if a and b and a != b:
            yield case.finding(
                "same-chain",
                "notice",
                f"{a}与{b}写的是同一链条：{'—'.join(one.nodes)}。",
                f"Two chains, {a} and {b}, have the same nodes.",
                [one, other],
                [f"{a} = {b} = {'—'.join(one.nodes)}"],
            )


def _label(case: Case, chain: Chain) -> str:
    """What a chain is called: the words up to 产业链 that follow its last node."""
    words = case.words.pattern("chain_label")
    pattern = re.compile(rf"[”\"」』]*([^，。；、“”\"（）]{{0,16}}?{words})")
    tail = ""
    if case.paper is not None and chain.start is not None:
        at = case.clean_of(chain.start)
        last = plain(chain.nodes[-1])[-4:]
        begin = case.paper.clean.find(last, at)
        tail = case.paper.clean[begin + len(last) : begin + len(last) + 30] if begin >= 0 else ""
    elif chain.nodes and chain.nodes[-1]:
        tail = chain.quote.rpartition(chain.nodes[-1])[2]
    found = pattern.match(tail)
    return found[1] if found else ""


@check(
    "one-figure-two-names",
    family="naming",
    zh="同一个数两个名称",
    en="one figure under two names",
    needs=("goals",),
    severities=("notice",),
    meaning="同年同单位同一个产值，前后用了两个指标名；连同“达到”“左右”的不同一并提示。",
)
def one_figure_two_names(case: Case) -> Iterator[Finding]:
    """The same output value of a year under two indicator names, one of which may be a headline."""
    values = [t for t in output_values(case) if t.regional and part_class(case, t, by_place=False) is None]
    groups: dict[tuple[int | None, object], list[Target]] = {}
    for target in values:
        groups.setdefault((target.year, target.value * target.scale), []).append(target)
    for (year, _), goals in groups.items():
        names = {t.key: t for t in goals}
        if len(names) < 2:
            continue
        one, other = list(names.values())[:2]
        if not _one_thing(case, one, other):
            continue
        a, b = one.goal.indicator, other.goal.indicator
        ops = {OP_WORDS.get(t.goal.op, "") for t in (one, other)}
        differ = f"，一处“{_op(one)}”，一处“{_op(other)}”" if len(ops) > 1 else ""
        yield case.finding(
            "one-figure-two-names",
            "notice",
            f"{year}年 {shown(one.value)} {one.goal.unit}前后写作“{a}”和“{b}”{differ}，口径待核对。",
            f"{case.english(one)} ({year}) stands under two names, {a} and {b}"
            + (", with different bounds." if differ else "."),
            [one, *(t for t in goals if t.key == other.key)],
            [f"“{a}”{one.printed()}，“{b}”{other.printed()}（{one.goal.unit}，{year}）"],
        )


def _op(target: Target) -> str:
    return {">=": "达到", ">": "超过", "<=": "以内", "<": "以下", "~": "左右", "=": "实现"}.get(
        target.goal.op, target.goal.op
    )


def _one_thing(case: Case, one: Target, other: Target) -> bool:
    """Names that can mean one industry: they do not name different metals."""
    metals = [{w for w in case.words.listed("metal_words") if w in t.goal.indicator} for t in (one, other)]
    return not metals[0] or not metals[1] or bool(metals[0] & metals[1])


@check(
    "two-capacities",
    family="naming",
    zh="同一项目两个产能",
    en="one project with two capacities",
    needs=("milestones",),
    severities=("notice",),
    meaning="同一企业、同一产品在两处（正文与用地、正文与附表）各写一个产能，数不同；一处列了几期的不报。",
)
def two_capacities(case: Case) -> Iterator[Finding]:
    """A firm's plant for one product with one capacity in one section and another in the next."""
    plants: dict[tuple[str, str, str | None], dict[str, dict[Decimal, Step]]] = {}
    for step in case.steps:
        product = case.library.product_of(step.milestone.product or step.milestone.project)
        if (
            step.low is None
            or not step.owner
            or product is None
            or case.unit(step.milestone.capacity_unit)[0] != "mass"
            or "期" in step.milestone.project
        ):
            continue
        key = (firm_core(step.owner), product.id, step.milestone.capacity_unit)
        plants.setdefault(key, {}).setdefault(step.section, {}).setdefault(step.low, step)
    for sections in plants.values():
        single = [next(iter(by_capacity.items())) for by_capacity in sections.values() if len(by_capacity) == 1]
        if len(single) != len(sections) or len({low for low, _ in single}) != 2:
            continue
        (low, one), (high, other) = sorted(dict(single).items())
        if not share_a_word(
            one.milestone.product or one.milestone.project, other.milestone.product or other.milestone.project
        ):
            continue
        yield case.finding(
            "two-capacities",
            "notice",
            f"{other.name}写了两个产能：{shown(one.low or low)}、{shown(other.low or high)} {other.milestone.capacity_unit}。",
            f"One project stands with two capacities: {shown(low)} and {shown(high)} {case.unit_en(other.milestone.capacity_unit)}.",
            [one, other],
            [f"{shown(low)} ≠ {shown(high)}（{other.milestone.capacity_unit}）"],
        )


@check(
    "two-unit-names",
    family="naming",
    zh="同一责任单位两种写法",
    en="one unit under two names",
    needs=("duties",),
    severities=("notice",),
    meaning="同一单位在责任单位中写法不一：某区人民政府与某区政府；同一行其他单位写“市”“县”，打头的漏写。",
)
def two_unit_names(case: Case) -> Iterator[Finding]:
    """`X人民政府` beside `X政府`, and a unit at the head of a line without the level that all others carry."""
    first: dict[str, Duty] = {}
    for duty in case.duties:
        for unit in duty.units:
            first.setdefault(plain(unit), duty)
    pairs = [
        (name, name.replace("人民政府", "政府"))
        for name in first
        if name.endswith("人民政府") and name.replace("人民政府", "政府") in first
    ]
    levels = ("市", "县", "省", "州", "区", "自治区")
    for duty in case.duties:
        head, rest = plain(duty.units[0]) if duty.units else "", [plain(u) for u in duty.units[1:]]
        level = next((v for v in levels if len(rest) >= 2 and all(u.startswith(v) for u in rest)), None)
        if level and not head.startswith(levels) and f"{level}{head}" in first:
            pairs.append((f"{level}{head}", head))
    if pairs:
        pairs = list(dict.fromkeys(pairs))
        yield case.finding(
            "two-unit-names",
            "notice",
            f"{len(pairs)}个责任单位有两种写法：{listed([f'{a}／{b}' for a, b in pairs])}。",
            f"{len(pairs)} units in charge are written in two ways.",
            [first[name] for pair in pairs for name in pair],
            [f"{a} ≠ {b}" for a, b in pairs],
        )
