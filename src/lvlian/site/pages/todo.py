"""My to-do: what waits for this user, counted for the frame and listed on the overview."""

from __future__ import annotations

from lvlian.site.org.access import Access, here
from lvlian.site.plans.models import Fact


def todo_count(access: Access) -> int:
    """How many things wait: facts to be reviewed, for those who review."""
    if not access.may("fact.review"):
        return 0
    return here(Fact, access).filter(state=Fact.State.PENDING).count()
