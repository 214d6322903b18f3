"""链账: a month's reports before and after they are balanced, what is doubted and whom to ask; and the page of one flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lvlian.ledger.item import Refused
from lvlian.ledger.saying import say_refused
from lvlian.site.account import balance as parts
from lvlian.site.account import balance_flow as flow_parts
from lvlian.site.account import saying_balance as say
from lvlian.site.account import selectors_balance as reads
from lvlian.site.account.actions import doubts as acts
from lvlian.site.account.balance_indicators import indicator_rows, readings_of, stream_names
from lvlian.site.account.balance_questions import questions as questions_of
from lvlian.site.account.plots_balance import trend
from lvlian.site.ledger.papers import EXCEL, WORD
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.org.models import Region
from lvlian.site.pages.narrowing import Narrowing

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account

MONTHS = 6
"""So many months stand as chips; earlier ones in a list."""
HISTORY = 13
PAPERS = {"xlsx": EXCEL, "docx": WORD}


def _here(request: HttpRequest) -> tuple[Access, Region]:
    """The region of the page. Raises PermissionDenied where its firms' reports may not be read."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = access.region
    if region is None or not reads.sees_account(access, region):
        raise PermissionDenied("account.see")
    return access, region


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # a room that is not there has no door
        return ""


def _month(narrowing: Narrowing, months: list[str]) -> str:
    """The month that the address asks for, else the latest."""
    asked = narrowing.read("month")
    if asked and asked not in months:
        narrowing.strange.append(f"{_('账期')} {asked}")
    return asked if asked in months else months[0] if months else ""


def _made(access: Access, region: Region, month: str) -> tuple[Account | None, str]:
    """The account of a month, or the sentence why there is none."""
    from lvlian.chain.account.system import UnsolvableError

    try:
        return reads.account_of(access, region, month), ""
    except UnsolvableError as error:
        return None, str(error)


@require_GET
@page("account.see")
def account(request: HttpRequest) -> HttpResponse:
    """The account of a month."""
    access, region = _here(request)
    return _page(request, access, region)


def _page(request: HttpRequest, access: Access, region: Region, status: int = 200, **also: Any) -> HttpResponse:
    narrowing = Narrowing(request.GET)
    months = reads.months_of(access, region)
    month = _month(narrowing, months)
    context: dict[str, Any] = {
        "narrowing": narrowing, "months": months, "month": month, "rooms": _rooms(month), "reports_url": _address("reports"),
        "works_url": _address("works"), **also,
    }  # fmt: skip
    if not month:
        return render(request, "account/account_empty.html", context, status=status)
    made, wrong = _made(access, region, month)
    if made is None:
        return render(request, "account/account_empty.html", {**context, "wrong": wrong}, status=status)
    return render(
        request, "account/account.html", {**context, **_context(access, region, narrowing, made, months)}, status=status
    )


def _rooms(month: str) -> list[tuple[str, str]]:
    """Other rooms of the account."""
    found = [
        ("account-flows", _("看流图")),
        ("account-atlas", _("产业链图")),
        ("account-footprint", _("碳足迹")),
        ("reports", _("报表与模板")),
    ]
    return [
        (f"{address}?month={month}" if month and name != "reports" else address, words)
        for name, words in found
        if (address := _address(name))
    ]


