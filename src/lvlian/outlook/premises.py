"""The premises of a case from `premises.yaml`, the library and the plan: every figure that a person may turn, with its range and its origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lvlian.chain.dataset import LibraryError, read_yaml
from lvlian.chain.layers import price_parts
from lvlian.chain.simulate.assumptions import load_assumptions
from lvlian.outlook.case import Case, Factor, Premise, Project, Ref

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.library.process import Exchange, Process

RULES = Path(__file__).parent / "premises.yaml"
STAGE_ZH: Mapping[str, str] = {
    "primary": "电解与冶炼", "alumina": "氧化铝", "carbon": "炭素", "ore": "矿山", "casting": "铸造初加工", "semis": "铝材铜材",
    "deep": "精深加工", "application": "终端应用", "recycled": "再生", "residue": "固废利用", "auxiliary": "辅料", "power": "电力",
    "other": "其他",
}  # fmt: skip
_TOP = frozenset({"slips", "start_rate", "ramp", "load", "season", "power", "price", "intensity", "yield", "kinds"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What a file of premises holds, addressed by its path."""

    data: Mapping[str, Any]
    name: str = "premises.yaml"

    def at(self, *path: str) -> Any:
        """Raises LibraryError where the field is missing."""
        node: Any = self.data
        for step in path:
            if not isinstance(node, Mapping) or step not in node:
                raise LibraryError(f"{self.name}, field {'.'.join(path)}: is missing")
            node = node[step]
        return node

    def number(self, *path: str) -> float:
        """Raises LibraryError where the field is missing or no number."""
        value = self.at(*path)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise LibraryError(f"{self.name}, field {'.'.join(path)}: is {value!r}, expected a number")
        return float(value)

    def ref(self, part: str, words: str = "", words_en: str = "") -> Ref:
        """An assumption of this project, with the source that the file names for it."""
        part_data = self.at(part)
        source = str(part_data.get("source", "假设")) if isinstance(part_data, Mapping) else "假设"
        source_en = str(part_data.get("source_en", "")) if isinstance(part_data, Mapping) else ""
        verified = bool(part_data.get("verified")) if isinstance(part_data, Mapping) else False
        if source == "假设":
            source_en = "assumption"
        told, told_en = (words, words_en) if words else (source, source_en)
        return Ref(kind="assumption", words=told, who="premises.yaml", verified=verified, words_en=told_en)

    def dry(self, area: str) -> tuple[bool, tuple[float, ...]]:
        """Whether an area lives from hydropower, and how much of each quarter of the year is dry there."""
        areas = self.at("power", "areas")
        own = next((value for name, value in areas.items() if area.startswith(name)), None)
        quarters = own.get("quarters") if isinstance(own, Mapping) else None
        return own is not None, tuple(float(x) for x in quarters or self.at("power", "quarters"))

    def dry_ref(self, area: str) -> Ref:
        """Where the dry season of an area comes from: its own source, else the file's."""
        own = next((value for name, value in self.at("power", "areas").items() if area.startswith(name)), None)
        if isinstance(own, Mapping) and own.get("source"):
            words, english = str(own["source"]) + "；以后各年为假设", str(own.get("source_en", ""))
            return Ref(
                kind="assumption", words=words, who="premises.yaml", verified=bool(own.get("verified")),
                words_en=english and f"{english}; later years are assumed",
            )  # fmt: skip
        return self.ref("power")

    def season(self, stage: str) -> tuple[float, ...]:
        table = self.at("season")
        return tuple(float(x) for x in table.get(stage, table["other"]))

    def kind(self, kind: str) -> Mapping[str, float]:
        """`jobs` per kt/a and `investment` yuan per t/a; empty where the file has none."""
        found = self.at("kinds").get(kind)
        return found if isinstance(found, Mapping) else {}


@lru_cache(maxsize=4)
def load_rules(path: Path | None = None) -> Rules:
    """The rules of a file (default: those shipped). Raises LibraryError."""
    file = path or RULES
    data = read_yaml(file)
    for key in data:
        if key not in _TOP:
            raise LibraryError(f"{file.name}, field {key}: unknown, expected one of {', '.join(sorted(_TOP))}")
    for key in sorted(_TOP - set(data)):
        raise LibraryError(f"{file.name}, field {key}: is missing")
    return Rules(data, file.name)


