"""Rows of a report → statements: one place for the rules that hold whatever file the rows came in.

Empty is not reported and never zero; nothing is corrected on the way in; everything that is wrong is told with its cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lvlian.chain.report.cell import figure, is_empty, month, month_without_year, text
from lvlian.chain.report.names import Names
from lvlian.chain.report.problem import MOST_PROBLEMS, Import, Problem, WordError, short
from lvlian.chain.report.statement import ITEMS, Origin, Statement
from lvlian.chain.report.units import base_unit, factor, printed, scaled
from lvlian.chain.words import folded

Place = Callable[[str], Origin]
"""Where a column of the present row stands."""

FLOWS = frozenset(ITEMS) - {"fact"}
PER_PROCESS = frozenset({"made", "used"})
WITH_PARTNER = frozenset({"sent", "received", "hauled", "price"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the reader of a file already knows: the firm that hands it in, the month it is for, and whether figures below zero
    are let through (so that a simulated slip of the sign can be told by the account)."""

    party: str = ""
    month: str = ""
    below_zero: bool = False


class Intake:
    """Takes rows one by one and gives the Import at the end. `facts` of Names gives the units of facts."""

    def __init__(self, name: str, names: Names, expected: Expected | None = None) -> None:
        self.name, self.names = name, names
        self.expected = expected or Expected()
        self.simulated = False
        self._statements: list[Statement] = []
        self._problems: list[Problem] = []
        self._more = 0
        self._skipped = 0
        self._seen: dict[tuple[str, ...], Origin] = {}
        self._memory: dict[tuple[str, object], str | WordError] = {}
        self._making: dict[tuple[str, str, str], str] = {}

    # -- results
    def done(self) -> Import:
        return Import(
            self.name, tuple(self._statements), tuple(self._problems), self.simulated, self._skipped, self._more
        )

    def wrong(self, problem: Problem) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(problem)
        else:
            self._more += 1

    # -- rows
    def row(self, cells: Mapping[str, object], place: Place) -> None:
        """One row: column id (see wording.COLUMNS) → raw cell. A row without a figure is not reported."""
        empty = self.names.words.empty
        raw_value = cells.get("value")
        if is_empty(raw_value, empty):
            self._skipped += 1
            return
        before = len(self._problems) + self._more
        get = cells.get
        item = self._word("item", get("item"), place)
        party = self._word("party", get("party"), place) if get("party") else ""
        firm = self._word("firm", get("firm"), place) if get("firm") else ""
        party, firm = self._who(party, firm, get, place)
        when = self._word("month", get("month") or self.expected.month, place)
        if when and self.expected.month and when != self.expected.month:
            self._say(
                place("month"),
                "wrong-month",
                f"月份是 {when}，应为 {self.expected.month}。",
                f"the month is {when}, expected {self.expected.month}.",
            )
        good = self._good(item, get("good"), place)
        process = "" if is_empty(get("process"), empty) else self._word("process", get("process"), place)
        partner = "" if is_empty(get("partner"), empty) else self._word("partner", get("partner"), place)
        source = "statement" if is_empty(get("source"), empty) else self._word("source", get("source"), place)
        told = self._value(raw_value, text(get("unit")), item, good, place)
        sd = self._sd(get("sd"), place)
        if len(self._problems) + self._more > before or told is None:
            return
        if item in PER_PROCESS and not process:
            process = self._only_process(firm or party, item, good)
        value, unit, by, given = told
        statement = Statement(
            party=party,
            month=when,
            item=item,
            good=good,
            value=value,
            firm=firm,
            process=process,
            partner=partner,
            unit=unit,
            given=text(get("given")) or given,
            source=source,
            sd=None if sd is None else scaled(sd, by),
            origin=place("value"),
            used=folded(text(get("withdrawn"))) not in self.names.words.affirmed,
        )
        self.add(statement)

    def add(self, statement: Statement) -> None:
        """Take a statement; the same fact of the same party and month a second time is a problem."""
        key = (statement.month, *statement.key)
        first = self._seen.setdefault(key, statement.origin)
        if first is not statement.origin:
            place = first.cell or str(first)
            self._say(
                statement.origin,
                "twice",
                f"这一项已在 {place} 报过，一项只报一次；请删去一行。",
                f"this was already reported at {place}, expected once; delete one of the two.",
            )
            return
        self._statements.append(statement)

    # -- parts of a row
    def _who(self, party: str, firm: str, get: Callable[[str], object], place: Place) -> tuple[str, str]:
        """Who reports and about whom ('' where it is the same). One of the two columns is enough."""
        if not party:
            party = firm or self.expected.party
        if not party and not get("party") and not get("firm"):
            self._say(
                place("firm"),
                "no-firm",
                "没有写企业，应为区域内的企业名称。",
                "no firm is given, expected a firm of the region.",
            )
        elif party and self.expected.party and party != self.expected.party:
            self._say(
                place("party" if get("party") else "firm"),
                "wrong-firm",
                f"填报方是“{short(party)}”，应为“{self.expected.party}”。",
                f"the reporter is “{short(party)}”, expected “{self.expected.party}”.",
            )
        return party, "" if firm == party else firm

    def _word(self, column: str, raw: object, place: Place) -> str:
        """The id behind a word, remembered, since a table says the same words on every row."""
        key = (column, raw if isinstance(raw, str) else (type(raw).__name__, str(raw)))
        found = self._memory.get(key)
        if found is None:
            try:
                found = self._resolve(column, raw)
            except WordError as error:
                found = error
            self._memory[key] = found
        if isinstance(found, WordError):
            self.wrong(found.at(place(column)))
            return ""
        return found

    def _resolve(self, column: str, raw: object) -> str:
        names = self.names
        if column == "month":
            return self._month(raw)
        word = text(raw)
        if len(word) > 200:
            raise WordError(
                "too-long", f"“{short(word)}”太长，应为一个名称。", f"“{short(word)}” is too long, expected a name."
            )
        if not word and column in ("item", "good"):
            what = {"item": "项目", "good": "物料"}[column]
            raise WordError(f"no-{column}", f"没有写{what}。", f"the {column} is empty, expected a name.")
        if column in ("firm", "party"):
            return names.firm(word)
        resolve: Callable[[str], str] = getattr(names, column)
        return resolve(word)

    def _month(self, raw: object) -> str:
        if is_empty(raw, self.names.words.empty):
            raise WordError(
                "no-month", "没有写月份，应为如 2023-09。", "the month is empty, expected one such as 2023-09."
            )
        alone = month_without_year(raw)
        if alone is not None and self.expected.month and int(self.expected.month[5:]) == alone:
            return self.expected.month
        return month(raw)

    def _good(self, item: str, raw: object, place: Place) -> str:
        if item == "fact":
            return self._word("fact", raw, place)
        if item == "output_value" and is_empty(raw, self.names.words.empty):
            return ""  # the value of everything that a firm makes
        return self._word("good", raw, place)

    def _value(
        self, raw: object, unit: str, item: str, good: str, place: Place
    ) -> tuple[float, str, float, str] | None:
        """The figure in the engine's unit, that unit, the factor, and the figure as written; None where a problem was told."""
        try:
            number, inside = figure(raw)
        except WordError as error:
            self.wrong(error.at(place("value")))
            return None
        if not item or (not good and item != "output_value"):
            return None
        known = self.names.library.goods.get(good)
        fact = self.names.facts.get(good) if item == "fact" else None
        base = base_unit(item, known.unit if known is not None else "", fact.unit if fact is not None else unit)
        at = "unit"
        if inside and unit and folded(inside) != folded(unit):
            self._say(
                place("value"),
                "two-units",
                f"数值里写着“{short(inside)}”，单位栏写着“{short(unit)}”，应一致。",
                f"the figure says “{short(inside)}” and the column of units “{short(unit)}”, expected one unit.",
            )
            return None
        if inside and not unit:
            unit, at = inside, "value"
        if not unit:
            if item == "content" and 0 <= number <= 1:
                return number, base, 1.0, text(raw)
            told = "%" if item == "content" else printed(base)
            self._say(
                place("unit"),
                "no-unit",
                f"没有写单位，应为如 {told}。",
                f"the unit is empty, expected one such as {told}.",
            )
            return None
        try:
            by = factor(unit, base)
        except WordError as error:
            self.wrong(error.at(place(at)))
            return None
        value = scaled(number, by)
        if not self._plausible(value, item, place):
            return None
        return value, base, by, text(raw) if inside or not unit else f"{text(raw)} {unit}"

    def _plausible(self, value: float, item: str, place: Place) -> bool:
        if value < 0 and item != "fact" and not self.expected.below_zero:
            self._say(
                place("value"), "negative", f"是 {value:g}，应为 0 或正数。", f"is {value:g}, expected 0 or more."
            )
            return False
        if item == "content" and value > 1:
            self._say(
                place("value"), "content-over-one", f"含量是 {value:.4g}（{value:.4%}），应不超过 100%。",
                f"the content is {value:.4g} ({value:.4%}), expected 100% at most.",
            )  # fmt: skip
            return False
        return True

    def _sd(self, raw: object, place: Place) -> float | None:
        if is_empty(raw, self.names.words.empty):
            return None
        try:
            value, inside = figure(raw)
        except WordError as error:
            self.wrong(error.at(place("sd")))
            return None
        if inside or value <= 0:
            self._say(
                place("sd"),
                "bad-sd",
                "标准差应为正数，单位与数值相同。",
                "expected a standard deviation above 0 in the unit of the value.",
            )
            return None
        return value

    def _only_process(self, firm_id: str, item: str, good: str) -> str:
        """The one line of the firm that makes or uses the good; '' where there are several or none: then it is their total."""
        key = (firm_id, item, good)
        if key not in self._making:
            firm = self.names.firm_of(firm_id)
            lines = {line.process for line in firm.lines} if firm is not None else set()
            library = self.names.library
            able = library.makers(good) if item == "made" else library.users(good)
            fitting = lines & {one.id for one in able}
            self._making[key] = fitting.pop() if len(fitting) == 1 else ""
        return self._making[key]

    def _say(self, origin: Origin, code: str, zh: str, en: str) -> None:
        self.wrong(Problem(origin, code, zh, en))
