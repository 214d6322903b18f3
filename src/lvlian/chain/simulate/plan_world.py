"""A world from the facts of a plan: its firms and projects, its baseline and goals, and what had to be assumed beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lvlian.chain.region import OUTSIDE, Firm, Line, Link, Region
from lvlian.chain.simulate.assumptions import Assumptions, load_assumptions
from lvlian.chain.simulate.names import NameRules, name_rules, same_firm
from lvlian.chain.simulate.recipe import Recipe, RecipeBook, recipe_book
from lvlian.chain.simulate.world import Assumed, Plant, World, WorldError, month_name, month_number

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.product import Product

_TONNES = {"吨": 1.0, "千吨": 1e3, "万吨": 1e4, "百万吨": 1e6, "t": 1.0, "kt": 1e3}
_PHASE = re.compile(r"[（(]?([二三四五六七八九])[、二三四五六七八九]*期")
_PHASES = "一二三四五六七八九"
_CN = "甲乙丙丁戊己庚辛壬癸"


@dataclass(slots=True)
class _Project:
    firm: str
    product: Product
    process: str
    capacity: float
    words: str
    dates: list[tuple[str, str]] = field(default_factory=list)
    earlier_phases: int = 0


@dataclass(slots=True)
class _Draft:
    """What is being put together."""

    book: RecipeBook
    rules: Assumptions
    names: NameRules
    places: tuple[str, ...]
    full: dict[str, str] = field(default_factory=dict)
    plants: list[Plant] = field(default_factory=list)
    planned: dict[str, list[Line]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    outputs: dict[tuple[str, str], dict[int, float]] = field(default_factory=dict)
    premium: dict[str, float] = field(default_factory=dict)
    assumed: list[Assumed] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def firm(self, name: str) -> str:
        """The short name under which a firm is kept; the longest full name seen stays as its name."""
        short = self.names.short(name, self.places)
        known = next((other for other in self.full if same_firm(short, other)), None)
        if known is None:
            self.full[short] = name
            return short
        if len(name) > len(self.full[known]):
            self.full[known] = name
        if len(short) < len(known):
            self.full = {short if k == known else k: v for k, v in self.full.items()}
            known = short
        return known

    def assume(self, zh: str, en: str, why: str = "") -> None:
        if not any(one.zh == zh for one in self.assumed):
            self.assumed.append(Assumed(zh, en, why))


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
    draft = _Draft(recipe_book(library), assumptions or load_assumptions(), name_rules(), places)
    projects = _projects(facts, draft, library)
    _outputs(facts, draft, library)
    _run(projects, draft)
    if not any(draft.book.recipes[p.process].stage == "primary" for p in draft.plants) or len(draft.plants) < 2:
        _assumed_firms(facts, draft, library)
    _integrate(draft)
    _sinks_and_remelting(draft)
    return _world(facts, draft, region)


# -- projects of the plan


def _projects(facts: Mapping[str, Any], draft: _Draft, library: Library) -> list[_Project]:
    found: list[_Project] = []
    for fact in facts.get("milestones", []):
        owner, words = fact.get("owner"), str(fact.get("product") or "")
        product = library.product_of(words) or library.product_of(str(fact.get("project") or ""))
        if not isinstance(owner, str) or not owner or product is None:
            continue
        if product.id == "liquid_metal_transport":
            draft.kinds[draft.firm(owner)] = "haulier"
            continue
        process = _process(product, draft, library)
        if process is None:
            continue
        tonnes = _tonnes(fact.get("capacity"), fact.get("capacity_max"), fact.get("capacity_unit"))
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
            same = _Project(firm, product, process, tonnes, words or str(fact.get("project") or ""))
            found.append(same)
        same.firm = firm
        if phase:
            same.earlier_phases = _PHASES.index(phase.group(1))
        if isinstance(fact.get("when"), str):
            same.dates.append((str(fact.get("event") or ""), fact["when"]))
    for project in found:
        project.firm = draft.firm(draft.full.get(project.firm, project.firm))
    return found


def _process(product: Product, draft: _Draft, library: Library) -> str | None:
    """The process that is run for a product: a stand-in where one is set, else the library's own maker."""
    table = draft.rules.table("stand_ins")
    process = table.get(product.id)
    if process is not None and process in draft.book.recipes:
        recipe = draft.book.recipes[process]
        if recipe.product != product.flow:
            draft.assume(
                f"{product.zh}按“{recipe.zh}”计",
                f"{product.en} is taken as made by {process}",
                "库中没有该产品的工序，或产品名未分品种",
            )
        return str(process)
    makers = draft.book.makers.get(product.flow or "", ())
    for recipe_of in product.recipes:
        if recipe_of.process in makers:
            return recipe_of.process
    return makers[0] if makers else None


