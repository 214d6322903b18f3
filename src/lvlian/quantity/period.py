"""Periods as a plan tells them: `2023—2025年`, `“十四五”末`, `到2027年`, `9月底前`, `上半年`, `每季度`, `今年`, `三年内`.

The grammar is a row of productions. Each is one pattern, tried where one of its first characters stands, and one
function that turns the match into a `Period`; the first that reads wins. Scanning looks at each character once.

How a period binds: `in` it, `by` its end (到, 底, 末, 前, 内), `each` time it comes round (每季度), `since` its beginning (起, 以来),
`within` a span of several years, months or days (2023—2025年, “十四五”期间, 三年内).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lvlian.quantity.figure import chinese_value
from lvlian.quantity.unit_table import half_width

Binding = Literal["in", "by", "each", "since", "within"]
WhenOp = Literal["in", "by", "each"]


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the calendar or a span without a date.

    `first` and `last` are its days where the calendar is known (`by` has no first day, `since` no last). `when` and
    `when_op` are the public form of facts: `2025`, `2023-09` or `2023-Q3`, else None. `relative`: it hangs on a date that is not
    known here (the year of issue was not given, 三年内). `per` (`day` `week` `month` `quarter` `half_year` `year` `working_day`)
    and `count` tell how often an `each` comes round (每两年: 2, `year`) or how long a span is at most.
    """

    first: date | None
    last: date | None
    binds: Binding
    when: str | None
    when_op: WhenOp | None
    text: str
    relative: bool = False
    per: str | None = None
    count: float | None = None


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """`text[start:end]` tells `period`; a leading 到, 至, 截至 or 自 is part of it."""

    start: int
    end: int
    period: Period


@dataclass(frozen=True, slots=True)
class _Told:
    """What a production read; the prefix and the text are added by the scanner."""

    first: date | None
    last: date | None
    binds: Binding
    when: str | None
    relative: bool = False
    per: str | None = None
    count: float | None = None
    average: bool = False


_Build = Callable[[re.Match[str], re.Match[str], int | None], _Told | None]
"""The words of a production, the edge behind them (`_EDGE`), the year of issue → what they tell, None if it is no period."""

# ---- the words of the grammar -------------------------------------------------------------------------------------

_S = r"\s{0,3}"
_DASH = rf"{_S}(?:[—–‐‑−~-]{{1,2}}|至|到){_S}"
_YEAR = r"(?:(?:19|20)[0-9]{2}(?![0-9])|[一二][九〇零○][〇零○一二三四五六七八九]{2})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_SMALL = r"(?:[0-9]{1,3}|[一二两三四五六七八九十]{1,3})"
_END_OF_YEAR_NAME = rf"(?![版]|修[订正]|本[）)》]|[）)]{_S}第)"
_QUARTER = r"(?:第?(?P<quarter>[一二三四1-4])季度|Q(?P<roman>[1-4])(?![0-9A-Za-z])|前(?P<quarters>[两二三])个?季度)"
# how a period is bound by the words right behind it; what follows in (?!…) makes the word another one (底线, 前期)
_EDGE = (
    rf"(?:{_S}(?:年(?=[底末前内初]))?(?:"
    r"(?P<by>[底末](?:之前|以前|前(?![期沿景列端置]))|底(?![线座盘部数蕴色层子])|末(?![端梢位级站])"
    r"|(?:之前|以前)|前(?![期后列茅瞻景端述沿置往提身]|\s?[0-9一二三四两半十]{1,2}\s?个?(?:月|季|年)|三季|处理)"
    r"|内(?![部蒙容外涵陆需河资生江控燃]))"
    r"|(?P<part>初(?![步级期始加衷])|[上中下]旬)(?P<part_by>之?前(?![期沿后])|)"
    r"|(?P<since>以来|起(?![步草重点到码降动来见飞])|以后|之后|开始|后(?![续备期勤劲台发端评处]))"
    r")|)"
)

