"""Words of plans and reports as goods: what a short text names, whether that is sure, and if not, why and what else it may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lvlian.chain.dataset import LibraryError
from lvlian.chain.document import Block, read_document
from lvlian.chain.library.good import Good
from lvlian.chain.product import Product
from lvlian.chain.words import Hit, WordIndex, folded

LONGEST = 200
"""Characters of a text that are read; a commodity is named in fewer."""
_FIELDS = ("words", "qualifiers", "frame")
_DESIGNATION = re.compile(r"[A-Za-z0-9.,+\-*/%~#:=φΦ×μ℃°Ⅰ-Ⅻ]+(?:mm|kg|t|m)?", re.ASCII)
_LETTERS = re.compile(r"[a-z]{2}")
_BREAKS = re.compile(r"[、，,；;/和及与或]")
_MARKS = re.compile(r"[\s()\[\]{}（）【】「」《》“”\"'‘’、，,。；;：:/和及与或—–-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Commodity:
    """What a text names. `good` is the reading (None where it names none), `sure` says that nothing speaks against it, `why` is
    one sentence for a reader, `others` are further goods that the text may mean; `metal` is known even where the good is not;
    `word` is what was understood, `rest` what was not."""

    text: str
    good: Good | None
    product: Product | None
    metal: str
    sure: bool
    why: str
    others: tuple[Good, ...] = ()
    word: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one word stands for: goods, the first the usual one, and the product that gave the word."""

    goods: tuple[str, ...]
    product: str = ""


