"""What `lvlian reconcile` shows of several months together, and of a plan's goals beside an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvlian.brief.account_page import short
from lvlian.cli import terminal
from lvlian.cli.options import Speech
from lvlian.cli.reconciling_shown import tested
from lvlian.cli.status import printable

if TYPE_CHECKING:
    from rich.table import Table

    from lvlian.brief.account_bundle import Bundle
    from lvlian.brief.goal_standing import Standing
    from lvlian.chain.indicators.goals import Comparison
    from lvlian.chain.indicators.value import Value

MAIN = (
    "liquid_local_conversion", "aluminium_deep_processing_local", "output_per_kwh", "smelting_ac_intensity", "recycled_share_of_primary",
    "energy_intensity_chain", "semis_overall_yield", "chain_output_value",
)  # fmt: skip
"""The indicators that reports of a month tell most about; the workbook has all."""
MOST_MONTHS = 12


def show_period(bundle: Bundle, language: Speech) -> None:
    """Each month with its test, the months that are missing, the main indicators month by month and together."""
    from rich.text import Text

    from lvlian.chain.account.labels import firm_name

    chinese = language is Speech.ZH
    console = terminal.console()
    label = ("  （模拟）" if chinese else "  (simulated)") if bundle.simulated else ""
    console.print(Text(printable(bundle.title) + label, style="bold"))
    held = {a.month: a for a in bundle.accounts}
    for month in sorted({*held, *bundle.absent}):
        account = held.get(month)
        if account is None:
            words = "没有报数，未推算" if chinese else "nothing reported; nothing is extrapolated"
            console.print(Text(f"{month}  ○ {words}", style="cyan"))
            continue
        test = account.removals[-1] if account.removals else None
        told = tested(test.chi2, test.dof, test.limit, chinese) if test is not None else ""
        counts = (
            f"可疑 {len(account.doubts)}  分不开 {len(account.sets)}"
            if chinese
            else f"suspects {len(account.doubts)}  sets {len(account.sets)}"
        )
        silent = ("、" if chinese else ", ").join(firm_name(account.region, key, chinese) for key in account.missing)
        more = (f"  没报：{silent}" if chinese else f"  silent: {silent}") if silent else ""
        console.print(Text(printable(f"{month}  {told}  {counts}{more}")), soft_wrap=True)
    console.print(_series(bundle, chinese))


def _series(bundle: Bundle, chinese: bool) -> Table:
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0))
    months = [a.month for a in bundle.accounts][-MOST_MONTHS:]
    table.add_column("指标" if chinese else "indicator")
    table.add_column("口径" if chinese else "variant")
    table.add_column("单位" if chinese else "unit")
    for month in months:
        table.add_column(month, justify="right", no_wrap=True)
    name = bundle.period.name if bundle.period is not None else ""
    table.add_column(printable(name), justify="right", no_wrap=True)
    for key in MAIN:
        reading = bundle.readings.get(key)
        for n, value in enumerate(reading.values if reading is not None else ()):
            if reading is None or not value.known:
                continue
            cells = [bundle.by_month[m][key].value(value.variant) for m in months]
            title = (reading.name_zh if chinese else reading.name_en) if not n else ""
            table.add_row(
                title, value.zh if chinese else value.en, value.unit, *(figure_words(one) for one in cells), figure_words(value)
            )  # fmt: skip
    return table


def show_goals(bundle: Bundle, language: Speech) -> None:
    """The plan's goals, each beside the account; a goal whose variant is open has a row for each."""
    from rich.table import Table
    from rich.text import Text

    chinese = language is Speech.ZH
    console = terminal.console()
    console.print()
    title = str((bundle.plan or {}).get("document", {}).get("title") or "")
    console.print(Text(printable(f"{title}  {'目标与链账' if chinese else 'goals beside the account'}"), style="bold"))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading, right in zip(
        ("目标", "写的", "何时", "口径", "账上", "差", "已达到的可能", "缺什么、须知")
        if chinese
        else ("goal", "as written", "when", "variant", "account", "gap", "chance it is met", "missing, notes"),
        (0, 1, 0, 0, 1, 1, 1, 0),
        strict=True,
    ):
        table.add_column(heading, justify="right" if right else "left")
    unnamed = 0
    for s in bundle.standings:
        if not s.found and not s.no_firm:
            unnamed += 1
            continue
        for n, c in enumerate(s.found):
            table.add_row(*(printable(cell) for cell in _goal_row(s, c, n, chinese)))
        if s.no_firm:
            table.add_row(printable(f"{s.subject} {s.name}"), printable(s.target_words), s.when, "", "—", "", "", s.reason(chinese))  # fmt: skip
    console.print(table)
    if unnamed:
        words = f"另有 {unnamed} 个目标不对应链账的指标。" if chinese else f"{unnamed} more goals name no indicator of the account."  # fmt: skip
        console.print(Text(words))


def _goal_row(s: Standing, c: Comparison, n: int, chinese: bool) -> list[str]:
    sure = "" if s.proposal.sure else "（须确认）" if chinese else " (to be confirmed)"
    first = [s.name + sure, s.target_words, s.when] if not n else ["", "", ""]
    if c.value is not None:
        told = f"{short(c.value)} ± {short(1.2816 * (c.sd or 0.0))}"
    elif c.low is not None:
        told = f"{short(c.low)}–{short(c.high)}" if c.high is not None and c.high < 1e300 else f"≥ {short(c.low)}"
    else:
        told = "缺数" if chinese else "no data"
    gap = "" if c.gap is None else ("+" if c.gap > 0 else "") + short(c.gap)
    notes = [m.zh if chinese else m.en for m in c.missing[:3]] + (
        [s.remark(chinese)] if c.value is not None or c.low is not None else []
    )
    missing = ("；" if chinese else "; ").join(one for one in notes if one)
    return [*first, s.variant_words(c.variant, chinese), told, gap, s.chance_words(c), missing]


def figure_words(value: Value | None) -> str:
    """A figure with the ± of 80 %, its bounds, or a dash."""
    if value is None or not value.known:
        return "—"
    if value.value is not None:
        return f"{short(value.value)} ± {short(1.2816 * value.sd)}" if value.sd else short(value.value)
    return f"{short(value.low)}–{short(value.high)}" if value.high is not None else f"≥ {short(value.low)}"
