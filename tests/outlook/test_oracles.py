"""The peers give the same optimum: linopy and SciPy on the growing region, PyPSA on a network of its own idiom."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from benchmarks.growth import BOUGHT, DELAY, SOLD, Region, limited, programme
from benchmarks.lots import choice
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_matrix

from lvlian.outlook.program import Program, Session

SIZE = (60, 30, 12)

LINOPY = """
import json, sys
import numpy as np, xarray as xr, linopy
d = {k: np.array(v) for k, v in json.load(open(sys.argv[1])).items()}
B, S, L = 10, 10, 2
P, C, T = d["coef"].shape[1], d["coef"].shape[0], d["discount"].size
p, c, t = np.arange(P), np.arange(C), np.arange(T)
arr = lambda v, **k: xr.DataArray(v, coords=k, dims=list(k))
m = linopy.Model()
x = m.add_variables(lower=0, coords=[("p", p), ("t", t)], name="x")
late = arr(np.where(np.arange(T) >= T - L, 0.0, np.inf) * np.ones((P, 1)), p=p, t=t)
new = m.add_variables(lower=0, upper=late, name="new")
cap = m.add_variables(lower=0, coords=[("p", p), ("t", t)], name="cap")
buy = m.add_variables(lower=0, upper=arr(d["supply"], c=c[:B], t=t), name="buy")
sell = m.add_variables(lower=arr(d["goal"], c=c[C - S:], t=t), name="sell")
stock = m.add_variables(lower=0, coords=[("c", c), ("t", t)], name="stock")
made = (x * arr(d["coef"], c=c, p=p)).sum("p")
bal = made + buy.reindex(c=c).to_linexpr() - sell.reindex(c=c).to_linexpr() - stock + stock.shift(t=1)
m.add_constraints(bal == 0, name="balance")
cap0 = np.zeros((P, T)); cap0[:, 0] = d["start"]
m.add_constraints(cap - cap.shift(t=1) - new.shift(t=L) == arr(cap0, p=p, t=t), name="grow")
m.add_constraints(x - cap <= 0, name="limit")
m.add_constraints((new * arr(d["build"], p=p)).sum("p") <= arr(d["money"], t=t), name="money")
m.add_constraints((cap * arr(d["land"], p=p)).sum("p") <= arr(d["area"], t=t), name="land")
w = arr(d["discount"], t=t)
m.add_objective((x * arr(d["run"], p=p) * w).sum() + (new * arr(d["build"], p=p) * w).sum()
                + (buy * arr(d["price"], c=c[:B]) * w).sum() + 1e-3 * stock.sum())
m.solve(solver_name="highs", io_api="direct", output_flag=False, progress=False)
print(json.dumps(float(m.objective.value)))
"""

PYPSA = """
import json, logging, sys
import numpy as np, pandas as pd, pypsa
logging.disable(logging.WARNING)
d = {k: np.array(v) for k, v in json.load(open(sys.argv[1])).items()}
P, T = d["eff"].size, d["load"].shape[1]
n = pypsa.Network()
n.set_snapshots(pd.RangeIndex(T))
n.add("Bus", ["power", *[f"g{p}" for p in range(P)]])
n.add("Generator", "grid", bus="power", p_nom=d["grid"].max(), p_max_pu=pd.Series(d["grid"] / d["grid"].max()), marginal_cost=0.4)
n.add("Generator", "pv", bus="power", p_nom_extendable=True, p_nom_max=30.0, p_max_pu=pd.Series(d["sun"]), capital_cost=float(d["pv"]))
for p in range(P):
    n.add("Link", f"l{p}", bus0="power", bus1=f"g{p}", p_nom_extendable=True, p_nom_min=float(d["old"][p]),
          efficiency=float(d["eff"][p]), capital_cost=float(d["build"][p]), marginal_cost=float(d["run"][p]))
    n.add("Load", f"d{p}", bus=f"g{p}", p_set=pd.Series(d["load"][p]))
    n.add("Store", f"s{p}", bus=f"g{p}", e_nom=float(d["room"][p]))
