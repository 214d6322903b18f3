"""The head of a document: title, number 文号, issuer, date of issue, region."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lvlian.plan.facts import Head, Heading
from lvlian.plan.lexicon import built_from_lexicon, load_lexicon
from lvlian.plan.place import region_of
from lvlian.plan.text import Paragraph, Text

_YEAR = r"(?:〔|\[|（|\()(?P<year>20\d\d|19\d\d)(?:〕|\]|）|\))"
_NUMBER = re.compile(rf"[\u4e00-\u9fff]{{1,15}}{_YEAR}(?:第)?\d{{1,5}}号|[\u4e00-\u9fff]{{2,15}}令第\d{{1,4}}号")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_DATE = re.compile(
    r"(?P<y>(?:19|20)\d\d|[〇○零一二三四五六七八九]{4})年(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})日?(?!\d)"
)
_ISO = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>(?:19|20)\d\d)(?!\d)")
_APPROVED = re.compile(r"《(?P<title>[^《》\n]{6,70})》(?:已经?|业经)[^。]{0,40}(?:同意|通过|审定)")
_LAST_BRACKET = re.compile(r"(?:（[^（）]*）|\([^()]*\))$")
_ORDINAL = re.compile(r"^(?:附件\d*[:：]|\d{1,2}[.、]|[一二三四五六七八九十]{1,2}、)")
_TOP_PARAGRAPHS = 40
_TOP_CHARS = 1500
_LONGEST_LINE = 80
_LONGEST_TITLE = 90
_TAIL_PARAGRAPHS = 12
_MOST_SIGNERS = 14
_WHOLE_UNIT = re.compile(r"(?:(?<!委员)会|政府|委|办公室|办公厅|厅|局|部)$")
"""The end of a unit's name, where one line holds several; 发展和改革委员会 may be the second half of one."""


@dataclass(frozen=True, slots=True)
class _Grammar:
    title_end: re.Pattern[str]
    run_in: re.Pattern[str]
    issuer: re.Pattern[str]
    mark: re.Pattern[str]
    page: re.Pattern[str]
    issued_label: re.Pattern[str]
    issuer_label: re.Pattern[str]
    number_label: re.Pattern[str]
    document_word: str
    announced: re.Pattern[str]
    cited: re.Pattern[str]
    notice: re.Pattern[str]


@built_from_lexicon
def _grammar() -> _Grammar:
    lexicon = load_lexicon("head")
    ends, tails = lexicon.pattern("document_words"), lexicon.pattern("title_tails")
    verbs, between = lexicon.pattern("announces"), lexicon.pattern("between")
    return _Grammar(
        title_end=re.compile(rf"{ends}(?:{tails})*[》”]?(?:的通知)?(?:{tails})*[!！]?$"),
        run_in=re.compile(rf"(?P<title>[^，。；：]{{4,48}}?{ends}(?:{tails})*)(?:。|{lexicon.pattern('run_in')})"),
        issuer=re.compile(rf"[^，。；：\d《》]{{1,40}}{lexicon.pattern('issuer_ends')}"),
        mark=re.compile(lexicon.pattern("marks")),
        page=re.compile(lexicon.pattern("page_words")),
        issued_label=re.compile(rf"{lexicon.pattern('issued_labels')}[：\]】]*"),
        issuer_label=re.compile(rf"{lexicon.pattern('issuer_labels')}[：\]】]+(?P<name>[^，。；：\s]{{2,30}})"),
        number_label=re.compile(rf"{lexicon.pattern('number_labels')}[：\]】]+(?P<name>[^，。；：\s]{{4,30}}号)"),
        document_word=ends,
        announced=re.compile(rf"(?P<who>[^，。；：]{{0,120}}?){between}*{verbs}了?《(?P<title>[^《》\n]{{6,70}})》"),
        cited=re.compile(rf"{lexicon.pattern('cites')}$"),
        notice=re.compile(
            r"(?P<who>.{0,60}?)(?:关于)?(?:印发|转发|发布|公布)[《“]?(?P<title>.+?)[》”]?的?(?:通知|公告|通告|函)(?:（.*）|\(.*\))?$"
        ),
    )


def read_head(text: Text, headings: tuple[Heading, ...], name: str = "") -> Head:
    """The head; what the document does not say stays empty, the title then is `name`.

    `issued_in` is the day or year against which 今年 is read: the date of issue, else the year of the number, else the
    date of the web page, else the first year of the period in the title.
    """
    top = _top(text, headings)
    number, number_year = _number(text, top)
    title, title_issuer = _title(text, top, bool(headings))
    date, signer = _date_and_signer(text, top)
    issuer = signer or _labelled_issuer(text, top) or title_issuer
    region = region_of(text.clean, title, issuer)
    issued_in = date or number_year or _page_date(text) or _plan_year(title)
    return Head(title=title or name, number=number, issuer=issuer, date=date, region=region, issued_in=issued_in)


