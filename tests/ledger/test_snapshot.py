"""Sealed snapshots: one form for equal rows, and no byte that can change unseen."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.ledger.snapshot import About, Row, SnapshotError, pack, read, seal, unpack

ABOUT = About(
    region="示例县",
    quarter="2023-Q3",
    as_of=date(2023, 9, 30),
    sealed_at="2023-10-08T17:30:00+08:00",
    previous="ab" * 32,
)
ROWS = (
    Row("items", "2", "110千伏变电站", {"due": "2023-12-31", "done": None, "amount": 12.5}, "供电局"),
    Row("items", "1", "第二批次用地", {"due": "2023-08-31", "done": None, "amount": 690.5}, "县自然资源局"),
    Row("goals", "1", "产值", {"value": 650, "unit": "亿元"}),
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.dates()
)
rows_of_any = st.lists(
    st.builds(
        Row, st.sampled_from(["items", "goals"]), st.text(max_size=3), st.text(max_size=5),
        st.dictionaries(st.text(max_size=5), scalars | st.lists(scalars, max_size=3), max_size=4), st.text(max_size=3),
    ),
    max_size=8, unique_by=lambda row: (row.table, row.key),
)  # fmt: skip


def test_the_header_says_what_was_sealed() -> None:
    about = seal(ROWS, ABOUT).about
    assert (about.region, about.quarter, about.previous) == ("示例县", "2023-Q3", "ab" * 32)
    assert about.tables == {"goals": 1, "items": 2}


def test_a_moment_in_the_header_is_sealed_as_its_day() -> None:
    snapshot = seal(ROWS, replace(ABOUT, as_of=datetime(2023, 9, 30, 18, 0)))
    assert snapshot == seal(ROWS, ABOUT) == read(snapshot.content)


def test_the_hash_is_that_of_the_file() -> None:
    snapshot = seal(ROWS, ABOUT)
    assert snapshot.hash == hashlib.sha256(snapshot.content).hexdigest()


def test_the_content_is_one_line_of_sorted_json_in_utf_8() -> None:
    content = seal(ROWS, ABOUT).content
    body = json.loads(content)
    assert json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == content
    assert "县自然资源局".encode() in content and b"\n" not in content and b'": ' not in content


def test_what_is_read_is_what_was_sealed() -> None:
    snapshot = seal(ROWS, ABOUT)
    again = read(snapshot.content, snapshot.hash)
    assert again == snapshot
    assert seal(again.rows, again.about).content == snapshot.content


@given(rows_of_any, st.randoms())
def test_sealing_does_not_depend_on_the_order_of_rows_or_fields(rows: list[Row], chance: random.Random) -> None:
    mixed = [
        Row(r.table, r.key, r.label, dict(chance.sample(list(r.values.items()), len(r.values))), r.unit) for r in rows
    ]
    chance.shuffle(mixed)
    try:
        one = seal(rows, ABOUT)
    except SnapshotError:  # half a character
        return
    assert seal(mixed, ABOUT).content == one.content
    assert read(one.content) == one


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_byte_can_change(place: int, bits: int) -> None:
    content = bytearray(seal(ROWS, ABOUT).content)
    content[place % len(content)] ^= bits
    with pytest.raises(SnapshotError):
        read(bytes(content))


@pytest.mark.parametrize("cut", [0, 1, 12, 75, 76, 200, -1])
def test_what_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(SnapshotError):
        read(seal(ROWS, ABOUT).content[:cut])


def test_a_forged_snapshot_has_another_hash() -> None:
    snapshot = seal(ROWS, ABOUT)
    forged = seal(ROWS[:2], ABOUT)
    assert read(forged.content).rows != snapshot.rows
    with pytest.raises(SnapshotError, match="不是同一份") as caught:
        read(forged.content, snapshot.hash)
    assert "not the same snapshot" in caught.value.en


def test_what_looks_like_a_snapshot_and_is_none_is_refused() -> None:
    for body in ({}, {"about": {}, "form": "x", "rows": []}, {"about": None, "form": "lvlian-snapshot/1", "rows": []}):
        blank = json.dumps({"_digest": "0" * 64, **body}, separators=(",", ":")).encode()
        digest = hashlib.sha256(blank).hexdigest().encode()
        with pytest.raises(SnapshotError, match="lvlian-snapshot/1"):
            read(blank.replace(b"0" * 64, digest))


@pytest.mark.parametrize(
    ("value", "same"),
    [
        (3.0, 3),
        (-0.0, 0),
        (Decimal("3.10"), 3.1),
        (Decimal("1E+3"), 1000),
        (1e16, 10**16),
        (date(2023, 9, 1), "2023-09-01"),
        (datetime(2023, 9, 1, 8, 30), "2023-09-01T08:30:00"),
        ((1.0, "a"), [1, "a"]),
        ({"b": 1, "a": 2.0}, {"a": 2, "b": 1}),
        (Decimal("0.12345678901234567890"), "0.1234567890123456789"),
    ],
)
def test_one_form_for_each_value(value: Any, same: Any) -> None:
    one = seal([Row("t", "1", "", {"a": value})], ABOUT)
    assert one.content == seal([Row("t", "1", "", {"a": same})], ABOUT).content
    assert one.rows[0].values == {"a": same}


@pytest.mark.parametrize(
    "values", [{"a": float("nan")}, {"a": float("inf")}, {"a": object()}, {"a": {1}}, {"a": Decimal("NaN")}, {1: 2}, {"a": "\ud800"},
               {"a": Decimal("1E+999999")}, {"a": {1: 2}}]
)  # fmt: skip
def test_what_has_no_canonical_form_is_not_sealed(values: dict[Any, Any]) -> None:
    with pytest.raises(SnapshotError):
        seal([Row("t", "1", "某项", values)], ABOUT)


def test_one_key_twice_is_not_sealed() -> None:
    with pytest.raises(SnapshotError, match="出现两次"):
        seal([Row("t", "1", "甲", {}), Row("t", "1", "乙", {})], ABOUT)


def test_packed_and_unpacked() -> None:
    content = seal([Row("t", str(n), "某项", {"a": n}) for n in range(500)], ABOUT).content
    packed = pack(content)
    assert len(packed) < len(content) / 3
    assert unpack(packed) == content


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(SnapshotError, match="超过"):
        unpack(pack(b"0" * 10_000_000), limit=1_000_000)
    assert len(unpack(pack(b"0" * 1_000_000), limit=1_000_000)) == 1_000_000


def test_damaged_cut_and_lengthened_packs_are_refused() -> None:
    packed = pack(seal(ROWS, ABOUT).content)
    for wrong in (b"", b"no pack", packed[:-3], packed + b"x", packed[:20] + b"\0\0\0" + packed[23:]):
        with pytest.raises(SnapshotError):
            unpack(wrong)