def _context(access: Access, region: Region, narrowing: Narrowing, made: Account, months: list[str]) -> dict[str, Any]:
    settled = reads.settled_in(access, region, made.month)
    chips = [
        {"label": _short(one, months[0]), "url": narrowing.address(month=one), "current": one == made.month}
        for one in months[:MONTHS]
    ]
    if made.month not in months[:MONTHS]:
        chips.append({"label": made.month, "url": narrowing.address(month=made.month), "current": True})
    at = months.index(made.month)
    measures = dict.fromkeys(say.MEASURES, 0)
    of_measure = {id(row): parts.measure(made, row) for row in made.rows}
    for row in made.rows:
        measures[of_measure[id(row)]] += 1
    offered = [key for key, n in measures.items() if n]
    chosen = narrowing.read("of")
    chosen = chosen if chosen in offered or chosen == "all" else (offered[0] if offered else "all")
    only = narrowing.read("only") == "doubt"
    firm = narrowing.choice("firm", _("谁报"), _firms(made))
    kind = narrowing.choice("class", _("类"), [(c["key"], c["word"]) for c in parts.counts(made) if c["n"]])
    everything = narrowing.read("all") == "1"
    rows = [
        row for row in made.rows
        if (only or firm or chosen == "all" or of_measure[id(row)] == chosen)
        and (not only or row.mark)
        and (not firm or row.firm == firm)
        and (not kind or row.kind == kind)
    ]  # fmt: skip
    cards = parts.doubts(made, settled)
    sets, stale = parts.sets(made, settled), parts.stale(made, settled)
    if firm:
        cards = [card for card in cards if card["firm"] == firm] or cards
    received = narrowing.read("view") == "received"
    gaps, unreckoned = parts.gaps(made) if received else ([], 0)
    open_cards = [card for card in cards if not card["known"]]
    elsewhere = [row for row in made.rows if row.mark and row not in rows] if not only else []
    return {
        "account": made,
        "region": region,
        "invented": made.region.simulated,
        "chips": chips,
        "later": [
            {"label": one, "url": narrowing.address(month=one), "current": one == made.month} for one in months[MONTHS:]
        ],
        "previous": narrowing.address(month=months[at + 1]) if at + 1 < len(months) else "",
        "next": narrowing.address(month=months[at - 1]) if at else "",
        "measures": [
            {
                "key": key,
                "label": say.MEASURES[key],
                "n": measures[key],
                "url": narrowing.address(of=key, only=None),
                "current": key == chosen and not only,
            }
            for key in offered
        ],
        "all_url": narrowing.address(of="all", only=None),
        "all_current": chosen == "all" and not only,
        "only": only,
        "only_url": narrowing.address(only=None if only else "doubt"),
        "everything_url": narrowing.address(all=None if everything else "1"),
        "everything": everything,
        "received": received,
        "received_url": narrowing.address(view="received"),
        "after_url": narrowing.address(view=None),
        "groups": [] if received else parts.groups(made, rows, settled, everything=everything),
        "elsewhere": len(elsewhere),
        "counts": parts.counts(made),
        "statements": len(made.network.statements),
        "reporters": len({s.party for s in made.network.statements}),
        "firms": sum(f.state == "running" for f in made.region.firms),
        "nodes": len(made.network.nodes),
        "limit": f"{made.limit:.2f}",
        "error": round(100 * made.family_error),
        "doubts": open_cards,
        "sets": [one for one in sets if not one["known"]],
        "stale": [one for one in stale if not one["known"]],
        "known": list(settled.known.values()),
        "missing": parts.missing(made),
        "unplaced": parts.unplaced(made),
        "tests": parts.tests(made),
        "gaps": gaps,
        "unreckoned": unreckoned,
        "asks": parts.asks(made, settled),
        "before_ok": made.removals[0].ok if made.removals else True,
        "may_run": access.may_in("account.run", region),
        "open_count": len(made.doubts) + len(made.sets),
        "assumptions": made.assumptions,
        "filings": reads.filings_by_firm(access, region, made.month),
        "query": narrowing.query.urlencode(),
        "indicators": indicator_rows(
            readings_of(made),
            reads.links_of(access, region),
            reads.choices_of(access, region),
            made.month,
            stream_names(made),
        ),
        "indicators_url": _address("indicators"),
        "exports": {
            form: f"{reverse('account-month-paper', args=[form])}?{urlencode({'month': made.month})}"
            for form in ("xlsx", "docx")
        }
        if access.may("export.make")
        else {},
    }


def _short(month: str, latest: str) -> str:
    """`5月` within the year of the latest month, else `2023-12`."""
    return _("%(n)d月") % {"n": int(month[5:])} if month[:4] == latest[:4] else month


def _firms(made: Account) -> list[tuple[str, str]]:
    told = {row.firm: say.pick(row.who_zh, row.who_en) for row in made.rows if row.firm and row.reading is not None}
    return list(told.items())