def _top(text: Text, headings: tuple[Heading, ...]) -> list[Paragraph]:
    """The paragraphs before the body."""
    first = next((h.start for h in headings if h.level <= 2), None)
    top = []
    for paragraph in text.paragraphs[:_TOP_PARAGRAPHS]:
        if paragraph.start > _TOP_CHARS or (first is not None and text.origin[paragraph.start] >= first):
            break
        top.append(paragraph)
    return top


def _number(text: Text, top: Sequence[Paragraph]) -> tuple[str, str | None]:
    """(number as printed, its year)."""
    grammar = _grammar()
    for paragraph in top:
        stop = min(paragraph.end, paragraph.start + 400)
        label = grammar.number_label.search(text.clean, paragraph.start, stop)
        if label and (found := _NUMBER.fullmatch(label["name"])):
            return text.printed(*label.span("name")), found["year"]
        span = _number_span(grammar, text, paragraph)
        if span:
            found = _NUMBER.search(text.clean, *span)
            return text.printed(*span), found["year"] if found else None
    return "", None


def _number_span(grammar: _Grammar, text: Text, paragraph: Paragraph) -> tuple[int, int] | None:
    """Where a number stands on a line of its own, or ends a title; one inside running text cites another paper."""
    found = _NUMBER.search(text.clean, paragraph.start, min(paragraph.end, paragraph.start + 400))
    if not found or _is_cited(text.clean, found.start()):
        return None
    own = re.sub(r"^.*(?:文号|字号|编号)", "", found.group())
    behind = re.match(rf".*{grammar.document_word}(?:（[^（）]*）)?(?=[\u4e00-\u9fff])", own)
    own = own[behind.end() :] if behind else own
    start = found.end() - len(own)
    ends_title = found.end() == paragraph.end and bool(grammar.title_end.search(text.clean[paragraph.start : start]))
    short = paragraph.end - paragraph.start <= len(found.group()) + 30
    return (start, found.end()) if short or ends_title else None


def _is_cited(clean: str, at: int) -> bool:
    return clean[max(0, at - 1) : at] in ("》", "（") or "根据" in clean[max(0, at - 30) : at]


def _title(text: Text, top: Sequence[Paragraph], outlined: bool) -> tuple[str, str]:
    """(title of the paper, issuer that the words around it name)."""
    grammar = _grammar()
    rows = _title_rows(text, top)
    notice_issuer = inner = ""
    candidates: list[str] = []
    for i in range(len(rows)):
        for take in (4, 3, 2, 1):  # a title may stand on up to four lines
            part = rows[i : i + take]
            if len(part) < take or any(part[k + 1][0] - part[k][1] > 1 for k in range(take - 1)):
                continue
            words = "".join(text.printed(a, b) for a, b in part)
            clean = "".join(text.clean[a:b] for a, b in part)
            if (
                not 6 <= len(clean) <= _LONGEST_TITLE
                or not grammar.title_end.search(clean)
                or _ends_within(grammar, text, part)
            ):
                continue
            notice = grammar.notice.match(words)
            if notice:
                inner = inner or notice["title"]
                notice_issuer = notice_issuer or _issuer_of(grammar, notice["who"])
            elif not candidates or words not in candidates[-1]:
                candidates.append(re.sub(r"[!！]$", "", words))
    approved = _APPROVED.search(text.clean, 0, _TOP_CHARS)
    if not inner and not candidates and approved and grammar.title_end.search(approved["title"]):
        inner = text.printed(*approved.span("title"))
    if inner:
        # The paper's own title may have a bracket more: （2024—2026年）, （试行）.
        same = [c for c in candidates if _squeeze(inner) in (_squeeze(c), _squeeze(_LAST_BRACKET.sub("", c)))]
        return (max(same, key=len) if same else inner), notice_issuer
    announced = _announced(grammar, text, top[-1].end if top else 0)
    if candidates and not (announced and re.match(r"[^关《]{2,12}(?:印发|出台|发布|公布)", candidates[0])):
        return _ORDINAL.sub("", candidates[0]), _issuer_of(grammar, candidates[0])
    if announced:
        return announced
    return _run_in(grammar, text, outlined), ""


