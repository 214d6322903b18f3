"""The parts of the reconciliation page, made of an account: rows by stage, doubts with their arithmetic, sets, tests, asks. No database."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from lvlian.chain.account.labels import firm_name, good_name, label
from lvlian.site.account import saying_balance as say
from lvlian.site.account.plots_balance import log_bar, z_plot

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.account.asks import Ask
    from lvlian.chain.account.judge import Doubt
    from lvlian.chain.account.rows import Check, Row
    from lvlian.finding import Finding

DRY = 1e-6
"""A gap of a balance below this share of what runs through it is rounding."""


@dataclass(frozen=True)
class Settled:
    """What people did about doubts of a month: `known` by key (the row), `asked` by (firm key, figure) (the item)."""

    known: Mapping[str, Any] = field(default_factory=dict)
    asked: Mapping[tuple[str, str], Any] = field(default_factory=dict)


def stream_url(account: Account, stream: int) -> str:
    """The page of a flow in this month."""
    return f"{reverse('account-stream')}?{urlencode({'flow': account.streams[stream].id, 'month': account.month})}"


# Rows -------------------------------------------------------------------------------------------------------------------
def measure(account: Account, row: Row) -> str:
    stream = account.streams[row.stream if row.stream >= 0 else row.parts[0]]
    good = account.library.goods.get(stream.good)
    return say.measure_of(good.kind if good is not None else "", row.unit)


def blank(row: Row) -> bool:
    """Whether nothing at all is known of a row: nobody reports it and nothing bounds it."""
    return row.reading is None and row.kind == "unobservable" and not (math.isfinite(row.high) or row.low > 0)


def row_entry(account: Account, row: Row, settled: Settled) -> dict[str, Any]:
    """A row as the table shows it."""
    size = row.value if math.isfinite(row.value) else row.reported if math.isfinite(row.reported) else row.high
    digits = say.digits_for(size, row.unit)
    given = account.network.readings[row.reading].statement if row.reading is not None else None
    in_set, doubted = row.in_set is not None, row.doubt is not None
    known = given is not None and doubt_key(account, row.reading) in settled.known
    shape = "warn" if in_set or row.mark == "stale" else "bad" if doubted else ""
    spread = say.told(row.half, row.unit, digits) if math.isfinite(row.half) and row.kind != "exact" else ""
    return {
        "label": say.pick(row.label_zh, row.label_en),
        "unit": "" if row.unit == "t" else say.unit_word(row.unit),
        "who": say.pick(row.who_zh, row.who_en),
        "url": stream_url(account, row.stream) if row.stream >= 0 else "",
        "reported": say.as_reported(row.reported, row.unit, digits),
        "struck": row.struck,
        "origin": str(given.origin) if given is not None else "",
        "given": (given.given if given is not None else "") or "",
        "value": say.told(row.value, row.unit, digits) or say.between(row.low, row.high, row.unit),
        "bounded": not math.isfinite(row.value),
        "either": in_set,
        "half": spread,
        "change": say.told(row.change, row.unit, digits, sign=True) if row.reading is not None else "",
        "z": say.z_told(row.z),
        "plot": z_plot(row.z, account.limit, shape),
        "kind": say.CLASS_WORDS[row.kind],
        "mark": say.pick(row.mark_zh, row.mark_en),
        "shape": shape,
        "hit": bool(row.mark) and not known,
        "known": known,
        "silent": row.reading is None,
        "depth": row.depth,
        "anchor": f"row-{row.reading}" if row.reading is not None else "",
        "card": f"doubt-{row.reading}" if doubted else f"set-{row.in_set}" if in_set else "",
    }


@dataclass
class Group:
    """Rows of one stage; `hidden` are those of which nothing is known."""

    title: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    hidden: int = 0


def groups(account: Account, rows: Iterable[Row], settled: Settled, *, everything: bool = False) -> list[Group]:
    """The table by stage of the chain, in the account's own order."""
    found: dict[str, Group] = {}
    for row in rows:
        group = found.setdefault(row.group, Group(say.pick(row.group_zh, row.group_en)))
        if blank(row) and not everything:
            group.hidden += 1
        else:
            group.rows.append(row_entry(account, row, settled))
    return [group for group in found.values() if group.rows or group.hidden]


def counts(account: Account) -> list[dict[str, Any]]:
    """How many rows are of which class, with what the class means."""
    number = account.count()
    return [
        {"key": key, "word": word, "means": say.CLASS_MEANS[key], "n": number[key]}
        for key, word in say.CLASS_WORDS.items()
        if number[key] or key != "exact"
    ]


