"""The brief as one self-contained HTML page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from lvlian.finding import SEVERITIES, Finding, Severity, by_severity
from lvlian.plan.facts import FACT_KINDS, PlanFacts

from . import figures
from .arithmetic import aligned
from .assessed import Assessed
from .chain_diagram import chain_diagram
from .comparison import Comparison, compare
from .gantt import gantt
from .goals import EACH, UNDATED, GoalRow, GoalTable, goal_table
from .highlights import Highlight, highlights
from .naming import indicator_gloss, stage_of
from .origins import Origins, tidy
from .saying import fact_words, reason_words, rhythm
from .schedule import Schedule, schedule
from .trajectory import drawable, trajectory
from .units import DutyMatrix, duty_matrix, short_section
from .wording import Said, Wording

if TYPE_CHECKING:
    from jinja2 import Environment

    from lvlian.chain.account.account import Account

    from .account_page import AccountSection
    from .outlook import Outlook
    from .outlook_page import OutlookSection

PRINT_WIDTH = 700.0
"""Grid of the drawings for paper; on A4 they are set 180 mm wide."""
PRINT_ROWS = 13
QUOTES = 3
"""Sentences set out under a finding; marks lead to the others."""


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Everything that the template shows of one plan."""

    item: Assessed
    key: str
    origins: Origins
    goals: GoalTable
    drawn: tuple[GoalRow, ...]
    charts: tuple[str, ...]
    schedule: Schedule
    gantt: tuple[str, ...]
    gantt_print: tuple[str, ...]
    chain: str
    chain_print: str
    matrix: DutyMatrix
    highlights: tuple[Highlight, ...]
    findings: tuple[Finding, ...]
    counts: tuple[tuple[str, int], ...]
    lights: tuple[tuple[Severity, int], ...]
    attached: bool
    outlook: OutlookSection | None = None

    @property
    def facts(self) -> PlanFacts:
        return self.item.facts


def plan_page(item: Assessed, key: str, outlook: Outlook | None = None) -> PlanPage:
    """Set out one plan; `key` prefixes its anchors, `outlook` is told behind its highlights."""
    facts = item.facts
    table, plan, matrix = goal_table(facts), schedule(facts), duty_matrix(facts)
    drawn = tuple(row for row in table.rows() if drawable(row))
    labels = [short_section(chain.section) for chain in facts.chains]
    return PlanPage(
        item=item,
        key=key,
        origins=Origins(facts, key),
        goals=table,
        drawn=drawn,
        charts=tuple(trajectory(row) for row in drawn),
        schedule=plan,
        gantt=tuple(gantt(plan)),
        gantt_print=tuple(gantt(plan, width=PRINT_WIDTH, name=190, rows_each=PRINT_ROWS)),
        chain=chain_diagram(facts.chains, labels, stage_of),
        chain_print=chain_diagram(facts.chains, labels, stage_of, width=PRINT_WIDTH, label_width=100),
        matrix=matrix,
        highlights=tuple(highlights(item, table, plan, matrix)),
        findings=tuple(by_severity(list(item.findings))),
        counts=tuple((cls.kind, len(facts.of(cls.kind))) for cls in FACT_KINDS if facts.of(cls.kind)),
        lights=tuple((s, n) for s in SEVERITIES if (n := sum(f.severity == s for f in item.findings))),
        attached=any(fact.quote for cls in FACT_KINDS for fact in facts.of(cls.kind)),
        outlook=_outlook(outlook),
    )


def _outlook(outlook: Outlook | None) -> OutlookSection | None:
    if outlook is None:
        return None
    from .outlook_page import outlook_section

    return outlook_section(outlook)


