"""Published problems of data reconciliation: values, spreads, chi-square and classes, by both routes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lvlian.chain.account.case import system_of
from lvlian.chain.account.dense import solve_dense
from lvlian.chain.account.linear import solve_linear
from lvlian.chain.account.nonlinear import linearised
from lvlian.chain.account.reconcile import reconcile

# VDI 2048 part 1 (2000), worked example: half-widths at 95 %, two correlated pairs; results as the standard prints them (three decimals).
STEAM: dict[str, Any] = {
    "streams": [
        "mFDKEL",
        "mFDKELL",
        "mSPL",
        "mSPLL",
        "mV",
        "mHK",
        "mA7",
        "mA6",
        "mA5",
        "mHDNK",
        "mD",
        "mFD1",
        "mFD2",
        "mFD3",
        "mHDANZ",
    ],
    "nodes": ["FD1", "FD2", "FD3", "HDANZ", "FD1=FD2", "FD2=FD3", "HDANZ=HDNK"],
    "incidence": [
        *([0, 0, 1], [0, 1, 1], [0, 4, -0.2], [0, 11, -1], [1, 2, 1], [1, 3, 1], [1, 4, -0.6], [1, 12, -1]),
        *([2, 5, 1], [2, 6, 1], [2, 7, 1], [2, 8, 1], [2, 4, 0.4], [2, 13, -1], [3, 6, 1], [3, 7, 1], [3, 8, 1]),
        *([3, 14, -1], [4, 11, 1], [4, 12, -1], [5, 12, 1], [5, 13, -1], [6, 14, 1], [6, 9, -1]),
    ],
    "measured": [46.241, 45.668, 44.575, 44.319, 0.525, 69.978, 10.364, 3.744, 4.391, 18.498, 2.092, *[None] * 4],
    "variance": [
        *((h / 1.96) ** 2 for h in (2.5, 2.5, 0.535, 0.532, 0.105, 0.854, 0.168, 0.058, 0.058, 0.205, 0.272)),
        *[None] * 4,
    ],
    "correlation": [[0, 1, 0.2], [2, 3, 0.39951]],
}
STEAM_VALUES = [
    44.696,
    44.123,
    44.643,
    44.386,
    0.524,
    70.005,
    10.364,
    3.744,
    4.391,
    18.499,
    2.092,
    88.714,
    88.714,
    88.714,
    18.499,
]
STEAM_HALFWIDTHS = [
    1.611,
    1.611,
    0.425,
    0.424,
    0.105,
    0.615,
    0.133,
    0.057,
    0.057,
    0.137,
    0.272,
    0.613,
    0.613,
    0.613,
    0.137,
]

# Cencic 2016, Sustain. Environ. Res. 26:291–298: a transfer coefficient, one exact flow, two streams that cannot be found (STAN 2.7).
TRANSFER: dict[str, Any] = {
    "streams": ["F1", "F2", "F3", "F4", "F5", "F6", "F7", "TC"],
    "nodes": ["P1", "P2", "P3"],
    "incidence": [
        *([0, 0, 1], [0, 1, 1], [0, 3, 1], [0, 2, -1], [1, 2, 1], [1, 3, -1], [1, 4, -1]),
        *([2, 4, 1], [2, 5, -1], [2, 6, -1]),
    ],
    "measured": [100.0, 50.0, 300.0, None, 160.0, None, None, 0.5],
    "variance": [100.0, 0.0, 900.0, None, 256.0, None, None, 0.0025],
    "nonlinear": {"equations": [{"linear": [[3, 1.0]], "bilinear": [[2, 7, -1.0]], "constant": 0.0}]},
}
NONE = float("nan")
TRANSFER_VALUES = [
    102.425959658972,
    50.0,
    302.416229384905,
    149.990269725933,
    152.425959658972,
    NONE,
    NONE,
    0.495972951025158,
]
TRANSFER_SD = [
    7.88279241171308,
    0.0,
    22.608614339116,
    21.2132969307518,
    7.88279241171309,
    NONE,
    NONE,
    0.0376810238985266,
]

CASES = ["P2", "P4", "P6", "P8", "P8u", "P10", "P12", "P14", "P16", "VDI2048", "VDI2048u", "VDI2048g", "STAN"]


def test_steam_turbine_with_correlated_readings() -> None:
    got = reconcile(system_of(STEAM))
    assert np.round(got.value, 3).tolist() == pytest.approx(STEAM_VALUES, abs=1e-9)
    assert np.round(1.96 * got.sd, 3).tolist() == pytest.approx(STEAM_HALFWIDTHS, abs=1e-9)
    assert (round(got.chi2, 6), got.dof, round(got.limit_95, 5)) == (2.537045, 3, 7.81473)
    assert got.classes() == ["redundant"] * 10 + ["nonredundant"] + ["observable"] * 4


def test_transfer_coefficient() -> None:
    got = reconcile(system_of(TRANSFER))
    assert got.value == pytest.approx(TRANSFER_VALUES, rel=1e-11, nan_ok=True)
    assert got.sd == pytest.approx(TRANSFER_SD, rel=1e-9, nan_ok=True)
    assert got.chi2 == pytest.approx(0.295912779112, rel=1e-10)
    assert got.dof == 2
    assert got.classes() == [
        *("redundant", "exact", "redundant", "observable", "redundant", "unobservable", "unobservable", "redundant")
    ]
    assert np.isnan(got.spread(np.eye(8))[5]).all()


@pytest.mark.parametrize("route", [solve_dense, solve_linear])
@pytest.mark.parametrize("name", CASES)
def test_published_case(shared: Path, name: str, route: Any) -> None:
    case = json.loads((shared / "reconciliation" / f"{name}.json").read_text(encoding="utf-8"))
    system = system_of(case, name)
    got = linearised(system, route) if system.bilinear else route(system)
    nan = float("nan")
    value, sd = ([nan if v is None else v for v in case[k]] for k in ("reconciled_computed", "reconciled_sd"))
    assert got.value == pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)
    assert got.sd == pytest.approx(sd, rel=1e-9, abs=1e-9, nan_ok=True)
    assert got.chi2 == pytest.approx(case["chi2"], rel=1e-9)
    assert got.dof == case["dof"]
    assert got.limit_95 == pytest.approx(case["chi2_limit_95"], rel=1e-5)
    assert got.classes() == case["classes"]
    assert got.balanced() < 1e-12