# Doubts -----------------------------------------------------------------------------------------------------------------
def doubt_key(account: Account, reading: int | None) -> str:
    """A doubt's name: what was said by whom. Stays the same when the account is made again."""
    if reading is None:
        return ""
    given = account.network.readings[reading]
    return say.key_of(given.statement) if given.statement is not None else account.streams[given.stream].id


def _named(account: Account, reading: int) -> str:
    given = account.network.readings[reading]
    item = given.statement.item if given.statement is not None else ""
    return label(account.streams[given.stream], account.region, account.library, not say.english(), item)


def who_said(account: Account, reading: int) -> tuple[str, str, str]:
    """Firm id, its name, the post to ask."""
    statement = account.network.readings[reading].statement
    party = statement.party if statement is not None else ""
    firm = account.region.firm(party)
    return party, firm_name(account.region, party, not say.english()), firm.post if firm is not None else ""


def _finding_of(account: Account) -> list[Finding]:
    return [one for one in account.findings if one.code.startswith("account-suspect-")]


def doubts(account: Account, settled: Settled) -> list[dict[str, Any]]:
    """Each doubted report with what it takes to ring the firm: post, file and cell, what stood there, what it should be about."""
    told = _finding_of(account)
    out = []
    for n, doubt in enumerate(account.doubts):
        card = doubt_card(account, doubt, settled)
        finding = told[n] if n < len(told) else None
        card["lines"] = (
            list(doubt.kind.arithmetic_en) if say.english() and doubt.kind.arithmetic_en
            else list(finding.arithmetic) if finding is not None else list(doubt.kind.arithmetic)
        )  # fmt: skip
        if say.english() and doubt.instead:
            card["lines"].append(
                _("只看平衡分不开：%(others)s") % {"others": _("、").join(_named(account, r) for r in doubt.instead)}
            )
        card["assumptions"] = list(finding.assumptions) if finding is not None else []
        out.append(card)
    return out


def doubt_card(account: Account, doubt: Doubt, settled: Settled) -> dict[str, Any]:
    given = account.network.readings[doubt.reading]
    stream = account.streams[given.stream]
    firm, who, post = who_said(account, doubt.reading)
    statement = given.statement
    figure = _named(account, doubt.reading)
    half = 1.2815515655446004 * doubt.sd
    digits = say.digits_for(doubt.implied, stream.unit)
    key = doubt_key(account, doubt.reading)
    meant = doubt.kind.meant
    return {
        "reading": doubt.reading,
        "id": f"doubt-{doubt.reading}",
        "key": key,
        "kind": say.pick(doubt.kind.zh, doubt.kind.en),
        "firm": firm,
        "who": who,
        "post": post,
        "figure": figure,
        "origin": str(statement.origin) if statement is not None else "",
        "reported": f"{say.as_reported(doubt.reported, stream.unit, digits)} {say.unit_word(stream.unit)}",
        "given": statement.given if statement is not None else "",
        "implied": say.told(doubt.implied, stream.unit, digits),
        "half": say.told(half, stream.unit, digits),
        "unit": say.unit_word(stream.unit),
        "meant": say.with_unit(meant, stream.unit) if math.isfinite(meant) else "",
        "like": say.pick(doubt.kind.like_zh, doubt.kind.like_en),
        "z": say.z_told(doubt.z),
        "others": [
            {"kind": say.pick(k.zh, k.en), "like": say.pick(k.like_zh, k.like_en), "weight": k.weight}
            for k in doubt.kinds[1:3]
            if k.weight >= 0.05
        ],
        "url": stream_url(account, given.stream),
        "row": f"#row-{doubt.reading}",
        "known": settled.known.get(key),
        "item": settled.asked.get((firm, figure_name(account, doubt.reading))),
    }


def figure_name(account: Account, reading: int) -> str:
    """What an inquiry calls a figure: in Chinese whatever the page's language, since it goes to the firm and is found again by it."""
    given = account.network.readings[reading]
    item = given.statement.item if given.statement is not None else ""
    return label(account.streams[given.stream], account.region, account.library, True, item)


def set_figure(account: Account, at: int) -> str:
    """What an inquiry about a set is called."""
    return "、".join(dict.fromkeys(figure_name(account, m.reading) for m in account.sets[at].members))


def set_key(account: Account, at: int) -> str:
    return "set:" + "&".join(sorted(doubt_key(account, m.reading) for m in account.sets[at].members))


