"""The head of a document: title, number, issuer, date, region. All texts are invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.plan.facts import Head
from lvlian.plan.head import read_head
from lvlian.plan.outline import read_outline
from lvlian.plan.place import own_level, place_in, places_named, region_of, stem
from lvlian.plan.source import read_source
from lvlian.plan.text import read_text


def head(source: str, name: str = "file") -> Head:
    text = read_text(source)
    return read_head(text, read_outline(text), name)


NOTICE = """青岩县人民政府办公室关于
印发青岩县铝加工产业三年行动方案的通知

青政办发〔2024〕7号

各乡镇人民政府，县直各有关部门：

《青岩县铝加工产业三年行动方案》经县人民政府同意，现予印发，请结合实际执行。

青岩县人民政府办公室
2024年3月18日
（此件公开发布）

青岩县铝加工产业三年行动方案

为加快我县铝加工产业发展，制定本方案。

一、总体目标
到2026年，全县铝加工产值达到120亿元。
"""


def test_a_notice_with_the_plan_behind_it() -> None:
    assert head(NOTICE) == Head(
        title="青岩县铝加工产业三年行动方案",
        number="青政办发〔2024〕7号",
        issuer="青岩县人民政府办公室",
        date="2024-03-18",
        region="青岩县",
        issued_in="2024-03-18",
    )


def test_signature_date_and_mark_are_no_part_of_the_title() -> None:
    got = head(
        "省工业厅\n2024年1月9日\n（此件公开发布）\n关于推进铝材产业\n高质量发展的指导意见\n一、总体要求\n到2026年，全省产值达到10亿元。\n"
    )
    assert got.title == "关于推进铝材产业高质量发展的指导意见"
    assert (got.issuer, got.date) == ("省工业厅", "2024-01-09")


def test_two_issuers_above_the_title_and_the_date_below() -> None:
    got = head(
        "中共青岩县委 青岩县人民政府\n关于支持铝材产业发展的实施意见\n（2023年2月8日）\n为支持铝材产业，制定本意见。\n一、支持范围\n县内企业。\n"
    )
    assert (got.title, got.issuer) == ("关于支持铝材产业发展的实施意见", "中共青岩县委、青岩县人民政府")
    assert (got.date, got.region) == ("2023-02-08", "青岩县")


def test_a_doubled_title_is_one() -> None:
    assert (
        head("关于加快铝业发展的若干政策\n\n关于加快铝业发展的若干政策\n\n为加快铝业发展，制定本政策。\n").title
        == "关于加快铝业发展的若干政策"
    )


def test_the_page_around_a_text_is_no_title_and_its_date_no_date_of_issue() -> None:
    got = head(
        "你好，欢迎来到铝材网 [请登录]\n当前位置：首页 > 资讯 > 正文\n\n松江市绿色铝产值增长两成\n\n2024-04-26 08:57:42 来源：松江日报\n\n今年以来，松江市铝产业产值增长20%。\n"
    )
    assert got.title == "松江市绿色铝产值增长两成"
    assert got.date is None and got.issued_in == "2024-04-26"


def test_a_page_that_announces_a_paper() -> None:
    got = head("近日，江东省工业和信息化厅发布《江东省铝产业链提升2025年行动计划》，提出到2025年产值达到100亿元。\n")
    assert (got.title, got.issuer) == ("江东省铝产业链提升2025年行动计划", "江东省工业和信息化厅")


def test_a_sentence_is_no_title() -> None:
    got = head("到2025年，产业体系初步形成，铝材产量达到30万吨，精深加工率达到四成。\n")
    assert got.title == "file"


def test_labels_of_a_page() -> None:
    got = head(
        "关于印发《临江新区促进铝材发展的若干措施》的通知\n发布机构：经济发展局；文号：临新规〔2026〕4号；生成日期：2026年7月31日。\n一、扶持\n给予支持。\n"
    )
    assert (got.title, got.number) == ("临江新区促进铝材发展的若干措施", "临新规〔2026〕4号")
    assert (got.issuer, got.date, got.region) == ("经济发展局", "2026-07-31", "临江新区")


def test_a_cited_paper_gives_neither_number_nor_title() -> None:
    got = head(
        "江东省铝业提升行动方案\n根据《江东省制造业规划》（江政发〔2021〕5号），制定本方案。\n一、目标\n提升。\n"
    )
    assert (got.title, got.number) == ("江东省铝业提升行动方案", "")


def test_three_issuers_sign_and_the_number_ends_the_title_line() -> None:
    got = head(
        "工业和信息化部 国家发展改革委 生态环境部关于印发铝业高质量发展实施方案的通知\n工信部联原〔2025〕62号\n各省、自治区、直辖市：\n现印发。\n"
        "工业和信息化部\n国家发展改革委\n生态环境部\n2025年3月11日\n铝业高质量发展实施方案（2025—2027年）\n铝是重要的材料。我国是铝大国。\n一、要求\n全国产量。\n"
    )
    assert (got.title, got.number) == ("铝业高质量发展实施方案（2025—2027年）", "工信部联原〔2025〕62号")
    assert (got.issuer, got.region) == ("工业和信息化部、国家发展改革委、生态环境部", "全国")


def test_a_zone_is_a_region() -> None:
    assert place_in("南坪经济技术开发区：打造铝加工基地", places_named("")) == "南坪经济技术开发区"


def test_an_annex_mark_is_no_part_of_the_title() -> None:
    assert (
        head("附件：青岩县再生铝发展规划（征求意见稿）\n青岩县工信局\n2024年7月15日\n").title
        == "青岩县再生铝发展规划（征求意见稿）"
    )


def test_chinese_digits_in_a_date() -> None:
    assert head("关于铝业的意见\n青岩县人民政府\n二〇二三年十一月二十日\n").date == "2023-11-20"


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("甘肃省陇南市招商引资优惠政策", "陇南市"),
        ("加快推进广西百色铝产业基地建设实施方案", "百色市"),
        ("数字广东建设工作要点", "广东省"),
        ("南京江北新区促进软件发展的措施", "南京江北新区"),
        ("青岩县绿色铝方案", "青岩县"),
        ("关于印发青岩县绿色铝方案的通知", "青岩县"),
        ("城市更新实施方案", ""),
        ("关于支持县区发展的意见", ""),
        ("工业园区发展规划", ""),
        ("桃花岭街道城建工作安排", "桃花岭街道"),
    ],
)
def test_region_of_a_title(title: str, region: str) -> None:
    assert place_in(title, places_named("")) == region


def test_the_region_is_of_the_level_that_the_text_calls_its_own() -> None:
    text = "根据《聊城市制造业计划》，我市在茌平区建设园区，推进茌平区甲项目、茌平区乙项目，全市产值达到100亿元。各部门落实。"
    assert own_level(text) == "市"
    assert region_of(text, "关于推进铝加工发展的意见", "") == "聊城市"


def test_words_before_a_name_are_no_part_of_it() -> None:
    named = places_named(
        "中共青岩县委，推动青岩县发展；在青岩县落户，青岩县人民政府，亿元的市，符合我市，控制在省下达指标内"
    )
    assert set(named) == {"青岩县"}


def test_a_text_that_never_names_its_region() -> None:
    assert region_of("支持我市六大产业，我市企业可申报。", "", "") == "我市"
    assert region_of("我国铝业发展迅速，全国产能达到4500万吨。", "", "") == "全国"


def test_stems() -> None:
    assert [stem(p) for p in ("砚山县", "广西壮族自治区", "文山壮族苗族自治州", "昌吉州")] == [
        "砚山",
        "广西",
        "文山",
        "昌吉",
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="省市县区关于印发方案的通知2023年月日〔〕号（）《》，。\n甲乙丙 ", max_size=400))
def test_any_text_has_a_head(source: str) -> None:
    got = head(source)
    assert got.title and (got.date is None or len(got.date) == 10)


def test_the_five_plans(shared: Path) -> None:
    for path in sorted((shared / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))["document"]
        source = read_source(shared / "plans" / f"{path.stem}.txt")
        got = head(source.text, source.name)
        assert (got.issuer, got.date, got.region) == (gold["issuer"], gold["date"], gold["region"]), path.stem
        folded = str.maketrans("（）", "()")
        assert got.number.replace(" ", "") == gold["number"] and got.title.translate(folded) == gold["title"].translate(
            folded
        )