class CommodityWords:
    """The lexicon of commodities; built once per library."""

    def __init__(
        self,
        path: Path,
        goods: Mapping[str, Good],
        products: Mapping[str, Product],
        masks: Iterable[str],
        metals: Mapping[str, str],
    ) -> None:
        """Reads `path` (`commodities.yaml`). Raises LibraryError where a word leads to no good."""
        data = read_document(path)
        for key in data:
            if key not in _FIELDS:
                raise LibraryError(f"{path.name}, field {key}: unknown, expected one of {', '.join(_FIELDS)}")
        self.goods, self.products = goods, products
        self.metals = {zh: metal for metal, zh in metals.items()}
        readings: dict[str, _Reading] = {}
        for good in goods.values():
            for word in (good.id, good.zh, good.zh.partition("（")[0], good.en, *good.words):
                readings.setdefault(folded(word), _Reading((good.id,)))
        for product in products.values():
            made = (product.flow,) if product.flow is not None and product.flow in goods else ()
            for word in product.words:
                readings[folded(word)] = _Reading(made, product.id)
        for good in goods.values():
            for word in good.words:
                readings[folded(word)] = _Reading((good.id,), readings[folded(word)].product)
        for word, target in _block(path.name, data, "words").items():
            listed = target if isinstance(target, list) else [target]
            if not listed or not all(isinstance(key, str) for key in listed):
                raise LibraryError(f"{path.name}, word {word}: is {target!r}, expected a good or a list of goods")
            for key in listed:
                if key not in goods:
                    raise LibraryError(f"{path.name}, word {word}: {key} is no good of the library")
            former = readings.get(folded(word))
            readings[folded(word)] = _Reading(tuple(listed), former.product if former else "")
        self._readings = readings
        self._index = WordIndex(((word, word) for word in readings), masks)
        frame = [*_words(path.name, data, "qualifiers"), *_words(path.name, data, "frame")]
        self._frame = WordIndex((word, word) for word in frame)

    def read(self, text: str) -> Commodity:
        """The commodity that a short text names; a text of any length and kind gets an answer."""
        shown = text if len(text) <= LONGEST else text[:LONGEST] + "…"
        text = text[:LONGEST]
        whole = folded(text)
        if whole in self._readings:
            return self._of(shown, whole, (), "")
        hits = self._index.hits(text)
        if not hits:
            return self._nearest(shown, text)
        listed = _BREAKS.search(text) is not None
        # In Chinese the head noun stands last; a list of names has none, there the longest word stands for it.
        head = max(hits, key=lambda hit: (len(hit.word) if listed else 0, hit.start))
        others = tuple(hit for hit in hits if hit is not head)
        return self._of(shown, head.word, others, self._rest(text, hits))

    def _of(self, text: str, word: str, others: tuple[Hit, ...], rest: str) -> Commodity:
        reading = self._readings[word]
        product = self.products.get(reading.product)
        keys = reading.goods
        reasons: list[str] = []
        # A metal written beside a word decides between its readings, and against a word of another metal.
        stated = next((metal for zh, metal in self.metals.items() if zh in rest), "")
        if stated:
            rest = " ".join(rest.replace(next(zh for zh, key in self.metals.items() if key == stated), " ").split())
            fitting = tuple(key for key in keys if self.goods[key].metal in ("", stated))
            if keys and not fitting:
                reasons.append(
                    f"写的是{self._metal_zh(stated)}，“{word}”却是{self._metal_zh(self.goods[keys[0]].metal)}的词"
                )
            keys = fitting or keys
        good = self.goods[keys[0]] if keys else None
        own = good.metal if good is not None else product.metal if product is not None else ""
        also: dict[str, None] = dict.fromkeys(keys[1:])
        for hit in others:
            also.update(dict.fromkeys(self._readings[hit.word].goods))
        if good is not None:
            also.pop(good.id, None)
        if good is None and product is not None and product.generic:
            also.update(dict.fromkeys(self._of_stage(product)))
            reasons.append(f"“{word}”没有说明是哪一种产品")
        elif len(keys) > 1:
            reasons.append(f"“{word}”可以指{'、'.join(self.goods[key].zh for key in keys)}")
        several = [hit.word for hit in others if set(self._readings[hit.word].goods) - {good.id if good else ""}]
        if several:
            reasons.append(f"同时写了“{'”“'.join(dict.fromkeys(several))}”")
        if rest:
            reasons.append(f"“{rest}”没有认出")
        named = good.zh if good is not None else f"{product.zh if product else word}，不是链库里的物料"
        return Commodity(
            text=text,
            good=good,
            product=product,
            metal=stated or (own if own in self.metals.values() else ""),
            sure=not reasons,
            why=f"按“{word}”读作{named}；{'；'.join(reasons)}。" if reasons else f"“{word}”就是{named}。",
            others=tuple(self.goods[key] for key in also),
            word=word,
            rest=rest,
        )

    def _metal_zh(self, metal: str) -> str:
        return next((zh for zh, key in self.metals.items() if key == metal), metal)

    def _of_stage(self, product: Product) -> list[str]:
        return [
            good.id
            for good in self.goods.values()
            if good.metal == product.metal and good.stage.id == product.stage.id and not good.any_of
        ]

    def _rest(self, text: str, hits: Iterable[Hit]) -> str:
        """What neither a good's word nor a qualifier nor a designation (5052, A356-T6, 0.2mm) accounts for."""
        kept = list(text)
        for hit in hits:
            kept[hit.start : hit.end] = " " * (hit.end - hit.start)
        left = _DESIGNATION.sub(" ", "".join(kept))
        kept = list(left)
        for hit in self._frame.hits(left):
            kept[hit.start : hit.end] = " " * (hit.end - hit.start)
        return " ".join(_MARKS.sub(" ", "".join(kept)).split())

    def _nearest(self, shown: str, text: str) -> Commodity:
        flat = folded(text)
        metal = next((metal for zh, metal in self.metals.items() if zh in flat), "")
        if not self._rest(text, ()).strip(self._metal_zh(metal) + " ") and not _LETTERS.search(flat):
            why = f"“{shown}”只写了金属，没有说明是哪一种物料。" if metal else f"“{shown}”里没有物料。"
            return Commodity(text=shown, good=None, product=None, metal=metal, sure=False, why=why)
        word = max(self._readings, key=lambda w: (_shared(flat, w), -len(w)))
        near = self._of(shown, word, (), "") if _shared(flat, word) >= 2 else None
        why = f"没有认出“{shown}”"
        if near is not None:
            why += (
                f"；最接近的词是“{word}”（{near.good.zh if near.good else near.product.zh if near.product else word}）"
            )
        elif metal:
            why += f"；只看得出是{self._metal_zh(metal)}"
        return Commodity(
            text=shown,
            good=near.good if near else None,
            product=near.product if near else None,
            metal=metal or (near.metal if near else ""),
            sure=False,
            why=why + "。",
            others=near.others if near else (),
            rest=shown,
        )


def _shared(text: str, word: str) -> int:
    """Length of the longest run of characters that a text and a word share."""
    best = 0
    for start in range(len(word)):
        while start + best < len(word) and word[start : start + best + 1] in text:
            best += 1
    return best


def _block(file: str, data: Block, field: str) -> Block:
    value = data.get(field)
    if value is None:
        return Block(0)
    if not isinstance(value, Block):
        raise LibraryError(f"{file}, field {field}: expected a mapping")
    return value


def _words(file: str, data: Block, field: str) -> list[str]:
    value = data.get(field) or []
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise LibraryError(f"{file}, field {field}: expected a list of words")
    return value
