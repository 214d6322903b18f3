"""Texts to measure on: plans varied from the sample, long texts made of them, and texts that degenerate.

All invented and the same on every run: a text depends on its number alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "sample" / "qingyan.txt"

_FIRST = "澄砚霁岚沅昀苓柘砀莞棠珩"
_SECOND = "川屏岭河原沙浦塘关台陵渡"
_PRODUCTS = (
    "铝合金圆铸锭", "高精铝合金扁锭", "铝板带", "双零铝箔", "电池铝箔", "汽车轻量化部件", "铝合金导线", "光伏边框", "再生铝合金",
    "预焙阳极", "铝合金轮毂", "工业铝型材", "铝合金模板", "压铸件", "铝家居",
)  # fmt: skip
_UNITS = (
    "工业商务局",
    "发展改革局",
    "自然资源局",
    "财政局",
    "投资促进局",
    "住房和城乡建设局",
    "科学技术局",
    "市场监督管理局",
)
_NUMBERS = "一二三四五六七八九十"
_FIGURE = re.compile(r"(?<![\d.〔年月A-Za-z])(\d+(?:\.\d+)?)(?=亿元|万元|万吨|亩|户|家|人|个|%|万千瓦|万立方米|千瓦时)")
_HEADING = re.compile(r"^[一二三四五六七八九十]、", re.MULTILINE)

Invention = Callable[[random.Random, str], str]


def _goal(chance: random.Random, place: str) -> str:
    product, year = chance.choice(_PRODUCTS), chance.randint(2025, 2027)
    return (
        f"到{year}年，{place}{product}产量达到{chance.randint(3, 90)}万吨以上，产值突破{chance.randint(10, 400)}亿元，年均增长{chance.randint(6, 30)}%左右，"
        f"培育规模以上企业{chance.randint(2, 30)}户，研发经费投入强度不低于{chance.randint(10, 35) / 10}%。"
    )


def _project(chance: random.Random, place: str) -> str:
    steps = [
        f"{_name(chance)}公司年产{chance.randint(1, 40)}万吨{chance.choice(_PRODUCTS)}项目{chance.randint(2024, 2026)}年{chance.randint(1, 12)}月底前"
        f"{chance.choice(('开工', '建成投产', '竣工', '投产达效'))}"
        for _ in range(chance.randint(2, 5))
    ]
    return f"推进{place}重点项目建设。{'；'.join(steps)}。"


def _incentive(chance: random.Random, place: str) -> str:
    return (
        f"对当年{chance.choice(('首次升规', '新认定为专精特新', '获评智能工厂', '新增设备投资1000万元以上'))}的{chance.choice(_PRODUCTS)}企业，"
        f"给予一次性奖励{chance.randint(5, 200)}万元；对采购本地铝水的企业，每吨补贴{chance.randint(10, 90)}元，单户每年最高不超过{chance.randint(50, 500)}万元，期限{chance.choice('一二三')}年。"
    )


def _measure(chance: random.Random, place: str) -> str:
    return (
        f"{place}每{chance.choice(('月', '季度', '半年'))}召开一次铝产业链调度会，通报进度，研究解决用地、用电、用气和物流方面的问题。"
        f"支持链主企业与配套企业签订长期供货协议，鼓励就近使用铝水，减少重熔，降低综合能耗，把节约下来的费用用于技术改造和人才培养。"
    )


def _chain(chance: random.Random, place: str) -> str:
    row = "—".join(["电解铝", *chance.sample(_PRODUCTS, chance.randint(2, 4))])
    return f"围绕“{row}”产业链，{place}编制强链补链清单，引进上下游企业{chance.randint(2, 20)}家，铝水就地转化率提高到{chance.randint(50, 95)}%。"


def _prose(chance: random.Random, place: str) -> str:
    words = (
        "坚持市场主导、政府引导", "突出问题导向", "盘活存量厂房", "统筹上下游协同", "压实工作责任", "优化营商环境", "守住安全和生态底线",
        "完善公共服务平台", "加强要素调度", "畅通融资渠道", "推动产品进入省外市场", "做好企业服务专员工作",
    )  # fmt: skip
    return f"{place}各有关单位要{'，'.join(chance.sample(words, chance.randint(4, 9)))}。"


def _duty(chance: random.Random, place: str) -> str:
    units = chance.sample(_UNITS, chance.randint(1, 4))
    return (
        f"责任单位：县{units[0]}（牵头），{'、'.join('县' + u for u in units[1:])}。"
        if units[1:]
        else f"责任单位：县{units[0]}。"
    )


_INVENTIONS: tuple[Invention, ...] = (_goal, _project, _incentive, _measure, _chain, _prose)


def _name(chance: random.Random) -> str:
    return chance.choice(_FIRST) + chance.choice(_SECOND)


@cache
def _sample() -> str:
    return SAMPLE.read_text(encoding="utf-8")


def plan(number: int) -> str:
    """A plan of about 4,000 to 7,000 characters: the sample with other names and figures, some sections left out, others added."""
    chance = random.Random(f"plan {number}")
    text = _sample()
    for old in ("青岩", "澜棒", "云岫", "丰岭", "恒砺", "启翼", "屏川", "曜川", "川北"):
        text = text.replace(old, _name(chance))
    grown = chance.uniform(0.4, 2.5)
    text = _FIGURE.sub(lambda m: _scaled(m, grown * chance.uniform(0.9, 1.1)), text)
    parts = _sections(text)
    left_out = chance.randrange(2, len(parts))
    parts = [part for i, part in enumerate(parts) if i != left_out]
    for _ in range(chance.randint(1, 3)):
        parts.insert(len(parts) - 1, section(chance, len(parts)))
    return "".join(parts)


def _scaled(figure: re.Match[str], factor: float) -> str:
    """The figure times the factor, with as many decimals; a share stays a share."""
    value = float(figure[1]) * factor
    if figure.string[figure.end()] == "%":
        value = min(value, 100.0)
    return f"{value:.1f}" if "." in figure[1] else str(max(1, round(value)))


def _sections(text: str) -> list[str]:
    places = [0, *(m.start() for m in _HEADING.finditer(text)), len(text)]
    return [text[a:b] for a, b in pairwise(places)]


def section(chance: random.Random, number: int) -> str:
    """An invented section of four to eight paragraphs under a heading, each with its duties or without."""
    place = chance.choice(("全县", "园区", "全市", "铝产业基地"))
    lines = [
        f"{_NUMBERS[number % 10]}、{chance.choice(('做强产业', '保障要素', '扩大开放', '培育企业', '绿色发展', '狠抓落实'))}"
    ]
    for i in range(chance.randint(4, 8)):
        lines.append(
            f"（{_NUMBERS[i]}）{chance.choice(_INVENTIONS)(chance, place)}{chance.choice(_INVENTIONS)(chance, place)}"
        )
        if chance.random() < 0.6:
            lines.append(_duty(chance, place))
    return "\n\n".join(lines) + "\n\n"


def plan_of(characters: int) -> str:
    """The sample with invented paragraphs before its annex, cut at a paragraph so that it has about so many characters."""
    chance = random.Random(f"plan of {characters}")
    body, mark, annex = _sample().partition("附件：")
    while len(body) + len(annex) < characters:
        body += section(chance, 6)
    extra = len(body) + len(annex) - characters
    if extra > 0:
        cut = body.rfind("\n\n", 0, len(body) - extra)
        body = body[: cut + 2] if cut > 0 else body
    return body + mark + annex


def varied(size: int) -> str:
    """Plans one after another, no two alike, `size` bytes of UTF-8."""
    parts, have, number = [], 0, 0
    while have < size:
        parts.append(plan(number))
        have += len(parts[-1].encode())
        number += 1
    return _cut("".join(parts), size)


def dense(size: int) -> str:
    """Nothing but invented sections: every sentence holds facts."""
    parts, have, number = [], 0, 0
    while have < size:
        parts.append(section(random.Random(f"dense {number}"), number))
        have += len(parts[-1].encode())
        number += 1
    return _cut("".join(parts), size)


def one_sentence(size: int) -> str:
    """One sentence again and again, each a paragraph."""
    return _filled("到2026年，全县铝产业产值达到300亿元，规模以上企业达到20户以上。\n", size)


def one_paragraph(size: int) -> str:
    """Varied sentences in one paragraph that never ends."""
    return re.sub(r"[\n\t]", "", varied(size))


def without_stops(size: int) -> str:
    """Words and figures without any punctuation or line break."""
    bare = re.sub(r"[^\u4e00-\u9fff\dA-Za-z.%]", "", varied(int(size * 1.25)))
    return bare.encode()[:size].decode("utf-8", "ignore")


def digits(size: int) -> str:
    """Nothing but digits."""
    chance = random.Random("digits")
    return "".join(chance.choices("0123456789", k=size))


def numerals(size: int) -> str:
    """Nothing but Chinese numerals."""
    chance = random.Random("numerals")
    return "".join(chance.choices("一二三四五六七八九十百千万亿两零", k=size // 3))


def brackets(size: int) -> str:
    """Brackets that open and never close."""
    return _filled("（责任单位：县工业商务局“铝", size)


def dashes(size: int) -> str:
    """A chain without end."""
    return _filled("铝板带—铝箔—", size)


def commas(size: int) -> str:
    """Clauses without a full stop."""
    return _filled("到2026年产值达到300亿元、力争开工铝板带项目，奖励20万元，", size)


def table(size: int) -> str:
    """One table whose rows go on and on."""
    chance = random.Random("table")
    rows = ["序号\t项目名称\t业主\t产品与产能\t总投资（亿元）\t开工时间\t投产时间\t责任单位"]
    have = len(rows[0].encode())
    while have < size:
        product = chance.choice(_PRODUCTS)
        rows.append(
            f"{len(rows)}\t{product}项目\t{_name(chance)}公司\t{product}{chance.randint(1, 40)}万吨/年\t{chance.randint(1, 300) / 10}"
            f"\t{chance.randint(2024, 2025)}年{chance.randint(1, 12)}月\t2026年{chance.randint(1, 12)}月\t县{chance.choice(_UNITS)}"
        )
        have += len(rows[-1].encode()) + 1
    return "\n".join(rows)


def _filled(words: str, size: int) -> str:
    return words * (size // len(words.encode()))


def _cut(text: str, size: int) -> str:
    """`text` cut to `size` bytes of UTF-8, at a paragraph where one ends nearby."""
    short = text.encode()[:size].decode("utf-8", "ignore")
    stop = short.rfind("\n", max(0, len(short) - 2000))
    return short[: stop + 1] if stop > 0 else short


FAMILIES: dict[str, Callable[[int], str]] = {
    "varied plans": varied,
    "dense sections": dense,
    "one sentence repeated": one_sentence,
    "one paragraph": one_paragraph,
    "no punctuation": without_stops,
    "digits only": digits,
    "Chinese numerals only": numerals,
    "brackets never closed": brackets,
    "a chain without end": dashes,
    "clauses without a stop": commas,
    "one long table": table,
}
"""The texts of the linearity part: name → text of so many bytes of UTF-8."""
