"""The table of all checks and what they assume, as Markdown: `python -m lvlian.plan.check.table` prints it for docs/checks.md."""

from __future__ import annotations

import sys

from lvlian.finding import SEVERITY_ZH
from lvlian.plan.check.assumption import load_assumptions
from lvlian.plan.check.checking import TABLE
from lvlian.plan.check.figure import shown
from lvlian.plan.check.rule import FAMILIES


def codes_markdown() -> str:
    """One table for each family: code, name, severities, what it reads, meaning."""
    lines: list[str] = []
    for family, (zh, en) in FAMILIES.items():
        lines += [f"### {zh} · {en}", "", "| code | 名称 | 级别 | reads | 含义 |", "| --- | --- | --- | --- | --- |"]
        for check in TABLE.values():
            if check.family == family:
                severities = " ".join(SEVERITY_ZH[s] for s in check.severities)
                lines.append(
                    f"| `{check.code}` | {check.zh} ({check.en}) | {severities} | {', '.join(check.needs)} | {check.meaning} |"
                )
        lines.append("")
    return "\n".join(lines)


def assumptions_markdown() -> str:
    """The figures of `thresholds.yaml`."""
    lines = ["| name | figure | 读法 | 依据 |", "| --- | --- | --- | --- |"]
    for a in load_assumptions().values():
        figure = shown(a.low) if a.low == a.high else f"{shown(a.low)}–{shown(a.high)}"
        lines.append(f"| `{a.name}` | {figure} | {a.zh} | {a.source} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(f"{assumptions_markdown()}\n{codes_markdown()}")