# Prices ------------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Priced:
    """Yuan per unit without tax, the extremes over the years of the table, and the words of its origin."""

    value: float
    low: float
    high: float
    words: str
    verified: bool = False
    words_en: str = ""


@lru_cache(maxsize=16)
def prices_of(library: Library, year: int, area: str = "") -> Mapping[str, Priced]:
    """Good → price in a year (else in the year nearest to it), by the rows that `good_prices.yaml` adds up."""
    rows: dict[str, list[Any]] = {}
    for row in library.prices:
        if row.price_ex_vat is not None and row.year[:4].isdigit():
            rows.setdefault(row.id, []).append(row)
    out: dict[str, Priced] = {}
    for good, parts in price_parts().items():
        chosen = [_row(rows.get(part, []), str(year), area) for part in parts]
        if any(row is None for row in chosen):
            continue
        spans = [[r.price_ex_vat for r in rows[part]] for part in parts]
        words = " + ".join(f"{row.item_zh} {row.year}年 {row.price_ex_vat:g}元（{row.source}）" for row in chosen)
        words_en = " + ".join(
            f"{row.item_en or row.item_zh}, {row.year}, {row.price_ex_vat:g} yuan ({row.source})" for row in chosen
        )
        scale = _carried(library, good, parts, chosen[0], rows, str(year), area)
        if scale != 1.0:
            words += f"，按金属价折到 {year} 年（假设）"
            words_en += f", carried to {year} with the price of the metal (assumption)"
        out[good] = Priced(
            value=scale * sum(row.price_ex_vat for row in chosen),
            low=sum(min(span) for span in spans),
            high=sum(max(span) for span in spans),
            words=words,
            words_en=words_en,
            verified=scale == 1.0 and all(row.verified for row in chosen),
        )
    return out


def _carried(
    library: Library, good: str, parts: Sequence[str], row: Any, rows: Mapping[str, list[Any]], year: str, area: str
) -> float:
    """How scrap and residues of a metal, whose price is known for another year, are carried to this one: with the metal's price."""
    record = library.goods.get(good)
    metal = load_rules().at("price", "metals").get(record.metal) if record is not None else None
    name = price_parts().get(str(metal), ("",))[0]
    if record is None or record.kind not in ("scrap", "residue") or not name or name in parts or row.year[:4] == year:
        return 1.0
    now, then = _row(rows.get(name, []), year, area), _row(rows.get(name, []), row.year[:4], area)
    return float(now.price_ex_vat / then.price_ex_vat) if now is not None and then is not None else 1.0


def _row(rows: Sequence[Any], year: str, area: str) -> Any:
    if not rows:
        return None
    best = min((abs(int(row.year[:4]) - int(year)), row.year[:4]) for row in rows)[1]
    same = [row for row in rows if row.year[:4] == best]
    own = [row for row in same if area and row.region.startswith(area)] or same
    return next((row for row in own if row.period == "year"), own[-1])


def base_prices(
    library: Library, goods: Iterable[str], year: int, area: str, *, smelting: float = 0.0
) -> tuple[dict[str, float], list[str]]:
    """Prices of the goods of a case; one that the table does not know stands at its metal's price and the stage's usual mark-up.
    Also the ids of the goods priced that way. `smelting` is the share of the electricity that smelters take, at their own price."""
    table = prices_of(library, year, area)
    rules, markup = load_rules(), load_assumptions().table("prices", "markup")
    out: dict[str, float] = {}
    guessed: list[str] = []
    for good in goods:
        own = table.get(good)
        if own is not None:
            other = table.get(f"{good}@smelter", own)
            out[good] = own.value + smelting * (other.value - own.value)
            continue
        record = library.goods.get(good)
        metal = rules.at("price", "metals").get(record.metal) if record is not None else None
        share = None
        if record is None or metal is None or metal not in table:
            continue
        if record.kind in ("metal", "part"):
            share = 1 + float(markup.get(record.stage.id, 0.0))
        elif record.kind == "scrap":
            share = rules.number("price", "scrap_share")
        elif record.kind == "ore" and record.metal in rules.at("price", "payable") and record.content.value:
            share = float(rules.at("price", "payable")[record.metal]) * record.content.value
        if share is not None:
            out[good] = table[metal].value * share
            guessed.append(good)
    return out, guessed


