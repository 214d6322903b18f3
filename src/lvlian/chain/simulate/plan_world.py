"""A world from the facts of a plan: its firms and projects, its baseline and goals, and what had to be assumed beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lvlian.chain.simulate.assembly import assemble
from lvlian.chain.simulate.assumed_firms import assume_firms
from lvlian.chain.simulate.assumptions import Assumptions, load_assumptions
from lvlian.chain.simulate.draft import Draft
from lvlian.chain.simulate.names import name_rules
from lvlian.chain.simulate.plan_projects import read_outputs, read_projects, run_projects
from lvlian.chain.simulate.recipe import recipe_book
from lvlian.chain.simulate.side_lines import add_sinks_and_remelting, integrate
from lvlian.chain.simulate.world import World, WorldError

if TYPE_CHECKING:
    from lvlian.chain.library import Library


def world_from_plan(
    facts: Mapping[str, Any], library: Library, *, assumptions: Assumptions | None = None, name: str = ""
) -> World:
    """The world that a plan describes. `facts` in the public fact form (goals, milestones, chains, clusters, duties; a region file's
    content too). What the plan does not say is assumed and listed. Raises WorldError where the facts are no such form."""
    for kind in ("goals", "milestones", "chains", "clusters", "duties"):
        rows = facts.get(kind, [])
        if not isinstance(rows, Sequence) or isinstance(rows, str) or not all(isinstance(r, Mapping) for r in rows):
            raise WorldError(f"facts, field {kind}: expected a list of facts")
    document = facts.get("document") or {}
    if not isinstance(document, Mapping):
        raise WorldError(f"facts, field document: found {document!r}, expected a mapping")
    region = name or str(document.get("region") or "") or "未命名地区"
    places = tuple({region, re.sub(r"[省市县州区]$", "", region)})
    draft = Draft(recipe_book(library), assumptions or load_assumptions(), name_rules(), places)
    projects = read_projects(facts, draft, library)
    read_outputs(facts, draft, library)
    run_projects(projects, draft)
    if not any(draft.book.recipes[p.process].stage == "primary" for p in draft.plants) or len(draft.plants) < 2:
        assume_firms(facts, draft, library)
    integrate(draft)
    add_sinks_and_remelting(draft)
    return assemble(draft, region, *_grid_name(facts), _province(facts))


def _grid_name(facts: Mapping[str, Any]) -> tuple[str, bool]:
    """The unit that supplies power, as the duties name it; (name, assumed)."""
    for duty in facts.get("duties", []):
        for unit in duty.get("units") or []:
            if isinstance(unit, str) and re.search(r"供电|电网", unit):
                return unit, False
    return "供电公司（假设）", True


def _province(facts: Mapping[str, Any]) -> str:
    """The province that the facts name most often, "" where none."""
    rules = name_rules()
    text = repr(
        [
            facts.get("document"),
            [m.get("owner") for m in facts.get("milestones", [])],
            [d.get("units") for d in facts.get("duties", [])],
        ]
    )
    counts = {place: text.count(place) for place in rules.provinces}
    best = max(counts, key=lambda p: counts[p], default="")
    return best if best and counts[best] else ""
