"""One thing under two names, or two things under one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise

from lvlian.finding import Finding
from lvlian.plan.check.assumption import load_words
from lvlian.plan.check.case import Case, Target
from lvlian.plan.check.figure import OP_WORDS, shown
from lvlian.plan.check.name import firm_core, is_full_name, plain
from lvlian.plan.check.rule import check
from lvlian.plan.check.total import output_values, part_class
from lvlian.plan.facts import Chain, Fact

_BRACKETED = re.compile(r"[（(][^（）()]*[）)]")


@check(
    "two-firm-names", family="naming", zh="同一企业两个全称", en="one firm under two full names", needs=("milestones", "goals"), severities=("notice",),
    meaning="两个“……有限公司”全称，字号相同、名称不同；简称不算。",
)
def two_firm_names(case: Case) -> Iterator[Finding]:
    """Two full legal names of which one holds the other's distinctive part."""
    named: dict[str, Fact] = {}
    for step in case.steps:
        if is_full_name(step.owner):
            named.setdefault(plain(step.owner), step.milestone)
    for target in case.targets:
        if is_full_name(target.goal.subject):
            named.setdefault(plain(target.goal.subject), target.goal)
    by_root: dict[str, list[str]] = {}
    for name in named:
        by_root.setdefault(name[:2] + firm_core(name)[:3], []).append(name)
    for one, other in (pair for names in by_root.values() for pair in combinations(names, 2)):
        a, b = sorted((firm_core(one), firm_core(other)), key=len)
        if len(a) >= 3 and b.startswith(a):
            yield case.finding(
                "two-firm-names", "notice", f"同一企业写了两个名称：{one}、{other}。", f"One firm stands under two names: {one}, {other}.",
                [named[one], named[other]], [f"{one} ≠ {other}"],
            )


@cache
def _dropped() -> re.Pattern[str]:
    words = load_words()
    return re.compile(words.pattern("dropped_words"))


@check(
    "two-place-names", family="naming", zh="同一核心区、园区两个名称", en="one core area or park under two names", needs=("milestones",),
    severities=("notice",),
    meaning="去掉地名后用字相同、次序或写法不同的核心区、集聚区、园区、基地。",
)
def two_place_names(case: Case) -> Iterator[Finding]:
    """Names of areas that, without places, are made of the same characters but are not the same words."""
    named: dict[str, Fact] = {}
    for fact, name in [(m, m.project) for m in case.facts.milestones] + [(c, c.name) for c in case.facts.clusters]:
        if case.words.within(plain(name), "place_forms"):
            named.setdefault(plain(name), fact)
    printed = {plain(n): n for n in [m.project for m in case.facts.milestones] + [c.name for c in case.facts.clusters]}
    cores = {name: _without_places(case, printed[name]) for name in named}
    by_letters: dict[str, list[str]] = {}
    for name, core in cores.items():
        if len(core) >= 6:
            by_letters.setdefault("".join(sorted(core)), []).append(name)
    for one, other in (pair for names in by_letters.values() for pair in combinations(names, 2)):
        if cores[one] != cores[other]:
            yield case.finding(
                "two-place-names", "notice", f"同一区域写了两个名称：{printed[one]}、{printed[other]}。",
                f"One area stands under two names: {printed[one]}, {printed[other]}.", [named[one], named[other]],
                [f"{printed[one]} ≠ {printed[other]}"],
            )


def _without_places(case: Case, name: str) -> str:
    words = plain(_BRACKETED.sub("", name))
    region = plain(case.facts.document.region)
    tails = case.words.pattern("place_tails")
    root = re.sub(f"{tails}$", "", region)
    places = [re.escape(p) for p in (region, root) if len(p) >= 2]
    prefix = re.compile(f"^(?:(?:{'|'.join([*places, case.words.pattern('provinces')])})(?:{tails})?)+")
    return _dropped().sub("", prefix.sub("", words))


@check(
    "same-chain", family="naming", zh="不同产业写成同一链条", en="one chain written for two industries", needs=("chains",), severities=("notice",),
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
                "same-chain", "notice", f"{a}与{b}写的是同一链条：{'—'.join(one.nodes)}。", f"Two chains, {a} and {b}, have the same nodes.",
                [one, other], [f"{a} = {b} = {'—'.join(one.nodes)}"],
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
    elif chain.nodes:
        tail = chain.quote.rpartition(chain.nodes[-1])[2]
    found = pattern.match(tail)
    return found[1] if found else ""


@check(
    "one-figure-two-names", family="naming", zh="同一个数两个名称", en="one figure under two names", needs=("goals",), severities=("notice",),
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
            "one-figure-two-names", "notice",
            f"{year}年 {shown(one.value)} {one.goal.unit}前后写作“{a}”和“{b}”{differ}，口径待核对。",
            f"{case.english(one)} ({year}) stands under two names, {a} and {b}" + (", with different bounds." if differ else "."),
            [one, *(t for t in goals if t.key == other.key)], [f"“{a}”{one.printed()}，“{b}”{other.printed()}（{one.goal.unit}，{year}）"],
        )


def _op(target: Target) -> str:
    return {">=": "达到", ">": "超过", "<=": "以内", "<": "以下", "~": "左右", "=": "实现"}.get(target.goal.op, target.goal.op)


def _one_thing(case: Case, one: Target, other: Target) -> bool:
    """Names that can mean one industry: they do not name different metals."""
    metals = [{w for w in case.words.listed("metal_words") if w in t.goal.indicator} for t in (one, other)]
    return not metals[0] or not metals[1] or bool(metals[0] & metals[1])


@check(
    "two-capacities", family="naming", zh="同一项目两个产能", en="one project with two capacities", needs=("milestones",), severities=("notice",),
    meaning="同一企业、同一产品、同一节点次序上的项目，前后产能不同。",
)
def two_capacities(case: Case) -> Iterator[Finding]:
    """The land, or the power, of a project given for another capacity than its construction."""
    land = [s for s in case.steps if case.words.within(s.milestone.event, "land_steps") and s.low is not None and s.owner and s.milestone.product]
    for plot in land:
        others = [s for s in case.steps if s is not plot and s.low is not None and s.owner and s.stage != plot.stage and s.milestone.capacity_unit == plot.milestone.capacity_unit]
        mine = [s for s in others if firm_core(s.owner) == firm_core(plot.owner) and plain(s.milestone.product) == plain(plot.milestone.product)]
        if mine and all(s.low != plot.low for s in mine):
            other = mine[0]
            assert plot.low is not None and other.low is not None  # kept above
            yield case.finding(
                "two-capacities", "notice",
                f"{plot.owner}{plot.milestone.product}项目写了两个产能：{shown(plot.low)}、{shown(other.low)} {plot.milestone.capacity_unit}。",
                f"One project stands with two capacities: {shown(plot.low)} and {shown(other.low)}.", [plot, other],
                [f"{shown(plot.low)} ≠ {shown(other.low)}（{plot.milestone.capacity_unit}）"],
            )


