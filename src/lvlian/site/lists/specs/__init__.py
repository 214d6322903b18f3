"""One module per list."""

from __future__ import annotations

from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.specs.audit import AUDIT
from lvlian.site.lists.specs.demands import DEMANDS
from lvlian.site.lists.specs.duties import DUTIES
from lvlian.site.lists.specs.facts import FACTS
from lvlian.site.lists.specs.findings import FINDINGS
from lvlian.site.lists.specs.goals import GOALS
from lvlian.site.lists.specs.incentives import CHAINS, INCENTIVES
from lvlian.site.lists.specs.items import ITEMS
from lvlian.site.lists.specs.milestones import MILESTONES
from lvlian.site.lists.specs.people import PEOPLE
from lvlian.site.lists.specs.places import FIRMS, REGIONS, UNITS
from lvlian.site.lists.specs.plans import PLANS
from lvlian.site.lists.specs.projects import PROJECTS
from lvlian.site.lists.specs.supplies import SUPPLIES

ALL: tuple[ListSpec, ...] = (
    GOALS, PROJECTS, MILESTONES, DUTIES, INCENTIVES, CHAINS, FACTS, FINDINGS, PLANS, FIRMS, UNITS, REGIONS, PEOPLE, AUDIT,
    SUPPLIES, DEMANDS, ITEMS,
)  # fmt: skip