def _tonnes(value: Any, value_max: Any, unit: Any) -> float:
    """Capacity in t/a; 0 where it is not stated in tonnes; the middle of a range."""
    factor = _TONNES.get(re.sub(r"[/每](年|a)$", "", str(unit or "")))
    if factor is None or isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    top = value_max if isinstance(value_max, int | float) and not isinstance(value_max, bool) else value
    return (float(value) + float(top)) / 2 * factor


def _month(when: str) -> str | None:
    """The month of a date of the plan: of a year its middle, of a quarter its last month."""
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", when):
        return when[:7]
    if found := re.fullmatch(r"(\d{4})-?Q([1-4])", when):
        return f"{found[1]}-{int(found[2]) * 3:02d}"
    if found := re.fullmatch(r"(\d{4})-?H([12])", when):
        return f"{found[1]}-{int(found[2]) * 6:02d}"
    return f"{when}-07" if re.fullmatch(r"\d{4}", when) else None


def _first_metal(project: _Project, draft: _Draft) -> str | None:
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


def _run(projects: list[_Project], draft: _Draft) -> None:
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


# -- output that the plan states


def _outputs(facts: Mapping[str, Any], draft: _Draft, library: Library) -> None:
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
        tonnes = _tonnes(value, None, unit)
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
        process = _process(product, draft, library)
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


def _through_byproduct(firm: str, product: Product, tonnes: float, draft: _Draft) -> None:
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


# -- firms that a plan does not name


def _assumed_firms(facts: Mapping[str, Any], draft: _Draft, library: Library) -> None:
    """Firms for the links of the chains and the products of the clusters, sized by the goals for output value."""
    wanted: dict[str, tuple[str, Product]] = {}
    for cluster in facts.get("clusters", []):
        words = [str(w) for w in cluster.get("products") or []]
        for product in _products(words, library):
            process = _process(product, draft, library)
            if process:
                place = str(cluster.get("place") or "")
                wanted.setdefault(process, (place if 1 < len(place) < 6 else "", product))
    for chain in facts.get("chains", []):
        for product in _products([str(n) for n in chain.get("nodes") or []], library):
            process = _process(product, draft, library)
            if process:
                wanted.setdefault(process, ("", product))
    metals = {draft.book.recipes[p].metal for p in (*wanted, *(plant.process for plant in draft.plants))} & {
        "aluminium",
        "copper",
    } or {"aluminium"}
    for metal in sorted(metals):
        primary, following = (
            ("electrolysis", "cast_billet_liquid")
            if metal == "aluminium"
            else (
                "copper_electrorefining",
                "copper_rod",
            )
        )
        for process in (primary, following):
            if process in draft.book.recipes:
                wanted.setdefault(process, ("", _product_of_flow(draft.book.recipes[process].product, library)))
    own = {plant.process for plant in draft.plants}
    by_stage: dict[tuple[str, str], list[str]] = {}
    for process in wanted:
        recipe = draft.book.recipes[process]
        if process not in own:
            by_stage.setdefault((recipe.metal, recipe.stage), []).append(process)
    shares = draft.rules.table("scale", "shares")
    for (metal, stage), processes in sorted(by_stage.items()):
        if metal not in metals:
            continue
        size = _scale(facts, metal, draft) * (1.0 if stage == "primary" else float(shares.get(stage, 0.05)))
        if metal == "aluminium" and stage == "casting" and (rate := _conversion(facts)):
            load = draft.rules.table("load")
            size *= rate * float(load["primary"]) / float(load["casting"]) / float(shares["casting"])
        for process in processes:
            place, product = wanted[process]
            recipe = draft.book.recipes[process]
            count = 3 if stage == "casting" and len(processes) == 1 else 1
            for number in range(count):
                mark = _CN[number] if count > 1 else ""
                firm = f"{place}{product.zh.partition('（')[0]}企业{mark}（假设）"
                draft.full[firm] = firm
                draft.plants.append(
                    Plant(firm=firm, process=process, capacity=size / len(processes) / count, ramp=False)
                )
    draft.assume(
        "企业为假设：按产业链各环节和集群的产品各设一家或数家，名称带“（假设）”",
        "firms are assumed: one or more for each link of the chains and each product of the clusters",
        "规划没有点名企业或没有写产能",
    )


