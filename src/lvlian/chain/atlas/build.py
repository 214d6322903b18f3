"""The atlas of a region: every link that its chain has or lacks, what flows between them, and the four quantities below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lvlian.chain.atlas.gaps import find_gaps
from lvlian.chain.atlas.grid import Grid, load_grid
from lvlian.chain.atlas.picture import edges_of, strip_of
from lvlian.chain.atlas.record import Atlas, Project
from lvlian.chain.atlas.survey import Survey
from lvlian.chain.atlas.thresholds import Thresholds, load_thresholds
from lvlian.chain.footprint import Footprint, carbon
from lvlian.chain.layers import Book


def atlas(
    book: Book,
    projects: Sequence[Project] = (),
    named: Sequence[str] = (),
    found: Footprint | None = None,
    grid: Grid | None = None,
    thresholds: Thresholds | None = None,
) -> Atlas:
    """The atlas of a book. `projects`: what is being built or planned, beside the lines of the region's firms that do not run yet;
    `named`: goods that the plan wants made here, which count as missing where nobody makes them even if the grid has no place
    for them; `found`: the footprint, reckoned where none is given."""
    grid, thresholds = grid or load_grid(), thresholds or load_thresholds()
    factors = book.factors if found is None else {**book.factors, "carbon": carbon(book, found)}
    found = found or book.footprint
    survey = Survey(book, grid, factors, (*projects, *_own_projects(book)), thresholds)
    survey.look(named)
    nodes = tuple(survey.node(slot) for slot in survey.slots)
    edges = tuple(edges_of(survey, nodes))
    strip = tuple(strip_of(survey))
    gaps = find_gaps(survey, nodes, thresholds)
    discs: dict[str, list[int]] = {}
    for gap in gaps:
        for node_id in gap.nodes:
            discs.setdefault(node_id, []).append(gap.number)
    nodes = tuple(replace(n, discs=tuple(discs.get(n.id, ()))) for n in nodes)
    used = {
        f.note for table in factors.values() for f in table.values() if f.origin == "assumed" and f.value and f.note
    }
    return Atlas(
        region=book.region.name,
        months=book.months,
        columns=tuple((c.id, c.zh, c.en) for c in grid.columns),
        nodes=nodes,
        edges=edges,
        strip=strip,
        gaps=gaps,
        assumptions=(*found.assumptions, *sorted(used)),
        simulated=book.simulated,
    )


def _own_projects(book: Book) -> tuple[Project, ...]:
    """Lines of the region's firms that do not run yet in the last month of the book."""
    last = book.months[-1] if book.months else ""
    out = []
    for firm in book.region.firms:
        for line in firm.lines:
            waiting = firm.state in ("building", "planned") or (line.since and line.since > last)
            product = book.main_product(line.process)
            if waiting and product:
                out.append(
                    Project(
                        id=f"{firm.id}/{line.process}",
                        name=f"{firm.short}{book.names(product)[0]}",
                        firm=firm.short,
                        good=product,
                        capacity=line.capacity,
                        state="planned" if firm.state == "planned" else "building",
                        when=line.since,
                        process=line.process,
                    )
                )
    return tuple(out)
