"""Benefits that the rules on fair competition speak about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lvlian.finding import Evidence, Finding
from lvlian.plan.check.case import Case
from lvlian.plan.check.name import plain
from lvlian.plan.check.rule import check

ARTICLE = "fair_competition_2024_article_10"
MEASURES = "fair_competition_measures_2025_article_19"


def _clauses(case: Case, pattern: str, benefits: str) -> list[tuple[str, Evidence]]:
    """Sentences (or, without a text, incentives) that speak of a benefit and hold the pattern."""
    given = case.words.pattern(benefits)
    out: list[tuple[str, Evidence]] = []
    if case.paper is None:
        for incentive in case.facts.incentives:
            words = plain(f"{incentive.who}，{incentive.quote}")
            if found := re.search(pattern, words):
                out.append((found[0], case.evidence(incentive)))
        return out
    for start, _, sentence in case.sentences():
        found = re.search(pattern, sentence)
        if found and re.search(given, sentence):
            left = max(sentence.rfind(mark, 0, found.start()) for mark in "。；") + 1
            right = min(
                (i for i in (sentence.find(mark, found.end()) for mark in "；。") if i >= 0), default=len(sentence)
            )
            clause = sentence[left:right]
            if re.search(given, clause):
                out.append((found[0], case.words_at(start + left, start + right)))
    return out


@check(
    "reward-by-tax",
    family="law",
    zh="按缴税给奖补",
    en="rewards graded by tax paid",
    needs=("incentives",),
    severities=("notice",),
    meaning="奖补的条件或档次与上缴税金、税收贡献挂钩；《公平竞争审查条例》自 2024-08-01 施行，早于此日的文件应复核。",
)
def reward_by_tax(case: Case) -> Iterator[Finding]:
    """Incentives whose grade or amount hangs on the tax that the firm pays."""
    clauses = _clauses(case, case.words.pattern("tax_paid"), "given")
    if not clauses:
        return
    rule = case.library.regulation(ARTICLE)
    since = str(rule.parameters.get("effective", "2024-08-01"))
    date = case.facts.document.date or (case.issued.iso() if case.issued else "")
    after = bool(date) and date >= since
    words = "、".join(dict.fromkeys(word for word, _ in clauses))
    when = "文件印发在施行之后" if after else "文件早于施行之日，应复核" if date else "文件日期不明，应复核"
    yield case.finding(
        "reward-by-tax",
        "notice",
        f"奖补按“{words}”分档，《公平竞争审查条例》第十条不允许没有上位依据的选择性财政奖补；{when}。",
        f"Support is graded by tax paid; the Regulation on Fair Competition Review (in force since {since}) rules out selective rewards without a basis in law"
        + ("." if after else "; the plan is older, or its date unknown, and should be reviewed."),
        [evidence for _, evidence in clauses],
        [f"印发 {date} {'≥' if after else '<'} 施行 {since}"] if date else [],
        [rule.cite, *([case.library.regulation(MEASURES).cite] if MEASURES in case.library.regulations else [])],
    )


@check(
    "local-firms-only",
    family="law",
    zh="只给本地注册企业",
    en="benefits for local firms only",
    needs=("incentives",),
    severities=("notice",),
    meaning="优惠以本地注册为条件；国家统一政策本身不设此条件，地方奖补须过公平竞争审查。",
)
def local_firms_only(case: Case) -> Iterator[Finding]:
    """Benefits that hang on being registered in the place."""
    clauses = _clauses(case, case.words.pattern("local_only"), "given_locally")
    if not clauses:
        return
    rule = case.library.regulation(ARTICLE)
    words = "、".join(f"“{w}”" for w in dict.fromkeys(word for word, _ in clauses))
    national = sum(case.words.within(plain(evidence.quote), "national_basis") is not None for _, evidence in clauses)
    apart = f"其中{national}项为国家统一政策，本身不以注册地为条件，" if national else ""
    yield case.finding(
        "local-firms-only",
        "notice",
        f"{len(clauses)}项优惠以本地企业为条件（{words}），{apart}应按《公平竞争审查条例》复核依据。",
        f"{len(clauses)} benefits are for local firms only; their basis should be reviewed under the Regulation on Fair Competition Review.",
        [evidence for _, evidence in clauses],
        [],
        [rule.cite],
    )
