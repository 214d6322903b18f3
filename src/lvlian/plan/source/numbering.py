"""The automatic numbers of a docx as they are printed: 一、 （一） 1. (1) ①, from numbering.xml and styles.xml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

_LEVELS = 9
_INHERITANCE = 20
"""A style rests on at most this many others; Word itself stops at 11."""
_PLACEHOLDER = re.compile("%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: `start`, the format of its number, and the label with `%1` … `%9` for the numbers of the levels."""

    start: int = 1
    form: str = "decimal"
    label: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class _List:
    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Style:
    based_on: str | None = None
    number: str | None = None
    level: int | None = None
    name: str = ""


class Numbering:
    """Hands out the printed label of each numbered paragraph, in the order of the document."""

    def __init__(self, numbering: Any | None, styles: Any | None) -> None:
        self._styles, self._default = _read_styles(styles) if styles is not None else ({}, None)
        self._lists = self._read_lists(numbering) if numbering is not None else {}
        self._counters: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def style_name(self, style: str | None) -> str:
        """The name of a paragraph style in lower case (`toc 1`, `heading 1`), "" where it is unknown."""
        found = self._styles.get(style or "")
        return found.name.lower() if found else ""

    def label(self, style: str | None, number: str | None, level: int | None) -> tuple[str, str]:
        """(label, suffix) of a paragraph with this style and its own numId and ilvl; ("", "") where it is not numbered."""
        number, level = self._effective(style, number, level)
        found = self._lists.get(number) if number not in (None, "0") else None
        if number is None or found is None or level not in found.levels:
            return "", ""
        counters = self._counters.setdefault(found.abstract, {})
        definition = found.levels[level]
        if level in found.starts and (number, level) not in self._begun:
            counters[level] = found.starts[level]
        else:
            counters[level] = counters[level] + 1 if level in counters else definition.start
        self._begun.add((number, level))
        for deeper in [key for key in counters if key > level]:
            restart = found.levels[deeper].restart if deeper in found.levels else None
            if restart is None or level < restart:
                del counters[deeper]
        return self._print(found, counters, level), definition.suffix

    def _effective(self, style: str | None, number: str | None, level: int | None) -> tuple[str | None, int]:
        seen: set[str] = set()
        key = style if style in self._styles else self._default
        while (
            key in self._styles and key not in seen and len(seen) < _INHERITANCE and (number is None or level is None)
        ):
            seen.add(key)
            found = self._styles[key]
            if number is None and found.number is not None:
                number = found.number
                linked = self._linked_level(number, key)
                level = linked if level is None and linked is not None else level
            if level is None and found.level is not None:
                level = found.level
            key = found.based_on
        return number, level or 0

    def _linked_level(self, number: str, style: str) -> int | None:
        found = self._lists.get(number)
        if found is None:
            return None
        return next((level for level, definition in found.levels.items() if definition.style == style), None)

    @staticmethod
    def _print(found: _List, counters: dict[int, int], level: int) -> str:
        definition = found.levels[level]
        if definition.form == "bullet":
            return "".join("•" if "\ue000" <= char <= "\uf8ff" else char for char in definition.label)

        def number(match: re.Match[str]) -> str:
            wanted = int(match.group(1)) - 1
            other = found.levels.get(wanted, Level())
            value = counters.get(wanted, found.starts.get(wanted, other.start))
            return format_number(value, "decimal" if definition.legal else other.form)

        return _PLACEHOLDER.sub(number, definition.label)

    def _read_lists(self, root: Any) -> dict[str, _List]:
        abstracts: dict[str, dict[int, Level]] = {}
        links: dict[str, str] = {}
        by_style: dict[str, str] = {}
        numbers: list[Any] = []
        for element in root:
            kind = local(element)
            if kind == "abstractNum":
                key = value(element, "abstractNumId")
                abstracts[key] = dict(_read_levels(element))
                for child in element:
                    if local(child) == "numStyleLink":
                        links[key] = value(child, "val")
                    elif local(child) == "styleLink":
                        by_style[value(child, "val")] = key
            elif kind == "num":
                numbers.append(element)
        lists: dict[str, _List] = {}
        for element in numbers:
            key = next((value(child, "val") for child in element if local(child) == "abstractNumId"), "")
            if key in links and not abstracts.get(key):
                key = by_style.get(links[key], key)
            found = _List(key, dict(abstracts.get(key, {})))
            for override in element:
                if local(override) == "lvlOverride":
                    _override(found, override)
            lists[value(element, "numId")] = found
        return lists