def _title_rows(text: Text, top: Sequence[Paragraph]) -> list[tuple[int, int]]:
    """The lines that may belong to a title: no signature, date, number, mark, sentence or part of a web page."""
    grammar = _grammar()
    rows = []
    for paragraph in top:
        number = _number_span(grammar, text, paragraph)
        end = number[0] if number and number[0] > paragraph.start else paragraph.end
        words = text.clean[paragraph.start : end]
        if paragraph.row or len(words) > _LONGEST_LINE or not _may_be_title(grammar, words):
            continue
        rows.append((paragraph.start, end))
    return rows


def _may_be_title(grammar: _Grammar, words: str) -> bool:
    bare = words.strip("（）()")
    if words[-1:] in "。；：:;" or ("，" in words and not grammar.title_end.search(words)) or "。" in words:
        return False
    if grammar.mark.fullmatch(words) or grammar.page.search(words) or _NUMBER.fullmatch(words):
        return False
    date = _DATE.search(bare)
    return not (
        grammar.issuer.fullmatch(words) or (date and (date.end() == len(bare) or date.start() == 0)) or _ISO.match(bare)
    )


def _ends_within(grammar: _Grammar, text: Text, part: Sequence[tuple[int, int]]) -> bool:
    """Whether a title ends before the last of the lines already, unless that one is only a bracket (（试行）)."""
    if len(part) == 1:
        return False
    last = text.clean[slice(*part[-1])]
    if re.fullmatch(r"[（(][^（）()]{2,24}[）)]", last):
        return len(part) > 2 and any(grammar.title_end.search(text.clean[a:b]) for a, b in part[:-2])
    return any(grammar.title_end.search(text.clean[a:b]) for a, b in part[:-1])


def _issuer_of(grammar: _Grammar, words: str) -> str:
    """The issuer at the start of a title: `X关于…`."""
    about = re.match(r"(.{4,40}?)(?:关于.*)?$", words)
    return about[1] if about and grammar.issuer.fullmatch(about[1]) else ""


def _squeeze(words: str) -> str:
    return re.sub(r"[《》“”（）()\s]", "", words)


def _announced(grammar: _Grammar, text: Text, end: int) -> tuple[str, str] | None:
    """`近日，省工业厅发布《…》`: the paper that a page tells of, and who gave it out."""
    for found in grammar.announced.finditer(text.clean, 0, min(end, _TOP_CHARS)):
        if not grammar.title_end.search(found["title"]) or grammar.cited.search(found["who"]):
            continue
        start, end = found.span("title")
        return text.printed(start, end), _told_issuer(grammar, found["who"])
    return None


def _told_issuer(grammar: _Grammar, words: str) -> str:
    """The issuer in the words before 印发; of a joint paper the first unit with the count (甲部等十部门)."""
    words = re.sub(
        r"^.*(?:年|月|日|近日|日前|昨日|讯|电|（[^（）]*）|\n)(?![^、]{0,3}[厅局委部])", "", words.split("\n")[-1]
    )
    joint = re.match(r"(?P<first>[^、]{2,20})、.*?(?P<count>等?(?:\d+|[一二三四五六七八九十]+)个?部门)$", words)
    if joint and grammar.issuer.fullmatch(joint["first"]):
        return joint["first"] + "等" + joint["count"].removeprefix("等")
    return words if grammar.issuer.fullmatch(words) and "、" not in words else ""


def _run_in(grammar: _Grammar, text: Text, outlined: bool) -> str:
    """The title at the start of the first paragraph, or a headline; of a text that starts in mid-sentence none."""
    for paragraph in text.paragraphs[:10]:
        words = text.clean[paragraph.start : paragraph.end]
        original = re.match(r"原标题：(?P<title>[^\n]{6,60})$", words)
        if original:
            return text.printed(paragraph.start + original.start("title"), paragraph.end)
        if paragraph.row or (grammar.page.search(words[:_LONGEST_LINE]) and len(words) < _LONGEST_LINE * 2):
            name = re.match(r"[\u4e00-\u9fff]{2,8}：(?P<title>[^：]{8,50}[!！])?", words)
            if name and name["title"]:
                return text.printed(paragraph.start + name.start("title"), paragraph.end)
            continue
        found = grammar.run_in.match(words)
        if found and found.end("title") < len(words):
            return text.printed(paragraph.start, paragraph.start + found.end("title"))
        if (
            grammar.mark.fullmatch(words)
            or _DATE.fullmatch(words)
            or re.match(r"第[一二三四五六七八九十]+条|（[一二三四五六七八九十]+）", words)
        ):
            continue
        headline = re.match(r"[^。；，：]{6,48}(?=。|$)", words)
        if (
            headline
            and not re.match(r"第?（?[一二三四五六七八九十\d]+[、.条）]", words)
            and not _DATE.search(words[:20])
        ):
            return text.printed(paragraph.start, paragraph.start + headline.end())
        if 8 <= len(words) <= 50 and words[-1] not in "。；：" and not outlined:
            return text.printed(paragraph.start, paragraph.end)
        return ""
    return ""


