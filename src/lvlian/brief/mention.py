"""Which mentions of a project in a plan are one project: the same owner, name and capacity; a mention without a capacity joins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from lvlian.plan.check.name import firm_core


class Sized(Protocol):
    """What has a capacity as the plan writes it, or none yet."""

    @property
    def capacity(self) -> float | None: ...
    @property
    def capacity_unit(self) -> str: ...


Known = TypeVar("Known", bound=Sized)


def project_key(name: str, owner: str) -> tuple[str, str]:
    """The name without gaps, and the owner without place and legal form."""
    return "".join(name.split()), firm_core(owner) if owner else ""


def same_project(beside: Sequence[Known], capacity: float | None, unit: str) -> Known | None:
    """Of the projects of one `project_key`, the one that a mention with this capacity means; None where it is another."""
    found = next((one for one in beside if (one.capacity, one.capacity_unit) == (capacity, unit)), None)
    if found is None and (capacity is None or any(one.capacity is None for one in beside)):
        found = next((one for one in beside if capacity is None or one.capacity is None), None)
    return found
