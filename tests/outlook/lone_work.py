"""What processes of an ensemble are given: the hand-checked machine, and a worker that dies once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from lvlian.outlook.case import Case
from lvlian.outlook.ensemble import Part, Task, run_task
from tests.outlook.lone_machine import LoneMachine, lone_machine


def make(case: Case) -> LoneMachine:
    return lone_machine(case, common=0.2)


def dies_once(task: Task) -> Part:
    """Kills its own process at the first task of the second group, but only once: a file in the case's scenario remembers."""
    mark = Path(task.case.scenario)
    if task.group == "b" and not mark.exists():
        mark.write_text("died", encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    return run_task(task)


def dies_always(task: Task) -> Part:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError
