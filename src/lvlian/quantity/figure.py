"""The value of one figure: Chinese numerals (一千零五十, 两百亿, 三点五) and digits with separators (1,500)."""

from __future__ import annotations

from decimal import Decimal
from math import isnan

DIGIT = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "○": 0,
    "Ｏ": 0,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
PLACE = {"十": 10, "百": 100, "千": 1000}
SCALE = {"万亿": 10**12, "亿": 10**8, "万": 10**4}
MAX_LENGTH = 24
"""A longer run of digits is a code, not a figure (and would cost quadratic time to convert)."""


class NumeralError(ValueError):
    """A text that is not one number."""


def plain(value: Decimal) -> float:
    """An int where there is nothing behind the point, else a float."""
    return int(value) if value == value.to_integral_value() else float(value)


def scaled(figure: float, scale: str) -> float:
    """`figure` times the scale word, without binary noise (69.22, 万 → 692200)."""
    if not scale or isnan(figure):
        return figure
    return plain(Decimal(repr(figure)) * SCALE[scale])


def _below_wan(text: str) -> int | None:
    """The value of a numeral below 万 (一千零五十, 两百五, 十五), None if it is not one."""
    total, digit, last, zero = 0, -1, 10_000, False
    for char in text:
        if char in PLACE:
            place = PLACE[char]
            if place >= last:
                return None
            if digit < 0:
                # 十五 and, at the head only, 百亿 and 千万 stand without their one
                if total or (zero and place != 10):
                    return None
                digit = 1
            if digit == 0:
                return None
            total, digit, last, zero = total + digit * place, -1, place, False
        else:
            value = DIGIT.get(char)
            if value is None or digit >= 0:
                return None
            if value == 0:
                zero = True
            else:
                digit = value
    if digit >= 0:
        # 两百五 is 250, 二百零五 is 205
        total += digit * (last // 10 if 100 <= last < 10_000 and not zero else 1)
        return total
    return total if total or (zero and text in ("零", "〇")) else None


def chinese_value(text: str) -> float | None:
    """The value of one Chinese numeral below 10^16, None where the characters are not one (十四五, 二〇二五, 七八)."""
    if not text or len(text) > MAX_LENGTH * 2:
        return None
    head, point, tail = text.partition("点")
    if point:
        decimals = tail.rstrip("万亿")
        whole = chinese_value(head)
        digits = [DIGIT.get(c) for c in decimals]
        if whole is None or not digits or None in digits or tail[len(decimals) :] not in ("", *SCALE):
            return None
        figure = Decimal(f"{whole}." + "".join(map(str, digits)))
        return plain(figure * SCALE.get(tail[len(decimals) :], 1))
    total, rest = 0, text
    for word in ("万亿", "亿", "万"):
        left, found, right = rest.partition(word)
        if not found:
            continue
        part = 1 if not left and not total else _below_scale(left, word)
        if part is None:
            return None
        total += part * SCALE[word]
        rest = right
        if not rest:
            return total
        if len(rest) == 1 and rest in DIGIT and rest not in "零〇":
            return total + DIGIT[rest] * SCALE[word] // 10
    below = _below_wan(rest)
    return None if below is None else total + below


def _below_scale(text: str, word: str) -> int | None:
    if word == "万亿" or "万" not in text:
        return _below_wan(text)
    left, _, right = text.partition("万")
    high, low = _below_wan(left), _below_wan(right) if right else 0
    return None if high is None or low is None else high * 10_000 + low


def arabic_value(text: str) -> float | None:
    """The value of digits with separators (`1,500`, `1 500`, `69.22`); None for more digits than a figure has."""
    if len(text) > MAX_LENGTH:
        return None
    bare = text.replace(",", "").replace(" ", "")
    if "." not in bare:
        return int(bare)
    return plain(Decimal(bare))
