"""The projects of a plan as the atlas takes them: what a plan's facts say will be made, by whom, how much and from when on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lvlian.chain.atlas.grid import load_grid
from lvlian.chain.atlas.record import Project

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.region import Firm, Region

RUNS = re.compile("投产|达产|试生产|竣工|建成|投用|升规")
"""Events after which something is made."""
SIDE = ("energy", "residue", "emission")
"""Kinds of goods that nobody builds a works for: a project that names one treats it."""
_TONNES = {"万吨": 1e4, "吨": 1.0}
_LEGAL = re.compile("(集团)?(股份)?(有限)?(责任)?公司$")


def plan_projects(facts: Mapping[str, Any], library: Library, region: Region) -> tuple[Project, ...]:
    """Projects out of a plan's milestones (public form of facts), one for each project and owner. A project whose firm has a line for
    the same link in the region's file stands there already and is left out, as is one of which the library does not know what it
    makes. A capacity in another unit than tonnes is not known (None)."""
    grid = load_grid()
    held = {
        (firm.id, grid.group_of(library.processes[line.process].product))
        for firm in region.firms
        for line in firm.lines
        if line.process in library.processes
    }
    out: dict[tuple[str, str], Project] = {}
    for fact in facts.get("milestones") or ():
        name, owner, words = (str(fact.get(key) or "") for key in ("project", "owner", "product"))
        found = library.commodity(words or name)
        good = found.good
        if good is None or good.kind in SIDE or not (words or owner):
            continue
        firm = firm_named(region, owner)
        if firm is not None and (firm.id, grid.group_of(good.id)) in held:
            continue
        key = name or good.id, owner
        before = out.get(key)
        when = str(fact.get("when") or "") if RUNS.search(str(fact.get("event") or "")) else ""
        days = [day for day in (when, before.when if before is not None else "") if day]
        out[key] = Project(
            id=before.id if before is not None else f"plan:{len(out)}", name=name or good.zh, firm=owner or name, good=good.id,
            capacity=_tonnes(fact), state="building" if days else "planned", when=min(days, default=""),
        )  # fmt: skip
    return tuple(out.values())


def firm_named(region: Region, name: str) -> Firm | None:
    """The one firm of the region that a text means: by name, by short name, or by its name without the legal form."""
    if not name:
        return None
    core = _LEGAL.sub("", name)
    same = [f for f in region.firms if name in (f.name, f.short, f.id) or core in (f.short, _LEGAL.sub("", f.name))]
    if not same and len(core) >= 2:
        same = [f for f in region.firms if f.short and len(f.short) >= 2 and f.short in name]
    return same[0] if len(same) == 1 else None


def _tonnes(fact: Mapping[str, Any]) -> float | None:
    amount = fact.get("capacity")
    factor = _TONNES.get(re.sub(r"[/每](年|a)$", "", str(fact.get("capacity_unit") or "")))
    if factor is None or isinstance(amount, bool) or not isinstance(amount, int | float):
        return None
    return float(amount) * factor
