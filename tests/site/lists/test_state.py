"""The state of a list is its URL: any query is read without falling, said back the same, and what does not fit is told."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.site.lists.registry import specs
from lvlian.site.lists.state import parse
from lvlian.site.lists.views import parameters_of

SPECS = list(specs().values())
NAMES = sorted(
    {name for spec in SPECS for one in spec.filters for name in one.names()} | {"q", "sort", "columns", "page", "x"}
)
KEYS = sorted({column.key for spec in SPECS for column in spec.columns})
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", "-", "0", "1", "bad", "2023-10", "2023-02-31", "99999999999999999999", "nan", "inf", "1e400", "\x00", "%00"]),
    st.sampled_from(KEYS).map(lambda key: f"-{key}"),
    st.lists(st.sampled_from(KEYS), max_size=4).map(",".join),
    st.integers().map(str),
)  # fmt: skip
QUERIES = st.dictionaries(
    st.one_of(st.sampled_from(NAMES), st.text(max_size=12)), st.lists(VALUES, max_size=3), max_size=6
)


def read(spec, parameters):
    return parse(spec.columns, spec.filters, parameters, sortable=[c.key for c in spec.columns if c.sort_paths()])


@settings(max_examples=80, deadline=None)
@given(QUERIES)
def test_any_query_is_read_and_said_back(parameters):
    for spec in SPECS:
        state = read(spec, parameters)
        again = read(spec, parameters_of(state.query()))
        assert (again.filters, again.q, again.sort, again.columns, again.page) == (
            state.filters, state.q, state.sort, state.columns, state.page,
        )  # fmt: skip
        assert again.misfits == () and again.query() == state.query()


@settings(max_examples=60, deadline=None)
@given(QUERIES)
@pytest.mark.django_db
def test_any_query_can_be_asked(parameters):
    from datetime import date

    from lvlian.site.lists import selectors

    for spec in SPECS:
        state = read(spec, parameters)
        rows = selectors.narrowed(
            spec.model._default_manager.all(), state, spec.filters, spec.search, date(2023, 10, 12)
        )
        assert list(selectors.ordered(rows, spec, state.sort or spec.sort, date(2023, 10, 12))[:5]) == []
        assert selectors.count_of(rows) == 0


def test_what_does_not_fit_is_told(world, client_of):
    client = client_of(world.a.people["office"])
    page = client.get("/goals/list/?year_from=abc&colour=red&sort=-nothing&plan=").content.decode()
    assert "没有“colour”这一条件" in page and "应为数，如 12.5" in page and "没有“sort”" in page
    assert "甲县" in page
    page = client.get("/goals/list/?indicator=%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script>alert" not in page and "没有符合条件的" in page and "清空筛选" in page


def test_filters_narrow(world, client_of):
    client = client_of(world.people["office"])

    def count(query):
        return client.get("/projects/list/?" + query).context["listing"].count

    a, b = world.a, world.b
    assert count("") == 4
    assert count(f"region={a.region.pk}") == 2 and count(f"region={world.prefecture.pk}") == 4
    assert count(f"unit={a.units[0].pk}") == 1 and count("unit=乙一") == 1
    assert count(f"firm={b.firms[0].pk}") == 1 and count("firm=-") == 0
    assert count("capacity_from=20") == 2 and count("capacity_to=15&q=甲") == 1
    assert count("light=warn") == 4 and count("light=bad") == 0 and count("light=ok&light=warn") == 4
    assert client.get("/milestones/?due_from=2023-09&due_to=2023-09").context["listing"].count == 4
    assert client.get("/milestones/?due_to=2023-08").context["listing"].count == 0
    assert client.get("/milestones/?finished=1").context["listing"].count == 0


def test_hidden_fields_neither_sort_nor_filter_nor_sum(world, client_of):
    client = client_of(world.a.people["supervisor"])
    answer = client.get("/projects/list/?investment_from=1&sort=-investment&columns=name,investment,note")
    listing = answer.context["listing"]
    assert listing.count == 2 and listing.state.sort == () and [c.key for c in listing.columns] == ["name", "note"]
    assert "3457.89" not in answer.content.decode() and len(listing.misfits) >= 2
    firm = client_of(world.a.people["firm"]).get("/projects/list/?columns=name,investment,note,plan").context["listing"]
    assert "note" not in [c.key for c in firm.columns] and "plan" not in [c.key for c in firm.columns]
    assert "113,457.89" in [cell.text for cell in firm.lines[0].cells]


def test_totals_of_few_firms_are_not_told(world, client_of):
    client = client_of(world.people["office"])
    page = client.get("/projects/list/?columns=name,capacity,investment").content.decode()
    assert (
        "60 万吨" not in client.get(f"/projects/list/?region={world.a.region.pk}").content.decode().split("<tfoot")[0]
    )
    assert "60 万吨" in page and "不足 3 户" not in page.split("<tfoot")[1]
    page = client.get(f"/projects/list/?region={world.a.region.pk}&columns=name,capacity,investment").content.decode()
    assert "30 万吨" in page and "不足 3 户" in page.split("<tfoot")[1]
    world.a.projects[0].capacity_unit = "万片"
    world.a.projects[0].save()
    assert "单位不一" in client.get("/projects/list/").content.decode()


def test_views_of_names(world):
    assert {reverse(f"{spec.name}-list") for spec in SPECS} == {spec.urls["list"] for spec in SPECS}
