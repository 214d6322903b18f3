"""The projects and outputs that a plan states: which firm runs which process from when on, and how much."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lvlian.chain.region import Line
from lvlian.chain.simulate.draft import Draft, process_for, tonnes_of
from lvlian.chain.simulate.names import same_firm
from lvlian.chain.simulate.world import Plant, month_name, month_number

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.product import Product

_PHASE = re.compile(r"[（(]?([二三四五六七八九])[、二三四五六七八九]*期")
_PHASES = "一二三四五六七八九"


@dataclass(slots=True)
class Project:
    firm: str
    product: Product
    process: str
    capacity: float
    words: str
    dates: list[tuple[str, str]] = field(default_factory=list)
    earlier_phases: int = 0


def read_projects(facts: Mapping[str, Any], draft: Draft, library: Library) -> list[Project]:
    found: list[Project] = []
    for fact in facts.get("milestones", []):
        owner, words = fact.get("owner"), str(fact.get("product") or "")
        product = library.product_of(words) or library.product_of(str(fact.get("project") or ""))
        if not isinstance(owner, str) or not owner or product is None:
            continue
        if product.id == "liquid_metal_transport":
            draft.kinds[draft.firm(owner)] = "haulier"
            continue
        process = process_for(product, draft, library)
        if process is None:
            continue
        tonnes = tonnes_of(fact.get("capacity"), fact.get("capacity_max"), fact.get("capacity_unit"))
        firm = draft.firm(owner)
        phase = _PHASE.search(str(fact.get("project") or ""))
        same = next(
            (
                p
                for p in found
                if p.process == process and same_firm(p.firm, firm) and (p.capacity == tonnes or not tonnes)
            ),
            None,
        )
        if same is None:
            same = Project(firm, product, process, tonnes, words or str(fact.get("project") or ""))
            found.append(same)
        same.firm = firm
        if phase:
            same.earlier_phases = _PHASES.index(phase.group(1))
        if isinstance(fact.get("when"), str):
            same.dates.append((str(fact.get("event") or ""), fact["when"]))
    for project in found:
        project.firm = draft.firm(draft.full.get(project.firm, project.firm))
    return found


def _month(when: str) -> str | None:
    """The month of a date of the plan: of a year its middle, of a quarter its last month."""
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", when):
        return when[:7]
    if found := re.fullmatch(r"(\d{4})-?Q([1-4])", when):
        return f"{found[1]}-{int(found[2]) * 3:02d}"
    if found := re.fullmatch(r"(\d{4})-?H([12])", when):
        return f"{found[1]}-{int(found[2]) * 6:02d}"
    return f"{when}-07" if re.fullmatch(r"\d{4}", when) else None


def _first_metal(project: Project, draft: Draft) -> str | None:
    """The month in which a project starts; None where the plan gives no date that leads to one."""
    running = set(draft.rules.names("growth", "running_events"))
    build = draft.rules.table("growth", "build_months")
    ramp = int(draft.rules.number("growth", "ramp_months"))
    starts: list[tuple[int, int]] = []
    for event, when in project.dates:
        month = _month(when)
        if month is None:
            continue
        number = month_number(month)
        if event == "达产":
            starts.append((0, number - ramp))
        elif event in running:
            starts.append((1 if event == "升规纳统" else 0, number))
        elif event in build:
            starts.append((2, number + int(build[event])))
    if not starts:
        return None
    rank, number = min(starts)
    if rank == 2:
        draft.assume(
            f"{project.firm}·{project.words}：开工或供地后按建设期推到 {month_name(number)} 出产",
            f"{project.firm}: first output in {month_name(number)}, by a usual time of building",
            "规划只写了开工、供地等节点",
        )
    return month_name(number)


def run_projects(projects: list[Project], draft: Draft) -> None:
    stated = set(draft.outputs)
    for project in projects:
        if not project.capacity:
            size = draft.rules.number("scale", "primary", "aluminium") * float(
                draft.rules.table("scale", "shares").get(draft.book.recipes[project.process].stage, 0.1)
            )
            project.capacity = size
            draft.assume(
                f"{project.firm}·{project.words} 产能按 {size / 1e4:g} 万吨/年",
                f"{project.firm}: capacity taken as {size:g} t/a",
                "规划没有写产能",
            )
        since = _first_metal(project, draft)
        if (project.firm, project.process) in stated:
            since = ""
        if project.earlier_phases:
            before = project.capacity * project.earlier_phases / (project.earlier_phases + 1)
            draft.plants.append(Plant(firm=project.firm, process=project.process, capacity=before, ramp=False))
            draft.assume(
                f"{project.firm}前期产能 {before / 1e4:g} 万吨/年已在运行",
                f"{project.firm}: {before:g} t/a of earlier phases run already",
                "规划写的是后续各期，前期必已建成；全部产能按期平分",
            )
            if since is not None:
                draft.plants.append(
                    Plant(firm=project.firm, process=project.process, capacity=project.capacity - before, since=since)
                )
            continue
        if since is None:
            draft.planned.setdefault(project.firm, []).append(
                Line(process=project.process, capacity=project.capacity, since="9999-12")
            )
            continue
        draft.plants.append(
            Plant(firm=project.firm, process=project.process, capacity=project.capacity, since=since, ramp=bool(since))
        )
    for (firm, process), years in draft.outputs.items():
        if not any(p.key == (firm, process) for p in draft.plants):
            capacity = max(years.values()) / draft.rules.number("load", draft.book.recipes[process].stage)
            draft.plants.append(Plant(firm=firm, process=process, capacity=capacity, ramp=False))


def read_outputs(facts: Mapping[str, Any], draft: Draft, library: Library) -> None:
    """Yearly output of a firm (tonnes), its output value, and capacity told through a by-product."""
    values: dict[tuple[str, int], float] = {}
    for goal in facts.get("goals", []):
        subject, indicator = str(goal.get("subject") or ""), str(goal.get("indicator") or "")
        value, unit, when = goal.get("value"), str(goal.get("unit") or ""), str(goal.get("when") or "")
        if (
            goal.get("mode") not in ("baseline", "level")
            or isinstance(value, bool)
            or not isinstance(value, int | float)
        ):
            continue
        short = draft.names.short(subject, draft.places)
        known = any(same_firm(f, short) for f in draft.full)
        if not known and not re.search(r"(公司|集团|铝业|铜业)$", subject):
            continue
        firm = draft.firm(subject)
        tonnes = tonnes_of(value, None, unit)
        if (
            indicator.endswith("产值")
            and unit in ("亿元", "万元")
            and when[:4].isdigit()
            and goal["mode"] == "baseline"
        ):
            values[firm, int(when[:4])] = float(value) * (1e8 if unit == "亿元" else 1e4)
            continue
        product = library.product_of(indicator)
        if not tonnes or product is None:
            continue
        process = process_for(product, draft, library)
        if process is not None and when[:4].isdigit() and "产能" not in indicator:
            draft.outputs.setdefault((firm, process), {})[int(when[:4])] = tonnes
        elif process is None or "产能" in indicator:
            _through_byproduct(firm, product, tonnes, draft)
    for (firm, year), value in values.items():
        for (owner, process), years in draft.outputs.items():
            metal = draft.book.recipes[process].metal
            price = library.price(str(draft.rules.table("prices", "metals").get(metal, "")), year)
            if owner == firm and year in years and price is not None and price.price_ex_vat:
                draft.premium[firm] = value / years[year] / price.price_ex_vat


def _through_byproduct(firm: str, product: Product, tonnes: float, draft: Draft) -> None:
    """A capacity told in a by-product (acid of a copper smelter) sets that of the process which leaves it."""
    for recipe in draft.book.recipes.values():
        need = next((n for n in recipe.outputs if n.good == product.flow), None)
        if need is not None and recipe.metal == product.metal:
            draft.plants.append(Plant(firm=firm, process=recipe.process, capacity=tonnes / need.value, ramp=False))
            draft.assume(
                f"{firm}“{recipe.zh}”产能按{product.zh} {tonnes / 1e4:g} 万吨/年倒算",
                f"{firm}: capacity of {recipe.process} worked back from {tonnes:g} t/a of {product.en}",
                "规划只写了副产品的产能",
            )
            return
