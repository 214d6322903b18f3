"""What an account has to tell, as findings: one sentence in each language, the arithmetic, the statement with its cell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lvlian.chain.account.labels import amount, firm_name, good_name, label, statement_words
from lvlian.finding import Evidence, Finding, Severity
from lvlian.quantity.show import figure

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.account.judge import Doubt


def findings_of(account: Account) -> tuple[Finding, ...]:
    """The global test, each doubt, each set, what repeats last month, who is silent, what found no place, what touches zero."""
    return (
        *_global(account),
        *(_doubt(account, d) for d in account.doubts),
        *_sets(account),
        *_stale(account),
        *_silent(account),
        *_missed(account),
        *_bounds(account),
    )


def evidence(account: Account, reading: int) -> Evidence:
    """The statement that a reading came from, with file, sheet and cell."""
    given = account.network.readings[reading]
    statement = given.statement
    assert statement is not None
    words = statement_words(statement, account.region, account.library)
    told = statement.given or amount(statement.value, account.network.streams[given.stream].unit)
    return Evidence(kind="statement", quote=f"{words} {told}", index=reading, section=str(statement.origin))


def _global(account: Account) -> list[Finding]:
    tests = account.removals
    if not tests or tests[0].dof <= 0:
        return []
    first, last = tests[0], tests[-1]
    if first.ok:
        return [
            Finding(
                code="account-closes",
                severity="agrees",
                message_zh=f"收到的{account.counted}项报数相互合得上。",
                message_en=f"The {account.counted} figures received agree with each other.",
                arithmetic=(f"χ² {first.chi2:.1f} ≤ {first.limit:.1f}（自由度 {first.dof}）",),
                arithmetic_en=(f"χ² {first.chi2:.1f} ≤ {first.limit:.1f} ({first.dof} degrees of freedom)",),
            )
        ]
    mend_zh = "平衡后合" if last.ok else "剔除可疑报数后仍不合"
    mend_en = "it closes without the doubted ones" if last.ok else "it does not close without the doubted ones either"
    return [
        Finding(
            code="account-open",
            severity="conflict",
            message_zh=f"{account.month} 收到时不合：{account.counted}项报数相互矛盾，{mend_zh}。",
            message_en=f"{account.month} does not close as received: the {account.counted} figures contradict each other; {mend_en}.",
            arithmetic=(
                f"收到时 χ² {first.chi2:,.1f} {'≤' if first.ok else '>'} {first.limit:.1f}（自由度 {first.dof}）",
                f"平衡后 χ² {last.chi2:,.1f} {'≤' if last.ok else '>'} {last.limit:.1f}（自由度 {last.dof}）",
            ),
            arithmetic_en=(
                f"as received χ² {first.chi2:,.1f} {'≤' if first.ok else '>'} {first.limit:.1f} ({first.dof} degrees of freedom)",
                f"after removals χ² {last.chi2:,.1f} {'≤' if last.ok else '>'} {last.limit:.1f} ({last.dof} degrees of freedom)",
            ),
        )
    ]


def _doubt(account: Account, d: Doubt) -> Finding:
    network = account.network
    given = network.readings[d.reading]
    stream, statement = network.streams[given.stream], given.statement
    assert statement is not None
    region, library = account.region, account.library
    who = firm_name(region, statement.party)
    name = label(stream, region, library, True, statement.item)
    name_en = label(stream, region, library, False, statement.item)
    reported, implied = amount(d.reported, stream.unit), amount(d.implied, stream.unit)
    lines, english = [*d.kind.arithmetic], [*d.kind.arithmetic_en]
    if not lines:
        off = d.reported - d.implied
        sign = "−" if d.implied >= 0 else "+"
        lines = [
            f"{reported} {sign} 推得 {amount(abs(d.implied), stream.unit)} = {amount(off, stream.unit)}，z = {_signed(d.z)}"
        ]
    if not english:
        off, sign = d.reported - d.implied, "−" if d.implied >= 0 else "+"
        told, implied_en, off_en = (amount(x, stream.unit, False) for x in (d.reported, abs(d.implied), off))
        english = [f"{told} {sign} implied {implied_en} = {off_en}, z = {_signed(d.z)}"]
    if d.instead:
        others = "、".join(f"“{_named(account, r)}”" for r in d.instead)
        lines.append(f"只看平衡，与{others}分不开；{'按数字的样子取此项' if d.by_kind else '取改动最小的解释'}")
        others_en = ", ".join(f"“{_named(account, r, False)}”" for r in d.instead)
        why = "this one by the look of its digits" if d.by_kind else "the explanation with the least change"
        english.append(f"the balances alone cannot tell it from {others_en}; taken is {why}")
    like = f"，像{d.kind.like_zh}" if d.kind.like_zh else ""
    like_en = f"; looks like {d.kind.like_en}" if d.kind.like_en else ""
    return Finding(
        code=f"account-suspect-{d.kind.code}",
        severity="conflict",
        message_zh=f"{who}报{name} {reported}，其余报数推得 {implied} ± {_half(d.sd, stream.unit)}：{d.kind.zh}{like}。",
        message_en=f"{firm_name(region, statement.party, False)} reports {name_en} {amount(d.reported, stream.unit, False)}; all others imply {amount(d.implied, stream.unit, False)}: {d.kind.en}{like_en}.",
        facts=(evidence(account, d.reading),),
        arithmetic=tuple(lines),
        arithmetic_en=tuple(english),
        assumptions=account.assumptions_of(given.stream),
    )


def _half(sd: float, unit: str) -> str:
    return amount(1.2815515655446004 * sd, unit).split(" ")[0]


def _signed(z: float) -> str:
    return figure(round(z, 1), digits=1) if z < 0 else f"+{z:.1f}"


def _named(account: Account, reading: int, chinese: bool = True) -> str:
    given = account.network.readings[reading]
    item = given.statement.item if given.statement is not None else ""
    return label(account.network.streams[given.stream], account.region, account.library, chinese, item)


def _sets(account: Account) -> list[Finding]:
    out = []
    for one in account.sets:
        lines, english = [], []
        for m in one.members:
            unit = account.network.streams[account.network.readings[m.reading].stream].unit
            if math.isfinite(m.implied):
                same = "，与上月逐字相同" if any(k.code == "stale" for k in m.kinds) else ""
                lines.append(
                    f"只改{_named(account, m.reading)}：{amount(m.reported, unit)} → {amount(m.implied, unit)}{same}"
                )
                repeated = ", the same as last month in every digit" if same else ""
                english.append(
                    f"only {_named(account, m.reading, False)}: {amount(m.reported, unit, False)} → {amount(m.implied, unit, False)}{repeated}"
                )
            else:
                english.append(f"{_named(account, m.reading, False)}: {amount(m.reported, unit, False)}")
                lines.append(f"{_named(account, m.reading)}：{amount(m.reported, unit)}")
        parties = list(
            dict.fromkeys(s.party for m in one.members if (s := account.network.readings[m.reading].statement))
        )
        who = "、".join(firm_name(account.region, p) for p in parties)
        who_en = ", ".join(firm_name(account.region, p, False) for p in parties)
        n, k = len(one.members), one.count
        out.append(
            Finding(
                code="account-set",
                severity="conflict",
                message_zh=f"{who}的{n}项报数必有{'一' if k == 1 else k}项错，平衡不能指认哪一项。",
                message_en=f"{k} of {n} figures of {who_en} must be wrong, and the balances cannot say which.",
                facts=tuple(evidence(account, m.reading) for m in one.members),
                arithmetic=tuple(lines),
                arithmetic_en=tuple(english),
            )
        )
    return out


def _stale(account: Account) -> list[Finding]:
    out = []
    for r in account.stale:
        given = account.network.readings[r]
        assert given.statement is not None
        who = firm_name(account.region, given.statement.party)
        out.append(
            Finding(
                code="account-stale",
                severity="gap",
                message_zh=f"{who}报{_named(account, r)} {amount(given.value, account.network.streams[given.stream].unit)} 与上月逐字相同，又无别处可核，未采用。",
                message_en=f"{firm_name(account.region, given.statement.party, False)} repeats last month's figure, which nothing else checks; it is not used.",
                facts=(evidence(account, r),),
            )
        )
    return out


def _silent(account: Account) -> list[Finding]:
    out = []
    for firm_id in account.missing:
        firm = account.region.firm(firm_id)
        name = firm_name(account.region, firm_id)
        post = firm.post if firm is not None else ""
        out.append(
            Finding(
                code="account-missing",
                severity="gap",
                message_zh=f"{name} {account.month} 没报，问{name} {post}。",
                message_en=f"{firm_name(account.region, firm_id, False)} has not reported {account.month}.",
            )
        )
    return out


def _missed(account: Account) -> list[Finding]:
    out = []
    severity: Severity = "notice"
    for m in account.network.missed:
        words = statement_words(m.statement, account.region, account.library)
        quote = f"{words} {m.statement.given or figure(m.statement.value) if math.isfinite(m.statement.value) else m.statement.given}"
        out.append(
            Finding(
                code="account-no-place",
                severity=severity,
                message_zh=f"{words}未采用：{m.zh}。",
                message_en=f"{statement_words(m.statement, account.region, account.library, False)} is not used: {m.en}.",
                facts=(Evidence(kind="statement", quote=quote, section=str(m.statement.origin)),),
            )
        )
    return out


def _bounds(account: Account) -> list[Finding]:
    out = []
    for k, z in account.below.items():
        if z > -account.limit:
            continue
        stream = account.network.streams[k]
        name = label(stream, account.region, account.library)
        who = firm_name(account.region, stream.firm)
        out.append(
            Finding(
                code="account-at-zero",
                severity="notice",
                message_zh=f"{who} {name}按报数会小于零，按 0 计；相关报数请核对。",
                message_en=f"{firm_name(account.region, stream.firm, False)}: {good_name(account.library, stream.good, False)} ({stream.kind}) would be negative by the figures and is held at 0.",
            )
        )
    return out
