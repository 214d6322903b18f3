"""How what stays in the region is shared out, and that plants run as they can: what the projection does, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lvlian.outlook.pathway.build import Built

Floats = NDArray[np.float64]


def contracts(built: Built) -> None:
    """What is promised of a good that stays in the region goes there as far as the plants there can take it, and sinks take only what no
    other plant can: as the projection shares it out."""
    chain, model = built.chain, built.model
    for supply in chain.supplies:
        name = chain.goods[supply.good]
        for number, (sources, targets, share, amount) in enumerate(supply.promised):
            if targets:
                _served(built, f"contract {name} {number}", supply.good, sources, targets, share, amount)
        first = tuple(p for p in supply.users if model.plants[p].role != "sink")
        if supply.sinks and first and supply.makers:
            _served(built, f"sinks last {name}", supply.good, supply.makers, first, 1.0, None)


def _served(
    built: Built,
    name: str,
    good: int,
    sources: Sequence[int],
    targets: Sequence[int],
    share: float | None,
    amount: float | None,
) -> None:
    """Targets take `share` of what sources make (or `amount` a quarter), less what is beyond their own capacity. The lack that capacity
    allows is linear in the choices; where the targets' capacity passes the promise it is a little too generous."""
    program, chain, model, choices = built.program, built.chain, built.model, built.choices
    load = model.load[:, None] * model.season
    made = _most(built, chain.main[good], sources)
    # an amount counts as the share that it is of the most that can be made: a maker that makes less owes less
    part_of = np.full(built.x.shape[1], 1.0 if share is None else share)
    if amount is not None:
        part_of = np.minimum(part_of, amount / np.maximum(made, 1e-9))
    promise = part_of * made
    sure = _sure(built, targets)
    room = _room(built, chain.use[good], sure)
    whole = _most(built, chain.use[good], sure)
    part = np.minimum(1.0, promise / np.maximum(whole, 1e-9))
    lack = program.variables(f"lack {name}", built.x.shape[1])
    limit = program.rows(f"most lack {name}", built.x.shape[1], upper=np.maximum(promise - part * room, 0.0))
    program.add(limit, lack, 1.0)
    rows = program.rows(name, built.x.shape[1], lower=0.0)
    program.add(rows, lack, 1.0)
    for p in targets:
        program.add(rows, built.x[p], chain.use[good, p])
    for p in sure:
        n, q = np.nonzero(choices.capacity[:, p])
        program.add(limit[q], built.y[n], part[q] * chain.use[good, p] * choices.capacity[n, p, q] * load[p, q])
    for p in sources:
        program.add(rows, built.x[p], -part_of * chain.main[good, p])


def running(built: Built) -> None:
    """Plants run as they can, as in the projection: less only where a quota may bind, an input that stays in the region is short, or what
    they make has no outlet. Without this the programme would stop plants to better a share, and nobody would have ordered it."""
    program, chain, model, choices = built.program, built.chain, built.model, built.choices
    for plant, product, own in chain.captive:  # it makes what its own firm takes
        rows = program.rows(f"captive {plant}", built.x.shape[1], upper=0.0)
        program.add(rows, built.x[plant], chain.main[product, plant])
        for p in own:
            program.add(rows, built.x[p], -chain.use[product, p])
    if built.options.on("energy_quota") is not None:
        return
    slotted = {(slot.good, slot.plant) for slot in chain.slots}
    local = {
        (good, p)
        for good in range(len(chain.goods))
        if not chain.free[good]
        for p in np.flatnonzero(chain.use[good] > 0).tolist()
    }
    users = {p for good, p in local if (good, p) not in slotted} | {
        slot.plant for slot in chain.slots if slot.bought is None
    }
    outlet = {p for supply in chain.supplies if not chain.stored[supply.good] for p in supply.makers}
    share = model.load[:, None] * model.season
    spare = np.zeros(built.x.shape)
    everyone = range(len(model.plants))
    for number, limit in enumerate(model.limits):
        weight = model.weight[number]
        if limit.side == "upper" and weight.any():
            over = np.maximum(_most(built, weight, everyone) - model.quota[number], 0.0)
            takes = weight > 0
            spare[takes] += over / weight[takes, None]
    for p in everyone:
        if p in users or p in outlet or model.plants[p].role == "captive":
            continue
        rows = program.rows(
            f"runs {model.plants[p].id}", built.x.shape[1], lower=choices.standing[p] * share[p] - spare[p]
        )
        program.add(rows, built.x[p], 1.0)
        n, q = np.nonzero(choices.capacity[:, p])
        program.add(rows[q], built.y[n], -choices.capacity[n, p, q] * share[p, q])
    for supply in chain.supplies:
        if chain.stored[supply.good] or not supply.makers or users & set(supply.makers):
            continue
        if any(model.plants[p].role == "captive" for p in supply.makers):
            continue
        _outlet(built, supply.good, supply.makers, supply.users, share, spare)


def _outlet(built: Built, good: int, makers: Sequence[int], users: Sequence[int], share: Floats, spare: Floats) -> None:
    """Makers of what cannot be kept or sold outside make all that their users could take together."""
    program, chain, choices = built.program, built.chain, built.choices
    name, width = chain.goods[good], built.x.shape[1]
    sure = _sure(built, users)
    most, whole = _most(built, chain.main[good], makers), _most(built, chain.use[good], sure)
    part = np.minimum(1.0, most / np.maximum(whole, 1e-9))
    room = _room(built, chain.use[good], sure)
    lack = program.variables(f"no outlet {name}", width)
    limit = program.rows(f"outlet {name}", width, upper=np.maximum(most - part * room, 0.0))
    program.add(limit, lack, 1.0)
    for p in sure:
        n, q = np.nonzero(choices.capacity[:, p])
        program.add(limit[q], built.y[n], part[q] * chain.use[good, p] * choices.capacity[n, p, q] * share[p, q])
    standing = np.asarray(sum(chain.main[good, p] * (choices.standing[p] * share[p] - spare[p]) for p in makers))
    rows = program.rows(f"runs for {name}", width, lower=np.minimum(standing, most))
    program.add(rows, lack, 1.0)
    for p in makers:
        program.add(rows, built.x[p], chain.main[good, p])
        n, q = np.nonzero(choices.capacity[:, p])
        program.add(rows[q], built.y[n], -chain.main[good, p] * choices.capacity[n, p, q] * share[p, q])


def _sure(built: Built, plants: Sequence[int]) -> list[int]:
    """Plants whose capacity is an outlet by itself: a captive one takes no more than its own firm asks for."""
    return [p for p in plants if built.model.plants[p].role != "captive"]


def _room(built: Built, weight: Floats, plants: Sequence[int]) -> Floats:
    """(Q,) what plants can take of a good without any choice."""
    load = built.model.load[:, None] * built.model.season
    out = np.zeros(built.x.shape[1])
    for p in plants:
        out += weight[p] * built.choices.standing[p] * load[p]
    return out


def _most(built: Built, weight: Floats, plants: Sequence[int]) -> Floats:
    """(Q,) the most of a good that plants can make or take together, whatever is chosen."""
    choices, model = built.choices, built.model
    part = np.zeros(len(model.plants))
    part[list(plants)] = weight[list(plants)]
    load = part[:, None] * model.load[:, None] * model.season
    out = (choices.standing * load).sum(axis=0)
    each = np.einsum("npq,pq->nq", choices.capacity, load)
    for mine in choices.of_project.values():
        out = out + np.maximum(each[mine].max(axis=0), 0.0)
    return np.asarray(out)


__all__ = ["contracts", "running"]
