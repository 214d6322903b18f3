"""What is written reads back as the same statements, in every form."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chain.report.ground import REGION, answers_to, form, library, names

from lvlian.brief.report_table import statements_workbook
from lvlian.chain.region import OUTSIDE
from lvlian.chain.report.read_csv import csv_import
from lvlian.chain.report.read_json import json_import
from lvlian.chain.report.read_report import report_import
from lvlian.chain.report.read_workbook import workbook_import
from lvlian.chain.report.statement import ITEMS, Origin, Statement
from lvlian.chain.report.units import base_unit
from lvlian.chain.report.write_statements import csv_text, json_text

FIRMS = tuple(firm.id for firm in REGION.firms)
GOODS = tuple(sorted(library().goods))
PROCESSES = tuple(sorted(library().processes))
WORDS = st.text("铝液吨万=+-@'\",;0123456789 .", max_size=20).map(str.strip)
VALUES = st.floats(0, 1e12, allow_nan=False, allow_infinity=False)


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    item = draw(st.sampled_from(sorted(ITEMS)))
    good = draw(st.sampled_from(sorted(names().facts) if item == "fact" else GOODS))
    fact = names().facts.get(good)
    unit = base_unit(item, library().goods[good].unit if item != "fact" else "", fact.unit if fact else "")
    party, firm = draw(st.sampled_from(FIRMS)), draw(st.sampled_from(("", *FIRMS)))
    return Statement(
        party=party,
        month=f"{draw(st.integers(2000, 2099))}-{draw(st.integers(1, 12)):02d}",
        item=item,
        good=good,
        value=draw(st.floats(0, 1) if item == "content" else VALUES),
        firm="" if firm == party else firm,
        process=draw(st.sampled_from(PROCESSES)),
        partner=draw(st.sampled_from(("", OUTSIDE, f"{OUTSIDE}:江边铝材厂", *FIRMS))),
        unit=unit,
        given=draw(WORDS) or "1",
        source=draw(st.sampled_from(("weighbridge", "meter", "stocktake", "statement", "survey", "estimate"))),
        sd=draw(st.none() | st.floats(1e-6, 1e6)),
        used=draw(st.booleans()),
    )


def lists() -> st.SearchStrategy[list[Statement]]:
    return st.lists(statements(), min_size=1, max_size=8, unique_by=lambda s: (s.month, *s.key))


def bare(found: tuple[Statement, ...]) -> list[Statement]:
    return [replace(one, origin=Origin()) for one in found]


@given(lists())
def test_csv(written: list[Statement]) -> None:
    result = csv_import(csv_text(written).encode(), "a.csv", names())
    assert result.ok, [p.told("en") for p in result.problems]
    assert bare(result.statements) == written


@given(lists())
def test_json_with_origins(written: list[Statement]) -> None:
    told = [replace(one, origin=Origin("旧表.xlsx", "填报", f"E{at}")) for at, one in enumerate(written)]
    result = json_import(json_text(told).encode(), "a.json", names())
    assert result.ok, [p.told("en") for p in result.problems]
    assert list(result.statements) == told


@given(lists())
def test_workbook(written: list[Statement]) -> None:
    """Excel keeps sixteen digits."""
    result = workbook_import(statements_workbook(written), "a.xlsx", names())
    assert result.ok, [p.told("en") for p in result.problems]
    for one, other in zip(bare(result.statements), written, strict=True):
        assert one.value == pytest.approx(other.value, rel=1e-15)
        assert (one.sd is None) == (other.sd is None)
        assert replace(one, value=0.0, sd=None) == replace(other, value=0.0, sd=None)


def test_simulated_statements_say_so_in_every_form() -> None:
    written = answers_to(form("yunxiu"))
    for content in (
        csv_text(written, simulated=True).encode(),
        json_text(written, simulated=True).encode(),
        statements_workbook(written, simulated=True),
    ):
        result = report_import(content, "a", names())
        assert result.ok
        assert result.simulated


def test_words_may_stand_for_ids() -> None:
    shown = names()
    written = answers_to(form("yunxiu"))
    result = csv_import(csv_text(written, shown).encode(), "a.csv", names())
    assert result.ok, [p.told("en") for p in result.problems]
    assert [s.key for s in result.statements] == [s.key for s in written]
    assert "yunxiu" not in csv_text(written, shown)


def test_same_statements_same_bytes() -> None:
    written = answers_to(form("beipo"))
    assert statements_workbook(written) == statements_workbook(written)