def _products(words: Iterable[str], library: Library) -> list[Product]:
    return [product for word in words if (product := library.product_of(word)) is not None]


def _product_of_flow(flow: str, library: Library) -> Product:
    return next(product for product in library.products.values() if product.flow == flow)


def _scale(facts: Mapping[str, Any], metal: str, draft: _Draft) -> float:
    """Primary metal in t/a: from the plan's goal for the chain's output value (the first year stated), else assumed."""
    sign, zh = ("铝", "铝") if metal == "aluminium" else ("铜", "铜")
    goals = [
        g
        for g in facts.get("goals", [])
        if g.get("unit") == "亿元" and sign in str(g.get("indicator")) and "产值" in str(g.get("indicator"))
        and isinstance(g.get("value"), int | float) and str(g.get("when") or "")[:4].isdigit()
    ]  # fmt: skip
    if goals:
        goal = min(goals, key=lambda g: str(g["when"]))
        amount = float(goal["value"]) * 1e8
        if "下游" in goal["indicator"]:
            rates = [
                float(g["value"]) / 100
                for g in facts.get("goals", [])
                if "转化率" in str(g.get("indicator"))
                and g.get("when") == goal["when"]
                and g.get("unit") == "%"
                and g.get("value")
            ]
            tonnes = (
                amount / draft.rules.number("scale", "downstream_value_per_tonne", metal) / (rates[0] if rates else 1.0)
            )
        else:
            tonnes = amount / draft.rules.number("scale", "value_per_tonne", metal)
        draft.assume(
            f"{zh}冶炼规模按 {goal['when']} 年产值目标 {goal['value']:g} 亿元折算，约 {tonnes / 1e4:.0f} 万吨/年",
            f"size of {metal} smelting worked back from the output value of {goal['when']}: about {tonnes:,.0f} t/a",
            "规划没有写产量；每吨产值为假设",
        )
        return tonnes
    tonnes = draft.rules.number("scale", "primary", metal)
    draft.assume(
        f"{zh}冶炼规模按 {tonnes / 1e4:g} 万吨/年",
        f"size of {metal} smelting taken as {tonnes:g} t/a",
        "规划没有可折算的数",
    )
    return tonnes


def _conversion(facts: Mapping[str, Any]) -> float | None:
    """The share of liquid metal turned into products in the region: the plan's goal for the first year that it names."""
    goals = [
        (str(g.get("when") or ""), float(g["value"]) / 100)
        for g in facts.get("goals", [])
        if re.search(r"(铝液|铝水|原铝).*转化", str(g.get("indicator"))) and g.get("unit") == "%"
        and isinstance(g.get("value"), int | float)
    ]  # fmt: skip
    return min(goals)[1] if goals else None


# -- what a line needs beside itself


def _integrate(draft: _Draft) -> None:
    """A line whose feed nobody in the region makes, though liquid metal is there, runs its own steps from the liquid metal on."""
    book = draft.book
    tied = [
        good for good in draft.rules.names("tied") if any(book.recipes[p.process].product == good for p in draft.plants)
    ]
    queue = list(draft.plants)
    for plant in queue:
        recipe = book.recipes[plant.process]
        if not recipe.feed or recipe.feed in tied or recipe.stage not in ("semis", "deep", "application"):
            continue
        made = {
            book.recipes[p.process].product
            for p in draft.plants
            if (p.role != "captive" or p.firm == plant.firm)
            and (p.firm == plant.firm or not p.since or p.since <= (plant.since or "9999"))
        }
        if made & set(_options(recipe.feed, draft)):
            continue
        step = _from_tied(recipe.feed, tied, draft)
        if step is None:
            continue
        need = recipe.need(recipe.feed)
        capacity = plant.capacity * (need.value if need else 1.0)
        own = Plant(
            firm=plant.firm, process=step, capacity=capacity, since=plant.since, ramp=plant.ramp, role="captive"
        )
        draft.plants.append(own)
        queue.append(own)
        draft.assume(
            f"{plant.firm}自设“{book.recipes[step].zh}”，用区内铝液",
            f"{plant.firm} has its own {step} on local liquid metal",
            "区内没有别家供这种坯料，规划要求铝液就地转化",
        )


