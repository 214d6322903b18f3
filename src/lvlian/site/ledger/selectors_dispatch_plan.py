"""The plan that a dispatch rests on."""

from __future__ import annotations

from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Region
from lvlian.site.plans.models import Plan


def plan_title(access: Access, region: Region) -> str:
    """The title of the latest plan of the region that is in force; empty where there is none."""
    rows = scoped(Plan, access).filter(region=region, current__isnull=False)
    return str(rows.order_by("-issued_on", "-pk").values_list("title", flat=True).first() or "")
