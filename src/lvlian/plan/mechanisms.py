"""Mechanisms: acts with a cadence (每月至少一次, 每季度开展1次调度, 定期通报, “日报告、周调度”)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from lvlian.plan.facts import Mechanism
from lvlian.plan.lexicon import alternation, built_from_lexicon, load_lexicon
from lvlian.plan.manuscript import Manuscript, Sentence
from lvlian.quantity.figure import chinese_value

_PER = {
    "工作日": "day",
    "天": "day",
    "日": "day",
    "周": "week",
    "星期": "week",
    "月": "month",
    "月度": "month",
    "季": "quarter",
    "季度": "quarter",
    "半年": "half_year",
    "半年度": "half_year",
    "年": "year",
    "年度": "year",
}
_CLAUSE = re.compile(r"[，；。：！？\n]")
_NUMBER = (
    r"(?P<times>\d{1,3}|[一二两三四五六七八九十]{1,3})(?:[-—–~至](?P<most>\d{1,3}|[一二两三四五六七八九十]{1,3}))?"
)
_LONGEST_NAME = 40
_FARTHEST = 240
"""Characters around a cadence that are looked at; longer clauses are no prose."""
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Grammar:
    cue: re.Pattern[str]
    compound: re.Pattern[str]
    act: re.Pattern[str]
    count: re.Pattern[str]
    at_least: re.Pattern[str]
    at_most: re.Pattern[str]
    adverb: re.Pattern[str]
    trailing: re.Pattern[str]
    yields: re.Pattern[str]
    benefit: re.Pattern[str]
    actor: re.Pattern[str]


@built_from_lexicon
def _grammar() -> _Grammar:
    lexicon, units = load_lexicon("mechanisms"), load_lexicon("units")
    acts, compound_acts = lexicon.pattern("acts"), lexicon.pattern("compound_acts")
    counts = lexicon.pattern("count_units")
    adverb = lexicon.pattern("adverbs")
    suffix = alternation([*units.words("suffixes"), *lexicon.words("actor_ends")])
    period = r"(?:半年|季度|工作日|星期|[天日周月季年])"
    return _Grammar(
        cue=re.compile(
            rf"每个?(?:(?P<every>[两二三四五六]|[2-9])个?)?(?P<each>{period})度?(?!均)|(?:按|逐)(?P<by>半年|季度?|[日周月年])度?(?={adverb}*{acts})"
            rf"|(?P<vague>{lexicon.pattern('vague')})"
        ),
        compound=re.compile(
            rf"(?:(?<=[“、，。；：（\n行立持施照入])|^)一?(?P<period>月度|季度|半年度|年度|半年|[日周月季年])(?P<once>一|1次)?(?P<act>{compound_acts})"
            rf"(?!{lexicon.pattern('not_after')})"
        ),
        act=re.compile(acts),
        count=re.compile(rf"{_NUMBER}{counts}(?P<more>以上)?"),
        at_least=re.compile(lexicon.pattern("at_least")),
        at_most=re.compile(lexicon.pattern("at_most")),
        adverb=re.compile(rf"{adverb}+"),
        trailing=re.compile(rf"{adverb}+$"),
        yields=re.compile(lexicon.pattern("yields")),
        benefit=re.compile(lexicon.pattern("benefits")),
        actor=re.compile(rf"{suffix}$"),
    )


def read_mechanisms(paper: Manuscript) -> list[Mechanism]:
    """All mechanisms in order of the text.

    `times` counts acts in one `per`; every second month is 0.5 a `month`. A target (每年新增2家) and a benefit are none.
    """
    grammar = _grammar()
    out: list[Mechanism] = []
    for sentence in paper.spoken:
        out.extend(_in_sentence(paper, grammar, sentence))
    return _without_doubles(paper, out)


def _in_sentence(paper: Manuscript, grammar: _Grammar, sentence: Sentence) -> list[Mechanism]:
    clean = paper.clean
    out: list[tuple[int, Mechanism]] = []
    end = sentence.start
    for cue in grammar.cue.finditer(clean, sentence.start, sentence.end):
        if cue.start() < end:
            continue  # 每年定期: one cadence
        begin, stop = _clause(clean, sentence, cue.start())
        following = grammar.cue.search(clean, cue.end() + 4, stop)
        limit = following.start() if following and not _is_vague(following) else stop
        found = _mechanisms(paper, grammar, cue, begin, limit, sentence)
        if found:
            out.extend((m.start or 0, m) for m in found)
            end = limit
    for compound in grammar.compound.finditer(clean, sentence.start, sentence.end):
        quote, start = paper.text.quote(*compound.span())
        out.append(
            (
                start,
                Mechanism(
                    name=compound["act"],
                    actor=_actor(
                        paper, grammar, *_clause(clean, sentence, compound.start()), sentence, compound.start()
                    ),
                    per=_PER[compound["period"]],
                    times=1.0 if compound["once"] else None,
                    quote=quote,
                    start=start,
                    section=paper.section_at(compound.start()),
                    confidence=0.8,
                    reason="a cadence in a compound",
                    made_by=(f"mechanisms:compound_acts:{compound['act']}",),
                ),
            )
        )
    return [m for _, m in sorted(out, key=lambda pair: pair[0])]


def _is_vague(cue: re.Match[str]) -> bool:
    return cue["vague"] is not None


def _clause(clean: str, sentence: Sentence, at: int) -> tuple[int, int]:
    """The clause of a sentence around a place."""
    begin = max(sentence.start, at - _FARTHEST)
    for mark in _CLAUSE.finditer(clean, begin, at):
        begin = mark.end()
    farthest = min(sentence.end, at + _FARTHEST)
    stop = _CLAUSE.search(clean, at, farthest)
    return begin, stop.start() if stop else farthest


def _mechanisms(
    paper: Manuscript, grammar: _Grammar, cue: re.Match[str], begin: int, stop: int, sentence: Sentence
) -> list[Mechanism]:
    """The mechanisms of one cadence: one for each act with a count of its own, else one."""
    clean = paper.clean
    vague = _is_vague(cue)
    at = cue.end()
    adverbs = grammar.adverb.match(clean, at, stop)
    told = adverbs.end() if adverbs else at
    if grammar.yields.match(clean, told, stop) and not grammar.act.match(clean, told, stop):
        return []
    counts = list(grammar.count.finditer(clean, at, stop))
    if not counts and any(not _is_plain(m.unit) for m in paper.measures_in(at, stop)):
        return []  # a target or a benefit with a figure
    if not counts and grammar.benefit.search(clean, at, stop):
        return []
    act = grammar.act.search(clean, at, stop)
    if act is None and not (counts and _HAN.search(clean, at, counts[0].start())):
        return []
    if vague and cue["vague"] == "常态化" and not grammar.act.match(clean, at, stop):
        return []
    if vague and act and act.start() - at > 30:
        return []
    actor = _actor(paper, grammar, begin, cue.start(), sentence, cue.start())
    parts = _parts(clean, told, stop, counts)
    out: list[Mechanism] = []
    for i, (start, end) in enumerate(parts):
        count = next((c for c in counts if start <= c.start() < end), None)
        name = _name(paper, grammar, start, end, count)
        if len(name) < 2:
            continue
        times, op = _times(grammar, clean, at if i == 0 else start, count, cue)
        if i and out and op == "=":
            op = out[-1].op  # 至少 holds for the whole list
        quote, offset = paper.text.quote(cue.start() if i == 0 else start, min(end, start + _LONGEST_NAME + 20))
        word = cue["vague"] or cue.group()
        out.append(
            Mechanism(
                name=name,
                actor=actor,
                per=None if vague else _per(cue),
                times=times,
                op=op,
                quote=quote,
                start=offset,
                section=paper.section_at(cue.start()),
                confidence=0.6 if vague else 0.92 if count else 0.8,
                reason=f"no period: {word}" if vague else None,
                made_by=(f"mechanisms:vague:{word}",)
                if vague
                else (f"mechanisms:acts:{act.group()}",)
                if act
                else (f"mechanisms:count_units:{count.group()}",)
                if count
                else (),
            )
        )
    return out


def _is_plain(unit: str) -> bool:
    """Whether a unit counts acts or time rather than yields."""
    return unit in (
        "次",
        "场",
        "场次",
        "轮",
        "期",
        "回",
        "年",
        "月",
        "日",
        "天",
        "个月",
        "季度",
        "小时",
        "个工作日",
        "工作日",
        "批次",
        "方面",
        "张",
        "份",
    )


def _per(cue: re.Match[str]) -> str:
    return _PER[cue["each"] or cue["by"]]


def _parts(clean: str, start: int, stop: int, counts: list[re.Match[str]]) -> list[tuple[int, int]]:
    """The span of the acts; divided at 、 where each part has a count of its own."""
    if len(counts) < 2:
        return [(start, stop)]
    parts, at = [], start
    for before, after in pairwise(counts):
        cut = max(clean.find("、", before.end(), after.start()), clean.find("并", before.end(), after.start()))
        if cut < 0:
            return [(start, stop)]
        parts.append((at, cut))
        at = cut + 1
    return [*parts, (at, stop)]


def _name(paper: Manuscript, grammar: _Grammar, start: int, end: int, count: re.Match[str] | None) -> str:
    """The act without its count: `对照清单开展1次调度工作` → 开展调度工作."""
    clean = paper.clean
    if count is not None and count.end() < end:
        verbs = list(grammar.act.finditer(clean, start, count.start()))
        verb = verbs[-1] if verbs else None
        near = verb is not None and count.start() - verb.end() <= 6
        words = (paper.text.printed(verb.start(), verb.end()) if near and verb else "") + paper.text.printed(
            count.end(), end
        )
    elif count is not None:
        words = paper.text.printed(start, count.start())
    else:
        words = paper.text.printed(start, end)
    words = (
        grammar.adverb.sub("", words, count=1)
        if grammar.adverb.match(words) and not grammar.act.match(words)
        else words
    )
    words = grammar.trailing.sub("", words.strip("“”、（）"))
    return re.sub(r"责任单位.*$|（[^）]*$|（[^（）]*）$", "", words)[:_LONGEST_NAME].removeprefix("的")


def _times(
    grammar: _Grammar, clean: str, at: int, count: re.Match[str] | None, cue: re.Match[str]
) -> tuple[float | None, str]:
    if count is None or _is_vague(cue):
        return None, "="
    value = chinese_value(count["times"]) if not count["times"].isdigit() else float(count["times"])
    if value is None:
        return None, "="
    between = clean[at : count.start()]
    op = ">=" if grammar.at_least.search(between) or count["more"] else "<=" if grammar.at_most.search(between) else "="
    every = cue["every"]
    gap = (float(every) if every.isdigit() else chinese_value(every) or 1.0) if every else 1.0
    return round(value / gap, 4), op


def _actor(paper: Manuscript, grammar: _Grammar, begin: int, end: int, sentence: Sentence, cue: int) -> str | None:
    """Who acts: the unit right before the cadence, else the one that an earlier clause of the sentence says leads."""
    clean = paper.clean
    stop = min(end, cue)
    trailing = grammar.trailing.search(clean[begin:stop])
    last = begin + trailing.start() if trailing else stop
    if last - begin <= 60 and grammar.actor.search(clean[max(begin, last - 12) : last]):
        first = re.match(r"(?:由|并|各项|\d{1,2}[.、]|（.{1,2}）)*", clean[begin:last])
        words = paper.text.printed(begin + (first.end() if first else 0), last)
        if 2 <= len(words) <= 40 and not re.search(r"[对向为给将把使]", words[:1]):
            return words
    led = max(clean.rfind(word, max(sentence.start, begin - _FARTHEST), begin) for word in ("牵头", "负责"))
    if led < 0:
        return None
    said = re.search(r"(?:由)?(?P<unit>[^，；。：由]{2,30}?)(?:具体)?$", clean[max(sentence.start, led - 32) : led])
    return said["unit"] if said and grammar.actor.search(said["unit"]) else None


def _without_doubles(paper: Manuscript, found: list[Mechanism]) -> list[Mechanism]:
    """A compound in a heading (季度调度机制) that the sentence behind it says in full is not told twice."""
    out: list[Mechanism] = []
    for i, fact in enumerate(found):
        if fact.made_by and fact.made_by[0].startswith("mechanisms:compound_acts"):
            near = [m for m in found[i + 1 : i + 3] if (m.start or 0) - (fact.start or 0) < 120]
            if any(m.per == fact.per and fact.name in m.name for m in near):
                continue
        out.append(fact)
    return out
