"""Words of plans and reports as goods: read where nothing speaks against it, else said to be unsure, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.chain.dataset import LibraryError
from lvlian.chain.library import load_library
from lvlian.plan.region import load_region

ROOT = Path(__file__).parents[2]
LIBRARY = load_library()


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("铝合金圆锭", "billet"),
        ("高精铝合金板带", "cold_strip"),
        ("断桥铝", "profile_finished"),
        ("断桥铝门窗", "door_window"),
        ("铝水", "liquid_aluminium"),
        ("铝液产量（吨）", "liquid_aluminium"),
        ("年产20万吨精密铝合金棒（一期）", "billet"),
        ("铝导杆、铝母线、铝软带", "busbar"),
        ("本月外购氧化铝", "alumina"),
        ("用电量", "electricity"),
        ("废杂铜", "copper_scrap"),
        ("无氧电工铜杆线坯", "copper_rod"),
        ("高精度压延铜箔", "copper_foil_rolled"),
        ("硫酸", "sulphuric_acid"),
        ("金属镓", "gallium"),
        ("liquid_aluminium", "liquid_aluminium"),
        ("Alumina", "alumina"),
    ],
)
def test_a_word_that_says_what_it_is_is_read_surely(text: str, good: str) -> None:
    found = LIBRARY.commodity(text)
    assert found.good is not None and found.good.id == good
    assert found.sure and not found.others and not found.rest
    assert found.why.endswith("。")


@pytest.mark.parametrize(
    ("text", "good", "others", "why"),
    [
        ("铝材", None, {"cold_strip", "profile_building"}, "没有说明是哪一种产品"),
        ("铝型材", "profile_building", {"profile_industrial"}, "可以指"),
        ("5052铝板", "aluminium_sheet", {"plate"}, "可以指"),
        ("电解铝", "liquid_aluminium", {"aluminium_ingot"}, "可以指"),
        ("铝液包", "liquid_aluminium", set(), "“包”没有认出"),
        ("A356铝合金轮毂", "wheel", {"foundry_alloy"}, "同时写了"),
        ("铝型材及汽车配件", "auto_part", {"profile_building"}, "同时写了"),
        ("电解铝用电量", "electricity", {"liquid_aluminium"}, "同时写了"),
        ("纯铜建筑型材", "profile_building", set(), "却是铝的词"),
        ("xyzzy", None, set(), "没有认出"),
        ("月球石", None, set(), "没有认出"),
        ("铜", None, set(), "只写了金属"),
        ("", None, set(), "没有物料"),
        ("项目（二期）", None, set(), "没有物料"),
    ],
)
def test_a_word_that_leaves_something_open_is_unsure_and_says_why(
    text: str, good: str | None, others: set[str], why: str
) -> None:
    found = LIBRARY.commodity(text)
    assert (found.good.id if found.good else None) == good
    assert not found.sure and others <= {g.id for g in found.others}
    assert why in found.why


def test_what_is_no_good_is_known_as_such() -> None:
    found = LIBRARY.commodity("标准厂房")
    assert found.sure and found.good is None and found.product is not None and "不是链库里的物料" in found.why


def test_a_metal_written_beside_a_word_decides_between_its_readings() -> None:
    found = LIBRARY.commodity("紫铜板材")
    assert found.good is not None and found.good.id == "copper_strip" and found.metal == "copper"


# What the plan of Liaocheng names along its two chains (sections two and three): single words, no sentences.
LIAOCHENG = {
    "aluminium": ("铝液", "铝单板", "铝箔", "高纯铝", "再生铝", "新材料铝合金", "交通运输用铝", "建筑用铝", "铝精深加工", "铝加工", "赤泥", "铝深加工"),
    "copper": (
        *("高精度铜合金板带", "高精度压延铜箔", "高端电解铜箔", "覆铜板", "再生铜", "铜合金", "废杂铜", "无氧电工铜杆线坯", "铜管型材"),
        *("铜精深加工", "铜深加工", "压延铜箔", "硫酸"),
    ),
}  # fmt: skip


def test_the_words_of_the_liaocheng_plan_are_aluminium_and_copper() -> None:
    found = {metal: [LIBRARY.commodity(word) for word in words] for metal, words in LIAOCHENG.items()}
    for metal, read in found.items():
        assert [c.text for c in read if c.metal != metal and not (c.good and c.good.id == "sulphuric_acid")] == []
    named = {metal: sum(c.good is not None for c in read) for metal, read in found.items()}
    sure = {metal: sum(c.sure for c in read) for metal, read in found.items()}
    assert named == {"aluminium": 7, "copper": 11}
    assert sure == {"aluminium": 4, "copper": 7}


def test_the_clusters_of_the_liaocheng_plan_name_a_metal() -> None:
    facts = load_region(ROOT / "data" / "regions" / "liaocheng.yaml")
    words = [word for cluster in facts.clusters for word in cluster.products if word not in ("细分", "有色金属深加工")]
    read = [LIBRARY.commodity(word) for word in words]
    assert len(read) == 8
    assert [c.metal for c in read] == [
        "aluminium",
        "copper",
        "aluminium",
        "aluminium",
        "copper",
        "copper",
        "aluminium",
        "copper",
    ]
    assert [c.text for c in read if c.good is not None] == ["铝单板", "铜管型材"]


def test_every_project_product_of_the_yanshan_plan_is_read() -> None:
    facts = load_region(ROOT / "data" / "regions" / "yanshan.yaml")
    words = sorted({m.product for m in facts.milestones if m.product})
    read = {word: LIBRARY.commodity(word) for word in words}
    assert len(read) == 32
    assert [word for word, c in read.items() if c.good is None and c.product is None] == []
    # Services, power plants and words for whole stages are no goods.
    assert [word for word, c in read.items() if c.good is None] == [
        "屋顶分布式光伏",
        "屋顶分布式光伏发电",
        "配套铝合金材料",
        "高温铝水运输服务",
    ]
    assert sum(c.sure and c.good is not None for c in read.values()) >= 14


@given(st.text(max_size=300) | st.text(alphabet="铝铜合金棒液及、和项目年产万吨A3（） ", max_size=60))
def test_any_text_gets_an_answer(text: str) -> None:
    found = LIBRARY.commodity(text)
    assert found.why.endswith("。") and "\n" not in found.why.replace(text, "")
    assert not (found.sure and found.rest)
    assert not (found.sure and found.others)
    assert found == LIBRARY.commodity(text)


def test_every_word_of_the_lexicon_is_read_as_itself() -> None:
    for good in LIBRARY.goods.values():
        found = LIBRARY.commodity(good.id)
        assert found.good is good and found.sure
    for product in LIBRARY.products.values():
        for word in product.words:
            assert LIBRARY.commodity(word).product is product, word


def test_a_folder_replaces_words_and_a_wrong_word_is_told(tmp_path: Path) -> None:
    (tmp_path / "commodities.yaml").write_text("words: {断桥铝: door_window}\nframe: [项目]\n", encoding="utf-8")
    found = load_library(tmp_path).commodity("断桥铝项目")
    assert found.good is not None and found.good.id == "door_window" and found.sure
    for text, message in (
        ("words: {断桥铝: moonlight}", "word 断桥铝: moonlight is no good of the library"),
        ("words: {断桥铝: [1, 2]}", "expected a good or a list of goods"),
        ("words: [断桥铝]", "field words: expected a mapping"),
        ("frame: {a: b}", "field frame: expected a list of words"),
        ("word: {}", "field word: unknown"),
    ):
        folder = tmp_path / str(abs(hash(text)))
        folder.mkdir()
        (folder / "commodities.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(LibraryError, match=message):
            load_library(folder).commodity("铝")
