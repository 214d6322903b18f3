"""The same plan in another layout gives the same facts: wrapped lines, full-width figures, spaces, line ends, encodings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from lvlian.plan.facts import SCORED_KINDS
from lvlian.plan.read import read_plan
from lvlian.plan.source import read_source, source_from_text

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "qingyan.txt"


def wrapped(columns: int) -> Callable[[str], str]:
    """Each line cut at a column, as mail and some converters do; table rows stay."""

    def change(text: str) -> str:
        out: list[str] = []
        for line in text.split("\n"):
            rest = line if "\t" in line else line.strip()
            while len(rest) > columns and "\t" not in rest:
                out.append(rest[:columns])
                rest = rest[columns:]
            if rest:
                out.append(rest)
        return "\n".join(out)

    return change


LAYOUTS: dict[str, Callable[[str], str]] = {
    "wrapped at 40": wrapped(40),
    "wrapped at 36": wrapped(36),
    "wrapped at 30": wrapped(30),
    "wrapped at 26": wrapped(26),
    "full-width digits": lambda text: text.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "spaces round figures": lambda text: re.sub(r"(\d+(?:\.\d+)?)(?=[万亿家户年月个项%亩])", r" \1 ", text),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
}


def facts(text: str) -> dict[str, list[str]]:
    read = read_plan(source_from_text(text))
    own = ("quote", "start", "section", "confidence", "reason", "made_by", "origin")
    return {
        kind: sorted(
            unicodedata.normalize("NFKC", str({k: v for k, v in fact.to_json().items() if k not in own})).replace(
                "\\n", ""
            )
            for fact in read.of(kind)
        )
        for kind in SCORED_KINDS
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_sample_in_another_layout(layout: str) -> None:
    # The annex is a table of tabs; its rows are no running text and are left as they are.
    text = SAMPLE.read_text(encoding="utf-8")
    plain = "\n".join(line for line in text.split("\n") if "\t" not in line)
    assert facts(LAYOUTS[layout](plain)) == facts(plain)


@pytest.mark.parametrize(
    "layout", ["wrapped at 40", "wrapped at 30", "full-width digits", "spaces round figures", "CRLF"]
)
@pytest.mark.parametrize("name", ["yanshan", "baise", "liaocheng", "changji"])
def test_a_real_plan_in_another_layout(shared: Path, name: str, layout: str) -> None:
    text = (shared / "plans" / f"{name}.txt").read_text(encoding="utf-8")
    assert facts(LAYOUTS[layout](text)) == facts(text)


def test_the_same_facts_from_another_encoding(tmp_path: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        path = tmp_path / f"{encoding}.txt"
        path.write_text(text, encoding=encoding)
        source = read_source(path)
        assert source.text == text
        assert read_plan(source).to_json()["goals"] == read_plan(source_from_text(text)).to_json()["goals"]
