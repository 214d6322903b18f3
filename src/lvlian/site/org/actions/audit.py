"""What is done with the audit itself: verifying and exporting are recorded too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lvlian.site.org.access import Access
from lvlian.site.org.actions.people import own
from lvlian.site.org.chain import Verdict, recording, verify


def verify_chain(access: Access, progress: Callable[[int], None] | None = None) -> Verdict:
    """Recomputes the whole chain and records the outcome. Raises PermissionDenied."""
    access.need("audit.read")
    verdict = verify(progress=progress)
    data = {"records": verdict.records, "root": verdict.root, "faults": list(verdict.faults)}
    with recording(access, "audit.verify", region=own(access).home, subject=verdict.root[:16], data=data):
        pass
    return verdict


def note_audit_export(access: Access, asked: Mapping[str, Any]) -> None:
    """Records that the audit was taken out, and by which filter."""
    access.need("audit.read")
    with recording(access, "audit.export", region=own(access).home, data={"filter": dict(asked)}):
        pass
