"""Clusters, parks, bases and core areas, with the place and the products that the text names for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lvlian.plan.facts import Cluster
from lvlian.plan.lexicon import built_from_lexicon, load_lexicon
from lvlian.plan.manuscript import Manuscript, Sentence
from lvlian.plan.place import leading_place, places_named, stem

_STOP = re.compile(r"[，。；：！？、“”‘’《》\n\t]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_COUNT = re.compile(
    r"^(?:\d+|[一二两三四五六七八九十]+)(?:[至到—–~-](?:\d+|[一二两三四五六七八九十]+))?[个家座大条](?:以上)?的?"
)
_COUNTED_LIST = re.compile(
    r"(?P<members>[\u4e00-\u9fff（）]{2,16}(?:、[\u4e00-\u9fff（）]{2,16})+)等?(?:\d+|[一二两三四五六七八九十]+)[个座](?P<noun>[\u4e00-\u9fff]{0,12}?)$"
)
_MAINLY_END = r"(?:为主|为主体|为主导|为代表|为特色)的"
_MAINLY = re.compile(rf"以(?P<goods>[^，。；：]{{2,80}}){_MAINLY_END}$")
_LEAD = re.compile(r"(?:和|及|与|以及|以|在|成为|成|为|等|了|广大|对|将|由|到|至|并|[全我][省市县州区])+")
_OTHER_HEAD = re.compile(r".*(?:中心|平台|学院|机构|体系|品牌)和")
_LISTED = re.compile(r"(?:、|和|及|与|以及|，|，和)")
_PARK_OF_METAL = re.compile(r"(?P<place>[\u4e00-\u9fff]{2,3})(?=[铝铜锌铅镍锂镁钛钢硅])")
_RANK = re.compile(r"(?P<place>[\u4e00-\u9fff]{2,5}?)[一二两三四五六七八九十\d]*[千百万]+亿元?级?")
_PARK_PLACE = re.compile(r"(?!.*(?:产业|工业|[铝铜锌铅镍锂镁钛钢硅]))[\u4e00-\u9fff]{2,7}(?:（[\u4e00-\u9fff]{2,6}）)?")
_RESPONSIBLE = re.compile(r"（?(?:责任单位|牵头单位|责任部门)|（[省市县州自]")
_LONGEST = 34


@dataclass(frozen=True, slots=True)
class _Grammar:
    form: re.Pattern[str]
    parks: frozenset[str]
    maker: re.Pattern[str]
    frame: re.Pattern[str]
    grow: re.Pattern[str]
    size: re.Pattern[str]
    generic: re.Pattern[str]
    not_after: re.Pattern[str]
    product_tail: re.Pattern[str]
    not_in_name: re.Pattern[str]


@built_from_lexicon
def _grammar() -> _Grammar:
    lexicon = load_lexicon("clusters")
    return _Grammar(
        form=re.compile(lexicon.pattern("forms")),
        parks=frozenset(lexicon.words("parks")),
        maker=re.compile(lexicon.pattern("makers")),
        frame=re.compile(
            rf"{lexicon.pattern('frames')}(?P<list>[^，。；：]{{3,90}}?)(?:等(?=为))?{lexicon.pattern('frame_ends')}"
        ),
        grow=re.compile(rf"{lexicon.pattern('grow')}(?P<goods>[^，。；：\n]{{2,120}})"),
        size=re.compile(lexicon.pattern("sizes")),
        generic=re.compile(rf"(?:{lexicon.pattern('generic')}|{lexicon.pattern('sizes')})*"),
        not_after=re.compile(lexicon.pattern("not_after")),
        product_tail=re.compile(rf"{lexicon.pattern('product_tail')}+$"),
        not_in_name=re.compile(lexicon.pattern("not_in_name")),
    )


def read_clusters(paper: Manuscript) -> list[Cluster]:
    """All clusters in order, each name once (its later mentions add products)."""
    grammar = _grammar()
    stems = _stems(paper, grammar)
    found: dict[str, Cluster] = {}
    for i, sentence in enumerate(paper.spoken):
        following = paper.spoken[i + 1] if i + 1 < len(paper.spoken) else None
        for cluster in _in_sentence(paper, grammar, sentence, following, stems):
            known = found.get(cluster.name)
            if known is None:
                found[cluster.name] = cluster
            else:
                more = tuple(p for p in cluster.products if p not in known.products)
                found[cluster.name] = replace(known, products=known.products + more, place=known.place or cluster.place)
    return list(found.values())


def _stems(paper: Manuscript, grammar: _Grammar) -> dict[str, str]:
    """Bare names of places that the text gives elsewhere in full or as the members of a frame (以阳谷和临清为核心)."""
    stems = {stem(place): place for place in places_named(paper.clean)}
    for frame in grammar.frame.finditer(paper.clean, 0, 100_000):
        for member in re.split(r"、|和|及|与", frame["list"]):
            if 2 <= len(member) <= 4 and _HAN.fullmatch(member[0]) and not grammar.generic.fullmatch(member):
                stems.setdefault(stem(member), member)
    return {bare: place for bare, place in stems.items() if 2 <= len(bare) <= 8}


def _in_sentence(
    paper: Manuscript, grammar: _Grammar, sentence: Sentence, following: Sentence | None, stems: Mapping[str, str]
) -> list[Cluster]:
    clean = paper.clean
    out: list[Cluster] = []
    floor = sentence.start
    maker: str | None = None
    frames = [frame.span("list") for frame in grammar.frame.finditer(clean, sentence.start, sentence.end)]
    for form in grammar.form.finditer(clean, sentence.start, sentence.end):
        low, floor = floor, form.end()
        if grammar.not_after.match(clean, form.end()):
            maker = None
            continue
        base = max(low, form.start() - 60)
        counted = _COUNTED_LIST.search(clean[base : form.start()])
        if counted and (row := _counted(paper, grammar, counted, base, form, stems)):
            out.extend(row)
            continue
        begin = _begin(clean, max(low, form.start() - _LONGEST), form.start())
        # A later member of a list has the verb of the first: 打造甲基地和乙集群.
        listed = out and low != sentence.start and begin <= low + 1 and _LISTED.match(clean, low)
        in_frame = any(a <= form.start() < b for a, b in frames)
        found = _cluster(paper, grammar, begin, form, sentence, following, stems, in_frame, maker if listed else None)
        if found:
            cluster, maker = found
            out.append(cluster)
        else:
            maker = None
    return out


def _begin(clean: str, low: int, form: int) -> int:
    """Where the words of a name may begin: after the last mark, a bracket pair inside the name aside."""
    at = form
    while at > low:
        char = clean[at - 1]
        if char == "）":
            opened = clean.rfind("（", max(low, at - 8), at)
            if opened < 0:
                return at
            at = opened
            continue
        if char == "（" or _STOP.match(char):
            return at
        at -= 1
    return at


def _cluster(
    paper: Manuscript,
    grammar: _Grammar,
    begin: int,
    form: re.Match[str],
    sentence: Sentence,
    following: Sentence | None,
    stems: Mapping[str, str],
    in_frame: bool,
    inherited: str | None,
) -> tuple[Cluster, str | None] | None:
    """The cluster whose name ends in `form`, and the verb before it; None where the words name none."""
    clean = paper.clean
    start, maker = _after_maker(grammar, clean, begin, form.start())
    maker = maker or inherited
    start, counted = _name_start(clean, start, form.start())
    sized = grammar.size.match(clean, start, form.start())
    body = clean[start : form.start()]
    if (
        not _HAN.search(body)
        or len(body) > 30
        or body.count("（") != body.count("）")
        or grammar.not_in_name.search(clean, begin, form.start())
    ):
        return None
    place, rest_at = leading_place(body, stems)
    rest = grammar.size.sub("", body[rest_at:])
    product = _product(grammar, rest)
    rank = _RANK.match(body) if place is None else None
    if rank and not grammar.generic.fullmatch(rank["place"]):
        place, product = rank["place"], _product(grammar, grammar.size.sub("", body[rank.end("place") :]))
    elif form.group() in grammar.parks or "园" in form.group():
        metal = _PARK_OF_METAL.match(body) if place is None else None
        if metal and not grammar.generic.fullmatch(metal["place"]):
            place, product = metal["place"], _product(grammar, body[metal.end() :])
        elif (
            form.group() in grammar.parks
            and not sized
            and _PARK_PLACE.fullmatch(body)
            and not grammar.generic.fullmatch(body)
        ):
            place, product = body, ""
    if place is None and (not product or (counted and sized is None)):
        return None
    base = max(sentence.start, start - 90)
    mainly = _MAINLY.search(clean[base:start])
    if mainly and maker is None:
        made = grammar.maker.search(clean, base, base + mainly.start())
        maker = made.group() if made else None
    if maker is None and not (in_frame and place):
        return None
    products = [product] if product else []
    if mainly:
        products = [*_goods(mainly["goods"]), *products]
    products += [p for p in _grown(paper, grammar, form.end(), sentence, following) if p not in products]
    quote, offset = paper.text.quote(start, form.end())
    cluster = Cluster(
        name=paper.text.printed(start, form.end()),
        form=form.group(),
        place=place or _framed_place(grammar, clean, sentence, form.start(), stems),
        products=tuple(dict.fromkeys(products)),
        quote=quote,
        start=offset,
        section=paper.section_at(start),
        confidence=0.85 if place else 0.7,
        reason=None if place else "no place named",
        made_by=(f"clusters:forms:{form.group()}", *((f"clusters:makers:{maker}",) if maker else ())),
    )
    return cluster, maker


def _name_start(clean: str, start: int, end: int) -> tuple[int, bool]:
    """Where a name begins behind conjunctions, counts and clauses with 的; and whether it was counted."""
    counted = False
    mainly = re.search(_MAINLY_END, clean[start:end])
    if mainly:
        start += mainly.end()
    while True:
        words = clean[start:end]
        count = _COUNT.match(words)
        lead = _LEAD.match(words)
        other = _OTHER_HEAD.match(words)
        of = words.rfind("的", 0, max(0, len(words) - 2))
        if count:
            start, counted = start + count.end(), True
        elif lead and lead.end() < len(words):
            start += lead.end()
        elif other:
            start += other.end()
        elif of > 0:
            start += of + 1
        else:
            return start, counted


def _after_maker(grammar: _Grammar, clean: str, begin: int, end: int) -> tuple[int, str | None]:
    """The place after the last verb of making before a name."""
    last = None
    for found in grammar.maker.finditer(clean, begin, end):
        if found.end() < end:
            last = found
    return (last.end(), last.group()) if last else (begin, None)


def _counted(
    paper: Manuscript,
    grammar: _Grammar,
    counted: re.Match[str],
    base: int,
    form: re.Match[str],
    stems: Mapping[str, str],
) -> list[Cluster]:
    """`东湖、西湖2个铝产业园`: each member has the closing noun."""
    clean = paper.clean
    noun = paper.text.printed(base + counted.start("noun"), form.end()) if counted["noun"] else form.group()
    product = _product(grammar, grammar.size.sub("", counted["noun"]))
    out = []
    at = base + counted.start("members")
    for member in counted["members"].split("、"):
        start, end = at, at + len(member)
        at = end + 1
        start, _ = _after_maker(grammar, clean, start, end)
        name = paper.text.printed(start, end).removesuffix("等")
        if len(name) < 2 or grammar.generic.fullmatch(name):
            return []
        place, rest = leading_place(name, stems)
        quote, offset = paper.text.quote(start, start + len(name))
        out.append(
            Cluster(
                name=name + noun,
                form=form.group(),
                place=place if place and rest == len(name) else name,
                products=(product,) if product else (),
                quote=quote,
                start=offset,
                section=paper.section_at(start),
                confidence=0.8,
                made_by=(f"clusters:forms:{form.group()}",),
            )
        )
    return out


def _product(grammar: _Grammar, words: str) -> str:
    """The product in a name, without 产业 and the like; empty where the words are generic."""
    words = re.sub(r"^(?:的|（[^（）]*）)+|的$", "", words)
    words = grammar.product_tail.sub("", words)
    return "" if not _HAN.search(words) or grammar.generic.fullmatch(words) or len(words) > 20 else words


def _goods(words: str) -> list[str]:
    """The members of a row of goods."""
    words = re.sub(r"（[^（）]*）", "", words)
    words = re.split(r"等(?![级离])", words)[0]
    members = [
        re.sub(r"^(?:以|和|及|以及|为|的|高端|重点|用于)+(?=.{2,})|(?:产业|产品|项目|领域)$", "", m)
        for m in re.split(r"、|以及|和(?!平)|及", words)
    ]
    return [m for m in members if 1 < len(m) <= 18 and _HAN.search(m) and "的" not in m[:-1]]


def _grown(paper: Manuscript, grammar: _Grammar, end: int, sentence: Sentence, following: Sentence | None) -> list[str]:
    """The goods that the words after a name say it is to make; behind a heading those of the next sentence."""
    clean = paper.clean
    stop = sentence.end
    heading = paper.heading_at(sentence.start)
    if (
        following is not None
        and heading is not None
        and heading.start <= paper.text.origin[sentence.start]
        and heading.end >= paper.text.origin[end - 1]
    ):
        stop = following.end
    stop = min(stop, end + 300)
    units = _RESPONSIBLE.search(clean, end, stop)
    found = grammar.grow.search(clean, end, units.start() if units else stop)
    if not found or grammar.form.search(found["goods"]):
        return []
    goods = _goods(found["goods"])
    return goods if len(goods) > 1 else []


def _framed_place(grammar: _Grammar, clean: str, sentence: Sentence, at: int, stems: Mapping[str, str]) -> str | None:
    """The places of a frame before a name in its sentence: `以甲县和乙县为核心，打造…`."""
    for frame in grammar.frame.finditer(clean, sentence.start, at):
        members = [m for m in re.split(r"、|和|及|与", frame["list"]) if m]
        if members and all(leading_place(m, stems)[0] for m in members):
            return "、".join(members)
    return None