def sets(account: Account, settled: Settled) -> list[dict[str, Any]]:
    """What cannot be told apart: a row for each member with what it would have to be if it alone were wrong."""
    told = [one for one in account.findings if one.code == "account-set"]
    out = []
    for n, one in enumerate(account.sets):
        members = []
        firms: dict[str, tuple[str, str]] = {}
        for m in one.members:
            given = account.network.readings[m.reading]
            unit = account.streams[given.stream].unit
            firm, who, post = who_said(account, m.reading)
            firms[firm] = (who, post)
            size = m.implied if math.isfinite(m.implied) else m.reported
            digits = say.digits_for(size, unit)
            stale = any(k.code == "stale" for k in m.kinds)
            members.append(
                {
                    "figure": _named(account, m.reading), "who": who, "reported": say.as_reported(m.reported, unit, digits),
                    "implied": say.told(m.implied, unit, digits), "unit": say.unit_word(unit),
                    "origin": str(given.statement.origin) if given.statement is not None else "",
                    "like": _("过期，与上月同") if stale else say.pick(m.kind.like_zh, m.kind.like_en) if m.kinds else "",
                    "url": stream_url(account, given.stream), "row": f"#row-{m.reading}",
                }
            )  # fmt: skip
        key = set_key(account, n)
        asks = [a for a in account.asks if a.set_at == n]
        asked = [settled.asked.get((firm, set_figure(account, n))) for firm in firms]
        out.append(
            {
                "at": n, "id": f"set-{n}", "key": key, "count": one.count, "n": len(one.members), "members": members,
                "who": [who for who, _post in firms.values()], "posts": [f"{who} {post}" for who, post in firms.values()],
                "message": say.pick(told[n].message_zh, told[n].message_en) if n < len(told) else "",
                "decides": [ask_words(account, a) for a in asks],
                "known": settled.known.get(key), "item": next((item for item in asked if item is not None), None),
            }
        )  # fmt: skip
    return out


def stale(account: Account, settled: Settled) -> list[dict[str, Any]]:
    """Figures equal to last month's that nothing checks: left out, the balance did not find them."""
    out = []
    for reading in account.stale:
        given = account.network.readings[reading]
        unit = account.streams[given.stream].unit
        firm, who, post = who_said(account, reading)
        key = "stale:" + doubt_key(account, reading)
        out.append(
            {
                "reading": reading, "id": f"doubt-{reading}", "key": key, "who": who, "post": post, "figure": _named(account, reading),
                "reported": say.with_unit(given.value, unit), "url": stream_url(account, given.stream), "row": f"#row-{reading}",
                "origin": str(given.statement.origin) if given.statement is not None else "",
                "known": settled.known.get(key), "item": settled.asked.get((firm, figure_name(account, reading))),
            }
        )  # fmt: skip
    return out


def missing(account: Account) -> list[dict[str, str]]:
    """Running firms that reported nothing, and whom to ask."""
    out = []
    for key in account.missing:
        firm = account.region.firm(key)
        out.append(
            {
                "key": key,
                "who": firm_name(account.region, key, not say.english()),
                "post": firm.post if firm is not None else "",
            }
        )
    return out


def unplaced(account: Account) -> list[dict[str, str]]:
    """Statements that found no place in the network, with the reason."""
    return [
        {
            "who": firm_name(account.region, m.statement.party, not say.english()), "origin": str(m.statement.origin),
            "given": m.statement.given or say.told(m.statement.value, m.statement.unit),
            "what": good_name(account.library, m.statement.good, not say.english()), "why": say.pick(m.zh, m.en),
        }
        for m in account.network.missed
    ]  # fmt: skip


# Tests ------------------------------------------------------------------------------------------------------------------
def tests(account: Account) -> list[dict[str, Any]]:
    """The global test as received and after each removal."""
    most = max((t.chi2 for t in account.removals), default=1.0)
    out = []
    for test, reading in zip(account.removals, account.removed, strict=True):
        in_set = next(
            (
                n
                for n, one in enumerate(account.sets)
                if reading is not None and any(m.reading == reading for m in one.members)
            ),
            None,
        )
        if reading is None:
            words = _("收到的 %(n)d 项") % {"n": account.counted}
        elif in_set is not None:
            words = _("搁置 %(what)s 一组") % {"what": _named(account, reading)}
        else:
            words = _("去掉 %(who)s %(what)s") % {
                "who": who_said(account, reading)[1],
                "what": _named(account, reading),
            }
        out.append(
            {
                "words": words, "chi2": f"{test.chi2:,.1f}", "dof": test.dof, "limit": f"{test.limit:.1f}", "ok": test.ok,
                "bar": log_bar(test.chi2, test.limit, most),
                "row": f"#row-{reading}" if reading is not None else "",
            }
        )  # fmt: skip
    return out


