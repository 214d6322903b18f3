"""What the account knows of firms: their kind, lines and capacities, and who supplies whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from lvlian.chain.library import load_library
from lvlian.chain.region import KINDS
from lvlian.site.account.models import SupplyLink, Works
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Firm, Region

FIELDS = ("kind", "state", "post", "lines", "facts")


class WorksError(ValueError):
    """One sentence for whoever can mend it; `field` is the one at fault."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def set_works(
    access: Access,
    firm: Firm,
    key: str,
    values: Mapping[str, Any],
    revision: int | None = None,
    *,
    simulated: bool = False,
) -> Works:
    """What a firm can make. Raises WorksError, Conflict, PermissionDenied."""
    new = {name: value for name, value in values.items() if name in FIELDS}
    _sound(new)
    with recording(access, "works.set", row=firm, permission="works.edit") as act:
        row = scoped(Works, access).filter(firm=firm).first()
        if row is not None:
            return act.update(row, revision, **new)  # type: ignore[no-any-return]
        taken = scoped(Works, access).filter(firm__region__path__startswith=firm.region.path, key=key)
        if taken.exists():
            raise WorksError("key", _("代号“%(key)s”已给了别的企业。") % {"key": key})
        return act.create(Works(firm=firm, key=key, simulated=simulated, **new))  # type: ignore[no-any-return]


def add_link(
    access: Access, region: Region, source: Firm | None, target: Firm | None, good: str, *, simulated: bool = False
) -> SupplyLink:
    """A standing supply; None stands for outside the region. Raises WorksError."""
    if (source is None and target is None) or source == target:
        raise WorksError("target", _("供方和收方须不同，且至少一方在本地区。"))
    if good not in load_library().goods:
        raise WorksError("good", _("物料“%(good)s”不在链库里。") % {"good": good})
    with recording(
        access,
        "supply-link.add",
        region=region,
        subject=f"{source or '区外'} → {target or '区外'}",
        permission="works.edit",
    ) as act:
        found = scoped(SupplyLink, access).filter(region=region, source=source, target=target, good=good).first()
        if found is not None:
            act.quiet = True
            return found
        row = SupplyLink(region=region, source=source, target=target, good=good, simulated=simulated)
        return act.create(row)  # type: ignore[no-any-return]


def remove_link(access: Access, link: SupplyLink) -> None:
    with recording(access, "supply-link.remove", row=link, permission="works.edit") as act:
        act.delete(link)


def _sound(values: Mapping[str, Any]) -> None:
    if "kind" in values and values["kind"] not in KINDS:
        raise WorksError("kind", _("环节“%(kind)s”不认识。") % {"kind": values["kind"]})
    known = load_library().processes
    for line in values.get("lines", ()):
        if line.get("process") not in known:
            raise WorksError("lines", _("工序“%(process)s”不在链库里。") % {"process": line.get("process")})
        capacity = line.get("capacity")
        if capacity is not None and not capacity >= 0:
            raise WorksError("lines", _("产能 %(value)s 应为不小于零的数，吨/年。") % {"value": capacity})
