"""Who supplies whom in a month, and what stays in stock: every good is cleared over its stores and the boundary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from lvlian.chain.region import OUTSIDE
from lvlian.chain.simulate.scene import Scene
from lvlian.chain.simulate.truth import Month, normal
from lvlian.chain.simulate.world import Plant

T = TypeVar("T")
_UNSTORED = ("kWh", "m3")
"""Units of goods that no firm keeps in stock."""


def trade(scene: Scene, plants: Sequence[Plant], truth: Month, month: str, seed: int, before: Month | None) -> None:
    tied = set(scene.rules.names("tied"))
    made: dict[tuple[str, str], float] = {}
    used: dict[tuple[str, str], float] = {}
    for (firm, _, good), v in truth.made.items():
        add(made, (firm, good), v)
    for (firm, _, good), v in truth.used.items():
        add(used, (firm, good), v)
    held = dict(before.closing) if before else {}
    goods: dict[str, list[str]] = {}
    for firm, good in sorted({*made, *used, *held}):
        goods.setdefault(good, []).append(firm)
    for good, firms in goods.items():
        if good in tied:
            continue
        if good == "electricity" and scene.world.grid:
            _power(scene, firms, made, used, truth, seed)
            continue
        _clear(scene, plants, good, firms, made, used, held, before is None, truth, month, seed)


def _power(
    scene: Scene,
    firms: Sequence[str],
    made: dict[tuple[str, str], float],
    used: dict[tuple[str, str], float],
    truth: Month,
    seed: int,
) -> None:
    total = 0.0
    for firm in firms:
        need = used.get((firm, "electricity"), 0.0) - made.get((firm, "electricity"), 0.0)
        if firm == scene.world.grid or need <= 0:
            continue
        usual, sd = scene.other_use.get("electricity", (0.0, 0.0))
        other = need / (1 - max(0.0, usual + 0.6 * sd * normal(seed, "other", firm))) - need
        if other > 0:
            add(truth.used, (firm, "", "electricity"), other)
            need += other
        key = (scene.world.grid, firm, "electricity")
        truth.sent[key] = truth.arrived[key] = need
        total += need
    if total:
        key = (OUTSIDE, scene.world.grid, "electricity")
        truth.sent[key] = truth.arrived[key] = total


def _clear(
    scene: Scene, plants: Sequence[Plant], good: str, firms: Sequence[str], made: dict[tuple[str, str], float], used: dict[tuple[str, str], float],
    held: dict[tuple[str, str], float], first: bool, truth: Month, month: str, seed: int,
) -> None:  # fmt: skip
    """One good in all its stores: stocks aimed at, surplus and need, local supply along the links, the rest over the boundary."""
    stored = scene.book.unit[good] not in _UNSTORED and good not in scene.unstorable
    kind = scene.book.kind[good]
    left_over = kind in ("scrap", "residue") and any(made.get((f, good)) for f in firms)
    takers = sorted({p.firm for p in plants if good in scene.takes(p)}) if left_over else []
    firms = sorted({*firms, *takers})
    surplus: dict[str, float] = {}
    need: dict[str, float] = {}
    opening: dict[str, float] = {}
    for firm in firms:
        flow_in, flow_out = made.get((firm, good), 0.0), used.get((firm, good), 0.0)
        usual = _usual_stock(scene, firm, good, max(flow_in, flow_out), seed) if stored else 0.0
        opening[firm] = usual if first else held.get((firm, good), 0.0)
        if first and left_over and not flow_in:
            opening[firm] = max(usual, flow_out * 0.1 if kind == "residue" else flow_out / 0.9)
        after = opening[firm] + flow_in - flow_out
        if left_over and not flow_in:
            continue  # was taken in whatever the need
        aim = max(0.0, usual * (1 + scene.rules.number("stocks", "wobble") * normal(seed, "stock", firm, good, month)))
        # a stock moves towards what is aimed at by a share of the month's flow at most
        counted = kind in scene.counted or (kind == "scrap" and not flow_in)
        reach = max(flow_in, flow_out) * scene.rules.number("stocks", "reach" if counted else "reach_uncounted")
        if reach:
            aim = min(max(aim, opening[firm] - reach), opening[firm] + reach)
        if after > aim and not flow_in:
            continue  # what was bought is used up, not sold on
        (surplus if after > aim else need)[firm] = abs(after - aim)
    moved: dict[tuple[str, str], float] = {}
    if left_over:
        _take_residues(scene, good, surplus, takers, moved)
    else:
        _supply(scene, good, surplus, need, moved)
    out, into = dict.fromkeys(firms, 0.0), dict.fromkeys(firms, 0.0)
    for (s, t), v in moved.items():
        truth.sent[s, t, good] = truth.arrived[s, t, good] = v
        out[s] += v
        into[t] += v
    for firm in firms:
        rest = surplus.get(firm, 0.0) - out[firm]
        if rest > 1e-9 * surplus.get(firm, 0.0):
            truth.sent[firm, OUTSIDE, good] = truth.arrived[firm, OUTSIDE, good] = rest
            out[firm] += rest
        missing = need.get(firm, 0.0) - into[firm]
        if missing > 1e-9 * need.get(firm, 0.0):
            truth.sent[OUTSIDE, firm, good] = truth.arrived[OUTSIDE, firm, good] = missing
            into[firm] += missing
        if stored and (opening[firm] or made.get((firm, good)) or used.get((firm, good)) or into[firm]):
            truth.opening[firm, good] = opening[firm]
            closing = opening[firm] + made.get((firm, good), 0.0) + into[firm] - used.get((firm, good), 0.0) - out[firm]
            truth.closing[firm, good] = max(0.0, closing)


def _supply(
    scene: Scene, good: str, surplus: dict[str, float], need: dict[str, float], moved: dict[tuple[str, str], float]
) -> None:
    """What the region's makers supply along the links, each customer from his makers by what they can give."""
    local_share = scene.rules.number("trade", "local_supply_share")
    need_share = 1 - scene.rules.number("trade", "outside_share")
    left = {firm: v * local_share for firm, v in surplus.items()}
    for firm in sorted(need):
        sources = [s for s in left if left[s] > 0 and linked(scene, s, firm, good)]
        total = sum(left[s] for s in sources)
        for s in sources:
            moved[s, firm] = min(left[s], need[firm] * need_share * left[s] / total)
    for s in left:
        promised = sum(v for (a, _), v in moved.items() if a == s)
        if promised > left[s]:  # promised to more than one: cut evenly
            for key in [k for k in moved if k[0] == s]:
                moved[key] *= left[s] / promised


