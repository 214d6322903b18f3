"""The parts of a page as markup: figures, lights, marks, sums, drawings, and what they refuse."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone

from lvlian.site import marks, saying, spark, sums, views


def rendered(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def plain(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


# Figures ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (None, 1, "—"), ("", None, "—"), (0, None, "0"), (0, 2, "0.00"), (-22, 0, "−22"), (Decimal("2.650"), 2, "2.65"), (2.60, None, "2.6"),
        (1500, 0, "1500"), (13_000, 0, "13,000"), (1_234_567.891, 2, "1,234,567.89"), ("400 左右", 1, "400 左右"), (float("nan"), 1, "—"),
        (-0.04, 1, "0.0"), (1e21, 0, "1,000,000,000,000,000,000,000"),
    ],
)  # fmt: skip
def test_number(value: object, places: int | None, text: str) -> None:
    assert saying.number(value, places) == text


def test_signed_percent_relation_range() -> None:
    assert [saying.number(v, 1, sign=True) for v in (1.2, -22, 0)] == ["+1.2", "−22.0", "0.0"]
    assert [saying.percent(v) for v in (0.44, 0.003, 0.999, 0, 1, None)] == ["44%", "< 1%", "> 99%", "0%", "100%", "—"]
    assert [saying.relation(v) for v in (">=", "~", "=", "其他", None)] == ["≥", "≈", "=", "其他", ""]
    assert saying.between(362, 394) == "362–394"
    assert saying.between(5, 5) == "5"
    assert saying.between(None, None) == "—"


def test_months_and_days() -> None:
    assert [saying.month(v) for v in (date(2023, 10, 5), "2023-9", "2023", (2024, 3), None, "尽早")] == [
        "2023-10", "2023-09", "2023", "2024-03", "—", "尽早",
    ]  # fmt: skip
    assert saying.month_text("2023-10") == "2023年10月"
    assert saying.month_text(2025) == "2025年"
    assert saying.weekday(date(2023, 10, 12)) == "周四"
    today = date(2023, 10, 12)
    assert [saying.ago(today - timedelta(days=n), today) for n in (3, 0, -4)] == ["3 天前", "今天", "还有 4 天"]
    now = timezone.make_aware(datetime(2023, 10, 12, 12, 0))
    assert [saying.ago(now - timedelta(minutes=n), now) for n in (0, 12, 180, 2880)] == [
        "刚才", "12 分钟前", "3 小时前", "2 天前",
    ]  # fmt: skip


# Lights, marks ----------------------------------------------------------------------------------------------------------
def test_a_light_is_shape_and_word_and_reason() -> None:
    out = rendered("{% light 'bad' '' '供地 9 月底' %}")
    assert "<svg" in out
    assert plain(out) == "滞后 供地 9 月底"
    assert "人工改" in rendered("{% light 'warn' '' '' '至年底' %}")
    assert plain(rendered("{% severity 'conflict' 3 %}")) == "冲突 3"


def test_what_is_not_known_is_refused() -> None:
    for source in (
        "{% light 'red' %}",
        "{% origin '编' %}",
        "{% state 'new' %}",
        "{% kind 'goal' %}",
        "{% change 'moved' %}",
    ):
        with pytest.raises(ValueError, match="is not one of"):
            rendered(source)
    with pytest.raises(ValueError, match="bar: kind"):
        spark.segments([{"value": 1, "kind": "blue"}])
    with pytest.raises(ValueError, match="chart: 'pie'"):
        rendered("{% chart 'pie' data %}{% endchart %}", data={})
    with pytest.raises(TemplateSyntaxError):
        Template("{% finding f %}")


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=y>"


@pytest.mark.parametrize(
    "source",
    [
        "{% light 'bad' h h h %}", "{% origin '规' h h h h h h h %}", "{% origin '规' label=h value=h path=h quote=h note=h href=h %}",
        "{% tag h %}", "{% key h %}", "{% was h h %}", "{% button h h True h h h %}", "{% chip h h h %}", "{% chip h h h o %}", "{% heading h h %}",
        "{% section h h h %}{% endsection %}", "{% th h h %}", "{% empty h h o %}", "{% failure h h h h o %}", "{% toast 'ok' h h h h h %}",
        "{% arithmetic l %}", "{% finding f h h %}{% endfinding %}", "{% conflict c l %}{% endconflict %}", "{% tile g %}", "{% spark p h %}", "{% bar b 2 h %}",
        "{% chart 'options' g h h h h %}{% endchart %}", "{% empty_chart h h h %}", "{% paper h h h %}{% endpaper %}", "{% dialog h h %}{% enddialog %}",
        "{% progress g %}", "{{ n|or_none:h }}", "{% shape 'ok' h %}",
    ],
)  # fmt: skip
def test_everything_is_escaped(source: str) -> None:
    out = rendered(
        source,
        h=HOSTILE, n=None, o=[{"label": HOSTILE, "url": HOSTILE}], l=[f"{HOSTILE} = 1（{HOSTILE}）"],
        f={"severity": "notice", "message": HOSTILE, "note": HOSTILE, "arithmetic": [HOSTILE], "assumptions": [HOSTILE]},
        c=[{"quote": HOSTILE, "origin": HOSTILE}],
        g={"name": HOSTILE, "unit": HOSTILE, "light": "ok", "word": HOSTILE, "number": HOSTILE, "reason": HOSTILE, "title": HOSTILE, "state": "done",
           "rows": [{"label": HOSTILE, "value": HOSTILE, "mark": "规", "quote": HOSTILE}], "points": []},
        p=[{"x": 2023, "y": 1, "kind": "plan", "text": HOSTILE}], b=[{"value": 1}],
    )  # fmt: skip
    assert "<img" not in out
    assert "<script>" not in out
    assert not re.search(r"<[^>]*\sonerror=", re.sub(r"\"[^\"]*\"", '""', out))


# Sums -------------------------------------------------------------------------------------------------------------------
def cells(line: str) -> tuple[list[str], str]:
    (row,) = sums.rows([line])
    return [cell.text for cell in row.cells], row.about


@pytest.mark.parametrize(
    ("line", "parts", "about"),
    [
        ("110 + 80 + 20 = 210 ≠ 220（亿元，2025）；差 −10，−4.5%", ["110 + 80 + 20", "=", "210", "≠", "220"], "亿元，2025；差 −10，−4.5%"),
        ("300 ÷ 400 = 75% ≠ 78%", ["300 ÷ 400", "=", "75%", "≠", "78%"], ""),
        (
            "300 亿元 ÷（60 万吨 × 13,000–13,500 千瓦时/吨）= 3.70–3.85 元/千瓦时 < 4.5 以上（2026）",
            ["300 亿元 ÷（60 万吨 × 13,000–13,500 千瓦时/吨）", "=", "3.70–3.85 元/千瓦时", "<", "4.5 以上"],
            "2026",
        ),
        ("开工 2024-10 < 供地 2024-12（第二批次）", ["开工 2024-10", "<", "供地 2024-12"], "第二批次"),
        ("要合上 4.5 以上，每吨用电须为 11,111 千瓦时", [], "要合上 4.5 以上，每吨用电须为 11,111 千瓦时"),
    ],
)  # fmt: skip
def test_a_sum_is_taken_apart(line: str, parts: list[str], about: str) -> None:
    assert cells(line) == (parts, about)


def test_the_last_relation_stands_in_one_column() -> None:
    rows = sums.rows(["1 + 2 = 3 ≠ 4", "5 = 5", "无算式"])
    assert [len(row.cells) for row in rows] == [5, 5, 0]
    assert [row.cells[3].text for row in rows[:2]] == ["≠", "="]
    assert rows[0].cells[3].differs
    assert not rows[1].cells[3].differs
    assert "colspan" in rendered("{% arithmetic l %}", l=["无算式"])
    assert rendered("{% arithmetic l %}", l=[]).strip() == ""


def test_the_sample_plans_findings_can_be_shown(root: Any) -> None:
    """Every line of arithmetic that the checks write is set without losing a figure."""
    from lvlian.plan.check import check_plan
    from lvlian.plan.read import read_plan
    from lvlian.plan.source import read_source

    facts = read_plan(read_source(root / "data" / "sample" / "qingyan.txt"))
    lines = [line for finding in check_plan(facts) for line in finding.arithmetic]
    assert lines
    for line in lines:
        out = plain(rendered("{% arithmetic l %}", l=[line])).replace("&lt;", "<").replace("&gt;", ">")
        assert re.findall(r"\d[\d,.]*", out) == re.findall(r"\d[\d,.]*", line), line


# Drawings ---------------------------------------------------------------------------------------------------------------
def test_sparkline() -> None:
    out = spark.sparkline(
        [
            {"x": 2022, "y": 301},
            {"x": 2022.75, "y": None},
            {"x": 2023, "y": 378, "kind": "projection", "low": 362, "high": 394},
            {"x": 2025, "y": 1500, "kind": "plan"},
        ],
        "产值",
    )
    assert out.count('class="plan"') == 1
    assert ">1500</text>" in out
    assert 'class="band"' in out
    assert "style" not in out
    assert 'aria-label="产值"' in out
    assert spark.sparkline([]) == ""
    assert "<svg" in spark.sparkline([{"x": 2023, "y": 5, "kind": "plan"}])


def test_segments_never_overflow() -> None:
    out = spark.segments([{"value": 80}, {"value": 40, "kind": "late"}], 100)
    widths = [float(w) for w in re.findall(r'width="([\d.]+)" height="8"/>', out)[1:]]
    assert widths == [80, 20]
    assert "<rect" in spark.segments([], 0)


# Lists and forms --------------------------------------------------------------------------------------------------------
def test_a_header_sorts_and_keeps_the_rest_of_the_address() -> None:
    factory = RequestFactory()
    source = "{% th '产值' 'output' num=True %}"
    first = rendered(source, request=factory.get("/x/?unit=3&page=4"))
    assert 'href="?unit=3&amp;sort=output"' in first
    assert "aria-sort" not in first
    up = rendered(source, request=factory.get("/x/?sort=output"))
    assert 'aria-sort="ascending"' in up
    assert 'href="?sort=-output"' in up
    assert 'aria-sort="descending"' in rendered(source, request=factory.get("/x/?sort=-output"))


def test_pager_keeps_the_filter() -> None:
    page = Paginator(range(230), 50).get_page(2)
    out = rendered("{% pager page %}", page=page, request=RequestFactory().get("/x/?q=a&page=2"))
    assert "第 51–100 条，共 230 条" in out
    assert "?q=a&amp;page=3" in out
    assert "没有记录" in rendered("{% pager page %}", page=Paginator([], 50).get_page(1))


class Sample(forms.Form):
    name = forms.CharField(label="名称", help_text="全称")
    size = forms.DecimalField(label="产能", required=False)
    open = forms.BooleanField(label="公开", required=False)
    way = forms.ChoiceField(label="方式", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_names_its_help_and_its_error() -> None:
    form = Sample({"name": "", "size": "x", "way": "c"})
    out = rendered(
        "{% errors form %}{% field form.name %}{% field form.size unit='万吨' source='预填：规划' %}{% field form.open %}{% field form.way %}{% field form.hidden %}{% field form.absent %}",
        form=form,
    )
    ids = set(re.findall(r'\bid="([^"]+)"', out))
    for described in re.findall(r'aria-describedby="([^"]+)"', out):
        assert set(described.split()) <= ids
    assert "产能，万吨" in out
    assert "prefilled" in out
    assert 'href="#id_name"' in out
    assert out.count("invalid") >= 3
    assert "<legend>方式" in out
    assert rendered("{% errors form %}", form=Sample()).strip() == ""


def test_a_button_that_cannot_says_why() -> None:
    out = str(marks.button("采纳", key="shift+a", disabled="须先封存"))
    assert " disabled" in out
    assert "须先封存" in out
    assert 'data-key="shift+a"' in out
    assert "<kbd>Shift</kbd>+<kbd>A</kbd>" in out


def test_progress_asks_again_only_while_it_runs() -> None:
    job = {"title": "读规划", "state": "running", "step": 3, "steps": 6, "url": "/jobs/1/", "stop_url": "/jobs/1/stop/"}
    assert 'hx-get="/jobs/1/"' in rendered("{% progress job %}", job=job)
    assert 'hx-post="/jobs/1/stop/"' in rendered("{% progress job %}", job=job)
    for state in ("done", "stopped", "failed"):
        assert "hx-" not in rendered("{% progress job %}", job=job | {"state": state})


def test_chart_data_cannot_leave_their_script() -> None:
    out = rendered("{% chart 'options' data id='c' %}<table></table>{% endchart %}", data={"a": "</script><b>"})
    (inside,) = re.findall(r'<script id="c-data" type="application/json">(.*?)</script>', out)
    assert json.loads(inside) == {"a": "</script><b>"}


# Errors -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("view", "status"),
    [("stale_form", 403), ("bad_request", 400), ("forbidden", 403), ("not_found", 404), ("server_error", 500)],
)
def test_error_pages_ask_nothing_of_the_database(view: str, status: int) -> None:
    request = RequestFactory().post("/goals/3/", headers={"Referer": "http://testserver/goals/3/?a=1"})
    answer = getattr(views, view)(request)
    text = answer.content.decode()
    assert answer.status_code == status
    assert 'class="failure"' in text
    assert "X-Sentence" in answer
    assert "！" not in text
    if view == "stale_form":
        assert answer["X-Reason"] == "stale"
        assert 'href="/goals/3/?a=1"' in text


@pytest.mark.parametrize("reason", ["full", "locked", "gone", "readonly", "other"])
def test_an_unavailable_database_is_told_in_a_sentence(reason: str) -> None:
    request = RequestFactory().get("/goals/", headers={"Referer": "http://elsewhere.example/x"})
    answer = views.unavailable(request, reason)
    assert answer.status_code == 503
    assert "没有写入" in answer.content.decode()
    assert "elsewhere" not in answer.content.decode()
    told = views.unavailable(RequestFactory().get("/api/goals"), reason)
    assert "没有写入" in json.loads(told.content)["detail"]