# The premises of a case --------------------------------------------------------------------------------------------------
def premises_of(
    case: Case, library: Library, *, year: int, told: Mapping[str, tuple[float, Ref]] | None = None
) -> tuple[Premise, ...]:
    """Every premise that matters for a case, in the order in which a page shows them: factors, projects, ramps, power, prices,
    consumption, yields, load. `told` are prices that the plan itself rests on: good → (yuan per unit, origin)."""
    rules = load_rules()
    return (
        *(_slip(rules, one) for one in case.factors if one.done is None),
        *(found for one in case.projects if one.stage not in ("running", "full") for found in _project(rules, one)),
        *_running(case),
        *_pipeline(rules, case),
        *_power(rules, case),
        *_prices(rules, case, library, year, told or {}),
        *_recipes(rules, case, library),
        *_loads(rules, case, library),
    )


def with_slips(case: Case) -> Case:
    """The case with a premise for the day of each factor that is still to come, and none for what is there: after factors were added or
    reported as done. What a premise already says stays."""
    rules = load_rules()
    held = {one.key: one for one in case.premises}
    keys = {f"factor.{one.id}.slip" for one in case.factors}
    slips = [held.get(made.key, made) for one in case.factors if one.done is None for made in (_slip(rules, one),)]
    others = [one for one in case.premises if not (one.key in keys or one.key.startswith("factor."))]
    return replace(case, premises=(*slips, *others))


def _reference(exchange: Exchange) -> Ref:
    return Ref(
        kind="assumption",
        words=f"库中参考值（{exchange.source}）",
        verified=exchange.verified,
        words_en=f"reference value of the library ({exchange.source})",
    )


def _slip(rules: Rules, one: Factor) -> Premise:
    low, high = rules.number("slips", "factor", "low"), rules.number("slips", "factor", "high")
    said, said_en = (
        ("按期", "in time") if one.day else ("规划没有写日期，拨动无从起算", "no date in the plan to start from")
    )
    return Premise(
        key=f"factor.{one.id}.slip", zh=one.title, en=f"{one.kind}: {one.id}", value=0.0, low=low, high=high,
        step=rules.number("slips", "factor", "step"), unit="季", group="factor",
        spread=rules.number("slips", "factor", "spread"), law="gamma",
        ref=one.ref if one.ref.words else replace(one.ref, words=said, words_en=said_en),
    )  # fmt: skip


def _project(rules: Rules, one: Project) -> Iterable[Premise]:
    yield Premise(
        key=f"project.{one.id}.slip", zh=one.name, en=f"{one.id} late", value=0.0,
        low=rules.number("slips", "project", "low"), high=rules.number("slips", "project", "high"),
        step=rules.number("slips", "project", "step"), unit="季", group="project",
        spread=rules.number("slips", "project", "spread"), law="gamma", ref=one.ref,
    )  # fmt: skip
    yield Premise(
        key=f"project.{one.id}.run", zh=f"{one.name}（做或不做）", en=f"{one.id} built", value=1.0, low=0.0, high=1.0, step=1.0,
        group="project", ref=one.ref,
    )  # fmt: skip


def _running(case: Case) -> Iterable[Premise]:
    """What already runs of a line that a project enlarges; the project brings the rest."""
    for plant in case.plants:
        coming = [p for p in case.plants if p.project and (p.firm, p.process) == (plant.firm, plant.process)]
        if plant.project or plant.role or not coming:
            continue
        whole = plant.capacity + sum(one.capacity for one in coming)
        yield Premise(
            key=f"plant.{plant.id}.capacity", zh=f"{case.names.get(plant.firm, plant.firm)}起点已通电（在运行）产能",
            en=f"{plant.id}: capacity that runs at the start", value=plant.capacity, low=min(plant.capacity, whole / 10), high=whole,
            step=round(whole / 200), unit="吨/年", group="project", ref=plant.ref,
        )  # fmt: skip


