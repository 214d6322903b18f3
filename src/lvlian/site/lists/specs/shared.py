"""Columns that several lists have in the same form."""

from __future__ import annotations

from lvlian.site.lists.columns import Column

FIRM = Column(key="firm", width=20)
PLAN = Column(key="plan", width=30)
REGION = Column(key="region", width=12)
NOTE = Column(key="note", width=24)
