"""What the atlas of a chain reads beside the account: projects of plans by the good that they will make, with what blocks them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from lvlian.chain.library import load_library
from lvlian.site.account.models import Works
from lvlian.site.account.selectors import works_of
from lvlian.site.ledger.cards import Deck
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import tracks
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Firm, Region
from lvlian.site.plans.models import Milestone, Project

if TYPE_CHECKING:
    from lvlian.chain.atlas import Project as AtlasProject

STARTED = re.compile("开工|开建|动工|建设|封顶|安装")
RUNS = re.compile("投产|达产|试生产|竣工|建成|投用|升规")
TRACK = "project"


@dataclass
class Planned:
    """A project of a plan as the atlas takes it: the good that it names, when it is to run, the card of its item."""

    row: Project
    good: str
    firm_key: str
    capacity: float | None
    when: str
    state: str
    card: Any = None
    sure: bool = True


@dataclass
class Projects:
    """The projects of a region, by (firm's key, good) and by good."""

    all: list[Planned] = field(default_factory=list)

    def of(self, made: AtlasProject, members: Sequence[str]) -> Planned | None:
        """The project of the plan that stands behind a line of a firm that does not run yet."""
        if made.id.startswith("plan:"):
            pk = int(made.id.partition(":")[2])
            return next((one for one in self.all if one.row.pk == pk), None)
        key = made.id.partition("/")[0]
        same = [one for one in self.all if one.firm_key == key and one.good in members]
        return same[0] if same else None

    def extra(self, lines: set[tuple[str, str]], group_of: Any) -> list[AtlasProject]:
        """Projects that no line of a firm stands for: those are counted already."""
        from lvlian.chain.atlas import Project as AtlasProject

        known = {(firm, group_of(good)) for firm, good in lines}
        return [
            AtlasProject(
                id=f"plan:{one.row.pk}", name=one.row.name, firm=one.row.owner or one.row.name, good=one.good,
                capacity=one.capacity, state=one.state, when=one.when,
            )
            for one in self.all
            if one.good and (one.firm_key, group_of(one.good)) not in known
        ]  # fmt: skip


def projects_of(access: Access, region: Region, today: date) -> Projects:
    """The projects of a region that the user sees, each with its item's light."""
    library = load_library()
    keys = {works.firm_id: works.key for works in works_of(access, region)}
    rows = list(scoped(Project, access).filter(region__path__startswith=region.path).select_related("firm"))
    steps: dict[int, list[Milestone]] = {}
    for step in scoped(Milestone, access).filter(project__in=rows):
        steps.setdefault(step.project_id, []).append(step)
    register = tracks().get(TRACK)
    deck = Deck(access, register, today) if register is not None else None
    items = {
        item.project_id: item
        for item in scoped(Item, access).filter(Q(project__in=rows), track=TRACK).select_related("region")
    }
    out = []
    for row in rows:
        named = library.commodity(row.product or row.name)
        own = steps.get(row.pk, [])
        running = any(one.done and RUNS.search(one.event) for one in own)
        if running or named.good is None:
            continue
        item = items.get(row.pk)
        out.append(
            Planned(
                row=row, good=named.good.id, firm_key=keys.get(row.firm_id or 0, ""), capacity=_tonnes(row), when=_when(own),
                state="building" if any(STARTED.search(one.event) for one in own) or _when(own) else "planned",
                card=deck.card(item) if deck is not None and item is not None else None, sure=named.sure,
            )
        )  # fmt: skip
    return Projects(out)


def _tonnes(row: Project) -> float | None:
    if row.capacity is None:
        return None
    unit = row.capacity_unit.replace("/年", "").strip()
    factor = {"万吨": 1e4, "吨": 1.0, "": None}.get(unit)
    return None if factor is None else row.capacity * factor


def _when(steps: Sequence[Milestone]) -> str:
    """The month in which it is to run, as the present dates have it; empty where none was said."""
    days = [day for one in steps if RUNS.search(one.event) and (day := one.expected or one.due)]
    return f"{min(days):%Y-%m}" if days else ""


def others(access: Access, region: Region) -> list[Region]:
    """Other regions whose account the user may see: those whose firms are known."""
    rows = scoped(Works, access).exclude(firm__region__path__startswith=region.path)
    ids = set(rows.values_list("firm__region_id", flat=True))
    return list(scoped(Region, access).filter(pk__in=ids).order_by("path"))


def firm_rows(access: Access, region: Region) -> dict[str, Firm]:
    return {works.key: works.firm for works in works_of(access, region)}
