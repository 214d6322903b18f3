"""Region files: no sentences inside, all of them back from a copy of the document, nothing from another one."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.plan.facts import FACT_KINDS, SCORED_KINDS, Chain, Duty, Goal, Head, Incentive, PlanFacts
from lvlian.plan.region import Folded, RegionError, RegionFacts, attach, load_region, region_files, words_hash
from lvlian.plan.source import Source, read_source, source_from_text

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("LVLIAN_SHARED") or ROOT / ".." / "shared")
REGIONS = ("baise", "changji", "guizhou", "liaocheng", "yanshan")


def _plan(name: str) -> Source:
    path = SHARED / "plans" / f"{name}.txt"
    if not path.is_file():
        pytest.skip(f"{path} is missing: the plan documents are not part of the repository (set LVLIAN_SHARED)")
    return read_source(path)


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_regions", ROOT / "tools" / "make_regions.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()

WHO = "对在本县注册并连续三年以上从事再生铝回收分选加工且年度处理量超过五万吨的骨干企业"
TEXT = f"""青岩县示例文件

一、工作目标
到2026年，全县铝产业产值达到120亿元，铝水就地转化
率达到90%。构建“铝土矿—氧化铝—电解铝”链条。

二、主要任务
（一）支持废旧金属循环利用和再生资源回收体系建设
{WHO}，给予最高50万元奖励。
责任单位：县工信局，县财政局
"""


def _facts() -> PlanFacts:
    return PlanFacts(
        document=Head(title="青岩县示例文件", region="青岩县", period=("2024", "2026")),
        goals=(
            Goal(
                indicator="铝产业产值",
                subject="青岩县",
                op="=",
                value=120,
                unit="亿元",
                when="2026",
                when_op="by",
                quote="全县铝产业产值达到120亿元",
            ),
            Goal(
                indicator="铝水就地转化率",
                subject="青岩县",
                op="=",
                value=90,
                unit="%",
                when="2026",
                when_op="by",
                quote="铝水就地转化\n率达到90%",
            ),
        ),
        incentives=(
            Incentive(who=WHO, benefit="奖励", amount=50, unit="万元", limit="max", quote="给予最高50万元奖励"),
        ),
        duties=(
            Duty(
                section="（一）支持废旧金属循环利用和再生资源回收体系建设",
                units=("县工信局", "县财政局"),
                quote="责任单位：县工信局，县财政局",
            ),
        ),
        chains=(Chain(nodes=("铝土矿", "氧化铝", "电解铝"), quote="铝土矿—氧化铝—电解铝"),),
        name="qingyan",
        text=TEXT,
    ).located()


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = source_from_text(TEXT, "qingyan")
    path = tmp_path_factory.mktemp("regions") / "qingyan.yaml"
    path.write_text(TOOL.region_text(_facts(), source, TOOL.Abridger([TEXT]), reader=False), encoding="utf-8")
    return path


def _all(facts: PlanFacts) -> list[dict[str, object]]:
    return [fact.to_json() for kind in FACT_KINDS for fact in facts.of(kind.kind)]


def test_a_region_file_holds_figures_and_no_sentence(region: Path) -> None:
    facts = load_region(region)
    assert facts.sentences == (0, 5)
    assert facts.text == "" and all(not fact["quote"] for fact in _all(facts))
    assert [goal.value for goal in facts.goals] == [120, 90]
    assert facts.goals[0].section == "一、工作目标"
    assert facts.duties[0].section.startswith("（一）支持废旧金属") and facts.duties[0].section.endswith("…")
    assert "…" in facts.incentives[0].who and len(facts.incentives[0].who) < len(WHO)
    assert not TOOL.Abridger([TEXT]).holds_passage(region.read_text(encoding="utf-8"))


def test_the_same_document_gives_everything_back(region: Path) -> None:
    attached = attach(load_region(region), source_from_text(TEXT, "my-copy"))
    assert attached.sentences == (5, 5)
    assert [fact["quote"] for fact in _all(attached)] == [fact["quote"] for fact in _all(_facts())]
    assert attached.incentives[0].who == WHO
    assert attached.duties[0].section == "（一）支持废旧金属循环利用和再生资源回收体系建设"
    assert [h.text for h in attached.outline] == [h.text for h in TOOL.read_outline(TOOL.read_text(TEXT, ()))]
    assert all(
        attached.text[fact.start : fact.start + len(fact.quote)] == fact.quote
        for fact in attached.goals
        if fact.start is not None
    )


@settings(max_examples=40)
@given(data=st.data())
def test_white_space_and_page_heads_do_not_matter(data: st.DataObject, region: Path) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(TEXT)), max_size=30))
    text = data.draw(st.sampled_from(["", "\n\n", "－1－\n来源网站 首页 通知公告\n"]))
    for i, char in enumerate(TEXT):
        text += (" \n" if i in cuts else "") + char
    attached = attach(load_region(region), source_from_text(text, "copy"))
    assert attached.sentences == (5, 5)
    for shipped, fact in zip(_facts().goals, attached.goals, strict=True):
        assert words_hash(fact.quote) == words_hash(shipped.quote)
        assert fact.start is not None and text[fact.start : fact.start + len(fact.quote)] == fact.quote
    assert attached.incentives[0].who == WHO


def test_a_changed_sentence_is_told_and_the_rest_kept(region: Path) -> None:
    attached = attach(load_region(region), source_from_text(TEXT.replace("120亿元", "130亿元"), "copy"))
    assert attached.sentences == (4, 5)
    assert attached.goals[0].quote == "" and attached.goals[0].reason is not None


def test_another_document_is_refused(region: Path) -> None:
    with pytest.raises(RegionError, match="not the document of qingyan, 0 of 5 sentences") as raised:
        attach(load_region(region), source_from_text("另一份文件，与此无关。" * 50, "other"))
    assert "\n" not in str(raised.value)


def test_only_region_facts_can_be_attached() -> None:
    with pytest.raises(RegionError, match="only facts loaded from a region file"):
        attach(_facts(), source_from_text(TEXT))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lvlian-region/1", "something-else", "field format"),
        ('"value": 120', '"worth": 120', "goals"),
        ('"start": ', '"start": -', "field at.start"),
        ('"sha256": "', '"sha": "', "sha256"),
        ("chains:\n- {", "chains: 3\n#", "field chains: expected a list"),
        ('"whole": {"who": [', '"whole": {"who": ["a", ', "field whole.who"),
        ("document: {", "document: [{", "qingyan.yaml"),
    ],
)
def test_a_broken_file_gives_one_sentence(region: Path, tmp_path: Path, old: str, new: str, message: str) -> None:
    text = region.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "qingyan.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=message) as raised:
        load_region(path)
    assert "\n" not in str(raised.value)


def test_a_file_whose_hashes_were_touched_is_told(region: Path, tmp_path: Path) -> None:
    data = yaml.safe_load(region.read_text(encoding="utf-8"))
    data["goals"][0]["at"]["sha256"] = "0" * 64
    path = tmp_path / "qingyan.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(RegionError, match="region file is damaged, 1 of 5"):
        attach(load_region(path), source_from_text(TEXT))


@given(st.text(alphabet="铝水 \n\t　A1", max_size=60))
def test_folding_keeps_every_character_and_its_place(text: str) -> None:
    folded = Folded.of(text)
    assert folded.text == "".join(text.split())
    assert all(text[offset] == char for offset, char in zip(folded.offsets, folded.text, strict=True))


def test_five_regions_ship() -> None:
    assert tuple(path.stem for path in region_files()) == REGIONS
    assert region_files(ROOT / "docs") == ()
    for path in region_files():
        facts = load_region(path)
        assert isinstance(facts, RegionFacts) and facts.document.region and facts.sentences[0] == 0
        scored = [fact for kind in SCORED_KINDS for fact in facts.of(kind)]
        assert all(fact.section for fact in scored) or facts.name == "changji"
        assert facts.clusters or facts.mechanisms


def test_no_value_that_ships_holds_a_passage_of_a_plan() -> None:
    abridger = TOOL.Abridger([_plan(name).text for name in REGIONS])
    shipped = [
        *region_files(),
        *(ROOT / "src" / "lvlian" / "chain" / "data").iterdir(),
        *(ROOT / "data" / "sample").glob("*.txt"),
    ]
    assert len(shipped) > 8
    for path in shipped:
        assert not abridger.holds_passage(path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("name", REGIONS)
def test_the_real_documents_give_every_sentence_back(name: str) -> None:
    source = _plan(name)
    facts = load_region(next(path for path in region_files() if path.stem == name))
    assert facts.sha256 == source.sha256
    attached = attach(facts, source)
    assert attached.sentences[0] == attached.sentences[1]
    reflowed = source_from_text("页眉\n" + source.text.replace("\n\n", " \n").replace("，", "，\n"), name)
    assert attach(facts, reflowed).sentences[0] == attached.sentences[1]
    other = next(path for path in region_files() if path.stem != name)
    with pytest.raises(RegionError, match="not the document of"):
        attach(load_region(other), source)
