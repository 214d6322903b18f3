"""Places in a document: which region it speaks for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from lvlian.plan.lexicon import alternation, built_from_lexicon, load_lexicon

_LOOKED_AT = 20_000
"""Characters at the start of a document that are searched for places; a paper names its region early."""
_SHORT_NAMES_IN = 6_000
_ENDING = re.compile(r"[省市县州区盟旗]")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_OWN_UNIT = re.compile(
    r"(?<![\u4e00-\u9fff])([省市县区州旗])(?:委|政府|人民政府|直|[发工财农商科自生人住交水能]\S{0,6}?[局厅])"
)
_OWN = re.compile(r"(?:(?<![安健齐保周完])全|我|(?<![成资基日样版根])本|该)([省市县州区旗])(?![场域划])")
_AUTONOMOUS = re.compile(r"([\u4e00-\u9fff]{2,6}?)[\u4e00-\u9fff]{1,12}自治([州县旗])")
_PARK_ENDINGS = ("新区", "高新区", "经开区", "开发区")
_LEVELS = "省市州盟区县旗"


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    short: dict[str, str]
    short_pattern: re.Pattern[str]
    known: frozenset[str]
    grammar: re.Pattern[str]
    park: re.Pattern[str]
    before: re.Pattern[str]
    opener: re.Pattern[str]
    not_places: tuple[str, ...]
    not_set: frozenset[str]
    own: frozenset[str]
    national: re.Pattern[str]
    provinces: frozenset[str]


@built_from_lexicon
def _gazetteer() -> _Gazetteer:
    lexicon = load_lexicon("places")
    full = [*lexicon.words("prefectures"), *lexicon.words("provinces")]
    without = set(lexicon.words("not_short"))
    short = {
        stem(name): name for name in full if len(stem(name)) > 1 and stem(name) not in without and name not in without
    }
    openers = lexicon.pattern("before_place")
    return _Gazetteer(
        short=short,
        short_pattern=re.compile(alternation(short)),
        known=frozenset([*full, *lexicon.words("long_names")]),
        grammar=re.compile(
            rf"{lexicon.pattern('long_names')}|[\u4e00-\u9fff]{{2,4}}?{lexicon.pattern('zones')}|[\u4e00-\u9fff]{{2,7}}?{lexicon.pattern('endings')}"
        ),
        park=re.compile(rf"[\u4e00-\u9fff]{{0,4}}?{lexicon.pattern('parks')}"),
        before=re.compile(rf"{openers}$"),
        opener=re.compile(rf"{openers}+"),
        not_places=lexicon.words("not_places"),
        not_set=frozenset(lexicon.words("not_places")),
        own=frozenset(lexicon.words("own_words")),
        national=re.compile(lexicon.pattern("national_words")),
        provinces=frozenset([*lexicon.words("provinces"), *lexicon.words("long_names")]),
    )


def stem(place: str) -> str:
    """A region's name without its ending: 砚山县 → 砚山, 广西壮族自治区 → 广西."""
    long = _AUTONOMOUS.fullmatch(place)
    if long:
        return long[1]
    for name in ("内蒙古", "广西", "西藏", "宁夏", "新疆"):
        if place.startswith(name):
            return name
    return re.sub(r"(?:自治[州县旗]|地区|新区|[省市县州区盟旗])$", "", place)


def is_place(words: str) -> bool:
    """Whether words with the ending of a region are the name of one."""
    gazetteer = _gazetteer()
    if words in gazetteer.known:
        return True
    if words in gazetteer.not_set or len(words) < 3:
        return False
    if (
        gazetteer.opener.fullmatch(words[:-1])
        or gazetteer.opener.fullmatch(stem(words))
        or re.search(r"[各全我本该等级一二三四五六七八九十两多个重大新和与及的]", words[0])
    ):
        return False
    return not any(
        words.endswith(word) and (len(words) - len(word) < 2 or word not in _PARK_ENDINGS)
        for word in gazetteer.not_places
    )


