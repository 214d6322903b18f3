"""A piece of an ensemble: one region in one scenario, some of its draws. Small to send, small to get back, the same wherever it runs."""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

import numpy as np

from lvlian.outlook.case import Case, CaseError
from lvlian.outlook.ensemble.sketch import Sketch, sketch_of
from lvlian.outlook.risk.assess import SEED, draw_all
from lvlian.outlook.risk.engine import Machine
from lvlian.outlook.risk.stream import RiskError, spans

Make = Callable[[Case], Machine]
DRAWS_A_TASK = 10_240
KEPT = 4
"""Machines that a worker keeps: the tasks of a region come one after another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Draws first … first + draws − 1 of `seed` for a case. `group` names region and scenario; the parts of a group are added up. `make` builds
    the machine (None: the chain's own) and must be importable where the task runs. `quarterly` also keeps every quarter's rolling figure."""

    group: str
    case: Case
    first: int
    draws: int
    seed: int = SEED
    quarterly: bool = False
    make: Make | None = None

    @property
    def name(self) -> str:
        """Unlike any other task's of an ensemble."""
        return f"{self.group}#{self.first}+{self.draws}"


@dataclass(frozen=True, eq=False)
class Part:
    """What a task brings back: a sketch with a column for each goal (and each goal's quarters), `goals` their ids and labels. No sketch:
    nothing can be said of any goal, `silent` tells why. `error`: the sentence of a case that cannot run."""

    group: str
    first: int
    draws: int
    goals: tuple[tuple[str, str], ...] = ()
    quarters: tuple[str, ...] = ()
    silent: Mapping[str, tuple[str, str]] | None = None
    sketch: Sketch | None = None
    error: str = ""

    @property
    def bytes(self) -> int:
        """Its size on the wire."""
        return len(pickle.dumps(self, protocol=5))


def tasks_of(
    cases: Mapping[str, Case] | Iterable[tuple[str, Case]],
    *,
    draws: int = 10_000,
    seed: int = SEED,
    size: int = DRAWS_A_TASK,
    quarterly: bool = False,
    make: Make | None = None,
) -> list[Task]:
    """The tasks of all groups (name → case): each a number of whole blocks of draws, about `size`. Raises RiskError for draws < 1."""
    named = cases.items() if isinstance(cases, Mapping) else cases
    return [
        Task(group=group, case=case, first=first, draws=count, seed=seed, quarterly=quarterly, make=make)
        for group, case in named
        for first, count in spans(draws, size)
    ]


def run_task(task: Task) -> Part:
    """The part of a task, alone on one thread. A case that cannot run gives a part with its sentence."""
    try:
        machine = _machine(task)
        _, courses = draw_all(machine, task.seed, task.draws, first=task.first, workers=1)
    except (CaseError, RiskError) as error:
        return Part(task.group, task.first, task.draws, error=str(error))
    quarters = machine.case.quarters
    aims = [aim for aim in machine.case.aims if aim.id in courses and aim.id not in machine.silent]
    rows, reached = [], []
    for aim in aims:
        year = courses[aim.id].year(quarters, aim.year or quarters[-1].year, aim.quarter)
        rows.append(year[None])
        reached.append(courses[aim.id].met(year)[None])
    if task.quarterly:
        for aim in aims:
            rolling = courses[aim.id].rolling(quarters)
            rows.append(rolling)
            reached.append(np.zeros(rolling.shape, bool))
    if not rows:
        return Part(task.group, task.first, task.draws, silent=dict(machine.silent))
    return Part(
        task.group, task.first, task.draws,
        goals=tuple((aim.id, aim.label) for aim in aims),
        quarters=tuple(str(one) for one in quarters) if task.quarterly else (),
        silent=dict(machine.silent),
        sketch=sketch_of(np.concatenate(rows), task.first, np.concatenate(reached)),
    )  # fmt: skip


_MACHINES: OrderedDict[bytes, Machine] = OrderedDict()
_LOCK = threading.Lock()


def _machine(task: Task) -> Machine:
    """The machine of a case, kept for the next tasks of the same."""
    key = blake2b(pickle.dumps((task.case, task.make), protocol=5), digest_size=16).digest()
    with _LOCK:
        held = _MACHINES.get(key)
        if held is not None:
            _MACHINES.move_to_end(key)
            return held
    made = _made(task.case) if task.make is None else task.make(task.case)
    with _LOCK:
        _MACHINES[key] = made
        while len(_MACHINES) > KEPT:
            _MACHINES.popitem(last=False)
    return made


def _made(case: Case) -> Machine:
    from lvlian.outlook.risk.machine import machine_of

    return machine_of(case)


def names_unlike(tasks: Sequence[Task]) -> None:
    """Raises RiskError where two tasks have the same name: one would be lost."""
    names = sorted(task.name for task in tasks)
    for one, other in pairwise(names):
        if one == other:
            raise RiskError(f"ensemble: task {one} is there twice, expected each group and its draws once")
