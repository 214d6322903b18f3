"""Words for what is reported: a figure's name, its amount, whom it is about; Chinese or English by the language of the page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from lvlian.chain.region import OUTSIDE
from lvlian.chain.report.units import printed, told
from lvlian.chain.report.wording import load_words

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.region import Region
    from lvlian.chain.report.item import Item
    from lvlian.chain.report.statement import Statement

ITEM_WORDS = {
    "made": gettext_lazy("产量"), "used": gettext_lazy("消耗量"), "sent": gettext_lazy("发出量"), "received": gettext_lazy("收到量"),
    "opening": gettext_lazy("期初库存"), "closing": gettext_lazy("期末库存"), "lost": gettext_lazy("损失量"),
    "content": gettext_lazy("金属含量"), "price": gettext_lazy("单价（不含税）"), "output_value": gettext_lazy("产值（不含税）"),
    "hauled": gettext_lazy("运量"), "fact": gettext_lazy("其他事实"),
}  # fmt: skip
GROUP_WORDS = {
    "output": gettext_lazy("产出"), "input": gettext_lazy("投入"), "energy": gettext_lazy("能源"), "sent": gettext_lazy("发出"),
    "received": gettext_lazy("收到"), "stock": gettext_lazy("库存"), "money": gettext_lazy("价值"), "facts": gettext_lazy("其他"),
}  # fmt: skip
SOURCE_WORDS = {
    "weighbridge": gettext_lazy("磅单"), "meter": gettext_lazy("表计"), "stocktake": gettext_lazy("盘点"),
    "statement": gettext_lazy("报表"), "survey": gettext_lazy("调查"), "estimate": gettext_lazy("估算"),
}  # fmt: skip
KIND_WORDS = {
    "mine": gettext_lazy("矿山"), "refinery": gettext_lazy("氧化铝"), "carbon": gettext_lazy("炭素"), "smelter": gettext_lazy("电解"),
    "processor": gettext_lazy("铸造加工"), "recycler": pgettext_lazy("firm", "再生"), "power": gettext_lazy("供电"),
    "warehouse": gettext_lazy("仓储"), "haulier": gettext_lazy("运输"),
}  # fmt: skip
NOTES = {
    "全厂合计": gettext_lazy("全厂合计"), "全厂合计，含上面单列的工序": gettext_lazy("全厂合计，含上面单列的工序"), "合计": gettext_lazy("合计"),
    "合计，含区外": gettext_lazy("合计，含区外"), "只在首月报，以后取上月期末": gettext_lazy("只在首月报，以后取上月期末"),
    "承运合计，不分去向": gettext_lazy("承运合计，不分去向"),
}  # fmt: skip
"""What a form says beside an item."""
UNITS_EN = {
    "吨": "t", "千吨": "kt", "万吨": "10⁴ t", "千克": "kg", "千瓦时": "kWh", "万千瓦时": "10⁴ kWh", "亿千瓦时": "10⁸ kWh", "立方米": "m³",
    "万立方米": "10⁴ m³", "元": "yuan", "万元": "10⁴ yuan", "亿元": "10⁸ yuan", "元/吨": "yuan/t", "元/千瓦时": "yuan/kWh",
    "元/立方米": "yuan/m³", "人": "people",
}  # fmt: skip
CHANGE_WORDS = {
    "added": gettext_lazy("新增"), "changed": gettext_lazy("变更"), "unchanged": gettext_lazy("未变"), "withdrawn": gettext_lazy("撤回"),
}  # fmt: skip


def english() -> bool:
    return (get_language() or "").startswith("en")


@cache
def library() -> Library:
    """The chain library that the site goes by. Read once."""
    from lvlian.chain.library import load_library

    return load_library()


def source_word(source: str) -> str:
    """The class of a source in words."""
    if source in SOURCE_WORDS:
        return str(SOURCE_WORDS[source])
    return load_words().shown.get(("sources", source), source)


def good_word(good: str, item: str = "") -> str:
    """A good of the library, or a fact, in words; its id where it is none."""
    found = library().goods.get(good)
    if found is not None:
        return found.en if english() else found.zh
    if item == "fact":
        from lvlian.chain.report.form_rules import load_form_rules

        fact = load_form_rules().facts.get(good)
        if fact is not None:
            return fact.en if english() else fact.zh
    return good


def process_word(process: str) -> str:
    found = library().processes.get(process)
    return process if found is None else found.en if english() else found.zh


def firm_word(key: str, region: Region) -> str:
    """The short name of a firm by its key; 区外 for the other side of the boundary."""
    head, _mark, name = key.partition(":")
    if head == OUTSIDE:
        return f"{_('区外')} {name}".strip()
    found = region.firm(key)
    return found.short if found is not None else key


def unit_word(unit: str) -> str:
    """A unit of the engine for readers: `吨`, in English `t`."""
    return printed(unit) if english() else told(unit)


def printed_unit(unit: str) -> str:
    """A unit of a form in the page's language."""
    return UNITS_EN.get(unit, unit) if english() else unit


def item_word(item: str, good: str) -> str:
    """What is reported of a good: `铝液 产量`; a fact is its own name."""
    if item == "fact":
        return good_word(good, item)
    return f"{good_word(good)} {str(ITEM_WORDS[item]).lower() if good else ITEM_WORDS[item]}".strip()


def label(said: Statement, region: Region) -> str:
    """`铝液 发出量 → 创新`, `电力 消耗量（铝电解）`."""
    words = item_word(said.item, said.good)
    if said.process:
        words += f"{' (' if english() else '（'}{process_word(said.process)}{')' if english() else '）'}"
    if said.partner:
        arrow = {"sent": " → ", "received": " ← "}.get(said.item, " ")
        words += f"{arrow}{firm_word(said.partner, region)}"
    if said.firm and said.firm != said.party:
        words += " · " + _("自 %(firm)s") % {"firm": firm_word(said.firm, region)}
    return words


def amount(value: float, unit: str, item: str) -> str:
    """A figure with its unit: `61,460 吨`; a content as a share."""
    from lvlian.quantity.show import figure

    if item == "content":
        return f"{figure(float(f'{value * 100:.10g}'))}%"
    shown = figure(float(f"{value:.12g}"), separators=abs(value) >= 10_000)
    return f"{shown} {unit_word(unit)}".strip()


def item_label(item: Item, region: Region) -> str:
    """What a form asks, as `label` says what was answered."""
    words = item_word(item.item, item.good)
    if item.process:
        words += f"{' (' if english() else '（'}{process_word(item.process)}{')' if english() else '）'}"
    if item.partner:
        arrow = {"sent": " → ", "received": " ← "}.get(item.item, " ")
        words += f"{arrow}{firm_word(item.partner, region)}"
    if item.firm:
        words += " · " + _("自 %(firm)s") % {"firm": firm_word(item.firm, region)}
    return words
