"""Carbon footprints of a month or a period as a workbook: the forms of one product, where it comes from, all products, assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .sheets import Column, Sheet, Value
from .workbook import workbook_bytes

if TYPE_CHECKING:
    from lvlian.chain.footprint import Footprint
    from lvlian.chain.footprint.forms import Form
    from lvlian.chain.footprint.record import Carried
    from lvlian.chain.layers import Book

EIGHTY = 1.2816
UNIT = "t CO₂e/t"
LEAST = 1e-4
"""t CO2e per tonne below which an origin is gathered under 其他."""
SOURCES = {
    "direct": ("本区直接排放", "emitted here"),
    "fuel": ("燃料", "fuel"),
    "electricity": ("电力", "power"),
    "upstream": ("上游与外购", "upstream and bought"),
}
DIRECT = {
    "direct:anode": ("阳极消耗", "anode consumed"),
    "direct:pfc": ("阳极效应（PFC）", "anode effects (PFC)"),
    "direct:co2": ("工艺 CO₂", "process CO₂"),
}
SIDE = ("residue", "emission", "scrap", "byproduct")
REPORTED_POWER = (
    "按企业报的电源构成，没有报的全部按电网因子",
    "by the power mix that firms report; without one all of it by the factor of the grid",
)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A line of a form as it is shown: `value` a figure or words, shares in %, `half` the ± of 80 %."""

    name: str
    value: Value
    unit: str
    half: float | None
    assumed: bool
    note: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where t CO2e per tonne come from: `kind` as in SOURCES ("" for what is gathered), `share` 0 to 1."""

    kind: str
    name: str
    value: float
    share: float


def products_of(book: Book, made: Footprint) -> list[Carried]:
    """Products with metal in them, in the order of the chain; residues are none."""
    found = []
    for key in made.goods():
        good, carried = book.library.goods.get(key), made.product(key)
        if good is None or carried is None or good.kind in SIDE:
            continue
        if good.kind in ("metal", "product") or carried.value:
            found.append(carried)
    stages = {stage.id: n for n, stage in enumerate(book.library.stages)}
    return sorted(found, key=lambda c: (stages.get(book.stage(c.good), 99), -c.amount))


def carried_by(made: Footprint, good: str, firm: str = "") -> Carried | None:
    """What a tonne carries: the region's mean, or that of one firm."""
    if firm:
        made = replace(made, made={key: c for key, c in made.made.items() if key[0] == firm})
    return made.product(good)


def origins_of(book: Book, carried: Carried, zh: bool = True) -> list[Origin]:
    """Every origin with its share, largest first, small ones together."""
    sums: dict[tuple[str, str], float] = {}
    for source, value in carried.parts:
        key = source.kind, "electricity" if source.kind == "electricity" else source.key
        sums[key] = sums.get(key, 0.0) + value
    whole = carried.value or 1.0
    rows = [
        Origin(kind, origin_name(book, kind, key, zh), value, value / whole)
        for (kind, key), value in sorted(sums.items(), key=lambda item: -item[1])
        if abs(value) >= LEAST
    ]
    rest = sum(value for value in sums.values() if abs(value) < LEAST)
    return [*rows, Origin("", "其他" if zh else "others", rest, rest / whole)] if rest else rows


def origin_name(book: Book, kind: str, key: str, zh: bool = True) -> str:
    """An origin in words."""
    if kind == "electricity":
        return SOURCES[kind][0 if zh else 1]
    if key in DIRECT:
        return DIRECT[key][0 if zh else 1]
    name, tail = key.partition(":")[::2]
    entry: Any = next((table[k] for k in (tail or name,) for table in (book.library.goods, book.library.processes) if k in table), None)  # fmt: skip
    text = (entry.zh if zh else entry.en) if entry is not None else tail or name
    return (f"{text} 工序排放" if zh else f"{text}, process emissions") if name == "process" else str(text)


def forms_for(book: Book, made: Footprint, good: str, firm: str = "") -> tuple[Form, Form]:
    """GB/T 44905 and CBAM, filled."""
    from lvlian.chain.footprint.forms import cbam, gbt44905

    year = int(book.year) if book.year else 2026
    return gbt44905(book, made, good, firm), cbam(book, made, good, firm, max(year, 2026))


