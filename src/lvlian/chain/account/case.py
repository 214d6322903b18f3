"""Reconciliation problems as JSON: the form of published cases (streams, incidence, measured, variance, correlation, nonlinear)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from lvlian.chain.account.system import Bilinear, System


class CaseError(ValueError):
    """A network file cannot be used; one sentence with file, field, what was found and what was expected."""


def read_case(path: Path) -> tuple[System, dict[str, Any]]:
    """The problem of a file and the file's own fields. Raises CaseError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CaseError(f"{path}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise CaseError(f"{path.name}: not UTF-8, expected a network as JSON") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise CaseError(f"{path.name}: not JSON ({error})") from None
    return system_of(data, path.name), data


def is_case(data: object) -> bool:
    """Whether a JSON value has the form of a network (and not of a firm's report)."""
    return isinstance(data, dict) and "incidence" in data and "streams" in data


def system_of(data: Any, name: str = "network") -> System:
    """The System of a network in the published form; `name` stands in errors. Raises CaseError."""
    if not isinstance(data, dict):
        raise CaseError(
            f"{name}: expected an object with streams, nodes, incidence, measured, variance, found {type(data).__name__}"
        )
    streams = _names(data, "streams", name)
    nodes = _names(data, "nodes", name)
    m, n = len(streams), len(nodes)
    measured = _numbers(data, "measured", m, name)
    variance = _numbers(data, "variance", m, name)
    for k in range(m):
        if (measured[k] is None) != (variance[k] is None):
            raise CaseError(
                f"{name}, field variance[{k}] ({streams[k]}): a reading and its variance stand together or not at all"
            )
        if variance[k] is not None and variance[k] < 0:
            raise CaseError(
                f"{name}, field variance[{k}] ({streams[k]}): is {variance[k]:g}, expected 0 (exact) or more"
            )
    read = [k for k in range(m) if measured[k] is not None]
    place = {k: i for i, k in enumerate(read)}
    correlation = []
    for at, entry in enumerate(_list(data, "correlation", name)):
        i, j, r = _triple(entry, f"{name}, field correlation[{at}]", m, m)
        if i not in place or j not in place or i == j:
            raise CaseError(f"{name}, field correlation[{at}]: expected two streams with readings, found {entry}")
        if not -1 <= r <= 1:
            raise CaseError(f"{name}, field correlation[{at}]: is {r:g}, expected −1 to 1")
        correlation.append((place[i], place[j], r))
    return System(
        balance=_incidence(data, name, n, m),
        constant=np.zeros(n),
        stream=np.array(read, np.int64),
        reading=np.array([measured[k] for k in read], float),
        variance=np.array([variance[k] for k in read], float),
        correlation=tuple(correlation),
        bilinear=_equations(data.get("nonlinear"), name, m),
        names=tuple(streams),
    )


def _incidence(data: dict[str, Any], name: str, n: int, m: int) -> Any:
    from scipy.sparse import csr_matrix

    raw = data.get("incidence")
    if not isinstance(raw, list):
        raise CaseError(f"{name}, field incidence: expected a list of [node, stream, coefficient]")
    try:
        table = np.array(raw, float).reshape(len(raw), 3) if raw else np.zeros((0, 3))
        whole = np.array_equal(table[:, :2], np.floor(table[:, :2])) and bool(np.isfinite(table).all())
    except (ValueError, TypeError, OverflowError):
        whole = False
    if whole and len(table):
        whole = bool((table[:, :2] >= 0).all() and (table[:, 0] < n).all() and (table[:, 1] < m).all())
    if not whole:
        for at, entry in enumerate(raw):
            _triple(entry, f"{name}, field incidence[{at}]", n, m)
        raise CaseError(f"{name}, field incidence: expected a list of [node, stream, coefficient]")
    return csr_matrix((table[:, 2], (table[:, 0].astype(np.int64), table[:, 1].astype(np.int64))), shape=(n, m))


def _equations(data: Any, name: str, m: int) -> tuple[Bilinear, ...]:
    if data is None:
        return ()
    if not isinstance(data, dict) or not isinstance(data.get("equations"), list):
        raise CaseError(f"{name}, field nonlinear: expected null or an object with equations")
    out = []
    for at, entry in enumerate(data["equations"]):
        where = f"{name}, field nonlinear.equations[{at}]"
        if not isinstance(entry, dict):
            raise CaseError(f"{where}: expected an object with linear, bilinear and constant")
        linear = []
        for k, term in enumerate(_list(entry, "linear", where)):
            if not isinstance(term, list) or len(term) != 2:
                raise CaseError(f"{where}.linear[{k}]: expected [stream, coefficient], found {term}")
            i, c, _ = (_index(term[0], m, f"{where}.linear[{k}]"), _finite(term[1], f"{where}.linear[{k}]"), 0)
            linear.append((i, c))
        products = [
            _triple(term, f"{where}.bilinear[{k}]", m, m) for k, term in enumerate(_list(entry, "bilinear", where))
        ]
        out.append(
            Bilinear(
                linear=tuple(linear),
                products=tuple(products),
                constant=_finite(entry.get("constant", 0.0), f"{where}.constant"),
            )
        )
    return tuple(out)


def _list(data: dict[str, Any], field: str, name: str) -> list[Any]:
    value = data.get(field)
    if value is None:
        return []
    if not isinstance(value, list):
        raise CaseError(f"{name}, field {field}: expected a list, found {type(value).__name__}")
    return value


def _names(data: dict[str, Any], field: str, name: str) -> list[str]:
    value = data.get(field)
    if not isinstance(value, list):
        raise CaseError(f"{name}, field {field}: expected a list of names")
    return [str(v) for v in value]


def _numbers(data: dict[str, Any], field: str, size: int, name: str) -> list[float | None]:
    value = data.get(field)
    if not isinstance(value, list) or len(value) != size:
        found = f"{len(value)} values" if isinstance(value, list) else type(value).__name__
        raise CaseError(f"{name}, field {field}: expected {size} values, one per stream, found {found}")
    return [None if v is None else _finite(v, f"{name}, field {field}[{k}]") for k, v in enumerate(value)]


def _finite(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CaseError(f"{where}: is {value!r}, expected a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise CaseError(f"{where}: expected a finite number")
    return number


def _index(value: Any, size: int, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < size:
        raise CaseError(f"{where}: {value!r} is no place in a list of {size}, counted from 0")
    return value


def _triple(entry: Any, where: str, first: int, second: int) -> tuple[int, int, float]:
    if not isinstance(entry, list) or len(entry) != 3:
        raise CaseError(f"{where}: expected three values, found {entry!r}")
    return _index(entry[0], first, where), _index(entry[1], second, where), _finite(entry[2], where)
