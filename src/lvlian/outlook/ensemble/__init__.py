"""Ensembles: scenarios × draws × regions as tasks, on threads, processes or a cluster, added up as they come in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lvlian.outlook.ensemble.backend import Backend, Work, backend_of, parts_of
from lvlian.outlook.ensemble.sketch import ACCURACY, Sketch
from lvlian.outlook.ensemble.task import Part, Task, names_unlike, run_task, tasks_of
from lvlian.outlook.risk.fan import LEVELS, wilson

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One goal of a group over all its draws. `quantiles` at 2.5, 10, 25, 50, 75, 90, 97.5 %, each within 0.2 % of itself; `chance` and
    its 95 % interval, mean and sd are exact. `fan` quarter → quantiles where asked for."""

    id: str
    label: str
    draws: int
    chance: float
    leaves: tuple[float, float]
    mean: float
    sd: float
    quantiles: tuple[float, ...]
    fan: Mapping[str, tuple[float, ...]]

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__} | {
            "fan": {key: list(one) for key, one in self.fan.items()}
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One region in one scenario: its goals, or `error` why it could not run. `silent` goal id → why nothing is said of it."""

    name: str
    draws: int
    goals: tuple[Goal, ...] = ()
    silent: Mapping[str, tuple[str, str]]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """All groups by name. `bytes` that came back; `stopped` where a stop was asked for: then groups have the draws that were done."""

    groups: Mapping[str, Group]
    parts: int
    bytes: int
    stopped: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "format": "lvlian-ensemble/1", "stopped": self.stopped, "accuracy": ACCURACY,
            "groups": {
                name: {"draws": one.draws, "error": one.error, "silent": {key: list(why) for key, why in one.silent.items()}, "goals": [goal.to_json() for goal in one.goals]}
                for name, one in self.groups.items()
            },
        }  # fmt: skip


def run_ensemble(
    tasks: Sequence[Task],
    backend: str | Backend | None = None,
    *,
    address: str = "",
    workers: int | None = None,
    retries: int = 3,
    progress: Progress | None = None,
    stop: Stop | None = None,
    work: Work = run_task,
) -> Ensemble:
    """Runs all tasks and adds up their parts as they come, so that memory grows with groups, not with draws. `backend` threads, processes, dask
    or a Backend (None: the setting LVLIAN_CLUSTER, else threads), `address` of a Dask scheduler. The same tasks give the same bits wherever
    they run. Raises RiskError where workers die more than `retries` times, for a task that is there twice, or a backend that is not there."""
    names_unlike(tasks)
    chosen = backend if isinstance(backend, Backend) else backend_of(address or backend)
    if workers is not None:
        chosen = Backend(kind=chosen.kind, workers=workers, address=chosen.address)
    groups: dict[str, Group] = {}
    open_groups: dict[str, _Open] = {}
    for task in tasks:
        open_groups.setdefault(task.group, _Open()).left += 1
    done, size, stopped = 0, 0, False
    stream = parts_of(tasks, chosen, work=work, retries=retries)
    try:
        for part in stream:
            done += 1
            size += part.bytes
            group = open_groups[part.group]
            group.take(part)
            if group.left == 0:  # its sketch is let go: memory grows with the groups that are open
                groups[part.group] = group.closed(part.group)
                del open_groups[part.group]
            if progress is not None:
                progress(done, len(tasks))
            if stop is not None and done < len(tasks) and stop():
                stopped = True
                break
    finally:
        stream.close()  # type: ignore[attr-defined]
    groups.update((name, group.closed(name)) for name, group in open_groups.items())
    return Ensemble(groups=dict(sorted(groups.items())), parts=done, bytes=size, stopped=stopped)


@dataclass(slots=True)
class _Open:
    """A group of which parts are still to come."""

    left: int = 0
    draws: int = 0
    first: Part | None = None
    sketch: Sketch | None = None
    error: str = ""

    def take(self, part: Part) -> None:
        self.left -= 1
        if part.error:
            # The same sentence whichever of the group's tasks comes first.
            self.error = min(self.error or part.error, part.error)
            return
        self.first = self.first or part
        self.draws += part.draws
        if part.sketch is not None:
            self.sketch = part.sketch if self.sketch is None else self.sketch.add(part.sketch)

    def closed(self, name: str) -> Group:
        if self.error or self.first is None:
            return Group(name=name, draws=self.draws, silent={}, error=self.error or "stopped")
        goals = () if self.sketch is None else _goals(self.first, self.sketch, self.draws)
        return Group(name=name, draws=self.draws, silent=self.first.silent or {}, goals=goals)


def _goals(part: Part, sketch: Sketch, draws: int) -> tuple[Goal, ...]:
    found = []
    width = len(part.quarters)
    for column, (key, label) in enumerate(part.goals):
        mean, sd = sketch.moment(column)
        reached = int(sketch.reached[column])
        first = len(part.goals) + column * width
        fan = {quarter: tuple(sketch.quantiles(first + place, LEVELS)) for place, quarter in enumerate(part.quarters)}
        found.append(
            Goal(
                id=key, label=label, draws=draws, chance=reached / draws, leaves=wilson(reached, draws), mean=mean, sd=sd,
                quantiles=tuple(sketch.quantiles(column, LEVELS)), fan=fan,
            )
        )  # fmt: skip
    return tuple(found)


__all__ = [
    "ACCURACY",
    "Backend",
    "Ensemble",
    "Goal",
    "Group",
    "Part",
    "Sketch",
    "Task",
    "backend_of",
    "run_ensemble",
    "run_task",
    "tasks_of",
]
