from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.quantity.figure import chinese_value
from lvlian.quantity.numeral import NumeralError, find_numbers, parse_number

VALUES = [
    ("203万", 2_030_000),
    ("1.8万", 18_000),
    ("69.22万", 692_200),
    ("三千", 3000),
    ("两百亿", 20_000_000_000),
    ("百亿", 10**10),
    ("千亿", 10**11),
    ("十五", 15),
    ("一百二十", 120),
    ("1,500", 1500),
    ("１２０亿", 12_000_000_000),
    ("1 500", 1500),
    ("二百五", 250),
    ("二百零五", 205),
    ("三万五", 35_000),
    ("一千零五十", 1050),
    ("三点五", 3.5),
    ("-5", -5),
    ("二〇二五", 2025),
    ("万亿", 10**12),
    ("十万亿", 10**13),
    ("5千万", 50_000_000),
    ("零", 0),
    ("〇", 0),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_values(text: str, value: float) -> None:
    assert parse_number(text).value == value


def test_range() -> None:
    number = parse_number("8万—12万")
    assert (number.value, number.value_max, number.figure, number.scale) == (80_000, 120_000, 8, "万")


@pytest.mark.parametrize(
    "text",
    ["", "  ", "铝", "十四五", "百百", "数十", "5吨", "一百二百", "9" * 1_000_000, "一" * 1_000_000, "点五", "五点"],
)
def test_what_is_no_number_is_named(text: str) -> None:
    with pytest.raises(NumeralError, match="expected digits or a Chinese numeral") as caught:
        parse_number(text)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第三批次用地506亩", [("ordinal", "第三"), ("number", "506")]),
        ("数十家和3家", [("vague", "数十"), ("number", "3")]),
        ("十几家、七八户", [("vague", "十几"), ("vague", "七八")]),
        ("一带一路，三化三法，万无一失", []),
        ("统一、唯一、进一步", []),
        ("上百家，20户以上百亿级", [("vague", "上百"), ("number", "20"), ("number", "百亿")]),
        ("6—8万吨", [("number", "6—8万")]),
    ],
)
def test_kinds(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(n.kind, text[n.start : n.end]) for n in find_numbers(text)] == expected


def in_chinese(value: int) -> str:
    """The usual reading of a whole number below 10^16, by the textbook rule."""
    if value == 0:
        return "零"
    out, zero = "", False
    for scale, word in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, "")):
        part, value = value // scale, value % scale
        if part:
            if out and (zero or part < 1000):
                out += "零"
            out += below_ten_thousand(part) + word
            zero = False
        elif out:
            zero = True
    return out


def below_ten_thousand(part: int) -> str:
    out, zero = "", False
    for place, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, part = part // place, part % place
        if digit:
            out += ("零" if zero and out else "") + "零一二三四五六七八九"[digit] + word
            zero = False
        else:
            zero = True
    return out


@given(st.integers(0, 10**12) | st.integers(0, 10**5))
def test_chinese_round_trip(value: int) -> None:
    assert chinese_value(in_chinese(value)) == value


@given(st.integers(0, 10**12))
def test_thousands_separators(value: int) -> None:
    assert parse_number(f"{value:,}").value == value


@given(
    st.text(max_size=80)
    | st.text(st.sampled_from("0123456789一二三十百千万亿两零数几第上成若干好前—~至到., ：:/分之点"), max_size=40)
)
def test_never_raises_and_spans_are_in_order(text: str) -> None:
    at = 0
    for number in find_numbers(text):
        assert at <= number.start < number.end <= len(text)
        at = number.end
    with contextlib.suppress(NumeralError):
        parse_number(text)


@pytest.mark.parametrize("char", ["9", "一", "0"])
def test_a_million_digits(char: str) -> None:
    began = time.perf_counter()
    assert list(find_numbers(char * 1_000_000)) == []
    assert time.perf_counter() - began < 5
