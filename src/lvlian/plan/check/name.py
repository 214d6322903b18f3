"""Whether two names mean the same: firms with and without their legal form, indicators, projects."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache

from lvlian.plan.check.assumption import load_words

_MARKS = re.compile(r"[\s“”\"'‘’《》〈〉（）()〔〕\[\]、，,。；;：:·\-—]+")
_FILLERS = re.compile(r"^(?:预计|力争|实现|达到|全部|完成|新增|约|的)+")


_WIDE = {i: i - 0xFEE0 for i in range(0xFF01, 0xFF5F)}


@lru_cache(maxsize=16384)
def plain(name: str | None) -> str:
    """The name without white space, quotes, brackets and punctuation, full-width letters folded."""
    return _MARKS.sub("", (name or "").translate(_WIDE))


@cache
def _firm_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = load_words()
    suffix = re.compile(words.pattern("firm_suffixes") + "$")
    tails = words.pattern("place_tails")
    place = re.compile(f"^(?:{words.pattern('provinces')}(?:{tails})?|[\u4e00-\u9fff]{{2,3}}(?:{tails}))")
    return suffix, place, re.compile(words.pattern("firm_suffixes"))


@lru_cache(maxsize=16384)
def firm_core(name: str) -> str:
    """What tells a firm from another: without place and legal form, `上海永茂泰汽车有限公司` is `永茂泰汽车`."""
    suffix, place, _ = _firm_patterns()
    core = suffix.sub("", plain(name))
    stripped = place.sub("", core)
    return stripped if len(stripped) >= 2 else core


def is_firm(name: str | None) -> bool:
    """Whether a name has the legal form of a firm."""
    return bool(name) and bool(_firm_patterns()[2].search(plain(name)))


def is_full_name(name: str | None) -> bool:
    """Whether a name is a full legal one, `…有限公司`."""
    return bool(name) and plain(name).endswith(load_words().listed("legal_suffixes"))


@lru_cache(maxsize=16384)
def same_firm(one: str | None, other: str | None) -> bool:
    """Whether two names can be one firm: equal, or one is the other cut short at its end, or without a place in front."""
    if not one or not other:
        return False
    a, b = sorted((firm_core(one), firm_core(other)), key=len)
    if len(a) < 2:
        return False
    return b.startswith(a) or (b.endswith(a) and len(b) - len(a) <= 3)


@lru_cache(maxsize=16384)
def indicator_core(name: str) -> str:
    """An indicator without words that change nothing (实现, 预计, 的)."""
    return _FILLERS.sub("", plain(name))


def likeness(one: str, other: str) -> float:
    """Dice coefficient of the two names' pairs of characters, 0..1; 1 for equal names."""
    a, b = plain(one), plain(other)
    if a == b:
        return 1.0
    if len(a) < 2 or len(b) < 2:
        return 0.0
    pairs_a, pairs_b = (Counter(x[i : i + 2] for i in range(len(x) - 1)) for x in (a, b))
    common = sum((pairs_a & pairs_b).values())
    return 2 * common / (sum(pairs_a.values()) + sum(pairs_b.values()))


def alike(one: str, other: str) -> bool:
    """Whether two indicator names can mean the same: one holds the other, or their pairs of characters mostly agree."""
    a, b = indicator_core(one), indicator_core(other)
    if not a or not b:
        return False
    return a == b or (min(len(a), len(b)) >= 3 and (a in b or b in a)) or likeness(a, b) >= 0.7


_PRODUCT_FILLERS = re.compile(r"铝合金|合金|铝|高精|高档|精深加工|年产|项目|生产|[\d.]+万?吨")


def share_a_word(one: str | None, other: str | None) -> bool:
    """Whether two products have a telling pair of characters in common (汽车铝硅合金及配件, 汽车零部件: 汽车)."""
    a, b = (_PRODUCT_FILLERS.sub(" ", plain(x)) for x in (one, other))
    pairs = {a[i : i + 2] for i in range(len(a) - 1) if " " not in a[i : i + 2]}
    if not pairs:
        return plain(one) in plain(other) or plain(other) in plain(one)
    return any(b[i : i + 2] in pairs for i in range(len(b) - 1))
