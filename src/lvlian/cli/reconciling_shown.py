"""What `lvlian reconcile` shows of a month's account in the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from lvlian.cli import terminal
from lvlian.cli.options import Speech
from lvlian.cli.status import printable

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.account.rows import Row

CLASS_EN = {
    "redundant": "checked",
    "nonredundant": "unchecked",
    "exact": "exact",
    "observable": "derived",
    "unobservable": "unknown",
}


def show_account(account: Account, language: Speech) -> None:
    """The account for the eye: rows, tests, doubts, what to ask."""
    from rich.text import Text

    chinese = language is Speech.ZH
    console = terminal.console()
    region = account.region
    label = "  （模拟）" if region.simulated and chinese else "  (simulated)" if region.simulated else ""
    console.print(
        Text(f"{printable(region.name)} {account.month} {'链账' if chinese else 'account'}{label}", style="bold")
    )
    count = account.count()
    if chinese:
        words = f"可查 {count['redundant']}  不可查 {count['nonredundant']}  可推得 {count['observable']}  推不得 {count['unobservable']}"
    else:
        words = "  ".join(f"{CLASS_EN[k]} {n}" for k, n in count.items() if n)
    console.print(Text(words))
    for at, test in enumerate(account.removals):
        if at in (0, len(account.removals) - 1):
            head = ("收到时" if at == 0 else "平衡后") if chinese else ("as received" if at == 0 else "after removals")
            console.print(Text(f"{head} {tested(test.chi2, test.dof, test.limit, chinese)}"))
    console.print(_table(account, chinese))
    for finding in account.findings:
        if finding.code in ("account-open", "account-closes"):
            continue
        style = {"conflict": "red", "gap": "cyan", "notice": "yellow"}.get(finding.severity, "")
        mark = {"conflict": "■", "gap": "○", "notice": "▲"}.get(finding.severity, "●")
        console.print(
            Text(f"{mark} {printable(finding.message_zh if chinese else finding.message_en)}", style=style),
            soft_wrap=True,
        )
        for line in finding.steps(chinese):
            console.print(Text("    " + printable(line)), soft_wrap=True)
        for fact in finding.facts:
            if fact.section:
                console.print(Text("    " + printable(fact.section), style="dim"), soft_wrap=True)
    if account.asks:
        console.print()
        console.print(Text("要什么才能定" if chinese else "What to ask for", style="bold"))
    from lvlian.chain.account.wording import ask_words

    for ask in account.asks:
        console.print(Text("  " + printable(ask_words(account, ask, chinese))), soft_wrap=True)


def _table(account: Account, chinese: bool) -> Any:
    from rich.table import Table
    from rich.text import Text

    from lvlian.chain.account.solution import CLASS_ZH

    table = Table(box=None, padding=(0, 2, 0, 0))
    headings = (
        ("流", "谁报", "报数", "平衡后", "± 80%", "改动", "z", "类", "像")
        if chinese
        else ("flow", "reported by", "reported", "balanced", "± 80%", "change", "z", "class", "looks like")
    )
    for at, heading in enumerate(headings):
        table.add_column(heading, justify="right" if 2 <= at <= 6 else "left", no_wrap=at > 1)
    group = ""
    for row in account.rows:
        if row.group != group:
            group = row.group
            table.add_row(Text(printable(row.group_zh if chinese else row.group_en), style="bold"))
        style = "yellow" if row.mark else "dim" if row.reading is None else ""
        table.add_row(
            Text(("  " if row.depth else "") + printable(row.label_zh if chinese else row.label_en), style=style),
            Text(printable(row.who_zh if chinese else row.who_en), style=style),
            Text(_reported(row, chinese), style="strike" if row.struck else style),
            Text(_balanced(row, chinese), style=style),
            Text(_amount(row.half, row.unit), style=style),
            Text(_signed(row.change, row.unit), style=style),
            Text(
                "—" if math.isnan(row.z) else "≥ 99" if abs(row.z) >= 99 else f"{row.z:+.1f}".replace("-", "−"),
                style=style,
            ),
            Text(CLASS_ZH[row.kind] if chinese else CLASS_EN[row.kind], style=style),
            Text(printable(row.mark_zh if chinese else row.mark_en), style=style),
        )
    return table


def _amount(value: float, unit: str) -> str:
    from lvlian.chain.account.labels import amount

    return "—" if not math.isfinite(value) else amount(value, unit).split(" ")[0]


def _reported(row: Row, chinese: bool) -> str:
    from lvlian.chain.account.labels import amount

    if row.reading is None:
        return "没报" if chinese else "not reported"
    return amount(row.reported, row.unit, chinese)


def _balanced(row: Row, chinese: bool) -> str:
    if math.isnan(row.value):
        if math.isinf(row.high):
            return "推不得" if chinese else "unknown"
        return f"{_amount(row.low, row.unit)}–{_amount(row.high, row.unit)}"
    if row.in_set is not None:
        return f"{_amount(row.value, row.unit)} {'或不动' if chinese else 'or as is'}"
    return _amount(row.value, row.unit)


def _signed(value: float, unit: str) -> str:
    text = _amount(value, unit)
    return text if text == "—" or text.startswith("−") or text == "0" else f"+{text}"


def tested(chi2: float, dof: int, limit: float, chinese: bool) -> str:
    """The global test in one line."""
    if not dof:
        return "没有可检的平衡" if chinese else "nothing to test"
    fits = chi2 <= limit
    verdict = ("合" if fits else "不合") if chinese else ("closes" if fits else "does not close")
    name = "自由度" if chinese else "degrees of freedom"
    return (
        f"χ² {chi2:,.1f} {'≤' if fits else '>'} {limit:.1f}（{name} {dof}）{verdict}"
        if chinese
        else f"χ² {chi2:,.1f} {'≤' if fits else '>'} {limit:.1f} ({name} {dof}): {verdict}"
    )