def _iso(found: re.Match[str]) -> str | None:
    def number(words: str) -> int:
        if words.isdigit():
            return int(words)
        tens, _, ones = words.partition("十")
        if "十" in words:
            return (int(tens.translate(_DIGITS)) if tens else 1) * 10 + (int(ones.translate(_DIGITS)) if ones else 0)
        return int(words.translate(_DIGITS))

    year, month, day = int(found["y"].translate(_DIGITS)), number(found["m"]), number(found["d"])
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _date_and_signer(text: Text, top: Sequence[Paragraph]) -> tuple[str | None, str]:
    """A paragraph that is a date is the date of issue; the unit named above it, or before it on its line, signed."""
    grammar = _grammar()
    places = text.paragraphs
    spots = [*range(len(top)), *range(max(len(top), len(places) - _TAIL_PARAGRAPHS), len(places))]
    hits = []
    for i in spots:
        paragraph = places[i]
        stop = min(paragraph.end, paragraph.start + 400)
        label = grammar.issued_label.search(text.clean, paragraph.start, stop)
        if label:
            labelled = _DATE.match(text.clean, label.end(), stop) or _ISO.match(text.clean, label.end(), stop)
            if labelled:
                hits.append((0, i, _iso(labelled), ""))
                continue
        clean = text.clean[paragraph.start : stop]
        found = _DATE.search(clean)
        if not found or not found.group().endswith("日") or len(clean) - len(found.group()) > 32 or paragraph.row:
            continue
        before = clean[: found.start()].strip("（")
        alone = found.end() == len(clean.rstrip("）")) and (not before or bool(grammar.issuer.fullmatch(before)))
        if not alone and not re.search(r"(?:印发|成文日期|发文日期)", clean):
            continue
        signer = before if alone and before else _signer(grammar, text, i) if alone else ""
        hits.append((1 if signer else 2 if alone else 3, i, _iso(found), signer))
    if not hits:
        return None, ""
    best = min(hits, key=lambda h: h[:2])
    signer = best[3] or next((h[3] for h in hits if h[3]), "")
    if not signer and best[0] == 3:
        signer = _signer(grammar, text, best[1])
    return best[2], signer


def _signer(grammar: _Grammar, text: Text, i: int) -> str:
    """The units in the paragraphs right above the one at `i`, joined by 、; a title between them and the date is passed over."""
    units: list[str] = []
    for above in reversed(text.paragraphs[max(0, i - _MOST_SIGNERS) : i]):
        words = text.clean[above.start : above.end]
        if grammar.issuer.fullmatch(words) and len(words) < 60:
            parts = text.source[slice(*text.span(above.start, above.end))].split()
            joint = len(parts) > 1 and all(len(part) > 3 and _WHOLE_UNIT.search(part) for part in parts)
            units[:0] = parts if joint else [text.printed(above.start, above.end)]
        elif units or not grammar.title_end.search(words):
            break
    return "、".join(dict.fromkeys(units))


def _labelled_issuer(text: Text, top: Sequence[Paragraph]) -> str:
    grammar = _grammar()
    for paragraph in top:
        found = grammar.issuer_label.search(text.clean, paragraph.start, min(paragraph.end, paragraph.start + 400))
        if found:
            return text.printed(*found.span("name"))
    return ""


def _page_date(text: Text) -> str | None:
    """The date of a web page, for relative dates only: first one on a short line, then any in full."""
    clean = text.clean[:_TOP_CHARS]
    short = [
        (p.start, p.end) for p in text.paragraphs[:_TOP_PARAGRAPHS] if p.end - p.start <= 80 and p.start < _TOP_CHARS
    ]
    for start, end in [*short, (0, len(clean))]:
        for pattern in (_DATE, _ISO, _DAY_FIRST):
            found = pattern.search(clean, start, min(end, len(clean)))
            if found and (iso := _iso(found)):
                return iso
    return None


_ORDER = "一二三四五六七八九十"


def _plan_year(title: str) -> str | None:
    """The first year that a title's period names (2025—2027年, “十四五” = 2021): papers are issued in it or right before."""
    span = re.search(r"(20\d\d)年?[—–~至-]+20\d\d", title)
    if span:
        return span[1]
    five = re.search(r"十([一二三四五六七八九])五", title)
    return str(2006 + 5 * _ORDER.index(five[1])) if five else None
