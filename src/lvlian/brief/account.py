"""A month's chain account as an Excel workbook: reports and balances, doubts, sets, what to ask for, indicators, balances, assumptions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lvlian.chain.account.labels import UNITS, firm_name, label
from lvlian.chain.account.solution import CLASS_ZH

from .sheets import Column, Sheet, Value
from .workbook import workbook_bytes

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.account.asks import Ask
    from lvlian.chain.indicators.value import Reading

EIGHTY = 1.2815515655446004
SIMULATED = "模拟"
REASONS = {
    "receipt": "没报，平衡也定不了",
    "stock": "分不开的一组",
    "second": "只此一报，没有第二处可核",
    "recipe": "损失现用链库系数",
}
KIND_ZH = {
    "store": "收发存", "process": "金属平衡", "relation": "单耗", "transport": "运输", "total": "合计", "value": "产值", "level": "库存",
}  # fmt: skip


def account_title(account: Account) -> str:
    """`砚山县2024年5月铝产业链账`."""
    return f"{account.region.name}{int(account.month[:4])}年{int(account.month[5:])}月产业链账"


def account_workbook(account: Account, readings: Mapping[str, Reading] | None = None) -> bytes:
    """The workbook; `readings` are the month's indicators, where they were computed."""
    about = SIMULATED if account.region.simulated else ""
    return workbook_bytes(account_sheets(account, readings), foot=(account_title(account), about))


def account_sheets(account: Account, readings: Mapping[str, Reading] | None = None) -> list[Sheet]:
    """One sheet for each part, empty ones too."""
    return [
        _rows(account), _doubts(account), _sets(account), _asks(account), _indicators(readings or {}), _checks(account), _notes(account),
    ]  # fmt: skip


def finite(value: float) -> Value:
    """A figure for a cell; nothing for NaN and ±∞."""
    return float(f"{value:.10g}") if math.isfinite(value) else None


def in_unit(value: float, unit: str) -> Value:
    """A figure in the unit that people use."""
    return finite(value / UNITS.get(unit, (unit, unit, 1.0))[2]) if math.isfinite(value) else None


def unit_zh(unit: str) -> str:
    return UNITS.get(unit, (unit, unit, 1.0))[0]


def reading_words(account: Account, reading: int) -> str:
    """What a reported figure is called."""
    given = account.network.readings[reading]
    return label(
        account.streams[given.stream],
        account.region,
        account.library,
        True,
        given.statement.item if given.statement else "",
    )


def reading_who(account: Account, reading: int) -> tuple[str, str]:
    """Who reported it, and the post to ask."""
    statement = account.network.readings[reading].statement
    party = statement.party if statement is not None else ""
    firm = account.region.firm(party)
    return firm_name(account.region, party), firm.post if firm is not None else ""


def reading_place(account: Account, reading: int) -> tuple[str, str, str]:
    """File, sheet and cell."""
    statement = account.network.readings[reading].statement
    return (
        (statement.origin.file, statement.origin.sheet, statement.origin.cell)
        if statement is not None
        else ("", "", "")
    )


def ask_words(account: Account, ask: Ask) -> str:
    """The paper that is asked for."""
    source = account.sources.classes.get(ask.source)
    what = label(account.streams[ask.stream], account.region, account.library)
    return f"{firm_name(account.region, ask.firm)} {what}" + (f"（{source.zh}）" if source is not None else "")


def ask_fixes(account: Account, ask: Ask) -> str:
    return "、".join(label(account.streams[f.stream], account.region, account.library) for f in ask.fixes)


