"""Who is responsible for what: units of the duty lines against the sections that name them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from lvlian.plan.facts import PlanFacts

_LEVELS = ("自治区", "自治州", "省", "市", "州", "县", "区", "盟", "旗")


@dataclass(slots=True)
class Unit:
    """A unit under its fullest name, and for each section (by its place in the matrix) whether it leads."""

    name: str
    sections: dict[int, bool] = field(default_factory=dict)
    members: dict[int, int] = field(default_factory=dict)
    """Section → place in `PlanFacts.duties`."""

    @property
    def leads(self) -> int:
        return sum(self.sections.values())


@dataclass(frozen=True, slots=True)
class DutyMatrix:
    """`sections` as printed with the duty line behind each; `units` by number of duties, most first."""

    sections: tuple[tuple[str, int], ...]
    units: tuple[Unit, ...]


def duty_matrix(facts: PlanFacts) -> DutyMatrix:
    """One row per unit. A list such as `县工信局、财政局` leaves the prefix off its later members: where exactly one
    prefixed form of a bare name occurs, both are the same unit; so are `甲市` and `甲市人民政府`."""
    names = {name for duty in facts.duties for name in duty.units}
    full = {name: full_unit_name(name, names) for name in names}
    units: dict[str, Unit] = {}
    sections: list[tuple[str, int]] = []
    for index, duty in enumerate(facts.duties):
        sections.append((duty.section, index))
        for name in duty.units:
            unit = units.setdefault(full[name], Unit(full[name]))
            leading = name == duty.lead or unit.sections.get(index, False)
            unit.sections[index] = leading
            unit.members[index] = index
    ordered = sorted(units.values(), key=lambda unit: (-len(unit.sections), -unit.leads))
    return DutyMatrix(tuple(sections), tuple(ordered))


def full_unit_name(name: str, names: Collection[str]) -> str:
    """The fuller form of a unit that a list writes short, where exactly one of `names` is it; else the name as it is."""
    if name.endswith(_LEVELS):
        governments = [name + tail for tail in ("人民政府", "政府") if name + tail in names]
        if governments:
            return governments[0]
    prefixed = [level + name for level in _LEVELS if level + name in names]
    return prefixed[0] if len(prefixed) == 1 else name


def short_section(section: str) -> str:
    """A heading without its number: `（一）加强组织领导` → `加强组织领导`."""
    return re.sub(r"^\s*(?:[（(]?[一二三四五六七八九十百\d]+[）)]?[、.．,，]?\s*)+", "", section) or section
