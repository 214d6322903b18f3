"""Footprints in the forms that are asked for: GB/T 44905 (电解铝) and CBAM, as plain records for a page or a workbook.

What each form asks is data in `forms.yaml`, with what was read of the rule and what was not. A figure that the account cannot give is
left empty with the reason; no default is put in its place except where the form itself names one, and then it is marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import LibraryError, read_yaml
from lvlian.chain.footprint.network import Source
from lvlian.chain.footprint.record import Carried, Footprint
from lvlian.chain.layers import Book

FILE = Path(__file__).parent / "forms.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a form: `value` in `unit` (None: the reason stands in `note`), `sd`, whether it rests on assumptions."""

    key: str
    zh: str
    en: str
    value: float | str | None
    unit: str = ""
    sd: float | None = None
    assumed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A filled form: `lines` in its order, the rule that it follows, whether that rule was read, what was assumed."""

    id: str
    title_zh: str
    title_en: str
    rule: str
    verified: bool
    good: str
    firm: str
    lines: tuple[Line, ...]
    assumptions: tuple[str, ...]
    simulated: bool

    def line(self, key: str) -> Line:
        """Raises KeyError."""
        return {line.key: line for line in self.lines}[key]


@lru_cache(maxsize=4)
def load_forms(path: Path = FILE) -> Mapping[str, Any]:
    """What the forms ask. Raises LibraryError."""
    data = read_yaml(path)
    for key in ("gbt44905", "cbam", "english"):
        if not isinstance(data.get(key), dict):
            raise LibraryError(f"{path.name}, field {key}: expected a mapping")
    return data


def in_language(words: str, zh: bool) -> str:
    """A note, value or rule of a form in the language asked for; in Chinese where it has no English."""
    return words if zh else str(load_forms()["english"].get(words, words))


def _carried(found: Footprint, good: str, firm: str) -> Carried | None:
    if not firm:
        return found.product(good)
    rows = [c for (f, _, g), c in found.made.items() if f == firm and g == good and c.amount > 0]
    total = sum(c.amount for c in rows)
    if not total:
        return None
    if len(rows) == 1:
        return rows[0]
    from dataclasses import replace

    only = replace(found, made={k: c for k, c in found.made.items() if k[0] == firm})
    return only.product(good)


def gbt44905(book: Book, found: Footprint, good: str, firm: str = "") -> Form:
    """The footprint of a tonne of a primary product, cradle to gate, by life-cycle step. `firm` empty: mean of the region. Raises
    LibraryError where nobody makes the good."""
    data = load_forms()["gbt44905"]
    carried = _need(book, found, good, firm)
    zh, english = book.names(good)
    power = _power(book, found, firm)
    lines = [
        Line(key="product", zh="产品", en="product", value=zh, note=english),
        Line(key="declared_unit", zh="声明单位", en="declared unit", value="1 t"),
        Line(key="boundary", zh="系统边界", en="system boundary", value=data["boundary_zh"], note=data["boundary_en"]),
        Line(
            key="period", zh="数据期间", en="period", value="—".join(dict.fromkeys((book.months[0], book.months[-1])))
        ),
        Line(key="output", zh="产量", en="output", value=carried.amount, unit="t"),
        Line(
            key="total",
            zh="产品碳足迹",
            en="product carbon footprint",
            value=carried.value,
            unit="t CO2e/t",
            sd=carried.sd,
            assumed=True,
        ),
    ]
    steps = data["steps"]
    parts = dict.fromkeys(steps, 0.0)
    for source, value in carried.parts:
        parts[_step(steps, source.kind, source.key)] += value
    lines += [
        Line(
            key=f"step:{key}", zh=step["zh"], en=step["en"], value=parts[key], unit="t CO2e/t", assumed=key != "direct"
        )
        for key, step in steps.items()
    ]
    share = (
        sum(value for source, value in carried.parts if source.kind == "upstream") / carried.value
        if carried.value
        else 0.0
    )
    lines += [
        Line(key="allocation", zh="分配方法", en="allocation", value=_RULES[found.rule]),
        Line(
            key="power",
            zh="电力因子",
            en="power factor",
            value=power[0],
            unit="kg CO2e/kWh",
            note=power[1],
            assumed=True,
        ),
        Line(
            key="background",
            zh="背景数据占比",
            en="share of background data",
            value=share,
            unit="1",
            note=data["background_note"],
        ),
        Line(key="cut_off", zh="取舍准则", en="cut-off", value=data["cut_off_zh"], note=data["cut_off_en"]),
        Line(key="quality", zh="数据质量评价", en="data quality rating", value=None, note=data["quality_note"]),
    ]
    return _form("gbt44905", data, good, firm, lines, found, book)


_RULES = {"metal": "按金属质量", "main": "全归主产品", "scrap_free": "按金属质量，新废料不带", "value": "按产值"}


def _step(steps: Mapping[str, Any], kind: str, key: str) -> str:
    """The step of the form that a source belongs to: the first whose kinds and keys fit, else the last."""
    for name, step in steps.items():
        if kind in step.get("kinds", ()) and (not step.get("keys") or key in step["keys"]):
            return name
    return list(steps)[-1]


def cbam(book: Book, found: Footprint, good: str, firm: str = "", year: int = 2026) -> Form:
    """Specific embedded emissions of a tonne as CBAM counts them for aluminium: direct emissions of the works and of the precursors
    that the rule names; indirect ones as information. Beside them the default values and the benchmark that the library holds, each
    with whether its source was read. Raises LibraryError where nobody makes the good."""
    data = load_forms()["cbam"]
    carried = _need(book, found, good, firm)
    rule = book.library.regulations.get("cbam_aluminium") if hasattr(book.library, "regulations") else None
    told = rule.parameters if rule is not None else {}
    phase = book.library.regulations.get("cbam_phase_in") if hasattr(book.library, "regulations") else None
    direct = sum(v for s, v in carried.parts if s.kind in ("direct", "fuel") and _counted(data, s))
    outside = sum(v for s, v in carried.parts if s.kind in ("direct", "fuel") and not _counted(data, s))
    precursor = [(s, v) for s, v in carried.parts if s.kind == "upstream" and s.key in data["precursors"]]
    category = next((key for key, goods in data["categories"].items() if good in goods), None)
    default = told.get("china_default", {}).get(category) if category else None
    markup = phase.parameters.get("default_markup", {}).get(str(year)) if phase is not None else None
    factor = phase.parameters.get("factor", {}).get(str(year)) if phase is not None else None
    secondary = _scrap_share(book, carried, found)
    primary = secondary is None or secondary <= told.get("secondary_if_scrap_share_over", 0.5)
    benchmark = told.get("benchmark_primary" if primary else "benchmark_secondary")
    if benchmark is not None and category == "intermediate":
        benchmark += told.get("add_intermediate", 0.0)
    elif benchmark is not None and category == "foil":
        benchmark += told.get("add_end_product", 0.0)
    bought = sum(v for _, v in precursor)
    total = direct + bought
    note = rule.note if rule is not None else "法规表没有此条"
    due = None if benchmark is None or factor is None else max(0.0, total - benchmark * (1 - factor))
    sure = bool(rule is not None and rule.verified)
    lines = [
        Line(
            key="category",
            zh="货物类别",
            en="aggregated goods category",
            value=category,
            note="" if category else "此物料没有对应的 CBAM 类别",
        ),
        Line(
            key="route",
            zh="生产路线",
            en="production route",
            value="primary" if primary else "secondary",
            note="" if secondary is not None else "废料占比推不得，按原生",
        ),
        Line(
            key="scrap_share",
            zh="废料占比",
            en="share of scrap",
            value=secondary,
            unit="1",
            note="" if secondary is not None else "没有配料流",
        ),
        Line(
            key="direct",
            zh="直接排放（本区各工序）",
            en="direct, own works",
            value=direct,
            unit="t CO2e/t",
            sd=_part_sd(carried, direct),
        ),
        Line(
            key="precursors",
            zh="外购前体的直接排放",
            en="bought precursors",
            value=bought,
            unit="t CO2e/t",
            assumed=bool(precursor),
            note="按缺省全生命周期因子，偏高；应换供方核证值" if precursor else "",
        ),
        Line(
            key="see",
            zh="单位隐含排放",
            en="specific embedded emissions",
            value=total,
            unit="t CO2e/t",
            sd=_part_sd(carried, total),
            assumed=bool(precursor),
        ),
        Line(
            key="not_counted",
            zh="不在范围内的直接排放",
            en="direct, outside the scope",
            value=outside,
            unit="t CO2e/t",
            note=data["scope_note"],
        ),
        Line(
            key="indirect",
            zh="间接排放（电力，仅供说明）",
            en="indirect (for information)",
            value=carried.indirect,
            unit="t CO2e/t",
            note="铝不按间接排放收费" if told.get("scope") else "",
        ),
        Line(
            key="default", zh="缺省值", en="default value", value=default, unit="t CO2e/t", assumed=not sure, note=note
        ),
        Line(
            key="markup",
            zh="缺省值加价",
            en="mark-up on the default",
            value=markup,
            unit="1",
            assumed=True,
            note="未核" if phase is None or not phase.verified else "",
        ),
        Line(
            key="benchmark",
            zh="免费配额基准",
            en="benchmark",
            value=benchmark,
            unit="t CO2e/t",
            assumed=True,
            note=note,
        ),
        Line(
            key="phase_in",
            zh=f"{year} 年应缴比例",
            en=f"share due in {year}",
            value=factor,
            unit="1",
            assumed=True,
            note="未核" if phase is None or not phase.verified else "",
        ),
        Line(
            key="due",
            zh="计费排放（估）",
            en="emissions to be paid for (estimate)",
            value=due,
            unit="t CO2e/t",
            assumed=True,
            note="实测值减基准×（1−应缴比例），公式按通用知识，未核",
        ),
    ]
    return _form("cbam", data, good, firm, lines, found, book)


def _counted(data: Mapping[str, Any], source: Source) -> bool:
    """Whether a direct emission lies inside the boundary that the rule draws for the category."""
    return source.key not in data["not_counted"] and source.stage not in data["stages_not_counted"]


def _part_sd(carried: Carried, part: float) -> float | None:
    return carried.sd * part / carried.value if carried.value else None


def _scrap_share(book: Book, carried: Carried, found: Footprint) -> float | None:
    """Scrap of all metal that the makers of the good took directly, by mass; None without such flows."""
    makers = {(f, p) for (f, p, g) in found.made if g == carried.good and carried.firm in ("", f)}
    goods = book.library.goods
    scrap = metal_ = 0.0
    for flow in book.flows:
        good = goods.get(flow.good)
        if (
            flow.kind != "used"
            or (flow.firm, flow.process) not in makers
            or good is None
            or good.kind not in ("scrap", "metal")
        ):
            continue
        amount = flow.amount or 0.0
        metal_ += amount
        scrap += amount if good.kind == "scrap" else 0.0
    return scrap / metal_ if metal_ else None


def _power(book: Book, found: Footprint, firm: str) -> tuple[float | None, str]:
    stores = [c for (f, g), c in found.stores.items() if g == "electricity" and firm in ("", f)]
    if not stores:
        return None, "没有用电的流"
    used = [
        (
            sum(
                x.amount or 0.0 for x in book.flows if x.kind == "used" and x.good == "electricity" and x.firm == c.firm
            ),
            c.value,
        )
        for c in stores
    ]
    total = sum(a for a, _ in used)
    if not total:
        return stores[0].value * 1000, ""
    return sum(a * v for a, v in used) / total * 1000, "按用电量加权"


def _need(book: Book, found: Footprint, good: str, firm: str) -> Carried:
    carried = _carried(found, good, firm)
    if carried is None:
        whose = book.short(firm) if firm else book.region.name
        raise LibraryError(
            f"footprint: {whose} makes no {good} in {', '.join(book.months)}, so there is nothing to fill the form with"
        )
    return carried


def _form(
    form_id: str, data: Mapping[str, Any], good: str, firm: str, lines: list[Line], found: Footprint, book: Book
) -> Form:
    return Form(
        id=form_id,
        title_zh=data["title_zh"],
        title_en=data["title_en"],
        rule=data["rule"],
        verified=bool(data["verified"]),
        good=good,
        firm=firm,
        lines=tuple(lines),
        assumptions=(*found.assumptions, *data["assumptions"]),
        simulated=book.simulated,
    )
