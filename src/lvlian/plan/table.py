"""Facts of tables, read row by row: milestones of project lists, goals of indicator tables, duties of unit columns."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from lvlian.plan.duties import split_units
from lvlian.plan.facts import Duty, Goal, Milestone
from lvlian.plan.grid import Grid, find_grids, words_of
from lvlian.plan.lexicon import built_from_lexicon, load_lexicon
from lvlian.plan.manuscript import Manuscript
from lvlian.plan.projects import capacity_of
from lvlian.plan.source.record import Source, Span
from lvlian.quantity.measure import Measure
from lvlian.quantity.period import find_periods

_DATE = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:年|[./\-](?=\d{1,2}(?!\d)))(?:(?P<month>1[0-2]|0?[1-9])(?:月|[./\-]\d{1,2}(?!\d)日?)?份?)?(?:\d{1,2}日)?(?P<edge>底前|底|末|前)?|(?P<only>(?:19|20)\d\d)(?!\d)"
)
_VALUE = re.compile(
    r"(?P<op>≥|>=|＞=|＞|>|≤|<=|＜|<|约|超过|不低于|不少于|达到|突破|不超过|\[|［|【|力争)*(?P<low>-?\d[\d,，]*(?:\.\d+)?)(?:[-—–~～至](?P<high>\d[\d,]*(?:\.\d+)?))?"
    r"(?P<close>\]|］|】)?(?P<unit>[万亿千百]?[^\d\s，。；以左±]{0,8})(?P<after>以上|及以上|以内|以下|左右|余)?"
)
_UNIT_NOTE = re.compile(r"单位[:：]\s*(?P<unit>[^\s，；。）)]{1,8})")
_BRACKET_UNIT = re.compile(r"[（(](?P<unit>[^（）()]{1,10})[）)]$")
_A_UNIT = re.compile(r"[元吨%％户家个人亩度米瓦时项条座台套件万亿]|kWh|kW|MW|GW")
_ORDINAL = re.compile(
    r"^(?:\d{1,2}[.、．]|[（(]\d{1,2}[）)]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|[①-⑳]|其中[:：])"
)
_ABOVE = re.compile(r"^.*(?:目标值?|指标值?|规划)(?=.{2,})")
"""The words of the upper of two header rows."""
_TITLE = re.compile(
    r"(?!.*单位[:：])[^。；]{2,46}(?:表|清单|台账|目录|一览|项目库|任务分解|指标体系|计划)(?:[（(][^（）()]{1,16}[）)])?"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_OPS = {
    "≥": ">=",
    ">=": ">=",
    "不低于": ">=",
    "不少于": ">=",
    "达到": ">=",
    "突破": ">=",
    ">": ">",
    "＞": ">",
    "超过": ">",
    "≤": "<=",
    "<=": "<=",
    "不超过": "<=",
    "<": "<",
    "＜": "<",
    "约": "~",
}
_AFTER = {"以上": ">=", "及以上": ">=", "以内": "<=", "以下": "<", "左右": "~", "余": ">"}
_CAPACITY_LEAD = re.compile(
    r"(?:年产|年处理|年加工|年回收|年生产|处理|新建|建设|扩建|产能|规模|新增|生产|加工|回收|利用|[：:、，,；;])+"
)
_PRODUCT_TAIL = re.compile(r"(?:生产线|深?加工|生产|改造|技改|建设|扩建|制造)*(?:及配套.*)?(?:项目|工程|生产线|基地)?$")


@dataclass(frozen=True, slots=True)
class TableFacts:
    """The facts of all tables of a document, each kind in order of the text."""

    milestones: tuple[Milestone, ...] = field(default=())
    goals: tuple[Goal, ...] = field(default=())
    duties: tuple[Duty, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Grammar:
    sums: re.Pattern[str]
    no_value: frozenset[str]
    under_way: re.Pattern[str]
    baseline: re.Pattern[str]
    rates: re.Pattern[str]
    changes: re.Pattern[str]
    tails: re.Pattern[str]
    lead_units: re.Pattern[str]


@built_from_lexicon
def _grammar() -> _Grammar:
    lexicon, goals, units = load_lexicon("tables"), load_lexicon("goals"), load_lexicon("units")
    return _Grammar(
        sums=re.compile(lexicon.pattern("sums")),
        no_value=frozenset(lexicon.words("no_value")),
        under_way=re.compile(lexicon.pattern("under_way")),
        baseline=re.compile(lexicon.pattern("baseline")),
        rates=re.compile(goals.pattern("rate_words")),
        changes=re.compile(goals.pattern("change_nouns")),
        tails=re.compile(rf"(?:{units.pattern('tails')})+$"),
        lead_units=re.compile(lexicon.pattern("lead_units")),
    )


def read_tables(paper: Manuscript, source: Source) -> TableFacts:
    """The facts of the tables of `source`, whose manuscript is `paper`. Raises nothing.

    A project's row gives a milestone for each dated event, and one without a date where it has none; its investment is a
    goal of the project. A row of indicators gives a goal for each year that has a figure. The quote is the cell of the project, the value or the units.
    """
    milestones: list[Milestone] = []
    goals: list[Goal] = []
    duties: list[Duty] = []
    for grid in find_grids(source):
        reader = _Reader(paper, source.text, grid)
        if grid.column("project") is not None:
            steps, sums = reader.projects()
            milestones.extend(steps)
            goals.extend(sums)
        elif grid.column("year_rows") is not None and grid.column("indicator", "year") is None:
            goals.extend(reader.years_down())
        elif grid.all_columns("year", "growth"):
            goals.extend(reader.indicators())
        duties.extend(reader.duties())
    return TableFacts(tuple(milestones), tuple(goals), tuple(duties))


@dataclass(frozen=True, slots=True)
class _Reader:
    paper: Manuscript
    text: str
    grid: Grid

    def cell(self, row: tuple[Span, ...], column: int | None) -> str:
        """The words of a cell without white space; empty where there is none."""
        if column is None or column >= len(row):
            return ""
        return words_of(self.text, row[column])

    def section(self, at: int) -> str:
        """The title of the table, else the heading that it stands under."""
        above = [line.strip() for line in self.text[max(0, self.grid.start - 160) : self.grid.start].splitlines()[-4:]]
        title = next((line for line in reversed(above) if _TITLE.fullmatch(line)), None)
        return title or self.paper.section_at(bisect_left(self.paper.text.origin, at))

    def projects(self) -> tuple[list[Milestone], list[Goal]]:
        """The milestones and investments of a list of projects."""
        grammar, grid = _grammar(), self.grid
        name_at, owner_at = grid.column("project"), grid.column("owner")
        milestones: list[Milestone] = []
        goals: list[Goal] = []
        seen: set[Span] = set()
        for row in grid.rows:
            if name_at is None or name_at >= len(row):
                continue
            span = row[name_at]
            name = _ORDINAL.sub("", words_of(self.text, span))
            total = grammar.sums.search(name if name else self.cell(row, 0)) if len(name) < 8 else None
            if total:
                goals.extend(self._investments(row, None, span))
                continue
            if not _HAN.search(name) or name in grammar.no_value or _is_band(row):
                continue
            goals.extend(self._investments(row, name, span))
            if span in seen:
                continue  # a project merged over several rows is one
            seen.add(span)
            owner = self.cell(row, owner_at)
            measure, product = self._capacity(row, span)
            for event, when, when_op, status in self._events(row):
                milestones.append(
                    Milestone(
                        project=name,
                        owner=owner if owner and owner not in grammar.no_value else None,
                        product=product,
                        capacity=measure.value if measure else None,
                        capacity_max=measure.value_max if measure else None,
                        capacity_unit=measure.unit if measure else None,
                        event=event,
                        when=when,
                        when_op=when_op,
                        quote=self.text[slice(*span)],
                        start=span[0],
                        section=self.section(span[0]),
                        confidence=0.95 if when else 0.7,
                        reason=None if when else status,
                        made_by=(f"tables:project:{grid.columns[name_at].header}",),
                    )
                )
        return milestones, goals

    def _events(self, row: tuple[Span, ...]) -> Iterator[tuple[str, str | None, str | None, str]]:
        """(event, when, when_op, reason where it has no date) of a project's row; at least one."""
        grammar, year = _grammar(), self.paper.year
        told = False
        for c in self.grid.all_columns("event", "span", "deadline"):
            words = self.cell(row, c)
            if not words or words in grammar.no_value:
                continue
            column = self.grid.columns[c]
            dates = list(_dates(words, year))
            if column.role == "span" and dates:
                yield "开工", dates[0][0], "in", ""
                if len(dates) > 1:
                    yield "竣工", dates[-1][0], "in" if dates[-1][1] == "in" else "by", ""
                told = True
            elif dates:
                when, when_op = dates[0] if column.event in ("开工", "动工") else dates[-1]
                yield column.event or "完成", when, when_op, ""
                told = True
            elif column.event and grammar.under_way.fullmatch(words) and words.startswith("已"):
                yield column.event, None, None, f"{words} without a date"
                told = True
        if not told:
            yield "建设", None, None, "no date in its row"

    def _capacity(self, row: tuple[Span, ...], name: Span) -> tuple[Measure | None, str | None]:
        """The capacity of the project as a whole and its product: from the name, else from the column of the scale."""
        product = self.cell(row, self.grid.column("product")) or None
        spans = [name, *(row[c] for c in self.grid.all_columns("scale", "product") if c < len(row))]
        for span in spans:
            start, end = self._clean(span)
            measure = capacity_of(self.paper, start, end)
            if measure is None:
                continue
            others = [
                m
                for m in self.paper.measures_in(measure.end, end)
                if capacity_of(self.paper, m.start, end) and m.unit == measure.unit
            ]
            if (
                others
                and span != name
                and not re.search(r"(?:总|合计|形成)[^，；]{0,6}$", self.paper.clean[start : measure.start])
            ):
                break  # several products: no figure for the whole
            return measure, product or self._product_beside(start, end, measure)
        if product is None:
            words = _PRODUCT_TAIL.sub("", _ORDINAL.sub("", words_of(self.text, name)))
            product = words if 1 < len(words) <= 12 and words != words_of(self.text, name) else None
        return None, product

    def _product_beside(self, start: int, end: int, measure: Measure) -> str | None:
        """The product of `铝棒30万吨/年` or `年产30万吨铝棒项目`."""
        clean = self.paper.clean
        before = re.split(r"[，、；。：,;]", clean[start : measure.start])[-1]
        after = re.split(r"[，、；。：,;和及（]", clean[measure.end : end])[0].removeprefix("的")
        after = _PRODUCT_TAIL.sub("", _CAPACITY_LEAD.sub("", after) if _CAPACITY_LEAD.match(after) else after)
        if 1 < len(after) <= 20 and _HAN.search(after):
            return after
        before = _CAPACITY_LEAD.sub("", before)
        return before if 1 < len(before) <= 16 and _HAN.search(before) and not before.endswith(("公司", "年")) else None

    def _clean(self, span: Span) -> Span:
        """The span of the clean text behind a span of the source."""
        origin = self.paper.text.origin
        return bisect_left(origin, span[0]), bisect_left(origin, span[1])

    def _investments(self, row: tuple[Span, ...], project: str | None, name: Span) -> Iterator[Goal]:
        for c in self.grid.all_columns("investment"):
            if c >= len(row):
                continue
            header = self.grid.columns[c].header
            year = re.search(r"(?:19|20)\d\d", header)
            indicator = re.sub(r"^(?:19|20)\d\d年?(?:度)?", "", _BRACKET_UNIT.sub("", header)) or "总投资"
            goal = self._goal(
                row,
                row[c],
                indicator if "投资" in indicator else "总投资",
                _header_unit(header) or self._note(),
                year.group() if year else None,
                "in" if year else None,
                project or self.paper.head.region,
                header,
            )
            if goal:
                yield goal

    def indicators(self) -> Iterator[Goal]:
        """The goals of a table with a column for each year."""
        grid = self.grid
        at = grid.column("indicator", "exact_indicator")
        if at is None:
            at = next(
                (i for i, c in enumerate(grid.columns) if c.role not in ("number", "year", "unit", "growth")), None
            )
        unit_at = grid.column("unit")
        if at is None:
            return
        years = [c.when for c in grid.columns if c.when]
        for row in grid.rows:
            name = _ORDINAL.sub("", self.cell(row, at))
            if not _HAN.search(name) or _is_band(row):
                continue
            bracket = _header_unit(name)
            unit = self.cell(row, unit_at) or bracket
            indicator = _BRACKET_UNIT.sub("", name) if bracket else name
            for c in grid.all_columns("year", "growth"):
                column = grid.columns[c]
                if c >= len(row):
                    continue
                when = column.when or (years[-1] if years else None)
                when_op = "by" if re.search(r"到|底|末", column.header) else "in" if column.when else None
                shown = (
                    indicator
                    if column.role == "year"
                    else indicator + _ABOVE.sub("", _BRACKET_UNIT.sub("", column.header))
                )
                goal = self._goal(
                    row,
                    row[c],
                    shown,
                    unit if column.role == "year" else _header_unit(column.header) or "%",
                    when,
                    when_op,
                    self.paper.head.region or None,
                    column.header,
                    growth=column.role == "growth",
                    note=_header_unit(column.header) or self._note(),
                    at=at,
                )
                if goal:
                    yield goal

    def years_down(self) -> Iterator[Goal]:
        """The goals of a table with a row for each year and a column for each indicator."""
        at = self.grid.column("year_rows")
        for row in self.grid.rows:
            year = re.match(r"(?:到|至)?((?:19|20)\d\d)年?(?:底|末)?", self.cell(row, at))
            if not year:
                continue
            for c, column in enumerate(self.grid.columns):
                if c == at or c >= len(row) or column.role in ("number", "remark", "units") or not column.header:
                    continue
                unit = _header_unit(column.header)
                goal = self._goal(
                    row,
                    row[c],
                    _BRACKET_UNIT.sub("", column.header) if unit else column.header,
                    unit or self._note(),
                    year[1],
                    "by" if re.search(r"到|底|末", year.group()) else "in",
                    self.paper.head.region or None,
                    self.cell(row, at),
                    at=at,
                )
                if goal:
                    yield goal

    def _goal(
        self,
        row: tuple[Span, ...],
        span: Span,
        indicator: str,
        unit: str | None,
        when: str | None,
        when_op: str | None,
        subject: str | None,
        header: str,
        *,
        growth: bool = False,
        note: str | None = None,
        at: int | None = None,
    ) -> Goal | None:
        """The goal of one cell; None where it holds no figure."""
        grammar = _grammar()
        words = words_of(self.text, span).replace("，", ",")
        found = _VALUE.fullmatch(words)
        if not found or not indicator:
            return None
        own = found["unit"].replace("％", "%")
        op = _AFTER.get(found["after"] or "") or next((o for mark, o in _OPS.items() if words.startswith(mark)), "=")
        unit = (own or unit or note or "").replace("％", "%") or None
        baseline = bool(grammar.baseline.search(header)) or bool(
            when and self.paper.year and int(when[:4]) < self.paper.year and when_op == "in" and "计划" not in header
        )
        mode = (
            "growth_rate"
            if growth or (grammar.rates.search(indicator) and unit == "%")
            else "baseline"
            if baseline
            else "increase"
            if grammar.changes.match(indicator)
            else "level"
        )
        start = row[at][0] if at is not None and at < len(row) else span[0]
        whole = 0 <= span[1] - start <= 120 and "\n" not in self.text[start : span[1]]
        quote_at = start if whole and start <= span[0] else span[0]
        return Goal(
            indicator=indicator,
            subject=subject,
            op=op,
            value=float(found["low"].replace(",", "")),
            value_max=float(found["high"].replace(",", "")) if found["high"] else None,
            unit=unit,
            mode=mode,
            when=when,
            when_op=when_op,
            quote=self.text[quote_at : span[1]],
            start=quote_at,
            section=self.section(span[0]),
            confidence=0.9 if unit else 0.7,
            reason=None if unit else "no unit in the table",
            made_by=(f"tables:{'growth' if growth else 'column'}:{header}",),
        )

    def _note(self) -> str | None:
        """The unit that stands above a table: 单位：亿元."""
        notes = list(_UNIT_NOTE.finditer(self.text, max(0, self.grid.start - 120), self.grid.start))
        return notes[-1]["unit"] if notes and _A_UNIT.search(notes[-1]["unit"]) else None

    def duties(self) -> list[Duty]:
        """One duty for each printed cell of responsible units; units of several columns in a row are one duty."""
        grammar, grid = _grammar(), self.grid
        columns = grid.all_columns("lead_units", "units")
        subject_at = grid.column("project", "task", "indicator", "exact_indicator")
        out = []
        seen: set[tuple[Span, ...]] = set()
        for row in grid.rows:
            cells = tuple(row[c] for c in columns if c < len(row) and row[c][1] > row[c][0])
            if not cells or cells in seen or _is_band(row):
                continue
            seen.add(cells)
            units: list[str] = []
            lead: str | None = None
            for c in columns:
                members, marked = _members(grammar, self.cell(row, c))
                if lead is None:
                    lead = marked or (members[0] if members and grid.columns[c].role == "lead_units" else None)
                units.extend(m for m in members if m not in units)
            if not units:
                continue
            start = min(a for a, _ in cells)
            end = max(b for a, b in cells if "\n" not in self.text[start:b])
            subject = self.cell(row, subject_at)
            out.append(
                Duty(
                    units=tuple(units),
                    lead=lead,
                    section=subject or self.section(start),
                    quote=self.text[start:end],
                    start=start,
                    confidence=0.9,
                    made_by=(f"tables:units:{grid.columns[columns[0]].header}",),
                )
            )
        return out


