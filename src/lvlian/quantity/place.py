"""Where figures stand in a text: which characters are one, and which look like one and are a word, a code or a rank.

The words in which a numeral does not count anything are in `numeral.yaml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal

from lvlian.quantity.figure import DIGIT, MAX_LENGTH, PLACE, SCALE, arabic_value, chinese_value, plain, scaled
from lvlian.quantity.unit_table import package_yaml, unit_table

NumberKind = Literal["number", "ordinal", "vague"]

_SHARE = {"百": "%", "千": "‰"}
_VAGUE_HEADS = "数几上若成好"
_CHAIN_MARKS = ("-", "–", ".", "/")
_THOUSANDFOLD = tuple("瓦伏克米帕焦卡赫安")
_NOT_NUMERAL = "第数几上若成好"
_CHINESE = re.compile(r"[〇零一二三四五六七八九十百千万亿两]+(?:点[〇零一二三四五六七八九]+[万亿]{0,2})?")
_ARABIC = re.compile(
    r"(?P<high>[0-9]{1,4})亿(?P<low>[0-9]{1,4})(?=万)"
    r"|(?P<figure>[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?:\.[0-9]+)?"
    r"|[0-9]+ 0[0-9]*(?![0-9.])|[0-9]+(?:\.[0-9]+)?)"
    r"(?P<place>[十百千](?=\s?[万亿])|)"
)
_DASH = re.compile(r"\s{0,2}(?:[—–‐‑−~-]{1,2}|至|到|一(?=\s?[0-9]))\s{0,2}")
_CHAIN = re.compile(r"[0-9]+(?:[-–./][0-9]+){2,}")
_START = re.compile(r"[0-9〇零一二三四五六七八九十百千万亿两第数几上若成好]")
_VAGUE = re.compile(r"若干|(?:数|好?几|成百)[十百千万亿]*|上[百千][万亿]*|上[万亿]+|十几[万亿]?")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`numeral.yaml`, ready for the scanner: idioms by first character, longest first."""

    idioms: dict[str, tuple[str, ...]]
    ordinal_before: frozenset[str]
    rank_before: frozenset[str]
    not_one_after: frozenset[str]
    near_before: frozenset[str]


@cache
def lexicon() -> Lexicon:
    data = package_yaml("numeral.yaml")
    idioms: dict[str, list[str]] = {}
    for word in sorted(set(data["idioms"]), key=len, reverse=True):
        idioms.setdefault(word[0], []).append(word)
    return Lexicon(
        {first: tuple(words) for first, words in idioms.items()},
        frozenset(data["ordinal_before"]),
        frozenset(data["rank_before"]),
        frozenset(data["not_one_after"]),
        frozenset(data["near_before"]),
    )


@dataclass(frozen=True, slots=True)
class Atom:
    """One figure without its scale: [start, figure_end) is the figure, [figure_end, end) the scale word (Chinese only).

    `share` is the unit of a share that is told before its figure (百分之五十: %).
    """

    start: int
    figure_end: int
    end: int
    figure: float
    scale: str
    chinese: bool
    share: str = ""


def atom_at(text: str, at: int) -> Atom | None:
    """The figure that begins at `at` in half-width `text`, None where there is none."""
    char = text[at] if at < len(text) else ""
    return _arabic_atom(text, at) if "0" <= char <= "9" else _chinese_atom(text, at)


def _arabic_atom(text: str, at: int) -> Atom | None:
    match = _ARABIC.match(text, at)
    if match is None:
        return None
    if match["high"]:
        return Atom(at, match.end(), match.end(), int(match["high"]) * 10_000 + int(match["low"]), "", False)
    figure = arabic_value(match["figure"])
    if figure is None:
        return None
    if match["place"]:
        figure = plain(Decimal(repr(figure)) * PLACE[match["place"]])
    return Atom(at, match.end(), match.end(), figure, "", False)


