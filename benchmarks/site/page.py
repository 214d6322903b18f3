"""The block of docs/performance.md that holds the site's figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.figure import ROOT, Figure

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- begin: site -->", "<!-- end: site -->"


def tables(figures: Sequence[Figure], where: dict[str, Any]) -> str:
    """The figures as tables, a section for each part."""
    head = (
        f"{where['date']}, {where['system']}, {where['cores']} cores, {where['memory']} GiB, Python {where['python']}; load of the "
        f"machine when it began: {where['load']}. Visitors, gunicorn and the database share these cores."
    )
    lines = [head]
    part = ""
    for figure in figures:
        if figure.part != part:
            part = figure.part
            lines += ["", f"### {part}", "", "| what | measured | bound | share of the bound | |"]
            lines.append("| --- | ---: | ---: | ---: | --- |")
        bound = "–" if figure.bound is None else f"{figure.bound:g}"
        value = (
            f"{figure.value:,.0f}"
            if figure.value >= 100 or figure.value == int(figure.value)
            else f"{figure.value:.1f}"
        )
        share = f"{figure.value / figure.bound:.2f}" if figure.bound else ""
        mark = "" if figure.holds is not False else " **beyond**"
        told = f"{value} {figure.unit}".rstrip()
        lines.append(f"| {figure.what} | {told}{mark} | {bound} | {share} | {figure.note} |")
    return "\n".join(lines)


def write(figures: Sequence[Figure], where: dict[str, Any], first: str = BEGIN, last: str = END) -> None:
    """Puts the tables between two marks of the page. Raises ValueError where they are missing."""
    page = PAGE.read_text(encoding="utf-8")
    head, begin, rest = page.partition(first)
    _, end, tail = rest.partition(last)
    if not begin or not end:
        raise ValueError(f"{PAGE.name}: the marks {first} and {last} are missing")
    PAGE.write_text(f"{head}{first}\n{tables(figures, where)}\n{last}{tail}", encoding="utf-8")
