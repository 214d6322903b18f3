"""Factors of a term: plain numbers, and what the library or the formulas say with a spread."""

from __future__ import annotations

from collections.abc import Sequence

from lvlian.chain.indicators.formula import Term, Times
from lvlian.chain.indicators.scene import Scene, Sum
from lvlian.chain.indicators.value import Missing

Uncertain = tuple[str, float, float, str]
"""Key, value, sd and name of a figure that is no stream."""
PRICE_SD = 0.05
"""Least relative sd of a reference price that stands for what firms really got; an assumption of this project."""


def factors(
    times: Sequence[Times], good: str, scene: Scene, total: Sum, term: Term
) -> tuple[float, list[Uncertain], str]:
    """The plain number, the uncertain ones as (key, value, sd, label), and what they are called."""
    number = 1.0
    uncertain: list[Uncertain] = []
    words: list[str] = []
    for one in times:
        if one.what == "number":
            number *= one.number
            continue
        if one.what == "factor":
            factor = scene.book.factors[one.key[0]]
            uncertain.append((f"factor {factor.id}", factor.value, factor.sd, factor.zh))
            total.assume(factor.cite)
            words.append(f"× {factor.value:g}")
        elif one.what == "coefficient":
            row = scene.library.coefficient(*one.key)
            uncertain.append((f"coefficient {one.key}", row.value, (row.high - row.low) / 3.92, row.flow_zh))
            total.assume(row.cite)
            words.append(f"× {row.value:g}")
        elif one.what == "price":
            number *= _reference_price(good, scene, total, uncertain, words, term)
        else:
            number *= _of_good(one.what, good, scene, total, uncertain, words, term)
    return number, uncertain, " ".join(words)


def _of_good(
    what: str,
    good: str,
    scene: Scene,
    total: Sum,
    uncertain: list[Uncertain],
    words: list[str],
    term: Term,
) -> float:
    entry = scene.library.goods.get(good)
    span = None if entry is None else (entry.content if what == "content" else entry.energy)
    word = "金属含量" if what == "content" else "折标准煤系数"
    if entry is None or span is None or not span.value:
        name = good if entry is None else entry.zh
        total.lack(Missing(zh=f"{name}的{word}", en=f"{what} of {good}", ask=("物料库",)))
        return 0.0
    if span.high > span.low:
        uncertain.append((f"{what} {good}", span.value, (span.high - span.low) / 3.92, f"{entry.zh}{word}"))
        total.assume(entry.cite)
        words.append(f"× {span.value:g}")
        return 1.0
    if span.value != 1.0:
        words.append(f"× {span.value:g}")
    return float(span.value)


def _reference_price(
    good: str, scene: Scene, total: Sum, uncertain: list[Uncertain], words: list[str], term: Term
) -> float:
    price_id = scene.book.prices.get(good, "")
    year = scene.months[-1][:4]
    row = scene.library.price(price_id, year) or scene.library.price(price_id) if price_id else None
    value = None if row is None else (row.price_ex_vat if row.price_ex_vat is not None else row.value)
    if row is None or not value:
        entry = scene.library.goods.get(good)
        total.assume(f"{entry.zh if entry else good}没有参考单价，产值按 0 计，合计偏低")
        return 0.0
    factor = value / row.value if row.value else 1.0
    low, high = (row.low or row.value or value) * factor, (row.high or row.value or value) * factor
    sd = max((high - low) / 3.92, PRICE_SD * value)
    uncertain.append((f"price {price_id}", value, sd, row.item_zh))
    mark = "" if row.verified else "（假设，未核）"
    total.assume(
        f"{row.item_zh} {value:g} 元/吨（{row.year} 年，不含税，标准差至少 {PRICE_SD:.0%}）{mark}，来源：{row.source}"
    )
    words.append(f"× {value:g} 元")
    return 1.0
