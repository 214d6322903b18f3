"""Chains with dashes and arrows, and rows that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.chains import read_chains
from lvlian.plan.read import manuscript_from_text

CASES = [
    ("构建“石灰石—电石—聚氯乙烯—管材”产业链。", [["石灰石", "电石", "聚氯乙烯", "管材"]]),
    ("加快形成铝土矿—氧化铝—电解铝—铝加工全产业链。", [["铝土矿", "氧化铝", "电解铝", "铝加工"]]),
    ("打造铜精矿-阴极铜-铜杆-线缆产业链条", [["铜精矿", "阴极铜", "铜杆", "线缆"]]),
    ("按照“原料→冶炼→加工→回收”一体化发展。", [["原料", "冶炼", "加工", "回收"]]),
    ('推动"煤—电—铝"联营。', [["煤", "电", "铝"]]),
    ("形成“原铝—铝合金板材、型材及压铸件—零部件”产业链", [["原铝", "铝合金板材、型材及压铸件", "零部件"]]),
    ("2023—2025年，每年3—5家。", []),
    ("加快清河—白石输气管线建设。", []),
    ("以甲县—乙县—丙县为轴线布局。", []),
    ("联系电话0871-6512-3456。", []),
]


@pytest.mark.parametrize(("source", "nodes"), CASES)
def test_chains(source: str, nodes: list[list[str]]) -> None:
    chains = read_chains(manuscript_from_text(source))
    assert [list(chain.nodes) for chain in chains] == nodes
    for chain in chains:
        assert chain.start is not None and source[chain.start : chain.start + len(chain.quote)] == chain.quote


@given(st.text(alphabet=st.sampled_from("铝铜矿电—-→“”，。、（）1年形成产业链"), max_size=150))
def test_any_text_is_read(source: str) -> None:
    for chain in read_chains(manuscript_from_text(source)):
        assert len(chain.nodes) >= 2
        assert chain.start is not None and source[chain.start : chain.start + len(chain.quote)] == chain.quote