def render_page(
    assessed: Sequence[Assessed],
    *,
    language: str = "zh",
    account: Account | None = None,
    outlooks: Sequence[Outlook | None] = (),
) -> str:
    """The HTML text. The same input gives the same text; nothing in it points outside the file. `account`: a month of the region's
    chain account, shown behind the plans. `outlooks`: for each plan its outlook, None where it has none."""
    from lvlian import __version__

    wording = Wording(language)
    told = [*outlooks, *[None] * (len(assessed) - len(outlooks))]
    pages = [plan_page(item, f"p{n}", one) for n, (item, one) in enumerate(zip(assessed, told, strict=True), start=1)]
    comparison: Comparison | None = compare(assessed) if len(assessed) > 1 else None
    title = pages[0].item.title if len(pages) == 1 else wording.say("compare_title")
    region = "、".join(dict.fromkeys(page.facts.document.region for page in pages if page.facts.document.region))
    style, script = _asset("brief.css"), _asset("brief.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    invented = any(item.invented for item in assessed) or (account is not None and account.region.simulated)
    notice = "　".join(wording.say(key) for key in ("draft", *(("simulated",) if invented else ())))
    running = f"{region}　{title}" if len(pages) == 1 else f"{wording.say('compare_title')}　{region}"
    return (
        _environment()
        .get_template("brief.html")
        .render(
            language=language,
            invented=invented,
            wording=wording,
            pages=pages,
            comparison=comparison,
            account=_section(account, assessed, language),
            title=title,
            region=region,
            style=_markup(style.replace('"@running"', css_string(running)).replace('"@draft"', css_string(notice))),
            script=_markup(script),
            script_hash=digest,
            version=__version__,
        )
        + "\n"
    )


def _section(account: Account | None, assessed: Sequence[Assessed], language: str) -> AccountSection | None:
    if account is None:
        return None
    from .account_page import account_section, bundle_of

    return account_section(account, bundle_of(account, assessed, language))


def css_string(text: str) -> str:
    """The text as a CSS string in which every character that could end it is written as a code."""
    return '"' + "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in text) + '"'


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("lvlian.brief"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(
        t=_both,
        lab=_label,
        said=_said,
        term=lambda group, word: _said(Wording().term(group, word)),
        mark=_mark,
        svg=_markup,
        goal_value=figures.goal_value,
        with_unit=figures.with_unit,
        span=figures.span,
        number=figures.number,
        amount=figures.incentive_amount,
        rhythm=rhythm,
        when=_when,
        aligned=aligned,
        fact_words=fact_words,
        why=reason_words,
        short_section=short_section,
        kinds=[(cls.kind, 0) for cls in FACT_KINDS],
        each=EACH,
        undated=UNDATED,
        severities=SEVERITIES,
        marks=_marks,
        quotes=QUOTES,
        rest=_rest,
        gloss=indicator_gloss,
        shapes={"ok": "agrees", "warn": "notice", "bad": "conflict", "none": "gap"},
        more=lambda count: Wording().both("outlook_more", n=count),
    )
    environment.filters["tidy"] = tidy
    return environment


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _markup(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)


def _said(words: Said) -> Any:
    """Both languages; the page shows the one that is chosen."""
    from markupsafe import Markup

    if words.zh == words.en:
        return Markup("{}").format(words.zh)
    return Markup('<span class="zh" lang="zh-CN">{}</span><span class="en" lang="en">{}</span>').format(
        words.zh, words.en
    )


def _both(key: str, **values: object) -> Any:
    return _said(Wording().both(key, **values))


def _label(key: str, plain: str = "") -> Any:
    """Attributes that name a cell where a narrow screen sets the row as a block."""
    from markupsafe import Markup

    words = Said(plain, plain) if plain else Wording().both(key)
    return Markup('data-zh="{}" data-en="{}"').format(words.zh, words.en)


def _when(fact: Any) -> Any:
    return _said(Said(figures.when_zh(fact.when, fact.when_op), figures.when_en(fact.when, fact.when_op)))


def _marks(origins: Origins, members: Sequence[tuple[str, int]], most: int = 24) -> Any:
    """Origin marks of several facts, one for each sentence."""
    from markupsafe import Markup

    numbers = dict.fromkeys(n for kind, index in members if (n := origins.number(kind, index)) is not None)
    return Markup("").join(_numbered(origins, number) for number in list(numbers)[:most])


def _rest(finding: Finding, shown: int) -> list[tuple[str, int]]:
    """The facts of a finding whose sentences are not set out under it."""
    return [(fact.kind, fact.index) for fact in finding.facts[shown:] if fact.index is not None]


def _mark(origins: Origins, kind: str, index: int | None) -> Any:
    """The 规 mark of a fact: opens its sentence; on paper the number of the endnote."""
    from markupsafe import Markup

    number = origins.number(kind, index)
    return Markup("") if number is None else _numbered(origins, number)


def _numbered(origins: Origins, number: int) -> Any:
    from markupsafe import Markup

    note = origins.note(number)
    words = " ".join(part for part in (note.section, f"“{note.sentence}”" if note.stretches else "") if part)
    label = Wording().say("origin_of", n=number)
    return Markup('<a class="o" id="{}" href="#{}-n{}" aria-label="{}" title="{}"><b>规</b><i>{}</i></a>').format(
        origins.refer(number), origins.prefix, number, label, words or label, number
    )
