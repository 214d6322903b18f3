"""The head of a document: title, number 文号, issuer, date of issue, region."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from lvlian.plan.facts import Head, Heading
from lvlian.plan.lexicon import built_from_lexicon, load_lexicon
from lvlian.plan.text import Paragraph, Text

_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}(?:〔|\[|（)(20\d\d|19\d\d)(?:〕|\]|）)(?:第)?\d{1,5}号")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_DATE = re.compile(r"(?P<y>(?:19|20)\d\d|[〇○零一二三四五六七八九]{4})年(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})日")
_ISO = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")
_ISSUED_MARK = re.compile(r"(?:发布|发文|成文|印发|生成|公布)(?:日期|时间)?：?")
_TOP_PARAGRAPHS = 40
_TOP_CHARS = 1500


@dataclass(frozen=True, slots=True)
class _Grammar:
    title_end: re.Pattern[str]
    issuer: re.Pattern[str]
    place: re.Pattern[str]
    not_places: frozenset[str]


@built_from_lexicon
def _grammar() -> _Grammar:
    lexicon = load_lexicon("head")
    ends = lexicon.pattern("document_words")
    tails = lexicon.pattern("title_tails")
    return _Grammar(
        title_end=re.compile(rf"{ends}(?:{tails})*[》”]?(?:的通知)?(?:{tails})*$"),
        issuer=re.compile(rf"[^，。；：\d]{{2,30}}{lexicon.pattern('issuer_ends')}$"),
        place=re.compile(rf"[\u4e00-\u9fff]{{1,7}}?{lexicon.pattern('place_ends')}"),
        not_places=frozenset(lexicon.words("not_places")),
    )


def read_head(text: Text, headings: tuple[Heading, ...], name: str = "") -> Head:
    """The head; what the document does not say stays empty. `issued_in` is the year against which 今年 is read."""
    top = _top(text, headings)
    number, number_year = _number(text, top)
    title, notice_issuer = _title(text, top)
    date, signer = _date_and_signer(text, top)
    issuer = signer or notice_issuer
    region = _region(text, title, issuer)
    issued_in = date or number_year or _page_year(text) or _plan_year(title)
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


def _number(text: Text, top: list[Paragraph]) -> tuple[str, str | None]:
    for paragraph in top:
        found = _NUMBER.search(text.clean, paragraph.start, paragraph.end)
        # A number inside running text cites another paper.
        if found and paragraph.end - paragraph.start <= len(found.group()) + 30 and not _cited(text.clean, found.start()):
            own = re.sub(r"^.*(?:文号|字号|编号)", "", found.group())
            return text.printed(found.end() - len(own), found.end()), found[1]
    return "", None


def _cited(clean: str, at: int) -> bool:
    return clean[max(0, at - 1) : at] in ("》", "（") or "根据" in clean[max(0, at - 30) : at]


def _title(text: Text, top: list[Paragraph]) -> tuple[str, str]:
    """(title of the plan, issuer named in the notice's own title)."""
    grammar = _grammar()
    issuer = ""
    lines: list[tuple[int, int]] = [(p.start, p.end) for p in top]
    inner = ""
    candidates: list[str] = []
    for i in range(len(lines)):
        # A title may stand on up to four short lines.
        for take in (1, 2, 3, 4):
            part = lines[i : i + take]
            if len(part) < take or any(b - a > 60 for a, b in part) or any(_closed(text.clean, a, b) for a, b in part):
                break
            words = "".join(text.printed(a, b) for a, b in part)
            clean = "".join(text.clean[a:b] for a, b in part)
            if len(clean) > 90 or not grammar.title_end.search(clean) or len(clean) < 6:
                continue
            notice = re.search(r"^(.{0,60}?)(?:关于)?(?:印发|转发|发布|公布)[《“]?(.+?)[》”]?的?(?:通知|公告|通告|函)", words)
            if notice:
                inner = inner or notice[2]
                about = re.match(r"(.{4,40}?)关于", words)
                if about:
                    issuer = issuer or about[1]
            elif take == 1 and i + 1 < len(lines) and re.match(r"（.{2,12}）$", text.clean[lines[i + 1][0] : lines[i + 1][1]]):
                continue
            else:
                candidates.append(words)
    candidates = [re.sub(r"[!！?？]$", "", c) for c in candidates if c not in ("附件",)]
    if inner:
        same = [c for c in candidates if _squeeze(inner) in _squeeze(c) or _squeeze(c) in _squeeze(inner)]
        return (max(same, key=len) if same else inner), issuer
    if candidates:
        # The longest row of lines that begins at the first candidate's line.
        first = candidates[0]
        longer = [c for c in candidates if c.startswith(first)]
        best = max(longer, key=len)
        about = re.match(r"(.{4,40}?(?:政府|办公室|办公厅|委员会|厅|局))关于", best)
        return best, (about[1] if about else "")
    quoted = re.search(rf"《([^《》\n]{{6,60}})》", text.clean[:_TOP_CHARS])
    return (quoted[1] if quoted and grammar.title_end.search(quoted[1]) else _first_line(text)), ""


def _squeeze(words: str) -> str:
    return re.sub(r"[《》“”（）()\s]", "", words)


def _closed(clean: str, start: int, end: int) -> bool:
    return clean[end - 1 : end] in "。；：" or "，" in clean[start:end]


def _first_line(text: Text) -> str:
    for paragraph in text.paragraphs[:6]:
        if 6 <= paragraph.end - paragraph.start <= 50:
            return text.printed(paragraph.start, paragraph.end)
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


def _date_and_signer(text: Text, top: list[Paragraph]) -> tuple[str | None, str]:
    """A paragraph that is a date is the date of issue; the unit's name above it signed."""
    grammar = _grammar()
    places = list(text.paragraphs)
    near = {p.start for p in top}
    tail = {p.start for p in places[-12:]}
    hits = []
    for i, paragraph in enumerate(places):
        if paragraph.start not in near and paragraph.start not in tail:
            continue
        clean = text.clean[paragraph.start : paragraph.end]
        found = _DATE.search(clean)
        if not found or len(clean) - len(found.group()) > 32:
            continue
        alone = len(found.group()) == len(clean.strip("（）"))
        printed = re.search(r"(?:印发|发布|成文日期|发文日期)", clean)
        if not alone and not printed:
            continue
        above = text.clean[places[i - 1].start : places[i - 1].end] if i else ""
        signer = text.printed(places[i - 1].start, places[i - 1].end) if alone and grammar.issuer.fullmatch(above) else ""
        hits.append((not alone, not signer, _iso(found), signer))
    hits.sort(key=lambda h: h[:2])
    return (hits[0][2], hits[0][3]) if hits else (None, "")


def _page_year(text: Text) -> str | None:
    """The date of a web page, for relative dates only."""
    clean = text.clean[:_TOP_CHARS]
    marked = _ISSUED_MARK.search(clean)
    for pattern in (_DATE, _ISO):
        found = pattern.search(clean, marked.end() if marked else 0) or pattern.search(clean)
        if found:
            if pattern is _DATE:
                return _iso(found) or found["y"].translate(_DIGITS)
            return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    return None


_ORDER = "一二三四五六七八九十"


def _plan_year(title: str) -> str | None:
    """The first year that a title's period names (2025—2027年, “十四五” = 2021): papers are issued in it or right before."""
    span = re.search(r"(20\d\d)年?[—–~至-]+20\d\d", title)
    if span:
        return span[1]
    five = re.search(r"十([一二三四五六七八九])五", title)
    return str(2006 + 5 * _ORDER.index(five[1])) if five else None


def _region(text: Text, title: str, issuer: str) -> str:
    """The region in the title, else the one that the text names most, else the issuer's."""
    grammar = _grammar()
    found = _places(grammar, title)
    if found:
        return found[0]
    counts: Counter[str] = Counter()
    for match in grammar.place.finditer(text.clean[:20000]):
        place = _own_place(grammar, match.group())
        if place:
            counts[place] += 1
    stems = {place: place.rstrip("省市州县区盟旗") for place in counts}
    named = [place for place in counts if len(stems[place]) > 1 and stems[place] in title]
    if named:
        return max(named, key=lambda p: (counts[p], -text.clean.find(p)))
    own = _places(grammar, issuer)
    if own:
        return own[0]
    return max(counts, key=lambda p: (counts[p], -text.clean.find(p))) if counts else ""


def _places(grammar: _Grammar, words: str) -> list[str]:
    return [p for m in grammar.place.finditer(words) if (p := _own_place(grammar, m.group()))]


def _own_place(grammar: _Grammar, place: str) -> str:
    place = re.sub(r"^.*(?:关于|印发|推进|加快|支持|促进|的|在|和|与|及|以|向|为|是|由|对|将|至|到|了|省|把)(?=.{2,})", "", place)
    if place in grammar.not_places or len(place) < 3 or any(place.endswith(w) and len(place) - len(w) < 2 for w in grammar.not_places):
        return ""
    return "" if re.search(r"[各全我本该等级一二三四五六七八九十]", place[0]) else place