# One flow ---------------------------------------------------------------------------------------------------------------
@require_GET
@page("account.see")
def account_stream(request: HttpRequest) -> HttpResponse:
    """A flow: all that was said of it, the balances it is in, its months."""
    access, region = _here(request)
    narrowing = Narrowing(request.GET)
    if (pk := narrowing.number("statement")) is not None:
        return redirect(_of_statement(access, region, pk))
    months = reads.months_of(access, region)
    month = _month(narrowing, months)
    flow = request.GET.get("flow", "")[:400]
    made, _wrong = _made(access, region, month) if month else (None, "")
    if made is None or flow not in made.network.index:
        raise Http404
    at = made.network.index[flow]
    stream = made.streams[at]
    settled = reads.settled_in(access, region, month)
    quantity = made.flow(flow)
    digits = say.digits_for(quantity.value if quantity.known else quantity.high, stream.unit)
    from lvlian.chain.account.labels import firm_name

    past = _past(access, region, months, month, flow)
    context = {
        "account": made, "region": region, "month": month, "invented": made.region.simulated, "narrowing": narrowing,
        "title": made.label(at, not say.english()), "firm": firm_name(made.region, stream.firm, not say.english()) if stream.firm else "",
        "unit": say.unit_word(stream.unit), "kind": say.CLASS_WORDS[made.classes[at]], "means": _means(made, at),
        "value": say.told(quantity.value, stream.unit, digits) if quantity.known else "",
        "half": say.told(1.2815515655446004 * quantity.sd, stream.unit, digits) if quantity.known else "",
        "between": "" if quantity.known else say.between(quantity.low, quantity.high, stream.unit),
        "statements": flow_parts.statements_on(made, at), "balances": flow_parts.balances_of(made, at),
        "assumptions": made.assumptions_of(at), "asks": flow_parts.asks_of(parts.asks(made, settled), made, at),
        "doubts": [card for card in parts.doubts(made, settled) if card["url"] == parts.stream_url(made, at)],
        "months": past["rows"], "trend": past["trend"], "back": f"{reverse('account-month')}?{urlencode({'month': month})}",
        "chips": [{"label": _short(one, months[0]), "url": narrowing.address(month=one), "current": one == month} for one in months[:MONTHS]],
        "may_run": access.may_in("account.run", region),
    }  # fmt: skip
    return render(request, "account/account_stream.html", context)


def _of_statement(access: Access, region: Region, pk: int) -> str:
    """The flow that a filed figure is about; the month's account where it found no place there. Raises Http404."""
    month, key = reads.key_of_row(access, region, pk)
    made, _wrong = _made(access, region, month) if month else (None, "")
    if made is None:
        raise Http404
    for r, given in enumerate(made.network.readings):
        if given.statement is not None and parts.doubt_key(made, r) == key:
            return parts.stream_url(made, given.stream)
    return f"{reverse('account-month')}?{urlencode({'month': month})}"


def _means(made: Account, stream: int) -> object:
    """What the class of a flow says; a figure that was reported and not used is not called unreported."""
    kind = made.classes[stream]
    told = any(r.stream == stream and r.statement is not None for r in made.network.readings)
    return _("报数未采用，由其余各项推得") if told and kind == "observable" else say.CLASS_MEANS[kind]


def _past(access: Access, region: Region, months: list[str], month: str, flow: str) -> dict[str, Any]:
    """The flow in the months up to this one."""
    upto = [one for one in reversed(months) if one <= month][-HISTORY:]
    rows, points = [], []
    for one in reads.history(access, region, upto):
        if flow not in one.network.index:
            continue
        at = one.network.index[flow]
        q = one.flow(flow)
        unit = one.streams[at].unit
        digits = say.digits_for(q.value if q.known else q.high, unit)
        said = [r for r in one.network.readings if r.stream == at and r.statement is not None]
        rows.append(
            {
                "month": one.month, "url": parts.stream_url(one, at), "here": one.month == month,
                "reported": _("、").join(say.as_reported(r.value, unit, digits) for r in said),
                "value": say.told(q.value, unit, digits) if q.known else say.between(q.low, q.high, unit),
                "half": say.told(1.2815515655446004 * q.sd, unit, digits) if q.known else "",
                "kind": say.CLASS_WORDS[one.classes[at]],
                "doubted": any(d for d in one.doubts if one.network.readings[d.reading].stream == at),
            }
        )  # fmt: skip
        points.append((say.scaled(q.value, unit), say.scaled(q.low, unit), say.scaled(q.high, unit)))
    return {"rows": rows, "trend": trend(points, _("各月平衡后的值和 80% 区间，数见下表"))}


# What is done about a doubt ---------------------------------------------------------------------------------------------
def _back(request: HttpRequest, month: str, anchor: str = "") -> HttpResponse:
    query = request.POST.get("query", "")
    clean = query and len(query) < 400 and "\n" not in query and "\r" not in query
    address = f"{reverse('account-month')}?{query if clean else urlencode({'month': month})}"
    return redirect(f"{address}{anchor}")


def _account_for(request: HttpRequest) -> tuple[Access, Region, Account]:
    """The account that a form is about. Raises Http404 where there is none of that month."""
    access, region = _here(request)
    month = request.POST.get("month", "")
    if month not in reads.months_of(access, region):
        raise Http404
    made, _wrong = _made(access, region, month)
    if made is None:
        raise Http404
    return access, region, made


