"""One cell of a report: a figure, a month, a share, as people and Excel write them.

Nothing is guessed: what is not plainly a figure is told back with what would have been one.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from lvlian.chain.report.problem import WordError, short
from lvlian.chain.words import folded
from lvlian.quantity.unit_table import half_width

_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[,'’ ][0-9]{3})+(?:\.[0-9]*)?")
_WITH_UNIT = re.compile(r"([+-]?[0-9][0-9,.]*)\s?([^0-9,.\s].*)")
_SLIPS = str.maketrans(
    {"o": "0", "O": "0", "〇": "0", "l": "1", "I": "1", "|": "1", "。": ".", "，": ",", "·": ".", "、": ","}
)
_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "＋": "+", "－": "-", "，": ",", "．": ".", "\u3000": " ", "\u00a0": " ", "¥": "", "￥": ""}
)
_MONTH = re.compile(r"(?P<year>(?:19|20)[0-9]{2})\s*(?:年|[-/.])\s*(?P<month>1[0-2]|0?[1-9])\s*(?:月份?)?")
_DAY = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})[-/.年](?P<month>1[0-2]|0?[1-9])[-/.月](?P<day>3[01]|[12][0-9]|0?[1-9])日?(?:[ T]00:00(?::00)?)?"
)
_BARE = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])(?:\.0)?")
_MONTH_ONLY = re.compile(r"(?P<month>1[0-2]|0?[1-9])\s*月份?")

_EXPECTED_ZH, _EXPECTED_EN = "应为数字，如 61460 或 61,460", "expected a number such as 61460 or 61,460"


def figure(raw: object) -> tuple[float, str]:
    """A figure and the unit that stands in the same cell ('' where none does). Raises WordError.

    Takes numbers, text numbers with thousands separators, full-width digits and brackets of accountants; no Chinese numerals,
    no range, no formula."""
    if isinstance(raw, float):
        if not math.isfinite(raw):
            raise _no_number(raw)
        return raw, ""
    if isinstance(raw, bool):
        raise WordError(
            "not-a-number", f"“{raw}”是逻辑值，{_EXPECTED_ZH}。", f"{raw} is a truth value, {_EXPECTED_EN}."
        )
    if isinstance(raw, int):
        try:
            return float(raw), ""
        except OverflowError:
            raise WordError("not-a-number", "数字过大。", "the number is too large.") from None
    if isinstance(raw, date | datetime | time | timedelta):
        raise WordError(
            "date-for-number",
            f"“{raw}”是日期，应为数字；请把单元格格式改为“常规”后重填。",
            f"{raw} is a date, expected a number; set the cell's format to General and enter it again.",
        )
    return _text_figure(str(raw))


@lru_cache(maxsize=65_536)
def _text_figure(raw: str) -> tuple[float, str]:
    if len(raw) > 200:
        raise _no_number(raw)
    text = half_width(raw).translate(_SIGNS).strip()
    if text.startswith(("=", "#")):
        return _formula(raw, text)
    if text.startswith("(") and text.endswith(")") and len(text) > 2:
        text = "-" + text[1:-1].strip()
    value = _number(text)
    if value is not None:
        return value, ""
    match = _WITH_UNIT.fullmatch(text)
    if match is not None and (value := _number(match[1])) is not None and not _looks_like_slip(match[2]):
        return value, match[2].strip()
    raise _no_number(raw)


def _formula(raw: str, text: str) -> tuple[float, str]:
    if text.startswith("#"):
        raise WordError(
            "formula-error",
            f"“{short(raw)}”是公式出错的结果，{_EXPECTED_ZH}。",
            f"“{short(raw)}” is the error of a formula, {_EXPECTED_EN}.",
        )
    raise WordError(
        "formula",
        f"“{short(raw)}”是公式，{_EXPECTED_ZH}；请粘贴为数值。",
        f"“{short(raw)}” is a formula, {_EXPECTED_EN}; paste it as a value.",
    )


def _number(text: str) -> float | None:
    text = text.casefold()
    if _PLAIN.fullmatch(text):
        value = float(text)
    elif _GROUPED.fullmatch(text):
        value = float(re.sub(r"[,'’ ]", "", text))
    else:
        return None
    return value if math.isfinite(value) else None


def _looks_like_slip(rest: str) -> bool:
    """`61,46O` and `1l` are a figure with a wrong letter, not a figure with a unit."""
    return _number(rest.translate(_SLIPS)) is not None


def _no_number(raw: object) -> WordError:
    shown = short(raw)
    mended = half_width(str(raw)[:60]).translate(_SIGNS).strip().translate(_SLIPS)
    hint_zh = hint_en = ""
    if mended != str(raw).strip() and _number(mended) is not None:
        hint_zh, hint_en = f"；是不是 {mended}？", f"; is it {mended}?"
    return WordError(
        "not-a-number",
        f"“{shown}”不是数字，{_EXPECTED_ZH}{hint_zh or '。'}",
        f"“{shown}” is no number, {_EXPECTED_EN}{hint_en or '.'}",
    )


def month(raw: object) -> str:
    """A month as `2023-09`; '' where only the month without its year is told (`9月`) is refused. Raises WordError."""
    if isinstance(raw, datetime | date):
        return f"{raw.year:04d}-{raw.month:02d}"
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, bool | float):
        raise _no_month(raw)
    return _text_month(str(raw)[:60])


@lru_cache(maxsize=1_024)
def _text_month(raw: str) -> str:
    text = half_width(raw).strip()
    for pattern in (_MONTH, _BARE, _DAY):
        if match := pattern.fullmatch(text):
            return f"{match['year']}-{int(match['month']):02d}"
    raise _no_month(raw)


def month_without_year(raw: object) -> int | None:
    """9 for `9月`."""
    match = _MONTH_ONLY.fullmatch(half_width(str(raw)[:20]).strip())
    return int(match["month"]) if match else None


def _no_month(raw: object) -> WordError:
    return WordError(
        "not-a-month",
        f"“{short(raw)}”不是月份，应为一个月，如 2023-09 或 2023年9月。",
        f"“{short(raw)}” is no month, expected a single month such as 2023-09.",
    )


def text(raw: object) -> str:
    """A word of a cell as text, trimmed: a whole number without the `.0` that Excel adds."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return str(raw).strip()


def is_empty(raw: object, marks: frozenset[str]) -> bool:
    """Whether a cell says nothing: empty, white space, or one of the marks for it (folded)."""
    if raw is None or raw == "":
        return True
    return isinstance(raw, str) and (_says_nothing(raw, marks) if len(raw) < 40 else not raw.strip())


@lru_cache(maxsize=16_384)
def _says_nothing(raw: str, marks: frozenset[str]) -> bool:
    key = folded(raw)
    return not key or key in marks
