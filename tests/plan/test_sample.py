"""The sample plan: marked as invented, the same in both forms, and its sums are those that its page states."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from lvlian.chain.library import load_library
from lvlian.plan.source import read_source

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
TEXT = (SAMPLE / "qingyan.txt").read_text(encoding="utf-8")


def test_it_says_first_that_it_is_invented() -> None:
    assert "示例" in TEXT.splitlines()[0] and "虚构" in TEXT.splitlines()[0]


def test_the_word_file_is_made_from_the_text_and_always_the_same() -> None:
    spec = importlib.util.spec_from_file_location("make_sample", ROOT / "tools" / "make_sample.py")
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.word(TEXT) == tool.word(TEXT)
    source = read_source(SAMPLE / "qingyan.docx")
    assert [len(table.rows) for table in source.tables] == [12]
    assert "".join(source.text.split()) == "".join(TEXT.split())


def test_the_sums_of_the_annex_and_the_land() -> None:
    rows = [line.split("\t") for line in TEXT.splitlines() if "\t" in line][1:]
    assert sum(float(row[4]) for row in rows[:-1]) == float(rows[-1][4]) == 73
    lots = re.findall(r"第.批次([\d.]+)亩", TEXT)
    assert sum(map(float, lots)) == 1260


def test_the_products_of_the_annex_are_known_to_the_library() -> None:
    library = load_library()
    rows = [line.split("\t") for line in TEXT.splitlines() if "\t" in line][1:-1]
    found = [library.product_of(row[3]) for row in rows]
    assert [product.id if product else None for product in found] == [
        "billet",
        "slab",
        "anode",
        "foundry_alloy",
        "sheet_strip",
        "auto_part",
        "aluminium_cable",
        "recycled_aluminium",
        "pv_frame",
        "dross",
    ]


def test_the_metal_that_the_page_states() -> None:
    plants = [
        ("billet", 30.0),
        ("slab", 25.0),
        ("foundry_alloy", 12.0),
        ("sheet_strip", 20.0),
        ("auto_part", 8.0),
        ("aluminium_cable", 6.0),
    ]
    assert 62 <= load_library().metal_demand([*plants, ("pv_frame", 5.0)]).low < 63
