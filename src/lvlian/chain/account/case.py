"""Reconciliation problems as JSON: the form of published cases (streams, incidence, measured, variance, correlation, nonlinear)."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from itertools import chain
from pathlib import Path
from types import NoneType
from typing import Any

import numpy as np

from lvlian.chain.account.system import Bilinear, Floats, System


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
    here, spread = ~np.isnan(measured), ~np.isnan(variance)
    for k in np.flatnonzero(here != spread)[:1]:
        raise CaseError(
            f"{name}, field variance[{k}] ({streams[k]}): a reading and its variance stand together or not at all"
        )
    for k in np.flatnonzero(variance < 0)[:1]:
        raise CaseError(f"{name}, field variance[{k}] ({streams[k]}): is {variance[k]:g}, expected 0 (exact) or more")
    read = np.flatnonzero(here)
    place = {k: i for i, k in enumerate(read.tolist())} if data.get("correlation") else {}
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
        stream=read,
        reading=measured[read],
        variance=variance[read],
        correlation=tuple(correlation),
        bilinear=_equations(data.get("nonlinear"), name, m),
        names=tuple(streams),
    )


def _incidence(data: dict[str, Any], name: str, n: int, m: int) -> Any:
    from scipy.sparse import csr_matrix

    raw = data.get("incidence")
    if not isinstance(raw, list):
        raise CaseError(f"{name}, field incidence: expected a list of [node, stream, coefficient]")
    table, whole = np.zeros((0, 3)), all(type(entry) is list and len(entry) == 3 for entry in raw)
    if whole and raw:
        try:
            flat = list(chain.from_iterable(raw))
            whole = set(map(type, flat)) <= {int, float}
            table = np.array(flat if whole else [], float).reshape(-1, 3)
        except OverflowError:
            whole = False
        whole = (
            whole
            and bool(np.isfinite(table).all())
            and np.array_equal(table[:, :2], np.floor(table[:, :2]))
            and set(map(type, flat[::3])) | set(map(type, flat[1::3])) == {int}
        )
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
    return list(map(str, value))


def _numbers(data: dict[str, Any], field: str, size: int, name: str) -> Floats:
    value = data.get(field)
    if not isinstance(value, list) or len(value) != size:
        found = f"{len(value)} values" if isinstance(value, list) else type(value).__name__
        raise CaseError(f"{name}, field {field}: expected {size} values, one per stream, found {found}")
    if set(map(type, value)) <= {int, float, NoneType}:
        with suppress(OverflowError):
            out = np.array([math.nan if v is None else v for v in value], float)
            if np.count_nonzero(~np.isfinite(out)) == value.count(None):
                return out
    for k, v in enumerate(value):
        if v is not None:
            _finite(v, f"{name}, field {field}[{k}]")
    return np.array([math.nan if v is None else float(v) for v in value])


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
