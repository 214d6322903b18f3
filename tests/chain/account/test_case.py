"""Networks as JSON: every problem is one sentence that names file, field, what was found and what was expected."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.chain.account.case import CaseError, is_case, read_case, system_of

GOOD: dict[str, Any] = {
    "streams": ["a", "b", "c"],
    "nodes": ["n"],
    "incidence": [[0, 0, 1], [0, 1, -1], [0, 2, -1]],
    "measured": [10.0, 6.0, None],
    "variance": [1.0, 0.5, None],
}


def test_reads_a_network(tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_text("\ufeff" + json.dumps(GOOD), encoding="utf-8")
    system, data = read_case(path)
    assert is_case(data) and not is_case([]) and not is_case({"streams": []})
    assert system.balance.toarray().tolist() == [[1.0, -1.0, -1.0]]
    assert system.stream.tolist() == [0, 1] and system.names == ("a", "b", "c")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"streams": None}, "net.json, field streams: expected a list of names"),
        ({"nodes": 3}, "net.json, field nodes: expected a list of names"),
        ({"measured": [1.0]}, "net.json, field measured: expected 3 values, one per stream, found 1 values"),
        ({"measured": "x"}, "field measured: expected 3 values, one per stream, found str"),
        ({"measured": [1.0, True, None]}, "field measured[1]: is True, expected a number"),
        ({"measured": [1.0, "6", None]}, "field measured[1]: is '6', expected a number"),
        ({"measured": [1.0, float("inf"), None]}, "field measured[1]: expected a finite number"),
        ({"measured": [1.0, 10**400, None]}, "field measured[1]: expected a finite number"),
        ({"variance": [1.0, -1.0, None]}, "field variance[1] (b): is -1, expected 0 (exact) or more"),
        (
            {"variance": [1.0, None, None]},
            "field variance[1] (b): a reading and its variance stand together or not at all",
        ),
        ({"incidence": {}}, "field incidence: expected a list of [node, stream, coefficient]"),
        ({"incidence": [[0, 0]]}, "field incidence[0]: expected three values, found [0, 0]"),
        ({"incidence": [[0, 3, 1.0]]}, "field incidence[0]: 3 is no place in a list of 3, counted from 0"),
        ({"incidence": [[0.5, 0, 1.0]]}, "field incidence[0]: 0.5 is no place in a list of 1, counted from 0"),
        ({"incidence": [["0", 0, 1.0]]}, "field incidence[0]: '0' is no place in a list of 1"),
        ({"incidence": [[0, 0, None]]}, "field incidence[0]: is None, expected a number"),
        ({"correlation": [[0, 2, 0.5]]}, "field correlation[0]: expected two streams with readings, found [0, 2, 0.5]"),
        ({"correlation": [[0, 1, 1.5]]}, "field correlation[0]: is 1.5, expected −1 to 1"),
        ({"nonlinear": {"equations": [5]}}, "field nonlinear.equations[0]: expected an object"),
        ({"nonlinear": []}, "field nonlinear: expected null or an object with equations"),
        ({"nonlinear": {"equations": [{"linear": [[0]]}]}}, "equations[0].linear[0]: expected [stream, coefficient]"),
        ({"nonlinear": {"equations": [{"bilinear": [[0, 9, 1.0]]}]}}, "equations[0].bilinear[0]: 9 is no place"),
    ],
)
def test_says_what_is_wrong(change: dict[str, Any], said: str) -> None:
    with pytest.raises(CaseError) as told:
        system_of({**GOOD, **change}, "net.json")
    assert said in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "net.json: not JSON"),
        (b"\xff\xfe{", "net.json: not UTF-8"),
        (b"[" * 100_000, "net.json: not JSON"),
        (b"[]", "net.json: expected an object with streams, nodes, incidence, measured, variance, found list"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "net.json"
    path.write_bytes(content)
    with pytest.raises(CaseError, match=said):
        read_case(path)
    with pytest.raises(CaseError, match="cannot be read"):
        read_case(tmp_path / "nowhere.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(), lambda x: st.lists(x, max_size=4), max_leaves=8
)


@given(st.sampled_from(["streams", "nodes", "incidence", "measured", "variance", "correlation", "nonlinear"]), JSON)
def test_hostile_fields_never_break(field: str, value: Any) -> None:
    try:
        system_of({**GOOD, field: value})
    except CaseError as error:
        assert "\n" not in str(error)


def test_a_hundred_thousand_streams_are_checked_quickly() -> None:
    m = 100_000
    data = {
        "streams": [f"s{k}" for k in range(m)],
        "nodes": [f"n{k}" for k in range(m // 2)],
        "incidence": [[k // 2, k, 1 - 2 * (k % 2)] for k in range(m)],
        "measured": [float(k) if k % 3 else None for k in range(m)],
        "variance": [1.0 if k % 3 else None for k in range(m)],
    }
    begun = time.process_time()
    system = system_of(data)
    assert time.process_time() - begun < 5
    assert len(system.stream) == np.count_nonzero(np.arange(m) % 3)
    data["measured"][77_777] = "?"  # type: ignore[index]
    with pytest.raises(CaseError, match=r"measured\[77777\]"):
        system_of(data)
