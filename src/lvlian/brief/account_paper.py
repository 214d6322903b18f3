"""A month's chain account as an official paper: does it close, which reports are doubted, what cannot be known, what to ask for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lvlian.chain.account.labels import amount, firm_name
from lvlian.chain.account.solution import CLASS_ZH

from .account import account_title, ask_fixes, ask_words, reading_place, reading_who, reading_words, unit_zh
from .paper_words import ordinal
from .red_head import IssuedPaper

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.indicators.value import Reading, Value

    from .account_bundle import Bundle
    from .paper_layout import Paper

EIGHTY = 1.2815515655446004
ROWS = 400
"""So many rows stand in the annex; the workbook has all."""


def account_paper(account: Account, readings: Mapping[str, Reading] | None = None) -> bytes:
    """The Word file, a draft until somebody issues it."""
    title = account_title(account)
    paper = IssuedPaper(title, ["代拟稿", *(["模拟"] if account.region.simulated else [])])
    paper.title(title)
    if account.region.simulated:
        paper.paragraph("本账的报数为模拟，不是实绩。")
    account_body(paper, account, readings or {}, 1)
    paper.annexes(["报数与平衡对照表"])
    paper.annex(1, 1, "报数与平衡对照表")
    _table(paper, account)
    return paper.bytes()


def account_body(paper: Paper, account: Account, readings: Mapping[str, Reading], level: int) -> None:
    """The sections of the account, with headings from `level` on; a brief takes them in as a part of its own."""
    paper.heading(level, "账平不平")
    paper.paragraph(opening(account))
    paper.heading(level, "可疑的报数")
    _doubts(paper, account)
    if account.sets:
        paper.heading(level, "分不开的报数")
        _sets(paper, account)
    if account.stale or account.missing:
        paper.heading(level, "过期和没报的")
        _silent(paper, account)
    if account.asks:
        paper.heading(level, "要什么才能定")
        for n, ask in enumerate(account.asks, start=1):
            fixes = ask_fixes(account, ask)
            paper.paragraph(
                f"{ordinal(3, n)}{ask_words(account, ask)}，找{firm_name(account.region, ask.firm)}{ask.post}，{_day(ask.due)}前。"
                + (f"有了它可定：{fixes}。" if fixes else "")
            )
    if readings:
        paper.heading(level, "主要指标")
        paper.table(("指标", "口径", "单位", "平衡后", "±（80%）"), _indicator_rows(readings), (3, 4))
    paper.paragraph("以上未经企业核实，一个报数也没有改。")


def account_prospects(paper: Paper, bundle: Bundle, level: int) -> None:
    """Goals of the plans beside the account, and the gaps of the chain; both left out where there are none."""
    from .account_page import GAPS, goal_rows

    rows = [(r.name, r.written, r.when, r.variant[0], r.told or "缺数", r.chance or "—") for r in goal_rows(bundle)]
    if rows:
        paper.heading(level, "目标与链账")
        paper.paragraph("只照当月账，不外推；目标有几种口径的各列一行。")
        paper.table(("目标", "写的", "何时", "口径", "账上 ± 80%", "已达到的可能"), rows, (1, 4, 5))
    if bundle.atlas.gaps:
        paper.heading(level, "补链")
        for n, gap in enumerate(bundle.atlas.gaps[:GAPS], start=1):
            paper.paragraph(
                f"{ordinal(3, n)}{gap.kind_zh}：{gap.title_zh}。{ended(gap.evidence_zh)}{ended(gap.brings_zh)}"
            )


def ended(words: str) -> str:
    """A sentence with its full stop; nothing stays nothing."""
    return words if not words or words.endswith("。") else f"{words}。"


def opening(account: Account) -> str:
    """How many reports there are, and whether the month closes before and after."""
    number = account.count()
    parties = len({s.party for s in account.network.statements})
    words = f"{_month(account.month)}收到{parties}家{len(account.network.statements)}项报数，"
    words += "、".join(f"{CLASS_ZH[k]}{n}项" for k, n in number.items() if n) + "。"
    if not account.removals or account.removals[0].dof <= 0:
        return words + "没有可查的平衡，无从检验。"
    first, last = account.removals[0], account.removals[-1]
    if first.ok:
        return words + "收到的报数相互合得上。"
    left = len(account.removals) - 1
    end = "其余合" if last.ok else "其余仍不合"
    return (
        words
        + f"收到时相互矛盾（χ² {first.chi2:,.1f}，限 {first.limit:.1f}）；搁置{left}项后{end}（χ² {last.chi2:,.1f}，限 {last.limit:.1f}）。"
    )


def doubt_sentences(account: Account) -> list[str]:
    """One sentence for each doubted report: who, what, which cell, what the others imply, what it looks like, whom to ask."""
    out = []
    for d in account.doubts:
        unit = account.streams[account.network.readings[d.reading].stream].unit
        who, post = reading_who(account, d.reading)
        place = " ".join(x for x in reading_place(account, d.reading) if x)
        like = f"，像{d.kind.like_zh}" if d.kind.like_zh else ""
        half = amount(EIGHTY * d.sd, unit)
        out.append(
            f"{who}报{reading_words(account, d.reading)}{amount(d.reported, unit)}（{place}），其余报数推得{amount(d.implied, unit)}（±{half}）：{d.kind.zh}{like}。问{who}{post}。"
        )
    return out


def _doubts(paper: Paper, account: Account) -> None:
    for n, words in enumerate(doubt_sentences(account), start=1):
        paper.paragraph(ordinal(3, n) + words)
    if not account.doubts:
        paper.paragraph("无。")


def _sets(paper: Paper, account: Account) -> None:
    for n, one in enumerate(account.sets, start=1):
        paper.paragraph(f"{ordinal(3, n)}以下{len(one.members)}项必有{one.count}项错，平衡不能指认，一项也没有剔除。")
        rows = []
        for m in one.members:
            unit = account.streams[account.network.readings[m.reading].stream].unit
            meant = amount(m.implied, unit) if math.isfinite(m.implied) else "—"
            rows.append(
                (reading_who(account, m.reading)[0], reading_words(account, m.reading), amount(m.reported, unit), meant)
            )
        paper.table(("谁报", "哪个数", "报数", "只改它应为"), rows, (2, 3))


def _silent(paper: Paper, account: Account) -> None:
    for r in account.stale:
        unit = account.streams[account.network.readings[r].stream].unit
        who, post = reading_who(account, r)
        paper.paragraph(
            f"{who}报{reading_words(account, r)}{amount(account.network.readings[r].value, unit)}，与上月逐字相同，未采用。问{who}{post}。"
        )
    if account.missing:
        paper.paragraph(
            f"{'、'.join(firm_name(account.region, key) for key in account.missing)}没有报{_month(account.month)}的数。"
        )


def _table(paper: Paper, account: Account) -> None:
    rows = []
    told = [row for row in account.rows if row.reading is not None or math.isfinite(row.value)]
    for row in told[:ROWS]:
        reported = amount(row.reported, row.unit).split(" ")[0] if math.isfinite(row.reported) else "没报"
        rows.append(
            (
                row.label_zh, row.who_zh, unit_zh(row.unit), f"{reported}（划去）" if row.struck else reported,
                amount(row.value, row.unit).split(" ")[0] if math.isfinite(row.value) else "—",
                amount(row.half, row.unit).split(" ")[0] if math.isfinite(row.half) else "—",
                row.mark_zh or CLASS_ZH.get(row.kind, row.kind),
            )
        )  # fmt: skip
    paper.table(("流", "谁报", "单位", "报数", "平衡后", "±（80%）", "类"), rows, (3, 4, 5))
    if len(told) > ROWS:
        paper.notes([f"其余{len(told) - ROWS}行见同时导出的工作簿。"])


def _indicator_rows(readings: Mapping[str, Reading]) -> list[tuple[str, str, str, str, str]]:
    out = []
    for reading in readings.values():
        for v in reading.values:
            value, half = _figures(v)
            out.append((reading.name_zh, v.zh, v.unit, value, half))
    return out


def _figures(v: Value) -> tuple[str, str]:
    if v.value is not None:
        half = (v.interval80[1] - v.interval80[0]) / 2 if v.interval80 is not None else math.nan
        places = max(0, min(3, 1 - math.floor(math.log10(half)))) if math.isfinite(half) and half > 0 else 2
        return f"{v.value:,.{places}f}".replace("-", "−"), f"{half:,.{places}f}" if math.isfinite(half) else "—"
    if v.low is not None:
        return (
            f"{v.low:,.2f}–{v.high:,.2f}" if v.high is not None and math.isfinite(v.high) else f"≥ {v.low:,.2f}"
        ), "—"
    return "—（缺数）", "—"


def _month(month: str) -> str:
    return f"{int(month[:4])}年{int(month[5:])}月"


def _day(day: str) -> str:
    return f"{int(day[:4])}年{int(day[5:7])}月{int(day[8:])}日"
