"""Writes docs/indicators.md: every official indicator with its formula, boundary, unit, direction and variants, from the data.

    python -m tools.make_indicators [--check]

`--check` writes nothing and fails where the page is not what the data say.
"""

from __future__ import annotations

import sys
from pathlib import Path

from lvlian.chain.indicators.formula import Formula, FormulaBook, Term, Variant
from lvlian.chain.indicators.load_formulas import load_formulas
from lvlian.chain.indicators.needs import needs
from lvlian.chain.library import Library, load_library

PAGE = Path(__file__).resolve().parent.parent / "docs" / "indicators.md"

HEAD = """# Indicators

Written by `python -m tools.make_indicators` from `src/lvlian/chain/indicators/formulas.yaml` and `data/indicators.csv`; change those.

The {count} indicators that five published plans name, in {readings} variants. A plan rarely says what exactly it counts, so an indicator has as many
variants (口径) as its wording allows. All are shown; the program never prefers one. A region may fix one for itself, with who decided
and when. The formulas are this project's reading of the texts (none is verified by an authority); every figure that they assume is listed
among the value's assumptions.

## How a value comes about

```python
from lvlian.chain.indicators.evaluate import evaluate
from lvlian.chain.indicators.from_account import facts_in, flows_of
from lvlian.chain.indicators.load_formulas import load_formulas

reading = evaluate(load_formulas()["liquid_local_conversion"], flows_of(account), facts_in(account))
for value in reading.values:
    print(value.zh, value.value, value.sd, value.interval80, value.missing)
```

- **Two sides.** Numerator and denominator are sums of streams of the account, facts, counts of firms and capacities. Each line can be
  opened: stream, value, sd, class. A sum can be known where its members are not: two firms that report nothing leave only their total.
- **Spread.** dR = (dN − R·dD) / D with the whole posterior covariance of the streams, so that what stands on both sides counts once; tests hold it
  within 2 % of sampling. Where the denominator's relative sd is over 5 % the 80 % interval is Fieller's; over 10 % a note says that
  the linear sd is too small. `sampled(value)` gives the sampled interval beside it. Months are taken as independent of each other.
- **Shares.** Which report brings how much of the variance (the first six over 0.5 %): the one to ask first.
- **Otherwise.** Where the account leaves a set of reports that cannot be told apart, the value says what it would be if each of them were wrong.
- **Bounds.** Where the balances leave a side open, linear programmes over them and x ≥ 0 give the ends, each with its own sd.
- **Missing.** Nothing is a number where a figure is missing: `missing` says what, and whom to ask. A count of firms with unknown facts is a range.
- **Assumptions.** Metal contents, reference prices and conversion factors come with a range, which enters the spread, and with their source.
- **Time.** Months add up on both sides before they are divided; stocks and counts are those of the last month; prices are averaged.
  `series(formula, accounts)` gives months, the year to date and the change against the year before.

## Energy

`lvlian.chain.indicators.energy`: capacity by the grades of GB 21346 and the benchmark and baseline levels with the chance of every smelter
(`grades`), the stepped power price with the chance of each step (`stepped_price`; the rule's figures are marked as not verified), and the
energy of a smelter joint with the firms that it delivers liquid metal to (`joint_intensity`, power at calorific and at equal value).

## Goals of a plan

`propose(goals)` says which indicator, and which variant where the text decides it, each goal of a plan names, with the reason and whether a
person should look twice; `compare(goal, proposal, reading)` sets it against the account: value, sd, gap in the goal's unit, the chance that it is
met now, or what is missing. A plain figure counts as met from its printed digits on, 左右 within 5 % (an assumption). The words are in `goals.yaml`.
"""


def side(terms: tuple[Term, ...]) -> str:
    """Terms as a sum in words."""
    out = ""
    for n, term in enumerate(terms):
        sign = " − " if term.sign < 0 else (" + " if n else "")
        factors = "".join(f" × {words(t)}" for t in term.times)
        out += f"{sign}{term.zh}{factors}"
    return out


def words(times: object) -> str:
    """A factor in words."""
    what, number, key = (getattr(times, name) for name in ("what", "number", "key"))
    if what == "number":
        return f"{number:g}"
    return {"content": "金属含量", "energy": "折标系数", "price": "参考单价"}.get(what, "·".join(key))


def formula_of(formula: Formula, variant: Variant) -> str:
    """A variant's formula in one line."""
    top, bottom = side(variant.numerator), side(variant.denominator)
    if formula.kind == "growth":
        return f"（{'·'.join(variant.of)} ÷ 上一期）^(1/年数) − 1"
    if formula.kind == "difference":
        return f"{top} − {bottom}"
    if formula.kind == "threshold":
        of = "占全部产能" if variant.share else "产能"
        return f"电耗 {variant.side.replace('<=', '≤')} {variant.limit:,.0f} 的企业{of}"
    if formula.kind == "capped":
        return f"每家 min({top}，{variant.limit:,.0f} 元) 之和"
    if formula.kind == "concentration":
        return f"最大 {variant.top} 家的{top} ÷ 全部"
    return f"（{top}）÷（{bottom}）" if bottom else top


def page(book: FormulaBook, library: Library) -> str:
    """The whole page."""
    readings = sum(len(f.variants) for f in book.formulas.values())
    lines = [HEAD.format(count=len(book.formulas), readings=readings), "## All indicators", ""]
    for key, formula in book.formulas.items():
        entry = library.indicators[key]
        lines += [
            f"### {entry.name_zh}",
            "",
            f"`{key}` · {entry.name_en} · {formula.unit} · {formula.direction} · {formula.kind}, months: {formula.over}",
            "",
        ]
        lines += [
            f"边界：{formula.boundary}。" + (f" Named in: {', '.join(entry.named_in)}." if entry.named_in else ""),
            "",
        ]
        lines += ["| variant | 口径 | 计什么 | formula |", "| --- | --- | --- | --- |"]
        for variant in formula.variants:
            mark = " （假设）" if variant.assumed else ""
            lines.append(
                f"| `{variant.id}` | {variant.zh}{mark} | {variant.reading} | {formula_of(formula, variant)} |"
            )
        rules = [f"{library.regulation(r).cite}" for r in formula.rules]
        lines += ["", *([f"依据：{'；'.join(rules)}", ""] if rules else [])]
    lines += [
        "## Facts that are asked",
        "",
        "| fact | 名称 | unit | of | asked of | indicators |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for need in needs(book):
        asked = need.ask or "、".join(need.firm_kind) or "all firms"
        lines.append(
            f"| `{need.fact}` | {need.zh} | {need.unit} | {need.of} | {asked} | {', '.join(need.indicators)} |"
        )
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Writes or checks the page."""
    text = page(load_formulas(), load_library())
    if "--check" in arguments:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
