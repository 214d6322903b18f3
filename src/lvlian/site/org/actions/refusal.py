"""What nobody may do to people, whatever their permissions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lvlian.site.org.access import Access
from lvlian.site.org.models import Grant, User


class Refused(Exception):
    """An action that the rules of people do not allow; `str()` is the sentence for the page."""


def only_others(access: Access, person: User) -> None:
    """Raises Refused where somebody would act on themselves."""
    if access.user is not None and access.user.pk == person.pk:
        raise Refused(_("不能对自己的账号这样做，请另一位管理员办理"))


def only_below(access: Access, permission: str, person: User) -> None:
    """Raises Refused where the person holds a role in a region that is not the acting one's: whoever takes over an account must
    not win by it more than their own subtree."""
    for grant in Grant.objects.filter(user=person).select_related("region"):
        if not access.may_in(permission, grant.region):
            raise Refused(_("此人在%s也有角色，请上级管理员办理") % grant.region)