def _take_residues(
    scene: Scene, good: str, left: dict[str, float], takers: Sequence[str], moved: dict[tuple[str, str], float]
) -> None:
    """Scrap and residues that are offered go to who works them up, in equal parts, into his stock for the months to come."""
    share = 1.0 if scene.book.kind[good] == "residue" else scene.rules.number("local_scrap_share")
    for source, amount in left.items():
        targets = [t for t in takers if t != source and linked(scene, source, t, good)]
        for target in targets:
            moved[source, target] = share * amount / len(targets)


def _usual_stock(scene: Scene, firm: str, good: str, flow: float, seed: int) -> float:
    days = scene.rules.table("stocks", "days")
    kind = scene.book.kind[good]
    name = (
        kind
        if kind in days
        else "ore"
        if scene.book.stage[good] == "ore"
        else "metal"
        if scene.book.metal[good]
        else "reagent"
    )
    return flow / 30 * float(days[name]) * (1 + 0.3 * normal(seed, "usual", firm, good))


def linked(scene: Scene, source: str, target: str, good: str) -> bool:
    """Whether one firm is known to supply another with a good."""
    return (source, target, good) in scene.linked


def add(table: dict[T, float], key: T, amount: float) -> None:
    """Add to an entry that may not be there yet."""
    table[key] = table.get(key, 0.0) + amount