def _pipeline(rules: Rules, case: Case) -> Iterable[Premise]:
    if any(one.stage in ("planned", "signed", "filed") for one in case.projects):
        words = rules.at("start_rate", "words")
        yield Premise(
            key="start.rate", zh="未开工项目按期开工", en="projects that start in time", value=rules.number("start_rate", "value"),
            low=rules.number("start_rate", "low"), high=rules.number("start_rate", "high"), step=rules.number("start_rate", "step"),
            unit="", group="project", spread=rules.number("start_rate", "spread"), ref=rules.ref("start_rate", str(words["zh"]), str(words["en"])),
        )  # fmt: skip
    spread = rules.number("ramp", "spread")
    for kind in dict.fromkeys(one.kind for one in case.projects if one.plants):
        value = float(rules.at("ramp", "kinds").get(kind, rules.number("ramp", "kinds", "other")))
        yield Premise(
            key=f"ramp.{kind}", zh=f"{STAGE_ZH.get(kind, kind)}投产到满产", en=f"first to full output, {kind}", value=value,
            low=rules.number("ramp", "low"), high=rules.number("ramp", "high"), step=rules.number("ramp", "step"), unit="季",
            group="ramp", spread=spread * value, law="lognormal", ref=rules.ref("ramp"),
        )  # fmt: skip


def _power(rules: Rules, case: Case) -> Iterable[Premise]:
    hydro, _ = rules.dry(case.grid_area)
    spread = rules.number("power", "dry", "hydro_spread" if hydro else "other_spread")
    yield Premise(
        key="power.dry", zh="枯水期用电负荷", en="power in the dry season", value=0.0, low=rules.number("power", "dry", "low"),
        high=rules.number("power", "dry", "high"), step=rules.number("power", "dry", "step"), unit="", group="power",
        spread=spread, law="triangular", ref=rules.dry_ref(case.grid_area),
    )  # fmt: skip
    for limit in case.limits:
        if limit.good == "electricity" and limit.side == "upper":
            yield Premise(
                key="power.limit", zh=limit.zh, en=limit.en, value=limit.amount, low=0.7 * limit.amount, high=1.3 * limit.amount,
                step=limit.amount / 100, unit="kWh", group="power", ref=limit.ref,
            )  # fmt: skip
            return


def _prices(
    rules: Rules, case: Case, library: Library, year: int, told: Mapping[str, tuple[float, Ref]]
) -> Iterable[Premise]:
    table = prices_of(library, year, case.grid_area)
    wide = rules.number("price", "range")
    metals = [good for metal, good in rules.at("price", "metals").items() if _has_metal(case, library, metal)]
    wanted = [(good, rules.number("price", "spread"), rules.number("price", "step")) for good in metals]
    used = {x.good for plant in case.plants if (p := library.processes.get(plant.process)) for x in p.inputs}
    wanted += [
        (str(one["good"]), float(one["spread"]), float(one["step"]))
        for one in rules.at("price", "others")
        if one["good"] in used
    ]
    for good, spread, step in wanted:
        found, value = table.get(good), case.prices.get(good)
        if value is None:
            continue
        ref = Ref(
            kind="assumption",
            words=found.words if found else "按金属价加成（假设）",
            verified=bool(found and found.verified),
            words_en=found.words_en if found else "metal price with a premium (assumption)",
        )
        value, ref = told.get(good, (value, ref))
        low, high = (found.low, found.high) if found is not None else (value, value)
        if high - low < wide * value:
            low, high = min(low, value * (1 - wide)), max(high, value * (1 + wide))
        record = library.goods.get(good)
        name = record.zh if record is not None else good
        unit = "吨" if record is None or record.unit == "t" else record.unit
        yield Premise(
            key=f"price.{good}", zh=f"{name}价（不含税）", en=f"price of {record.en if record else good} without tax", value=value,
            low=min(low, value), high=max(high, value), step=step, unit=f"元/{unit}", group="price", spread=spread * value,
            law="lognormal", ref=ref,
        )  # fmt: skip
    if case.plants:
        yield Premise(
            key="market.freight", zh="区外买进每吨多付", en="paid more per tonne bought outside",
            value=rules.number("price", "freight", "value"), low=rules.number("price", "freight", "low"),
            high=rules.number("price", "freight", "high"), step=rules.number("price", "freight", "step"), unit="元/吨",
            group="market", ref=rules.ref("price"),
        )  # fmt: skip