def form_rows(form: Form, zh: bool = True) -> list[FormRow]:
    """A form as a table."""
    from lvlian.chain.footprint.forms import in_language

    rows = []
    for line in form.lines:
        value, note = line.value, in_language(line.note, zh)
        if isinstance(value, str):
            value = in_language(value, zh)
        if line.key in ("product", "boundary", "cut_off"):  # the note is the English of the value
            value, note = (value, "") if zh else (note, "")
        elif line.key == "route":
            names = {"primary": ("原生", "primary"), "secondary": ("再生", "recycled")}
            value = names.get(str(value), (str(value), str(value)))[0 if zh else 1]
        if isinstance(line.value, float) and line.unit == "1":
            value = line.value * 100
        unit = "%" if isinstance(line.value, float) and line.unit == "1" else line.unit.replace("CO2e", "CO₂e")
        half = EIGHTY * line.sd if line.sd is not None else None
        rows.append(FormRow(line.zh if zh else line.en, value, unit, half, line.assumed, note))
    return rows


def footprint_workbook(
    book: Book,
    made: Footprint,
    *,
    good: str,
    firm: str = "",
    language: str = "zh",
    power: str = "",
    legend: Sequence[str] = (),
    title: str = "",
) -> bytes:
    """Both forms of `good` (of one `firm`, or the region's mean), its origins, all products, notes. `power`: how power was counted, in
    one sentence. Raises KeyError where nobody makes the good."""
    from lvlian.chain.footprint.forms import in_language

    zh = language == "zh"
    carried = carried_by(made, good, firm)
    if carried is None:
        raise KeyError(good)
    power = power or REPORTED_POWER[0 if zh else 1]

    def say(first: str, second: str) -> str:
        return first if zh else second

    half, assumed, mean = say("±80%", "±80%"), say("假设", "assumed"), say("说明", "notes")
    heads = (
        Column(say("项目", "line"), 30), Column(say("值", "value"), 30), Column(say("单位", "unit"), 16), Column(half, 14, True),
        Column(assumed, 24), Column(mean, 60),
    )  # fmt: skip
    sheets = []
    for one in forms_for(book, made, good, firm):
        lines: list[list[Value]] = [
            [
                r.name,
                r.value if r.value not in (None, "") else "—",
                r.unit,
                r.half,
                assumed if r.assumed else "",
                r.note,
            ]
            for r in form_rows(one, zh)
        ]
        lines.append([say("所依规则", "rule"), in_language(one.rule, zh), "", None, "" if one.verified else say("规则原文未核", "the rule's text was not read"), ""])  # fmt: skip
        lines.append([say("电力", "power"), power, "", None, "", ""])
        if one.simulated:
            lines.append(
                [say("模拟", "simulated"), say("报数为演示数据", "the reports are invented"), "", None, "", ""]
            )
        sheets.append(Sheet("GB_T 44905" if one.id == "gbt44905" else "CBAM", heads, lines))
    place = 0 if zh else 1
    origins: list[list[Value]] = [
        [SOURCES.get(o.kind, ("", ""))[place], o.name, o.value, o.share] for o in origins_of(book, carried, zh)
    ]
    parts = Column(say("类", "kind"), 24), Column(say("来源", "origin"), 24), Column(UNIT, 14, True), Column(say("占比", "share"), 14, True)  # fmt: skip
    sheets.append(Sheet(say("构成", "origins"), parts, origins))
    names = [words[place] for words in SOURCES.values()]
    whole: list[list[Value]] = [
        [book.names(c.good)[place], c.value, EIGHTY * c.sd, c.amount / 1e4, *(c.by_kind().get(kind, 0.0) for kind in SOURCES)]
        for c in products_of(book, made)
    ]  # fmt: skip
    columns = (Column(say("产品", "product"), 24), Column(UNIT, 14, True), Column(half, 14, True), Column(say("产量，万吨", "output, 10⁴ t"), 14, True), *(Column(name, 14, True) for name in names))  # fmt: skip
    sheets.append(Sheet(say("各产品", "products"), columns, whole))
    notes: list[list[Value]] = [[one] for one in (title, *legend, power, *made.assumptions) if one]
    sheets.append(Sheet(mean, (Column(mean, 100),), notes))
    return workbook_bytes(sheets, foot=(title, say("模拟", "simulated") if made.simulated else ""))