def _rows(account: Account) -> Sheet:
    out: list[list[Value]] = []
    for row in account.rows:
        given = account.network.readings[row.reading].statement if row.reading is not None else None
        place = reading_place(account, row.reading) if row.reading is not None else ("", "", "")
        out.append(
            [
                row.group_zh, row.label_zh, row.who_zh, unit_zh(row.unit),
                in_unit(row.reported, row.unit), "划去，未采用" if row.struck else "" if row.reading is not None else "没报",
                in_unit(row.value, row.unit), in_unit(row.half, row.unit), in_unit(row.low, row.unit), in_unit(row.high, row.unit),
                in_unit(row.change, row.unit), finite(round(row.z, 2)) if math.isfinite(row.z) else None,
                CLASS_ZH.get(row.kind, row.kind), row.mark_zh, given.given if given is not None else "", *place,
                SIMULATED if account.region.simulated else "",
            ]
        )  # fmt: skip
    columns = (
        Column("环节", 14), Column("流", 30), Column("谁报", 14), Column("单位", 8), Column("报数", 14, True), Column("用否", 12),
        Column("平衡后", 14, True), Column("±（80%）", 10, True), Column("下界", 12, True), Column("上界", 12, True), Column("改动", 12, True),
        Column("z", 8, True), Column("类", 10), Column("像什么", 10), Column("原文", 16), Column("文件", 30), Column("表", 10), Column("单元格", 8),
        Column("注", 6),
    )  # fmt: skip
    return Sheet("报数与平衡", columns, out)


def _doubts(account: Account) -> Sheet:
    out: list[list[Value]] = []
    told = [f for f in account.findings if f.code.startswith("account-suspect-")]
    for n, d in enumerate(account.doubts):
        unit = account.streams[account.network.readings[d.reading].stream].unit
        who, post = reading_who(account, d.reading)
        lines = told[n].arithmetic if n < len(told) else d.kind.arithmetic
        out.append(
            [
                d.kind.zh, who, post, reading_words(account, d.reading), unit_zh(unit), in_unit(d.reported, unit), in_unit(d.implied, unit),
                in_unit(EIGHTY * d.sd, unit), finite(round(d.z, 2)), d.kind.like_zh, in_unit(d.kind.meant, unit), "；".join(lines),
                *reading_place(account, d.reading),
            ]
        )  # fmt: skip
    for r in account.stale:
        unit = account.streams[account.network.readings[r].stream].unit
        who, post = reading_who(account, r)
        value = in_unit(account.network.readings[r].value, unit)
        words = "与上月逐字相同，又无别处可核，未采用"
        out.append(
            [
                "过期",
                who,
                post,
                reading_words(account, r),
                unit_zh(unit),
                value,
                None,
                None,
                None,
                "",
                None,
                words,
                *reading_place(account, r),
            ]
        )
    for key in account.missing:
        firm = account.region.firm(key)
        out.append(
            [
                "没报",
                firm_name(account.region, key),
                firm.post if firm else "",
                "全部",
                "",
                None,
                None,
                None,
                None,
                "",
                None,
                f"{account.month} 没有报表",
                "",
                "",
                "",
            ]
        )
    columns = (
        Column("像什么", 10), Column("谁报", 14), Column("找谁", 12), Column("哪个数", 28), Column("单位", 8), Column("报数", 14, True),
        Column("其余推得", 14, True), Column("±（80%）", 10, True), Column("z", 8, True), Column("样子", 18), Column("原意约", 12, True),
        Column("算式", 60), Column("文件", 30), Column("表", 10), Column("单元格", 8),
    )  # fmt: skip
    return Sheet("可疑", columns, out)


def _sets(account: Account) -> Sheet:
    out: list[list[Value]] = []
    for n, one in enumerate(account.sets, start=1):
        for m in one.members:
            unit = account.streams[account.network.readings[m.reading].stream].unit
            who, post = reading_who(account, m.reading)
            like = "与上月相同" if any(k.code == "stale" for k in m.kinds) else m.kinds[0].like_zh if m.kinds else ""
            out.append(
                [
                    float(n), float(len(one.members)), float(one.count), who, post, reading_words(account, m.reading), unit_zh(unit),
                    in_unit(m.reported, unit), in_unit(m.implied, unit), like, *reading_place(account, m.reading),
                ]
            )  # fmt: skip
    columns = (
        Column("组", 6, True), Column("几项", 6, True), Column("必有几项错", 10, True), Column("谁报", 14), Column("找谁", 12), Column("哪个数", 28),
        Column("单位", 8), Column("报数", 14, True), Column("只改它应为", 14, True), Column("样子", 18), Column("文件", 30), Column("表", 10), Column("单元格", 8),
    )  # fmt: skip
    return Sheet("分不开", columns, out)