def _members(grammar: _Grammar, words: str) -> tuple[list[str], str | None]:
    """The units of a cell and the one marked 牵头."""
    lead = None
    members = []
    for member in split_units(re.sub(r"牵头单位[:：]|配合单位[:：]|责任单位[:：]", "、", words)):
        name = grammar.tails.sub("", re.sub(r"[（(]牵头[）)]$", "", member))
        if lead is None and re.search(r"牵头(?:负责)?[）)]?$", member):
            lead = name
        if 1 < len(name) <= 40 and _HAN.search(name) and name not in members:
            members.append(name)
    return members, lead


def _is_band(row: tuple[Span, ...]) -> bool:
    """Whether a row is one cell over the whole width: a heading inside the table."""
    return len(row) > 2 and len(set(row)) == 1


def _header_unit(header: str) -> str | None:
    """The unit in the bracket that ends a header: 总投资（亿元）."""
    found = _BRACKET_UNIT.search(header)
    unit = re.sub(r"^单位[:：]?", "", found["unit"]) if found else ""
    return unit.replace("％", "%") if unit and _A_UNIT.search(unit) else None


def _dates(words: str, year: int | None) -> Iterator[tuple[str, str]]:
    """(when, when_op) of the dates in a cell: 2023.5, 2023/05, 2023年5月, 2024年底, 三季度."""
    if re.search(r"季度|上半年|下半年|[一二三四]季|年初", words) or not re.search(r"(?:19|20)\d\d", words):
        for mention in find_periods(words, year):
            if mention.period.when and mention.period.when_op in ("in", "by"):
                yield mention.period.when, mention.period.when_op
        return
    for found in _DATE.finditer(words):
        if found["only"]:
            yield found["only"], "in"
            continue
        when = f"{found['year']}-{int(found['month']):02d}" if found["month"] else found["year"]
        yield when, "by" if found["edge"] else "in"
