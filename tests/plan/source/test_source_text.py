"""Plain text: encodings, mixed encodings, binary data, sizes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan import source as room
from lvlian.plan.source import Source, SourceError, read_source, source_from_bytes, source_from_text

PLAN = "青石县铝加工提升方案\n\n一、目标\r\n到2027年，铝材产量达到12万吨。\n责任单位：县工信局\n"
CLEAN = PLAN.replace("\r\n", "\n")


def read(data: bytes, name: str = "plan.txt") -> Source:
    return source_from_bytes(data, name=name)


def sentence(data: bytes, name: str = "plan.txt") -> str:
    """The message of the refusal, checked for its shape: one line, the file first, a full stop last."""
    with pytest.raises(SourceError) as caught:
        read(data, name)
    message = str(caught.value)
    assert message.startswith(f"{name}: ") and message.endswith(".") and "\n" not in message
    return message


@pytest.mark.parametrize(
    ("encoding", "reported"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
    ],
)
def test_encodings_give_the_same_text(tmp_path: Path, encoding: str, reported: str) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(PLAN.encode(encoding))
    source = read_source(file)
    assert (source.text, source.encoding, source.form, source.name) == (CLEAN, reported, "txt", "plan")
    assert source.path == str(file)
    assert source.sha256 == hashlib.sha256(PLAN.encode(encoding)).hexdigest()


def test_big_endian_mark() -> None:
    assert read(b"\xfe\xff" + PLAN.encode("utf-16-be")).text == CLEAN


def test_newlines_are_universal() -> None:
    assert read("甲\r\n乙\r丙\n".encode()).text == "甲\n乙\n丙\n"
    assert read("甲\r\n乙\r丙\n".encode("gb18030")).text == "甲\n乙\n丙\n"


def test_a_line_that_both_encodings_accept_is_read_as_chinese() -> None:
    # 一 in GB18030 (D2 BB) is the Cyrillic letter U+04BB in UTF-8.
    assert read("一\n县工业和信息化局\n".encode("gb18030")).text == "一\n县工业和信息化局\n"


def test_mixed_encodings_are_read_line_by_line() -> None:
    lines = ["一、总体目标", "产值达到30亿元", "1. plain", "二、重点任务", "新建铝板带项目"]
    data = b"\n".join(line.encode("utf-8" if i % 2 else "gb18030") for i, line in enumerate(lines))
    source = read(data)
    assert source.text == "\n".join(lines)
    assert source.encoding == "utf-8+gb18030"


def test_two_encodings_in_one_line_are_refused_with_byte_and_line() -> None:
    good = "第一行没有问题\n".encode()
    bad = "产值达到".encode() + "三十亿元".encode("gb18030")
    message = sentence(good + bad + b"\n")
    assert "line 2" in message and f"byte {len(good) + len('产值达到'.encode())}" in message and "UTF-8" in message


@pytest.mark.parametrize("stray", [b"\xff", b"\x80", b"\xe9\x93"])
def test_a_stray_byte_in_utf8_is_refused_and_not_read_as_other_characters(stray: bytes) -> None:
    head = "目标：产值".encode()
    message = sentence(head + stray + "达到三百亿元以上，同比增长。\n".encode())
    assert "line 1" in message and f"byte {len(head)}" in message


def test_binary_data_are_refused() -> None:
    assert "byte 3 is NUL" in sentence(b"abc\0def")
    assert "control codes" in sentence(b"abc\x01\x02\x03def")
    assert "UTF-16" in sentence(PLAN.encode("utf-16-le"))
    assert "NUL character" in sentence("\ufeff甲\0乙".encode("utf-16-le"))
    assert "UTF-16" in sentence(b"\xff\xfe\x00\xd8\x00\xd8")


def test_empty_and_blank_are_refused() -> None:
    assert "empty" in sentence(b"")
    for blank in (b" \r\n\t\n", "\u3000\u3000\n\ufeff".encode(), b"\xef\xbb\xbf", b"\xff\xfe"):
        assert "white space" in sentence(blank)


def test_missing_folder_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    for path, word in ((tmp_path / "none.txt", "no such file"), (tmp_path, "folder"), (pipe, "pipe")):
        with pytest.raises(SourceError, match=word):
            read_source(path)
    with pytest.raises(SourceError, match="NUL"):
        read_source("a\0b")
    with pytest.raises(SourceError, match="cannot be opened"):
        read_source("a" * 5000)


def test_a_large_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "large.txt"
    with file.open("wb") as handle:
        handle.truncate(100 * 1024 * 1024)
    monkeypatch.setattr(Path, "open", lambda *_args, **_kwargs: pytest.fail("the file was opened"))
    with pytest.raises(SourceError, match=r"large\.txt: the file has 100\.0 MB and at most 64 MB are read"):
        read_source(file)


def test_the_limit_is_a_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_BYTES", 10)
    with pytest.raises(SourceError, match="at most"):
        read(PLAN.encode())


def test_ten_megabytes_and_a_million_digits_are_accepted() -> None:
    text = "到2027年，全县铝加工产值达到120亿元，较上年增长。\n" * 150_000
    assert read(text.encode()).text == text
    assert read(text.encode("gb18030")).text == text
    assert read(b"9" * 1_000_000).text == "9" * 1_000_000
    assert read(("（" * 100_000).encode()).text == "（" * 100_000


def test_a_file_name_cannot_break_the_sentence() -> None:
    with pytest.raises(SourceError) as caught:
        read(b"", "a\nb.txt")
    assert "\n" not in str(caught.value)


def test_source_from_text() -> None:
    source = source_from_text("\ufeff甲\r\n乙", "memo")
    assert (source.text, source.name, source.form, source.path) == ("甲\n乙", "memo", "txt", "")
    assert source_from_text("").text == ""
    with pytest.raises(SourceError, match="surrogate"):
        source_from_text("\ud800")


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1))
def test_utf8_round_trip(text: str) -> None:
    try:
        assert read(b"\xef\xbb\xbf" + text.encode()).text == text
    except SourceError as error:
        assert "white space" in str(error) or "cannot be read" in str(error) or "markup" in str(error)


@given(st.lists(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1), min_size=1), st.data())
def test_each_line_may_have_its_own_encoding(lines: list[str], data: st.DataObject) -> None:
    """Whole lines of rare characters may be ambiguous; nothing but the text or a refusal may come out."""
    raw = b"\n".join(line.encode(data.draw(st.sampled_from(["utf-8", "gb18030"]))) for line in lines)
    try:
        assert read(raw).text.count("\n") == len(lines) - 1
    except SourceError as error:
        assert "line " in str(error)


@given(st.binary(max_size=400))
def test_random_bytes_give_a_text_or_a_sentence(data: bytes) -> None:
    try:
        assert read(data).text.strip()
    except SourceError as error:
        assert str(error).startswith("plan.txt: ") and "\n" not in str(error)
