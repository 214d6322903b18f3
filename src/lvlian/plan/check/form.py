"""Form: brackets and quotes that do not close, numbers that jump, references that lead nowhere, slips of typing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lvlian.finding import Evidence, Finding
from lvlian.plan.check.assumption import load_slips
from lvlian.plan.check.case import Case, listed
from lvlian.plan.check.rule import check
from lvlian.plan.facts import Heading

_OPEN = {
    "（": "）",
    "(": "）",
    "〔": "〕",
    "［": "］",
    "[": "］",
    "【": "】",
    "《": "》",
    "〈": "〉",
    "“": "”",
    "‘": "’",
    "「": "」",
}
_CLOSE = {
    "）": "）",
    ")": "）",
    "〕": "〕",
    "］": "］",
    "]": "］",
    "】": "】",
    "》": "》",
    "〉": "〉",
    "”": "”",
    "’": "’",
    "」": "」",
}
_LIST_MARKER = re.compile(r"(?:^|[\s，；。：、])[\dA-Za-z一二三四五六七八九十①-⑳]{1,3}$")
_NEAR = 8
"""A wrong closing mark this close to its opening one is a pair of different brackets, `〔2021)`; further off one is missing."""


@check(
    "brackets",
    family="form",
    zh="括号、引号不成对",
    en="brackets and quotes that do not close",
    needs=("text",),
    severities=("notice",),
    meaning="括号、书名号、引号没有闭合，或开、闭不是一种；网页外围的短行不查。",
)
def brackets(case: Case) -> Iterator[Finding]:
    """Every opening mark has its closing mark; the check runs on the original characters."""
    found = [(start, end) for start, end in _unpaired(case)]
    if found:
        quotes = [case.words_at(*span) for span in found]
        shownq = listed([f"“{q.quote.strip()[:24]}”" for q in quotes], 4)
        yield case.finding(
            "brackets",
            "notice",
            f"{len(found)}处括号或引号不成对：{shownq}。",
            f"{len(found)} brackets or quotes do not close.",
            quotes,
        )


def _unpaired(case: Case) -> list[tuple[int, int]]:
    """Clean spans around marks without a partner."""
    paper = case.paper
    if paper is None:
        return []
    source, origin = paper.text.source, paper.text.origin
    out: list[tuple[int, int]] = []
    for paragraph in paper.text.paragraphs:
        if paragraph.row or paragraph.end - paragraph.start < 20:
            continue
        stack: list[tuple[str, int]] = []
        for at in range(paragraph.start, paragraph.end):
            mark = source[origin[at]]
            if mark in _OPEN:
                stack.append((_OPEN[mark], at))
                continue
            if mark not in _CLOSE:
                continue
            closing = _CLOSE[mark]
            if stack and stack[-1][0] == closing:
                stack.pop()
            elif stack and at - stack[-1][1] <= _NEAR and closing in "）〕］】":
                out.append((stack.pop()[1], at + 1))
            elif any(kind == closing for kind, _ in stack):
                while stack[-1][0] != closing:
                    begin = stack.pop()[1]
                    out.append((begin, min(begin + 24, paragraph.end)))
                stack.pop()
            elif closing == "）" and _LIST_MARKER.search(paper.clean, max(0, paragraph.start - 1, at - 4), at):
                continue  # 1） as a list marker
            elif closing not in "’］":
                out.append((max(paragraph.start, at - 12), at + 1))
        out += [(begin, min(begin + 24, paragraph.end)) for kind, begin in stack if kind not in "’］"]
    return [span for span in out if not _outside_body(source, origin[span[0]])]


def _outside_body(source: str, at: int) -> bool:
    """Whether a mark stands on a short line without punctuation, such as a button or a counter of a web page."""
    line = source[
        source.rfind("\n", 0, at) + 1 : (source.find("\n", at) if "\n" in source[at:] else len(source))
    ].strip()
    return len(line) < 12 and not re.search(r"[，。；：、]", line)


_CHINESE = "零一二三四五六七八九十"


def _number(heading: Heading) -> tuple[str, int] | None:
    """(form of the number, its value) of a numbered heading."""
    text = heading.text
    if found := re.match(r"[（(]([一二三四五六七八九十]{1,3})[）)]", text):
        return "（一）", _value(found[1])
    if found := re.match(r"([一二三四五六七八九十]{1,3})[、.]", text):
        return "一、", _value(found[1])
    if found := re.match(r"(\d{1,2})[.、．]", text):
        return "1.", int(found[1])
    return None


def _value(words: str) -> int:
    tens, ten, ones = words.partition("十")
    if not ten:
        return _CHINESE.index(words[0])
    return (_CHINESE.index(tens[0]) if tens else 1) * 10 + (_CHINESE.index(ones[0]) if ones else 0)


@check(
    "numbering",
    family="form",
    zh="标题序号不连续",
    en="heading numbers that jump",
    needs=("text",),
    severities=("notice",),
    meaning="同一种序号前后不连续（一、三、），既不是接续也不是重新从一开始。",
)
def numbering(case: Case) -> Iterator[Finding]:
    """Each number follows the one before it of its form, or begins again at one."""
    last: dict[str, tuple[int, Heading]] = {}
    annex = re.search(r"(?:^|\n)\s*附件\d{0,2}\s*[：:]", case.facts.text)
    for heading in case.headings:
        found = _number(heading)
        if found is None or (annex and heading.start > annex.start()):
            continue
        form, value = found
        before = last.get(form)
        if before is not None and value not in (before[0] + 1, 1):
            yield case.finding(
                "numbering",
                "notice",
                f"标题序号由“{before[1].text[:16]}”跳到“{heading.text[:16]}”。",
                f"Heading numbers go from {before[0]} to {value}.",
                [_evidence(case, before[1]), _evidence(case, heading)],
                [f"{before[0]} + 1 ≠ {value}"],
            )
        last[form] = (value, heading)


def _evidence(case: Case, heading: Heading) -> Evidence:
    return Evidence(
        kind="text", quote=case.facts.text[heading.start : heading.end], start=heading.start, section=heading.text
    )


@check(
    "reference",
    family="form",
    zh="引用的章节不存在",
    en="a reference that leads nowhere",
    needs=("text",),
    severities=("notice",),
    meaning="“本方案第七部分”一类的引用，没有这一部分。",
)
def reference(case: Case) -> Iterator[Finding]:
    """References to a part of this paper that it does not have."""
    if case.paper is None:
        return
    tops = [n[1] for h in case.headings if h.level == 1 and (n := _number(h)) is not None and n[0] == "一、"]
    if not tops:
        return
    for match in re.finditer(
        r"本(?:方案|意见|规划|办法|措施|通知|计划)第([一二三四五六七八九十]{1,3})(?:部分|章)", case.paper.clean
    ):
        if _value(match[1]) > max(tops):
            yield case.finding(
                "reference",
                "notice",
                f"引用“{match[0]}”，全文只有 {max(tops)} 个部分。",
                f"A part is referred to that the paper does not have ({max(tops)} parts).",
                [case.words_at(*match.span())],
                [f"{_value(match[1])} > {max(tops)}"],
            )


@check(
    "slips",
    family="form",
    zh="错字",
    en="slips of typing",
    needs=("text",),
    severities=("notice",),
    meaning="slips.yaml 所列的错字（治炼、1一5年……），多为识别或录入所致。",
)
def slips(case: Case) -> Iterator[Finding]:
    """Words that are wrong wherever they stand."""
    if case.paper is None:
        return
    found: list[tuple[int, str, str, Evidence]] = []
    taken: list[tuple[int, int]] = []
    for pattern, meant in sorted(load_slips(), key=lambda pair: -len(pair[0].pattern)):
        for match in pattern.finditer(case.paper.clean):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            found.append((match.start(), match[0], meant, case.words_at(*match.span())))
    found.sort(key=lambda row: row[0])
    if found:
        yield case.finding(
            "slips",
            "notice",
            f"{len(found)}处疑为错字：{listed([f'{wrong}→{meant}' for _, wrong, meant, _ in found], 8)}。",
            f"{len(found)} slips of typing.",
            [evidence for *_, evidence in found],
            [f"{wrong} ≠ {meant}" for _, wrong, meant, _ in found],
        )