_PER = {
    "半年": "half_year",
    "年": "year",
    "年度": "year",
    "季": "quarter",
    "季度": "quarter",
    "月": "month",
    "月度": "month",
    "周": "week",
    "星期": "week",
    "日": "day",
    "天": "day",
    "旬": "ten_days",
    "半月": "half_month",
    "半个月": "half_month",
    "个月": "month",
    "工作日": "working_day",
    "个季度": "quarter",
    "个工作日": "working_day",
    "小时": "hour",
    "个小时": "hour",
}
_RELATIVE_YEAR = {"今年": 0, "本年": 0, "当年": 0, "去年": -1, "上年": -1, "上一年": -1, "明年": 1}
_NUMERAL = frozenset("0123456789〇零一二三四五六七八九十百千万两半数几多")


# ---- small parts --------------------------------------------------------------------------------------------------


def _small(text: str) -> int:
    """A number below a thousand in digits or Chinese; 0 where it is none."""
    if text.isdigit() and text.isascii():
        return int(text)
    return int(chinese_value(text) or 0)


def _year(text: str) -> int:
    if text.isascii():
        return int(text)
    return int("".join(str("〇一二三四五六七八九".find(c) if c not in "零○" else 0) for c in text))


def _span(year: int, first_month: int, last_month: int) -> tuple[date, date]:
    return date(year, first_month, 1), date(year, last_month, monthrange(year, last_month)[1])


def _bound(edge: re.Match[str], first: date, last: date, when: str, window: bool = False) -> _Told:
    """A known stretch of the calendar, bound by its edge words. `window`: longer than what `when` can name."""
    if edge["since"]:
        return _Told(first, None, "since", when)
    if edge["by"] or edge["part_by"]:
        return _Told(None, last, "by", when)
    return _Told(first, last, "within" if window else "in", when)


def _within_year(match: re.Match[str], edge: re.Match[str], year: int | None) -> _Told:
    """The month, quarter, half or whole of `year` that the match tells; None is a year that is not known."""
    known = year if year is not None else 2000
    groups = match.groupdict()
    window = False
    if groups["month"]:
        first_month = last_month = _small(groups["month"])
        if groups["month_to"]:
            last_month = _small(groups["month_to"])
            window = True
        when = f"{known}-{last_month:02}"
    elif quarter := groups["quarter"] or groups["roman"]:
        last_month = 3 * _small(quarter)
        first_month, when = last_month - 2, f"{known}-Q{last_month // 3}"
    elif groups["quarters"]:
        first_month, last_month, window = 1, 3 * _small(groups["quarters"]), True
        when = f"{known}-Q{last_month // 3}"
    elif groups["half"]:
        first_month, last_month = (1, 6) if groups["half"] == "上" else (7, 12)
        window, when = True, f"{known}-{last_month:02}"
    else:
        first_month, last_month, when = 1, 12, str(known)
    first, last = _span(known, first_month, last_month)
    if groups["day"]:
        first = last = last.replace(day=min(_small(groups["day"]), last.day))
    told = _bound(edge, first, last, when, window)
    return told if year is not None else _Told(None, None, told.binds, None, relative=True)


# ---- the productions ----------------------------------------------------------------------------------------------

_MONTHS = (
    rf"(?P<month>{_MONTH})(?:(?:{_S}月份?)?{_DASH}(?P<month_to>{_MONTH}))?{_S}月(?![均球亮报])份?"
    rf"(?:{_S}(?P<day>{_DAY}){_S}[日号])?"
)
_HALF = r"(?P<half>[上下])半年"
_REST = rf"(?:{_S}(?:{_MONTHS}|{_QUARTER}|{_HALF}))"


