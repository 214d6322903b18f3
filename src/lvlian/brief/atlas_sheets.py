"""The atlas of a chain as a workbook: links, flows between them, gaps, and what the figures rest on."""

from __future__ import annotations

from collections.abc import Sequence

from lvlian.brief.atlas_words import known
from lvlian.brief.sheets import Column, Sheet, Value
from lvlian.brief.workbook import workbook_bytes
from lvlian.chain.atlas import Atlas
from lvlian.chain.atlas.record import STATE_ZH

_NAMES = {
    "links": ("环节", "links"),
    "flows": ("流", "flows"),
    "gaps": ("补链", "gaps"),
    "notes": ("说明", "notes"),
}


def atlas_workbook(found: Atlas, language: str, notes: Sequence[str], title: str) -> bytes:
    """All of it; `notes` are the lines of the last sheet."""
    zh = language == "zh"
    sheets = atlas_sheets(found, zh, notes)
    return workbook_bytes(sheets, foot=(title, ("模拟" if zh else "simulated") if found.simulated else ""))


def atlas_sheets(found: Atlas, zh: bool, notes: Sequence[str]) -> list[Sheet]:
    """Links, flows, gaps, notes."""

    def words(heading_zh: str, heading_en: str, width: int = 16) -> Column:
        return Column(heading_zh if zh else heading_en, width)

    def figure(heading_zh: str, heading_en: str) -> Column:
        return Column(heading_zh if zh else heading_en, 14, True)

    names = {n.id: n.zh if zh else n.en for n in found.nodes}
    columns = {c: z if zh else e for c, z, e in found.columns}
    outside = "区外" if zh else "outside"
    links: list[list[Value]] = [
        [
            columns[n.column],
            names[n.id],
            STATE_ZH[n.state] if zh else n.state,
            n.output,
            n.capacity,
            n.load,
            n.used,
            n.leaving,
            n.bought,
            n.unit,
            "；".join(w.short for w in n.works),
            "；".join(f"{p.name} {known(p.when)}".rstrip() for p in n.projects),
        ]
        for n in found.nodes
    ]
    flows: list[list[Value]] = [
        [
            names.get(e.source, outside),
            names.get(e.target, outside),
            e.physical,
            e.unit,
            *(e.amounts.get(layer) for layer in ("metal", "energy", "carbon", "value")),
        ]
        for e in found.edges
        if e.amounts
    ]
    gaps: list[list[Value]] = [
        [
            float(g.number),
            g.kind_zh if zh else g.kind_en,
            g.title_zh if zh else g.title_en,
            g.evidence_zh if zh else g.evidence_en,
            g.brings_zh if zh else g.brings_en,
            g.value[0] if g.value else None,
            g.value[1] if g.value else None,
            "；".join(p.name for p in g.projects),
        ]
        for g in found.gaps
    ]
    name = 0 if zh else 1
    return [
        Sheet(
            _NAMES["links"][name],
            (
                words("列", "column"),
                words("环节", "link"),
                words("状态", "state", 8),
                figure("产量", "output"),
                figure("同期产能", "capacity"),
                figure("负荷", "load"),
                figure("区内用", "used here"),
                figure("外运", "leaving"),
                figure("外购", "bought"),
                words("单位", "unit", 8),
                words("企业", "firms", 30),
                words("项目", "projects", 40),
            ),
            links,
        ),
        Sheet(
            _NAMES["flows"][name],
            (
                words("从", "from"),
                words("到", "to"),
                figure("实物量", "amount"),
                words("单位", "unit", 8),
                figure("金属，吨", "metal, t"),
                figure("能量，吨标煤", "energy, tce"),
                figure("碳，吨CO₂e", "carbon, t CO₂e"),
                figure("价值，元", "value, yuan"),
            ),
            flows,
        ),
        Sheet(
            _NAMES["gaps"][name],
            (
                figure("序", "no."),
                words("是什么", "kind"),
                words("缺口", "gap", 24),
                words("凭什么说", "evidence", 50),
                words("补上带来", "brings", 50),
                figure("产值低，元", "value low, yuan"),
                figure("产值高，元", "value high, yuan"),
                words("已有项目", "projects", 40),
            ),
            gaps,
        ),
        Sheet(_NAMES["notes"][name], (words("说明", "notes", 100),), [[one] for one in notes]),
    ]
