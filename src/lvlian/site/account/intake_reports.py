"""Files that firms bring → what they would change: read, checked against the desk they are brought to, compared with what is held.

Nothing is written here. What a preview shows is plain data, so that a job can keep it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lvlian.chain.report.item import previous_month
from lvlian.chain.report.problem import MOST_PROBLEMS, Import, Problem
from lvlian.site.account.saying_reports import amount, firm_word, label, library
from lvlian.site.account.selectors_reports import Desk, said_by
from lvlian.site.frame import today
from lvlian.site.org.access import Access

if TYPE_CHECKING:
    from lvlian.chain.report.names import Names
    from lvlian.chain.report.preview import Change, Preview
    from lvlian.chain.report.statement import Statement as Said

SHOWN = 200
"""Changes of each kind that a preview lists; the counts are of all."""
DOUBTS = 60
EARLIEST = "2000-01"


@dataclass
class Brought:
    """What some files hold together. `said` is empty where anything is wrong."""

    said: list[Said] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    more: int = 0
    skipped: int = 0
    simulated: set[int] = field(default_factory=set)
    """Places in `said` whose file calls itself simulated."""
    at: list[int] = field(default_factory=list)
    """Which of the files each statement came in."""

    def wrong(self, problem: Problem) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more += 1

    @property
    def count(self) -> int:
        return len(self.problems) + self.more


def names_of(desk: Desk) -> Names:
    """The words that a file may use at a desk."""
    from lvlian.chain.report.names import Names

    return Names(library(), desk.told)


def read_files(desk: Desk, files: Sequence[tuple[str, bytes]]) -> Brought:
    """The statements of some files (name, bytes), and every problem of each. Never raises for what a file holds."""
    from lvlian.chain.report.intake import Expected
    from lvlian.chain.report.read_report import report_import

    names = names_of(desk)
    expected = Expected(party=next(iter(desk.works))) if desk.bound and len(desk.works) == 1 else None
    return gathered(desk, [report_import(content, name, names, expected) for name, content in files])


def gathered(desk: Desk, imports: Iterable[Import]) -> Brought:
    """Several imports as one: a figure that two of them give, a firm that is not the user's and a month to come are problems."""
    out = Brought()
    seen: dict[tuple[str, ...], Said] = {}
    latest = f"{today():%Y-%m}"
    for number, one in enumerate(imports):
        for problem in one.problems:
            out.wrong(problem)
        out.more += one.more
        out.skipped += one.skipped
        for said in one.readable:
            key = (said.month, *said.key)
            first = seen.setdefault(key, said)
            if said.party not in desk.works:
                out.wrong(_foreign(said, desk))
            elif not EARLIEST <= said.month <= latest:
                out.wrong(_strange_month(said, latest))
            elif first is not said:
                out.wrong(_twice(said, first))
            else:
                if one.simulated:
                    out.simulated.add(len(out.said))
                out.said.append(said)
                out.at.append(number)
    if out.problems:
        out.said, out.at = [], []
    return out


def _foreign(said: Said, desk: Desk) -> Problem:
    who = firm_word(said.party, desk.told)
    return Problem(
        said.origin, "not-yours", f"填报方是“{who}”，应为您可以报送的企业。",
        f"the reporter is “{who}”, expected a firm that you report for.",
    )  # fmt: skip


def _strange_month(said: Said, latest: str) -> Problem:
    return Problem(
        said.origin, "month-out-of-reach", f"月份是 {said.month}，应在 {EARLIEST} 至 {latest} 之间。",
        f"the month is {said.month}, expected one from {EARLIEST} to {latest}.",
    )  # fmt: skip


def _twice(said: Said, first: Said) -> Problem:
    return Problem(
        said.origin, "twice", f"这一项已在 {first.origin} 报过，一项只报一次。",
        f"this was already reported at {first.origin}, expected once.",
    )  # fmt: skip


# The difference -------------------------------------------------------------------------------------------------------------
def held_for(access: Access, desk: Desk, said: Iterable[Said]) -> list[Said]:
    """What counts now of the months that are reported, and of those before them."""
    months = {one.month for one in said}
    return said_by(access, desk, sorted(months | {previous_month(month) for month in months}))


def compared(access: Access, desk: Desk, said: Sequence[Said], *, whole: bool) -> Preview:
    """What the statements would change, and what looks wrong at the door."""
    from lvlian.chain.report.preview import preview

    return preview(said, held_for(access, desk, said), whole=whole, names=names_of(desk))


def digest_of(found: Preview) -> str:
    """Another digest, another difference: what was shown is what is filed."""
    sums = hashlib.sha256()
    for change in found.changes:
        sums.update(repr((change.kind, change.statement.month, change.statement.key)).encode())
        for one in (change.old, change.new):
            sums.update(repr(one and (one.value, one.source, one.sd, one.used)).encode())
    return sums.hexdigest()


def groups_of(said: Sequence[Said], found: Preview) -> list[tuple[str, str, list[int]]]:
    """(party, month, places in `said`) of each report that changes anything; a report that says what is held is left out."""
    touched = {(c.statement.party, c.statement.month) for c in found.changes if c.kind != "unchanged"}
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(said):
        groups[one.party, one.month].append(place)
    return [(party, month, places) for (party, month), places in sorted(groups.items()) if (party, month) in touched]


def told(desk: Desk, found: Preview) -> dict[str, Any]:
    """A preview as plain data, in the language of the moment."""
    tally: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for change in found.changes:
        tally[change.statement.party, change.statement.month][change.kind] += 1
    firms = desk.firms
    return {
        "counts": dict(found.counts),
        "digest": digest_of(found),
        "reports": [
            {
                "firm": firm_word(party, desk.told), "firm_id": firms[party].pk, "month": month,
                **{kind: counts.get(kind, 0) for kind in ("added", "changed", "unchanged", "withdrawn")},
            }
            for (party, month), counts in sorted(tally.items(), key=lambda one: (one[0][1], one[0][0]))
        ],
        "shown": [
            change_told(desk, change)
            for kind in ("withdrawn", "changed", "added")
            for change in found.of(kind)[:SHOWN]  # type: ignore[arg-type]
        ],
        "doubts": [
            {"zh": one.message_zh, "en": one.message_en, "lines": list(one.arithmetic), "code": one.code} for one in found.doubts[:DOUBTS]
        ],
        "doubt_count": len(found.doubts),
    }  # fmt: skip


def change_told(desk: Desk, change: Change) -> dict[str, Any]:
    """One change in words."""
    one = change.statement

    def shown(said: Said | None) -> str:
        return "" if said is None else amount(said.value, said.unit, said.item)

    new = change.new if change.kind != "withdrawn" else None
    return {
        "kind": change.kind, "firm": firm_word(one.party, desk.told), "month": one.month, "label": label(one, desk.told),
        "old": shown(change.old), "new": shown(new), "given": new.given if new is not None else "",
        "share": None if change.share is None or change.kind != "changed" else round(change.share * 100, 1),
        "place": str(change.new.origin) if change.new is not None else "",
    }  # fmt: skip


def problems_told(brought: Brought) -> list[dict[str, str]]:
    return [
        {"file": p.origin.file, "sheet": p.origin.sheet, "cell": p.origin.cell, "zh": p.zh, "en": p.en, "code": p.code}
        for p in brought.problems
    ]


def problem_sheet(problems: Sequence[Mapping[str, str]], language: str, heads: Sequence[str]) -> bytes:
    """The problems as a workbook, one a row."""
    from lvlian.site.account.workbook import workbook

    return workbook([(heads[-1], heads, [(p["file"], p["sheet"], p["cell"], p[language]) for p in problems])])
