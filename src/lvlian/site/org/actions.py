"""What is done to regions, units, firms, people and grants; every function is one recorded action."""

from __future__ import annotations

from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording


def note_denied(access: Access, permission: str, path: str) -> None:
    """Records that somebody asked for what they may not do."""
    with recording(access, "access.denied", subject=path, data={"permission": permission}):
        pass
