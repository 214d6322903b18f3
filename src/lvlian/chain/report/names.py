"""From the words of a report to ids: firms of the region, partners, goods and processes of the library, items and sources.

A word that names nothing for certain is never guessed: WordError says what was found and what it may have meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from lvlian.chain.region import OUTSIDE, Firm, Region
from lvlian.chain.report.form_rules import FormRules, load_form_rules
from lvlian.chain.report.problem import WordError, short
from lvlian.chain.report.statement import ITEMS
from lvlian.chain.report.wording import Words, load_words
from lvlian.chain.words import folded

if TYPE_CHECKING:
    from lvlian.chain.library import Library

_SUFFIXES = ("有限责任公司", "股份有限公司", "有限公司", "公司", "集团", "厂", "(集团)")


def _half_colon(word: str) -> str:
    return word.replace("：", ":")


class Names:
    """The vocabulary of one region (None: firms are taken as they are written) and one library."""

    def __init__(
        self,
        library: Library,
        region: Region | None = None,
        *,
        words: Words | None = None,
        rules: FormRules | None = None,
    ) -> None:
        self.library, self.region = library, region
        self.words = words or load_words()
        self.facts = (rules or load_form_rules()).facts
        self._fact_words = {folded(word): fact.id for fact in self.facts.values() for word in (fact.id, fact.zh)}
        self._firms: dict[str, str] = {}
        twice: set[str] = set()
        for firm in region.firms if region is not None else ():
            for word in {folded(firm.id), folded(firm.name), folded(firm.short)} - {""}:
                if self._firms.setdefault(word, firm.id) != firm.id:
                    twice.add(word)
        for word in twice:  # two firms of one name: neither is meant for certain
            del self._firms[word]
        self._by_id = {firm.id: firm for firm in region.firms} if region is not None else {}
        self._goods = {folded(word): good.id for good in library.goods.values() for word in (good.zh, good.id)}
        self._processes = {folded(word): one.id for one in library.processes.values() for word in (one.zh, one.id)}

    # -- firms
    def firm_of(self, firm_id: str) -> Firm | None:
        return self._by_id.get(firm_id)

    def firm(self, word: str) -> str:
        """The id of a firm of the region. Raises WordError."""
        if self.region is None:
            return word
        found = self._firms.get(folded(word))
        if found is None:
            raise self._no_firm(word, "企业", "firm")
        return found

    def partner(self, word: str) -> str:
        """The id of a firm, OUTSIDE, or '' for the total over all partners. Raises WordError."""
        key = folded(word)
        if not key or key in self.words.total:
            return ""
        if key in self.words.outside:
            return OUTSIDE
        head, mark, name = _half_colon(word).partition(":")
        if mark and name.strip() and folded(head) in self.words.outside:
            return f"{OUTSIDE}:{name.strip()}"  # a named partner beyond the region
        if self.region is None:
            return word
        found = self._firms.get(key)
        if found is None:
            raise self._no_firm(word, "往来方", "partner")
        return found

    # -- back to words
    def shown(self, column: str, key: str) -> str:
        """The word for an id of a column (firm, good, process, partner): one that leads back to the id; the id where none does."""
        if column == "partner" and key.partition(":")[0] == OUTSIDE:
            return f"区外：{key.partition(':')[2]}" if ":" in key else "区外"
        if column == "process":
            process = self.library.processes.get(key)
            return process.zh if process is not None else key
        if column == "good":
            good, fact = self.library.goods.get(key), self.facts.get(key)
            return good.zh if good is not None else fact.zh if fact is not None else key
        firm = self._by_id.get(key)
        words = (firm.short, firm.name) if firm is not None else ()
        return next((word for word in words if self._firms.get(folded(word)) == key), key)

    def _no_firm(self, word: str, zh: str, en: str) -> WordError:
        near = self._near_firms(word)
        names = "、".join(near) or "区域文件中的企业"
        outside_zh = "；不在区内的填“区外”" if en == "partner" else ""
        outside_en = "; write 区外 for one outside the region" if en == "partner" else ""
        hint_en = f"did you mean {' or '.join(near)}" if near else "expected a firm of the region's file"
        hint_zh = f"是不是{names}" if near else f"应为{names}"
        return WordError(
            f"unknown-{en}",
            f"“{short(word)}”不是本区域的{zh}，{hint_zh}{outside_zh}{'？' if near else '。'}",
            f"“{short(word)}” is no {en} of this region, {hint_en}{outside_en}{'?' if near else '.'}",
        )

    def _near_firms(self, word: str) -> list[str]:
        key = folded(word)
        for suffix in _SUFFIXES:
            key = key.removesuffix(folded(suffix))
        if not key:
            return []
        firms = self.region.firms if self.region is not None else ()
        holding = [f.short for f in firms if key in folded(f.name) or (f.short and folded(f.short) in key)]
        if holding:
            return holding[:3]
        return [self._by_id[self._firms[k]].short for k in get_close_matches(key, self._firms, n=2, cutoff=0.5)]

    # -- what is reported
    def item(self, word: str) -> str:
        """The id of an item. Raises WordError."""
        found = self.words.items.get(folded(word))
        if found is None:
            raise self._unknown("item", "项目", word, self.words.items, [zh for key, zh in ITEMS.items()])
        return found

    def source(self, word: str) -> str:
        """The id of a class of sources. Raises WordError."""
        found = self.words.sources.get(folded(word))
        if found is None:
            ids = dict.fromkeys(self.words.sources.values())
            raise self._unknown(
                "source", "来源", word, self.words.sources, [self.words.shown["sources", k] for k in ids]
            )
        return found

    def good(self, word: str) -> str:
        """The id of a good of the library. Raises WordError where the word is unknown or means more than one thing."""
        found = self._goods.get(folded(word))
        if found is not None:
            return found
        meant = self.library.commodity(word)
        if meant.good is not None and meant.sure:
            return meant.good.id
        near = list(dict.fromkeys(good.zh for good in (meant.good, *meant.others) if good is not None))
        goods = self.library.goods
        if not near:
            near = [goods[self._goods[k]].zh for k in get_close_matches(folded(word), self._goods, n=2, cutoff=0.5)]
        hint_zh = f"；是不是{'、'.join(near[:4])}？请写物料库中的名称" if near else ""
        hint_en = f"; did you mean {' or '.join(near[:4])}? Write a name of the library" if near else ""
        return self._raise_good(word, meant.why, hint_zh, hint_en)

    def _raise_good(self, word: str, why: str, hint_zh: str, hint_en: str) -> str:
        reason = f"（{why}）" if why else ""
        raise WordError(
            "unknown-good",
            f"“{short(word)}”不能确定是哪种物料{reason}{hint_zh}。",
            f"“{short(word)}” does not name one good of the library{hint_en}.",
        )

    def process(self, word: str) -> str:
        """The id of a process of the library. Raises WordError."""
        found = self._processes.get(folded(word))
        if found is None:
            raise self._unknown("process", "工序", word, self._processes, ())
        return found

    def fact(self, word: str) -> str:
        """The id of a fact that is no flow. Raises WordError."""
        found = self._fact_words.get(folded(word))
        if found is None:
            raise self._unknown("fact", "事实", word, self._fact_words, [fact.zh for fact in self.facts.values()])
        return found

    def _unknown(self, en: str, zh: str, word: str, known: Mapping[str, str], listed: Iterable[str]) -> WordError:
        near = get_close_matches(folded(word), known, n=1, cutoff=0.5)
        named = list(listed)
        if near:
            hint_zh, hint_en = f"最接近的是“{near[0]}”", f"the nearest known one is “{near[0]}”"
        elif named:
            hint_zh, hint_en = f"应为：{'、'.join(named)}", f"expected one of {', '.join(named)}"
        else:
            hint_zh, hint_en = "应为物料库中的名称", "expected a name of the library"
        return WordError(
            f"unknown-{en}",
            f"“{short(word)}”不是已知的{zh}，{hint_zh}。",
            f"“{short(word)}” is no known {en}, {hint_en}.",
        )