n.optimize(solver_name="highs", io_api="direct", output_flag=False, progress=False)
print(json.dumps(float(n.objective) + float(getattr(n, "objective_constant", 0.0) or 0.0)))
"""


@pytest.fixture(scope="module")
def region() -> Region:
    return limited(*SIZE, 1.05)


def peer(folder: Path, name: str, code: str, data: dict[str, np.ndarray]) -> float:
    """The optimum of a peer in a process of its own: its warnings are not ours."""
    held = folder / f"{name}.json"
    held.write_text(json.dumps({key: np.asarray(value).tolist() for key, value in data.items()}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(held)],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return float(json.loads(done.stdout.strip().splitlines()[-1]))


def buses(seed: int = 0) -> dict[str, np.ndarray]:
    """Power from grid and sun over links to five goods with loads and stores, over a year of months."""
    rng = np.random.default_rng(seed)
    month = np.arange(12)
    return {
        "eff": rng.uniform(0.4, 0.9, 5),
        "old": rng.uniform(2, 6, 5),
        "build": rng.uniform(3, 9, 5),
        "run": rng.uniform(0.1, 0.5, 5),
        "load": rng.uniform(2, 6, (5, 12)) * (1 + 0.2 * np.sin(month)),
        "room": rng.uniform(1, 5, 5),
        "grid": 40 + 8 * np.cos(month),
        "sun": np.clip(np.sin(month / 2), 0.1, 1),
        "pv": np.array(1.7),
    }


def bus_programme(d: dict[str, np.ndarray]) -> Program:
    goods, months = d["load"].shape
    p = Program()
    grid = p.variables("grid", months, upper=d["grid"], cost=0.4)
    pv = p.variables("pv", (), upper=30.0, cost=float(d["pv"]))
    sun = p.variables("sun", months)
    size = p.variables("size", goods, lower=d["old"], cost=d["build"])
    flow = p.variables("flow", (goods, months), cost=d["run"][:, None])
    stock = p.variables("stock", (goods, months), upper=d["room"][:, None])
    out = p.variables("out", (goods, months), lower=-np.inf)
    p.bound(columns=stock[:, 0], upper=d["room"])
    bus = p.rows("bus", months, 0.0, 0.0)
    p.add(bus, grid, 1.0)
    p.add(bus, sun, 1.0)
    p.add(bus, flow, -1.0)
    shine = p.rows("shine", months, upper=0.0)
    p.add(shine, sun, 1.0)
    p.add(shine, pv, -d["sun"])
    within = p.rows("within", (goods, months), upper=0.0)
    p.add(within, flow, 1.0)
    p.add(within, size[:, None], -1.0)
    met = p.rows("met", (goods, months), d["load"], d["load"])
    p.add(met, flow, d["eff"][:, None])
    p.add(met, out, 1.0)
    kept = p.rows("kept", (goods, months), 0.0, 0.0)  # what is in store falls by what goes out; it begins empty
    p.add(kept, stock, 1.0)
    p.add(kept, out, 1.0)
    p.add(kept[:, 1:], stock[:, :-1], -1.0)
    return p


def test_linopy_and_pypsa_give_the_same_optimum(region: Region, tmp_path: Path) -> None:
    program, _ = programme(region)
    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(peer, tmp_path, "linopy", LINOPY, vars(region)),
            pool.submit(peer, tmp_path, "pypsa", PYPSA, buses()),
        ]
        ours = Session(program, {"solver": "ipm"}).solve().objective, bus_programme(buses()).solve().objective
        peers = [one.result() for one in both]
    assert ours[0] == pytest.approx(peers[0], rel=1e-6)
    assert ours[1] == pytest.approx(peers[1], rel=1e-6)


def test_scipy_gives_the_same_optimum(region: Region) -> None:
    assert (BOUGHT, SOLD, DELAY) == (10, 10, 2)
    for program in (programme(region)[0], choice(24, 22, 8, 6)[0]):
        m = program.matrix()
        scipy = milp(
            m.cost,
            constraints=LinearConstraint(
                csc_matrix((m.value, m.index, m.start), shape=m.shape), m.row_lower, m.row_upper
            ),
            bounds=Bounds(m.lower, m.upper),
            integrality=m.integer.astype(int),
        )
        assert program.solve(gap=1e-6).objective == pytest.approx(scipy.fun, rel=1e-5 if m.integer.any() else 1e-8)


def test_both_forms_of_starts_are_the_same_choice() -> None:
    one, two = (choice(24, 22, 8, 6, form=form)[0].solve(gap=1e-9) for form in ("cumulative", "starts"))
    assert one.objective == pytest.approx(two.objective, rel=1e-7)