def _options(good: str, draft: _Draft) -> tuple[str, ...]:
    listed = draft.rules.table("options").get(good)
    return tuple(listed) if listed else draft.book.accepts(good)


def _from_tied(good: str, tied: Sequence[str], draft: _Draft, depth: int = 3) -> str | None:
    """The process that makes `good` (or what may stand for it) on the shortest way from a tied good."""
    if depth == 0:
        return None
    for one in _options(good, draft):
        for process in draft.book.makers.get(one, ()):
            if draft.book.recipes[process].feed in tied:
                return process
    for one in _options(good, draft):
        for process in draft.book.makers.get(one, ()):
            feed = draft.book.recipes[process].feed
            if feed and _from_tied(feed, tied, draft, depth - 1):
                return process
    return None


def _sinks_and_remelting(draft: _Draft) -> None:
    book = draft.book
    for good, process in draft.rules.table("sinks").items():
        for plant in [p for p in draft.plants if book.recipes[p.process].product == good]:
            if process in book.recipes and not any(p.key == (plant.firm, process) for p in draft.plants):
                draft.plants.append(
                    Plant(
                        firm=plant.firm,
                        process=process,
                        capacity=plant.capacity,
                        since=plant.since,
                        ramp=False,
                        role="sink",
                    )
                )
                draft.assume(
                    f"{plant.firm}没有客户要的{book.zh[good]}铸成{book.zh[book.recipes[process].product]}",
                    f"{plant.firm} casts into ingot what no customer takes",
                    "铝液不能存也不能远运",
                )
    share = draft.rules.number("remelt_share")
    table = draft.rules.table("remelt")
    for firm in dict.fromkeys(p.firm for p in draft.plants):
        for cast, process in table.items():
            lines = [p for p in draft.plants if p.key == (firm, cast)]
            if lines and process in book.recipes and not any(p.key == (firm, process) for p in draft.plants):
                first = min(lines, key=lambda p: p.since)
                draft.plants.append(
                    Plant(
                        firm=firm,
                        process=process,
                        capacity=share * sum(p.capacity for p in lines),
                        since=first.since,
                        ramp=first.ramp,
                        role="remelt",
                    )
                )
    draft.assume(
        f"铸造企业另有重熔线，产能为铝液铸造的 {share:.0%}，用区内新废料和外购废铝",
        f"casters also remelt scrap, {share:.0%} of their casting capacity",
        "规划没有写回炉料的去向",
    )


# -- the world


def _world(facts: Mapping[str, Any], draft: _Draft, name: str) -> World:
    book = draft.book
    used: dict[str, int] = {}
    for short in draft.full:
        base = draft.names.spelled(short.partition("（")[0])[:24]
        used[base] = used.get(base, 0) + 1
        draft.ids[short] = base if used[base] == 1 else f"{base}{used[base]}"
    ids = draft.ids
    grid = _grid(facts, draft)
    plants = tuple(_fed(p, draft, ids) for p in _merged(draft.plants))
    firms: list[Firm] = []
    for short, full in draft.full.items():
        lines = [p for p in plants if p.firm == ids[short]]
        planned = draft.planned.get(short, [])
        if short in draft.kinds:
            kind = draft.kinds[short]
        elif lines or planned:
            stages = [
                book.recipes[process].stage for process in [p.process for p in lines] + [x.process for x in planned]
            ]
            kinds = draft.rules.table("kinds")
            kind = next(
                (str(kinds[s]) for s in ("primary", "alumina", "ore", "carbon", "recycled", "residue") if s in stages),
                "processor",
            )
            if kind in ("recycler", "carbon", "mine") and any(kinds.get(s) is None for s in stages):
                kind = "processor"
        else:
            continue
        firms.append(
            Firm(
                id=ids[short],
                name=full,
                short=short.partition("（")[0].replace("企业", ""),
                kind=kind,
                lines=tuple(Line(process=p.process, capacity=p.capacity, since=p.since, until=p.until) for p in lines)
                + tuple(planned),
                state="running" if lines or short in draft.kinds else "planned",
            )
        )
    grid_name, grid_assumed = _grid_name(facts)
    firms.append(
        Firm(id=grid, name=grid_name, short=draft.names.short(grid_name.partition("（")[0], draft.places), kind="power")
    )
    if grid_assumed:
        draft.assume("电由一家供电单位供", "power comes from one supplier", "规划没有点名供电单位")
    hauliers = tuple(firm.id for firm in firms if firm.kind == "haulier")
    links = _links(plants, draft, grid)
    region = Region(
        name=name,
        firms=tuple(firms),
        links=links,
        metal="copper" if plants and all(book.recipes[p.process].metal == "copper" for p in plants) else "aluminium",
        grid_area=_province(facts),
        simulated=True,
    )
    outputs = {(ids[f], process): dict(years) for (f, process), years in draft.outputs.items()}
    if outputs:
        draft.assume("规划的产量目标按期达到", "stated outputs are reached in their years", "模拟需要一条产量路径")
    return World(
        region=region,
        plants=plants,
        rules=draft.rules,
        outputs=outputs,
        premium={ids[f]: value for f, value in draft.premium.items()},
        grid=grid,
        hauliers=hauliers,
        assumptions=tuple(draft.assumed),
    )