def format_number(number: int, form: str) -> str:
    """`number` in a format of w:numFmt (ECMA-376 part 1, 17.18.59); decimal for a format that Chinese documents do not use."""
    if form == "none":
        return ""
    if form in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
                "taiwaneseCountingThousand", "ideographDigital", "japaneseDigitalTenThousand"):  # fmt: skip
        if form in ("ideographDigital", "japaneseDigitalTenThousand") or number >= 10_000:
            return _digits(number, _DIGITS)
        if number >= 100 and form not in ("chineseCountingThousand", "taiwaneseCountingThousand", "japaneseCounting"):
            return _digits(number, _DIGITS)
        return _counting(number, "零一二三四五六七八九", "十百千", short_ten=True)
    if form in ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"):
        return _counting(number, _LEGAL, "拾佰仟", short_ten=False) if number < 10_000 else _digits(number, _LEGAL)
    if form == "decimalZero":
        return f"{number:02d}"
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(ord(char) + 0xFEE0) for char in str(number))
    if number < 1:
        return str(number)
    if form in ("upperRoman", "lowerRoman") and number < 4000:
        return _roman(number).upper() if form == "upperRoman" else _roman(number)
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A" if form == "upperLetter" else "a") + (number - 1) % 26)
        return letter * min((number - 1) // 26 + 1, 50)
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and number <= 50:
        return chr(0x245F + number) if number <= 20 else chr(0x323C + number) if number <= 35 else chr(0x328D + number)
    if form == "decimalEnclosedParen" and number <= 20:
        return chr(0x2473 + number)
    if form == "decimalEnclosedFullstop" and number <= 20:
        return chr(0x2487 + number)
    if form == "ideographEnclosedCircle" and number <= 10:
        return chr(0x327F + number)
    if form == "ideographTraditional":
        return _STEMS[(number - 1) % 10]
    if form == "ideographZodiac":
        return _BRANCHES[(number - 1) % 12]
    return str(number)


def local(element: Any) -> str:
    """The tag without its namespace, which differs between the transitional and the strict form; "" for no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value(element: Any, name: str) -> str:
    """An attribute by its local name, "" where it is missing."""
    for key, content in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(content)
    return ""


def first(element: Any, name: str) -> Any | None:
    """The first child with this local name."""
    return next((child for child in element if local(child) == name), None)


def children(element: Any | None) -> Iterable[Any]:
    return element if element is not None else ()


def integer(text: str, default: int, low: int = 0, high: int = 1_000_000) -> int:
    """`text` as a number within bounds; `default` where it is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        return default
    return min(max(int(text), low), high)


def _read_levels(element: Any) -> Iterator[tuple[int, Level]]:
    for child in element:
        if local(child) == "lvl":
            yield min(integer(value(child, "ilvl"), 0), _LEVELS - 1), _read_level(child)


def _read_level(element: Any) -> Level:
    level = Level()
    for child in element.iter():
        kind, text = local(child), value(child, "val")
        if kind == "start":
            level = replace(level, start=integer(text, 1))
        elif kind == "numFmt":
            level = replace(level, form=text)
        elif kind == "lvlText":
            level = replace(level, label=text[:100])
        elif kind == "suff":
            level = replace(level, suffix=text)
        elif kind == "lvlRestart":
            level = replace(level, restart=integer(text, 0))
        elif kind == "isLgl":
            level = replace(level, legal=text not in ("0", "false", "off"))
        elif kind == "pStyle":
            level = replace(level, style=text)
    return level


def _override(found: _List, override: Any) -> None:
    level = min(integer(value(override, "ilvl"), 0), _LEVELS - 1)
    for child in override:
        if local(child) == "lvl":
            found.levels[level] = _read_level(child)
        elif local(child) == "startOverride":
            found.starts[level] = integer(value(child, "val"), 1)


def _read_styles(root: Any) -> tuple[dict[str, _Style], str | None]:
    """The paragraph styles by their id, and the id of the default one."""
    styles: dict[str, _Style] = {}
    default: str | None = None
    for element in root:
        if local(element) != "style" or value(element, "type") not in ("", "paragraph"):
            continue
        style = _Style()
        for child in element.iter():
            kind, text = local(child), value(child, "val")
            if kind == "basedOn":
                style.based_on = text
            elif kind == "name":
                style.name = text
            elif kind == "numId":
                style.number = text
            elif kind == "ilvl":
                style.level = min(integer(text, 0), _LEVELS - 1)
        styles[value(element, "styleId")] = style
        if value(element, "default") in ("1", "true", "on"):
            default = value(element, "styleId")
    return styles, default


def _digits(number: int, digits: str) -> str:
    return "".join(digits[int(char)] for char in str(number))


def _counting(number: int, digits: str, units: str, *, short_ten: bool) -> str:
    """0 … 9999 in Chinese: 十二, 二十, 一百零五."""
    if number == 0:
        return digits[0]
    text = ""
    gap = False
    for place, char in zip(range(len(str(number)) - 1, -1, -1), str(number), strict=True):
        if char == "0":
            gap = bool(text)
            continue
        text += (digits[0] if gap else "") + digits[int(char)] + (units[place - 1] if place else "")
        gap = False
    return text[1:] if short_ten and 10 <= number < 20 else text


def _roman(number: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (number // worth)
        number %= worth
    return text