def _chinese_atom(text: str, at: int) -> Atom | None:
    match = _CHINESE.match(text, at)
    if match is None:
        return None
    token, end = match[0], match.end()
    if len(token) > MAX_LENGTH * 2:
        return None
    if token[-1] == "千" and text[end : end + 1] in _THOUSANDFOLD and len(token) > 1:
        # 五千瓦 is five 千瓦: the unit's own 千 is not part of the numeral
        token, end = token[:-1], end - 1
    value = chinese_value(token)
    if value is None:
        return None
    scale = next((word for word in SCALE if token.endswith(word)), "")
    if scale == token:
        return Atom(at, at, end, 1, scale, True)
    figure = plain(Decimal(repr(value)) / SCALE[scale]) if scale else value
    return Atom(at, end - len(scale), end, figure, scale, True)


def run_end(text: str, at: int) -> int:
    """Where the run of numeral characters at `at` ends; always beyond `at`."""
    char = text[at]
    match = (_ARABIC if "0" <= char <= "9" else _CHINESE).match(text, at)
    return match.end() if match else at + 1


def dash_end(text: str, at: int) -> int:
    """Where a range's dash (— – - ~ 至 到, or 一 before digits) at `at` ends; -1 if none stands there."""
    match = _DASH.match(text, at)
    return match.end() if match else -1


def quantity_after(text: str, atom: Atom) -> re.Match[str] | None:
    """The scale and unit behind `atom`, None where there is neither."""
    match = unit_table().pattern.match(text, atom.figure_end)
    if match is None or not (match["scale"] or match["unit"]):
        return None
    return match


def _idiom_end(text: str, at: int) -> int:
    for word in lexicon().idioms.get(text[at], ()):
        if text.startswith(word, at):
            return at + len(word)
    return at