def _merged(plants: Iterable[Plant]) -> list[Plant]:
    return sorted(plants, key=lambda p: (p.firm, p.process, p.since))


def _fed(plant: Plant, draft: _Draft, ids: Mapping[str, str]) -> Plant:
    """The plant with its firm's id and the goods that meet its inputs: what the region makes first, then what is listed first."""
    book = draft.book
    made = {book.recipes[p.process].product for p in draft.plants}
    own = {book.recipes[p.process].product for p in draft.plants if p.firm == plant.firm}
    left = {need.good for p in draft.plants for need in book.recipes[p.process].outputs}
    feeds: dict[str, tuple[str, ...]] = {}
    for need in book.recipes[plant.process].inputs:
        options = _options(need.good, draft)
        if plant.role == "remelt" or book.kind[need.good] == "scrap":
            scrap = [g for g in book.accepts(need.good) if g in left and book.kind[g] == "scrap"]
            feeds[need.good] = (*scrap, *(g for g in options if g not in scrap))
            continue
        ranked = sorted(options, key=lambda g: (g not in own, g not in made, options.index(g)))
        feeds[need.good] = (ranked[0],)
    return Plant(
        firm=ids[plant.firm], process=plant.process, capacity=plant.capacity, since=plant.since, until=plant.until,
        ramp=plant.ramp, role=plant.role, feeds=feeds,
    )  # fmt: skip


def _links(plants: Sequence[Plant], draft: _Draft, grid: str) -> tuple[Link, ...]:
    """Who supplies whom: every user of a good gets one or two makers in the region, liquid metal of all its makers."""
    book = draft.book
    tied = set(draft.rules.names("tied"))
    makers: dict[str, list[str]] = {}
    for plant in plants:
        recipe = book.recipes[plant.process]
        products = () if plant.role == "captive" else (recipe.product,)
        for good in (*products, *(need.good for need in recipe.outputs)):
            if plant.firm not in makers.setdefault(good, []):
                makers[good].append(plant.firm)
    links: dict[tuple[str, str, str], Link] = {}

    def link(source: str, target: str, good: str) -> None:
        links.setdefault((source, target, good), Link(source=source, target=target, good=good))

    turn: dict[str, int] = {}
    for plant in plants:
        for good in dict.fromkeys(g for options in plant.feeds.values() for g in options):
            if good == "electricity":
                continue
            sources = [f for f in makers.get(good, ()) if f != plant.firm]
            if sources:
                start = turn.get(good, 0)
                turn[good] = start + 1
                count = len(sources) if good in tied or book.kind[good] == "residue" else min(2, len(sources))
                for step in range(count):
                    link(sources[(start + step) % len(sources)], plant.firm, good)
            bought = good in {options[-1] for options in plant.feeds.values()}
            if bought and good not in tied and book.kind[good] != "residue":
                link(OUTSIDE, plant.firm, good)
        for need in book.recipes[plant.process].outputs:
            link(plant.firm, OUTSIDE, need.good)
        product = book.recipes[plant.process].product
        if product not in tied and plant.role != "captive":
            link(plant.firm, OUTSIDE, product)
        link(grid, plant.firm, "electricity")
    link(OUTSIDE, grid, "electricity")
    return tuple(links[key] for key in sorted(links))


def _grid(facts: Mapping[str, Any], draft: _Draft) -> str:
    name, _ = _grid_name(facts)
    base = draft.names.spelled(draft.names.short(name.partition("（")[0], draft.places))
    return base if base not in draft.ids.values() else base + "2"


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


__all__ = ["Recipe", "world_from_plan"]
