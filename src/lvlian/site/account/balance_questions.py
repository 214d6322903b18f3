"""What firms are asked about a month, in the words that go into the ledger: in Chinese, whoever asks. No database."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lvlian.chain.account.labels import amount, label
from lvlian.site.account.balance import (
    Settled,
    ask_figure,
    ask_key,
    doubt_key,
    figure_name,
    set_figure,
    set_key,
    who_said,
)

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account


@dataclass(frozen=True, slots=True)
class Question:
    """One question to one firm, as it goes into the ledger: in Chinese, whoever asks. `doubt`: about a figure that was reported."""

    key: str
    firm: str
    figure: str
    reported: str
    implied: str
    looks: str
    question: str
    doubt: bool
    asked: bool
    known: bool


def questions(account: Account, settled: Settled) -> list[Question]:
    """Everything of a month that a firm can be asked."""
    return [
        *_doubt_questions(account, settled),
        *_set_questions(account, settled),
        *_stale_questions(account, settled),
        *_ask_questions(account, settled),
    ]


def _doubt_questions(account: Account, settled: Settled) -> list[Question]:
    out = []
    for doubt in account.doubts:
        given = account.network.readings[doubt.reading]
        unit, statement = account.streams[given.stream].unit, given.statement
        assert statement is not None
        key, figure = doubt_key(account, doubt.reading), figure_name(account, doubt.reading)
        reported = (
            f"{amount(doubt.reported, unit)}（{statement.origin}）"
            if str(statement.origin)
            else amount(doubt.reported, unit)
        )
        implied = f"{amount(doubt.implied, unit)} ± {amount(1.2815515655446004 * doubt.sd, unit)}"
        looks = doubt.kind.zh + (f"，像{doubt.kind.like_zh}" if doubt.kind.like_zh else "")
        question = f"{account.month} 报 {amount(doubt.reported, unit)}，其余报数推得约 {amount(doubt.implied, unit)}，{looks}。请核对原始单据后答复：是更正，还是原数有据。"
        out.append(
            Question(key, statement.party, figure, reported, implied, looks, question, True, (statement.party, figure) in settled.asked, key in settled.known)
        )  # fmt: skip
    return out


def _set_questions(account: Account, settled: Settled) -> list[Question]:
    out = []
    for n, one in enumerate(account.sets):
        key, figure = set_key(account, n), set_figure(account, n)
        by_firm: dict[str, list[str]] = {}
        for m in one.members:
            given = account.network.readings[m.reading]
            unit = account.streams[given.stream].unit
            words = f"{figure_name(account, m.reading)} {amount(m.reported, unit)}"
            if math.isfinite(m.implied):
                words += f"（只改它应为 {amount(m.implied, unit)}）"
            by_firm.setdefault(who_said(account, m.reading)[0], []).append(words)
        for firm, words_of in by_firm.items():
            looks = f"{len(one.members)}项里有{one.count}项错，平衡分不开"
            question = (
                f"{account.month} {'；'.join(words_of)}。几项里必有{one.count}项不对，请拿盘点单或磅单核对后答复。"
            )
            out.append(
                Question(key, firm, figure, "；".join(words_of), "", looks, question, True, (firm, figure) in settled.asked, key in settled.known)
            )  # fmt: skip
    return out


def _stale_questions(account: Account, settled: Settled) -> list[Question]:
    out = []
    for reading in account.stale:
        given = account.network.readings[reading]
        assert given.statement is not None
        unit, firm = account.streams[given.stream].unit, given.statement.party
        key, figure = "stale:" + doubt_key(account, reading), figure_name(account, reading)
        question = f"{account.month} 报 {amount(given.value, unit)}，与上月逐字相同，又无别处可核，未采用。请确认是本月实数还是沿用上月。"
        out.append(
            Question(key, firm, figure, amount(given.value, unit), "", "过期，与上月相同", question, True, (firm, figure) in settled.asked, key in settled.known)
        )  # fmt: skip
    return out


def _ask_questions(account: Account, settled: Settled) -> list[Question]:
    out = []
    for ask in account.asks:
        figure = ask_figure(account, ask)
        fixes = "、".join(label(account.streams[f.stream], account.region, account.library) for f in ask.fixes[:3])
        question = f"请于 {ask.due} 前报来 {figure}。" + (f"有了它，{fixes} 才能定。" if fixes else "")
        out.append(
            Question("ask:" + ask_key(account, ask), ask.firm, figure, "", "", "缺这一项", question, False, (ask.firm, figure) in settled.asked, False)
        )  # fmt: skip
    return out
