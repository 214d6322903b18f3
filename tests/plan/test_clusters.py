"""Clusters, parks, bases and core areas. All texts are invented."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.plan.clusters import read_clusters
from lvlian.plan.facts import Cluster
from lvlian.plan.read import manuscript_from_text


def read(text: str) -> list[Cluster]:
    found = read_clusters(manuscript_from_text(text))
    for fact in found:
        assert fact.start is not None and text[fact.start : fact.start + len(fact.quote)] == fact.quote
    return found


@pytest.mark.parametrize(
    ("text", "name", "form", "place", "products"),
    [
        ("重点打造聊城市千亿级铝产业园区。", "聊城市千亿级铝产业园区", "产业园区", "聊城市", ("铝",)),
        ("培育百色百亿级铝单板产业集群。", "百色百亿级铝单板产业集群", "产业集群", "百色", ("铝单板",)),
        (
            "集中资源建设广西（平果）铝精深加工产业核心区。",
            "广西（平果）铝精深加工产业核心区",
            "核心区",
            "广西（平果）",
            ("铝精深加工",),
        ),
        ("打造全国重要的铝材加工基地。", "铝材加工基地", "基地", None, ("铝材加工",)),
        ("推进新石铝产业示范园区建设。", "新石铝产业示范园区", "示范园区", "新石", ("铝",)),
        (
            "形成以轨道车体、光伏边框为主的铝型材产业集群。",
            "铝型材产业集群",
            "产业集群",
            None,
            ("轨道车体", "光伏边框", "铝型材"),
        ),
    ],
)
def test_a_cluster(text: str, name: str, form: str, place: str | None, products: tuple[str, ...]) -> None:
    (fact,) = read(text)
    assert (fact.name, fact.form, fact.place, fact.products) == (name, form, place, products)


def test_a_bare_place_is_known_from_its_full_name_elsewhere() -> None:
    found = read("东岭县企业多，东岭县有料，在东岭县办厂。培育东岭铝单板产业集群。")
    assert [(f.name, f.place) for f in found] == [("东岭铝单板产业集群", "东岭")]


def test_a_frame_of_parks_shares_the_products() -> None:
    found = read("以石桥经开区、白岭（南坡）经开区等为重点，发展铝合金棒、铝板带、铝箔。")
    assert [(f.name, f.place) for f in found] == [("石桥经开区", "石桥"), ("白岭（南坡）经开区", "白岭（南坡）")]
    assert all(f.products == ("铝合金棒", "铝板带", "铝箔") for f in found)


def test_a_list_that_shares_its_noun() -> None:
    found = read("建设东湖、西湖2个铝产业园。")
    assert [(f.name, f.place, f.products) for f in found] == [
        ("东湖铝产业园", "东湖", ("铝",)),
        ("西湖铝产业园", "西湖", ("铝",)),
    ]


def test_a_list_that_shares_its_verb() -> None:
    assert [f.name for f in read("着力打造铝板带加工基地和铜管产业集群。")] == ["铝板带加工基地", "铜管产业集群"]


def test_a_cluster_in_a_heading_has_the_products_of_its_paragraph() -> None:
    found = read(
        "一、任务\n（一）培育铝制轻量化材料产业集群。围绕轻量化，重点发展车身型材、电池托盘、车轮（责任单位：县工信局）\n二、保障\n"
    )
    assert found[0].products == ("铝制轻量化材料", "车身型材", "电池托盘", "车轮")


@pytest.mark.parametrize(
    "text",
    [
        "示范基地内企业享受优惠。",
        "由产业园区管理委员会负责。",
        "推动园区建设。",
        "到2027年建成2至3个产业集群。",
        "加大对园区的支持。",
        "打造特色产业园区。",
        "对新建铝材基地给予奖励。",
    ],
)
def test_a_general_word_is_no_cluster(text: str) -> None:
    assert read(text) == []


def test_a_name_stands_once() -> None:
    found = read("打造百色铝产业集群。壮大百色铝产业集群，发展铝箔、铝线。")
    assert len(found) == 1 and found[0].products == ("铝", "铝箔", "铝线")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="打造建设以和、，。（）铝铜产业集群园区基地核心区经开区百色县市的2个为重点发展", max_size=200))
def test_quotes_are_exact_in_any_text(text: str) -> None:
    read(text)
