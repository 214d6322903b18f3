"""The projects that a step is said of: before it, behind it, or named by an earlier clause."""

from __future__ import annotations

import re
from dataclasses import replace

from lvlian.plan.manuscript import Manuscript
from lvlian.plan.milestones.step import only_openers, without_periods
from lvlian.plan.projects import (
    Project,
    is_facility,
    is_named,
    split_projects,
    strip_openers,
)

PASSED_OVER = re.compile(
    r"^(?:并|且|也|将|已)?(?:正式|全部|全面|实现|完成|力争|确保|预计|计划|同时|争取|同步|有望|目前|现已|已经|已|将|可|于|在|并|，|前|底|左右|年内|即可|再|后|其中|整个|该|此|本)*$"
)


_ANAPHOR = re.compile(
    r"^(?:其中|预计|目前|此次|当前|现)*(?:该|此|本|整个|这一|上述|公司|其)?(?:[一二三四首]期)?(?:项目|工程|公司|园区|企业|生产线|(?<=期))(?:一期|二期|三期)?(?:工程|项目)?(?:全部|正式|已|将|计划|预计)*$"
)


def subject_of(
    paper: Manuscript, start: int, end: int, current: list[Project], last: list[Project], dated: bool
) -> list[Project] | None:
    """The projects that a step is said of; None where the clause has no subject of its own."""
    clean = paper.clean
    bare = without_periods(paper, strip_openers(clean, start, end), end)
    if PASSED_OVER.match(bare) or bare.strip("、") == "":
        return current or None
    if _ANAPHOR.match(bare):
        phase = re.search(r"[一二三四首]期", bare)
        return _phase(current or last, phase.group() if phase else "") or None
    if only_openers(clean, start, end):
        return None
    projects = [p for p in split_projects(paper, start, end) if is_named(paper, p, dated or not paper.is_ruling)]
    if projects and not paper.is_ruling and (current or last) and not any(is_facility(paper, p) for p in projects):
        return current or last  # `年产甲2万吨，计划2026年投产`: what the project makes is said, not another project
    return projects


def _phase(projects: list[Project], phase: str) -> list[Project]:
    """`一期项目` after a project's name is that project's first phase."""
    if not phase or not projects:
        return projects
    return [
        replace(
            p, name=re.sub(r"[一二三四首]期$", "", p.name) + phase, capacity=None, capacity_max=None, capacity_unit=None
        )
        for p in projects[:1]
    ]


def object_of(paper: Manuscript, start: int, end: int, dated: bool) -> list[Project]:
    """`开工建设甲项目、乙项目`: the projects after the step."""
    while start < end and paper.clean[start] in "了：":
        start += 1
    return [
        p
        for p in split_projects(paper, start, end)
        if is_named(paper, p, dated or not paper.is_ruling) and is_facility(paper, p)
    ]


_NO_NAME = re.compile(
    r"围绕|依托|聚焦|按照|根据|以|对|是|为|也|公司拥有|拥有|主要|建设|配套|规划|及|以及|其中|内容|规模"
)


_KIND = re.compile(r"(?:项目|工程|生产线)(?:[一二三四首]期)?(?!部|建设内容)")


def mentioned(paper: Manuscript, start: int, end: int) -> list[Project]:
    """The project that a clause of a report opens with; later clauses speak of it."""
    found = _KIND.search(paper.clean, start, end)
    if not found or found.end() - start > 60:
        return []
    if _NO_NAME.match(paper.clean, start, found.end()):
        return []
    return [p for p in split_projects(paper, start, found.end()) if is_named(paper, p, False) and len(p.name) > 5][:1]


def whole_clause(paper: Manuscript, start: int, end: int) -> list[Project]:
    """A clause that is nothing but project names, as in a list with commas."""
    clean = paper.clean
    aside = clean.find("——", start, end)
    if aside > 0:
        return [p for p in split_projects(paper, aside + 2, end) if is_named(paper, p, not paper.is_ruling)]
    if (
        not re.search(r"(?:项目|工程|生产线)(?:（[^（）]*）)?$", clean[start:end])
        or _NO_NAME.match(clean, start, end)
        or re.match(r"围绕|依托|聚焦|按照|根据|以|对", clean[start:end])
    ):
        return []
    return [p for p in split_projects(paper, start, end) if is_named(paper, p, not paper.is_ruling)]
