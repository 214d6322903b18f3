"""The examples of docs/reports.md are run as they stand; its tables name what there is."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from lvlian.chain.report.statement import ITEMS
from lvlian.chain.report.wording import load_words
from lvlian.chain.words import folded

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reports.md"
SOURCE = Path(__file__).resolve().parents[3] / "src" / "lvlian" / "chain" / "report"


def test_the_examples_of_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    text = "\n".join("\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL)).splitlines())
    test = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) >= 20
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


def test_the_page_names_every_doubt_item_and_source() -> None:
    page = PAGE.read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(report-[a-z-]+)` \|", page, re.MULTILINE))
    assert told == set(re.findall(r'"(report-[a-z-]+)"', (SOURCE / "doubt.py").read_text(encoding="utf-8")))
    words = load_words()
    (items,) = re.findall(r"^\| 项目 \| (.*?), or", page, re.MULTILINE)
    assert {words.items[folded(word)] for word in items.split()} == set(ITEMS)
    (sources,) = re.findall(r"^\| 来源 \| (.*?):", page, re.MULTILINE)
    assert {words.sources[folded(word)] for word in sources.split()} == set(words.sources.values())
