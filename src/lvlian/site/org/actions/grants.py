"""Roles given and withdrawn by the security administrator, and the rules between the three administrators."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lvlian.site.org.access import Access
from lvlian.site.org.actions.refusal import Refused, only_others
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Firm, Grant, Region, Unit, User
from lvlian.site.org.roles import ROLES


def give_role(
    access: Access, person: User, role: str, region: Region, unit: Unit | None = None, firm: Firm | None = None
) -> Grant:
    """Gives a person a role in a region and all below it. Raises Refused with the rule that stands against it,
    PermissionDenied where the person or the region is not the acting one's."""
    only_others(access, person)
    with recording(access, "grant.give", row=person, permission="grant.edit") as act:
        _need_region(access, region)
        person = User.objects.select_for_update().get(pk=person.pk)  # two grants at once must see each other
        if not person.is_active:
            raise Refused(_("账号已停用"))
        check_role(person, role)
        _check_bound(role, region, unit, firm)
        if Grant.objects.filter(user=person, role=role, region=region, unit=unit, firm=firm).exists():
            raise Refused(_("已有这一角色"))
        grant: Grant = act.create(Grant(user=person, role=role, region=region, unit=unit, firm=firm))
    return grant


def withdraw_role(access: Access, grant: Grant) -> None:
    """Takes a role back; from the next request on it counts no more. Raises Refused, PermissionDenied."""
    only_others(access, grant.user)
    with recording(access, "grant.withdraw", row=grant.user, permission="grant.edit") as act:
        _need_region(access, grant.region)
        keep_one(grant)
        act.delete(grant)


def check_role(person: User, role: str) -> None:
    """Raises Refused where the role is unknown, or where it or one that is held stands alone: system, security and audit
    administrator are never one person, and none of them has a part in the business that they guard."""
    if role not in ROLES:
        raise Refused(_("没有角色 %s") % role)
    for held in Grant.objects.filter(user=person).exclude(role=role).values_list("role", flat=True):
        if ROLES[role].exclusive or ROLES[held].exclusive:
            words = {"held": ROLES[held].label, "role": ROLES[role].label}
            raise Refused(_("已是%(held)s，不能兼任%(role)s：三员互斥，也不兼业务角色") % words)


def keep_one(grant: Grant) -> None:
    """Raises Refused where a region would be left without this kind of administrator."""
    if not ROLES[grant.role].exclusive:
        return
    others = Grant.objects.select_for_update().filter(role=grant.role, user__is_active=True).exclude(user=grant.user)
    if not any(grant.region.path.startswith(other.region.path) for other in others.select_related("region")):
        words = {"region": grant.region, "role": ROLES[grant.role].label}
        raise Refused(_("%(region)s只剩这一位%(role)s，先另设一位") % words)


def _need_region(access: Access, region: Region) -> None:
    if not access.may_in("grant.edit", region):
        raise Refused(_("%s不在自己管的地区") % region)


def _check_bound(role: str, region: Region, unit: Unit | None, firm: Firm | None) -> None:
    bound = ROLES[role].bound
    for name, row in (("unit", unit), ("firm", firm)):
        if bound == name and row is None:
            raise Refused(_("这一角色须指明单位") if name == "unit" else _("这一角色须指明企业"))
        if bound != name and row is not None:
            raise Refused(_("这一角色不限单位或企业"))
        if row is not None and not row.region.path.startswith(region.path):
            raise Refused(_("%(row)s不在%(region)s") % {"row": row, "region": region})