def _has_metal(case: Case, library: Library, metal: str) -> bool:
    return any(p.metal == metal for plant in case.plants if (p := library.processes.get(plant.process)))


def _recipes(rules: Rules, case: Case, library: Library) -> Iterable[Premise]:
    run = {plant.process for plant in case.plants}
    for row in rules.at("intensity"):
        process = library.processes.get(str(row["process"]))
        if process is None or process.id not in run:
            continue
        exchange = next((x for x in process.inputs if x.good == row["good"]), None)
        if exchange is None:
            continue
        name = exchange.zh or exchange.good
        yield Premise(
            key=f"intensity.{process.id}.{exchange.good}", zh=f"{process.zh}：{name}", en=f"{exchange.good} per tonne, {process.id}",
            value=exchange.value, low=exchange.low, high=exchange.high, step=(exchange.high - exchange.low) / 100 or 0.0,
            unit=f"{exchange.unit}/t", group="intensity", spread=(exchange.high - exchange.low) / 4, law="normal",
            ref=_reference(exchange),
        )  # fmt: skip
    sizes: dict[str, float] = {}
    for plant in case.plants:
        process = library.processes.get(plant.process)
        if process is not None and process.stage.id in rules.at("yield", "stages") and feed_of(process, library):
            sizes[plant.process] = sizes.get(plant.process, 0.0) + plant.capacity
    for key in sorted(sizes, key=lambda one: -sizes[one])[: int(rules.number("yield", "most"))]:
        process = library.processes[key]
        exchange = next(x for x in process.inputs if x.good == feed_of(process, library))
        low, high = 1 / exchange.high, 1 / max(exchange.low, 1e-9)
        yield Premise(
            key=f"yield.{key}", zh=f"{process.zh}成材率", en=f"metal yield of {key}", value=1 / exchange.value, low=low, high=high,
            step=0.005, unit="", group="intensity", spread=(high - low) / 4, law="normal",
            ref=_reference(exchange),
        )  # fmt: skip


def feed_of(process: Process, library: Library) -> str:
    """The input that carries the metal of a process; "" where it has none."""
    from lvlian.chain.simulate.recipe import recipe_book

    recipe = recipe_book(library).recipes.get(process.id)
    return recipe.feed if recipe is not None else ""


def load_of(stage: str) -> float:
    """Output ÷ capacity of a line at full ramp (assumed), by stage of the chain."""
    table = load_assumptions().table("load")
    return float(table.get(stage, 0.75))


def _loads(rules: Rules, case: Case, library: Library) -> Iterable[Premise]:
    stages: dict[str, list[float]] = {}
    for plant in case.plants:
        process = library.processes.get(plant.process)
        if process is not None and plant.role != "sink":
            stages.setdefault(process.stage.id, []).append(plant.load)
    for stage, loads in stages.items():
        value = sum(loads) / len(loads)
        yield Premise(
            key=f"load.{stage}", zh=f"{STAGE_ZH.get(stage, stage)}负荷率", en=f"load of {stage}", value=value,
            low=max(value + rules.number("load", "low"), 0.0), high=min(value + rules.number("load", "high"), rules.number("load", "most")),
            step=rules.number("load", "step"), unit="", group="market", spread=rules.number("load", "spread"), ref=rules.ref("load"),
        )  # fmt: skip
    yield Premise(
        key="season.maintenance", zh="检修和节假日的季节性", en="season of overhauls and holidays", value=1.0, low=0.0, high=1.5, step=0.1,
        group="market", ref=rules.ref("season"),
    )  # fmt: skip