def _subject(made: Account, key: str) -> tuple[str, str]:
    """What a doubt's key means: its kind and what it is called. Raises Http404 where the account has no such doubt."""
    for doubt in made.doubts:
        if parts.doubt_key(made, doubt.reading) == key:
            return "doubt", parts.figure_name(made, doubt.reading)
    for n in range(len(made.sets)):
        if parts.set_key(made, n) == key:
            return "set", parts.set_figure(made, n)
    for reading in made.stale:
        if "stale:" + parts.doubt_key(made, reading) == key:
            return "stale", parts.figure_name(made, reading)
    raise Http404


@require_POST
@page("account.run")
def account_know(request: HttpRequest) -> HttpResponse:
    """Leaves a doubt as it is, with the reason."""
    access, region, made = _account_for(request)
    key, reason = request.POST.get("key", "")[:300], request.POST.get("reason", "")
    _kind, figure = _subject(made, key)
    try:
        acts.know(access, region, made.month, key, figure, reason)
    except acts.DoubtError as refused:
        request.GET = request.POST.copy()
        request.GET.clear()
        request.GET["month"] = made.month
        return _page(
            request,
            access,
            region,
            422,
            refused={
                "key": key,
                "reason": reason,
                "sentence": str(refused),
                "stray": key in reads.settled_in(access, region, made.month).known,
            },
        )
    messages.success(request, _("%(what)s 记为已知。") % {"what": figure}, extra_tags=_("word:已知"))
    return _back(request, made.month, "#known")


@require_POST
@page("account.run")
def account_unknow(request: HttpRequest) -> HttpResponse:
    """The doubt stands again."""
    access, region = _here(request)
    pk = request.POST.get("known", "")
    row = reads.known_of(access, region, int(pk)) if pk.isdecimal() and len(pk) < 12 else None
    if row is None:
        raise Http404
    month, label = row.month, row.label
    acts.unknow(access, row)
    messages.success(request, _("%(what)s 重新列为可疑。") % {"what": label})
    return _back(request, month, "#doubts")


@require_POST
@page("account.run")
def account_inquire(request: HttpRequest) -> HttpResponse:
    """Asks the firm about a doubt, a set or a paper; with `all`, about everything that is doubted and not asked about yet."""
    access, region, made = _account_for(request)
    settled = reads.settled_in(access, region, made.month)
    questions = questions_of(made, settled)
    wanted = request.POST.get("key", "")[:600]
    chosen = [q for q in questions if q.doubt and not q.asked and not q.known] if request.POST.get("all") == "1" else [
        q for q in questions if q.key == wanted
    ]  # fmt: skip
    if not chosen and request.POST.get("all") != "1":
        raise Http404
    done, refused = 0, []
    for q in chosen:
        firm = reads.firm_of(access, region, q.firm)
        if firm is None:
            refused.append(_("%(firm)s 不在本地区的企业产线里。") % {"firm": q.firm})
            continue
        try:
            acts.inquire(access, firm, made.month, q.figure, q.reported, q.implied, q.looks, q.question)
            done += 1
        except acts.DoubtError as error:
            refused.append(str(error))
        except Refused as error:
            refused.append(say_refused(error, "en" if say.english() else "zh"))
    for sentence in refused:
        messages.error(request, sentence)
    if done:
        messages.success(
            request,
            _("已发出 %(n)d 件问询，在台账的“报数问询”里，3 个工作日内答复。") % {"n": done},
            extra_tags=_("word:已转问询"),
        )
    elif not refused:
        messages.warning(request, _("没有还没问过的可疑报数。"))
    return _back(request, made.month, "#doubts" if all(q.doubt for q in chosen) else "#asks")


# Files ------------------------------------------------------------------------------------------------------------------
@require_GET
@page("account.see")
def account_paper(request: HttpRequest, form: str) -> HttpResponse:
    """The month as an Excel workbook or as a Word paper for the meeting."""
    access, region = _here(request)
    access.need("export.make")
    if form not in PAPERS:
        raise Http404
    months = reads.months_of(access, region)
    month = request.GET.get("month", "") or (months[0] if months else "")
    made = _made(access, region, month)[0] if month in months else None
    if made is None:
        raise Http404
    from lvlian.brief.account import account_title, account_workbook
    from lvlian.brief.account_paper import account_paper as word

    make = account_workbook if form == "xlsx" else word
    mark = "（模拟）" if made.region.simulated else ""
    return attachment(make(made, readings_of(made)), f"{account_title(made)}{mark}.{form}", PAPERS[form])
