"""The pictures of an account: flows, the atlas, footprints; what they open into, their files, who sees them, bad input."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from lvlian.site.account import selectors_flows
from lvlian.site.account.actions.filings import file_report
from lvlian.site.account.models import Statement
from lvlian.site.org.access import Access
from lvlian.site.org.models import Firm, Grant

pytestmark = pytest.mark.django_db
PAGES = ("/chain/flows/", "/chain/atlas/", "/chain/footprint/")
FILES = (
    "/chain/flows/flows.svg", "/chain/flows/flows.xlsx", "/chain/atlas/atlas.svg", "/chain/atlas/atlas.xlsx",
    "/chain/footprint/footprint.xlsx",
)  # fmt: skip


def text(answer: Any) -> str:
    return str(answer.content.decode())


def picture(page: str) -> str:
    """The atlas as it stands in the page."""
    start = page.index('class="atlas"')
    return page[start : page.index("</svg>", start)]


def sheet_words(answer: Any) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(answer.content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


# Flows ----------------------------------------------------------------------------------------------------------------------
def test_every_quantity_and_level_is_drawn_with_its_table(office: Any) -> None:
    for layer in ("metal", "energy", "carbon", "value"):
        for level in ("stage", "process", "firm"):
            page = text(office.get(f"/chain/flows/?layer={layer}&level={level}"))
            assert '<table class="lines cards flows"' in page and "模拟" in page, (layer, level)
            assert '<noscript><svg xmlns="http://www.w3.org/2000/svg" class="sankey"' in page
            assert page.count('id="flows-data"') == 1


def test_months_quarters_and_years_are_added_up(county: Any, office: Any) -> None:
    access = Access.of(county.people["office"], region_id=county.region.pk)
    periods = selectors_flows.periods(access, county.region)
    assert periods == {
        "2024-05": ["2024-05"], "2024-04": ["2024-04"], "2024-Q2": ["2024-04", "2024-05"], "2024": ["2024-04", "2024-05"],
    }  # fmt: skip
    told = {}
    for period in periods:
        page = text(office.get(f"/chain/flows/?period={period}"))
        found = re.search(r"进入 ([\d.]+) 万吨", page)
        assert found, period
        told[period] = float(found[1])
    both = told["2024-04"] + told["2024-05"]
    assert 0.85 * both < told["2024-Q2"] <= both, (
        "what went into stock in one month and came out in the next is no entry"
    )
    assert told["2024"] == told["2024-Q2"]
    assert "2 个月的账" in text(office.get("/chain/flows/?period=2024-Q2")), "what is missing of a quarter is said"


def test_a_band_opens_the_streams_behind_it_and_they_add_up(county: Any, office: Any) -> None:
    page = text(office.get("/chain/flows/?link=0"))
    section = page[page.index('id="streams"') :]
    assert "平衡后" in section and "可查性" in section
    assert re.search(r"(有报数|无报数，推得)", section)
    access = Access.of(county.people["office"], region_id=county.region.pk)
    shown = selectors_flows.shown(access, county.region, ["2024-05"])
    from lvlian.chain.sankey import sankey

    picture = sankey(shown.book, "metal", "process")
    link = picture.links[0]
    total = sum(factor * (shown.book.by_stream[stream].value or 0.0) for stream, factor in link.terms)
    assert total == pytest.approx(link.value, rel=1e-6)


def test_files_carry_title_unit_period_and_that_they_are_simulated(office: Any) -> None:
    drawn = office.get("/chain/flows/flows.svg?layer=carbon")
    assert drawn["Content-Type"] == "image/svg+xml"
    root = ET.fromstring(drawn.content)
    words = "".join(root.itertext())
    assert "甲县" in words and "万吨CO₂e" in words and "2024-05" in words and "模拟" in words
    sheets = sheet_words(office.get("/chain/flows/flows.xlsx"))
    flows = sheets["流"]
    assert flows[0][2].startswith("数量，") and len(flows) > 20
    assert all(isinstance(row[2], float | int) for row in flows[1:])
    assert any("模拟" in str(row[0]) for row in sheets["说明"])


def test_pictures_do_not_change_while_nothing_does_and_change_with_a_report(county: Any) -> None:
    access = Access.of(county.people["office"], region_id=county.region.pk)
    first = selectors_flows.shown(access, county.region, ["2024-05"])
    assert selectors_flows.shown(access, county.region, ["2024-05"]) is first
    row = Statement.objects.filter(month="2024-05", item="made", current=True, about=None).first()
    assert row is not None
    from lvlian.site.account.selectors import firms_by_key, said_of

    names = {firm.pk: key for key, firm in firms_by_key(access, county.region).items()}
    from dataclasses import replace

    file_report(access, row.firm, "2024-05", [replace(said_of(row, names), value=row.value * 1.01)])
    assert selectors_flows.shown(access, county.region, ["2024-05"]) is not first


# The atlas ------------------------------------------------------------------------------------------------------------------
def test_the_atlas_shows_what_is_missing_and_what_would_close_it(office: Any) -> None:
    page = text(office.get("/chain/atlas/"))
    svg = picture(page)
    assert "<desc>" in svg and "<title>" in svg
    assert svg.count('class="node"') > 20 and 'aria-label="铝液' in svg
    assert "▲" not in svg and "缺" in svg and "一家" in svg
    gaps = page[page.index('id="gaps"') :]
    assert "有产能没料" in gaps and "推不得" in gaps and "建招商线索" in gaps
    assert gaps.index("有产能没料") < gaps.index("缺环"), "what costs nothing comes first"


def test_every_quantity_and_year_of_the_atlas_is_drawn(office: Any) -> None:
    bare = text(office.get("/chain/atlas/"))
    for layer in ("energy", "carbon", "value"):
        page = text(office.get(f"/chain/atlas/?layer={layer}"))
        assert picture(page) != picture(bare), layer
    assert "2025底" in bare
    later = text(office.get("/chain/atlas/?year=2025"))
    assert 'aria-current="true">2025底' in later


def test_a_link_of_the_atlas_opens_its_firms_projects_and_streams(office: Any) -> None:
    page = text(office.get("/chain/atlas/?node=liquid_aluminium"))
    opened = page[page.index('id="node"') :]
    assert "宏泰" in opened and "同期产能" in opened and "平衡后" in opened
    coming = text(office.get("/chain/atlas/?node=profile"))
    assert "何时投产" in coming[coming.index('id="node"') :]


def test_a_gap_begins_an_investment_lead(office: Any) -> None:
    page = text(office.get("/chain/atlas/"))
    address = re.search(r'href="(/ledger/investment/new/\?[^"]+)"', page)
    assert address
    form = text(office.get(address[1].replace("&amp;", "&")))
    assert 'value="补链：' in form


def test_projects_of_the_plan_are_not_counted_twice(county: Any) -> None:
    from lvlian.chain.atlas.grid import load_grid
    from lvlian.site.account.models import Works
    from lvlian.site.account.selectors_atlas import projects_of
    from lvlian.site.frame import today
    from lvlian.site.plans.models import Project

    access = Access.of(county.people["office"], region_id=county.region.pk)
    works = Works.objects.get(key="chuangxin")
    Project.objects.create(
        region=county.region, name="创新型材", firm=works.firm, product="铝型材", capacity=30, capacity_unit="万吨"
    )
    Project.objects.create(
        region=county.region, name="新来的型材", owner="外来公司", product="铝型材", capacity=5, capacity_unit="万吨"
    )
    found = projects_of(access, county.region, today())
    lines = {("chuangxin", "profile_building")}
    extra = found.extra(lines, load_grid().group_of)
    assert [one.name for one in extra if "型材" in one.name] == ["新来的型材"]
    assert next(one for one in extra if one.name == "新来的型材").capacity == 50_000


def test_two_regions_lie_on_one_grid(world: Any, county: Any, client_of: Callable[[Any], Any]) -> None:
    both = client_of(world.people["office"])
    session = both.session
    session["region"] = world.b.region.pk
    session.save()
    assert "还没有报表" in text(both.get("/chain/atlas/"))
    access = Access.of(world.b.people["office"], region_id=world.b.region.pk)
    from lvlian.chain.report.statement import Statement as Said
    from lvlian.site.account.actions.works import set_works
    from tests.site.account.desk import line

    set_works(access, world.b.firms[0], "other", {"kind": "smelter", "lines": [line("electrolysis")]})
    file_report(
        access,
        world.b.firms[0],
        "2024-05",
        [
            Said(
                party="other",
                month="2024-05",
                item="made",
                good="liquid_aluminium",
                process="electrolysis",
                value=5000.0,
                unit="t",
            )
        ],
    )
    session["region"] = world.a.region.pk
    session.save()
    page = text(both.get(f"/chain/atlas/?with={world.b.region.pk}"))
    assert "甲县与乙县对照" in page
    rows = page[page.index('id="compared"') :]
    assert "铝液" in rows and "0.5" in rows
    own = client_of(county.people["office"])
    assert "乙县" not in text(own.get(f"/chain/atlas/?with={world.b.region.pk}")), (
        "another county's account is not laid open"
    )


# Footprints -----------------------------------------------------------------------------------------------------------------
def figure_of(page: str) -> float:
    section = page[page.index('id="product"') :]
    found = re.search(r"([\d.]+) ± [\d.]+ 吨 CO₂e / 吨", section)
    assert found
    return float(found[1])


def test_the_power_mix_moves_the_footprint_and_asks_for_its_source(office: Any) -> None:
    bare = figure_of(text(office.get("/chain/footprint/?good=liquid_aluminium")))
    hydro = office.get("/chain/footprint/?good=liquid_aluminium&hydro=100&source=购电合同")
    coal = office.get("/chain/footprint/?good=liquid_aluminium&coal=100&source=购电合同")
    assert figure_of(text(hydro)) < bare < figure_of(text(coal)) or figure_of(text(hydro)) < figure_of(text(coal))
    assert "购电合同" in text(hydro)
    refused = office.get("/chain/footprint/?good=liquid_aluminium&hydro=100")
    assert refused.status_code == 422 and "写明构成从哪里来" in text(refused)
    too_much = office.get("/chain/footprint/?hydro=80&coal=30&source=甲")
    assert too_much.status_code == 422 and "应不超过 100%" in text(too_much)
    assert office.get("/chain/footprint/?hydro=abc").status_code == 422


def test_origins_add_up_to_the_footprint(office: Any) -> None:
    page = text(office.get("/chain/footprint/?good=billet"))
    whole = figure_of(page)
    section = page[page.index('id="product"') : page.index('id="form-gbt44905"')]
    table = section[: section.index("合计")]
    parts = [float(one) for one in re.findall(r'<td class="num">([\d.]+) <', table)]
    assert sum(parts) == pytest.approx(whole, abs=0.02)


def test_the_forms_are_a_workbook_that_says_what_is_assumed(office: Any) -> None:
    answer = office.get("/chain/footprint/footprint.xlsx?good=aluminium_ingot&hydro=60&source=结算单")
    sheets = sheet_words(answer)
    assert set(sheets) >= {"GB_T 44905", "CBAM", "构成", "各产品", "说明"}
    told = {str(row[0]): row for row in sheets["CBAM"]}
    assert isinstance(told["单位隐含排放"][1], float) and 1.0 < told["单位隐含排放"][1] < 3.0
    assert "结算单" in str(told["电力"][1]) and "规则原文未核" in str(told["所依规则"][4])
    assert "模拟" in told


# Who sees it, and what is thrown at it --------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["chief", "office", "lead", "park"])
def test_those_who_see_the_account_see_its_pictures(county: Any, client_of: Callable[[Any], Any], role: str) -> None:
    client = client_of(county.people[role])
    for address in (*PAGES, *FILES):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("role", ["unit", "firm", "supervisor", "analyst", "system_admin"])
def test_nobody_else_does(county: Any, client_of: Callable[[Any], Any], role: str) -> None:
    client = client_of(county.people[role])
    for address in (*PAGES, *FILES):
        assert client.get(address).status_code == 403, address


def test_a_county_sees_nothing_of_another(world: Any, county: Any, client_of: Callable[[Any], Any]) -> None:
    names = list(Firm.objects.filter(region=county.region, works__isnull=False).values_list("name", flat=True))
    other = client_of(world.b.people["office"])
    for address in PAGES:
        page = text(other.get(address))
        assert "还没有报表" in page and not any(name in page for name in names)
    for address in FILES:
        assert other.get(address).status_code == 404


def test_who_may_open_the_page_elsewhere_reads_no_figure_here(
    world: Any, county: Any, client_of: Callable[[Any], Any]
) -> None:
    """An analyst of this county who leads in another may open the page, and finds nothing on it."""
    person = world.b.people["lead"]
    Grant.objects.create(user=person, role="analyst", region=county.region)
    client = client_of(person)
    session = client.session
    session["region"] = county.region.pk
    session.save()
    for address in PAGES:
        page = text(client.get(address))
        assert "还没有报表" in page and "宏泰" not in page.replace(county.region.name, "")


@pytest.mark.parametrize("address", PAGES)
def test_strange_addresses_are_answered(office: Any, address: str) -> None:
    for query in (
        "period=1999-01", "period=%00", "layer=x&level=y", "link=-1", "link=99999", "link=abc", "node=nothing", "year=9999", "with=abc",
        "good=nothing&firm=nobody", "period=" + "9" * 500, "hydro=1e999&source=x", "hydro=nan&source=x", "certificate=200&source=x",
    ):  # fmt: skip
        answer = office.get(f"{address}?{query}")
        assert answer.status_code in (200, 422), query
    assert office.post(address).status_code == 405


def test_without_reports_the_page_says_so(world: Any, client_of: Callable[[Any], Any]) -> None:
    client = client_of(world.a.people["office"])
    for address in PAGES:
        answer = client.get(address)
        assert answer.status_code == 200 and "还没有报表" in text(answer)


def test_exact_figures_that_contradict_are_said(county: Any, office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from lvlian.chain.account.system import UnsolvableError

    def refuse(*_args: Any) -> Any:
        raise UnsolvableError("甲：两个精确数不能同时成立")

    monkeypatch.setattr(selectors_flows, "account_of", refuse)
    for address in PAGES:
        answer = office.get(address)
        assert answer.status_code == 422 and "两个精确数不能同时成立" in text(answer)


def test_english_names_the_same_things(office: Any) -> None:
    office.cookies["lvlian_language"] = "en"
    page = text(office.get("/chain/atlas/"))
    svg = picture(page)
    assert "one firm" in svg and "missing" in svg and "outside" in svg
    assert "liquid" in text(office.get("/chain/flows/")).lower()


def test_scripts_and_styles_are_not_written_into_the_page(office: Any) -> None:
    for address in PAGES:
        page = text(office.get(address))
        assert not re.search(r'\sstyle="', page) and not re.search(r"\son\w+=", page)