def _dated(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """2025年, 2023 年 9 月底前, 2024年一季度, 2023年6月9日."""
    return _within_year(match, edge, _year(match["year"]))


def _year_range(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """2023-2025年, 2019年至2023年; without 年 only where nothing else can be meant."""
    first, last = _year(match["year"]), _year(match["year_to"])
    if first >= last or last - first > 100:
        return None
    return _bound(edge, date(first, 1, 1), date(last, 12, 31), str(last), window=True)


def _months_across(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """2023年6月至2025年12月."""
    first, last = _year(match["year"]), _year(match["year_to"])
    month, month_to = _small(match["month"]), _small(match["month_to"])
    if (first, month) > (last, month_to):
        return None
    return _bound(edge, date(first, month, 1), _span(last, month_to, month_to)[1], f"{last}-{month_to:02}", window=True)


def _numeric_date(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """2023-09-15, 2023.9.15, 2023/9/15 and 2023-09."""
    year, month = int(match["year"]), int(match["month"])
    first, last = _span(year, month, month)
    if match["day"]:
        first = last = last.replace(day=min(int(match["day"]), last.day))
    return _Told(first, last, "in", f"{year}-{month:02}")


def _listed_year(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """The first of 2023、2024年."""
    year = int(match["year"])
    return _Told(date(year, 1, 1), date(year, 12, 31), "in", str(year))


def _relative_year(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """今年9月底, 去年, 明年上半年, against the year of issue."""
    return _within_year(match, edge, None if issued is None else issued + _RELATIVE_YEAR[match["year"]])


def _bare_rest(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """9月底前, 上半年, 第三季度: of the year of issue."""
    before = match.string[max(0, match.start() - 1) : match.start()]
    if before in _NUMERAL or before in tuple("./年每个第"):
        return None
    return _within_year(match, edge, issued)


def _year_edge(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """年底前, 年末, 年内, 年初: of the year of issue."""
    before = match.string[max(0, match.start() - 1) : match.start()]
    if before in _NUMERAL or before in tuple("每全周"):
        return None
    binds: Binding = "in" if match["start"] else "by"
    if issued is None:
        return _Told(None, None, binds, None, relative=True)
    return _Told(date(issued, 1, 1) if binds == "in" else None, date(issued, 12, 31), binds, str(issued))


def _five_year_plan(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """“十四五”末, “十五五”期间: 十一五 is 2006 to 2010, and so on."""
    number = "一二三四五六七八九".find(match["plan"]) + 1 if match["plan"] else 0
    if not number and not (match["open"] and match["close"]):
        return None
    last_year = 2005 + 5 * number
    first, last = date(last_year - 4, 1, 1), date(last_year, 12, 31)
    if match["end"]:
        return _Told(None, last, "by", str(last_year))
    if match["since"]:
        return _Told(first, None, "since", str(last_year))
    return _Told(first, last, "within", str(last_year))


def _cadence(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """每季度, 每两年, 按月, 逐年, 一月一调度; 年均 is an average and leaves `when_op` open."""
    groups = match.groupdict()
    count = _small(groups["count"]) if groups.get("count") else 1
    return _Told(
        None, None, "each", None, per=_PER[match["per"]], count=float(count), average=bool(groups.get("average"))
    )


def _length(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """三年内, 1一2年内, 20个工作日内, 近三年, 未来五年: no date of the calendar."""
    if not match["lead"] and not match["tail"]:
        return None
    if not match["lead"] and match.string[max(0, match.start() - 1) : match.start()] in _NUMERAL | {".", "第"}:
        return None
    most = match["most"] or match["count"]
    count = 0.5 if most == "半" else float(_small(most))
    if not count:
        return None
    return _Told(None, None, "within", None, relative=True, per=_PER[match["per"]], count=count)


def _named_time(match: re.Match[str], edge: re.Match[str], issued: int | None) -> _Told | None:
    """截至目前, 本世纪中叶: told, but not on the calendar."""
    return _Told(None, None, "by", None, relative=True)


_AND = frozenset(("、", "和", "及", "与"))
_STOP = re.compile(r"[。！？；!?;]")
_LATIN = frozenset("0123456789Q")
_OPEN, _CLOSE = "“\"「『‘'＂`", "”\"」』’'＂`"
_DIGITS = "0123456789"
_CHINESE_DIGITS = "一二两三四五六七八九十"
_RELATIVE_GUARD = r"(?!产[^值量能业出销]|均|处理|生产|加工|龄|薪)"

# first characters, pattern, builder; in the order of trial
_GRAMMAR: tuple[tuple[str, str, _Build], ...] = (
    (
        _DIGITS + "一二",
        rf"(?P<year>{_YEAR}){_S}年{_S}(?P<month>{_MONTH}){_S}月份?{_DASH}(?P<year_to>{_YEAR}){_S}年{_S}(?P<month_to>{_MONTH}){_S}月",
        _months_across,
    ),
    (
        _DIGITS + "一二",
        rf"(?P<year>{_YEAR})(?:{_S}年)?{_DASH}(?P<year_to>{_YEAR}){_S}年(?!{_S}[0-9]{{1,2}}{_S}月){_END_OF_YEAR_NAME}",
        _year_range,
    ),
    (
        _DIGITS,
        rf"(?P<year>20[0-9]{{2}}){_DASH}(?P<year_to>20[0-9]{{2}})(?![0-9A-Za-z—–~.-]|{_S}[个万亿元号])",
        _year_range,
    ),
    (_DIGITS + "一二", rf"(?P<year>{_YEAR}){_S}年{_END_OF_YEAR_NAME}{_REST}?", _dated),
    (
        _DIGITS,
        r"(?P<year>(?:19|20)[0-9]{2})(?P<mark>[-./])(?P<month>1[0-2]|0?[1-9])(?P=mark)(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9./-])",
        _numeric_date,
    ),
    (_DIGITS, r"(?P<year>20[0-9]{2})-(?P<month>1[0-2]|0[1-9])(?P<day>)(?![0-9./-])", _numeric_date),
    (_DIGITS, rf"(?P<year>20[0-9]{{2}})(?={_S}(?:[、和及]{_S}20[0-9]{{2}}{_S}){{1,8}}年)", _listed_year),
    (
        _DIGITS + _CHINESE_DIGITS + "半近未今过最",
        (
            rf"(?P<lead>近|未来|今后|过去|最近|)(?P<count>{_SMALL}|半(?=年))(?:{_S}(?:[—–~-]{{1,2}}|至|到|一){_S}(?P<most>{_SMALL}))?{_S}"
            rf"(?P<per>个?工作日|年|个月|个季度|周|日|天|个?小时){_S}(?P<tail>之内|以内|内(?![部蒙容外涵陆需河资生江控燃])|)"
        ),
        _length,
    ),
    ("一", r"一(?P<per>年|季度|季|月|周|旬)一(?=[^一二三四五六七八九十、，。])", _cadence),
    (_DIGITS + _CHINESE_DIGITS, rf"{_MONTHS}", _bare_rest),
    (_DIGITS + _CHINESE_DIGITS + "第前Q", rf"(?:{_QUARTER})(?P<month>)(?P<half>)(?P<day>)(?P<month_to>)", _bare_rest),
    ("上下", rf"{_HALF}(?P<month>)(?P<quarter>)(?P<roman>)(?P<quarters>)(?P<day>)", _bare_rest),
    (
        "今本当去上明",
        rf"(?<![如成基日根资样版文相过以目应])(?P<year>今年|本年|当年|去年|上一年|上年|明年){_RELATIVE_GUARD}{_REST}?",
        _relative_year,
    ),
    (
        "年岁",
        r"(?:年|岁(?=末))(?:[底末](?:之前|以前|前(?![期沿]))?|内(?![部蒙容])|前(?=[,，。；;完建实力投])|(?P<start>初))",
        _year_edge,
    ),
    (
        _OPEN + "十",
        (
            rf"(?P<open>[{_OPEN}]|){_S}十(?P<plan>[一二三四五六七]|)五{_S}(?P<close>[{_CLOSE}]|){_S}"
            r"(?:(?P<end>(?:规划|时期|计划)?(?:期末|末期|末|期内末))|(?P<since>以来)|(?:时期|期间|初期|前期|中期|后期)|"
            r"(?=规划期)规划期间?|)(?!规划|计划|发展|专项|重点专项|国民经济|纲要|[”》])"
        ),
        _five_year_plan,
    ),
    (
        "每",
        rf"每{_S}(?:一?个?|(?P<count>{_SMALL}){_S}个?)(?P<per>半年|半个?月|年|季度|季|月|周|星期|日|天|旬)(?!产|均)(?:度(?!电))?(?:年?[底末初]前?(?![端期]))?",
        _cadence,
    ),
    ("按", r"按(?P<per>半年|年度|年|季度|季|月度|月|周|日|旬)(?!产|均|期|处理|照|度电)", _cadence),
    ("逐", r"逐(?P<per>年|季度|季|月|周|日|旬)", _cadence),
    ("年月季日", r"(?P<per>年|月|季|日)(?P<average>均)(?![衡匀质])", _cadence),
    ("截", r"截[至止]到?目前", _named_time),
    ("本", r"本世纪(?:中叶|末|中期|前半叶)", _named_time),
)


def _compiled() -> dict[str, tuple[tuple[Callable[[str, int], re.Match[str] | None], _Build], ...]]:
    table: dict[str, list[tuple[Callable[[str, int], re.Match[str] | None], _Build]]] = {}
    for firsts, pattern, build in _GRAMMAR:
        match = re.compile(pattern).match
        for char in dict.fromkeys(firsts):
            table.setdefault(char, []).append((match, build))
    return {char: tuple(rows) for char, rows in table.items()}


_TABLE = _compiled()
_EDGED: frozenset[_Build] = frozenset((_dated, _year_range, _months_across, _relative_year, _bare_rest))
_edge_at = re.compile(_EDGE).match
_START = re.compile(f"[{re.escape(''.join(_TABLE))}]")
_PREFIX = re.compile(r"(?:(?P<until>截[至止]到?|(?<!达)到|至)|(?P<from>自从?))\s{0,2}$")


def find_periods(
    text: str, issued: date | int | None = None, start: int = 0, end: int | None = None
) -> Iterator[PeriodMention]:
    """Periods in `text[start:end]`, in order and apart from each other; offsets count in the whole `text`. Never raises.

    `issued` is the date or year of issue, against which 今年, 年底前 and a bare 9月 are read.
    """
    stop = len(text) if end is None else min(end, len(text))
    part = half_width(text[start:stop])
    year = issued.year if isinstance(issued, date) else issued
    at = free = 0
    said = _Said()
    while (found := _START.search(part, at)) is not None:
        at = found.start()
        if at and part[at] in _LATIN and (part[at - 1].isascii() and (part[at - 1].isalnum() or part[at - 1] in "-./")):
            at += 1
            continue
        for match_at, build in _TABLE[part[at]]:
            match = match_at(part, at)
            if match is None:
                continue
            edge = _edge_at(part, match.end())
            if edge is None:
                continue
            told = build(match, edge, said.year_for(part, free, at, year) if build is _bare_rest else year)
            if told is not None:
                mention, until = _mention(
                    part,
                    free,
                    match.start(),
                    (edge if build in _EDGED else match).end(),
                    told,
                    said.until and part[free:at].strip() in _AND,
                )
                said = _Said(
                    until,
                    _year(match["year"]) if build is _dated and _finer(told) else said.year_for(part, free, at, None),
                )
                at = free = mention.end
                yield PeriodMention(start + mention.start, start + at, mention.period)
                break
        else:
            at += 1


@dataclass(frozen=True, slots=True)
class _Said:
    """What the mention before leaves to the next: the 到 of a row of years, the year of a row of months."""

    until: bool = False
    year: int | None = None

    def year_for(self, part: str, free: int, at: int, otherwise: int | None) -> int | None:
        """The year of a bare month at `at`: that of a dated month before it in the same clause (2024年6月开工、12月投产)."""
        if self.year is None or at - free > 40 or _STOP.search(part, free, at):
            return otherwise
        return self.year


def _finer(told: _Told) -> bool:
    return told.when is not None and "-" in told.when


def _mention(part: str, free: int, begin: int, end: int, told: _Told, until: bool) -> tuple[PeriodMention, bool]:
    """The mention with its prefix, and whether 到 or 截至 bind it by its end (`until`: those of the mention before do); 自 binds from the beginning."""
    first, last, binds = told.first, told.last, told.binds
    prefix = _PREFIX.search(part, max(free, begin - 6), begin) if binds != "each" else None
    if prefix is not None:
        begin = prefix.start()
        until = bool(prefix["until"])
        if prefix["from"] and binds in ("in", "within"):
            last, binds = None, "since"
    if until and binds in ("in", "within", "by"):
        first, binds = None, "by"
    until = until and binds == "by"
    when_op: WhenOp | None
    if binds == "each":
        when_op = None if told.average else "each"
    else:
        when_op = None if told.when is None else "in" if binds in ("in", "since") else "by"
    text = "".join(part[begin:end].split())
    period = Period(first, last, binds, told.when, when_op, text, told.relative, told.per, told.count)
    return PeriodMention(begin, end, period), until