def place_in(words: str, named: Counter[str]) -> str:
    """The region in a title or an issuer's name, the smallest of a row (甘肃省陇南市 → 陇南市); empty where it names none.

    `named` are the regions that the text names, which make a bare stem in the title (清镇) a region.
    """
    gazetteer = _gazetteer()
    stems = {
        s: p for p in sorted(named, key=lambda p: (named[p], p)) if len(s := stem(p)) > 1 and s not in gazetteer.short
    }
    at = 0
    row = ""
    last = ""
    while at < len(words):
        opener = None if row else gazetteer.opener.match(words, at)
        if opener and at and opener.end() - at < 2 and _HAN.match(words[at - 1]):
            opener = None  # one character in mid-word: 南坪经济技术开发区
        for begin in (opener.end() if opener else at, at):
            found, end = _place_at(
                gazetteer,
                words,
                begin,
                stems,
                boundary=bool(row) or begin != at or at == 0 or not _HAN.match(words[at - 1]),
            )
            if found:
                break
        if found:
            park = gazetteer.park.match(words, end)
            if park and (last or found) and _is_park(words[end : park.end()]):
                return row + words[begin : park.end()]
            row, last, at = row + words[begin:end], found, end
            continue
        if row and not re.match(r"[（(）)“”《》]", words[at]):
            break
        at += 1
    return last


def leading_place(words: str, stems: Mapping[str, str]) -> tuple[str | None, int]:
    """The place that words begin with, as they print it, and where it ends; `stems` are bare names of places (东阿 → 东阿县).

    A bracket behind it is part of it: 广西（平果）.
    """
    gazetteer = _gazetteer()
    at = 0
    while at < len(words):
        found, end = _place_at(gazetteer, words, at, stems, boundary=True)
        if not found:
            break
        at = end
    if at:
        bracket = re.compile(r"（[\u4e00-\u9fff]{2,6}）").match(words, at)
        at = bracket.end() if bracket else at
    return (words[:at] if at else None), at


def _is_park(words: str) -> bool:
    return len(words) >= 3 and not re.match(r"[的和与及、]|推|促|加|支|建|工业园区|示范区|园区", words)


def _place_at(gazetteer: _Gazetteer, words: str, at: int, stems: Mapping[str, str], boundary: bool) -> tuple[str, int]:
    """A region that begins at `at`, and where it ends."""
    if boundary:
        found = gazetteer.grammar.match(words, at)
        # A well-known name is not run over: 南京江北新区 begins with one.
        known = gazetteer.short_pattern.match(words, at)
        over = (
            known
            and found
            and found.group() not in gazetteer.known
            and "自治" not in found.group()
            and found.end() - known.end() > 1
        )
        if found and is_place(found.group()) and not over:
            return found.group(), found.end()
    for size in (4, 3, 2):
        piece = words[at : at + size]
        name = gazetteer.short.get(piece) or stems.get(piece)
        if len(piece) == size and name:
            end = at + size
            if words[end : end + 1] == name[-1] and name[-1] in _LEVELS:
                end += 1
            elif words[end : end + 1] in tuple(_LEVELS) and words[end : end + 2] not in (
                "市场",
                "区域",
                "县域",
                "市级",
            ):
                return "", at
            return name, end
    return "", at


def places_named(text: str) -> Counter[str]:
    """The regions that the text names with their endings, and how often.

    A name begins where its words stop standing together always: of 中共柳河县, 柳河县 the second stands in more places.
    """
    gazetteer = _gazetteer()
    grams: Counter[str] = Counter()
    spots: list[tuple[str, str]] = []
    for found in _ENDING.finditer(text, 0, _LOOKED_AT):
        end = found.end()
        before = text[max(0, end - 6) : end - 1]
        run = re.search(r"[\u4e00-\u9fff]+$", before)
        if not run or len(run.group()) < 2:
            continue
        words = run.group() + found.group()
        spots.append((words, text[end : end + 2]))
        for size in range(3, len(words) + 1):
            grams[words[-size:]] += 1
    counts: Counter[str] = Counter()
    for words, after in spots:
        name = _name(gazetteer, words, grams)
        if name:
            counts[name] += 3 if after[:1] in ("委", "人") and after != "人才" else 1
    return counts


