"""The invented region that the tests of reports stand on, and short ways to hand something in."""

from __future__ import annotations

import io
from functools import cache

import openpyxl

from lvlian.brief.report_template import template_bytes
from lvlian.chain.library import Library, load_library
from lvlian.chain.region import OUTSIDE, Firm, Line, Link, Region
from lvlian.chain.report.form import Form, form_of
from lvlian.chain.report.intake import Expected
from lvlian.chain.report.names import Names
from lvlian.chain.report.problem import Import
from lvlian.chain.report.read_csv import csv_import
from lvlian.chain.report.statement import Statement

MONTH = "2023-09"
HEAD = "企业,月份,项目,物料,工序,往来方,数值,单位,来源"


def _firm(key: str, short: str, kind: str, *processes: str, state: str = "running") -> Firm:
    lines = tuple(Line(process=process) for process in processes)
    return Firm(id=key, name=f"石盘{short}有限公司", short=short, kind=kind, lines=lines, state=state)


REGION = Region(
    name="石盘县",
    simulated=True,
    firms=(
        _firm("yunxiu", "云岫", "smelter", "electrolysis", "cast_tbar_ingot"),
        _firm("beipo", "北坡", "processor", "cast_billet_liquid", "extrusion_building"),
        _firm("nanpo", "南坡", "processor", "cast_rolled_strip_liquid", "cold_rolling_strip", "foil_double_zero"),
        _firm("huan", "再生", "recycler", "secondary_casting_alloy"),
        _firm("kuang", "矿业", "mine", "bauxite_mining_opencast"),
        _firm("lv", "氧化铝厂", "refinery", "alumina_bayer_diasporic"),
        _firm("tan", "炭素", "carbon", "prebaked_anode"),
        _firm("dian", "供电", "power"),
        _firm("che", "滨运", "haulier"),
        _firm("cang", "仓库", "warehouse"),
        _firm("xin", "新建", "processor", "die_casting", state="building"),
    ),
    links=(
        Link(source="yunxiu", target="beipo", good="liquid_aluminium"),
        Link(source="yunxiu", target="nanpo", good="liquid_aluminium"),
        Link(source="yunxiu", target="cang", good="aluminium_ingot"),
        Link(source="cang", target=OUTSIDE, good="aluminium_ingot"),
        Link(source="lv", target="yunxiu", good="alumina"),
        Link(source="kuang", target="lv", good="bauxite_domestic_ore"),
    ),
)


@cache
def library() -> Library:
    return load_library()


@cache
def names() -> Names:
    return Names(library(), REGION)


def form(firm_id: str, month: str = MONTH, held: tuple[Statement, ...] = ()) -> Form:
    firm = REGION.firm(firm_id)
    assert firm is not None
    return form_of(firm, REGION, library(), month, held=held)


def answers_to(asked: Form, value: float = 1234.5, month: str = "") -> tuple[Statement, ...]:
    """A statement for every item of a form; each a little larger than the one before."""
    return tuple(
        Statement(
            party=asked.firm.id,
            month=month or asked.month,
            item=item.item,
            good=item.good,
            value=0.9 if item.item == "content" else value + at,
            firm=item.firm,
            process=item.process,
            partner=item.partner,
            unit=item.base,
            source=item.source,
        )
        for at, item in enumerate(asked.items)
    )


def table(*rows: str, head: str = HEAD, expected: Expected | None = None) -> Import:
    """A CSV table handed in."""
    return csv_import("\n".join((head, *rows)).encode(), "报表.csv", names(), expected)


def codes(result: Import) -> list[str]:
    return [problem.code for problem in result.problems]


def opened(firm_id: str, filled: tuple[Statement, ...] = ()) -> openpyxl.Workbook:
    """The template of a firm as a person's program opens it."""
    content = template_bytes(form(firm_id), REGION, library(), filled=filled)
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