def gaps(account: Account) -> tuple[list[dict[str, Any]], int]:
    """Each balance with its gap by the figures as received and as balanced, the widest relative gap first; and how many cannot be
    reckoned as received because a figure is missing."""
    full = [c for c in account.checks if math.isfinite(c.received)]
    full.sort(key=lambda c: -_share(c))
    return [gap_entry(c) for c in full], len(account.checks) - len(full)


def _share(check: Check) -> float:
    return abs(check.received) / check.through if check.through > 0 else 0.0


def gap_entry(check: Check) -> dict[str, Any]:
    digits = say.digits_for(check.through, check.unit)
    left = 0.0 if abs(check.left) <= DRY * max(check.through, 1.0) else check.left
    return {
        "label": say.pick(check.label_zh, check.label_en),
        "unit": say.unit_word(check.unit),
        "through": say.told(check.through, check.unit, digits),
        "received": say.told(check.received, check.unit, digits, sign=True),
        "share": 100 * _share(check) if math.isfinite(check.received) else None,
        "left": say.told(left, check.unit, digits),
        "closes": math.isfinite(check.received) and abs(check.received) <= DRY * max(check.through, 1.0),
    }


# Asks -------------------------------------------------------------------------------------------------------------------
ASK_REASONS = ("receipt", "stock", "second", "recipe")


def ask_key(account: Account, ask: Ask) -> str:
    return f"{ask.reason}:{account.streams[ask.stream].id}"


def ask_figure(account: Account, ask: Ask) -> str:
    """What an inquiry calls the paper that is asked for, in Chinese."""
    return _ask_words(account, ask, True)


def ask_words(account: Account, ask: Ask) -> str:
    return _ask_words(account, ask, not say.english())


def _ask_words(account: Account, ask: Ask, chinese: bool) -> str:
    stream = account.streams[ask.stream]
    who = firm_name(account.region, ask.firm, chinese)
    words = label(stream, account.region, account.library, chinese)
    source = account.sources.classes.get(ask.source)
    paper = (source.zh if chinese else source.en) if source is not None else ask.source
    return f"{who} {words}（{paper}）" if chinese else f"{who}: {words} ({paper})"


def asks(account: Account, settled: Settled) -> list[dict[str, Any]]:
    """What to ask for, what it fixes, its interval now and then, whom, by when."""
    out = []
    for ask in account.asks:
        first = ask.fixes[0] if ask.fixes else None
        reasons = {
            "receipt": _("没报，平衡也定不了"),
            "stock": _("分不开的一组"),
            "second": _("只此一报，没有第二处可核"),
            "recipe": _("损失现用链库系数"),
        }
        fixed = [] if ask.reason == "stock" else [
            label(account.streams[f.stream], account.region, account.library, not say.english()) for f in ask.fixes
        ]  # fmt: skip
        now = then = ""
        if first is not None:
            now, then = _now_then(account, ask.reason, first)
        out.append(
            {
                "key": ask_key(account, ask), "words": ask_words(account, ask), "why": reasons.get(ask.reason, ""),
                "fixes": fixed[:3], "more": max(0, len(fixed) - 3), "now": now, "then": then,
                "who": firm_name(account.region, ask.firm, not say.english()), "post": ask.post, "due": ask.due,
                "item": settled.asked.get((ask.firm, ask_figure(account, ask))), "url": stream_url(account, ask.stream),
            }
        )  # fmt: skip
    return out


def _now_then(account: Account, reason: str, fix: Any) -> tuple[str, str]:
    unit = account.streams[fix.stream].unit
    if reason == "recipe":
        half = (fix.high - fix.low) / 2
        return f"± {100 * half:.2f}%", f"± {100 * fix.half:.2f}%"
    if reason == "stock":
        return _("差 %(gap)s") % {"gap": say.told(abs(fix.high - fix.low) / 2, unit)}, f"± {say.told(fix.half, unit)}"
    if reason == "second":
        return str(say.CLASS_WORDS["nonredundant"]), str(say.CLASS_WORDS["redundant"])
    return say.between(fix.low, fix.high, unit) or _("不知道"), f"± {say.told(fix.half, unit)}"
