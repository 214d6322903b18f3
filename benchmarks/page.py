"""Figures to the tables of docs/performance.md, between its two marks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figure import ROOT, Figure

PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- begin: measured -->"
END = "<!-- end: measured -->"


def tables(figures: Sequence[Figure], machine: dict[str, Any]) -> str:
    """One table a part, in the order measured, under a line that says when and on what."""
    head = (
        f"{machine['date']}, {machine['system']}, {machine['cores']} cores, {machine['memory']} GiB, Python {machine['python']}; "
        f"load of the machine when it began: {machine['load']}. Times are medians where runs are given."
    )
    lines = [head]
    for part in dict.fromkeys(f.part for f in figures):
        lines += [
            "",
            f"### {part[:1].upper()}{part[1:]}",
            "",
            "| what | measured | bound | share of the bound | |",
            "| --- | ---: | ---: | ---: | --- |",
        ]
        lines += [_row(f) for f in figures if f.part == part]
    return "\n".join(lines)


def _row(figure: Figure) -> str:
    if math.isnan(figure.value):
        return f"| {figure.what} | – | | | |"
    bound = ratio = ""
    if figure.bound is not None:
        bound = f"{'≥' if figure.least else '≤'} {_number(figure.bound)} {figure.unit}".strip()
        ratio = f"{figure.value / figure.bound:.2f}" if figure.bound else ""
        ratio = ratio if figure.holds else f"**{ratio or 'not kept'}**"
    return f"| {figure.what} | {_number(figure.value)} {figure.unit} | {bound} | {ratio} | {figure.note} |".replace(
        "  ", " "
    )


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1 else f"{value:.3f}"


def write(content: str, page: Path = PAGE) -> None:
    """Put the tables between the marks. Raises ValueError where the page has no marks."""
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page.name}: expected the lines {BEGIN} and {END}")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    page.write_text(f"{head}{BEGIN}\n{content}\n{END}{tail}", encoding="utf-8")


def broken(figures: Iterable[Figure]) -> list[Figure]:
    """The figures that are beyond their bound."""
    return [f for f in figures if f.holds is False]