def _is_code(text: str, start: int, end: int) -> bool:
    """Digits that are part of a model name, a time or a code: A00, 10:31:16, 2024-05-002, 1/3."""
    before = text[start - 1] if start else ""
    if before and before.isascii() and (before.isalnum() or before in "_:./#"):
        return True
    after, beyond = text[end : end + 1], text[end + 1 : end + 2]
    return after in (":", "/", "_") and "0" <= beyond <= "9"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands in a text: `atom` is its first figure, None where it is vague."""

    start: int
    end: int
    atom: Atom | None
    kind: NumberKind


def next_place(text: str, at: int) -> Place | None:
    """The first place at or behind `at` in half-width `text` where a number stands. Each character is looked at once."""
    size = len(text)
    while at < size:
        found = _START.search(text, at)
        if found is None:
            return None
        at = found.start()
        char = text[at]
        if "0" <= char <= "9":
            end = run_end(text, at)
            if text[end : end + 1] in _CHAIN_MARKS and (chain := _CHAIN.match(text, at)):
                at = chain.end()
                continue
            atom = None if _is_code(text, at, end) else atom_at(text, at)
            if atom is not None:
                return Place(at, atom.end, atom, _rank(text, at))
        elif (end := _idiom_end(text, at)) > at:
            pass
        elif char in lexicon().ordinal_before:
            place = _ordinal(text, at)
            if place is not None:
                return place
            end = at + 1
        elif char in _VAGUE_HEADS or text.startswith("十几", at):
            place, end = _vague(text, at)
            if place is not None:
                return place
        else:
            place, end = _chinese(text, at)
            if place is not None:
                return place
        at = end
    return None


def _ordinal(text: str, at: int) -> Place | None:
    follow = at + 1 + (text[at + 1 : at + 2] == " ")
    if follow >= len(text) or text[follow] in _NOT_NUMERAL or not _START.match(text, follow):
        return None
    return Place(at, run_end(text, follow), atom_at(text, follow), "ordinal")


def _vague(text: str, at: int) -> tuple[Place | None, int]:
    match = _VAGUE.match(text, at)
    if match is None or (text[at] == "上" and at and text[at - 1] == "以"):
        return None, at + 1
    unit = unit_table().pattern.match(text, match.end())
    if len(match[0].lstrip("好")) > 1 or (unit is not None and unit["unit"]):
        return Place(at, match.end(), None, "vague"), match.end()
    return None, match.end()


def _chinese(text: str, at: int) -> tuple[Place | None, int]:
    if text.startswith("分之", at + 1) and text[at] in _SHARE:
        share = atom_at(text, at + 3)
        if share is not None:
            return Place(at, share.end, replace(share, share=_SHARE[text[at]]), "number"), share.end
    atom = atom_at(text, at)
    if atom is None:
        end = run_end(text, at)
        unit = unit_table().pattern.match(text, end) if end - at == 2 else None
        if unit is not None and unit["unit"] and text[at] in DIGIT and text[at + 1] in DIGIT:
            return Place(at, end, None, "vague"), end  # 七八家, 三五户
        return None, end
    kind = _chinese_kind(text, atom)
    return (None if kind is None else Place(at, atom.end, atom, kind)), atom.end


def _rank(text: str, at: int) -> NumberKind:
    if at and text[at - 1] == "前" and (at < 2 or text[at - 2] not in lexicon().rank_before):
        return "ordinal"
    return "number"


def _chinese_kind(text: str, atom: Atom) -> NumberKind | None:
    before = text[atom.start - 1] if atom.start else ""
    token = text[atom.start : atom.end]
    words = lexicon()
    if token == "一" and before in words.not_one_after:
        return None
    if token in ("万", "亿", "万亿"):
        # a unit named without a figure (单位：万吨), unless it is a class (万吨级)
        match = quantity_after(text, atom)
        return "number" if match and match["unit"] and text.startswith("级", match.end()) else None
    if token in ("百", "千") and before not in words.near_before:
        match = quantity_after(text, atom)
        return "number" if match and match["unit"] and text.startswith("级", match.end()) else None
    match = quantity_after(text, atom)
    if match is not None and match["unit"] == "元" and len(token) == 1:
        return None  # 三元 is a name (三元前驱体, 新三元公司); prices are printed in digits
    if match is not None:
        return _rank(text, atom.start)
    if dash_end(text, atom.end) > 0:
        other = atom_at(text, dash_end(text, atom.end))
        if other is not None and other.chinese and (other.scale or quantity_after(text, other)):
            return _rank(text, atom.start)
    return None


def with_scale(text: str, atom: Atom) -> tuple[str, int]:
    """The scale word of a figure and where that ends (`203万吨`: 万; `8千瓦`: none)."""
    if atom.scale:
        return atom.scale, atom.end
    match = unit_table().pattern.match(text, atom.figure_end)
    if match is None or not match["scale"]:
        return "", atom.end
    return match["scale"], match.end("scale")


def range_end(text: str, first: Atom, at: int) -> tuple[Atom, str, int] | None:
    """The second figure of a range whose first ends at `at`: (figure, scale, end), None if no range stands there."""
    dash = dash_end(text, at)
    if dash < 0:
        return None
    other = atom_at(text, dash)
    if other is None or other.chinese != first.chinese or (text[at] == "一" and first.chinese):
        return None
    if not other.chinese and _is_code(text, dash, other.end):
        return None
    beyond = text[other.end : other.end + 2]
    if beyond[:1] in tuple("-—–~") and beyond[1:2].isdigit():
        return None
    scale, end = with_scale(text, other)
    return other, scale, end


def common_scale(low: float, low_scale: str, high: float, high_scale: str) -> tuple[float, float]:
    """Both figures of a range in the scale of the second: `9000万—1.2亿` → 0.9, 1.2; `6—8万` → 6, 8."""
    if low_scale and low_scale != high_scale:
        return plain(Decimal(repr(scaled(low, low_scale))) / SCALE.get(high_scale, 1)), high
    if not low_scale and high_scale and low > high:
        return plain(Decimal(repr(low)) / SCALE[high_scale]), high
    return low, high