def _name(gazetteer: _Gazetteer, words: str, grams: Counter[str]) -> str:
    for size in range(min(6, len(words)), 2, -1):
        if words[-size:] in gazetteer.known:
            return words[-size:]
    if words[-2:] in gazetteer.not_set or words[-3:] in gazetteer.not_set:
        return ""
    best = ""
    for size in range(3, len(words) + 1):
        piece = words[-size:]
        whole = size == len(words) and len(words) < 6
        cut = gazetteer.before.search(words[: len(words) - size]) if not whole else None
        if best and (grams[piece] < grams[best] or grams[piece] < 2):
            break
        if whole or cut or grams[piece] > 1:
            best = piece
            if cut:
                break
    if len(best) > 3:
        # What stands before a name of two characters and is itself a word or a region is no part of it.
        inner = gazetteer.opener.match(best)
        if inner and len(best) - inner.end() >= 3:
            best = best[inner.end() :]
        known = gazetteer.short_pattern.match(best)
        if known and len(best) - known.end() >= 3:
            best = best[known.end() :].lstrip("省市州")
    rare = best[-1:] in "省州盟" or len(best) > 5 or grams[best] < 2  # all of the former are listed
    if rare and not (best.endswith(("自治县", "自治州", "自治旗")) and grams[best] > 1):
        return ""
    return best if len(best) >= 3 and is_place(best) else ""


def own_level(text: str) -> str:
    """The level that the paper speaks of as its own (我县, 全市, 省发展改革委): one of 省市州区县旗, or empty."""
    counts: Counter[str] = Counter()
    for found in _OWN.finditer(text, 0, _LOOKED_AT):
        counts[found[1]] += 2
    for found in _OWN_UNIT.finditer(text, 0, _LOOKED_AT):
        counts[found[1]] += 1
    return max(counts, key=lambda level: (counts[level], -_LEVELS.index(level))) if counts else ""


def region_of(text: str, title: str, issuer: str) -> str:
    """The region that a document speaks for.

    First the title, then the issuer, then the place of the level that the text calls its own (我市 → the 市 that it
    names most), then the place named most. A text that only says 我市 has that as its region; one of the whole country 全国.
    """
    gazetteer = _gazetteer()
    named = places_named(text)
    found = place_in(title, named) or place_in(issuer, named)
    if found:
        return found
    level = own_level(text)
    own = [p for p in named if p.endswith(level)] if level else []
    if level == "区":
        own += [p for p in named if p in gazetteer.provinces]
    if own:
        return max(own, key=lambda p: (named[p], p in gazetteer.known, -text.find(p)))
    national = len(gazetteer.national.findall(text, 0, _LOOKED_AT))
    most = max(named, key=lambda p: (named[p], p in gazetteer.known, -text.find(p)), default="")
    if not level and national and named[most] < max(3, national):
        return "全国"
    if level != "县":
        bare, times = _bare_name(gazetteer, text, level)
        if bare and times > 1 and (level or times >= 3 * named[most]):
            return bare
    if level and most in gazetteer.known and named[most] >= _own_count(text, level):
        return most
    if level:
        return _own_word(gazetteer, text, level)
    return most


def _own_count(text: str, level: str) -> int:
    return sum(found[1] == level for found in _OWN.finditer(text, 0, _LOOKED_AT))


def _own_word(gazetteer: _Gazetteer, text: str, level: str) -> str:
    """我市, 全县: the region of a text that never names it."""
    spoken = Counter(
        found.group()
        for found in _OWN.finditer(text, 0, _LOOKED_AT)
        if found[1] == level and found.group() in gazetteer.own
    )
    return max(spoken, key=lambda w: (w[0] == "我", spoken[w], w), default="")


def _bare_name(gazetteer: _Gazetteer, text: str, level: str) -> tuple[str, int]:
    """The well-known place of a level that the text names most without its ending, and how often."""
    names = (gazetteer.short[found.group()] for found in gazetteer.short_pattern.finditer(text, 0, _SHORT_NAMES_IN))
    counts = Counter(name for name in names if not level or name.endswith(level))
    best = max(counts, key=lambda p: (counts[p], p), default="")
    return best, counts[best]
