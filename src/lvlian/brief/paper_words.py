"""Type of an official paper: faces, sizes, numbers of headings, titles broken into lines, widths in full-width characters."""

from __future__ import annotations

import re

SIZE_2, SIZE_3, SIZE_4, SIZE_TABLE, SIZE_CODE = 22.0, 16.0, 14.0, 10.5, 9.0
"""二号 三号 四号 五号 小五 in points; a checksum of 64 characters stands in one line of 小五."""
TITLE, HEI, KAI, FANG, SONG, LATIN = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体", "Times New Roman"
SUBSTITUTES = {TITLE: "Noto Serif CJK SC", HEI: "SimHei", KAI: "KaiTi", FANG: "FangSong", SONG: "SimSun"}
"""Names under which the same face may stand on another machine (written to the font table)."""
TITLE_LINE = 19
"""Characters of 二号 in one line of a title."""
_DIGITS = "〇一二三四五六七八九"
_FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def numeral(value: int) -> str:
    """1 → 一, 12 → 十二, 21 → 二十一 (to 99)."""
    tens, ones = divmod(value, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def title_lines(text: str) -> list[str]:
    """A title broken into as few lines of at most TITLE_LINE characters as it needs, of much the same length, where possible
    between phrases and never inside brackets that fit in a line. Two Latin letters or figures count as one character."""
    ends = _breaks(text)
    best: dict[int, tuple[float, list[str]]] = {0: (0.0, [])}
    aim = ems(text) / max(-(-ems(text) // TITLE_LINE), 1)
    for end in range(1, len(text) + 1):
        options = []
        for start, (cost, lines) in best.items():
            line = text[start:end]
            if start < end and (ems(line) <= TITLE_LINE or len(line) == 1):
                price = cost + 40.0 + (ems(line) - aim) ** 2 / 4 + (0 if end == len(text) else ends.get(end, 12.0))
                options.append((price, [*lines, line]))
        if options:
            best[end] = min(options)
        best.pop(end - 2 * TITLE_LINE - 1, None)
    return best[len(text)][1] or [""]


def ordinal(level: int, count: int) -> str:
    """The number of a heading or of an item: `一、` `（一）` `1. ` `（1）`."""
    return (f"{numeral(count)}、", f"（{numeral(count)}）", f"{count}. ", f"（{count}）")[level - 1]


def _breaks(text: str) -> dict[int, float]:
    """What a break at each place costs: nothing between phrases, much inside brackets or a number."""
    out: dict[int, float] = {}
    depth = 0
    for at, character in enumerate(text):
        if character in "（《(“〔" and at:
            out[at] = 90.0 if depth else 0.0
        depth += (character in "（《(“〔") - (character in "）》)”〕")
        end = at + 1
        follows = text[end : end + 1]
        if follows in tuple("，。、）》)”〕；："):
            cost = 400.0
        elif depth > 0:
            cost = 90.0
        elif character.isascii() and follows.isascii():
            cost = 60.0
        else:
            cost = 0.0 if text[:end].endswith(_PHRASES) else 12.0
        out[end] = cost if out.get(end) is None else min(out[end], cost)
    return out


_PHRASES = (
    *"》）)、的省市州县区年于和",
    *(
        "推进",
        "产业",
        "产业链",
        "发展",
        "三年",
        "五年",
        "方案",
        "计划",
        "意见",
        "措施",
        "规划",
        "摘报",
        "对照",
        "加快",
        "关于",
        "印发",
    ),
)
"""Words after which a title may well be broken."""


def ems(text: str) -> float:
    """Width in full-width characters."""
    return sum(0.5 if ord(c) < 0x2000 else 1.0 for c in text)
