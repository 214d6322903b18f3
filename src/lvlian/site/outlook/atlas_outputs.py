"""What the outlook adds to the picture of a chain: how much of each link's goods is made by the end of a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lvlian.site.frame import today
from lvlian.site.org.access import Access
from lvlian.site.org.models import Region
from lvlian.site.outlook.selectors import ground_of, projection_of

if TYPE_CHECKING:
    from lvlian.chain.atlas import AtlasNode

LAST = 4
MONTHS = 3


@dataclass(frozen=True)
class Outputs:
    """`made` good → its unit a month in the fourth quarter of `year`, by the course of the present dates without further delay; a good that
    no plant of the case can make is not in it."""

    year: int
    made: Mapping[str, float]
    simulated: bool = False

    def of(self, node: AtlasNode) -> float | None:
        """A link's own output a month; None where the outlook knows none of its goods."""
        known = [self.made[good] for good in node.goods if good in self.made]
        return sum(known) if known else None


def outputs_of(access: Access, region: Region, year: str) -> Outputs | None:
    """None where the user may not see the outlook, no plan is in force, or the year lies beyond its quarters."""
    if not year or not access.may("outlook.see"):
        return None
    ground = ground_of(access, region, today())
    if ground is None:
        return None
    live = projection_of(ground).live
    place = next(
        (n for n, quarter in enumerate(ground.case.quarters) if quarter.year == int(year) and quarter.number == LAST),
        None,
    )
    if live is None or place is None:
        return None
    model = live.model
    made = live.run.balance.made[0, :, place]
    return Outputs(
        int(year),
        {model.goods[row]: float(made[row]) / MONTHS for row in sorted(set(model.products))},
        ground.simulated,
    )