def _asks(account: Account) -> Sheet:
    out: list[list[Value]] = []
    for ask in account.asks:
        fix = ask.fixes[0] if ask.fixes else None
        unit = account.streams[fix.stream].unit if fix is not None else ""
        ratio = ask.reason == "recipe"
        low, high, half = (fix.low, fix.high, fix.half) if fix is not None else (math.nan, math.nan, math.nan)
        out.append(
            [
                ask_words(account, ask), REASONS.get(ask.reason, ask.reason), ask_fixes(account, ask), "%" if ratio else unit_zh(unit),
                finite(100 * low) if ratio else in_unit(low, unit), finite(100 * high) if ratio else in_unit(high, unit),
                finite(100 * half) if ratio else in_unit(half, unit), firm_name(account.region, ask.firm), ask.post, ask.due,
            ]
        )  # fmt: skip
    columns = (
        Column("要什么", 36), Column("为什么", 24), Column("定什么", 40), Column("单位", 8), Column("现在，下界", 12, True), Column("现在，上界", 12, True),
        Column("得到后 ±（80%）", 14, True), Column("找谁", 14), Column("岗位", 12), Column("期限", 12),
    )  # fmt: skip
    return Sheet("要什么", columns, out)


def _indicators(readings: Mapping[str, Reading]) -> Sheet:
    out: list[list[Value]] = []
    for reading in readings.values():
        for v in reading.values:
            low, high = v.interval80 if v.interval80 is not None else (v.low, v.high)
            top, bottom = v.numerator, v.denominator
            out.append(
                [
                    reading.name_zh, v.zh, v.unit, v.value, low if low is not None and math.isfinite(low) else None,
                    high if high is not None and math.isfinite(high) else None, top.value if top else None, top.unit if top else "",
                    bottom.value if bottom else None, bottom.unit if bottom else "", "；".join(m.zh for m in v.missing), "；".join(v.assumptions),
                ]
            )  # fmt: skip
    columns = (
        Column("指标", 26), Column("口径", 34), Column("单位", 12), Column("平衡后", 12, True), Column("80% 下", 12, True), Column("80% 上", 12, True),
        Column("分子", 16, True), Column("分子单位", 8), Column("分母", 16, True), Column("分母单位", 8), Column("缺什么", 40), Column("假设", 40),
    )  # fmt: skip
    return Sheet("指标", columns, out)


def _checks(account: Account) -> Sheet:
    out: list[list[Value]] = []
    for c in account.checks:
        left = 0.0 if abs(c.left) <= 1e-6 * max(c.through, 1.0) else c.left
        share = 100 * c.received / c.through if math.isfinite(c.received) and c.through > 0 else math.nan
        out.append(
            [c.label_zh, KIND_ZH.get(c.kind, c.kind), unit_zh(c.unit), in_unit(c.through, c.unit), in_unit(c.received, c.unit), finite(share), in_unit(left, c.unit)]
        )  # fmt: skip
    columns = (
        Column("平衡式", 40), Column("种类", 10), Column("单位", 8), Column("流过", 14, True), Column("收到时差", 14, True), Column("占流过，%", 10, True),
        Column("平衡后差", 12, True),
    )  # fmt: skip
    return Sheet("平衡式", columns, out)


def _notes(account: Account) -> Sheet:
    rows: list[list[Value]] = [["账", account_title(account)]]
    if account.region.simulated:
        rows.append([SIMULATED, "本账的报数为模拟，不是实绩。"])
    for n, (test, removed) in enumerate(zip(account.removals, account.removed, strict=True)):
        what = (
            "收到时"
            if removed is None
            else f"去掉 {reading_who(account, removed)[0]} {reading_words(account, removed)}"
        )
        rows.append(
            [
                f"全局检验 {n}",
                f"{what}：χ² {test.chi2:,.1f}，自由度 {test.dof}，95% 限 {test.limit:.1f}，{'合' if test.ok else '不合'}",
            ]
        )
    rows.append(["z 的限", f"±{account.limit:.2f}，{account.counted} 项合计误报 {account.family_error:.0%}"])
    rows += [
        ["未采用", f"{firm_name(account.region, m.statement.party)} {m.statement.origin}：{m.zh}"]
        for m in account.network.missed
    ]
    rows += [["假设", line] for line in account.assumptions]
    return Sheet("说明", (Column("项目", 14), Column("内容", 100)), rows)
