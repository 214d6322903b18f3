"""People who look at boards, lists and items of the large ledger."""

from __future__ import annotations

import random
import time
from typing import Any

from benchmarks.site.visiting import Crowd, Seen, Visitor, usernames

PAGES: dict[str, str] = {
    "all registers": "/ledger/",
    "board of projects": "/ledger/project/",
    "board of projects, late ones": "/ledger/project/?light=bad",
    "board of problems": "/ledger/issue/",
    "list of projects": "/ledger/project/?view=list",
    "timeline of projects": "/ledger/project/?view=timeline",
    "an item": "/items/{item}/",
    "problems": "/issues/",
    "supervision": "/supervision/",
    "factors": "/factors/",
    "my to-do": "/todo/",
    "calendar": "/calendar/",
}


def watch(url: str, records: dict[str, list[Any]], *, users: int, seconds: float, think: tuple[float, float]) -> Seen:
    """So many people for so long, each at places of their own (`usernames`)."""
    seen, crowd = Seen(), Crowd(seconds)
    names = list(PAGES)
    for number, username in enumerate(usernames(users)):
        dice = random.Random(number)

        def work(visitor: Visitor, username: str = username, dice: random.Random = dice) -> None:
            page = dice.choice(names)
            address = PAGES[page].format(item=dice.choice(records[username]))
            status, _, headers = visitor.ask("GET", address)
            seen.note(page, status, headers)
            time.sleep(dice.uniform(*think))

        crowd.add(url, username, work)
    crowd.run()
    return seen
